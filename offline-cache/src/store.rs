//! The store itself: one connection, each act one transaction that is on the disk when the function returns.

use crate::outbox::Filling;
use crate::{Appended, KioskSecret, Lane, OutboxCounts, OutboxEntry, SetAside, StoreError, open};
use contract::message::{Entry, EntryBody, MAX_BODY_BYTES, Problem, day_in_china};
use contract::{EntryId, KioskId, LocalNumber, Secret, Seq};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use std::collections::HashSet;
use std::path::Path;
use uuid::Uuid;

/// No entry waits longer than this for its next sending. A floor beyond it comes from a clock that was wrong.
pub const MAX_WAIT: SignedDuration = SignedDuration::from_hours(1);

pub(crate) const WAITING: i64 = 0;
pub(crate) const ASIDE: i64 = 1;

/// How much the outbox takes before it refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Entries, waiting and set aside.
    pub entries: u64,
    /// Bytes of their payloads.
    pub bytes: u64,
}

/// Two months of a busy terminal without a network.
impl Default for Limits {
    fn default() -> Self {
        Self { entries: 20_000, bytes: 512 * 1024 * 1024 }
    }
}

/// The store of one kiosk. Use it from one thread, or through [`crate::StoreHandle`].
#[derive(Debug)]
pub struct Store {
    pub(crate) db: Connection,
    kiosk: KioskId,
    secret: KioskSecret,
    limits: Limits,
}

impl Store {
    /// Opens the store of this kiosk, or makes it.
    pub fn open(path: &Path, kiosk: &KioskId) -> Result<Self, StoreError> {
        Self::open_with(path, kiosk, Limits::default())
    }

    /// Opens the store with other bounds than the usual ones.
    pub fn open_with(path: &Path, kiosk: &KioskId, limits: Limits) -> Result<Self, StoreError> {
        let (db, secret) = open::open(path, kiosk)?;
        Ok(Self { db, kiosk: kiosk.clone(), secret, limits })
    }

    /// The secret under which lanes are hashed.
    pub fn kiosk_secret(&self) -> &KioskSecret {
        &self.secret
    }

