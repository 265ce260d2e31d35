//! How this store stands with central: the journal's head that central knows, and the way back after central said that
//! this kiosk is a copy or was set back.
//!
//! A head is offered until it is acknowledged, always the same one: an acknowledgement that was lost on the way must not
//! look like a fork.

use crate::{Act, Place, Store, StoreError, journal};
use contract::Seq;
use contract::series::{HeadReport, JournalHead, Tail};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use serde::Serialize;
use serde::de::DeserializeOwned;

const ACKNOWLEDGED: &str = "head_acknowledged";
const OFFERED: &str = "head_offered";

impl Store {
    /// What to report now: the head that was offered before and never acknowledged, or else the present one, which is
    /// offered from here on.
    pub fn head_report(&mut self) -> Result<HeadReport, StoreError> {
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let previous = acknowledged(&change)?;
        let head = if let Some(offered) = read(&change, OFFERED)? {
            offered
        } else {
            let head = journal::head(&change)?;
            write(&change, OFFERED, &head)?;
            head
        };
        change.commit()?;
        Ok(HeadReport { previous, head })
    }

    /// Central took the head.
    pub fn head_acknowledged(&mut self, head: &JournalHead) -> Result<(), StoreError> {
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        write(&change, ACKNOWLEDGED, head)?;
        change.execute("DELETE FROM meta WHERE name = ?1", [OFFERED])?;
        journal::prune(&change, head.length)?;
        Ok(change.commit()?)
    }

    /// Central refused the head: written down, once in a run.
    pub fn note_fork(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let (suite, at) = (self.suite, self.clock(now)?);
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        journal::write(&change, suite, at, &Act::Forked)?;
        Ok(change.commit()?)
    }

    /// Central's tail is the truth: if it has entries beyond this series (the disk was replaced or set back, and an
    /// operator took the kiosk back), the series goes on after them, so that no place is used twice.
    pub fn go_on_after(&mut self, tail: Tail, now: Timestamp) -> Result<(), StoreError> {
        let last: u64 =
            self.db.prepare_cached("SELECT last_seq FROM series")?.query_row([], |row| row.get(0))?;
        if last >= tail.highest.0 {
            return Ok(());
        }
        let (suite, at) = (self.suite, self.clock(now)?);
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        change.execute("UPDATE series SET last_seq = ?1 WHERE last_seq < ?1", [tail.highest.0])?;
        journal::write(&change, suite, at, &Act::GoesOn { after: tail.highest })?;
        Ok(change.commit()?)
    }

    /// Gives an entry the next place of the series: its own was taken by an entry that this store has forgotten.
    pub fn renumber(&mut self, place: Place, now: Timestamp) -> Result<Seq, StoreError> {
        let (suite, at) = (self.suite, self.clock(now)?);
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let to: u64 =
            change.query_row("UPDATE series SET last_seq = last_seq + 1 RETURNING last_seq", [], |row| {
                row.get(0)
            })?;
        let moved = change.execute(
            "UPDATE outbox SET seq = ?3 WHERE lane = ?1 AND seq = ?2",
            (place.lane.0, place.seq.0, to),
        )?;
        if moved != 1 {
            return Err(StoreError::NoSuchEntry(place.seq));
        }
        journal::write(&change, suite, at, &Act::Renumbered { from: place.seq, to: Seq(to) })?;
        change.commit()?;
        Ok(Seq(to))
    }
}

/// The head that central acknowledged last.
pub(crate) fn acknowledged(db: &Connection) -> Result<Option<JournalHead>, StoreError> {
    read(db, ACKNOWLEDGED)
}

/// A fact of `meta` as JSON.
pub(crate) fn read<T: DeserializeOwned>(db: &Connection, name: &str) -> Result<Option<T>, StoreError> {
    let json: Option<Vec<u8>> = db
        .prepare_cached("SELECT value FROM meta WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    json.map(|json| {
        serde_json::from_slice(&json)
            .map_err(|error| StoreError::Unreadable { place: "meta", detail: error.to_string() })
    })
    .transpose()
}

pub(crate) fn write<T: Serialize>(db: &Connection, name: &str, value: &T) -> Result<(), StoreError> {
    let json = serde_json::to_vec(value).map_err(StoreError::Encode)?;
    db.prepare_cached(
        "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )?
    .execute((name, json))?;
    Ok(())
}
