//! The reading cycle as a value: find, select, read, and what to do when one of them goes wrong (sections 2, 3, 8).
//!
//! Told what the module answered, it says what to do next. No port, no thread, no clock: `now` is a parameter.

use super::card_text::{Card, CardHolder};
use super::commands::{ChipData, Refusal};
use super::data_fault::DataFault;
use contract::Secret;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::{Duration, Instant};

/// Pause between two looks for a card.
const LOOK_AGAIN: Duration = Duration::from_millis(350);
/// A card that is found within this time of its last good read, with the same text, has not been away.
const SAME_PRESENTATION: Duration = Duration::from_secs(2);
/// How often a request may be repeated after a link error.
const REPEATS: u32 = 2;
/// How often to begin again with find while the same card fails to be read.
const NEW_BEGINNINGS: u32 = 2;

/// Why a card was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardFault {
    /// The reader is not plugged in.
    #[error("no card reader: plug it in")]
    NoReader,
    /// The reader does not answer.
    #[error("the card reader does not answer: check its power and cable")]
    Offline,
    /// The card was moved, or card and module did not accept each other.
    #[error("the card could not be read: lay it down again and hold it still")]
    HoldStill,
    /// A card of another kind.
    #[error("this kind of card cannot be read here")]
    Unreadable,
    /// The card was read and what it says cannot be.
    #[error("the card's content is wrong: {0}")]
    Data(#[from] DataFault),
    /// The reader failed.
    #[error("the card reader failed: {0}")]
    Module(#[from] ModuleFault),
    /// A later call waits for the card instead of this one.
    #[error("another part of the program waits for the card now")]
    TakenOver,
}

/// What is wrong with the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModuleFault {
    /// Its answers arrive garbled, again and again.
    #[error("its answers arrive garbled: check cable and baud rate")]
    Link,
    /// It does not know a command that a reader must know.
    #[error("it does not support a command: check its model")]
    Unsupported,
    /// It meets an error that it has no name for, also after a reset.
    #[error("it reports an unnamed error: call service")]
    Unnamed,
    /// Its self-test failed.
    #[error("its self-test failed: call service")]
    SelfTest,
    /// It is not authorised.
    #[error("it is not authorised: call service")]
    NotAuthorised,
}

/// What the driver shall ask the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// 10 FF
    Reset,
    /// 20 01
    Find,
    /// 20 02
    Select,
    /// 30 01
    Read,
}

/// What became of a request.
#[derive(Debug)]
pub enum Told {
    /// Done; nothing to hand over.
    Done,
    /// A read was answered.
    Chip(Result<ChipData, DataFault>),
    /// The module refused.
    Refused(Refusal),
    /// An answer came garbled.
    Garbled,
    /// No answer in time.
    Silence,
}

/// What the driver shall do.
#[derive(Debug)]
pub enum Step {
    /// Ask this, and tell what came.
    Ask(Ask),
    /// Wait so long, then call [`ReadingCycle::begin`] again.
    Pause(Duration),
    /// The answer for the one who waits for a card.
    Deliver(Result<Card, CardFault>),
    /// The answer for the one who waits for the card to be lifted.
    Lifted,
}

/// What the cycle is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// Read the next card.
    Read,
    /// See the card lifted. After a read many modules find a card only once it was lifted, so they are reset first.
    Lift,
}

/// Where a cycle stands.
#[derive(Debug)]
pub struct ReadingCycle {
    goal: Goal,
    asked: Ask,
    /// Link errors of the request that is asked now.
    repeats: u32,
    /// Begun again with the card that lies there.
    beginnings: u32,
    /// The module was reset for an unnamed error or a lost answer.
    reset_used: bool,
    found_at: Option<Instant>,
    last_read: Option<LastRead>,
    /// The module said 'no card' after the last read: the next card it finds was laid down anew.
    away: bool,
    /// The last read was taken for a card that had not moved.
    stayed: bool,
    hasher: RandomState,
}

/// The text itself is not kept, only a keyed hash of it.
#[derive(Clone, Copy, Debug)]
struct LastRead {
    hash: u64,
    at: Instant,
}

impl Default for ReadingCycle {
    fn default() -> Self {
        Self::new()
    }
}

impl ReadingCycle {
    /// At the beginning.
    pub fn new() -> Self {
        Self {
            goal: Goal::Read,
            asked: Ask::Find,
            repeats: 0,
            beginnings: 0,
            reset_used: false,
            found_at: None,
            last_read: None,
            away: false,
            stayed: false,
            hasher: RandomState::new(),
        }
    }

    /// Somebody waits for something new.
    pub fn start(&mut self, goal: Goal) -> Step {
        self.goal = goal;
        (self.beginnings, self.reset_used) = (0, false);
        match goal {
            Goal::Read => self.begin(),
            Goal::Lift => self.ask(Ask::Reset),
        }
    }

    /// Begins, or begins again after a pause: with find.
    pub fn begin(&mut self) -> Step {
        self.ask(Ask::Find)
    }

