//! Cases (办件): their numbers, and what is written when one is opened. What becomes of one that somebody decides is in
//! `casework`.

mod applicants;
mod certificates;
pub mod fees;
mod numbers;

use crate::store::{Sql, StoreError};
use crate::values;
use contract::{CaseNumber, EntryId, KioskId, ServiceCode};
use jiff::civil::Date;

pub use applicants::{note_applicant, numbers_of};
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
    /// The day it was handed in.
    pub accepted_on: Date,
    /// Working days promised.
    pub promised_days: u16,
}

/// Opens a case, in the transaction of its entry.
pub fn open(sql: &mut dyn Sql, case: &NewCase<'_>) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO cases (number, kiosk, entry, service, accepted_on, promised_days)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        values![case.number, case.kiosk, case.entry, case.service, case.accepted_on, case.promised_days],
    )?;
    Ok(())
}
