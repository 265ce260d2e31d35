//! Fees of applications (规费) as a provider like any other: its accounts are cases, and central's own cases answer for them.
//! So a fee is looked up, locked, paid, posted, refunded and reconciled by what does so for every bill.

use super::outside::{BillProvider, Later, NoAnswer, Posting, ProviderLine};
use super::question::{PostAnswer, WhyRefused};
use crate::cases::fees::{self, FeePosting, Posted};
use crate::casework::{self, Folder};
use crate::store::{Sql, Store, StoreError};
use contract::account::{AccountNumber, Masked};
use contract::bill::{AccountBills, Bill, BillState, Extra, LookUp, Period};
use contract::message::{Application, CaseFee};
use contract::order::CASE_FEES;
use contract::{CaseNumber, Fen, OrderNumber, ProviderId, Secret};
use jiff::civil::{Date, Time};
use jiff::tz::offset;
use jiff::{SignedDuration, Timestamp, ToSpan};
use std::sync::Arc;

/// How long an answer may be shown.
const VALID_FOR: SignedDuration = SignedDuration::from_mins(10);

/// Days to pay in, from the day that the application came in; nothing is added after them.
const DAYS_TO_PAY: i32 = 30;

/// Who a case without a name is for.
const APPLICANT: &str = "申请人";

/// Providers, and beside them central's own desk.
pub struct CaseFees {
    store: Arc<dyn Store>,
    others: Arc<dyn BillProvider>,
}

impl CaseFees {
    /// The desk over central's store, beside everybody else that is paid.
    pub fn beside(others: Arc<dyn BillProvider>, store: Arc<dyn Store>) -> Self {
        Self { store, others }
    }

    fn is_own(provider: &ProviderId) -> bool {
        provider.as_str() == CASE_FEES
    }
}

impl BillProvider for CaseFees {
    fn look_up(&self, asked: LookUp, now: Timestamp) -> Later<'_, Option<AccountBills>> {
        if !Self::is_own(&asked.provider) {
            return self.others.look_up(asked, now);
        }
        Box::pin(async move {
            let found: Result<_, StoreError> = self.store.read(move |sql| bills(sql, &asked, now)).await;
            found.map_err(|error| no_answer(&error))
        })
    }

    fn post(&self, posting: Posting, now: Timestamp) -> Later<'_, PostAnswer> {
        if !Self::is_own(&posting.provider) {
            return self.others.post(posting, now);
        }
        Box::pin(async move {
            let taken: Result<_, StoreError> = self.store.change(move |sql| take(sql, &posting, now)).await;
            taken.map_err(|error| no_answer(&error))
        })
    }

    fn query(&self, provider: ProviderId, key: OrderNumber, now: Timestamp) -> Later<'_, PostAnswer> {
        if !Self::is_own(&provider) {
            return self.others.query(provider, key, now);
        }
        Box::pin(async move {
            let found: Result<_, StoreError> = self.store.read(move |sql| fees::posting(sql, &key)).await;
            let found = found.map_err(|error| no_answer(&error))?;
            Ok(found.map_or(PostAnswer::NotFound, |posting| answer(&posting)))
        })
    }

    fn daily_file(&self, provider: ProviderId, day: Date) -> Later<'_, Vec<ProviderLine>> {
        if !Self::is_own(&provider) {
            return self.others.daily_file(provider, day);
        }
        Box::pin(async move {
            let midnight = |day: Date| offset(8).to_timestamp(day.to_datetime(Time::midnight()));
            let from = midnight(day).map_err(|_| NoAnswer)?;
            let to = day.tomorrow().and_then(midnight).map_err(|_| NoAnswer)?;
            let taken: Result<Vec<FeePosting>, StoreError> =
                self.store.read(move |sql| fees::taken_between(sql, from, to)).await;
            let line =
                |taken: FeePosting| ProviderLine { key: taken.key, amount: taken.amount, at: taken.at };
            Ok(taken.map_err(|error| no_answer(&error))?.into_iter().map(line).collect())
        })
    }
}