    /// Puts an entry into the series. When this returns, it is on the disk and will reach central.
    pub fn append(&mut self, body: EntryBody, lane: Lane, now: Timestamp) -> Result<Appended, StoreError> {
        let kind = match &body {
            EntryBody::Application(_) => "application",
            EntryBody::Evaluation(_) => "evaluation",
        };
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (last, entries, bytes): (u64, u64, u64) =
            change.query_row("SELECT last_seq, entries, bytes FROM series", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?;
        let seq = Seq(last + 1);
        let payload = encode(&Entry { seq, made_at: now, body })?;
        let size = u64::try_from(payload.expose().len()).unwrap_or(u64::MAX);
        if entries >= self.limits.entries || bytes.saturating_add(size) > self.limits.bytes {
            return Err(StoreError::Full { entries, bytes });
        }
        let id = EntryId(new_key(now));
        change
            .prepare_cached(
                "INSERT INTO outbox (id, seq, lane, kind, made_at, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute((id.0.as_bytes(), seq.0, lane.0, kind, now.as_millisecond(), payload.expose()))?;
        change.execute(
            "UPDATE series SET last_seq = ?1, entries = entries + 1, bytes = bytes + ?2",
            (seq.0, size),
        )?;
        let local_number = LocalNumber::compose(&self.kiosk, day_in_china(now), seq).ok_or_else(|| {
            StoreError::Unreadable { place: "series", detail: format!("{seq} makes no local number") }
        })?;
        change.commit()?;
        Ok(Appended { seq, id, local_number })
    }

    /// The entries that may be sent now, oldest first, at most `limit`. An entry that must wait holds back its lane
    /// and nobody else.
    pub fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<OutboxEntry>, StoreError> {
        let horizon = now.as_millisecond();
        let bogus = now.saturating_add(MAX_WAIT).map_or(i64::MAX, Timestamp::as_millisecond);
        let mut found = Vec::new();
        let mut held = HashSet::new();
        let mut query = self.db.prepare_cached(
            "SELECT lane, next_due, seq, id, seal, payload, attempts FROM outbox WHERE state = 0 ORDER BY seq",
        )?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            if found.len() >= limit {
                break;
            }
            let (lane, next_due): ([u8; 16], i64) = (row.get(0)?, row.get(1)?);
            let must_wait = next_due > horizon && next_due <= bogus;
            if must_wait || held.contains(&lane) {
                held.insert(lane);
                continue;
            }
            found.push(OutboxEntry {
                seq: Seq(row.get(2)?),
                id: EntryId(Uuid::from_bytes(row.get(3)?)),
                seal: row.get(4)?,
                payload: Secret::new(row.get(5)?),
                attempts: row.get(6)?,
            });
        }
        Ok(found)
    }

    /// When the next waiting entry may be sent; `None` when nothing waits.
    pub fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let floor: Option<i64> =
            self.db.query_row("SELECT min(next_due) FROM outbox WHERE state = 0", [], |row| row.get(0))?;
        Ok(floor.map(|at| Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH)))
    }

    /// Central failed on this entry: it is not sent again before `until`, and the attempt counts.
    pub fn postpone(&mut self, id: EntryId, until: Timestamp) -> Result<(), StoreError> {
        let changed = self.db.execute(
            "UPDATE outbox SET attempts = attempts + 1, next_due = ?2 WHERE id = ?1 AND state = 0",
            (id.0.as_bytes(), until.as_millisecond()),
        )?;
        one(changed, id)
    }

    /// Central refused this entry: it stays, with the reason, and no longer waits.
    pub fn set_aside(&mut self, id: EntryId, problem: &Problem) -> Result<(), StoreError> {
        let problem = serde_json::to_string(problem).map_err(StoreError::Encode)?;
        let changed = self.db.execute(
            "UPDATE outbox SET state = ?2, problem = ?3, attempts = attempts + 1 WHERE id = ?1",
            (id.0.as_bytes(), ASIDE, problem),
        )?;
        one(changed, id)
    }

    /// An operator sends a refused entry again.
    pub fn put_back(&mut self, id: EntryId) -> Result<(), StoreError> {
        let changed = self.db.execute(
            "UPDATE outbox SET state = ?2, next_due = 0 WHERE id = ?1",
            (id.0.as_bytes(), WAITING),
        )?;
        one(changed, id)
    }

    /// The refused entries, oldest first, for the technician.
    pub fn set_aside_entries(&self) -> Result<Vec<SetAside>, StoreError> {
        let mut query = self
            .db
            .prepare_cached("SELECT seq, id, kind, problem FROM outbox WHERE state = 1 ORDER BY seq")?;
        let rows = query.query_map([], |row| {
            Ok(SetAside {
                seq: Seq(row.get(0)?),
                id: EntryId(Uuid::from_bytes(row.get(1)?)),
                kind: row.get(2)?,
                problem: row.get::<_, Option<String>>(3)?.and_then(|text| serde_json::from_str(&text).ok()),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Why central refused this entry, if it did.
    pub fn problem(&self, id: EntryId) -> Result<Option<Problem>, StoreError> {
        let text: Option<String> = self
            .db
            .query_row("SELECT problem FROM outbox WHERE id = ?1 AND state = 1", [id.0.as_bytes()], |row| {
                row.get(0)
            })
            .optional()?
            .flatten();
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// How full the outbox is.
    pub fn counts(&self) -> Result<OutboxCounts, StoreError> {
        let (entries, bytes): (u64, u64) =
            self.db
                .query_row("SELECT entries, bytes FROM series", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let set_aside: u64 =
            self.db.query_row("SELECT count(*) FROM outbox WHERE state = 1", [], |row| row.get(0))?;
        let oldest: Option<i64> = self
            .db
            .query_row("SELECT made_at FROM outbox WHERE state = 0 ORDER BY seq LIMIT 1", [], |row| {
                row.get(0)
            })
            .optional()?;
        let nearly = |used: u64, limit: u64| used.saturating_mul(5) >= limit.saturating_mul(4);
        Ok(OutboxCounts {
            waiting: entries.saturating_sub(set_aside),
            set_aside,
            bytes,
            oldest: oldest.and_then(|at| Timestamp::from_millisecond(at).ok()),
            filling: if nearly(entries, self.limits.entries) || nearly(bytes, self.limits.bytes) {
                Filling::NearlyFull
            } else {
                Filling::Roomy
            },
        })
    }

    /// Central already has entries of this kiosk up to `highest` (the disk was replaced): the series goes on after
    /// them, so that no place is used twice.
    pub fn continue_after(&mut self, highest: Seq) -> Result<(), StoreError> {
        self.db.execute("UPDATE series SET last_seq = ?1 WHERE last_seq < ?1", [highest.0])?;
        Ok(())
    }

    /// Empties the write-ahead log, so that overwritten payloads do not linger in it. For idle moments.
    pub fn tidy(&mut self) -> Result<(), StoreError> {
        self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }
}

fn one(changed: usize, id: EntryId) -> Result<(), StoreError> {
    if changed == 1 { Ok(()) } else { Err(StoreError::NoSuchEntry(id)) }
}

/// A UUIDv7: new keys go to the end of the table.
fn new_key(now: Timestamp) -> Uuid {
    let seconds = u64::try_from(now.as_second()).unwrap_or(0);
    let nanos = u32::try_from(now.subsec_nanosecond()).unwrap_or(0);
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos))
}

/// The request body. The buffer is made large enough at once, because growing would leave copies behind in memory.
fn encode(entry: &Entry) -> Result<Secret<Vec<u8>>, StoreError> {
    let mut bytes = Vec::with_capacity(MAX_BODY_BYTES);
    serde_json::to_writer(&mut bytes, entry).map_err(StoreError::Encode)?;
    let payload = Secret::new(bytes);
    let bytes = payload.expose().len();
    if bytes > MAX_BODY_BYTES { Err(StoreError::TooLarge { bytes }) } else { Ok(payload) }
}
