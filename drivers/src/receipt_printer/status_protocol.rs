//! What the printer says of itself, sans IO: real-time status (section 5), sequenced status (6.3), state rules (7).

use super::profile::{DoorSwitch, Profile, Sensor};
use crate::status::{DeviceStatus, DoorStatus, PaperStatus};

/// DLE EOT n: answered at once, before data that waits in the buffer, also while offline.
pub const fn ask_now(which: RealTime) -> [u8; 3] {
    [0x10, 0x04, which as u8]
}

/// DLE ENQ 2: clears an error that a person has put right, and the buffers.
pub const CLEAR_ERROR: [u8; 3] = [0x10, 0x05, 0x02];

/// GS r 1: queued behind the data and answered when that was processed.
pub const fn ask_paper_in_sequence() -> [u8; 3] {
    [0x1D, 0x72, 0x01]
}

/// GS ( H: queued as well, and answered with the mark once the data before it is printed.
pub fn ask_mark(mark: Mark) -> Vec<u8> {
    let mut bytes = vec![0x1D, 0x28, 0x48, 0x06, 0x00, 0x30, 0x30];
    bytes.extend(mark.0);
    bytes
}

/// The four questions of DLE EOT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RealTime {
    /// Is it online?
    Printer = 1,
    /// If not, why?
    OfflineCause = 2,
    /// Which error?
    ErrorCause = 3,
    /// How much paper?
    Paper = 4,
}

/// Four characters that name a job at the printer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark([u8; 4]);

impl Mark {
    /// The n-th mark, of characters whose bits are not those of a real-time status byte.
    pub fn number(n: u32) -> Self {
        const DIGITS: [u8; 8] = *b"01345789";
        let digit = |place: u32| DIGITS.get((n >> (3 * place)) as usize % 8).copied().unwrap_or(b'0');
        Self([digit(3), digit(2), digit(1), digit(0)])
    }
}

/// Something that the printer said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// The answer to DLE EOT.
    Now(u8),
    /// The answer to GS ( H.
    Mark(Mark),
    /// The answer to GS r.
    PaperInSequence(u8),
}

/// Sorts the printer's bytes (section 6.2). XON and XOFF and what fits nothing are dropped.
#[derive(Debug, Default)]
pub struct Listener {
    block: Vec<u8>,
}

impl Listener {
    /// One that has heard nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a byte; says what it completes.
    pub fn hear(&mut self, byte: u8) -> Option<Said> {
        // No byte of a block has these bits: such a byte is an answer that came in between.
        if byte & 0x93 == 0x12 {
            return Some(Said::Now(byte));
        }
        if matches!(byte, 0x11 | 0x13) {
            return None;
        }
        match (self.block.as_slice(), byte) {
            ([], 0x37) => self.block.push(byte),
            ([], _) if byte & 0x90 == 0 => return Some(Said::PaperInSequence(byte)),
            ([], _) => {}
            ([0x37, _, a, b, c, d], 0x00) => {
                let mark = Mark([*a, *b, *c, *d]);
                self.block.clear();
                return Some(Said::Mark(mark));
            }
            // Too long, or ended early: not a block.
            ([_, _, _, _, _, _], _) | (_, 0x00) => self.block.clear(),
            _ => self.block.push(byte),
        }
        // The second byte of a block is the one that says which block it is.
        if self.block.get(1).is_some_and(|kind| *kind != 0x22) {
            self.block.clear();
        }
        None
    }
}

/// What a person has to see to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Cause {
    /// The cover is open.
    #[error("the cover is open: close it")]
    CoverOpen,
    /// No paper.
    #[error("no paper: put in a new roll")]
    PaperOut,
    /// Paper is stuck in the cutter.
    #[error("the cutter is stuck: clear the paper")]
    CutterJam,
    /// The head is too hot: it recovers by itself.
    #[error("the print head is too hot: wait")]
    HeadHot,
    /// An error that needs service.
    #[error("the printer reports an unrecoverable error: call service")]
    Broken,
    /// Offline without saying why.
    #[error("the printer is busy: wait")]
    Busy,
}

/// The four answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusBytes {
    /// n = 1
    pub printer: u8,
    /// n = 2
    pub offline: u8,
    /// n = 3
    pub error: u8,
    /// n = 4
    pub paper: u8,
}

impl StatusBytes {
    /// Nothing wrong.
    pub const WELL: Self = Self { printer: 0x12, offline: 0x12, error: 0x12, paper: 0x12 };

    /// The first cause that matches, in the order of section 7.
    pub fn cause(&self, profile: &Profile) -> Option<Cause> {
        let causes = [
            (self.error & 0x20 != 0, Cause::Broken),
            (self.offline & 0x04 != 0, Cause::CoverOpen),
            (self.error & 0x0C != 0, Cause::CutterJam),
            (self.paper(profile) == PaperStatus::Out, Cause::PaperOut),
            (self.error & 0x40 != 0, Cause::HeadHot),
            (self.printer & 0x08 != 0, Cause::Busy),
        ];
        causes.into_iter().find_map(|(holds, cause)| holds.then_some(cause))
    }

    /// The state of the device by section 7.
    pub fn device(&self, profile: &Profile) -> DeviceStatus {
        match self.cause(profile) {
            None => DeviceStatus::Online,
            Some(Cause::Broken) => DeviceStatus::HardwareError,
            Some(Cause::CoverOpen | Cause::CutterJam | Cause::PaperOut) => DeviceStatus::UserError,
            Some(Cause::HeadHot | Cause::Busy) => DeviceStatus::DeviceBusy,
        }
    }

