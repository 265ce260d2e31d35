//! Takes a byte stream apart into commands, by the table of lengths in section 9 of the wire protocol.
//!
//! Steps over everything it does not draw. Real-time commands never get here: they are taken out on arrival.

/// A command with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A byte of text, or of a Chinese character.
    Text(u8),
    /// 0A
    LineFeed,
    /// 1B 40
    Initialise,
    /// 1B 61 n
    Align(u8),
    /// 1B 45 n
    Emphasis(u8),
    /// 1D 21 n
    Size(u8),
    /// 1B 64 n
    FeedLines(u8),
    /// 1B 4A n
    FeedDots(u8),
    /// 1C 26 and 1C 2E
    Chinese(Mode),
    /// 1D 56 ..., with the dots to feed before
    Cut(u8),
    /// 1D 28 6B: cn, fn and the rest
    Code(Vec<u8>),
    /// 1D 76 30: mode, bytes a row, rows
    Raster(u8, usize, Vec<u8>),
    /// 1D 61 n
    AutomaticStatus(u8),
    /// 1D 72 n
    PaperInSequence,
    /// 1D 28 48: the mark
    Mark(Vec<u8>),
    /// 1D 49 n
    Identity(u8),
    /// Known and not drawn.
    Ignored,
    /// Not in the table: an error of the stream.
    Unknown(Vec<u8>),
}

/// Double-byte mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// On.
    On,
    /// Off.
    Off,
}

/// The first whole command and its length, `None` while it is incomplete.
pub fn next_command(bytes: &[u8]) -> Option<(Command, usize)> {
    match bytes {
        [] | [0x1B..=0x1D] => None,
        [0x0A, ..] => Some((Command::LineFeed, 1)),
        [0x09 | 0x0C | 0x0D | 0x18, ..] => Some((Command::Ignored, 1)),
        [0x1B, rest @ ..] => escape(rest).map(|(command, length)| (command, length + 1)),
        [0x1C, rest @ ..] => chinese(rest).map(|(command, length)| (command, length + 1)),
        [0x1D, rest @ ..] => group(rest).map(|(command, length)| (command, length + 1)),
        [byte @ (0x20..=0x7E | 0x80..=0xFF), ..] => Some((Command::Text(*byte), 1)),
        [byte, ..] => Some((Command::Unknown(vec![*byte]), 1)),
    }
}

/// A command that is stepped over once it is complete.
fn skip(bytes: &[u8], length: usize) -> Option<(Command, usize)> {
    (bytes.len() >= length).then_some((Command::Ignored, length))
}

fn word(low: u8, high: u8) -> usize {
    usize::from(u16::from_le_bytes([low, high]))
}

fn escape(bytes: &[u8]) -> Option<(Command, usize)> {
    Some(match bytes {
        [0x40, ..] => (Command::Initialise, 1),
        [0x61, n, ..] => (Command::Align(*n), 2),
        [0x45, n, ..] => (Command::Emphasis(*n), 2),
        [0x64, n, ..] => (Command::FeedLines(*n), 2),
        [0x4A, n, ..] => (Command::FeedDots(*n), 2),
        [0x69 | 0x6D, ..] => (Command::Cut(0), 1),
        [0x32 | 0x4C | 0x53 | 0x0C | 0x3C, ..] => (Command::Ignored, 1),
        [
            0x61 | 0x45 | 0x64 | 0x4A | 0x3F | 0x20 | 0x21 | 0x2D | 0x33 | 0x47 | 0x4D | 0x52 | 0x54 | 0x56
            | 0x65 | 0x72 | 0x74 | 0x7B | 0x55 | 0x25 | 0x3D | 0x06,
            ..,
        ] => return skip(bytes, 2),
        [0x24 | 0x5C | 0x63 | 0x42, ..] => return skip(bytes, 3),
        [0x70, ..] => return skip(bytes, 4),
        [0x57, ..] => return skip(bytes, 9),
        [0x44, stops @ ..] => return skip(bytes, stops.iter().position(|stop| *stop == 0)? + 2),
        [0x2A, mode, low, high, ..] => {
            let each = if matches!(mode, 0x20 | 0x21) { 3 } else { 1 };
            return skip(bytes, 4 + word(*low, *high) * each);
        }
        [0x2A, ..] | [] => return None,
        [other, ..] => (Command::Unknown(vec![0x1B, *other]), 1),
    })
}

fn chinese(bytes: &[u8]) -> Option<(Command, usize)> {
    Some(match bytes {
        [0x26, ..] => (Command::Chinese(Mode::On), 1),
        [0x2E, ..] => (Command::Chinese(Mode::Off), 1),
        [0x21 | 0x2D | 0x43 | 0x57, ..] => return skip(bytes, 2),
        [0x53 | 0x70, ..] => return skip(bytes, 3),
        [0x28, _, low, high, ..] => return skip(bytes, 4 + word(*low, *high)),
        [0x28, ..] | [] => return None,
        [other, ..] => (Command::Unknown(vec![0x1C, *other]), 1),
    })
}

