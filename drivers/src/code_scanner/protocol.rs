//! Bytes of a serial scanner into codes. Pure: knows no port and no clock.
//!
//! A line is a code. Scanners end it with CR, LF or both, and some put it between STX and ETX: each of them ends a line here, and
//! an empty line is none. What is held before a scanner in the street is anybody's: a line is bounded, and a code is text of
//! printable ASCII, as all of ours are.

use contract::Secret;
use zeroize::Zeroize;

/// The longest code that is taken, in bytes; more than any of ours, and than most addresses.
pub const LONGEST_CODE: usize = 512;

const STX: u8 = 0x02;
const ETX: u8 = 0x03;

/// What was held before the scanner. It may be a person's: a health code, a number.
#[derive(Clone, Debug)]
pub struct Code(Secret<String>);

impl Code {
    /// What it says.
    pub const fn text(&self) -> &Secret<String> {
        &self.0
    }
}

impl From<&str> for Code {
    fn from(text: &str) -> Self {
        Self(Secret::from(text))
    }
}

/// Why a line is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Garbled {
    /// Longer than [`LONGEST_CODE`].
    #[error("a code of more than {LONGEST_CODE} bytes: hold another one before the scanner")]
    TooLong,
    /// Bytes that are no printable ASCII.
    #[error("a code that is no plain text: set the scanner to plain text and to the speed of its port")]
    NotText,
    /// It had no end.
    #[error("a code without an end: set the scanner to end each with CR")]
    BrokenOff,
}

/// The line that is coming in.
#[derive(Debug, Default)]
pub struct Lines {
    line: Vec<u8>,
    is_too_long: bool,
}

impl Lines {
    /// Nothing has come in.
    pub fn new() -> Self {
        // Room for all of it: a buffer that grows leaves copies behind.
        Self { line: Vec::with_capacity(LONGEST_CODE), is_too_long: false }
    }

    /// Takes in a byte; a code when it ends a line.
    pub fn take(&mut self, byte: u8) -> Option<Result<Code, Garbled>> {
        match byte {
            b'\r' | b'\n' | ETX => self.end(),
            STX => self.break_off().map(Err),
            _ if self.line.len() == LONGEST_CODE => {
                self.is_too_long = true;
                None
            }
            _ => {
                self.line.push(byte);
                None
            }
        }
    }

    /// The rest of the line does not come; nothing, where none had begun.
    pub fn break_off(&mut self) -> Option<Garbled> {
        let had_begun = !self.line.is_empty();
        self.forget();
        had_begun.then_some(Garbled::BrokenOff)
    }

    fn end(&mut self) -> Option<Result<Code, Garbled>> {
        let code = if self.is_too_long { Some(Err(Garbled::TooLong)) } else { code(&self.line) };
        self.forget();
        code
    }

    fn forget(&mut self) {
        self.line.zeroize();
        self.is_too_long = false;
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.forget();
    }
}

fn code(line: &[u8]) -> Option<Result<Code, Garbled>> {
    if line.iter().any(|byte| !matches!(byte, b' '..=b'~')) {
        return Some(Err(Garbled::NotText));
    }
    let text = std::str::from_utf8(line).ok()?;
    let text = without_symbology(text).trim();
    (!text.is_empty()).then(|| Ok(Code::from(text)))
}

/// Some scanners say first which kind of code it is: `]Q1` (ISO/IEC 15424).
fn without_symbology(text: &str) -> &str {
    match text.as_bytes() {
        [b']', b'A'..=b'Z' | b'a'..=b'z', b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z', ..] => {
            text.get(3..).unwrap_or_default()
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(lines: &mut Lines, bytes: &[u8]) -> Vec<Result<String, Garbled>> {
        let codes = bytes.iter().filter_map(|byte| lines.take(*byte));
        codes.map(|code| code.map(|code| code.text().expose().clone())).collect()
    }

    #[test]
    fn a_line_is_a_code_however_it_ends() {
        for bytes in [
            &b"4403042026\r"[..],
            b"4403042026\n",
            b"4403042026\r\n",
            b"\x024403042026\x03",
            b" 4403042026 \r",
        ] {
            assert_eq!(all(&mut Lines::new(), bytes), [Ok("4403042026".to_owned())], "{bytes:?}");
        }
        assert_eq!(all(&mut Lines::new(), b"]Q14403042026\r"), [Ok("4403042026".to_owned())]);
        assert_eq!(all(&mut Lines::new(), b"\r\n\r\n \r"), [], "nothing is no code");
    }

    #[test]
    fn what_is_no_text_or_too_long_spoils_its_own_line_only() {
        let mut bytes = "粤\r".as_bytes().to_vec();
        bytes.extend([b'7'; LONGEST_CODE + 1]);
        bytes.extend(b"\rgood\r");
        let codes = all(&mut Lines::new(), &bytes);
        assert_eq!(codes, [Err(Garbled::NotText), Err(Garbled::TooLong), Ok("good".to_owned())]);
    }

    #[test]
    fn a_line_that_broke_off_is_no_part_of_the_next() {
        let mut lines = Lines::new();
        assert_eq!(all(&mut lines, b"half of a"), []);
        assert_eq!(lines.break_off(), Some(Garbled::BrokenOff));
        assert_eq!(lines.break_off(), None, "nothing had begun");
        assert_eq!(all(&mut lines, b"whole\r"), [Ok("whole".to_owned())]);
        let begun_anew = [Err(Garbled::BrokenOff), Ok("whole".to_owned())];
        assert_eq!(all(&mut lines, b"half\x02whole\x03"), begun_anew);
    }

    proptest! {
        #[test]
        fn any_bytes_give_codes_of_plain_text_within_the_bound(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
            let mut lines = Lines::new();
            for code in all(&mut lines, &bytes).into_iter().flatten() {
                prop_assert!((1..=LONGEST_CODE).contains(&code.len()));
                prop_assert!(code.bytes().all(|byte| matches!(byte, b' '..=b'~')));
            }
            prop_assert!(lines.line.capacity() == LONGEST_CODE, "nothing grows");
        }

        #[test]
        fn codes_come_out_as_they_went_in(codes in prop::collection::vec("[0-9A-Za-z:/.-]{1,80}", 1..6)) {
            let bytes: Vec<u8> = codes.iter().flat_map(|code| format!("{code}\r\n").into_bytes()).collect();
            prop_assert_eq!(all(&mut Lines::new(), &bytes), codes.into_iter().map(Ok).collect::<Vec<_>>());
        }
    }
}
