//! What is still to be told, and to whom. A message lies here from the transaction of its alarm until its route has taken
//! it; whatever fails is tried again, ever more seldom, for as long as it takes.
//!
//! One instance at a time has a message, for the length of a lease. One that dies between sending and noting it sends again
//! under the same key, by which the other end knows it.

use super::routes::Routes;
use super::rules::{Change, Kind};
use crate::store::{Row, Sql, Store, StoreError};
use crate::values;
use contract::KioskId;
use jiff::{SignedDuration, Timestamp};

/// How long an instance may take to bring a message.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How long a message waits after its first failure, and the longest that it ever waits.
const FIRST_WAIT: i64 = 10;
const LONGEST_WAIT: i64 = 900;
/// Messages that are brought in one go.
const BATCH: u32 = 50;

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Of which terminal.
    pub kiosk: KioskId,
    /// What is wrong with it.
    pub kind: Kind,
    /// Whether it began or is over.
    pub change: Change,
    /// When.
    pub at: Timestamp,
}

impl Message {
    const fn change_as_str(&self) -> &'static str {
        match self.change {
            Change::Begin => "begin",
            Change::End => "end",
        }
    }

    /// By what the other end knows it again.
    pub fn key(&self) -> String {
        format!("{}-{}-{}-{}", self.kiosk, self.kind, self.change_as_str(), self.at.as_millisecond())
    }
}

/// Lets each route tell a message.
pub(super) fn put(sql: &mut dyn Sql, message: &Message, routes: &[&'static str]) -> Result<(), StoreError> {
    for route in routes {
        sql.execute(
            "INSERT INTO alarm_messages (kiosk, kind, change, at, route, tries, due_at)
             VALUES (?1, ?2, ?3, ?4, ?5, 0, ?4) ON CONFLICT DO NOTHING",
            values![&message.kiosk, message.kind.as_str(), message.change_as_str(), message.at, *route],
        )?;
    }
    Ok(())
}

struct Leased {
    message: Message,
    route: String,
    tries: i64,
}

fn lease(sql: &mut dyn Sql, now: Timestamp) -> Result<Vec<Leased>, StoreError> {
    let rows = sql.query(
        "SELECT kiosk, kind, change, at, route, tries FROM alarm_messages WHERE due_at <= ?1
         ORDER BY at LIMIT ?2 FOR UPDATE SKIP LOCKED",
        values![now, BATCH],
    )?;
    let leased: Vec<Leased> = rows.iter().map(read).collect::<Result<_, _>>()?;
    for one in &leased {
        set_due(sql, one, one.tries, now + LEASE)?;
    }
    Ok(leased)
}

fn read(row: &Row) -> Result<Leased, StoreError> {
    let change = if row.text(2)? == "begin" { Change::Begin } else { Change::End };
    let message = Message { kiosk: row.parsed(0)?, kind: row.parsed(1)?, change, at: row.at(3)? };
    Ok(Leased { message, route: row.text(4)?.to_owned(), tries: row.int(5)? })
}

fn set_due(sql: &mut dyn Sql, one: &Leased, tries: i64, due_at: Timestamp) -> Result<(), StoreError> {
    let message = &one.message;
    sql.execute(
        "UPDATE alarm_messages SET tries = ?6, due_at = ?7
         WHERE kiosk = ?1 AND kind = ?2 AND change = ?3 AND at = ?4 AND route = ?5",
        values![
            &message.kiosk,
            message.kind.as_str(),
            message.change_as_str(),
            message.at,
            &one.route,
            tries,
            due_at
        ],
    )?;
    Ok(())
}

fn forget(sql: &mut dyn Sql, one: &Leased) -> Result<(), StoreError> {
    let message = &one.message;
    sql.execute(
        "DELETE FROM alarm_messages WHERE kiosk = ?1 AND kind = ?2 AND change = ?3 AND at = ?4 AND route = ?5",
        values![&message.kiosk, message.kind.as_str(), message.change_as_str(), message.at, &one.route],
    )?;
    Ok(())
}

/// Brings what is due; how many messages arrived.
pub async fn deliver(store: &dyn Store, routes: &Routes, now: Timestamp) -> Result<usize, StoreError> {
    let leased = store.change(move |sql| lease(sql, now)).await?;
    let mut arrived = 0;
    for one in leased {
        match routes.send(&one.route, &one.message).await {
            Ok(()) => {
                arrived += 1;
                store.change(move |sql| forget(sql, &one)).await?;
            }
            Err(error) => {
                let (key, tries) = (one.message.key(), one.tries + 1);
                tracing::warn!(%error, key, tries, "an alarm could not be told; it is tried again");
                let wait = FIRST_WAIT.saturating_mul(1 << tries.clamp(1, 16) >> 1).min(LONGEST_WAIT);
                let due_at = now + SignedDuration::from_secs(wait);
                store.change(move |sql| set_due(sql, &one, tries, due_at)).await?;
            }
        }
    }
    Ok(arrived)
}