/// The store's trouble is central's own; whoever asks learns only that no answer came, and asks again.
fn no_answer(error: &dyn std::fmt::Display) -> NoAnswer {
    tracing::error!(%error, "the fees of cases could not be read or written");
    NoAnswer
}

/// What a case has to pay; nothing where there is no such case, or it is free.
fn bills(sql: &mut dyn Sql, asked: &LookUp, now: Timestamp) -> Result<Option<AccountBills>, StoreError> {
    let Some(number) = case_of(&asked.account) else { return Ok(None) };
    let Some((folder, fee)) = fee_of(sql, &number)? else { return Ok(None) };
    let received_on = folder.dossier.received_on();
    let state = match (fee.is_paid, comes_to_nothing(&folder)) {
        (true, _) => BillState::Paid,
        (false, false) => BillState::Unpaid,
        (false, true) => BillState::Closed,
    };
    let name = casework::application_of(sql, &folder)?.as_ref().and_then(applicant);
    let Ok(bill_id) = number.as_str().parse() else { return Ok(None) };
    let bill = Bill {
        bill_id,
        period: Period::of(received_on),
        meter: None,
        tiers: Vec::new(),
        extras: vec![Extra { name: "办件规费".to_owned(), amount_fen: fee.amount_fen }],
        principal_fen: fee.amount_fen,
        late_fee_fen: Fen::ZERO,
        amount_due_fen: fee.amount_fen,
        due_date: received_on.checked_add(DAYS_TO_PAY.days()).unwrap_or(Date::MAX),
        state,
    };
    Ok(Some(AccountBills {
        provider: asked.provider.clone(),
        account_no: asked.account.clone(),
        name_masked: Masked::of(&name.unwrap_or_else(|| Secret::from(APPLICANT))),
        address_masked: None,
        bills: vec![bill],
        balance_fen: None,
        fetched_at: now,
        valid_until: now.checked_add(VALID_FOR).unwrap_or(now),
        skip_oldest_allowed: true,
    }))
}

/// Who applied: the body where one did, else the person.
fn applicant(application: &Application) -> Option<Secret<String>> {
    let said = |wanted: &str| {
        let found = application.fields.iter().find(|(id, _)| id.as_str() == wanted);
        found.map(|(_, value)| value.clone()).filter(|value| !value.expose().is_empty())
    };
    said("entity_name").or_else(|| said("name"))
}

fn take(sql: &mut dyn Sql, posting: &Posting, now: Timestamp) -> Result<PostAnswer, StoreError> {
    let Some(number) = case_of(&posting.account) else {
        return Ok(PostAnswer::Refused(WhyRefused::AccountClosed));
    };
    let found = fee_of(sql, &number)?;
    let is_due = found.is_some_and(|(folder, fee)| fee.is_paid || !comes_to_nothing(&folder));
    Ok(answer(&fees::post(sql, &number, (&posting.key, posting.amount), is_due, now)?))
}

fn case_of(account: &AccountNumber) -> Option<CaseNumber> {
    account.expose().parse().ok()
}

fn fee_of(sql: &mut dyn Sql, number: &CaseNumber) -> Result<Option<(Folder, CaseFee)>, StoreError> {
    Ok(casework::look(sql, number)?.zip(fees::of(sql, number)?))
}

fn comes_to_nothing(folder: &Folder) -> bool {
    casework::state_of(&folder.dossier).0.comes_to_nothing()
}

const fn answer(posting: &FeePosting) -> PostAnswer {
    match posting.outcome {
        Posted::Taken => PostAnswer::Posted(posting.at),
        Posted::PaidBefore => PostAnswer::Refused(WhyRefused::PaidElsewhere),
        Posted::NothingDue => PostAnswer::Refused(WhyRefused::AccountClosed),
        Posted::WrongAmount => PostAnswer::Refused(WhyRefused::Other),
    }
}
