//! How far each kiosk's series is: every place up to the tail was taken or refused.

use super::{Arrival, IntakeError, Progress, Refusal};
use crate::store::{Sql, StoreError};
use crate::values;
use contract::booking::SLOT_TAKEN;
use contract::{KioskId, Seq};

/// Remembers a refusal. One that was taken meanwhile is not refused any more.
pub fn refuse(sql: &mut dyn Sql, refusal: &Refusal) -> Result<(), IntakeError> {
    let place = values![&refusal.kiosk, refusal.seq];
    if sql.query_one("SELECT seq FROM entries WHERE kiosk = ?1 AND seq = ?2", place)?.is_some() {
        return Ok(());
    }
    sql.execute(
        "INSERT INTO refusals (kiosk, seq, id, at, problem) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (kiosk, seq) DO UPDATE SET id = excluded.id, at = excluded.at, problem = excluded.problem",
        values![&refusal.kiosk, refusal.seq, refusal.id, refusal.at, &refusal.problem],
    )?;
    Ok(account_for(sql, &refusal.kiosk, refusal.seq)?)
}

/// Whether an entry was refused for a place that was gone. Whoever was told so has chosen another time: a place that is
/// free again by the time an operator sends it once more is not theirs.
pub(super) fn has_lost_its_place(sql: &mut dyn Sql, arrival: &Arrival) -> Result<bool, StoreError> {
    let found = sql.query_one(
        "SELECT 1 FROM refusals WHERE kiosk = ?1 AND seq = ?2 AND id = ?3 AND problem = ?4",
        values![&arrival.kiosk, arrival.seq, arrival.id, SLOT_TAKEN],
    )?;
    Ok(found.is_some())
}

/// The refused entries of a kiosk.
pub fn refusals(sql: &mut dyn Sql, kiosk: &KioskId) -> Result<Vec<Refusal>, StoreError> {
    let rows =
        sql.query("SELECT seq, id, at, problem FROM refusals WHERE kiosk = ?1 ORDER BY seq", values![kiosk])?;
    rows.iter()
        .map(|row| {
            Ok(Refusal {
                kiosk: kiosk.clone(),
                seq: Seq(row.number(0)?),
                id: row.entry_id(1)?,
                at: row.at(2)?,
                problem: row.text(3)?.to_owned(),
            })
        })
        .collect()
}

/// How far a kiosk's series is.
pub fn progress(sql: &mut dyn Sql, kiosk: &KioskId) -> Result<Progress, StoreError> {
    let row = sql.query_one("SELECT contiguous, highest FROM series WHERE kiosk = ?1", values![kiosk])?;
    row.map_or(Ok(Progress { contiguous: Seq(0), highest: Seq(0) }), |row| {
        Ok(Progress { contiguous: Seq(row.number(0)?), highest: Seq(row.number(1)?) })
    })
}

/// Moves the kiosk's tail as far as its series has no gap, now that this place is taken or refused.
pub(super) fn account_for(sql: &mut dyn Sql, kiosk: &KioskId, seq: Seq) -> Result<(), StoreError> {
    // Mostly the next one comes next, and there is nothing else to look for.
    let is_next = sql.execute(
        "UPDATE series SET contiguous = ?2, highest = ?2 WHERE kiosk = ?1 AND contiguous = ?3 AND highest = ?3",
        values![kiosk, seq, seq.0.saturating_sub(1)],
    )?;
    if is_next == 1 {
        return Ok(());
    }
    // The row is locked before anything is looked for: whoever comes last sees everything.
    sql.execute(
        "INSERT INTO series (kiosk, contiguous, highest) VALUES (?1, 0, 0) ON CONFLICT DO NOTHING",
        values![kiosk],
    )?;
    let row =
        sql.query_one("SELECT contiguous, highest FROM series WHERE kiosk = ?1 FOR UPDATE", values![kiosk])?;
    let (mut contiguous, highest): (u64, u64) =
        row.map_or(Ok((0, 0)), |row| Ok::<_, StoreError>((row.number(0)?, row.number(1)?)))?;
    // An operator may have sent a refused entry again.
    sql.execute(
        "DELETE FROM refusals WHERE kiosk = ?1 AND seq = ?2
         AND EXISTS (SELECT 1 FROM entries WHERE entries.kiosk = ?1 AND entries.seq = ?2)",
        values![kiosk, seq],
    )?;
    while is_accounted_for(sql, kiosk, contiguous + 1)? {
        contiguous += 1;
    }
    sql.execute(
        "UPDATE series SET contiguous = ?2, highest = ?3 WHERE kiosk = ?1",
        values![kiosk, contiguous, highest.max(seq.0)],
    )?;
    Ok(())
}

fn is_accounted_for(sql: &mut dyn Sql, kiosk: &KioskId, seq: u64) -> Result<bool, StoreError> {
    let found = sql.query_one(
        "SELECT 1 FROM entries WHERE kiosk = ?1 AND seq = ?2
         UNION ALL SELECT 1 FROM refusals WHERE kiosk = ?1 AND seq = ?2",
        values![kiosk, seq],
    )?;
    Ok(found.is_some())
}
