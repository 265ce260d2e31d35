//! Cases on desks, as they are remembered: dossiers and their traces, decisions by rules with everything that is needed to
//! decide them again, projects and what their departments are told. Everything here happens inside a transaction that
//! somebody else opens and commits; what may happen is decided by the values of `deciding`.
//!
//! Architecture invariant: whoever changes a case or project locks its row first, then reads its events. A project is
//! locked before its cases.

mod decisions;
mod dossiers;
mod listing;
mod progress;
mod project_view;
mod projects;
mod replay;
mod view;

use crate::deciding::case::Refusal;
use crate::deciding::project::ProjectRefusal;
use crate::store::StoreError;
use contract::calendar::BeyondCalendar;

pub use decisions::{ByRules, DecisionRecord, decide, decision, note_pull, pulls};
pub use dossiers::{Filed, Folder, act, application_of, look, open, reply};
pub use listing::{Queue, QueueRow, QueueState, queue};
pub use progress::{APPEAL, collect, light, progress, progress_of_person, state_of};
pub use project_view::{BoardView, StageView, TaskView, board_view, project_progress};
pub use projects::{HandIn, InboxRow, act_on_project, board, boards, hand_in, inbox};
pub(crate) use replay::sealing_context;
pub use replay::{Replay, ReplayError, replay};
pub use view::{CaseView, TraceLine, case_view, picture};

/// Why a case or a project was not changed, or not found.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// No such case.
    #[error("there is no such case on a desk")]
    NoSuchCase,
    /// No such project.
    #[error("there is no such project")]
    NoSuchProject,
    /// Somebody else's case.
    #[error("the card is not the applicant's")]
    NotTheApplicant,
    /// The case says no.
    #[error(transparent)]
    Case(#[from] Refusal),
    /// The project says no.
    #[error(transparent)]
    Project(#[from] ProjectRefusal),
    /// The calendar ends.
    #[error(transparent)]
    Calendar(#[from] BeyondCalendar),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}
