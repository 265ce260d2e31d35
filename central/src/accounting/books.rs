//! Orders and the money book, as they are remembered. Everything here happens inside a transaction that somebody else
//! opens and commits.
//!
//! Architecture invariant: an order, its lines in the money book, its bills and its alarms are written together, after
//! the order's row was locked.

use super::error::AccountingError;
use super::holds;
use super::matters;
use super::order::{Decision, Effect, Event, Line, LineKind, Order, SHOWN_FOR, Terms};
use super::question::Question;
use crate::store::{Row, Sql, StoreError};
use crate::values;
use contract::account::AccountNumber;
use contract::message::day_in_china;
use contract::order::{ChannelName, Purchase};
use contract::{EntryId, Fen, KioskId, OrderNumber, ProviderId};
use jiff::Timestamp;
use jiff::civil::Date;

/// In the place of a kiosk's name: where every kiosk's day begins. No kiosk has it.
const EVERY_KIOSK: &str = "*";

/// More orders than a terminal makes in a day. Nine restores fit into one.
const LEAP: u32 = 10_000;

/// A checked request for an order.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Who asks.
    pub kiosk: KioskId,
    /// The idempotency key.
    pub key: EntryId,
    /// SHA-256 of the request as it came.
    pub request_hash: [u8; 32],
    /// Who is paid.
    pub provider: ProviderId,
    /// For which account.
    pub account: AccountNumber,
    /// For what.
    pub purchase: Purchase,
    /// How much.
    pub amount: Fen,
    /// How.
    pub channel: ChannelName,
}

/// What became of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created {
    /// It is an order now.
    Now(Order),
    /// It was one before.
    Before(Order),
}

/// A question to ask outside, and on behalf of what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The order as it stands.
    pub order: Order,
    /// The turn to answer with.
    pub turn: u32,
    /// What to ask.
    pub question: Question,
}

/// Where the money is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Taken by channels, by the money book.
    pub paid: Fen,
    /// With providers, by the money book.
    pub posted: Fen,
    /// Given back, by the money book.
    pub refunded: Fen,
    /// With us, by the orders.
    pub open: Fen,
}

impl Balance {
    /// Whether money book and orders agree: paid = posted + refunded + open.
    pub const fn holds(&self) -> bool {
        self.paid.0 == self.posted.0 + self.refunded.0 + self.open.0
    }
}

/// What is kept of an earlier request by its key, if there was one.
pub fn find_by_key(
    sql: &mut dyn Sql,
    kiosk: &KioskId,
    key: EntryId,
    request_hash: [u8; 32],
) -> Result<Option<Order>, AccountingError> {
    let row = sql.query_one(
        "SELECT body, request_hash FROM orders WHERE kiosk = ?1 AND key = ?2",
        values![kiosk, key],
    )?;
    match row {
        None => Ok(None),
        Some(row) if row.digest(1)? == request_hash => read(&row).map(Some),
        Some(_) => Err(AccountingError::KeyReused),
    }
}

/// Goes on far beyond the numbers that may have been given on a day that is not remembered whole, after a restore.
pub fn leap(sql: &mut dyn Sql, day: Date) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO order_days (kiosk, day, last) VALUES (?1, ?2, 0) ON CONFLICT DO NOTHING",
        values![EVERY_KIOSK, day],
    )?;
    sql.execute("UPDATE order_days SET last = last + ?2 WHERE day = ?1", values![day, LEAP])?;
    Ok(())
}

