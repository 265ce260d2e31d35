//! The alarms that are and were: begun, taken by somebody, ended. A change and the messages that tell it are written down
//! together. Everything here happens inside a transaction that somebody else opens and commits.

use super::outbox::{self, Message};
use super::rules::{Change, Finding, Kind};
use crate::store::{Row, Sql, StoreError};
use crate::values;
use contract::{KioskId, OperatorId};
use jiff::Timestamp;

/// Alarms on a page.
const MOST: u32 = 500;

/// An alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// Of which terminal.
    pub kiosk: KioskId,
    /// What is wrong.
    pub kind: Kind,
    /// Since when.
    pub began_at: Timestamp,
    /// Who looks after it, and since when.
    pub taken: Option<(OperatorId, Timestamp)>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
}

/// There is no such alarm, or it is over, or somebody has it.
#[derive(Debug, thiserror::Error)]
pub enum NoAlarm {
    /// Nothing to take.
    #[error("there is no such open alarm that nobody looks after")]
    Gone,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn read(row: &Row) -> Result<Alarm, StoreError> {
    let taken = row.optional_parsed(3)?.map(|who| Ok::<_, StoreError>((who, row.at(4)?))).transpose()?;
    let ended_at = row.optional_int(5)?.map(|_| row.at(5)).transpose()?;
    Ok(Alarm { kiosk: row.parsed(0)?, kind: row.parsed(1)?, began_at: row.at(2)?, taken, ended_at })
}

/// Writes down what changes with a terminal, and lets each route tell it.
pub fn note(
    sql: &mut dyn Sql,
    kiosk: &KioskId,
    findings: &[Finding],
    routes: &[&'static str],
    now: Timestamp,
) -> Result<(), StoreError> {
    for finding in findings {
        let changed = match finding.change {
            // Another instance may have seen it too: one of them is first.
            Change::Begin => sql.execute(
                "INSERT INTO alarms (kiosk, kind, began_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                values![kiosk, finding.kind.as_str(), now],
            )?,
            Change::End => sql.execute(
                "UPDATE alarms SET ended_at = ?3 WHERE kiosk = ?1 AND kind = ?2 AND ended_at IS NULL",
                values![kiosk, finding.kind.as_str(), now],
            )?,
        };
        if changed > 0 {
            let message =
                Message { kiosk: kiosk.clone(), kind: finding.kind, change: finding.change, at: now };
            outbox::put(sql, &message, routes)?;
        }
    }
    Ok(())
}

/// What is wrong with a terminal now.
pub fn open_kinds(sql: &mut dyn Sql, kiosk: &KioskId) -> Result<Vec<Kind>, StoreError> {
    let rows = sql.query("SELECT kind FROM alarms WHERE kiosk = ?1 AND ended_at IS NULL", values![kiosk])?;
    rows.iter().map(|row| row.parsed(0)).collect()
}

/// The newest alarms, those that are open before those that are over.
pub fn list(sql: &mut dyn Sql) -> Result<Vec<Alarm>, StoreError> {
    let rows = sql.query(
        "SELECT kiosk, kind, began_at, taken_by, taken_at, ended_at FROM alarms
         ORDER BY CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END, began_at DESC, kiosk LIMIT ?1",
        values![MOST],
    )?;
    rows.iter().map(read).collect()
}

/// Somebody looks after an open alarm.
pub fn take(
    sql: &mut dyn Sql,
    kiosk: &KioskId,
    kind: Kind,
    who: &OperatorId,
    now: Timestamp,
) -> Result<(), NoAlarm> {
    let taken = sql.execute(
        "UPDATE alarms SET taken_by = ?3, taken_at = ?4
         WHERE kiosk = ?1 AND kind = ?2 AND ended_at IS NULL AND taken_by IS NULL",
        values![kiosk, kind.as_str(), who, now],
    )?;
    if taken == 0 { Err(NoAlarm::Gone) } else { Ok(()) }
}
