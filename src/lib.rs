//! The kiosk app: one pure heart ([`journey`]) and thin hands around it. `docs/ARCHITECTURE.md` tells the way of
//! the data through the house.

pub mod diagnostics;
pub mod enrolment;
pub mod face;
pub mod first_start;
pub mod forms;
pub mod identity;
pub mod journey;
pub mod papers;
pub mod performer;
pub mod printing;
pub mod screens;
mod sealed_key;
pub mod services;
pub mod settings;
pub mod silence;
pub mod startup;
pub mod sync;
pub mod touch;
#[cfg(feature = "tour")]
pub mod tour;
pub mod typing;
mod whole_file;
