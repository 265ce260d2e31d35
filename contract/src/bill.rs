//! Bills (账单): what a provider answers to an account number, and the one checker of it. A bill whose parts don't add up
//! is never shown. Amounts and late fees are the provider's; nothing here computes one.

use crate::account::{AccountNumber, Masked};
use crate::providers::{PayMode, Provider};
use crate::{BillId, Fen, ProviderId};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// The most bills that one answer may have: ten years of months.
pub const MAX_BILLS: usize = 120;

/// The most tiers or extras of one bill.
const MAX_PARTS: usize = 20;

/// The largest amount or usage of one part: far above any bill, far below where sums overflow.
const LARGEST: i64 = 1_000_000_000_000;

/// A kiosk asks what is to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LookUp {
    /// Whose bills.
    pub provider: ProviderId,
    /// Of which account.
    pub account: AccountNumber,
}

/// What a provider says of an account. Only [`AccountBills::check`]ed ones leave central.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AccountBills {
    /// Whose bills.
    pub provider: ProviderId,
    /// Of which account.
    pub account_no: AccountNumber,
    /// Its holder, masked.
    pub name_masked: Masked,
    /// Where, masked; nothing where an account has no place.
    pub address_masked: Option<Masked>,
    /// What is to pay and what was paid of late, oldest first.
    pub bills: Vec<Bill>,
    /// The credit of a prepaid account; nothing where bills are paid.
    pub balance_fen: Option<Fen>,
    /// When the provider said so.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub fetched_at: Timestamp,
    /// Until when it may be shown: ten minutes.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub valid_until: Timestamp,
    /// Whether a newer bill may be paid while an older one is not.
    pub skip_oldest_allowed: bool,
}

/// The month of a bill, `202610`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct Period(Date);

/// A text that is no month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a period is a month, YYYYMM")]
pub struct PeriodFault;

impl Period {
    /// The month that a day lies in.
    pub fn of(day: Date) -> Self {
        Self(day.first_of_month())
    }

    /// Its first day.
    pub const fn first_day(self) -> Date {
        self.0
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}{:02}", self.0.year(), self.0.month())
    }
}

impl TryFrom<String> for Period {
    type Error = PeriodFault;
    fn try_from(text: String) -> Result<Self, PeriodFault> {
        let is_digits = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
        let (year, month) = text.split_at_checked(4).filter(|_| is_digits).ok_or(PeriodFault)?;
        let (year, month) = (year.parse().unwrap_or(0), month.parse().unwrap_or(0));
        Date::new(year, month, 1).map(Self).map_err(|_| PeriodFault)
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

/// One bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Bill {
    /// The provider's number of it.
    pub bill_id: BillId,
    /// Its month.
    pub period: Period,
    /// What a meter said; nothing for what has none.
    pub meter: Option<Meter>,
    /// Steps of the price (阶梯), from the first on; none for what has no meter.
    pub tiers: Vec<Tier>,
    /// Items beside usage: 污水处理费, 垃圾处理费, 月租.
    pub extras: Vec<Extra>,
    /// Tiers and extras together.
    pub principal_fen: Fen,
    /// Late fee (滞纳金), as the provider counts it.
    pub late_fee_fen: Fen,
    /// What is to pay.
    pub amount_due_fen: Fen,
    /// The last day on which no late fee is added.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub due_date: Date,
    /// Where it stands.
    pub state: BillState,
}

/// Two readings of a meter, in thousandths of its unit (m³ or kWh).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Meter {
    /// At the beginning of the period.
    pub reading_from_milli: i64,
    /// At its end.
    pub reading_to_milli: i64,
    /// What was used between them.
    pub usage_milli: i64,
}

/// A step of the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Where it begins, in thousandths of the unit.
    pub from_milli: i64,
    /// Where it ends; the last has no end.
    pub to_milli: Option<i64>,
    /// What was used in it.
    pub usage_milli: i64,
    /// Thousandths of a fen for one unit.
    pub price_milli_fen: i64,
    /// Usage at that price, rounded half up.
    pub amount_fen: Fen,
}

