//! What a technician wants to know (自检): how each part of the terminal is, in a plain verdict and the next step to take. The
//! same for the command line, the screen and central.
//!
//! `finding` are the words, `judge` makes them out of a `snapshot`, `facts` the lines beside them, `network` tries the way to
//! central, `desk` answers `kiosk diagnose` while the terminal runs. Nothing here knows a resident: what it looks at holds none.

mod alone;
mod desk;
mod facts;
mod finding;
mod judge;
mod network;
mod snapshot;

pub use alone::look_alone;
pub(crate) use desk::look_closely;
pub use desk::{Desk, NoDesk, ask};
pub use facts::{Fact, Part, parts};
pub use finding::{Finding, Subject, Verdict, Words};
pub use judge::judge;
pub use network::{NetworkFacts, probe};
pub use snapshot::{KeyPlace, Snapshot, StoreFacts, take};
