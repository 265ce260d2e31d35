//! How it stands between this kiosk and central, for the status line, diagnostics and the journey.

use jiff::Timestamp;

/// Whether central can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// The last request was answered.
    Online,
    /// Nobody answers.
    Offline {
        /// When that was first noticed.
        since: Timestamp,
    },
    /// Somebody answers who is not our central, or central does not take this kiosk's certificate. Nothing is sent.
    Untrusted,
    /// Central says that this kiosk is a copy, or was set back to an older image. Nothing is sent until an operator took
    /// it back.
    Forked,
}

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyncStatus {
    /// Whether central can be reached.
    pub connection: Connection,
    /// Entries that wait for central.
    pub waiting: u64,
    /// Entries that central refused; a technician should look.
    pub set_aside: u64,
    /// When central last acknowledged an entry or answered with nothing left to send.
    pub last_synced: Option<Timestamp>,
}
