//! A rollout: who may have what it brings, at each moment. A value without IO and clock.
//!
//! ```text
//! proposed ──approve──> running, wave by wave ──> done
//!                         │   ▲        │
//!       silence: stopped ─┘   │ resume └── failures: returned, everybody has the old again
//!          │                  │              │
//!          └──────────────────┴──────────────┴── abort: everybody has the old again
//! ```
//!
//! Going back is never an older document: a terminal's next one is composed of what its scopes say then, and has a higher
//! version.

use super::gate::{Tally, Verdict};
use contract::{KioskId, OperatorId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Places on the wheel that terminals are spread over by chance.
const PLACES: u16 = 2048;

/// The shares of a staged rollout, in hundredths.
const STAGED: &[u32] = &[1, 10, 50, 100];

/// The share of one that can't wait.
const AT_ONCE: &[u32] = &[100];

/// How fast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// 1, 10, 50, 100 of a hundred.
    Staged,
    /// Everybody: a service must be closed now.
    AtOnce,
}

impl Pace {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Staged => "staged",
            Self::AtOnce => "at_once",
        }
    }

    const fn shares(self) -> &'static [u32] {
        match self {
            Self::Staged => STAGED,
            Self::AtOnce => AT_ONCE,
        }
    }
}

impl std::str::FromStr for Pace {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "staged" => Ok(Self::Staged),
            "at_once" => Ok(Self::AtOnce),
            _ => Err(()),
        }
    }
}

/// Why a rollout stopped by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// Too many terminals do not work with it, or refuse it.
    Failures,
    /// Too many terminals say nothing.
    Silence,
}

/// Where a rollout stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Phase {
    /// It waits for a second person.
    Proposed,
    /// It is sent to the terminals of its waves so far.
    Running {
        /// The last of them, from 0.
        wave: usize,
        /// Since when.
        since: Timestamp,
    },
    /// It is sent to nobody new; who has it keeps it.
    Stopped {
        /// The wave in which it stopped.
        wave: usize,
        /// Why.
        why: Stop,
    },
    /// It is taken back from everybody.
    Returned {
        /// Why.
        why: Stop,
    },
    /// It is what the scope says.
    Done,
    /// Somebody ended it; everybody has the old again.
    Aborted,
}

impl Phase {
    /// Whether the scope may not be changed by another.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Done | Self::Aborted)
    }
}

/// Why an act can't be done now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotNow {
    /// The second person is the first.
    #[error("{0} proposed it: somebody else has to approve it")]
    SamePerson(OperatorId),
    /// Nothing waits for approval.
    #[error("it does not wait for approval")]
    NotProposed,
    /// Nothing is to be resumed.
    #[error("it has not stopped: only a stopped rollout is resumed")]
    NotStopped,
    /// It is over.
    #[error("it is over; to go back, publish what was before")]
    Over,
}

/// A rollout, as far as it decides anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rollout {
    /// Its number, which spreads the terminals anew.
    pub id: u64,
    /// How fast.
    pub pace: Pace,
    /// Where it stands.
    pub phase: Phase,
}

impl Rollout {
    /// Whether a terminal is among the terminals of a wave.
    pub fn is_in_wave(&self, kiosk: &KioskId, wave: usize) -> bool {
        let share = self.pace.shares().get(wave).copied().unwrap_or(100);
        u32::from(self.place(kiosk)) * 100 < share * u32::from(PLACES)
    }

    /// Whether a terminal is given what it brings; `has_it`: it was given it before.
    pub fn gives(&self, kiosk: &KioskId, has_it: bool) -> bool {
        match self.phase {
            Phase::Running { wave, .. } => self.is_in_wave(kiosk, wave),
            Phase::Stopped { .. } => has_it,
            Phase::Done => true,
            Phase::Proposed | Phase::Returned { .. } | Phase::Aborted => false,
        }
    }

    /// A second person agrees.
    pub fn approve(
        &mut self,
        proposed_by: &OperatorId,
        by: &OperatorId,
        now: Timestamp,
    ) -> Result<(), NotNow> {
        if self.phase != Phase::Proposed {
            return Err(NotNow::NotProposed);
        }
        if proposed_by == by {
            return Err(NotNow::SamePerson(by.clone()));
        }
        self.phase = Phase::Running { wave: 0, since: now };
        Ok(())
    }

    /// Goes on where it stopped; one that was taken back begins anew.
    pub fn resume(&mut self, now: Timestamp) -> Result<(), NotNow> {
        let wave = match self.phase {
            Phase::Stopped { wave, .. } => wave,
            Phase::Returned { .. } => 0,
            Phase::Proposed | Phase::Running { .. } | Phase::Done | Phase::Aborted => {
                return Err(NotNow::NotStopped);
            }
        };
        self.phase = Phase::Running { wave, since: now };
        Ok(())
    }

    /// Ends it, and takes it back from everybody.
    pub fn abort(&mut self) -> Result<(), NotNow> {
        if !self.phase.is_open() {
            return Err(NotNow::Over);
        }
        self.phase = Phase::Aborted;
        Ok(())
    }

    /// Draws the conclusion of what the terminals of its waves so far have said; whether anything has changed by it.
    pub fn conclude(&mut self, tally: Tally, now: Timestamp) -> bool {
        let Phase::Running { wave, since } = self.phase else { return false };
        self.phase = match tally.judge(now.duration_since(since)) {
            Verdict::Wait => return false,
            Verdict::Advance if wave + 1 < self.pace.shares().len() => {
                Phase::Running { wave: wave + 1, since: now }
            }
            Verdict::Advance => Phase::Done,
            Verdict::Stop(why @ Stop::Silence) => Phase::Stopped { wave, why },
            Verdict::Stop(why @ Stop::Failures) => Phase::Returned { why },
        };
        true
    }

    fn place(&self, kiosk: &KioskId) -> u16 {
        let digest =
            Sha256::new().chain_update(self.id.to_be_bytes()).chain_update(kiosk.as_str()).finalize();
        let [high, low, ..] = <[u8; 32]>::from(digest);
        u16::from_be_bytes([high, low]) % PLACES
    }
}
