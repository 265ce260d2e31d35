//! What is known of each terminal, put together from its last report and from what came of it, and judged.

use super::book;
use super::rules::{Condition, Kind, Paper, judge};
use crate::fleet::{Seen, last_reports};
use crate::store::{Sql, StoreError};
use crate::values;
use contract::report::{self, DeviceState};
use contract::{EntryId, KioskId};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use uuid::Uuid;

/// Over how long the share of refused entries is counted.
const RATED_OVER: SignedDuration = SignedDuration::from_hours(24);

/// Judges every terminal that ever reported, and writes down what changes. One transaction, which somebody else opens and
/// commits; a terminal of which nothing changes costs no statement.
pub fn watch(sql: &mut dyn Sql, routes: &[&'static str], now: Timestamp) -> Result<(), StoreError> {
    let mut open = open_by_terminal(sql)?;
    let waiting = waiting_since(sql)?;
    let refused = refused_within_a_day(sql, now)?;
    for Seen { kiosk, at, report } in last_reports(sql)? {
        let since = note_waiting(sql, &kiosk, report.queue.waiting, waiting.get(&kiosk).copied(), now)?;
        let failures = match refused.get(&kiosk) {
            // Nothing was refused, of however many.
            None => (0, u32::MAX),
            Some(refused) => (*refused, refused.saturating_add(taken_within_a_day(sql, &kiosk, now)?)),
        };
        let down = report.devices.values().filter(|state| **state == DeviceState::Offline).count();
        let condition = Condition {
            silent_for: now.duration_since(at),
            paper: report.paper.map(paper),
            failures: Some(failures),
            waiting_for: Some(now.duration_since(since)),
            broken: Some(down + usize::from(report.store_trouble.is_some())),
            door_open: report.door.map(|door| door == report::Door::Open),
        };
        let findings = judge(&condition, &open.remove(&kiosk).unwrap_or_default());
        book::note(sql, &kiosk, &findings, routes, now)?;
    }
    Ok(())
}

const fn paper(paper: report::Paper) -> Paper {
    match paper {
        report::Paper::Full => Paper::Enough,
        report::Paper::Low => Paper::Low,
        report::Paper::Out | report::Paper::Jammed => Paper::Out,
    }
}

fn open_by_terminal(sql: &mut dyn Sql) -> Result<HashMap<KioskId, Vec<Kind>>, StoreError> {
    let mut open = HashMap::<_, Vec<_>>::new();
    for row in sql.query("SELECT kiosk, kind FROM alarms WHERE ended_at IS NULL", &[])? {
        open.entry(row.parsed(0)?).or_default().push(row.parsed(1)?);
    }
    Ok(open)
}

fn waiting_since(sql: &mut dyn Sql) -> Result<HashMap<KioskId, Timestamp>, StoreError> {
    let rows = sql.query("SELECT kiosk, since FROM alarm_queues", &[])?;
    rows.iter().map(|row| Ok((row.parsed(0)?, row.at(1)?))).collect()
}

/// Since when something has been waiting at each look; a report says how much waits, and not since when.
fn note_waiting(
    sql: &mut dyn Sql,
    kiosk: &KioskId,
    waiting: u64,
    known: Option<Timestamp>,
    now: Timestamp,
) -> Result<Timestamp, StoreError> {
    match (waiting, known) {
        (0, None) => {}
        (0, Some(_)) => drop(sql.execute("DELETE FROM alarm_queues WHERE kiosk = ?1", values![kiosk])?),
        (_, Some(since)) => return Ok(since),
        (_, None) => {
            let insert = "INSERT INTO alarm_queues (kiosk, since) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
            sql.execute(insert, values![kiosk, now])?;
        }
    }
    Ok(now)
}

fn refused_within_a_day(sql: &mut dyn Sql, now: Timestamp) -> Result<HashMap<KioskId, u32>, StoreError> {
    let rows = sql.query(
        "SELECT kiosk, count(*) FROM refusals WHERE at >= ?1 GROUP BY kiosk",
        values![now - RATED_OVER],
    )?;
    rows.iter().map(|row| Ok((row.parsed(0)?, row.number(1)?))).collect()
}

/// Entries of a terminal that took effect. Their keys begin with the time at which they were confirmed (UUIDv7), so that
/// those of a day lie together.
fn taken_within_a_day(sql: &mut dyn Sql, kiosk: &KioskId, now: Timestamp) -> Result<u32, StoreError> {
    let since = u64::try_from((now - RATED_OVER).as_millisecond()).unwrap_or_default();
    let first = EntryId(Uuid::from_u128(u128::from(since) << 80));
    let row =
        sql.query_one("SELECT count(*) FROM entries WHERE kiosk = ?1 AND id >= ?2", values![kiosk, first])?;
    row.ok_or(StoreError::Stopped)?.number(0)
}