    /// The state of the paper, as far as this printer has sensors for it.
    pub fn paper(&self, profile: &Profile) -> PaperStatus {
        if profile.paper_end == Sensor::Present && (self.paper & 0x60 != 0 || self.offline & 0x20 != 0) {
            return PaperStatus::Out;
        }
        match profile.near_end {
            _ if self.error & 0x0C != 0 => PaperStatus::Jammed,
            Sensor::Absent => PaperStatus::Unknown,
            Sensor::Present if self.paper & 0x0C != 0 => PaperStatus::Low,
            Sensor::Present => PaperStatus::Full,
        }
    }

    /// The cabinet's door, where its switch is wired to this printer.
    pub const fn door(&self, profile: &Profile) -> Option<DoorStatus> {
        let is_high = self.printer & 0x04 != 0;
        let is_open = match profile.door {
            DoorSwitch::Absent => return None,
            DoorSwitch::HighWhenOpen => is_high,
            DoorSwitch::HighWhenClosed => !is_high,
        };
        Some(if is_open { DoorStatus::Open } else { DoorStatus::Closed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hear_all(bytes: &[u8]) -> Vec<Said> {
        let mut listener = Listener::new();
        bytes.iter().filter_map(|byte| listener.hear(*byte)).collect()
    }

    #[test]
    fn answers_are_told_apart() {
        let mark = Mark(*b"0041");
        assert_eq!(hear_all(&[0x12]), [Said::Now(0x12)]);
        assert_eq!(hear_all(&[0x37, 0x22, 0x30, 0x30, 0x34, 0x31, 0x00]), [Said::Mark(mark)]);
        assert_eq!(hear_all(&[0x0C]), [Said::PaperInSequence(0x0C)]);
        assert_eq!(hear_all(&[0x11, 0x13, 0x72]), [Said::Now(0x72)]);
        let mixed = [0x37, 0x22, 0x30, 0x16, 0x30, 0x34, 0x31, 0x00, 0x00];
        assert_eq!(hear_all(&mixed), [Said::Now(0x16), Said::Mark(mark), Said::PaperInSequence(0)]);
    }

    #[test]
    fn a_mark_is_asked_as_in_the_specification() {
        assert_eq!(
            ask_mark(Mark(*b"0041")),
            [0x1D, 0x28, 0x48, 0x06, 0x00, 0x30, 0x30, 0x30, 0x30, 0x34, 0x31]
        );
        for n in 0..4096 {
            assert!(Mark::number(n).0.iter().all(|byte| byte & 0x93 != 0x12));
        }
        assert_ne!(Mark::number(1), Mark::number(2));
    }

    #[test]
    fn the_bytes_of_the_specification_mean_what_it_says() {
        let well = StatusBytes::WELL;
        let profile = &Profile::MM58;
        let cases = [
            (well, DeviceStatus::Online, PaperStatus::Full),
            (StatusBytes { printer: 0x16, ..well }, DeviceStatus::Online, PaperStatus::Full),
            (StatusBytes { printer: 0x1A, ..well }, DeviceStatus::DeviceBusy, PaperStatus::Full),
            (
                StatusBytes { printer: 0x1A, offline: 0x16, ..well },
                DeviceStatus::UserError,
                PaperStatus::Full,
            ),
            (StatusBytes { offline: 0x32, ..well }, DeviceStatus::UserError, PaperStatus::Out),
            (
                StatusBytes { error: 0x1A, offline: 0x52, ..well },
                DeviceStatus::UserError,
                PaperStatus::Jammed,
            ),
            (StatusBytes { error: 0x32, ..well }, DeviceStatus::HardwareError, PaperStatus::Full),
            (StatusBytes { error: 0x52, ..well }, DeviceStatus::DeviceBusy, PaperStatus::Full),
            (StatusBytes { paper: 0x1E, ..well }, DeviceStatus::Online, PaperStatus::Low),
            (StatusBytes { paper: 0x72, ..well }, DeviceStatus::UserError, PaperStatus::Out),
            (StatusBytes { paper: 0x7E, ..well }, DeviceStatus::UserError, PaperStatus::Out),
        ];
        for (bytes, device, paper) in cases {
            assert_eq!((bytes.device(profile), bytes.paper(profile)), (device, paper), "{bytes:02X?}");
        }
    }

    #[test]
    fn the_drawer_pin_tells_of_the_door_where_its_switch_is_wired() {
        let (low, high) = (StatusBytes::WELL, StatusBytes { printer: 0x16, ..StatusBytes::WELL });
        for (door, at_low, at_high) in [
            (DoorSwitch::Absent, None, None),
            (DoorSwitch::HighWhenOpen, Some(DoorStatus::Closed), Some(DoorStatus::Open)),
            (DoorSwitch::HighWhenClosed, Some(DoorStatus::Open), Some(DoorStatus::Closed)),
        ] {
            let profile = Profile { door, ..Profile::MM80 };
            assert_eq!((low.door(&profile), high.door(&profile)), (at_low, at_high), "{door:?}");
        }
    }

    #[test]
    fn a_printer_without_sensors_does_not_pretend() {
        let blind = Profile { near_end: Sensor::Absent, paper_end: Sensor::Absent, ..Profile::MM58 };
        assert_eq!(StatusBytes::WELL.paper(&blind), PaperStatus::Unknown);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            hear_all(&bytes);
        }
    }
}
