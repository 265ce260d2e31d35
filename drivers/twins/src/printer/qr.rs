//! QR codes as the printer makes them itself: GS ( k, stored and then printed.

use super::glyphs::Dots;
use super::page::enlarge;
use qrcode::types::Color;
use qrcode::{EcLevel, QrCode};

/// What was set and stored.
#[derive(Debug)]
pub struct CodeMaker {
    module: usize,
    level: EcLevel,
    data: Vec<u8>,
}

impl Default for CodeMaker {
    fn default() -> Self {
        Self { module: 3, level: EcLevel::L, data: Vec::new() }
    }
}

impl CodeMaker {
    /// Obeys one GS ( k; gives the picture and the data when it says print.
    pub fn obey(&mut self, parameters: &[u8]) -> Option<(Dots, String)> {
        match parameters {
            [0x31, 0x43, size] => self.module = usize::from(*size).clamp(1, 16),
            [0x31, 0x45, level] => {
                self.level = match level {
                    0x31 => EcLevel::M,
                    0x32 => EcLevel::Q,
                    0x33 => EcLevel::H,
                    _ => EcLevel::L,
                }
            }
            [0x31, 0x50, 0x30, data @ ..] => self.data = data.to_vec(),
            [0x31, 0x51, 0x30] => return self.print(),
            _ => {}
        }
        None
    }

    fn print(&self) -> Option<(Dots, String)> {
        let code = QrCode::with_error_correction_level(&self.data, self.level).ok()?;
        let dark: Vec<bool> = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
        let rows: Dots = dark.chunks(code.width()).map(<[bool]>::to_vec).collect();
        Some((enlarge(&rows, self.module, self.module), String::from_utf8_lossy(&self.data).into_owned()))
    }
}
