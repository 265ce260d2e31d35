//! `virtual-receipt-printer --link PATH --font FONT --out DIR [--baud 115200] [--width 384]`
//!
//! A printer that does not exist. Every cut writes `receipt-NNN.png` and `receipt-NNN.txt` and says
//! `printed DIR/receipt-NNN.png`. Lines on standard input: `paper full|low|out`, `cover open|closed`, `jam`, `clear`, `hot`, `cool`,
//! `off`, `on`, `hang-up BYTES`, `unplug`, `plug`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use twins::control::option;
use twins::printer::emulator::Printer;
use twins::printer::glyphs::Letters;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("virtual-receipt-printer: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let need =
        |name: &str| option(name).ok_or(format!("{name} is missing; see the head of its source for usage"));
    let (link, font, out) = (need("--link")?, need("--font")?, need("--out")?);
    let baud = option("--baud").and_then(|baud| baud.parse().ok()).unwrap_or(115_200);
    let width = option("--width").and_then(|dots| dots.parse().ok()).unwrap_or(384);
    let mut printer = Printer::new(Letters::read(Path::new(&font))?, width, PathBuf::from(out));
    twins::wire::run(&mut printer, Path::new(&link), baud).map_err(|error| format!("{link}: {error}"))
}
