//! The security module's state (section 10 of the wire protocol): phase, slot, and its answer to each request.

use super::card_file::{self, Card};
use super::faults::Fault;
use crate::wire::{Line, Twin};
use std::path::PathBuf;
use std::time::{Duration, Instant};

const PREAMBLE: [u8; 5] = [0xAA, 0xAA, 0xAA, 0x96, 0x69];
/// 05.03-20140101-0000123456-0987654321, the example of the specification.
const MODULE_ID: [u8; 16] =
    [0x05, 0x00, 0x03, 0x00, 0x45, 0x50, 0x33, 0x01, 0x40, 0xE2, 0x01, 0x00, 0xB1, 0x68, 0xDE, 0x3A];
/// Past the host's time-out of two seconds.
const LATE: Duration = Duration::from_millis(2300);

/// How far the card that lies there has been taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    Found,
    Selected,
    Read,
}

/// A request whose checksum fits, or what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Request {
    Command([u8; 2]),
    WrongChecksum,
    WrongLength,
}

/// The virtual reader.
#[derive(Debug)]
pub struct Reader {
    cards: PathBuf,
    /// How long the chip takes for a read, before the first byte of the answer.
    card_time: Duration,
    slot: Option<Card>,
    phase: Phase,
    fault: Option<Fault>,
    input: Vec<u8>,
}

impl Reader {
    /// An empty reader that finds its cards by name in a folder.
    pub fn new(cards: PathBuf, card_time: Duration) -> Self {
        Self { cards, card_time, slot: None, phase: Phase::Idle, fault: None, input: Vec::new() }
    }

    /// Lays a card down.
    pub fn lay(&mut self, card: Card) {
        self.slot = Some(card);
        self.phase = Phase::Idle;
    }

    fn lift(&mut self) {
        self.slot = None;
        self.phase = Phase::Idle;
    }

    /// The answer's bytes after the length and before the checksum.
    fn answer(&mut self, request: Request) -> Vec<u8> {
        match request {
            Request::WrongChecksum => vec![0, 0, 0x10],
            Request::WrongLength => vec![0, 0, 0x11],
            Request::Command(command) => self.obey(command),
        }
    }

    fn obey(&mut self, command: [u8; 2]) -> Vec<u8> {
        let card = self.slot.is_some();
        match (command, self.phase) {
            ([0x10, 0xFF], _) => self.go(Phase::Idle, &[0, 0, 0x90]),
            ([0x11, 0xFF] | [0x60, 0x00..=0x04], _) => vec![0, 0, 0x90],
            ([0x12, 0xFF], _) => [&[0, 0, 0x90][..], &MODULE_ID].concat(),
            ([0x20, 0x01], Phase::Read) if card => vec![0, 0, 0x80],
            ([0x20, 0x01], _) if card => self.go(Phase::Found, &[0, 0, 0x9F, 0, 0, 0, 0]),
            ([0x20, 0x01], _) => self.go(Phase::Idle, &[0, 0, 0x80]),
            ([0x20, 0x02], Phase::Found) => self.go(Phase::Selected, &[0, 0, 0x90, 0, 0, 0, 0, 0, 0, 0, 0]),
            ([0x20, 0x02], _) => self.go(Phase::Idle, &[0, 0, 0x81]),
            ([0x30, 0x01 | 0x03 | 0x10], Phase::Selected | Phase::Read) => match self.slot.clone() {
                Some(card) => {
                    self.phase = Phase::Read;
                    content(command, &card)
                }
                None => self.go(Phase::Idle, &[0, 0, 0x41]),
            },
            ([0x30, 0x01 | 0x03 | 0x10], _) => self.go(Phase::Idle, &[0, 0, 0x41]),
            _ => vec![0, 0, 0x21],
        }
    }

    fn go(&mut self, phase: Phase, answer: &[u8]) -> Vec<u8> {
        self.phase = phase;
        answer.to_vec()
    }

    /// Takes the next whole request out of the input.
    fn next_request(&mut self) -> Option<Request> {
        loop {
            let start = (0..self.input.len())
                .find(|&at| {
                    self.input.get(at..).is_some_and(|rest| rest.iter().zip(PREAMBLE).all(|(a, b)| *a == b))
                })
                .unwrap_or(self.input.len());
            self.input.drain(..start);
            let (high, low) = (*self.input.get(5)?, *self.input.get(6)?);
            let length = usize::from(u16::from_be_bytes([high, low]));
            if !(3..=64).contains(&length) {
                self.input.drain(..PREAMBLE.len());
                return Some(Request::WrongLength);
            }
            let body = self.input.get(5..7 + length)?.to_vec();
            self.input.drain(..7 + length);
            if body.iter().fold(0, |sum, byte| sum ^ byte) != 0 {
                return Some(Request::WrongChecksum);
            }
            if let [_, _, command, parameter, ..] = body.as_slice() {
                return Some(Request::Command([*command, *parameter]));
            }
        }
    }

