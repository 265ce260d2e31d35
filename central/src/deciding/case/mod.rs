//! A case on a clerk's desk (办件), from 收件 to 办结, as a value: a pure state machine over events.
//!
//! `event` is what can happen, [`Dossier`] the events in order and what they add up to, `handle` who may do what when.
//! The rules are those of 行政许可法: one notice of missing papers within five working days, else the case counts as
//! accepted (art. 32); the decision within the promised days, extended once by ten (art. 42); hearing, tests and expert
//! review don't count (art. 45); days are working days (art. 82).
//!
//! Knows nothing of stores and HTTP; a time is always told.

mod dossier;
mod event;
mod handle;
mod refusal;

pub use dossier::{Clock, Closed, Dossier, Notice, Opening, Stage, Stamps};
pub use event::{Closing, Event, Ground};
pub use handle::{Act, EXTENSION, NOTICE_DAYS, Who};
pub use refusal::Refusal;

/// One row of a case's trace.
pub type Recorded = super::Recorded<Event>;

#[cfg(test)]
mod tests;
