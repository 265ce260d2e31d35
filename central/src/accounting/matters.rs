//! What people must see to (差异与告警): differences of the daily files, and alarms of orders. Each has an owner and goes
//! from open through in hand to settled; how it was settled stays beside it.

use super::books;
use super::error::AccountingError;
use super::order::{Alarm, Decision, Event, LineKind, Order};
use super::reconcile::{Class, Comparison, Difference, Side};
use crate::cases::DISTRICT;
use crate::store::{Row, Sql};
use crate::values;
use contract::message::day_in_china;
use contract::{Fen, OrderNumber};
use jiff::Timestamp;
use jiff::civil::Date;
use std::fmt;
use std::str::FromStr;

/// Who owns what nobody has taken in hand: the accounting desk.
const DESK: &str = "财务";

/// The longest name of a file's that is kept.
const LONGEST_SUBJECT: usize = 64;

/// What kind of matter it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatterKind {
    /// A file and the money book differ.
    Difference(LineKind),
    /// An order raised it.
    Alarm(Alarm),
}

const KINDS: [(MatterKind, &str); 7] = [
    (MatterKind::Difference(LineKind::Paid), "payment"),
    (MatterKind::Difference(LineKind::Posted), "posting"),
    (MatterKind::Difference(LineKind::Refunded), "refund"),
    (MatterKind::Alarm(Alarm::LateMoney), "late-money"),
    (MatterKind::Alarm(Alarm::WrongAmount), "wrong-amount"),
    (MatterKind::Alarm(Alarm::RefundFailed), "refund-failed"),
    (MatterKind::Alarm(Alarm::StillUnknown), "still-unknown"),
];

/// A word that names no kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a kind is payment, posting, refund, late-money, wrong-amount, refund-failed or still-unknown")]
pub struct NoSuchKind;

impl FromStr for MatterKind {
    type Err = NoSuchKind;
    fn from_str(text: &str) -> Result<Self, NoSuchKind> {
        KINDS.iter().find(|(_, word)| *word == text).map(|(kind, _)| *kind).ok_or(NoSuchKind)
    }
}

impl fmt::Display for MatterKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = KINDS.iter().find(|(kind, _)| kind == self).map_or("", |(_, word)| word);
        f.write_str(word)
    }
}

/// Which matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatterName {
    /// The day of the files, or on which the alarm was raised.
    pub day: Date,
    /// The order, or what a file calls one.
    pub subject: String,
    /// What kind.
    pub kind: MatterKind,
}

/// Where a matter stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MatterState {
    /// Nobody has taken it.
    Open,
    /// Its owner works on it.
    InHand,
    /// It is settled.
    Settled {
        /// How.
        how: String,
        /// When.
        at: Timestamp,
    },
}

/// A matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    /// Which.
    pub name: MatterName,
    /// By the money book.
    pub ours: Option<Fen>,
    /// By the file.
    pub theirs: Option<Fen>,
    /// Whose it is.
    pub owner: String,
    /// Where it stands.
    pub state: MatterState,
}

impl Matter {
    /// What it is, in words.
    pub fn words(&self) -> String {
        match self.name.kind {
            MatterKind::Difference(kind) => {
                Class::of(kind, Side::from(&self.ours), Side::from(&self.theirs)).words().to_owned()
            }
            alarm @ MatterKind::Alarm(_) => alarm.to_string(),
        }
    }
}

/// How somebody settles a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// The money goes back by the channel.
    Refund,
    /// The provider is told again.
    Repost,
    /// The money was given back by other means.
    RefundedByHand,
    /// Nothing is to be done: it is explained.
    Explained,
}

impl Settlement {
    const fn decision(self) -> Option<Decision> {
        match self {
            Self::Refund => Some(Decision::Refund),
            Self::Repost => Some(Decision::Repost),
            Self::RefundedByHand => Some(Decision::RefundedByHand),
            Self::Explained => None,
        }
    }

    /// As it is written on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refund => "refund",
            Self::Repost => "repost",
            Self::RefundedByHand => "refunded-by-hand",
            Self::Explained => "explained",
        }
    }
}

/// A word that names no settlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a matter is settled by refund, repost, refunded-by-hand or explained")]
pub struct NoSuchSettlement;

