//! The trace of what happened: who did what when, numbered from 1. Cases and projects keep the same.

use crate::Clerk;
use contract::{ClerkId, DepartmentCode, KioskId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What can stand in a trace.
pub trait Happening {
    /// A word for lists.
    fn words(&self) -> &'static str;
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Actor {
    /// A clerk.
    Clerk {
        /// Who.
        id: ClerkId,
        /// Of which department.
        department: DepartmentCode,
    },
    /// The applicant, at a terminal.
    Applicant {
        /// Where.
        kiosk: KioskId,
    },
    /// The rules of an instant approval.
    Rules {
        /// The rule set.
        set: String,
    },
    /// The law itself: a time ran out.
    Law,
}

impl Actor {
    /// A clerk.
    pub fn clerk(clerk: &Clerk) -> Self {
        Self::Clerk { id: clerk.id.clone(), department: clerk.department.clone() }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clerk { id, department } => write!(f, "{department}/{id}"),
            Self::Applicant { kiosk } => write!(f, "申请人（{kiosk}）"),
            Self::Rules { set } => write!(f, "规则 {set}"),
            Self::Law => f.write_str("法定期限"),
        }
    }
}

/// An event with its place, time and author: one row of a trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded<E> {
    /// 1, 2, 3 …: the version after it.
    pub n: u32,
    /// When.
    pub at: Timestamp,
    /// Who.
    #[serde(flatten)]
    pub actor: Actor,
    /// What.
    #[serde(flatten)]
    pub event: E,
}

impl<E: Happening> fmt::Display for Recorded<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}（{}）", self.n, self.event.words(), self.actor, self.at)
    }
}

/// Several of them on one line.
pub(super) fn listed<E: Happening>(events: &[Recorded<E>]) -> String {
    events.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
