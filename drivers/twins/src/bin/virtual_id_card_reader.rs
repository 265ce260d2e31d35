//! `virtual-id-card-reader --link PATH [--cards DIR] [--baud 115200] [--card-time MS]`
//!
//! A reader that does not exist, on a serial line that does not exist. Lines on standard input: `lay CARD` (a name in
//! the cards folder or a file), `lift`, `unplug`, `plug`, `fault NAME` (for the next answer; see `reader::faults`).

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use twins::control::option;
use twins::reader::emulator::Reader;

fn main() -> ExitCode {
    let Some(link) = option("--link").map(PathBuf::from) else {
        eprintln!("virtual-id-card-reader: --link PATH is missing: the name under which the reader is found");
        return ExitCode::FAILURE;
    };
    let cards = option("--cards").map_or_else(|| PathBuf::from("drivers/demo/cards"), PathBuf::from);
    let baud = option("--baud").and_then(|baud| baud.parse().ok()).unwrap_or(115_200);
    let card_time = option("--card-time").and_then(|millis| millis.parse().ok()).unwrap_or(0);
    let mut reader = Reader::new(cards, Duration::from_millis(card_time));
    match twins::wire::run(&mut reader, &link, baud) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("virtual-id-card-reader: {}: {error}", link.display());
            ExitCode::FAILURE
        }
    }
}