    fn send(&mut self, request: Request, now: Instant, line: &mut Line) {
        let reading = matches!(request, Request::Command([0x30, _]));
        let fault = self.fault.take_if(|fault| reading || !fault.waits_for_read());
        match fault {
            Some(Fault::CardTaken) => self.lift(),
            Some(Fault::Refuse(code)) => {
                self.phase = Phase::Idle;
                return line.send(&frame(&[0, 0, code]), now);
            }
            _ => {}
        }
        let mut bytes = frame(&self.answer(request));
        // The request has been on the wire before, and a chip takes its time.
        let chip = if reading { self.card_time } else { Duration::ZERO };
        let begin = now + line.time_of(10) + chip;
        match fault {
            None | Some(Fault::CardTaken | Fault::Refuse(_)) => line.send(&bytes, begin),
            Some(Fault::NoAnswer) => {}
            Some(Fault::Late) => line.send(&bytes, begin + LATE),
            Some(Fault::SingleBytes) => line.send_in_pieces(&bytes, begin, 1, Duration::from_micros(200)),
            Some(Fault::Cut(count)) => line.send(bytes.get(..count).unwrap_or(&bytes), begin),
            Some(Fault::Flip) => {
                let middle = bytes.len() / 2;
                bytes.iter_mut().skip(middle).take(1).for_each(|byte| *byte ^= 0x10);
                line.send(&bytes, begin);
            }
            Some(Fault::WrongChecksum) => {
                bytes.iter_mut().rev().take(1).for_each(|byte| *byte ^= 0xFF);
                line.send(&bytes, begin);
            }
            Some(Fault::Noise) => {
                line.send(&[&[0x00, 0xAA, 0x55, 0xAA, 0xAA, 0x96][..], &bytes].concat(), begin);
            }
            Some(Fault::ExtraAa) => line.send(&[&[0xAA][..], &bytes].concat(), begin),
            Some(Fault::WrongLength) => {
                bytes.iter_mut().skip(6).take(1).for_each(|byte| *byte = byte.wrapping_add(1));
                line.send(&bytes, begin);
            }
            Some(Fault::HangUp(count)) => {
                line.send(bytes.get(..count).unwrap_or(&bytes), begin);
                line.hang_up();
            }
            Some(Fault::Twice) => line.send(&[bytes.clone(), bytes].concat(), begin),
        }
    }
}

/// A read's answer: lengths, then what they count (section 5).
fn content(command: [u8; 2], card: &Card) -> Vec<u8> {
    let length = |bytes: &[u8]| u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_be_bytes();
    let mut answer = vec![0, 0, 0x90];
    match command {
        [_, 0x03] => return vec![0, 0, 0x91],
        [_, 0x10] => answer.extend([length(&card.text), length(&card.photo), [0, 0]].concat()),
        _ => answer.extend([length(&card.text), length(&card.photo)].concat()),
    }
    answer.extend(card.text);
    answer.extend(&card.photo);
    answer
}

fn frame(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 1).unwrap_or(u16::MAX);
    let body = [&length.to_be_bytes()[..], content].concat();
    let check = body.iter().fold(0, |sum, byte| sum ^ byte);
    [&PREAMBLE[..], &body, &[check]].concat()
}

impl Twin for Reader {
    fn receive(&mut self, bytes: &[u8], now: Instant, line: &mut Line) {
        self.input.extend(bytes);
        while let Some(request) = self.next_request() {
            self.send(request, now, line);
        }
    }

    fn tick(&mut self, _now: Instant, _line: &mut Line) {}

    fn control(&mut self, words: &[&str], _now: Instant, _line: &mut Line) -> Result<String, String> {
        match words {
            ["lay", name] => {
                let given = PathBuf::from(name);
                let path = if given.is_file() { given } else { self.cards.join(format!("{name}.card")) };
                self.lay(card_file::read(&path)?);
                Ok(format!("{name} lies on the reader"))
            }
            ["lift"] => {
                self.lift();
                Ok("lifted".into())
            }
            ["fault", "none"] => {
                self.fault = None;
                Ok("no fault".into())
            }
            ["fault", fault @ ..] => {
                self.fault = Some(Fault::parse(fault)?);
                Ok(format!("the next answer: {}", fault.join(" ")))
            }
            _ => Err("say lay CARD, lift, fault NAME, unplug or plug".into()),
        }
    }

    fn unplugged(&mut self) {
        self.phase = Phase::Idle;
        self.input.clear();
    }
}

#[cfg(test)]
#[path = "emulator_tests.rs"]
mod tests;
