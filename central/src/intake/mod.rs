//! What came from the terminals, as it is remembered: entries and what they did, refusals, how far each series is, the
//! heads of journals. Everything here happens inside a transaction that somebody else opens and commits.
//!
//! Architecture invariant: an entry takes effect by a unique constraint in the transaction of its effect, never by a look
//! before it.

mod entries;
mod heads;
mod reads;
mod series;

use crate::bookings::Booking;
use crate::casework::{ByRules, Filed, HandIn, WorkError};
use crate::deciding::case::Opening;
use crate::registries::Pulled;
use crate::store::StoreError;
use contract::calendar::Calendar;
use contract::fault_ticket::FaultTicket;
use contract::message::{CaseReply, Evaluation, Paper, Rating};
use contract::{CaseNumber, EntryId, Fen, IdNumber, KioskId, Secret, Seq, ServiceCode};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

pub use entries::apply;
pub use heads::{readmit, report_head};
pub use reads::{RecordName, application, known, record, sent};
pub use series::{progress, refusals, refuse};

/// An entry that passed every check that needs no store.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Who sent it, by certificate.
    pub kiosk: KioskId,
    /// Its place in the kiosk's series.
    pub seq: Seq,
    /// Its key.
    pub id: EntryId,
    /// What was sent, opened.
    pub body: Secret<Vec<u8>>,
    /// SHA-256 of what was sent, sealed as it came.
    pub seal_hash: [u8; 32],
    /// What it does.
    pub effect: Effect,
    /// Now.
    pub received_at: Timestamp,
    /// By which days deadlines are counted.
    pub calendar: Arc<Calendar>,
}

/// What an entry does.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Opens a case for a clerk.
    OpenCase(Box<NewWork>),
    /// Opens a case that takes a place, or nothing where none is left.
    Book(Box<NewWork>, Booking),
    /// Opens a case that rules have judged: it is decided, or a clerk decides.
    Decide(Box<NewWork>, Box<ByRules>),
    /// Opens a case for a stage of a construction project.
    HandIn(Box<NewWork>, Box<HandIn>),
    /// Opens a case that is answered at once.
    Answer {
        /// The number that was kept for it.
        number: CaseNumber,
        /// The service item.
        service: ServiceCode,
        /// The answer.
        answer: crate::sample_registry::Answer,
        /// Whom a printed certificate names, masked.
        holder: String,
    },
    /// Notes a rating.
    Evaluate(Evaluation),
    /// Notes a rating of a case that is named by its number.
    Rate {
        /// The case.
        case: CaseNumber,
        /// Who rates, by the card that was read: it must be who applied.
        id_no: IdNumber,
        /// The level.
        rating: Rating,
        /// Why.
        tags: BTreeSet<String>,
        /// The time that the case is rated: each once.
        round: u8,
    },
    /// The applicant says something in a case.
    Reply(CaseReply),
    /// A page of a paper is put to its application.
    Paper(Paper),
    /// A technician wrote a fault ticket, at this moment by the terminal's clock.
    Ticket(FaultTicket, Timestamp),
}

/// A case that goes on a desk.
#[derive(Clone, Debug)]
pub struct NewWork {
    /// What is fixed now.
    pub opening: Opening,
    /// Who handles it, and how the result goes out.
    pub filed: Filed,
    /// Working days promised to the resident.
    pub promised_days: u16,
    /// What is to pay.
    pub fee: Fen,
    /// The number of who applied; none where nobody said who it was.
    pub applicant: Option<Secret<String>>,
    /// What the licence library says of papers that were not handed in (免提交); none where all were.
    pub licences: Option<LicencePulls>,
}

/// Looks into the licence library for an application.
#[derive(Clone, Debug)]
pub struct LicencePulls {
    /// What was asked and answered.
    pub pulls: Vec<Pulled>,
    /// What for, as it is written down.
    pub purpose: String,
}

/// The stored answer, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It took effect now.
    Now(Vec<u8>),
    /// It had taken effect before.
    Before(Vec<u8>),
}

/// An entry that is remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// SHA-256 of the sealed entry.
    pub seal_hash: [u8; 32],
    /// What was answered.
    pub receipt: Vec<u8>,
}

/// An entry that was refused for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Who sent it.
    pub kiosk: KioskId,
    /// Its place in the kiosk's series.
    pub seq: Seq,
    /// Its key.
    pub id: EntryId,
    /// When.
    pub at: Timestamp,
    /// The problem's type.
    pub problem: String,
}

/// How far a kiosk's series is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Every place up to here was taken or refused.
    pub contiguous: Seq,
    /// The highest place.
    pub highest: Seq,
}

/// Why an entry or a head was not taken.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The key was used for something else.
    #[error("this key was used for another entry")]
    KeyReused,
    /// The place in the series is taken.
    #[error("this place of the kiosk's series is taken by another entry")]
    SeqTaken,
    /// The application was rated before.
    #[error("this application was rated before")]
    AlreadyEvaluated,
    /// A rating of nothing.
    #[error("there is no such application to rate")]
    NothingToEvaluate,
    /// The page came before, in another entry.
    #[error("this page was taken before")]
    PageTaken,
    /// Every place of the slot is taken.
    #[error("no place of this slot is left")]
    SlotTaken,
    /// A journal that does not go on from the head that central knows.
    #[error("the kiosk's journal does not go on from the head that central knows")]
    Forked,
    /// A case or a project does not take it.
    #[error(transparent)]
    Work(WorkError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<WorkError> for IntakeError {
    fn from(error: WorkError) -> Self {
        match error {
            WorkError::Store(error) => Self::Store(error),
            other => Self::Work(other),
        }
    }
}
