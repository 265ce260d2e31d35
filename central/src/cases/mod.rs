//! Cases (办件): their numbers, and what is written when one is opened.

mod certificates;
mod numbers;

use crate::store::{Sql, StoreError};
use crate::values;
use contract::message::{CaseProgress, CaseState};
use contract::{CaseNumber, EntryId, KioskId, ServiceCode};
use jiff::civil::Date;

pub use certificates::{Certificate, find_certificate, issue_certificate};
pub use numbers::{NoNumberLeft, Numbers};

/// Futian (GB/T 2260). One reference central serves one district.
pub const DISTRICT: u32 = 440_304;

/// A case that an entry opens.
#[derive(Clone, Debug)]
pub struct NewCase<'a> {
    /// Its number.
    pub number: &'a CaseNumber,
    /// The terminal that it came from.
    pub kiosk: &'a KioskId,
    /// The entry that opens it.
    pub entry: EntryId,
    /// The service item.
    pub service: &'a ServiceCode,
    /// Where it stands.
    pub state: CaseState,
    /// The day it was accepted.
    pub accepted_on: Date,
    /// Working days promised.
    pub promised_days: u16,
}

/// Opens a case, in the transaction of its entry.
pub fn open(sql: &mut dyn Sql, case: &NewCase<'_>) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO cases (number, kiosk, entry, service, state, accepted_on, promised_days)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        values![
            case.number,
            case.kiosk,
            case.entry,
            case.service,
            state_text(case.state),
            case.accepted_on,
            case.promised_days
        ],
    )?;
    Ok(())
}

/// Where a case stands.
pub fn progress(sql: &mut dyn Sql, case: &CaseNumber) -> Result<Option<CaseProgress>, StoreError> {
    let row = sql.query_one(
        "SELECT service, state, accepted_on, promised_days FROM cases WHERE number = ?1",
        values![case],
    )?;
    row.map(|row| {
        Ok(CaseProgress {
            case: case.clone(),
            service: row.parsed(0)?,
            state: match row.text(1)? {
                "completed" => CaseState::Completed,
                _ => CaseState::Accepted,
            },
            accepted_on: row.parsed(2)?,
            promised_days: row.number(3)?,
        })
    })
    .transpose()
}

const fn state_text(state: CaseState) -> &'static str {
    match state {
        CaseState::Accepted => "accepted",
        CaseState::Completed => "completed",
    }
}
