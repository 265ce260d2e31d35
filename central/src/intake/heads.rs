//! The heads of the kiosks' journals: a report is taken when it goes on from the last one. A copied terminal, or one
//! that was set back to an older image, goes on from somewhere else.

use super::IntakeError;
use crate::store::{Sql, StoreError};
use crate::values;
use contract::KioskId;
use contract::base64::Base64;
use contract::series::{HeadReport, JournalHead};
use jiff::Timestamp;

/// Takes the head of a kiosk's journal, if it goes on from the last one.
pub fn report_head(
    sql: &mut dyn Sql,
    kiosk: &KioskId,
    report: &HeadReport,
    at: Timestamp,
) -> Result<(), IntakeError> {
    let last = sql.query_one(
        "SELECT n, length, hash FROM journal_heads WHERE kiosk = ?1 ORDER BY n DESC LIMIT 1",
        values![kiosk],
    )?;
    let last = last.map(|row| {
        let head = JournalHead { length: row.number(1)?, hash: Base64(row.bytes(2)?.to_vec()) };
        Ok::<_, StoreError>((row.int(0)?, head))
    });
    let n = match last.transpose()? {
        // A kiosk that nobody has heard of, or a central that was set up anew.
        None => 0,
        // The acknowledgement was lost on the way.
        Some((_, known)) if known == report.head => return Ok(()),
        Some((n, known)) => {
            let goes_on = report.previous.as_ref() == Some(&known) && report.head.length > known.length;
            if !goes_on && !take_readmission(sql, kiosk)? {
                return Err(IntakeError::Forked);
            }
            n + 1
        }
    };
    let inserted = sql.execute(
        "INSERT INTO journal_heads (kiosk, n, at, length, hash) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        values![kiosk, n, at, report.head.length, report.head.hash.0.as_slice()],
    )?;
    // Another report of the same kiosk came between: it shall ask again, and be judged against that one.
    if inserted == 0 { Err(StoreError::Busy.into()) } else { Ok(()) }
}

/// Takes the next head of this kiosk whatever it goes on from. An operator has looked at the terminal.
pub fn readmit(sql: &mut dyn Sql, kiosk: &KioskId, at: Timestamp) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO readmissions (kiosk, at) VALUES (?1, ?2) ON CONFLICT (kiosk) DO UPDATE SET at = excluded.at",
        values![kiosk, at],
    )?;
    Ok(())
}

fn take_readmission(sql: &mut dyn Sql, kiosk: &KioskId) -> Result<bool, StoreError> {
    Ok(sql.execute("DELETE FROM readmissions WHERE kiosk = ?1", values![kiosk])? > 0)
}