/// Makes an order of a draft and locks its bills, or finds the order that it became before.
pub fn create(sql: &mut dyn Sql, draft: &Draft, now: Timestamp) -> Result<Created, AccountingError> {
    let day = day_in_china(now);
    let row = sql.query_one(
        "INSERT INTO order_days (kiosk, day, last)
         VALUES (?1, ?2, 1 + COALESCE((SELECT last FROM order_days WHERE kiosk = ?3 AND day = ?2), 0))
         ON CONFLICT (kiosk, day) DO UPDATE SET last = order_days.last + 1 RETURNING last",
        values![&draft.kiosk, day, EVERY_KIOSK],
    )?;
    let sequence = row.map(|row| row.number(0)).transpose()?.unwrap_or(u32::MAX);
    let number = OrderNumber::compose(&draft.kiosk, day, sequence)
        .ok_or_else(|| AccountingError::NoNumber(draft.kiosk.clone()))?;
    let order = Order::new(Terms {
        number,
        kiosk: draft.kiosk.clone(),
        provider: draft.provider.clone(),
        account: draft.account.clone(),
        purchase: draft.purchase.clone(),
        amount: draft.amount,
        channel: draft.channel,
        created_at: now,
        expires_at: now.checked_add(SHOWN_FOR).unwrap_or(now),
    });
    let inserted = sql.execute(
        "INSERT INTO orders (number, kiosk, key, request_hash, created_at, state, open_amount, due_at, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, ?8) ON CONFLICT (kiosk, key) DO NOTHING",
        values![
            &order.terms().number,
            &draft.kiosk,
            draft.key,
            draft.request_hash,
            now,
            order.state_name().as_str(),
            order.due_at(),
            serde_json::to_string(&order)?,
        ],
    )?;
    if inserted == 0 {
        let before = find_by_key(sql, &draft.kiosk, draft.key, draft.request_hash)?;
        return before.map(Created::Before).ok_or(AccountingError::KeyReused);
    }
    holds::lock(sql, order.terms())?;
    Ok(Created::Now(order))
}

/// Lets something happen to an order; what is to be asked outside after the commit comes with it.
pub fn happen(
    sql: &mut dyn Sql,
    number: &OrderNumber,
    event: Event,
    now: Timestamp,
) -> Result<(Order, Option<Asked>), AccountingError> {
    let mut order = lock(sql, number)?;
    let effects = order.handle(event, now);
    let asked = write(sql, &order, &effects, now)?;
    Ok((order, asked))
}

/// Carries out what somebody decided.
pub fn decide(
    sql: &mut dyn Sql,
    number: &OrderNumber,
    decision: Decision,
    now: Timestamp,
) -> Result<Order, AccountingError> {
    let mut order = lock(sql, number)?;
    let effects = order.decide(decision, now)?;
    write(sql, &order, &effects, now)?;
    Ok(order)
}

/// When the first order is due.
pub fn first_due(sql: &mut dyn Sql) -> Result<Option<Timestamp>, AccountingError> {
    let row = sql
        .query_one("SELECT due_at FROM orders WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1", values![])?;
    Ok(row.map(|row| row.at(0)).transpose()?)
}

/// Takes up orders that are due, at most so many. While their questions are out nobody else takes them up: an order is
/// due again only when its answer counts as lost.
pub fn take_due(sql: &mut dyn Sql, most: usize, now: Timestamp) -> Result<Vec<Asked>, AccountingError> {
    let rows = sql.query(
        "SELECT body FROM orders WHERE due_at IS NOT NULL AND due_at <= ?1
         ORDER BY due_at LIMIT ?2 FOR UPDATE SKIP LOCKED",
        values![now, most],
    )?;
    let mut questions = Vec::new();
    for row in rows {
        let mut order = read(&row)?;
        let effects = order.handle(Event::Due, now);
        questions.extend(write(sql, &order, &effects, now)?);
    }
    Ok(questions)
}

/// An order.
pub fn find(sql: &mut dyn Sql, number: &OrderNumber) -> Result<Order, AccountingError> {
    let row = sql.query_one("SELECT body FROM orders WHERE number = ?1", values![number])?;
    row.map_or_else(|| Err(AccountingError::NoSuchOrder(number.clone())), |row| read(&row))
}

/// The orders that a kiosk made since a moment, or that have not ended, newest first.
pub fn of_kiosk(
    sql: &mut dyn Sql,
    kiosk: &KioskId,
    since: Timestamp,
    most: usize,
) -> Result<Vec<Order>, AccountingError> {
    let rows = sql.query(
        "SELECT body FROM orders
         WHERE kiosk = ?1 AND (created_at >= ?2 OR state NOT IN ('POSTED', 'CLOSED', 'REFUNDED', 'FAILED'))
         ORDER BY created_at DESC, number DESC LIMIT ?3",
        values![kiosk, since, most],
    )?;
    rows.iter().map(read).collect()
}

