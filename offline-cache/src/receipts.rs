//! What central answered. The answer takes the entry's place in one transaction, so at every moment the disk holds
//! one of the two.

use crate::{Act, Place, Store, StoreError, journal};
use contract::EntryId;
use contract::message::{EntryReceipt, Outcome};
use contract::suite::Suite;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

/// Receipts that are kept; older ones are central's to remember.
const KEPT: u64 = 20_000;

impl Store {
    /// Central has these entries: their receipts are kept, their content is overwritten, all in one transaction. The
    /// same receipt may come twice; the first one stays.
    pub fn acknowledge(
        &mut self,
        receipts: &[(Place, EntryReceipt)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (suite, at) = (self.suite, self.clock(now)?);
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (place, receipt) in receipts {
            take(&change, suite, at, *place, receipt)?;
        }
        // What central says is the one clock that is believed; the floor follows it.
        if let Some(latest) = receipts.iter().map(|(_, receipt)| receipt.received_at).max() {
            change
                .prepare_cached("UPDATE series SET floor = max(floor, ?1)")?
                .execute([latest.as_millisecond()])?;
        }
        Ok(change.commit()?)
    }

    /// What central answered to this entry, without the lines of a look-up.
    pub fn receipt(&self, id: EntryId) -> Result<Option<EntryReceipt>, StoreError> {
        let json: Option<Vec<u8>> = self
            .db
            .prepare_cached("SELECT receipt FROM receipts WHERE id = ?1")?
            .query_row([id.0.as_bytes()], |row| row.get(0))
            .optional()?;
        json.map(|json| {
            serde_json::from_slice(&json).map_err(|error| StoreError::Unreadable {
                place: "receipts.receipt",
                detail: error.to_string(),
            })
        })
        .transpose()
    }
}

fn take(
    change: &Connection,
    suite: Suite,
    at: Timestamp,
    place: Place,
    receipt: &EntryReceipt,
) -> Result<(), StoreError> {
    let waiting: Option<(Vec<u8>, u64)> = change
        .prepare_cached("SELECT id, length(sealed) FROM outbox WHERE lane = ?1 AND seq = ?2")?
        .query_row((place.lane.0, place.seq.0), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let size = match waiting {
        Some((id, size)) if id == receipt.entry.0.as_bytes() => size,
        Some(_) => return Err(StoreError::OtherReceipt { seq: place.seq, got: receipt.entry }),
        None => {
            let known = change
                .prepare_cached("SELECT 1 FROM receipts WHERE id = ?1")?
                .exists([receipt.entry.0.as_bytes()])?;
            return if known { Ok(()) } else { Err(StoreError::NoSuchEntry(place.seq)) };
        }
    };
    let json = serde_json::to_vec(&without_answer(receipt)).map_err(StoreError::Encode)?;
    change.prepare_cached("INSERT INTO receipts (seq, id, receipt) VALUES (?1, ?2, ?3)")?.execute((
        place.seq.0,
        receipt.entry.0.as_bytes(),
        json,
    ))?;
    change
        .prepare_cached("DELETE FROM outbox WHERE lane = ?1 AND seq = ?2")?
        .execute((place.lane.0, place.seq.0))?;
    change.prepare_cached("UPDATE series SET entries = entries - 1, bytes = bytes - ?1")?.execute([size])?;
    change
        .prepare_cached("DELETE FROM receipts WHERE seq <= ?1")?
        .execute([place.seq.0.saturating_sub(KEPT)])?;
    journal::write(change, suite, at, &Act::Received { seq: place.seq })
}

/// The lines of a look-up, a certificate's code and why somebody was refused are personal: they belong to the visit, not
/// to the disk.
fn without_answer(receipt: &EntryReceipt) -> EntryReceipt {
    let outcome = match &receipt.outcome {
        Outcome::Answered { case, .. } => {
            Outcome::Answered { case: case.clone(), lines: Vec::new(), check_code: None }
        }
        Outcome::Decided { case, decision, fee, .. } => Outcome::Decided {
            case: case.clone(),
            decision: *decision,
            reasons: Vec::new(),
            next_step: String::new(),
            fee: *fee,
        },
        Outcome::CaseOpened { .. } | Outcome::Noted => receipt.outcome.clone(),
    };
    EntryReceipt { outcome, rules: Vec::new(), ..*receipt }
}
