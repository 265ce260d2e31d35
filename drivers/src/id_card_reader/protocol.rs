//! The reader's frames (section 2 of the wire protocol), sans IO: bytes in, answers out.
//!
//! ```text
//! request   AA AA AA 96 69 | length | CMD PARA      | data | CHK
//! answer    AA AA AA 96 69 | length | SW1 SW2 SW3   | data | CHK
//! ```
//!
//! `length` is big-endian and counts what follows it, CHK included; CHK is the XOR of everything from `length` on.
//! Nothing is escaped: the end is found by the length alone. Knows nothing of ports or of what a card holds.

use std::fmt;
use zeroize::{Zeroize, Zeroizing};

const PREAMBLE: [u8; 5] = [0xAA, 0xAA, 0xAA, 0x96, 0x69];
/// Preamble and length.
const HEADER: usize = 7;
/// The lengths a receiver takes (rule 2 of section 2).
const LENGTHS: std::ops::RangeInclusive<usize> = 4..=4096;

/// An answer whose length and checksum fit. Its data is personal: it is wiped, and `Debug` doesn't show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// SW1 SW2, from the card; 00 00 when the card was not involved.
    pub card_status: [u8; 2],
    /// SW3, from the module (section 8).
    pub status: u8,
    /// What follows, without the checksum.
    pub data: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame(SW3 {:02X}, {} bytes)", self.status, self.data.len())
    }
}

/// The link garbled an answer: discard what is buffered, repeat what may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the checksum of an answer is wrong: check the reader's cable if this repeats")]
pub struct WrongChecksum;

/// The bytes of a request.
pub fn request(command: [u8; 2], data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 3).unwrap_or(u16::MAX);
    let mut frame = PREAMBLE.to_vec();
    frame.extend(length.to_be_bytes());
    frame.extend(command);
    frame.extend(data);
    frame.push(xor(frame.get(PREAMBLE.len()..).unwrap_or_default()));
    frame
}

fn xor(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum ^ byte)
}

/// Finds answers in a stream of bytes that may hold noise, be cut anywhere and begin anywhere.
#[derive(Default)]
pub struct Decoder {
    buffer: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Decoder({} bytes)", self.buffer.len())
    }
}

impl Decoder {
    /// An empty one.
    pub fn new() -> Self {
        // The largest frame at once: growing would leave unwiped copies of personal data behind.
        Self { buffer: Zeroizing::new(Vec::with_capacity(2 * (HEADER + LENGTHS.end()))) }
    }

