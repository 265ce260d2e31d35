//! Rows as ESC/POS bytes (sections 3 and 4 of the wire protocol).
//!
//! Knows the commands; knows nothing of ports or of whether anything was printed. Double-byte mode is switched around
//! each run of Chinese and never relied on. Every line puts its style back before the next begins.

use super::document::{Align, Document, Size, Weight};
use super::layout::{Row, lay_out};
use super::profile::{PanelButton, Profile};
use encoding_rs::GB18030;
use std::fmt;
use zeroize::Zeroizing;

const INITIALISE: &[u8] = &[0x1B, 0x40];
const LOCK_PANEL: &[u8] = &[0x1B, 0x63, 0x35, 0x01];
const CHINESE_ON: &[u8] = &[0x1C, 0x26];
const CHINESE_OFF: &[u8] = &[0x1C, 0x2E];
/// Feed to the cutter, then cut but for one point.
const CUT: &[u8] = &[0x1D, 0x56, 0x42, 0x00];

/// Print, and feed the quiet zone that a code needs above and below: 24 dots.
const QUIET: &[u8] = &[0x1B, 0x4A, 0x18];

/// Bytes that a QR code of version 1, 2, 3 ... holds at level M in byte mode (ISO/IEC 18004, table 7).
const QR_CAPACITY: [usize; 20] =
    [14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666];
/// Largest and smallest module in dots; below 3 no phone reads it.
const QR_MODULES: std::ops::RangeInclusive<usize> = 3..=6;

/// Why a document cannot be printed on this printer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentFault {
    /// More than the largest code that a person can scan from this paper.
    #[error("the QR code has {0} bytes and does not fit the paper: shorten the link")]
    QrTooLong(usize),
}

/// A document as bytes.
#[derive(PartialEq, Eq)]
pub struct Encoded {
    /// For the wire. Personal: they are wiped.
    pub bytes: Zeroizing<Vec<u8>>,
    /// How many characters were replaced by 〓.
    pub replaced: usize,
    /// Lines and codes.
    pub lines: u64,
    /// Cuts.
    pub cuts: u64,
}

impl fmt::Debug for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Encoded({} bytes)", self.bytes.len())
    }
}

/// Encodes a document, from initialising the printer to the last block.
pub fn encode(document: &Document, profile: &Profile) -> Result<Encoded, DocumentFault> {
    let layout = lay_out(document, profile);
    let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
    bytes.extend_from_slice(INITIALISE);
    if profile.panel_button == PanelButton::Locked {
        bytes.extend_from_slice(LOCK_PANEL);
    }
    let (mut lines, mut cuts) = (0, 0);
    for row in &layout.rows {
        match row {
            Row::Text { text, align, weight, size } => {
                lines += 1;
                put_line(&mut bytes, text, *align, *weight, *size);
            }
            Row::Qr(data) => {
                lines += 1;
                put_qr(&mut bytes, data.as_bytes(), profile)?;
            }
            Row::Feed(fed) => bytes.extend([0x1B, 0x64, *fed]),
            Row::Cut => {
                cuts += 1;
                bytes.extend_from_slice(CUT);
            }
        }
    }
    Ok(Encoded { bytes, replaced: layout.replaced, lines, cuts })
}

fn put_line(bytes: &mut Vec<u8>, text: &str, align: Align, weight: Weight, size: Size) {
    put_align(bytes, align);
    if size == Size::Double {
        bytes.extend([0x1D, 0x21, 0x11]);
    }
    if weight == Weight::Bold {
        bytes.extend([0x1B, 0x45, 0x01]);
    }
    put_text(bytes, text);
    if weight == Weight::Bold {
        bytes.extend([0x1B, 0x45, 0x00]);
    }
    bytes.push(0x0A);
    if size == Size::Double {
        bytes.extend([0x1D, 0x21, 0x00]);
    }
    if align != Align::Left {
        put_align_back(bytes);
    }
}

fn put_align(bytes: &mut Vec<u8>, align: Align) {
    match align {
        Align::Left => {}
        Align::Centre => bytes.extend([0x1B, 0x61, 0x01]),
        Align::Right => bytes.extend([0x1B, 0x61, 0x02]),
    }
}

fn put_align_back(bytes: &mut Vec<u8>) {
    bytes.extend([0x1B, 0x61, 0x00]);
}

/// Text in runs: ASCII as it is, everything else (two bytes each, the layout saw to that) in double-byte mode.
fn put_text(bytes: &mut Vec<u8>, text: &str) {
    let mut chinese = false;
    for character in text.chars() {
        if chinese == character.is_ascii() {
            chinese = !chinese;
            bytes.extend_from_slice(if chinese { CHINESE_ON } else { CHINESE_OFF });
        }
        let mut utf8 = [0; 4];
        bytes.extend_from_slice(&GB18030.encode(character.encode_utf8(&mut utf8)).0);
    }
    if chinese {
        bytes.extend_from_slice(CHINESE_OFF);
    }
}

