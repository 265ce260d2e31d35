//! The store itself: one connection, each act one transaction that is on the disk when the function returns.

use crate::desired::{Kept, Sealing};
use crate::outbox::Filling;
use crate::{
    Act, Appended, KioskSecret, Lane, Limits, Options, Order, OutboxCounts, OutboxEntry, Place, SealedFiling,
    StoreError, journal, lane, open,
};
use contract::desired::PublicKey;
use contract::message::{Entry, EntryBody, MAX_BODY_BYTES, day_in_china};
use contract::series::{SealingKeyId, sealing_context};
use contract::suite::Suite;
use contract::{EntryId, KioskId, LocalNumber, Secret, Seq};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use std::path::Path;
use uuid::Uuid;

/// The store of one kiosk. Use it from one thread, or through [`crate::StoreHandle`].
#[derive(Debug)]
pub struct Store {
    pub(crate) db: Connection,
    pub(crate) suite: Suite,
    pub(crate) signer: Option<PublicKey>,
    pub(crate) desired: Kept,
    pub(crate) sealing: Option<Sealing>,
    pub(crate) kiosk: KioskId,
    secret: KioskSecret,
    limits: Limits,
}

impl Store {
    /// Opens the store of this kiosk, or makes it.
    pub fn open(path: &Path, kiosk: &KioskId, options: Options) -> Result<Self, StoreError> {
        let (db, secret) = open::open(path, kiosk)?;
        let Options { limits, signer } = options;
        let suite = signer.as_ref().map(|signer| signer.suite).unwrap_or_default();
        let (desired, kiosk) = (Kept::default(), kiosk.clone());
        let mut store = Self { db, suite, signer, desired, sealing: None, kiosk, secret, limits };
        store.resume_desired()?;
        Ok(store)
    }

    /// The program begins its work with this store: the journal says so, a desired state that was on probation is given back,
    /// and commands that were under way have ended.
    pub fn start(&mut self, version: &str, now: Timestamp) -> Result<(), StoreError> {
        let (suite, at, act) = (self.suite, self.clock(now)?, journal::started(version)?);
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        journal::write(&change, suite, at, &act)?;
        change.commit()?;
        self.end_probation(at)?;
        self.end_commands(at)
    }

    /// The cryptographic suite of this store: its signer's.
    pub const fn suite(&self) -> Suite {
        self.suite
    }

    /// The secret under which lanes are hashed.
    pub const fn kiosk_secret(&self) -> &KioskSecret {
        &self.secret
    }

    /// The time, never before what central is known to have had: a dead clock battery sets nobody back to 1970.
    pub fn clock(&self, now: Timestamp) -> Result<Timestamp, StoreError> {
        let floor: i64 =
            self.db.prepare_cached("SELECT floor FROM series")?.query_row([], |row| row.get(0))?;
        Ok(now.max(Timestamp::from_millisecond(floor).unwrap_or(now)))
    }

    /// Seals an entry and puts it into the series. When this returns, it is on the disk and will reach central; this
    /// kiosk can't read it any more.
    pub fn append(&mut self, body: EntryBody, order: Order, now: Timestamp) -> Result<Appended, StoreError> {
        let sealed = self.seal(body, order, now)?;
        self.keep(sealed)
    }

    /// Appends an entry and what belongs to it, in one transaction: all of it is on the disk when this returns, or
    /// nothing. What belongs to it names its key, and leaves after it.
    pub fn append_with(
        &mut self,
        body: EntryBody,
        belonging: impl FnOnce(EntryId) -> Vec<EntryBody>,
        order: Order,
        now: Timestamp,
    ) -> Result<Appended, StoreError> {
        let first = self.seal(body, order, now)?;
        let (Place { lane, seq }, made_at) = (first.place, first.made_at);
        let mut filings = Vec::new();
        for (after, body) in (seq.0 + 1..).zip(belonging(first.id)) {
            filings.push(self.seal_at(Place { lane, seq: Seq(after) }, body, made_at)?);
        }
        self.keep_all(first, filings)
    }

    /// The first half of [`Store::append`]: what will be kept, sealed. Nothing is written yet, and the disk is not held
    /// up by it.
    pub fn seal(&self, body: EntryBody, order: Order, now: Timestamp) -> Result<SealedFiling, StoreError> {
        let (made_at, lane) = (self.clock(now)?, self.lane(order)?);
        let last: u64 =
            self.db.prepare_cached("SELECT last_seq FROM series")?.query_row([], |row| row.get(0))?;
        self.seal_at(Place { lane, seq: Seq(last + 1) }, body, made_at)
    }