impl FromStr for Settlement {
    type Err = NoSuchSettlement;
    fn from_str(text: &str) -> Result<Self, NoSuchSettlement> {
        [Self::Refund, Self::Repost, Self::RefundedByHand, Self::Explained]
            .into_iter()
            .find(|settlement| settlement.as_str() == text)
            .ok_or(NoSuchSettlement)
    }
}

/// An order raises an alarm. One that was settled and comes again is open again.
pub(super) fn raise(
    sql: &mut dyn Sql,
    order: &Order,
    alarm: Alarm,
    now: Timestamp,
) -> Result<(), AccountingError> {
    let number = &order.terms().number;
    tracing::warn!(%number, ?alarm, "an order needs somebody: see 'central accounts differences'");
    let name =
        MatterName { day: day_in_china(now), subject: number.to_string(), kind: MatterKind::Alarm(alarm) };
    open(sql, &name, None, order.payment().map(|payment| payment.amount), now)
}

fn open(
    sql: &mut dyn Sql,
    name: &MatterName,
    ours: Option<Fen>,
    theirs: Option<Fen>,
    now: Timestamp,
) -> Result<(), AccountingError> {
    let (ours, theirs) = (ours.map(|fen| fen.0), theirs.map(|fen| fen.0));
    sql.execute(
        "INSERT INTO matters (district, day, subject, kind, ours, theirs, state, owner, found_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'open', ?7, ?8)
         ON CONFLICT (district, day, subject, kind) DO UPDATE
         SET ours = excluded.ours, theirs = excluded.theirs, closed_at = NULL, how = NULL,
             state = CASE WHEN matters.state = 'settled' THEN 'open' ELSE matters.state END",
        values![DISTRICT, name.day, &name.subject, name.kind.to_string(), ours, theirs, DESK, now],
    )?;
    Ok(())
}

/// What a reconciliation came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Lines on which both sides agree.
    pub equal: usize,
    /// Differences that the files settled by themselves: an order learned what had become of it.
    pub taken_in: usize,
    /// Differences for people.
    pub open: usize,
}

/// Takes in what a day's files say. Doing it again changes nothing, except that differences that are gone are settled.
pub fn take_in(
    sql: &mut dyn Sql,
    day: Date,
    compared: &Comparison,
    now: Timestamp,
) -> Result<Reconciled, AccountingError> {
    let mut result = Reconciled { equal: compared.equal, ..Reconciled::default() };
    for known in list(sql, Some(day))? {
        let waits = !matches!(known.state, MatterState::Settled { .. });
        let is_gone = !compared.differences.iter().any(|difference| name_of(day, difference) == known.name);
        if waits && is_gone && matches!(known.name.kind, MatterKind::Difference(_)) {
            close(sql, &known.name, "gone: the files and the money book agree now", now)?;
        }
    }
    for difference in &compared.differences {
        let name = name_of(day, difference);
        let theirs = difference.theirs.as_ref().map(|theirs| theirs.amount);
        if is_explained(sql, &name, difference.ours, theirs)? {
            continue;
        }
        open(sql, &name, difference.ours, theirs, now)?;
        if teach(sql, difference, now)? {
            close(sql, &name, "taken in: the order goes on by what the file says", now)?;
            result.taken_in += 1;
        } else {
            result.open += 1;
        }
    }
    Ok(result)
}

/// Whether somebody has settled just this before.
fn is_explained(
    sql: &mut dyn Sql,
    name: &MatterName,
    ours: Option<Fen>,
    theirs: Option<Fen>,
) -> Result<bool, AccountingError> {
    let row = sql.query_one(
        "SELECT ours, theirs FROM matters
         WHERE district = ?1 AND day = ?2 AND subject = ?3 AND kind = ?4 AND state = 'settled'",
        values![DISTRICT, name.day, &name.subject, name.kind.to_string()],
    )?;
    let Some(row) = row else { return Ok(false) };
    Ok(row.optional_int(0)?.map(Fen) == ours && row.optional_int(1)?.map(Fen) == theirs)
}