/// An item beside usage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Extra {
    /// What it is.
    pub name: String,
    /// How much.
    pub amount_fen: Fen,
}

/// Where a bill stands. Being overdue is derived, see [`Bill::is_overdue`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BillState {
    /// 待缴
    Unpaid,
    /// 缴费中: an order is out for it.
    Locked,
    /// 已缴
    Paid,
    /// 已销: nothing to pay any more.
    Closed,
    /// 有争议: not to be paid before it is settled with the provider.
    Disputed,
}

/// Why a provider's answer is not shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BillFault {
    /// Not what was asked.
    #[error("the answer is about another account")]
    AnotherAccount,
    /// Bills where credit is bought, or the reverse.
    #[error("the answer has {found}, but the provider is paid by {mode}")]
    WrongKind {
        /// What the answer has.
        found: &'static str,
        /// How the provider is paid.
        mode: &'static str,
    },
    /// More than an account can have.
    #[error("the answer has {0} bills; an account has at most {MAX_BILLS}")]
    TooMany(usize),
    /// Two bills of one number.
    #[error("bill {0} stands in the answer twice")]
    Twice(BillId),
    /// Not from old to new.
    #[error("bill {0} is older than the one before it")]
    OutOfOrder(BillId),
    /// Parts and sum differ.
    #[error("bill {bill}: its {part} is {said}, its parts say {sum}")]
    Sum {
        /// Which bill.
        bill: BillId,
        /// Which sum.
        part: &'static str,
        /// What the bill says.
        said: i64,
        /// What its parts say.
        sum: i64,
    },
    /// Tiers with a gap or an overlap.
    #[error("bill {bill}: tier {tier} does not begin where the one before it ends")]
    Gap {
        /// Which bill.
        bill: BillId,
        /// Which tier, from 1.
        tier: usize,
    },
    /// A tier with more usage than it holds, or a later one used before it is full.
    #[error("bill {bill}: the usage of tier {tier} does not fit it")]
    TierUsage {
        /// Which bill.
        bill: BillId,
        /// Which tier, from 1.
        tier: usize,
    },
    /// A number below zero or beyond all bounds.
    #[error("bill {bill}: its {part} is out of range")]
    OutOfRange {
        /// Which bill.
        bill: BillId,
        /// Which number.
        part: &'static str,
    },
}

impl AccountBills {
    /// Judges an answer whole: nothing of a wrong one may be shown.
    pub fn check(&self, provider: &Provider, asked: &LookUp) -> Result<(), BillFault> {
        if self.provider != asked.provider || self.account_no != asked.account {
            return Err(BillFault::AnotherAccount);
        }
        match (&provider.mode, self.balance_fen) {
            (PayMode::TopUp { .. }, Some(_)) if self.bills.is_empty() => {}
            (PayMode::Bill, None) => {}
            (PayMode::TopUp { .. }, _) => {
                return Err(BillFault::WrongKind { found: "bills or no balance", mode: "top-up" });
            }
            (PayMode::Bill, Some(_)) => {
                return Err(BillFault::WrongKind { found: "a balance", mode: "bill" });
            }
        }
        if self.bills.len() > MAX_BILLS {
            return Err(BillFault::TooMany(self.bills.len()));
        }
        let mut seen = BTreeSet::new();
        let mut newest = None;
        for bill in &self.bills {
            if !seen.insert(&bill.bill_id) {
                return Err(BillFault::Twice(bill.bill_id.clone()));
            }
            if newest.is_some_and(|newest| bill.period < newest) {
                return Err(BillFault::OutOfOrder(bill.bill_id.clone()));
            }
            newest = Some(bill.period);
            bill.check()?;
        }
        Ok(())
    }
}