fn group(bytes: &[u8]) -> Option<(Command, usize)> {
    Some(match bytes {
        [0x21, n, ..] => (Command::Size(*n), 2),
        [0x61, n, ..] => (Command::AutomaticStatus(*n), 2),
        [0x72, _, ..] => (Command::PaperInSequence, 2),
        [0x49, n, ..] => (Command::Identity(*n), 2),
        [0x56, 0x00 | 0x01 | 0x30 | 0x31, ..] => (Command::Cut(0), 2),
        [0x56, 0x41 | 0x42 | 0x61 | 0x62 | 0x67 | 0x68, n, ..] => (Command::Cut(*n), 3),
        [0x28, 0x6B, low, high, data @ ..] => {
            (Command::Code(data.get(..word(*low, *high))?.to_vec()), 4 + word(*low, *high))
        }
        [0x28, 0x48, low, high, data @ ..] => {
            let data = data.get(..word(*low, *high))?;
            (Command::Mark(data.get(2..).unwrap_or_default().to_vec()), 4 + data.len())
        }
        [0x28, _, low, high, ..] => return skip(bytes, 4 + word(*low, *high)),
        [0x38, 0x4C, a, b, c, d, ..] => {
            return skip(bytes, 6 + usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).ok()?);
        }
        [0x76, 0x30, mode, xl, xh, yl, yh, data @ ..] => {
            let (width, rows) = (word(*xl, *xh), word(*yl, *yh));
            (Command::Raster(*mode, width, data.get(..width * rows)?.to_vec()), 7 + width * rows)
        }
        [0x6B, 0x41..=0x4F, length, ..] => return skip(bytes, 3 + usize::from(*length)),
        [0x6B, 0x00..=0x06, data @ ..] => return skip(bytes, data.iter().position(|byte| *byte == 0)? + 3),
        [0x2A, x, y, ..] => return skip(bytes, 3 + usize::from(*x) * usize::from(*y) * 8),
        [0x28 | 0x38 | 0x76 | 0x6B | 0x56 | 0x2A, ..] if bytes.len() < 8 => return None,
        [0x21 | 0x61 | 0x72 | 0x49 | 0x42 | 0x45 | 0x48 | 0x62 | 0x66 | 0x68 | 0x77 | 0x2F, ..] => {
            return skip(bytes, 2);
        }
        [0x4C | 0x57 | 0x50 | 0x24 | 0x5C, ..] => return skip(bytes, 3),
        [0x3A | 0x63, ..] => (Command::Ignored, 1),
        [0x5E, ..] => return skip(bytes, 4),
        [other, ..] => (Command::Unknown(vec![0x1D, *other]), 1),
        [] => return None,
    })
}

/// The length of a real-time command at the start of the bytes, `None` if there is none, 0 while it is incomplete.
pub fn real_time_length(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [0x10]
        | [0x10, 0x04 | 0x05 | 0x14]
        | [0x10, 0x14, 0x01 | 0x02 | 0x08]
        | [0x10, 0x04, 0x07 | 0x08 | 0x12] => Some(0),
        [0x10, 0x04, 0x07 | 0x08 | 0x12, _, ..] => Some(4),
        [0x10, 0x04 | 0x05, _, ..] => Some(3),
        [0x10, 0x14, 0x01 | 0x02, rest @ ..] => Some(if rest.len() < 2 { 0 } else { 5 }),
        [0x10, 0x14, 0x08, rest @ ..] => Some(if rest.len() < 7 { 0 } else { 10 }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(mut bytes: &[u8]) -> Vec<Command> {
        let mut commands = Vec::new();
        while let Some((command, length)) = next_command(bytes) {
            commands.push(command);
            bytes = &bytes[length..];
        }
        commands
    }

    #[test]
    fn commands_are_told_apart() {
        use Command as C;
        assert_eq!(
            all(&[0x1B, 0x40, 0x1B, 0x61, 0x01, 0x41, 0x0A]),
            [C::Initialise, C::Align(1), C::Text(0x41), C::LineFeed]
        );
        assert_eq!(all(&[0x1D, 0x56, 0x42, 0x00, 0x1D, 0x72, 0x01]), [C::Cut(0), C::PaperInSequence]);
        assert_eq!(
            all(&[0x1D, 0x28, 0x48, 0x06, 0x00, 0x30, 0x30, 0x30, 0x30, 0x34, 0x31]),
            [C::Mark(b"0041".to_vec())]
        );
        assert_eq!(all(&[0x1D, 0x76, 0x30, 0, 2, 0, 1, 0, 0xFF, 0x80]), [C::Raster(0, 2, vec![0xFF, 0x80])]);
        assert_eq!(all(&[0x1B, 0x63, 0x35, 0x01, 0x1B, 0x74, 0x00]), [C::Ignored, C::Ignored]);
    }

    #[test]
    fn an_incomplete_command_waits() {
        for bytes in
            [&[0x1D, 0x28, 0x6B, 0x04, 0x00, 0x31][..], &[0x1B], &[0x1D, 0x21], &[0x1D, 0x76, 0x30, 0]]
        {
            assert_eq!(next_command(bytes), None, "{bytes:02X?}");
        }
    }

    #[test]
    fn an_unknown_prefix_is_an_error_of_the_stream() {
        assert_eq!(all(&[0x1B, 0xEE]), [Command::Unknown(vec![0x1B, 0xEE])]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            all(&bytes);
            real_time_length(&bytes);
        }
    }
}
