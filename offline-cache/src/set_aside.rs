//! Entries that central refused. They stay, with the reason, in nobody's way, until an operator sends them again.

use crate::{Act, Place, SetAside, Store, StoreError, journal};
use contract::message::Problem;
use contract::{EntryId, Seq};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, TransactionBehavior};
use uuid::Uuid;

const WAITING: i64 = 0;
const ASIDE: i64 = 1;

impl Store {
    /// Central refused this entry: it stays, with the reason, and no longer waits.
    pub fn set_aside(&mut self, place: Place, problem: &Problem, now: Timestamp) -> Result<(), StoreError> {
        let act = Act::SetAside { seq: place.seq, problem: problem.kind.clone() };
        let problem = serde_json::to_string(problem).map_err(StoreError::Encode)?;
        self.change_state(place, ASIDE, Some(problem), &act, now)
    }

    /// An operator sends a refused entry again.
    pub fn put_back(&mut self, place: Place, now: Timestamp) -> Result<(), StoreError> {
        self.change_state(place, WAITING, None, &Act::PutBack { seq: place.seq }, now)
    }

    fn change_state(
        &mut self,
        place: Place,
        state: i64,
        problem: Option<String>,
        act: &Act,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (suite, at) = (self.suite, self.clock(now)?);
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let changed = change.execute(
            "UPDATE outbox SET state = ?3, problem = ?4, attempts = attempts + 1 WHERE lane = ?1 AND seq = ?2",
            (place.lane.0, place.seq.0, state, problem),
        )?;
        if changed != 1 {
            return Err(StoreError::NoSuchEntry(place.seq));
        }
        journal::write(&change, suite, at, act)?;
        Ok(change.commit()?)
    }

    /// The refused entries, oldest first, for the technician.
    pub fn set_aside_entries(&self) -> Result<Vec<SetAside>, StoreError> {
        let mut query = self
            .db
            .prepare_cached("SELECT lane, seq, id, kind, problem FROM outbox WHERE state = 1 ORDER BY seq")?;
        let rows = query.query_map([], |row| {
            Ok(SetAside {
                place: Place { lane: crate::Lane(row.get(0)?), seq: Seq(row.get(1)?) },
                id: EntryId(Uuid::from_bytes(row.get(2)?)),
                kind: row.get(3)?,
                problem: row.get::<_, Option<String>>(4)?.and_then(|text| serde_json::from_str(&text).ok()),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Why central refused this entry, if it did.
    pub fn problem(&self, id: EntryId) -> Result<Option<Problem>, StoreError> {
        let text: Option<String> = self
            .db
            .prepare_cached("SELECT problem FROM outbox WHERE state = 1 AND id = ?1")?
            .query_row([id.0.as_bytes()], |row| row.get(0))
            .optional()?
            .flatten();
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }
}
