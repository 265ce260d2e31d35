//! What the terminal did, as a chain: each line carries the hash of everything before it, so that no line can be
//! changed, left out or put in afterwards without breaking the chain or disagreeing with the head that central was
//! told. No personal data: seqs and key numbers only.
//!
//! A line is written in the transaction of the act that it tells of.

use crate::{Store, StoreError, lane};
use contract::Seq;
use contract::app_version::AppVersion;
use contract::base64::Base64;
use contract::command::{CommandId, Errand};
use contract::series::{JournalHead, SealingKeyId};
use contract::suite::Suite;
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Lines that are kept, a year of a busy terminal; older ones go once central knows a later head.
pub(crate) const KEPT: u64 = 200_000;

/// What the chain begins with.
const BEGINNING: [u8; 32] = [0; 32];

/// Something that the terminal did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// The program started. The nonce makes the chains of two copies differ from here on.
    Started {
        /// The program's version.
        version: String,
        /// 16 random bytes.
        nonce: Base64,
    },
    /// A resident's entry was kept.
    Kept {
        /// Its place.
        seq: Seq,
    },
    /// Central has an entry.
    Received {
        /// Its place.
        seq: Seq,
    },
    /// Central refused an entry; it was set aside.
    SetAside {
        /// Its place.
        seq: Seq,
        /// The problem's type.
        problem: String,
    },
    /// An operator sent a refused entry again.
    PutBack {
        /// Its place.
        seq: Seq,
    },
    /// An entry got another place, because its own was taken.
    Renumbered {
        /// Its place before.
        from: Seq,
        /// Its place now.
        to: Seq,
    },
    /// A desired state was taken, and waits.
    DesiredTaken {
        /// Its version.
        version: u64,
        /// The key that entries are sealed to from here on.
        key: SealingKeyId,
    },
    /// A desired state is obeyed on probation.
    DesiredTried {
        /// Its version.
        version: u64,
    },
    /// Somebody came to the terminal: the desired state waits again.
    DesiredPostponed {
        /// Its version.
        version: u64,
    },
    /// A desired state is in force.
    DesiredInForce {
        /// Its version.
        version: u64,
    },
    /// A desired state was given back: the last good one is in force.
    DesiredReturned {
        /// Its version.
        version: u64,
    },
    /// A desired state names another program: it is asked for.
    ProgramAsked {
        /// The version of the state.
        version: u64,
        /// The version of the program.
        app: AppVersion,
    },
    /// The program that ran with the last good state runs again.
    ProgramBack {
        /// Its version.
        app: AppVersion,
    },
    /// A command of an operator was begun.
    CommandBegun {
        /// Its number.
        command: CommandId,
        /// What it asks.
        errand: Errand,
    },
    /// A command of an operator has ended.
    CommandEnded {
        /// Its number.
        command: CommandId,
        /// Whether it could not be done.
        failed: bool,
    },
    /// Central refused the journal's head: this kiosk is a copy, or was set back.
    Forked,
    /// Central took the kiosk back; its series goes on after this place.
    GoesOn {
        /// The highest place that central has.
        after: Seq,
    },
    /// A resident asked to keep a draft.
    DraftKept,
    /// A kept draft was taken up again.
    DraftTaken,
    /// Kept drafts were too old, or not needed any more.
    DraftsDropped {
        /// How many.
        count: u64,
    },
    /// A technician's code was right: the diagnostics are open.
    VendorModeEntered,
    /// A technician's code was wrong.
    VendorCodeWrong {
        /// How many there were since the last right one.
        wrong: u8,
    },
    /// There were too many: none is taken for a time.
    VendorModeLocked,
    /// That time is over.
    VendorModeUnlocked,
    /// The diagnostics are closed again.
    VendorModeLeft,
    /// A technician put new paper in.
    PaperLoaded {
        /// So many rolls.
        rolls: u8,
    },
    /// A technician replaced a part.
    PartReplaced {
        /// Which, by its word.
        part: String,
    },
    /// A technician wrote a fault ticket.
    FaultReported {
        /// About which part, by its word.
        part: String,
    },
    /// A technician calibrated the touch panel.
    TouchCalibrated,
    /// The terminal was put out of service.
    OutOfService,
    /// It is in service again.
    InService,
}

/// Adds a line, inside of the transaction of its act.
pub(crate) fn write(change: &Connection, suite: Suite, at: Timestamp, act: &Act) -> Result<(), StoreError> {
    let (n, before) = last(change)?;
    let text = serde_json::to_string(act).map_err(StoreError::Encode)?;
    let (n, at) = (n + 1, at.as_millisecond());
    change.prepare_cached("INSERT INTO journal (n, at, act, hash) VALUES (?1, ?2, ?3, ?4)")?.execute((
        n,
        at,
        &text,
        hash(suite, &before, n, at, &text),
    ))?;
    Ok(())
}

/// A line, as it is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Its place in the chain, from 1.
    pub n: u64,
    /// When, by the store's clock.
    pub at: Timestamp,
    /// What the terminal did.
    pub act: Act,
}