impl Bill {
    /// 逾期: its last day is over and nobody paid.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.state == BillState::Unpaid && self.due_date < today
    }

    /// Whether its parts make the whole.
    pub fn check(&self) -> Result<(), BillFault> {
        let bill = || self.bill_id.clone();
        if self.tiers.len() > MAX_PARTS || self.extras.len() > MAX_PARTS {
            return Err(BillFault::OutOfRange { bill: bill(), part: "number of parts" });
        }
        let amounts = [
            ("principal", self.principal_fen),
            ("late fee", self.late_fee_fen),
            ("amount due", self.amount_due_fen),
        ];
        let extras = self.extras.iter().map(|extra| ("extra", extra.amount_fen));
        for (part, Fen(fen)) in amounts.into_iter().chain(extras) {
            if !(0..=LARGEST).contains(&fen) {
                return Err(BillFault::OutOfRange { bill: bill(), part });
            }
        }
        let usage = self.check_tiers()?;
        if let Some(meter) = &self.meter {
            let read = [meter.reading_from_milli, meter.reading_to_milli, meter.usage_milli];
            if !read.iter().all(|number| (0..=LARGEST).contains(number)) {
                return Err(BillFault::OutOfRange { bill: bill(), part: "meter" });
            }
            let between = meter.reading_to_milli - meter.reading_from_milli;
            self.same("usage", meter.usage_milli, between)?;
            self.same("usage", meter.usage_milli, usage)?;
        } else {
            self.same("usage", 0, usage)?;
        }
        let tiers: i64 = self.tiers.iter().map(|tier| tier.amount_fen.0).sum();
        let extras: i64 = self.extras.iter().map(|extra| extra.amount_fen.0).sum();
        self.same("principal", self.principal_fen.0, tiers + extras)?;
        self.same("amount due", self.amount_due_fen.0, tiers + extras + self.late_fee_fen.0)
    }

    /// Whether the tiers touch and fill up one after the other; their usage together.
    fn check_tiers(&self) -> Result<i64, BillFault> {
        let (mut begin, mut is_full, mut usage) = (Some(0), true, 0);
        for (tier, number) in self.tiers.iter().zip(1..) {
            let bill = || self.bill_id.clone();
            let bounds = [tier.from_milli, tier.to_milli.unwrap_or(LARGEST), tier.usage_milli];
            let prices = [tier.price_milli_fen, tier.amount_fen.0];
            if !bounds.iter().chain(&prices).all(|number| (0..=LARGEST).contains(number)) {
                return Err(BillFault::OutOfRange { bill: bill(), part: "tier" });
            }
            if begin != Some(tier.from_milli) || tier.to_milli.is_some_and(|to| to <= tier.from_milli) {
                return Err(BillFault::Gap { bill: bill(), tier: number });
            }
            let room = tier.to_milli.map(|to| to - tier.from_milli);
            let fits = room.is_none_or(|room| tier.usage_milli <= room) && (is_full || tier.usage_milli == 0);
            if !fits {
                return Err(BillFault::TierUsage { bill: bill(), tier: number });
            }
            self.same("tier", tier.amount_fen.0, priced(tier.usage_milli, tier.price_milli_fen))?;
            (begin, is_full) = (tier.to_milli, room == Some(tier.usage_milli));
            usage += tier.usage_milli;
        }
        Ok(usage)
    }

    fn same(&self, part: &'static str, said: i64, sum: i64) -> Result<(), BillFault> {
        if said == sum { Ok(()) } else { Err(BillFault::Sum { bill: self.bill_id.clone(), part, said, sum }) }
    }
}

/// Usage (thousandths) at a price (thousandths of a fen) in whole fen, rounded half up.
pub fn priced(usage_milli: i64, price_milli_fen: i64) -> i64 {
    let exact = i128::from(usage_milli) * i128::from(price_milli_fen);
    i64::try_from((exact + 500_000).div_euclid(1_000_000)).unwrap_or(i64::MAX)
}