fn put_qr(bytes: &mut Vec<u8>, data: &[u8], profile: &Profile) -> Result<(), DocumentFault> {
    let too_long = DocumentFault::QrTooLong(data.len());
    let version = QR_CAPACITY.iter().position(|capacity| data.len() <= *capacity).ok_or(too_long)? + 1;
    // Modules across, with the quiet zone of four on both sides.
    let across = 17 + 4 * version + 8;
    let module = (profile.dots / across).min(*QR_MODULES.end());
    let stored = u16::try_from(data.len() + 3).map_err(|_| too_long)?;
    let module = u8::try_from(module).ok().filter(|_| QR_MODULES.contains(&module)).ok_or(too_long)?;
    bytes.extend_from_slice(QUIET);
    put_align(bytes, Align::Centre);
    bytes.extend([0x1D, 0x28, 0x6B, 0x04, 0x00, 0x31, 0x41, 0x32, 0x00]);
    bytes.extend([0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x43, module]);
    bytes.extend([0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x45, 0x31]);
    bytes.extend([0x1D, 0x28, 0x6B]);
    bytes.extend(stored.to_le_bytes());
    bytes.extend([0x31, 0x50, 0x30]);
    bytes.extend_from_slice(data);
    bytes.extend([0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x51, 0x30]);
    bytes.extend_from_slice(QUIET);
    put_align_back(bytes);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receipt_printer::status_protocol::ask_paper_in_sequence;
    use proptest::prelude::*;

    const FREE: Profile = Profile { panel_button: PanelButton::Free, ..Profile::MM58 };

    #[test]
    fn the_worked_example_of_the_specification_comes_out_to_the_byte() {
        let receipt = Document::new()
            .heading("福田政务")
            .rule()
            .line("业务：水费缴纳")
            .line("户号：SZ0012345678")
            .bold("金额：86.50")
            .feed(4)
            .cut();
        let mut bytes = encode(&receipt, &FREE).unwrap().bytes.to_vec();
        bytes.extend(ask_paper_in_sequence());
        assert_eq!(bytes.len(), 134);
        assert_eq!(crc32fast::hash(&bytes), 0x3912_6AE0);
    }

    #[test]
    fn a_qr_code_comes_out_as_in_the_specification() {
        let bytes = encode(&Document::new().qr("https://example.org/r/1"), &FREE).unwrap().bytes;
        let expected = [
            &[0x1B, 0x40][..],
            QUIET,
            &[0x1B, 0x61, 0x01],
            &[0x1D, 0x28, 0x6B, 0x04, 0x00, 0x31, 0x41, 0x32, 0x00],
            &[0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x43, 0x06],
            &[0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x45, 0x31],
            &[0x1D, 0x28, 0x6B, 0x1A, 0x00, 0x31, 0x50, 0x30],
            b"https://example.org/r/1",
            &[0x1D, 0x28, 0x6B, 0x03, 0x00, 0x31, 0x51, 0x30],
            QUIET,
            &[0x1B, 0x61, 0x00],
        ]
        .concat();
        assert_eq!(&bytes[..], &expected[..]);
    }

    #[test]
    fn a_qr_code_that_nobody_could_scan_is_refused() {
        let long = "x".repeat(667);
        assert_eq!(encode(&Document::new().qr(&long), &FREE), Err(DocumentFault::QrTooLong(667)));
    }

    #[test]
    fn a_public_terminal_locks_the_panel_after_initialising() {
        let bytes = encode(&Document::new(), &Profile::MM80).unwrap().bytes;
        assert_eq!(&bytes[..], [0x1B, 0x40, 0x1B, 0x63, 0x35, 0x01]);
    }

    proptest! {
        /// Whatever a name holds, it cannot smuggle a command into the stream.
        #[test]
        fn text_never_becomes_a_command(text in any::<String>()) {
            let bytes = encode(&Document::new().line(&text), &FREE).unwrap().bytes;
            let mut rest = &bytes[2..];
            while let [first, after @ ..] = rest {
                rest = match (*first, after) {
                    (0x1C, [0x26 | 0x2E, after @ ..]) | (0x0A | 0x20..=0x7E, after) => after,
                    (0x81..=0xFE, [second, after @ ..]) if *second >= 0x40 => after,
                    other => return Err(TestCaseError::fail(format!("{other:02X?}"))),
                };
            }
        }
    }
}
