//! The control strip: what a person does outside of the screen, by letters on the terminal.

use crate::build;
use crate::program::Program;
use crate::street::Street;
use anyhow::Result;
use std::collections::HashSet;
use std::io::BufRead;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

const STRIP: &str = "
  type a letter, then Enter
  c  lay the sample card down        l  lift the card
  x  lay another person's card down  e  lay an expired card down      w  lay a card with an impossible date down
  n  cut / restore the network       p  take the paper out / put in   u  unplug / plug the card reader
  f  walk away from / to the camera  d  lay a sample sheet under the document camera / take it away
  s  hold the last receipt before the code scanner
  q  quit
";

/// Runs until the window is closed or 'q' is typed.
pub(crate) fn run(street: &mut Street, kiosk: &mut Program) -> Result<()> {
    println!("{STRIP}");
    let (send, letters) = channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                break;
            }
        }
    });
    let portrait = format!("show {}", build::repository().join("drivers/demo/astronaut.png").display());
    let mut is_on = HashSet::new();
    while kiosk.is_running() && street.is_whole() {
        let line = match letters.recv_timeout(Duration::from_millis(300)) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => continue,
            // Nobody types: the window alone decides.
            Err(RecvTimeoutError::Disconnected) => {
                kiosk.wait()?;
                break;
            }
        };
        let letter = line.trim();
        if letter == "q" {
            break;
        }
        // Each second time, a switch goes back.
        let goes_back = !is_on.insert(letter.to_owned()) && is_on.remove(letter);
        let (device, words) = match (letter, goes_back) {
            ("c", _) => ("reader", "lay sample-citizen"),
            ("x", _) => ("reader", "lay other-face"),
            ("e", _) => ("reader", "lay expired"),
            ("w", _) => ("reader", "lay wrong-date"),
            ("l", _) => ("reader", "lift"),
            ("n", false) => ("network", "cut"),
            ("n", true) => ("network", "restore"),
            ("p", false) => ("printer", "paper out"),
            ("p", true) => ("printer", "paper full"),
            ("u", false) => ("reader", "unplug"),
            ("u", true) => ("reader", "plug"),
            ("d", false) => ("documents", "lay"),
            ("d", true) => ("documents", "lift"),
            ("s", _) => ("scanner", "receipt"),
            ("f", false) => ("camera", "nobody"),
            ("f", true) => ("camera", portrait.as_str()),
            _ => {
                println!("{STRIP}");
                continue;
            }
        };
        // A receipt that was not printed yet ends no demo.
        let answer = street.act(device, words).unwrap_or_else(|fault| format!("{fault:#}"));
        println!("  {device}: {answer}");
    }
    Ok(())
}
