//! Why a store did not do it, whatever it was asked.

use std::path::PathBuf;

/// Why a store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Too much at once, or somebody else holds what is needed.
    #[error("central is busy: come back in a moment")]
    Busy,
    /// The URI.
    #[error("'{0}…' is no store: use sqlite:FILE or postgres://USER@HOST/DATABASE")]
    UnknownUri(String),
    /// The parameters of a PostgreSQL URI.
    #[error("the address of the PostgreSQL store can't be read: {0}")]
    BadAddress(#[source] tokio_postgres::Error),
    /// A cluster on another machine, in clear text.
    #[error(
        "the cluster is on another machine: name the certificate of its authority in the address, \
         postgres://…?sslrootcert=FILE, so that personal data does not cross the network in clear text"
    )]
    InTheClear,
    /// The certificate of the cluster's authority.
    #[error("the cluster's authority {path} can't be used: {detail}")]
    Authority {
        /// The file.
        path: PathBuf,
        /// Why not.
        detail: String,
    },
    /// There is no such file.
    #[error("there is no store at {0}")]
    NotThere(PathBuf),
    /// Tables of a newer program.
    #[error("{place} has version {found}, this program knows up to {known}: run the newer central")]
    NewerVersion {
        /// Where.
        place: String,
        /// Its version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// The engine does not promise what central promises.
    #[error(
        "the store's {name} is {got}, not {wanted}: what is answered might be lost; set it and start again"
    )]
    Setting {
        /// The setting.
        name: &'static str,
        /// What it must be.
        wanted: &'static str,
        /// What it is.
        got: String,
    },
    /// The place for the file.
    #[error("{path} can't be made ({detail}): make its folder, or name another by --db")]
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
    /// The database can't be reached or does not take anything at present.
    #[error("the database is away ({0}): nothing that was answered is lost; central goes on when it is back")]
    Away(String),
    /// The store's thread has ended.
    #[error("the store has stopped: start central again")]
    Stopped,
    /// A column that does not hold what it must.
    #[error(
        "column {0} of a row does not hold what it must: the store was altered by hand, or by a newer program"
    )]
    Column(usize),
    /// A value that can't be read or written.
    #[error("a record can't be read or written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// SQLite.
    #[error("SQLite failed: {0}")]
    Sqlite(#[source] rusqlite::Error),
    /// PostgreSQL, by its error code and message; never the values.
    #[error("PostgreSQL failed: {0}")]
    Postgres(String),
}

impl StoreError {
    /// Whether it is a state that passes: whoever asks may come back with the same.
    pub const fn passes(&self) -> bool {
        matches!(self, Self::Busy | Self::DiskFull | Self::Away(_) | Self::Stopped)
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::SystemIoFailure | ErrorCode::ReadOnly | ErrorCode::CannotOpen) => {
                Self::Away(error.to_string())
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt(error.to_string()),
            _ => Self::Sqlite(error),
        }
    }
}
