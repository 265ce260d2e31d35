//! The fleet: what operators want of the terminals, and what the terminals report.
//!
//! An operator publishes a change to what a scope says (`scope`, `change`): the city, a district, a group, one terminal.
//! It rolls out in waves (`rollout`, a value without IO), which the terminals' own reports open or stop (`reports`,
//! `gate`). What a terminal is given is composed of what its scopes say, and signed for it alone (`snapshot`, `compose`).
//! Whoever waits for a change is answered at once (`delivery`). `acts` is what operators do, in SQL.
//! What does not wait goes the same way without waves: `emergencies` and `commands`.
//!
//! Architecture invariants: every act changes the row of `fleet_generation` first, so that acts come one after another on any
//! number of instances; a document is signed in the transaction that remembers it, and only if nothing has changed since
//! the fleet was looked at.

mod acts;
mod change;
mod commands;
mod compose;
mod delivery;
mod emergencies;
mod error;
mod gate;
mod reports;
mod rollout;
mod scope;
mod snapshot;
#[cfg(test)]
mod walk;

pub use acts::{Overview, abort, approve, forget, place, publish, resume, rollouts, settings_of};
pub use change::{Change, Proposal, Settings};
pub use commands::{Ordered, bundle, commands_of, order, picture, stop, take_bundle, take_picture};
pub use compose::wanted_program;
pub use delivery::{Answer, Fleet};
pub use emergencies::{
    Announcement, EmergencyOverview, EmergencyPhase, LONGEST_HOLD, agree, announce, emergencies, emergency,
    end,
};
pub use error::FleetError;
pub use gate::{DEADLINE, Tally};
pub use reports::{Seen, last_reports};
pub use rollout::{NotNow, Pace, Phase, Rollout, Stop};
pub use scope::{NoScope, Scope};
