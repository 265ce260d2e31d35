//! Everything that can go wrong with the store, one variant a cause a person can do something about.

use contract::desired::Refusal;
use contract::suite::SuiteError;
use contract::{EntryId, KioskId, Seq};
use rusqlite::ErrorCode;
use std::path::PathBuf;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file comes from a newer kiosk.
    #[error(
        "the store has version {found}, this kiosk knows up to {known}: install the newer kiosk again; \
         the file is untouched"
    )]
    NewerVersion {
        /// What the file says.
        found: i64,
        /// What this program knows.
        known: i64,
    },
    /// The linked SQLite has the WAL-reset bug that loses data.
    #[error("SQLite {found} is older than 3.51.3 and can corrupt a WAL file: build with the bundled SQLite")]
    TooOldSqlite {
        /// The version that is linked.
        found: String,
    },
    /// SQLite did not take a setting that durability depends on.
    #[error(
        "SQLite answered {got} for {name}, not {wanted}: the file or its file system can't keep promises"
    )]
    Pragma {
        /// The setting.
        name: &'static str,
        /// What it must be.
        wanted: String,
        /// What it is.
        got: String,
    },
    /// The file is damaged or no database at all.
    #[error("the store is damaged ({detail}): keep the file for recovery, move it away and start again")]
    Corrupt {
        /// What SQLite says.
        detail: String,
    },
    /// No space left on the device.
    #[error("the disk is full: free space; nothing that was confirmed is lost")]
    DiskFull,
    /// The file or its file system is read-only.
    #[error("the store is read-only: check the mount and the owner of the file")]
    ReadOnly,
    /// The file can't be opened or made.
    #[error("can't open or make {path}: check that its directory exists and is writable")]
    NoPlace {
        /// Where it should be.
        path: PathBuf,
    },
    /// The file belongs to another kiosk: a copied disk, or a changed configuration.
    #[error(
        "the store belongs to kiosk {found}, this is {asked}: put the kiosk's own disk in, or its own name"
    )]
    OtherKiosk {
        /// Whose it is.
        found: String,
        /// Who asked.
        asked: KioskId,
    },
    /// The outbox is at its bound: no new filing may be taken.
    #[error(
        "the outbox is full ({entries} entries, {bytes} bytes): take no filings until the network is back"
    )]
    Full {
        /// Entries in it.
        entries: u64,
        /// Their bytes.
        bytes: u64,
    },
    /// One entry is larger than central takes.
    #[error("an entry of {bytes} bytes is more than central takes: ask for less")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// A draft is larger than any form.
    #[error("a draft of {bytes} bytes is more than is kept: no form is so long")]
    DraftTooLarge {
        /// Its size.
        bytes: usize,
    },
    /// No such entry is in the outbox.
    #[error("no entry {0} is in the outbox: list it with 'kiosk outbox list'")]
    NoSuchEntry(Seq),
    /// Something else was kept between the sealing and the keeping of an entry.
    #[error("place {seq} of the series was given away meanwhile: seal the entry again")]
    Overtaken {
        /// The place that it was sealed for.
        seq: Seq,
    },
    /// There is no key to seal to.
    #[error("there is no key to seal entries to: let the kiosk reach central once")]
    NoKey,
    /// Nobody's desired states are believed.
    #[error("the kiosk knows no signer: name the city's signer file in the settings")]
    NoSigner,
    /// A desired state that is not taken.
    #[error(transparent)]
    Refused(Refusal),
    /// A key or a seal.
    #[error("a key can't be used: {0}")]
    Suite(#[source] SuiteError),
    /// A receipt for another entry.
    #[error("the receipt for entry {seq} is for {got}: central or the connection is wrong")]
    OtherReceipt {
        /// The entry that was sent.
        seq: Seq,
        /// The entry in the receipt.
        got: EntryId,
    },
    /// Another program holds the file.
    #[error("another program holds the store: stop the other kiosk")]
    Busy,
    /// A value in the file can't be read as what it must be.
    #[error("the store holds something unreadable in {place}: {detail}")]
    Unreadable {
        /// The table and column.
        place: &'static str,
        /// Why.
        detail: String,
    },
    /// An entry can't be written as JSON.
    #[error("an entry can't be written: {0}")]
    Encode(#[source] serde_json::Error),
    /// The operating system gave no random numbers.
    #[error("the system gives no random numbers: {0}")]
    NoRandomness(String),
    /// The store's own thread has ended.
    #[error("the store has stopped: restart the kiosk")]
    Stopped,
    /// Anything else SQLite reports.
    #[error("SQLite failed: {0}")]
    Sqlite(#[source] rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Corrupt { detail: error.to_string() }
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::Sqlite(error),
        }
    }
}
