//! What the module can be asked (section 3): each command is a type that knows its bytes and its answers.
//!
//! An answer that a command cannot have (another length, another code) is not taken: it is the late answer to an
//! earlier request. Knows nothing of when to ask what.

use super::data_fault::DataFault;
use super::photo::Photo;
use super::protocol::{Frame, request};
use contract::Secret;
use std::fmt;

/// A request with its answer.
pub trait Command {
    /// What a good answer holds.
    type Answer;

    /// The frame to send.
    fn bytes(&self) -> Vec<u8>;

    /// Reads an answer; `None` if it cannot belong to this command.
    fn read(&self, frame: &Frame) -> Option<Result<Self::Answer, Refusal>>;
}

/// Why the module did not do it: SW3 by the table of section 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 10, 11: the request arrived garbled.
    #[error("the request arrived garbled: send it again")]
    Garbled,
    /// 21, 23: this module doesn't know the command or doesn't allow it.
    #[error("the module does not support the command")]
    Unsupported,
    /// 24: an error the module has no name for.
    #[error("the module met an unnamed error: reset it")]
    Unnamed,
    /// 31, 32, 33: card and module did not accept each other.
    #[error("card and module did not accept each other: present the card again")]
    NotAccepted,
    /// 40: a card of another kind.
    #[error("this kind of card cannot be read here")]
    UnknownCard,
    /// 41, 47: the card moved away while it was read.
    #[error("the card could not be read: hold it still")]
    ReadFailed,
    /// 60: the module's self-test failed.
    #[error("the module's self-test failed: call service")]
    SelfTest,
    /// 66: the module is not authorised.
    #[error("the module is not authorised: call service")]
    NotAuthorised,
    /// 80: no card in the field.
    #[error("no card")]
    NoCard,
    /// 81: the card was not selected.
    #[error("the card was not selected: begin again with find")]
    SelectFailed,
    /// 91: the card has no such item.
    #[error("the card has no such item")]
    NoSuchItem,
}

/// The refusals that any command can meet.
fn common_refusal(status: u8) -> Option<Refusal> {
    Some(match status {
        0x10 | 0x11 => Refusal::Garbled,
        0x21 | 0x23 => Refusal::Unsupported,
        0x24 => Refusal::Unnamed,
        0x60 => Refusal::SelfTest,
        0x66 => Refusal::NotAuthorised,
        _ => return None,
    })
}

/// The refusals that speak of the card.
fn card_refusal(status: u8) -> Option<Refusal> {
    Some(match status {
        0x31..=0x33 => Refusal::NotAccepted,
        0x40 => Refusal::UnknownCard,
        0x41 | 0x47 => Refusal::ReadFailed,
        0x80 => Refusal::NoCard,
        0x81 => Refusal::SelectFailed,
        0x91 => Refusal::NoSuchItem,
        _ => return None,
    })
}

/// A command whose good answer has a code and a length, and whose refusals have no data.
fn fixed<A>(
    frame: &Frame,
    good: (u8, usize),
    refusals: impl Fn(u8) -> Option<Refusal>,
    answer: impl FnOnce(&[u8]) -> A,
) -> Option<Result<A, Refusal>> {
    if (frame.status, frame.data.len()) == good {
        return Some(Ok(answer(&frame.data)));
    }
    if !frame.data.is_empty() {
        return None;
    }
    refusals(frame.status).map(Err)
}

/// 10 FF: back to the phase `idle`.
#[derive(Clone, Copy, Debug)]
pub struct Reset;

impl Command for Reset {
    type Answer = ();

    fn bytes(&self) -> Vec<u8> {
        request([0x10, 0xFF], &[])
    }

    fn read(&self, frame: &Frame) -> Option<Result<(), Refusal>> {
        fixed(frame, (0x90, 0), common_refusal, |_| ())
    }
}

/// 11 FF: is the module well?
#[derive(Clone, Copy, Debug)]
pub struct Status;

