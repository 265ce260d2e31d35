//! What was taken before, looked up.

use super::Known;
use crate::store::{Sql, StoreError};
use crate::values;
use contract::message::{Application, Entry, EntryBody, EntryRecord};
use contract::{CaseNumber, EntryId, KioskId, Seq};

/// By what a clerk asks for a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordName {
    /// The case number.
    Case(CaseNumber),
    /// The key.
    Entry(EntryId),
}

/// What was answered to a kiosk's key before.
pub fn known(sql: &mut dyn Sql, kiosk: &KioskId, id: EntryId) -> Result<Option<Known>, StoreError> {
    let row = sql.query_one(
        "SELECT seal_hash, receipt FROM entries WHERE kiosk = ?1 AND id = ?2",
        values![kiosk, id],
    )?;
    row.map(|row| Ok(Known { seal_hash: row.digest(0)?, receipt: row.bytes(1)?.to_vec() })).transpose()
}

/// What a kiosk sent under a key.
pub fn sent(sql: &mut dyn Sql, kiosk: &KioskId, id: EntryId) -> Result<Option<EntryBody>, StoreError> {
    let row = sql.query_one("SELECT body FROM entries WHERE kiosk = ?1 AND id = ?2", values![kiosk, id])?;
    row.map(|row| Ok(serde_json::from_slice::<Entry>(row.bytes(0)?)?.body)).transpose()
}

/// An application of a kiosk.
pub fn application(
    sql: &mut dyn Sql,
    kiosk: &KioskId,
    id: EntryId,
) -> Result<Option<Application>, StoreError> {
    Ok(match sent(sql, kiosk, id)? {
        Some(EntryBody::Application(application)) => Some(application),
        Some(
            EntryBody::Evaluation(_)
            | EntryBody::CaseReply(_)
            | EntryBody::Paper(_)
            | EntryBody::FaultTicket(_),
        )
        | None => None,
    })
}

/// The whole record behind a case or a key, for a clerk.
pub fn record(sql: &mut dyn Sql, which: &RecordName) -> Result<Option<EntryRecord>, StoreError> {
    let row = match which {
        RecordName::Entry(id) => sql.query_one(
            "SELECT kiosk, seq, id, body, receipt FROM entries WHERE id = ?1 ORDER BY kiosk LIMIT 1",
            values![*id],
        ),
        RecordName::Case(case) => sql.query_one(
            "SELECT e.kiosk, e.seq, e.id, e.body, e.receipt FROM cases c
             JOIN entries e ON e.kiosk = c.kiosk AND e.id = c.entry WHERE c.number = ?1",
            values![case],
        ),
    };
    let Some(row) = row? else { return Ok(None) };
    Ok(Some(EntryRecord {
        kiosk: row.parsed(0)?,
        seq: Seq(row.number(1)?),
        id: row.entry_id(2)?,
        entry: serde_json::from_slice(row.bytes(3)?)?,
        receipt: serde_json::from_slice(row.bytes(4)?)?,
    }))
}