/// Tells an order what only a file has. Whether that settles the difference.
fn teach(sql: &mut dyn Sql, difference: &Difference, now: Timestamp) -> Result<bool, AccountingError> {
    let (None, Some(theirs)) = (difference.ours, &difference.theirs) else { return Ok(false) };
    let Ok(number) = difference.subject.parse::<OrderNumber>() else { return Ok(false) };
    let order = match books::find(sql, &number) {
        Err(AccountingError::NoSuchOrder(_)) => return Ok(false),
        order => order?,
    };
    let decision = match difference.kind {
        LineKind::Paid if order.payment().is_none() => {
            books::happen(sql, &number, Event::PaidNotice(theirs.as_payment()), now)?;
            return Ok(true);
        }
        LineKind::Paid => return Ok(false),
        LineKind::Posted => Decision::FoundPosted { at: theirs.at },
        LineKind::Refunded => Decision::FoundRefunded { at: theirs.at },
    };
    if order.payment().is_none_or(|payment| payment.amount != theirs.amount) {
        return Ok(false);
    }
    match books::decide(sql, &number, decision, now) {
        Err(AccountingError::NotNow(_)) => Ok(false),
        decided => decided.map(|_| true),
    }
}

fn name_of(day: Date, difference: &Difference) -> MatterName {
    let subject = difference.subject.chars().filter(|c| !c.is_control()).take(LONGEST_SUBJECT).collect();
    MatterName { day, subject, kind: MatterKind::Difference(difference.kind) }
}

fn close(sql: &mut dyn Sql, name: &MatterName, how: &str, now: Timestamp) -> Result<(), AccountingError> {
    let closed = sql.execute(
        "UPDATE matters SET state = 'settled', how = ?5, closed_at = ?6
         WHERE district = ?1 AND day = ?2 AND subject = ?3 AND kind = ?4 AND state <> 'settled'",
        values![DISTRICT, name.day, &name.subject, name.kind.to_string(), how, now],
    )?;
    if closed == 0 { Err(AccountingError::NoSuchMatter) } else { Ok(()) }
}

/// The matters that are not settled; of one day, also those that are.
pub fn list(sql: &mut dyn Sql, day: Option<Date>) -> Result<Vec<Matter>, AccountingError> {
    let rows = match day {
        None => sql.query(
            "SELECT day, subject, kind, ours, theirs, owner, state, how, closed_at FROM matters
             WHERE state <> 'settled' ORDER BY day, subject, kind",
            values![],
        )?,
        Some(day) => sql.query(
            "SELECT day, subject, kind, ours, theirs, owner, state, how, closed_at FROM matters
             WHERE district = ?1 AND day = ?2 ORDER BY subject, kind",
            values![DISTRICT, day],
        )?,
    };
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Matter, AccountingError> {
    let state = match row.text(6)? {
        "settled" => {
            MatterState::Settled { how: row.optional_text(7)?.unwrap_or_default().to_owned(), at: row.at(8)? }
        }
        "in_hand" => MatterState::InHand,
        _ => MatterState::Open,
    };
    Ok(Matter {
        name: MatterName { day: row.parsed(0)?, subject: row.text(1)?.to_owned(), kind: row.parsed(2)? },
        ours: row.optional_int(3)?.map(Fen),
        theirs: row.optional_int(4)?.map(Fen),
        owner: row.text(5)?.to_owned(),
        state,
    })
}

/// Somebody takes a matter in hand.
pub fn take_in_hand(sql: &mut dyn Sql, name: &MatterName, owner: &str) -> Result<(), AccountingError> {
    let taken = sql.execute(
        "UPDATE matters SET state = 'in_hand', owner = ?5
         WHERE district = ?1 AND day = ?2 AND subject = ?3 AND kind = ?4 AND state <> 'settled'",
        values![DISTRICT, name.day, &name.subject, name.kind.to_string(), owner],
    )?;
    if taken == 0 { Err(AccountingError::NoSuchMatter) } else { Ok(()) }
}

/// Somebody settles a matter: the order is told, and how it was settled is written down.
pub fn settle(
    sql: &mut dyn Sql,
    name: &MatterName,
    settlement: Settlement,
    note: &str,
    now: Timestamp,
) -> Result<(), AccountingError> {
    if let Some(decision) = settlement.decision() {
        let number: OrderNumber = name.subject.parse().map_err(|_| AccountingError::NoSuchMatter)?;
        books::decide(sql, &number, decision, now)?;
    }
    close(sql, name, &format!("{}: {note}", settlement.as_str()), now)
}