    fn seal_at(&self, place: Place, body: EntryBody, made_at: Timestamp) -> Result<SealedFiling, StoreError> {
        let kind = match &body {
            EntryBody::Application(_) => "application",
            EntryBody::Evaluation(_) => "evaluation",
            EntryBody::CaseReply(_) => "case_reply",
            EntryBody::Paper(_) => "paper",
            EntryBody::FaultTicket(_) => "fault_ticket",
        };
        let Sealing { id: key, sealer } = self.sealing.as_ref().ok_or(StoreError::NoKey)?;
        let (seq, id) = (place.seq, EntryId(new_key(made_at)));
        let number = LocalNumber::compose(&self.kiosk, day_in_china(made_at), seq).ok_or_else(|| {
            StoreError::Unreadable { place: "series", detail: format!("{seq} makes no local number") }
        })?;
        let plain = encode(&Entry { number: number.clone(), made_at, body })?;
        let context = sealing_context(&self.kiosk, id);
        let sealed = sealer.seal(&context, plain.expose()).map_err(StoreError::Suite)?;
        Ok(SealedFiling { place, id, number, kind, made_at, key: *key, sealed })
    }

    /// The second half of [`Store::append`]: the one transaction, on the disk when this returns.
    pub fn keep(&mut self, filing: SealedFiling) -> Result<Appended, StoreError> {
        self.keep_all(filing, Vec::new())
    }

    fn keep_all(
        &mut self,
        first: SealedFiling,
        belonging: Vec<SealedFiling>,
    ) -> Result<Appended, StoreError> {
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let appended = Self::keep_in(&change, self.limits, self.suite, first)?;
        for filing in belonging {
            Self::keep_in(&change, self.limits, self.suite, filing)?;
        }
        change.commit()?;
        Ok(appended)
    }

