//! `virtual-code-scanner --link PATH [--baud 9600]`
//!
//! A scanner that does not exist, on a serial line that does not exist. Lines on standard input: `hold CODE`, `glimpse CODE` (it
//! is pulled away), `drip CODE` (slowly), `noise`, `unplug`, `plug`.

use std::path::PathBuf;
use std::process::ExitCode;
use twins::code_scanner::CodeScanner;
use twins::control::option;

fn main() -> ExitCode {
    let Some(link) = option("--link").map(PathBuf::from) else {
        eprintln!("virtual-code-scanner: --link PATH is missing: the name under which the scanner is found");
        return ExitCode::FAILURE;
    };
    let baud = option("--baud").and_then(|baud| baud.parse().ok()).unwrap_or(9600);
    match twins::wire::run(&mut CodeScanner, &link, baud) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("virtual-code-scanner: {}: {error}", link.display());
            ExitCode::FAILURE
        }
    }
}
