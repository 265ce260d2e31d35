//! Fees of cases (规费): what an application costs and whether it is paid. Everything here happens inside a transaction that
//! somebody else opens and commits. Knows nothing of orders, channels or money that is on its way.

use crate::store::{Row, Sql, StoreError};
use crate::values;
use contract::message::CaseFee;
use contract::{CaseNumber, Fen, OrderNumber};
use jiff::Timestamp;
use std::str::FromStr;

/// What became of a payment of a fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posted {
    /// The fee is paid by it.
    Taken,
    /// The fee was paid before, by another.
    PaidBefore,
    /// The case came to nothing: there is nothing to pay.
    NothingDue,
    /// It is not the amount.
    WrongAmount,
}

const OUTCOMES: [(Posted, &str); 4] = [
    (Posted::Taken, "posted"),
    (Posted::PaidBefore, "paid before"),
    (Posted::NothingDue, "nothing due"),
    (Posted::WrongAmount, "wrong amount"),
];

impl Posted {
    fn as_str(self) -> &'static str {
        OUTCOMES.iter().find(|(outcome, _)| *outcome == self).map_or("", |(_, word)| word)
    }
}

/// A word that the store does not write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such outcome of a payment of a fee")]
pub struct NoSuchOutcome;

impl FromStr for Posted {
    type Err = NoSuchOutcome;
    fn from_str(text: &str) -> Result<Self, NoSuchOutcome> {
        OUTCOMES.iter().find(|(_, word)| *word == text).map(|(outcome, _)| *outcome).ok_or(NoSuchOutcome)
    }
}

/// A payment of a fee, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeePosting {
    /// The order that brought it.
    pub key: String,
    /// How much.
    pub amount: Fen,
    /// What became of it.
    pub outcome: Posted,
    /// Since when.
    pub at: Timestamp,
}

/// Writes down what an application costs, in the transaction that opens its case; nothing where it is free.
pub fn set(sql: &mut dyn Sql, number: &CaseNumber, fee: Fen) -> Result<(), StoreError> {
    if fee > Fen::ZERO {
        sql.execute("INSERT INTO case_fees (number, amount) VALUES (?1, ?2)", values![number, fee.0])?;
    }
    Ok(())
}

/// What a case costs, and whether that is paid; nothing where it is free.
pub fn of(sql: &mut dyn Sql, number: &CaseNumber) -> Result<Option<CaseFee>, StoreError> {
    let row = sql.query_one(
        "SELECT amount, (SELECT COUNT(*) FROM fee_postings WHERE fee_postings.number = case_fees.number
                         AND outcome = 'posted')
         FROM case_fees WHERE number = ?1",
        values![number],
    )?;
    row.map(|row| Ok(CaseFee { amount_fen: Fen(row.int(0)?), is_paid: row.int(1)? > 0 })).transpose()
}

/// Takes a payment, once for each key. What was answered to a key before is answered again.
pub fn post(
    sql: &mut dyn Sql,
    number: &CaseNumber,
    (key, amount): (&OrderNumber, Fen),
    is_due: bool,
    now: Timestamp,
) -> Result<FeePosting, StoreError> {
    if let Some(before) = posting(sql, key)? {
        return Ok(before);
    }
    let refused = match of(sql, number)? {
        Some(fee) if is_due && fee.amount_fen == amount => None,
        Some(_) if is_due => Some(Posted::WrongAmount),
        _ => Some(Posted::NothingDue),
    };
    if refused.is_none() && keep(sql, number, (key, amount), Posted::Taken, now)? {
        return Ok(FeePosting { key: key.to_string(), amount, outcome: Posted::Taken, at: now });
    }
    // Another order was first: the index of paid fees decides, not a look before.
    let outcome = refused.unwrap_or(Posted::PaidBefore);
    if keep(sql, number, (key, amount), outcome, now)? {
        return Ok(FeePosting { key: key.to_string(), amount, outcome, at: now });
    }
    // The same key, a moment ago, on another instance.
    posting(sql, key)?.ok_or(StoreError::Busy)
}

fn keep(
    sql: &mut dyn Sql,
    number: &CaseNumber,
    (key, amount): (&OrderNumber, Fen),
    outcome: Posted,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let kept = sql.execute(
        "INSERT INTO fee_postings (key, number, amount, outcome, at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO NOTHING",
        values![key.as_str(), number, amount.0, outcome.as_str(), now],
    )?;
    Ok(kept > 0)
}

/// What became of a key.
pub fn posting(sql: &mut dyn Sql, key: &OrderNumber) -> Result<Option<FeePosting>, StoreError> {
    let row = sql.query_one(
        "SELECT key, amount, outcome, at FROM fee_postings WHERE key = ?1",
        values![key.as_str()],
    )?;
    row.as_ref().map(read).transpose()
}

/// The payments that were taken from one moment to another.
pub fn taken_between(
    sql: &mut dyn Sql,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<FeePosting>, StoreError> {
    let rows = sql.query(
        "SELECT key, amount, outcome, at FROM fee_postings
         WHERE outcome = 'posted' AND at >= ?1 AND at < ?2 ORDER BY key",
        values![from, to],
    )?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<FeePosting, StoreError> {
    Ok(FeePosting {
        key: row.text(0)?.to_owned(),
        amount: Fen(row.int(1)?),
        outcome: row.parsed(2)?,
        at: row.at(3)?,
    })
}
