//! Simulator. All providers of `providers.csv`, with accounts made up by `simulated_bills` and postings of their own that
//! they can be asked about again. They can be slow, wrong or silent on demand.

use super::outside::{BillProvider, Later, Posting, ProviderLine};
use super::question::{PostAnswer, WhyRefused};
use super::simulated_bills::account_bills;
use super::simulated_world::{Act, Fault, PROVIDERS, SimulatedWorld};
use contract::bill::{AccountBills, BillState, LookUp};
use contract::message::day_in_china;
use contract::providers::Providers;
use contract::{BillId, Fen, OrderNumber, ProviderId};
use jiff::civil::{Date, Time};
use jiff::tz::offset;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension};
use std::sync::Arc;

/// How much later a late posting comes into effect.
const LATE: SignedDuration = SignedDuration::from_mins(5);

/// The simulated providers.
#[derive(Clone, Debug)]
pub struct SimulatedProviders {
    providers: Arc<Providers>,
    world: SimulatedWorld,
}

/// What became of a key.
struct Kept {
    account: String,
    bills: String,
    amount: i64,
    outcome: Outcome,
    at: i64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// It comes into effect at its time.
    UnderWay,
    Posted,
    Refused(WhyRefused),
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::UnderWay => "under way",
            Self::Posted => "posted",
            Self::Refused(WhyRefused::PaidElsewhere) => "paid elsewhere",
            Self::Refused(WhyRefused::AccountClosed) => "account closed",
            Self::Refused(WhyRefused::Other) => "refused",
        }
    }
}

impl SimulatedProviders {
    /// These providers in this world.
    pub const fn new(providers: Arc<Providers>, world: SimulatedWorld) -> Self {
        Self { providers, world }
    }

    /// Somebody pays a bill at the provider's own counter.
    pub fn pay_elsewhere(
        &self,
        provider: &ProviderId,
        bill: &BillId,
    ) -> Result<(), super::outside::NoAnswer> {
        self.world.change(|db| mark_paid(db, provider, bill.as_str()))
    }

    fn with_postings(
        &self,
        db: &Connection,
        asked: &LookUp,
        now: Timestamp,
    ) -> rusqlite::Result<Option<AccountBills>> {
        let provider = self.providers.find(&asked.provider);
        let Some(mut account) = provider.and_then(|provider| account_bills(provider, asked, now)) else {
            return Ok(None);
        };
        settle_until(db, now)?;
        for bill in &mut account.bills {
            if is_paid(db, &asked.provider, bill.bill_id.as_str())? {
                bill.state = BillState::Paid;
            }
        }
        if let Some(balance) = &mut account.balance_fen {
            let bought: i64 = db
                .prepare_cached(
                    "SELECT COALESCE(SUM(amount), 0) FROM postings
                     WHERE provider = ?1 AND account = ?2 AND outcome = 'posted'",
                )?
                .query_row((asked.provider.as_str(), asked.account.expose()), |row| row.get(0))?;
            balance.0 = balance.0.saturating_add(bought);
        }
        Ok(Some(account))
    }
}

fn is_paid(db: &Connection, provider: &ProviderId, bill: &str) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM paid_bills WHERE provider = ?1 AND bill = ?2")?
        .exists((provider.as_str(), bill))
}

fn mark_paid(db: &Connection, provider: &ProviderId, bill: &str) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT INTO paid_bills (provider, bill) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute((provider.as_str(), bill))
        .map(drop)
}

/// What became of a key; what was to come into effect by now has done so.
fn find(
    db: &Connection,
    provider: &ProviderId,
    key: &OrderNumber,
    now: Timestamp,
) -> rusqlite::Result<Option<Kept>> {
    let kept = db
        .prepare_cached(
            "SELECT account, bills, amount, outcome, at FROM postings WHERE provider = ?1 AND key = ?2",
        )?
        .query_row((provider.as_str(), key.as_str()), |row| {
            let outcome = match row.get_ref(3)?.as_str()? {
                "posted" => Outcome::Posted,
                "paid elsewhere" => Outcome::Refused(WhyRefused::PaidElsewhere),
                "account closed" => Outcome::Refused(WhyRefused::AccountClosed),
                "refused" => Outcome::Refused(WhyRefused::Other),
                _ => Outcome::UnderWay,
            };
            Ok(Kept {
                account: row.get(0)?,
                bills: row.get(1)?,
                amount: row.get(2)?,
                outcome,
                at: row.get(4)?,
            })
        })
        .optional()?;
    match kept {
        Some(kept) if kept.outcome == Outcome::UnderWay && kept.at <= now.as_millisecond() => {
            decide(db, provider, key, kept).map(Some)
        }
        kept => Ok(kept),
    }
}

