//! How a technician comes in: knocks, has the code opened at central's command line, types the digits.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic, missing_docs)]

use crate::corner::{database, program};
use crate::driven::{Kiosk, Place, eventually};
use std::process::Command;

/// What an operator at the command line says about a code.
pub fn opened(place: &Place, sealed: &str) -> Result<String, String> {
    let output = Command::new(program("central"))
        .args(["technician-code", "--db", &database(place.folder()), "--by", "li", "--keys"])
        .arg(place.folder().join("keys"))
        .arg(sealed)
        .output()
        .unwrap();
    if output.status.success() {
        let text = String::from_utf8(output.stdout).unwrap();
        Ok(text.split_once("  ").unwrap().0.replace(' ', ""))
    } else {
        Err(String::from_utf8(output.stderr).unwrap())
    }
}

/// Knocks; the text in the code that the screen shows.
pub fn knock(kiosk: &mut Kiosk, place: &Place) -> String {
    kiosk.ask("knock");
    kiosk.ask("until technician-code");
    let file = place.folder().join("code.txt");
    kiosk.ask(&format!("code {}", file.display()));
    std::fs::read_to_string(file).unwrap()
}

pub fn try_code(kiosk: &mut Kiosk, code: &str) {
    kiosk.ask("touch 清空内容");
    kiosk.ask(&format!("keys {code}"));
    kiosk.ask("touch 进入");
}

/// Waits until the screen says this.
pub fn until_said(kiosk: &mut Kiosk, wanted: &str) {
    eventually(&format!("the screen to say '{wanted}'"), || {
        kiosk.read().words.iter().any(|words| words.contains(wanted)).then_some(())
    });
}