/// Where the money is.
pub fn balance(sql: &mut dyn Sql) -> Result<Balance, AccountingError> {
    let row = sql.query_one(
        "SELECT CAST(COALESCE(SUM(CASE WHEN kind = 'paid' THEN amount ELSE 0 END), 0) AS BIGINT),
                CAST(COALESCE(SUM(CASE WHEN kind = 'posted' THEN amount ELSE 0 END), 0) AS BIGINT),
                CAST(COALESCE(SUM(CASE WHEN kind = 'refunded' THEN amount ELSE 0 END), 0) AS BIGINT),
                (SELECT CAST(COALESCE(SUM(open_amount), 0) AS BIGINT) FROM orders WHERE open_amount > 0)
         FROM money_book",
        values![],
    )?;
    let Some(row) = row else { return Ok(Balance::default()) };
    let fen = |column| row.int(column).map(Fen);
    Ok(Balance { paid: fen(0)?, posted: fen(1)?, refunded: fen(2)?, open: fen(3)? })
}

/// A line of the money book with what it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookLine {
    /// The order.
    pub number: OrderNumber,
    /// The line.
    pub line: Line,
}

/// The money book of a day.
pub fn book_of(sql: &mut dyn Sql, day: Date) -> Result<Vec<BookLine>, AccountingError> {
    let rows = sql.query(
        "SELECT number, kind, amount, at FROM money_book WHERE day = ?1 ORDER BY number, n",
        values![day],
    )?;
    rows.iter().map(read_line).collect()
}

/// The money book of an order.
pub fn book_of_order(sql: &mut dyn Sql, number: &OrderNumber) -> Result<Vec<BookLine>, AccountingError> {
    let rows = sql.query(
        "SELECT number, kind, amount, at FROM money_book WHERE number = ?1 ORDER BY n",
        values![number],
    )?;
    rows.iter().map(read_line).collect()
}

fn read_line(row: &Row) -> Result<BookLine, AccountingError> {
    let line = Line { kind: row.parsed(1)?, amount: Fen(row.int(2)?), at: row.at(3)? };
    Ok(BookLine { number: row.parsed(0)?, line })
}

fn read(row: &Row) -> Result<Order, AccountingError> {
    Ok(serde_json::from_str(row.text(0)?)?)
}

fn lock(sql: &mut dyn Sql, number: &OrderNumber) -> Result<Order, AccountingError> {
    let row = sql.query_one("SELECT body FROM orders WHERE number = ?1 FOR UPDATE", values![number])?;
    row.map_or_else(|| Err(AccountingError::NoSuchOrder(number.clone())), |row| read(&row))
}

/// Writes a locked order and what follows from the event.
fn write(
    sql: &mut dyn Sql,
    order: &Order,
    effects: &[Effect],
    now: Timestamp,
) -> Result<Option<Asked>, AccountingError> {
    let number = &order.terms().number;
    sql.execute(
        "UPDATE orders SET state = ?2, open_amount = ?3, due_at = ?4, body = ?5 WHERE number = ?1",
        values![
            number,
            order.state_name().as_str(),
            order.open_amount().0,
            order.due_at(),
            serde_json::to_string(order)?
        ],
    )?;
    let mut asked = None;
    for effect in effects {
        match effect {
            Effect::Ask(turn, question) => {
                asked = Some(Asked { order: order.clone(), turn: *turn, question: *question });
            }
            Effect::Book(line) => book(sql, number, *line)?,
            Effect::FreeBills => holds::free(sql, number)?,
            Effect::BillsPaid => holds::paid(sql, number)?,
            Effect::Alarm(alarm) => matters::raise(sql, order, *alarm, now)?,
        }
    }
    Ok(asked)
}

fn book(sql: &mut dyn Sql, number: &OrderNumber, line: Line) -> Result<(), AccountingError> {
    sql.execute(
        "INSERT INTO money_book (number, n, kind, amount, at, day)
         VALUES (?1, (SELECT COUNT(*) FROM money_book WHERE number = ?1), ?2, ?3, ?4, ?5)",
        values![number, line.kind.as_str(), line.amount.0, line.at, day_in_china(line.at)],
    )?;
    Ok(())
}

impl LineKind {
    /// As it stands in the money book.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Posted => "posted",
            Self::Refunded => "refunded",
        }
    }
}

/// A word that the money book does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a line of the money book is paid, posted or refunded")]
pub struct NoSuchKind;

impl std::str::FromStr for LineKind {
    type Err = NoSuchKind;
    fn from_str(text: &str) -> Result<Self, NoSuchKind> {
        [Self::Paid, Self::Posted, Self::Refunded]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(NoSuchKind)
    }
}