impl Store {
    /// The last lines, the newest last.
    pub fn journal_tail(&self, lines: u32) -> Result<Vec<Line>, StoreError> {
        let unreadable = |detail: String| StoreError::Unreadable { place: "journal", detail };
        let mut query = self.db.prepare_cached("SELECT n, at, act FROM journal ORDER BY n DESC LIMIT ?1")?;
        let rows = query.query_map([lines], |row| {
            Ok((row.get::<_, u64>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?))
        })?;
        let mut tail = Vec::new();
        for row in rows {
            let (n, at, act) = row?;
            let act = serde_json::from_str(&act).map_err(|error| unreadable(error.to_string()))?;
            let at = Timestamp::from_millisecond(at).map_err(|error| unreadable(error.to_string()))?;
            tail.push(Line { n, at, act });
        }
        tail.reverse();
        Ok(tail)
    }
}

/// The line that begins a run of the program.
pub(crate) fn started(version: &str) -> Result<Act, StoreError> {
    let mut nonce = vec![0; 16];
    lane::fill(&mut nonce)?;
    Ok(Act::Started { version: version.to_owned(), nonce: Base64(nonce) })
}

/// Where the journal is now.
pub(crate) fn head(db: &Connection) -> Result<JournalHead, StoreError> {
    let (length, hash) = last(db)?;
    Ok(JournalHead { length, hash: Base64(hash.to_vec()) })
}

/// Drops old lines that a head which central knows covers. The last one dropped stays as the chain's anchor.
pub(crate) fn prune(change: &Connection, acknowledged: u64) -> Result<(), StoreError> {
    let (length, _) = last(change)?;
    let anchor = length.saturating_sub(KEPT).min(acknowledged);
    change.prepare_cached("DELETE FROM journal WHERE n < ?1")?.execute([anchor])?;
    Ok(())
}

fn last(db: &Connection) -> Result<(u64, [u8; 32]), StoreError> {
    let last = db
        .prepare_cached("SELECT n, hash FROM journal ORDER BY n DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(last.unwrap_or((0, BEGINNING)))
}

fn hash(suite: Suite, before: &[u8; 32], n: u64, at: i64, act: &str) -> [u8; 32] {
    suite.hash(&[before, &n.to_be_bytes(), &at.to_be_bytes(), act.as_bytes()])
}

/// What a look at the whole journal found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The first line that is there; 1, or the anchor of what was pruned.
    pub first: u64,
    /// The head.
    pub head: JournalHead,
    /// Central acknowledged a head that lies in this chain; otherwise it was told of none.
    pub reported: bool,
}

/// Why a journal is not believed.
#[derive(Debug, thiserror::Error)]
pub enum JournalFault {
    /// The chain does not hold.
    #[error(
        "line {0} of the journal was altered, put in, or stands after a missing one: keep the disk as evidence"
    )]
    Broken(u64),
    /// The chain holds, but it is not the one that central knows.
    #[error(
        "line {0} is not what was reported to central: the journal was written anew; keep the disk as evidence"
    )]
    NotAsReported(u64),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Recomputes the chain of a store's file, also beside a running kiosk.
pub fn verify(path: &Path, suite: Suite) -> Result<Verified, JournalFault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)
        .map_err(|_| StoreError::NoPlace { path: path.to_owned() })?;
    let acknowledged = crate::standing::acknowledged(&db)?;
    let mut query =
        db.prepare("SELECT n, at, act, hash FROM journal ORDER BY n").map_err(StoreError::from)?;
    let mut rows = query.query([]).map_err(StoreError::from)?;
    let mut first = 0;
    let mut chain: Option<(u64, [u8; 32])> = None;
    let mut reported = false;
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        let n: u64 = row.get(0).map_err(StoreError::from)?;
        let (at, act): (i64, String) =
            (row.get(1).map_err(StoreError::from)?, row.get(2).map_err(StoreError::from)?);
        let said: [u8; 32] = row.get(3).map_err(StoreError::from)?;
        match &chain {
            // A line that is not the first of all is an anchor: it is held to what central acknowledged later.
            None if n > 1 => first = n,
            None if n == 1 && hash(suite, &BEGINNING, n, at, &act) == said => first = 1,
            Some((before, hashed)) if n == before + 1 && hash(suite, hashed, n, at, &act) == said => {}
            _ => return Err(JournalFault::Broken(n)),
        }
        if let Some(known) = acknowledged.as_ref().filter(|known| known.length == n) {
            if known.hash.0 != said {
                return Err(JournalFault::NotAsReported(n));
            }
            reported = true;
        }
        chain = Some((n, said));
    }
    let (length, hash) = chain.unwrap_or((0, BEGINNING));
    // What central knows of must be there: a journal can't be cut off at its end.
    if let Some(known) = acknowledged.filter(|_| !reported) {
        return Err(JournalFault::NotAsReported(known.length));
    }
    Ok(Verified { first, head: JournalHead { length, hash: Base64(hash.to_vec()) }, reported })
}