/// Brings what was to come into effect before a moment into effect.
fn settle_until(db: &Connection, until: Timestamp) -> rusqlite::Result<()> {
    let mut query =
        db.prepare_cached("SELECT provider, key FROM postings WHERE outcome = 'under way' AND at <= ?1")?;
    let rows = query.query_map([until.as_millisecond()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let late: Vec<(String, String)> = rows.collect::<Result<_, _>>()?;
    for (provider, key) in late {
        if let (Ok(provider), Ok(key)) = (provider.parse(), key.parse()) {
            find(db, &provider, &key, until)?;
        }
    }
    Ok(())
}

/// Brings a posting into effect, or refuses it for good.
fn decide(
    db: &Connection,
    provider: &ProviderId,
    key: &OrderNumber,
    mut kept: Kept,
) -> rusqlite::Result<Kept> {
    let bills = || kept.bills.split(' ').filter(|bill| !bill.is_empty());
    let mut outcome = Outcome::Posted;
    for bill in bills() {
        if is_paid(db, provider, bill)? {
            outcome = Outcome::Refused(WhyRefused::PaidElsewhere);
        }
    }
    if outcome == Outcome::Posted {
        for bill in bills() {
            mark_paid(db, provider, bill)?;
        }
    }
    kept.outcome = outcome;
    keep(db, provider, key, &kept)?;
    Ok(kept)
}

fn keep(db: &Connection, provider: &ProviderId, key: &OrderNumber, kept: &Kept) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO postings (provider, key, account, bills, amount, outcome, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (provider, key) DO UPDATE SET outcome = excluded.outcome, at = excluded.at",
    )?
    .execute((
        provider.as_str(),
        key.as_str(),
        &kept.account,
        &kept.bills,
        kept.amount,
        kept.outcome.as_str(),
        kept.at,
    ))
    .map(drop)
}

fn answer_of(kept: &Kept) -> PostAnswer {
    match kept.outcome {
        Outcome::Posted => {
            PostAnswer::Posted(Timestamp::from_millisecond(kept.at).unwrap_or(Timestamp::UNIX_EPOCH))
        }
        Outcome::Refused(why) => PostAnswer::Refused(why),
        Outcome::UnderWay => PostAnswer::NotFound,
    }
}

fn take(
    db: &Connection,
    posting: &Posting,
    fault: Option<Fault>,
    now: Timestamp,
) -> rusqlite::Result<PostAnswer> {
    if fault == Some(Fault::Busy) {
        return Ok(PostAnswer::TryLater);
    }
    let bills: Vec<&str> = posting.bills.iter().map(BillId::as_str).collect();
    let mut kept = Kept {
        account: posting.account.expose().to_owned(),
        bills: bills.join(" "),
        amount: posting.amount.0,
        outcome: Outcome::UnderWay,
        at: now.as_millisecond(),
    };
    settle_until(db, now)?;
    match find(db, &posting.provider, &posting.key, now)? {
        Some(before) if before.outcome != Outcome::UnderWay => return Ok(answer_of(&before)),
        _ => {}
    }
    match fault {
        Some(Fault::Refuse) => {
            kept.outcome = Outcome::Refused(WhyRefused::AccountClosed);
            keep(db, &posting.provider, &posting.key, &kept)?;
        }
        Some(Fault::LateEffect) => {
            kept.at = kept.at.saturating_add(i64::try_from(LATE.as_millis()).unwrap_or(0));
            keep(db, &posting.provider, &posting.key, &kept)?;
        }
        _ => kept = decide(db, &posting.provider, &posting.key, kept)?,
    }
    Ok(answer_of(&kept))
}

impl BillProvider for SimulatedProviders {
    fn look_up(&self, asked: LookUp, now: Timestamp) -> Later<'_, Option<AccountBills>> {
        let providers = self.clone();
        self.world.answer(PROVIDERS.to_owned(), Act::LookUp, move |db, fault| {
            let mut account = providers.with_postings(db, &asked, now)?;
            if fault == Some(Fault::Wrong) {
                let bills = account.iter_mut().flat_map(|account| &mut account.bills);
                bills.for_each(|bill| bill.amount_due_fen.0 += 1);
            }
            Ok(account)
        })
    }

    fn post(&self, posting: Posting, now: Timestamp) -> Later<'_, PostAnswer> {
        self.world.answer(PROVIDERS.to_owned(), Act::Post, move |db, fault| take(db, &posting, fault, now))
    }

    fn query(&self, provider: ProviderId, key: OrderNumber, now: Timestamp) -> Later<'_, PostAnswer> {
        self.world.answer(PROVIDERS.to_owned(), Act::QueryPost, move |db, _| {
            Ok(find(db, &provider, &key, now)?.map_or(PostAnswer::NotFound, |kept| answer_of(&kept)))
        })
    }

    fn daily_file(&self, provider: ProviderId, day: Date) -> Later<'_, Vec<ProviderLine>> {
        Box::pin(async move {
            self.world.change(|db| {
                // The day is over.
                let end = day.tomorrow().ok().and_then(|next| offset(8).to_timestamp(next.to_datetime(Time::midnight())).ok());
                settle_until(db, end.unwrap_or(Timestamp::MAX))?;
                let mut query = db.prepare_cached(
                    "SELECT key, amount, at FROM postings WHERE provider = ?1 AND outcome = 'posted' ORDER BY key",
                )?;
                let rows = query.query_map([provider.as_str()], |row| {
                    let at = Timestamp::from_millisecond(row.get(2)?).unwrap_or(Timestamp::UNIX_EPOCH);
                    Ok(ProviderLine { key: row.get(0)?, amount: Fen(row.get(1)?), at })
                })?;
                let mut lines: Vec<ProviderLine> = rows.collect::<Result<_, _>>()?;
                lines.retain(|line| day_in_china(line.at) == day);
                Ok(lines)
            })
        })
    }
}