impl Command for Status {
    type Answer = ();

    fn bytes(&self) -> Vec<u8> {
        request([0x11, 0xFF], &[])
    }

    fn read(&self, frame: &Frame) -> Option<Result<(), Refusal>> {
        fixed(frame, (0x90, 0), common_refusal, |_| ())
    }
}

/// 12 FF: who is the module? It names the reader, not a card.
#[derive(Clone, Copy, Debug)]
pub struct ReadModuleId;

/// The security module's number (section 4), `05.03-20140101-0000123456-0987654321`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ModuleId([u8; 16]);

impl fmt::Display for ModuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [k0, k1, m0, m1, d0, d1, d2, d3, s0, s1, s2, s3, r0, r1, r2, r3] = self.0;
        let (kind, maker) = (u16::from_le_bytes([k0, k1]), u16::from_le_bytes([m0, m1]));
        let date = u32::from_le_bytes([d0, d1, d2, d3]);
        let serial = u32::from_le_bytes([s0, s1, s2, s3]);
        let random = u32::from_le_bytes([r0, r1, r2, r3]);
        write!(f, "{kind:02}.{maker:02}-{date:08}-{serial:010}-{random:010}")
    }
}

impl Command for ReadModuleId {
    type Answer = ModuleId;

    fn bytes(&self) -> Vec<u8> {
        request([0x12, 0xFF], &[])
    }

    fn read(&self, frame: &Frame) -> Option<Result<ModuleId, Refusal>> {
        fixed(frame, (0x90, 16), common_refusal, |data| ModuleId(data.try_into().unwrap_or_default()))
    }
}

/// 20 01: is there a card?
#[derive(Clone, Copy, Debug)]
pub struct Find;

impl Command for Find {
    type Answer = ();

    fn bytes(&self) -> Vec<u8> {
        request([0x20, 0x01], &[])
    }

    fn read(&self, frame: &Frame) -> Option<Result<(), Refusal>> {
        fixed(frame, (0x9F, 4), presence_refusal, |_| ())
    }
}

/// 20 02: choose the card that was found. The serial it answers is all zeros on some modules and is not kept.
#[derive(Clone, Copy, Debug)]
pub struct Select;

impl Command for Select {
    type Answer = ();

    fn bytes(&self) -> Vec<u8> {
        request([0x20, 0x02], &[])
    }

    fn read(&self, frame: &Frame) -> Option<Result<(), Refusal>> {
        fixed(frame, (0x90, 8), presence_refusal, |_| ())
    }
}

/// What finding and selecting can meet: only a read can miss an item.
fn presence_refusal(status: u8) -> Option<Refusal> {
    common_refusal(status).or_else(|| card_refusal(status).filter(|refusal| *refusal != Refusal::NoSuchItem))
}

/// 30 01: text and photo, and no fingerprints (they shall not leave the reader, section 7).
#[derive(Clone, Copy, Debug)]
pub struct ReadTextAndPhoto;

/// What the chip gave.
#[derive(Debug)]
pub struct ChipData {
    /// The 256 bytes of text.
    pub text: Secret<Vec<u8>>,
    /// The photo; some readers send none.
    pub photo: Option<Photo>,
}

/// The only length that the text of a card has, in bytes.
pub const TEXT_BYTES: usize = 256;

impl Command for ReadTextAndPhoto {
    /// A good answer can still hold lengths that no card has: that is the card's fault, not the link's.
    type Answer = Result<ChipData, DataFault>;

    fn bytes(&self) -> Vec<u8> {
        request([0x30, 0x01], &[])
    }

