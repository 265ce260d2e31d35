//! What central answered. The answer takes the entry's place in one transaction, so at every moment the disk holds
//! one of the two.

use crate::{Acknowledged, Store, StoreError};
use contract::EntryId;
use contract::message::{EntryReceipt, Outcome};
use rusqlite::{OptionalExtension, TransactionBehavior};

/// Receipts that are kept; older ones are central's to remember.
const KEPT: u64 = 20_000;

impl Store {
    /// Central has the entry: its receipt is kept, its payload is overwritten. The same receipt may come twice.
    pub fn acknowledge(&mut self, id: EntryId, receipt: &EntryReceipt) -> Result<Acknowledged, StoreError> {
        if receipt.entry != id {
            return Err(StoreError::OtherReceipt { asked: id, got: receipt.entry });
        }
        let kept = without_answer(receipt);
        let json = serde_json::to_vec(&kept).map_err(StoreError::Encode)?;
        let case = match &kept.outcome {
            Outcome::CaseOpened { case, .. } | Outcome::Answered { case, .. } => Some(case.as_str()),
            Outcome::Noted => None,
        };
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let entry: Option<(u64, u64)> = change
            .query_row("SELECT seq, length(payload) FROM outbox WHERE id = ?1", [id.0.as_bytes()], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let Some((seq, size)) = entry else {
            let known = change
                .query_row("SELECT 1 FROM receipts WHERE id = ?1", [id.0.as_bytes()], |_| Ok(()))
                .optional()?;
            return known.map(|()| Acknowledged::Before).ok_or(StoreError::NoSuchEntry(id));
        };
        change.execute(
            "INSERT INTO receipts (id, seq, case_number, received_at, receipt) VALUES (?1, ?2, ?3, ?4, ?5)",
            (id.0.as_bytes(), seq, case, receipt.received_at.as_millisecond(), json),
        )?;
        change.execute("DELETE FROM outbox WHERE id = ?1", [id.0.as_bytes()])?;
        change.execute("UPDATE series SET entries = entries - 1, bytes = bytes - ?1", [size])?;
        change.execute("DELETE FROM receipts WHERE seq <= ?1", [seq.saturating_sub(KEPT)])?;
        change.commit()?;
        Ok(Acknowledged::Now)
    }

    /// What central answered to this entry, without the lines of a look-up.
    pub fn receipt(&self, id: EntryId) -> Result<Option<EntryReceipt>, StoreError> {
        let json: Option<Vec<u8>> = self
            .db
            .query_row("SELECT receipt FROM receipts WHERE id = ?1", [id.0.as_bytes()], |row| row.get(0))
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

/// The lines of a look-up and a certificate's code are personal: they belong to the visit, not to the disk.
fn without_answer(receipt: &EntryReceipt) -> EntryReceipt {
    let outcome = match &receipt.outcome {
        Outcome::Answered { case, .. } => {
            Outcome::Answered { case: case.clone(), lines: Vec::new(), check_code: None }
        }
        other => other.clone(),
    };
    EntryReceipt { outcome, ..receipt.clone() }
}