    fn keep_in(
        change: &Transaction<'_>,
        limits: Limits,
        suite: Suite,
        filing: SealedFiling,
    ) -> Result<Appended, StoreError> {
        let SealedFiling { place: Place { lane, seq }, id, number, kind, made_at, key, sealed } = filing;
        let size = u64::try_from(sealed.len()).unwrap_or(u64::MAX);
        let (last, entries, bytes): (u64, u64, u64) = change
            .prepare_cached("SELECT last_seq, entries, bytes FROM series")?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        if seq.0 != last + 1 {
            return Err(StoreError::Overtaken { seq });
        }
        if entries >= limits.entries || bytes.saturating_add(size) > limits.bytes {
            return Err(StoreError::Full { entries, bytes });
        }
        change
            .prepare_cached(
                "INSERT INTO outbox (lane, seq, id, kind, made_at, key, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute((lane.0, seq.0, id.0.as_bytes(), kind, made_at.as_millisecond(), key.0, sealed))?;
        change
            .prepare_cached("UPDATE series SET last_seq = ?1, entries = entries + 1, bytes = bytes + ?2")?
            .execute((seq.0, size))?;
        journal::write(change, suite, made_at, &Act::Kept { seq })?;
        Ok(Appended { seq, id, local_number: number })
    }

    fn lane(&self, order: Order) -> Result<Lane, StoreError> {
        let before: Option<u8> = match order {
            Order::In(lane) => return Ok(lane),
            Order::Free => None,
            Order::After(id) => self
                .db
                .prepare_cached("SELECT lane FROM outbox WHERE id = ?1")?
                .query_row([id.0.as_bytes()], |row| row.get(0))
                .optional()?,
        };
        if let Some(lane) = before {
            return Ok(Lane(lane));
        }
        let mut byte = [0];
        lane::fill(&mut byte)?;
        let [lane] = byte;
        Ok(Lane(lane))
    }

    /// The first waiting entries of these lanes, at most `limit`, one a lane.
    pub fn heads(
        &self,
        lanes: impl IntoIterator<Item = Lane>,
        limit: usize,
    ) -> Result<Vec<OutboxEntry>, StoreError> {
        // One view for all look-ups: each on its own would lock and unlock the file.
        let view = self.db.unchecked_transaction()?;
        let mut query = view.prepare_cached(
            "SELECT seq, id, key, sealed, attempts FROM outbox WHERE lane = ?1 AND state = 0 ORDER BY seq LIMIT 1",
        )?;
        let mut heads = Vec::new();
        for lane in lanes {
            if heads.len() >= limit {
                break;
            }
            let head = query
                .query_row([lane.0], |row| {
                    Ok(OutboxEntry {
                        place: Place { lane, seq: Seq(row.get(0)?) },
                        id: EntryId(Uuid::from_bytes(row.get(1)?)),
                        key: SealingKeyId(row.get(2)?),
                        sealed: row.get(3)?,
                        attempts: row.get(4)?,
                    })
                })
                .optional()?;
            heads.extend(head);
        }
        Ok(heads)
    }

    /// Central failed on this entry.
    pub fn note_attempt(&mut self, place: Place) -> Result<(), StoreError> {
        let changed = self.db.execute(
            "UPDATE outbox SET attempts = attempts + 1 WHERE lane = ?1 AND seq = ?2",
            (place.lane.0, place.seq.0),
        )?;
        if changed == 1 { Ok(()) } else { Err(StoreError::NoSuchEntry(place.seq)) }
    }

    /// What the outbox holds.
    pub fn counts(&self) -> Result<OutboxCounts, StoreError> {
        let (entries, bytes): (u64, u64) = self
            .db
            .prepare_cached("SELECT entries, bytes FROM series")?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let set_aside: u64 = self
            .db
            .prepare_cached("SELECT count(*) FROM outbox WHERE state = 1")?
            .query_row([], |row| row.get(0))?;
        Ok(OutboxCounts { waiting: entries.saturating_sub(set_aside), set_aside, bytes })
    }

    /// Whether the outbox nears one of its bounds: entries, bytes or age.
    pub fn filling(&self, now: Timestamp) -> Result<Filling, StoreError> {
        let counts = self.counts()?;
        let oldest = self.oldest()?;
        let age =
            oldest.map_or(0, |oldest| self.clock(now).map_or(0, |now| now.duration_since(oldest).as_secs()));
        let age = u64::try_from(age).unwrap_or(0);
        let limit = u64::try_from(self.limits.age.as_secs()).unwrap_or(u64::MAX);
        let nearly = |used: u64, limit: u64| used.saturating_mul(5) >= limit.saturating_mul(4);
        let entries = counts.waiting.saturating_add(counts.set_aside);
        if nearly(entries, self.limits.entries)
            || nearly(counts.bytes, self.limits.bytes)
            || nearly(age, limit)
        {
            Ok(Filling::NearlyFull { oldest })
        } else {
            Ok(Filling::Roomy)
        }
    }

    /// When the oldest waiting entry was made. Asks each lane for its head: independent of how many wait.
    fn oldest(&self) -> Result<Option<Timestamp>, StoreError> {
        let view = self.db.unchecked_transaction()?;
        let mut query = view.prepare_cached(
            "SELECT seq, made_at FROM outbox WHERE lane = ?1 AND state = 0 ORDER BY seq LIMIT 1",
        )?;
        let mut oldest: Option<(u64, i64)> = None;
        for lane in Lane::all() {
            let head = query
                .query_row([lane.0], |row| Ok((row.get::<_, u64>(0)?, row.get::<_, i64>(1)?)))
                .optional()?;
            oldest = oldest.into_iter().chain(head).min();
        }
        Ok(oldest.and_then(|(_, at)| Timestamp::from_millisecond(at).ok()))
    }

    /// Writes, without changing anything: whether the disk takes it again after a fault.
    pub fn prove_writable(&mut self) -> Result<(), StoreError> {
        self.db.execute("UPDATE series SET entries = entries", [])?;
        Ok(())
    }

    /// Empties the write-ahead log, so that overwritten content does not linger in it. For idle moments.
    pub fn tidy(&mut self) -> Result<(), StoreError> {
        self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }
}

/// A UUIDv7: keys grow with the time.
fn new_key(now: Timestamp) -> Uuid {
    let seconds = u64::try_from(now.as_second()).unwrap_or(0);
    let nanos = u32::try_from(now.subsec_nanosecond()).unwrap_or(0);
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos))
}

/// The entry as it is sealed. The buffer is made large enough at once, because growing would leave copies behind in
/// memory.
fn encode(entry: &Entry) -> Result<Secret<Vec<u8>>, StoreError> {
    let mut bytes = Vec::with_capacity(MAX_BODY_BYTES);
    serde_json::to_writer(&mut bytes, entry).map_err(StoreError::Encode)?;
    let plain = Secret::new(bytes);
    let bytes = plain.expose().len();
    if bytes > MAX_BODY_BYTES { Err(StoreError::TooLarge { bytes }) } else { Ok(plain) }
}