    fn read(&self, frame: &Frame) -> Option<Result<Self::Answer, Refusal>> {
        if frame.status != 0x90 {
            let refusals = |status| common_refusal(status).or_else(|| card_refusal(status));
            return fixed(frame, (0x90, 0), refusals, |_| Err(DataFault::Lengths));
        }
        // The lengths that the answer itself states must add up, or it is not the answer to a read.
        let (lengths, content) = frame.data.split_at_checked(4)?;
        let [text_high, text_low, photo_high, photo_low] = *lengths else { return None };
        let text_length = usize::from(u16::from_be_bytes([text_high, text_low]));
        let photo_length = usize::from(u16::from_be_bytes([photo_high, photo_low]));
        if content.len() != text_length + photo_length {
            return None;
        }
        let (text, photo) = content.split_at_checked(text_length)?;
        if text.len() != TEXT_BYTES {
            return Some(Ok(Err(DataFault::Lengths)));
        }
        let photo = match photo {
            [] => None,
            bytes => match Photo::from_chip(bytes) {
                Some(photo) => Some(photo),
                None => return Some(Ok(Err(DataFault::Lengths))),
            },
        };
        Some(Ok(Ok(ChipData { text: Secret::new(text.to_vec()), photo })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroize::Zeroizing;

    fn frame(status: u8, data: &[u8]) -> Frame {
        Frame { card_status: [0, 0], status, data: Zeroizing::new(data.to_vec()) }
    }

    #[test]
    fn requests_are_those_of_the_specification() {
        let preamble = [0xAA, 0xAA, 0xAA, 0x96, 0x69, 0x00, 0x03];
        let with = |rest: [u8; 3]| [&preamble[..], &rest].concat();
        assert_eq!(Reset.bytes(), with([0x10, 0xFF, 0xEC]));
        assert_eq!(Status.bytes(), with([0x11, 0xFF, 0xED]));
        assert_eq!(ReadModuleId.bytes(), with([0x12, 0xFF, 0xEE]));
        assert_eq!(Find.bytes(), with([0x20, 0x01, 0x22]));
        assert_eq!(Select.bytes(), with([0x20, 0x02, 0x21]));
        assert_eq!(ReadTextAndPhoto.bytes(), with([0x30, 0x01, 0x32]));
    }

    #[test]
    fn the_module_id_prints_as_every_sdk_prints_it() {
        let data =
            [0x05, 0x00, 0x03, 0x00, 0x45, 0x50, 0x33, 0x01, 0x40, 0xE2, 0x01, 0x00, 0xB1, 0x68, 0xDE, 0x3A];
        let id = ReadModuleId.read(&frame(0x90, &data)).unwrap().unwrap();
        assert_eq!(id.to_string(), "05.03-20140101-0000123456-0987654321");
    }

    #[test]
    fn answers_to_another_request_are_not_taken() {
        assert!(Find.read(&frame(0x90, &[])).is_none(), "a late status");
        assert!(Status.read(&frame(0x9F, &[0; 4])).is_none(), "a late find");
        assert!(Select.read(&frame(0x90, &[])).is_none());
        assert!(ReadTextAndPhoto.read(&frame(0x90, &[])).is_none());
        assert!(ReadTextAndPhoto.read(&frame(0x90, &[0; 8])).is_none(), "a late select");
        assert!(ReadTextAndPhoto.read(&frame(0x90, &[0x01, 0x00, 0x04, 0x00, 0x20])).is_none());
    }

    #[test]
    fn an_answer_with_text_only_is_fine() {
        let data = [&[0x01, 0x00, 0x00, 0x00][..], &[0x20; 256]].concat();
        let chip = ReadTextAndPhoto.read(&frame(0x90, &data)).unwrap().unwrap().unwrap();
        assert!(chip.photo.is_none());
    }

    #[test]
    fn refusals_are_told_by_sw3_alone() {
        let mut refused = frame(0x41, &[]);
        refused.card_status = [0x6A, 0x82];
        assert_eq!(ReadTextAndPhoto.read(&refused).unwrap().unwrap_err(), Refusal::ReadFailed);
        assert_eq!(Find.read(&frame(0x80, &[])), Some(Err(Refusal::NoCard)));
    }
}