    /// Takes bytes as they arrive.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.buffer.zeroize();
    }

    /// Whether a header is complete, so that only the rest of its frame is missing.
    pub fn in_frame(&self) -> bool {
        self.buffer.len() >= HEADER && self.buffer.starts_with(&PREAMBLE)
    }

    /// The next answer, `None` while it is incomplete. After a wrong checksum the buffer is empty (rule 3).
    pub fn next_frame(&mut self) -> Option<Result<Frame, WrongChecksum>> {
        loop {
            self.skip_to_preamble();
            let (high, low) = (*self.buffer.get(5)?, *self.buffer.get(6)?);
            let length = usize::from(u16::from_be_bytes([high, low]));
            if !LENGTHS.contains(&length) {
                self.drop_front(1);
                continue;
            }
            let body = self.buffer.get(PREAMBLE.len()..HEADER + length)?;
            if xor(body) != 0 {
                self.clear();
                return Some(Err(WrongChecksum));
            }
            let frame = match body {
                [_, _, sw1, sw2, sw3, data @ .., _check] => {
                    Frame { card_status: [*sw1, *sw2], status: *sw3, data: Zeroizing::new(data.to_vec()) }
                }
                _ => return None,
            };
            self.drop_front(HEADER + length);
            return Some(Ok(frame));
        }
    }

    /// Drops everything before a preamble, or before what may yet become one: of a run of AA the last three count.
    fn skip_to_preamble(&mut self) {
        let start = (0..self.buffer.len())
            .find(|&at| {
                self.buffer.get(at..).is_some_and(|rest| rest.iter().zip(PREAMBLE).all(|(a, b)| *a == b))
            })
            .unwrap_or(self.buffer.len());
        self.drop_front(start);
    }

    fn drop_front(&mut self, count: usize) {
        if count == 0 {
            return;
        }
        let count = count.min(self.buffer.len());
        self.buffer.rotate_left(count);
        let kept = self.buffer.len() - count;
        if let Some(gone) = self.buffer.get_mut(kept..) {
            gone.zeroize();
        }
        self.buffer.truncate(kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// An answer as a module would frame it, written out here and not with the code under test.
    fn answer(status: [u8; 3], data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len() + 4).unwrap();
        let mut body = length.to_be_bytes().to_vec();
        body.extend(status);
        body.extend(data);
        let check = body.iter().fold(0, |a, b| a ^ b);
        [&[0xAA, 0xAA, 0xAA, 0x96, 0x69][..], &body, &[check]].concat()
    }

    fn decode_all(bytes: &[u8]) -> Vec<Result<Frame, WrongChecksum>> {
        let mut decoder = Decoder::new();
        decoder.push(bytes);
        std::iter::from_fn(|| decoder.next_frame()).collect()
    }

    const CARD_FOUND: [u8; 15] =
        [0xAA, 0xAA, 0xAA, 0x96, 0x69, 0x00, 0x08, 0x00, 0x00, 0x9F, 0x00, 0x00, 0x00, 0x00, 0x97];

    #[test]
    fn the_examples_of_the_specification_are_read() {
        let frames = decode_all(&CARD_FOUND);
        assert_eq!(frames[0].as_ref().unwrap().status, 0x9F);
        assert_eq!(frames[0].as_ref().unwrap().data.len(), 4);
        for (status, check) in [(0x90, 0x94), (0x10, 0x14), (0x41, 0x45), (0x80, 0x84), (0x66, 0x62)] {
            let bytes = [0xAA, 0xAA, 0xAA, 0x96, 0x69, 0x00, 0x04, 0x00, 0x00, status, check];
            assert_eq!(decode_all(&bytes)[0].as_ref().unwrap().status, status);
        }
    }

    #[test]
    fn noise_and_a_fourth_aa_before_the_preamble_are_skipped() {
        for noise in
            [&[0xAA][..], &[0xAA, 0xAA, 0xAA, 0xAA], &[0x00, 0xFF, 0xAA, 0x96], &[0xAA, 0xAA, 0x96, 0x69]]
        {
            let frames = decode_all(&[noise, &CARD_FOUND].concat());
            assert_eq!(frames.len(), 1, "{noise:02X?}");
            assert_eq!(frames[0].as_ref().unwrap().status, 0x9F);
        }
    }

    #[test]
    fn a_length_out_of_bounds_is_not_waited_for() {
        for length in [[0x00, 0x03], [0x10, 0x01], [0xFF, 0xFF]] {
            let false_start = [&PREAMBLE[..], &length].concat();
            assert_eq!(decode_all(&[&false_start[..], &CARD_FOUND].concat()).len(), 1, "{length:02X?}");
        }
    }

    #[test]
    fn a_preamble_inside_the_data_is_data() {
        let frames = decode_all(&answer([0, 0, 0x90], &[0xAA, 0xAA, 0xAA, 0x96, 0x69, 0x00, 0x04]));
        assert_eq!(frames.len(), 1);
        assert_eq!(frames[0].as_ref().unwrap().data.len(), 7);
    }

    #[test]
    fn a_wrong_checksum_discards_what_is_buffered() {
        let mut bytes = CARD_FOUND.to_vec();
        *bytes.last_mut().unwrap() ^= 1;
        bytes.extend([0x01, 0x02]);
        let mut decoder = Decoder::new();
        decoder.push(&bytes);
        assert_eq!(decoder.next_frame(), Some(Err(WrongChecksum)));
        assert!(decoder.buffer.is_empty());
        decoder.push(&CARD_FOUND);
        assert!(matches!(decoder.next_frame(), Some(Ok(_))));
    }

    #[test]
    fn debug_shows_no_data() {
        let frame = decode_all(&answer([0, 0, 0x90], b"secret")).remove(0).unwrap();
        assert_eq!(format!("{frame:?}"), "Frame(SW3 90, 6 bytes)");
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..6000)) {
            decode_all(&bytes);
        }

        #[test]
        fn a_frame_may_arrive_in_any_pieces(
            data in proptest::collection::vec(any::<u8>(), 0..2400),
            noise in proptest::collection::vec(0u8..0xAA, 0..40),
            pieces in proptest::collection::vec(1usize..200, 1..40),
        ) {
            let bytes = [&noise[..], &answer([0, 0, 0x90], &data)].concat();
            let mut decoder = Decoder::new();
            let mut found = Vec::new();
            let (mut rest, mut sizes) = (&bytes[..], pieces.iter().cycle());
            while !rest.is_empty() {
                let (piece, after) = rest.split_at((*sizes.next().unwrap()).min(rest.len()));
                decoder.push(piece);
                found.extend(std::iter::from_fn(|| decoder.next_frame()));
                rest = after;
            }
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!(&found[0].as_ref().unwrap().data[..], &data[..]);
        }
    }
}
