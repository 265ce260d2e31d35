//! A virtual code scanner: it says what is held before it, a line a code, as serial scanners do when they come from the factory.

use crate::wire::{Line, Twin};
use std::time::{Duration, Instant};

/// The virtual scanner.
#[derive(Debug, Default)]
pub struct CodeScanner;

impl Twin for CodeScanner {
    fn receive(&mut self, _bytes: &[u8], _now: Instant, _line: &mut Line) {
        // It takes no commands.
    }

    fn tick(&mut self, _now: Instant, _line: &mut Line) {}

    fn control(&mut self, words: &[&str], now: Instant, line: &mut Line) -> Result<String, String> {
        match words {
            ["hold", code @ ..] if !code.is_empty() => {
                line.send(format!("{}\r\n", code.join(" ")).as_bytes(), now);
                Ok("held".to_owned())
            }
            // Somebody pulls the code away: a reading that breaks off.
            ["glimpse", code] => {
                line.send(code.as_bytes(), now);
                Ok("glimpsed".to_owned())
            }
            // As a line sounds that runs at another speed.
            ["noise"] => {
                line.send(&[0xF8, 0x00, 0x9E, 0xE6, b'\r'], now);
                Ok("noise".to_owned())
            }
            // Byte by byte, slower than the wire.
            ["drip", code] => {
                line.send_in_pieces(format!("{code}\r").as_bytes(), now, 1, Duration::from_millis(3));
                Ok("dripped".to_owned())
            }
            _ => Err("hold CODE, glimpse CODE, drip CODE or noise".to_owned()),
        }
    }

    fn unplugged(&mut self) {}
}
