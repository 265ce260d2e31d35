//! The heads of the kiosks' journals: a report is taken when it goes on from the last one. A copied terminal, or one
//! that was set back to an older image, goes on from somewhere else.

use super::StoreError;
use contract::KioskId;
use contract::base64::Base64;
use contract::series::{HeadReport, JournalHead};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

/// Takes a head, inside a transaction that somebody else opens and commits.
pub(super) fn report(
    db: &Connection,
    kiosk: &KioskId,
    report: &HeadReport,
    at: Timestamp,
) -> Result<(), StoreError> {
    let last: Option<(i64, JournalHead)> = db
        .prepare_cached("SELECT n, length, hash FROM journal_heads WHERE kiosk = ?1 ORDER BY n DESC LIMIT 1")?
        .query_row([kiosk.as_str()], |row| {
            Ok((row.get(0)?, JournalHead { length: row.get(1)?, hash: Base64(row.get(2)?) }))
        })
        .optional()?;
    let n = match last {
        // A kiosk that nobody has heard of, or a central that was set up anew.
        None => 0,
        // The acknowledgement was lost on the way.
        Some((_, known)) if known == report.head => return Ok(()),
        Some((n, known)) => {
            let goes_on = report.previous.as_ref() == Some(&known) && report.head.length > known.length;
            if !goes_on && !take_readmission(db, kiosk)? {
                return Err(StoreError::Forked);
            }
            n + 1
        }
    };
    db.prepare_cached("INSERT INTO journal_heads (kiosk, n, at, length, hash) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute((kiosk.as_str(), n, at.as_millisecond(), report.head.length, &report.head.hash.0))?;
    Ok(())
}

/// Lets the next report of a kiosk pass.
pub(super) fn readmit(db: &Connection, kiosk: &KioskId, at: Timestamp) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO readmissions (kiosk, at) VALUES (?1, ?2) ON CONFLICT (kiosk) DO UPDATE SET at = excluded.at",
    )?
    .execute((kiosk.as_str(), at.as_millisecond()))?;
    Ok(())
}

fn take_readmission(db: &Connection, kiosk: &KioskId) -> Result<bool, StoreError> {
    Ok(db.prepare_cached("DELETE FROM readmissions WHERE kiosk = ?1")?.execute([kiosk.as_str()])? > 0)
}
