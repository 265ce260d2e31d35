//! Why an act on a case is refused. The words say what to do next.

use super::Recorded;
use crate::Clerk;
use crate::deciding::trace::listed;
use contract::DepartmentCode;
use contract::calendar::BeyondCalendar;

/// Why an act is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Somebody changed the case after the clerk looked at it.
    #[error("the case has changed since version {seen}: {}; look again and decide anew", listed(.since))]
    Changed {
        /// The version that the clerk saw.
        seen: u32,
        /// What happened since.
        since: Vec<Recorded>,
    },
    /// Another department's case.
    #[error("the case is {0}'s: ask a clerk of that department")]
    OtherDepartment(DepartmentCode),
    /// Somebody else works on it.
    #[error("{} works on the case: ask for it to be released", .0.id)]
    HeldByAnother(Clerk),
    /// Nobody works on it.
    #[error("claim the case first")]
    NotClaimed,
    /// The clerk has it already.
    #[error("you have claimed the case already")]
    ClaimedAlready,
    /// It is over.
    #[error("the case is closed: nothing can be done on it any more")]
    Closed,
    /// It is accepted.
    #[error("the case is accepted (or counts as accepted, five working days without notice): decide it")]
    Accepted,
    /// It is not accepted yet.
    #[error("accept the case first")]
    NotAccepted,
    /// Papers are asked for once.
    #[error("papers were asked for already, and are asked for once: accept or decline the case")]
    AskedAlready,
    /// Nothing was asked for.
    #[error("no papers are asked for")]
    NothingAsked,
    /// An asking without papers, or with too many.
    #[error("name 1 to 10 papers that are missing")]
    WhichPapers,
    /// The applicant's turn.
    #[error("the applicant is to bring papers first")]
    PapersAwaited,
    /// The clock stands.
    #[error("the clock stands: resume the case first")]
    Paused,
    /// The clock runs.
    #[error("the clock runs: there is nothing to resume")]
    NotPaused,
    /// An extension is given once.
    #[error("the case was extended already, and is extended once")]
    ExtendedAlready,
    /// An act that is not this party's.
    #[error("this is not for you to do")]
    NotYours,
    /// The calendar ends.
    #[error(transparent)]
    Calendar(#[from] BeyondCalendar),
}