    fn ask(&mut self, ask: Ask) -> Step {
        self.asked = ask;
        self.repeats = 0;
        Step::Ask(ask)
    }

    /// What to do after the last request was answered, or not.
    pub fn handle(&mut self, told: Told, now: Instant) -> Step {
        match told {
            Told::Done => self.go_on(now),
            Told::Chip(Ok(chip)) => self.take(&chip, now),
            Told::Chip(Err(fault)) => self.deliver(Err(fault.into())),
            Told::Refused(Refusal::Garbled) | Told::Garbled => self.repeat(ModuleFault::Link.into()),
            Told::Silence => self.repeat(CardFault::Offline),
            Told::Refused(refusal) => self.refused(refusal),
        }
    }

    fn go_on(&mut self, now: Instant) -> Step {
        match (self.asked, self.goal) {
            (Ask::Reset | Ask::Read, _) => self.begin(),
            (Ask::Find, Goal::Read) => {
                self.found_at = Some(now);
                self.ask(Ask::Select)
            }
            (Ask::Find, Goal::Lift) => {
                // The same card, seen without a gap: it still counts as one presentation.
                if let Some(last) = &mut self.last_read {
                    last.at = now;
                }
                self.away = false;
                Step::Pause(LOOK_AGAIN)
            }
            (Ask::Select, _) => self.ask(Ask::Read),
        }
    }

    fn take(&mut self, chip: &ChipData, now: Instant) -> Step {
        let hash = self.hasher.hash_one(chip.text.expose());
        let seen = self.last_read.replace(LastRead { hash, at: now });
        let found_at = self.found_at.unwrap_or(now);
        let soon = |seen: LastRead| found_at.saturating_duration_since(seen.at) <= SAME_PRESENTATION;
        self.stayed = !self.away && seen.is_some_and(|seen| seen.hash == hash && soon(seen));
        self.away = false;
        if self.stayed {
            return Step::Pause(LOOK_AGAIN);
        }
        self.deliver(read_card(&chip.text, chip))
    }

    /// Repeats what may be repeated; `fault` is what it means when that doesn't help.
    fn repeat(&mut self, fault: CardFault) -> Step {
        if self.asked == Ask::Select {
            // The module may have moved on already and would answer 81: only find is safe.
            return self.begin_again(fault);
        }
        if self.repeats == REPEATS {
            return self.deliver(Err(fault));
        }
        self.repeats += 1;
        Step::Ask(self.asked)
    }

    fn begin_again(&mut self, fault: CardFault) -> Step {
        if self.beginnings == NEW_BEGINNINGS {
            return self.deliver(Err(fault));
        }
        self.beginnings += 1;
        self.begin()
    }

    fn refused(&mut self, refusal: Refusal) -> Step {
        // A read was lost, its repetition refused: the module is somewhere else and waits for the card to be lifted.
        let lost = self.asked == Ask::Read && self.repeats > 0;
        match refusal {
            Refusal::ReadFailed | Refusal::SelectFailed if lost && !self.reset_used => {
                self.reset_used = true;
                self.ask(Ask::Reset)
            }
            Refusal::NoCard if self.goal == Goal::Lift => {
                self.away = true;
                Step::Lifted
            }
            // A module that finds a card until it is lifted would have found it again. This one waits for the lifting,
            // so what seemed to have stayed was laid down anew: look again with a reset, or nobody would ever know.
            Refusal::NoCard if self.stayed => {
                (self.stayed, self.away) = (false, true);
                self.ask(Ask::Reset)
            }
            Refusal::NoCard => {
                self.away = true;
                (self.beginnings, self.reset_used) = (0, false);
                Step::Pause(LOOK_AGAIN)
            }
            Refusal::ReadFailed | Refusal::SelectFailed => self.begin_again(CardFault::HoldStill),
            Refusal::NotAccepted => self.deliver(Err(CardFault::HoldStill)),
            Refusal::UnknownCard | Refusal::NoSuchItem => self.deliver(Err(CardFault::Unreadable)),
            Refusal::Unnamed if !self.reset_used => {
                self.reset_used = true;
                self.ask(Ask::Reset)
            }
            Refusal::Unnamed => self.deliver(Err(ModuleFault::Unnamed.into())),
            Refusal::Unsupported => self.deliver(Err(ModuleFault::Unsupported.into())),
            Refusal::SelfTest => self.deliver(Err(ModuleFault::SelfTest.into())),
            Refusal::NotAuthorised => self.deliver(Err(ModuleFault::NotAuthorised.into())),
            Refusal::Garbled => self.repeat(ModuleFault::Link.into()),
        }
    }

    fn deliver(&mut self, outcome: Result<Card, CardFault>) -> Step {
        (self.beginnings, self.reset_used) = (0, false);
        Step::Deliver(outcome)
    }
}

fn read_card(text: &Secret<Vec<u8>>, chip: &ChipData) -> Result<Card, CardFault> {
    Ok(Card { holder: CardHolder::parse(text.expose())?, photo: chip.photo.clone() })
}

#[cfg(test)]
#[path = "cycle_tests.rs"]
mod tests;
