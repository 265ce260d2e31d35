//! What central remembers. One trait, chosen by URI; an implementation is a few hundred lines.
//!
//! Architecture invariant: idempotency is a unique constraint in the transaction of the effect. No implementation
//! may look first and write afterwards.

mod apply;
mod heads;
mod sqlite;
mod writer;

use contract::message::{CaseProgress, EntryRecord, Evaluation};
use contract::series::HeadReport;
use contract::{CaseNumber, EntryId, Fen, KioskId, Secret, Seq, ServiceCode};
use jiff::Timestamp;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

pub use sqlite::SqliteStore;

/// What a store answers, later.
pub type Reply<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// What central remembers.
pub trait Store: Send + Sync + 'static {
    /// Applies an entry once: what it does and what is answered are committed together. The same key with the same
    /// body gives the first answer again.
    fn apply(&self, arrival: Arrival) -> Reply<'_, Applied>;

    /// What was answered to a key before.
    fn known(&self, id: EntryId) -> Reply<'_, Option<Known>>;

    /// Remembers that an entry was refused for good, so that its place counts as accounted for.
    fn refuse(&self, refusal: Refusal) -> Reply<'_, ()>;

    /// How far a kiosk's series is here.
    fn progress(&self, kiosk: KioskId) -> Reply<'_, Progress>;

    /// Takes the head of a kiosk's journal, if it goes on from the last one.
    fn report_head(&self, kiosk: KioskId, report: HeadReport, at: Timestamp) -> Reply<'_, ()>;

    /// Takes the next head of this kiosk whatever it goes on from. An operator has looked at the terminal.
    fn readmit(&self, kiosk: KioskId, at: Timestamp) -> Reply<'_, ()>;

    /// The refused entries of a kiosk.
    fn refusals(&self, kiosk: KioskId) -> Reply<'_, Vec<Refusal>>;

    /// Where a case stands.
    fn case(&self, case: CaseNumber) -> Reply<'_, Option<CaseProgress>>;

    /// The whole record behind a case or a key, for a clerk.
    fn record(&self, which: RecordName) -> Reply<'_, Option<EntryRecord>>;
}

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
}

/// What an entry does.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Opens a case.
    OpenCase {
        /// The service item.
        service: ServiceCode,
        /// Working days promised.
        promised_days: u16,
        /// What is to pay.
        fee: Fen,
    },
    /// Opens a case that is answered at once.
    Answer {
        /// The service item.
        service: ServiceCode,
        /// The answer.
        answer: crate::sample_registry::Answer,
    },
    /// Notes a rating.
    Evaluate(Evaluation),
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
    /// Who sent it.
    pub kiosk: KioskId,
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

/// By what a clerk asks for a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordName {
    /// The case number.
    Case(CaseNumber),
    /// The key.
    Entry(EntryId),
}

/// Why a store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The key was used for something else.
    #[error("this key was used for another entry")]
    KeyReused,
    /// The place in the series is taken.
    #[error("this place of the kiosk's series is taken by another entry")]
    SeqTaken,
    /// The application was rated before.
    #[error("this application was rated before")]
    AlreadyEvaluated,
    /// A journal that does not go on from the head that central knows.
    #[error("the kiosk's journal does not go on from the head that central knows")]
    Forked,
    /// A rating of nothing.
    #[error("there is no such application to rate")]
    NothingToEvaluate,
    /// Too much at once.
    #[error("central is busy: come back in a moment")]
    Busy,
    /// The day's case numbers are used up.
    #[error("the day has no case numbers left")]
    NoNumberLeft,
    /// The URI.
    #[error("'{0}' is no store: use sqlite:FILE (postgres://… comes later)")]
    UnknownUri(String),
    /// Another file than central's.
    #[error("{path} has version {found}, this program knows up to {known}: run the newer central")]
    NewerVersion {
        /// The file.
        path: PathBuf,
        /// What it says.
        found: i64,
        /// What this program knows.
        known: i64,
    },
    /// SQLite did not take a setting that durability depends on.
    #[error("SQLite answered {got} for {name}, not {wanted}: the file system can't keep promises")]
    Pragma {
        /// The setting.
        name: &'static str,
        /// What it must be.
        wanted: &'static str,
        /// What it is.
        got: String,
    },
    /// The file can't be opened or made.
    #[error("can't open or make {path}: {detail}; check that its folder exists and is writable")]
    NoPlace {
        /// The file.
        path: PathBuf,
        /// Why not.
        detail: String,
    },
    /// The file is damaged or no database.
    #[error("the store is damaged ({0}): keep the file, bring back a copy")]
    Corrupt(String),
    /// No space.
    #[error("the disk is full: free space; nothing that was answered is lost")]
    DiskFull,
    /// The store's thread has ended.
    #[error("the store has stopped: start central again")]
    Stopped,
    /// A value that can't be read or written.
    #[error("an entry can't be read or written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// Anything else.
    #[error("SQLite failed: {0}")]
    Sqlite(#[source] rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::DiskFull,
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => Self::Busy,
            Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
                Self::Corrupt(error.to_string())
            }
            _ => Self::Sqlite(error),
        }
    }
}

/// Opens the store that a URI names: `sqlite:FILE`.
pub fn open(uri: &str) -> Result<Arc<dyn Store>, StoreError> {
    Ok(Arc::new(SqliteStore::open(sqlite_file(uri)?)?))
}

/// The file of a `sqlite:` URI.
pub fn sqlite_file(uri: &str) -> Result<&Path, StoreError> {
    match uri.strip_prefix("sqlite:") {
        Some(file) if !file.is_empty() => Ok(Path::new(file)),
        _ => Err(StoreError::UnknownUri(uri.chars().take(80).collect())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_uri_names_the_forms_that_work() {
        for uri in ["", "sqlite:", "mysql://x", "central.db", "postgres://x"] {
            let error = open(uri).err().unwrap().to_string();
            assert!(error.contains("sqlite:FILE") && error.contains("postgres://"), "{error}");
        }
    }
}
