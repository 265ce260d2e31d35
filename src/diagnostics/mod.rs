//! What a technician wants to know (自检): how each part of the terminal is, in a plain verdict and the next step to take. The
//! same for the command line, the screen and central.
//!
//! `finding` are the words, `judge` makes them out of a `snapshot`, `facts` the lines beside them, `exam` are checks that a
//! technician makes, `examined` how they ended, `log_lines` the last of the log, `network` tries the way to central, `program`
//! is the terminal's version and its last update, `touch` its panel and how touches fall on it, `desk` answers `kiosk diagnose`
//! while the terminal runs, `errands` an operator from afar, with a `bundle` for support. Nothing here knows a resident: what it
//! looks at holds none.

mod alone;
mod assist;
mod bundle;
mod desk;
mod errands;
mod exam;
mod examined;
mod facts;
mod finding;
mod judge;
mod log_lines;
mod network;
mod program;
mod snapshot;
mod touch;

pub use alone::{bundle_alone, look_alone};
pub(crate) use desk::look_closely;
pub use desk::{Desk, NoDesk, ask, ask_bundle};
pub use errands::errands;
pub use exam::{Exam, Eye, FaceBox, FaceSight, LAID_WAIT, by_eye};
pub use examined::{
    Examined, card_fault, card_read, certificate_shown, code_read, line_speed, no_card, no_code,
    no_face_check, no_face_in_photo, no_line, no_photo, no_picture, no_sample_page, not_judged, page_printed,
    photo_fault, photo_seen, played, printed, store_failed, store_tried, touched,
};
pub use facts::{Fact, Part, parts};
pub use finding::{Finding, Subject, Verdict, Words};
pub use judge::judge;
pub use log_lines::{Gravity, LogLine, LogLines};
pub use network::{NetworkFacts, probe};
pub use program::{NoUpdate, ProgramFacts, UpdateFacts};
pub use snapshot::{KeyPlace, Snapshot, StoreFacts, take};
pub use touch::{Aimed, aimed};
