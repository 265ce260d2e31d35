//! Simulator. What an account has to pay, made up from its number: the same number has the same bills in the same month.
//! Prices follow public tariffs roughly; nothing here is a real account.
//!
//! A number that ends in 000 is nobody's. One that ends in 999 is in dispute.

use contract::account::{AccountNumber, Masked};
use contract::bill::{AccountBills, Bill, BillState, Extra, LookUp, Meter, Period, Tier, priced};
use contract::message::day_in_china;
use contract::providers::{OldestBill, PayMode, Provider};
use contract::{BillId, Fen, Secret};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use sha2::{Digest, Sha256};

/// How long an answer may be shown.
const VALID_FOR: SignedDuration = SignedDuration::from_mins(10);

/// Months that an account has not paid.
const UNPAID_MONTHS: i32 = 3;

/// The end of a step in the unit, with its price in fen; the last step has no end.
struct Step(Option<i64>, i64);

/// What a kind of provider charges.
struct Tariff {
    /// Steps of the price by month; none for what has no meter.
    steps: &'static [Step],
    /// The usage of an average month, in the unit.
    usage: u64,
    /// Items by usage: the name and fen for one unit.
    by_usage: &'static [(&'static str, i64)],
    /// Items by month: the name and at least so many fen.
    by_month: &'static [(&'static str, i64)],
    /// Late fee for a day, in hundred-thousandths of the principal.
    late_fee: i64,
}

fn tariff(kind: &str) -> Tariff {
    const NONE: Tariff = Tariff { steps: &[], usage: 0, by_usage: &[], by_month: &[], late_fee: 0 };
    match kind {
        "power" => Tariff {
            steps: &[Step(Some(200), 66), Step(Some(400), 71), Step(None, 96)],
            usage: 260,
            late_fee: 100,
            ..NONE
        },
        "water" => Tariff {
            steps: &[Step(Some(22), 267), Step(Some(30), 401), Step(None, 801)],
            usage: 20,
            by_usage: &[("污水处理费", 90)],
            by_month: &[("垃圾处理费", 1_350)],
            late_fee: 100,
        },
        "gas" => Tariff {
            steps: &[Step(Some(35), 310), Step(Some(50), 372), Step(None, 465)],
            usage: 18,
            late_fee: 50,
            ..NONE
        },
        "phone" => Tariff { by_month: &[("月租费", 2_500), ("通话费", 300)], late_fee: 300, ..NONE },
        "tv" => Tariff { by_month: &[("基本收视维护费", 2_800)], ..NONE },
        "toll" => Tariff { by_month: &[("通行费", 1_900)], ..NONE },
        "notice" => Tariff { by_month: &[("应缴金额", 20_000)], late_fee: 3_000, ..NONE },
        "fund" => Tariff { by_month: &[("专项维修资金", 15_000)], ..NONE },
        "parking" => Tariff { by_month: &[("停车费", 1_000)], late_fee: 300, ..NONE },
        _ => Tariff { by_month: &[("租金", 128_000)], ..NONE },
    }
}

/// A number between 0 and `below` that hangs on nothing but the words.
fn dice(words: &str, below: u64) -> i64 {
    let bytes = Sha256::digest(words);
    let number = bytes.iter().take(7).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    i64::try_from(number % below.max(1)).unwrap_or(0)
}

/// What the account has to pay, before anybody paid; nothing when it is nobody's.
pub(super) fn account_bills(provider: &Provider, asked: &LookUp, now: Timestamp) -> Option<AccountBills> {
    let account = asked.account.expose();
    if !provider.accepts(&asked.account) || account.ends_with("000") {
        return None;
    }
    let pick = |list: &[&str], what| {
        let at = usize::try_from(dice(&format!("{what} {account}"), list.len() as u64)).unwrap_or(0);
        Masked::of(&Secret::from(list.get(at).copied().unwrap_or("王")))
    };
    let has_place = matches!(provider.kind.as_str(), "power" | "water" | "gas" | "tv" | "rent");
    let today = day_in_china(now);
    // A notice is one demand, not a series.
    let unpaid = if provider.kind == "notice" { 1 } else { UNPAID_MONTHS };
    let months = (1..=unpaid).rev().filter_map(|back| today.first_of_month().checked_sub(back.months()).ok());
    let (bills, balance_fen) = match provider.mode {
        PayMode::Bill => {
            (months.filter_map(|month| bill(provider, &asked.account, month, today)).collect(), None)
        }
        PayMode::TopUp { .. } => (Vec::new(), Some(Fen(dice(&format!("credit {account}"), 12_000)))),
    };
    Some(AccountBills {
        provider: provider.id.clone(),
        account_no: asked.account.clone(),
        name_masked: pick(&["王伟", "李静", "张敏", "刘洋", "陈杰", "黄丽", "林涛", "欧阳雪"], "name"),
        address_masked: has_place.then(|| pick(&["福田区", "莲花路", "景田北", "彩田村"], "place")),
        bills,
        balance_fen,
        fetched_at: now,
        valid_until: now.checked_add(VALID_FOR).unwrap_or(now),
        skip_oldest_allowed: provider.oldest == OldestBill::MayWait,
    })
}

/// The bill of a month.
fn bill(provider: &Provider, account: &AccountNumber, month: Date, today: Date) -> Option<Bill> {
    let tariff = tariff(&provider.kind);
    let words = format!("{} {} {month}", provider.id, account.expose());
    let usage_milli = match tariff.usage {
        0 => 0,
        average => 1 + dice(&format!("usage {words}"), average * 1_600),
    };
    let reading_from_milli = 1_000 * dice(&format!("meter {words}"), 9_000);
    let meter = Meter { reading_from_milli, reading_to_milli: reading_from_milli + usage_milli, usage_milli };
    let tiers = tiers(tariff.steps, usage_milli);
    let by_usage = tariff.by_usage.iter().map(|(name, fen)| (*name, priced(usage_milli, fen * 1_000)));
    let by_month = tariff.by_month.iter().map(|(name, least)| {
        let more = dice(&format!("{name} {words}"), u64::try_from(*least).unwrap_or(1));
        (*name, if *name == "垃圾处理费" { *least } else { least + more })
    });
    let extras: Vec<Extra> = by_usage
        .chain(by_month)
        .map(|(name, fen)| Extra { name: name.to_owned(), amount_fen: Fen(fen) })
        .collect();
    let principal = tiers.iter().map(|tier| tier.amount_fen.0).sum::<i64>()
        + extras.iter().map(|extra| extra.amount_fen.0).sum::<i64>();
    let due_date = month.checked_add(1.month()).ok()?.checked_add(24.days()).ok()?;
    let days_late = i64::from(due_date.until(today).map_or(0, |late| late.get_days())).max(0);
    let late_fee = (principal * tariff.late_fee * days_late + 50_000) / 100_000;
    let newest = today.first_of_month().checked_sub(1.month()).ok()?;
    let is_disputed = account.expose().ends_with("999") && month == newest;
    Some(Bill {
        bill_id: bill_id(account, month)?,
        period: Period::of(month),
        meter: (usage_milli > 0).then_some(meter),
        tiers,
        extras,
        principal_fen: Fen(principal),
        late_fee_fen: Fen(late_fee),
        amount_due_fen: Fen(principal + late_fee),
        due_date,
        state: if is_disputed { BillState::Disputed } else { BillState::Unpaid },
    })
}

/// A bill's number does not tell whose it is: plates and contracts are personal.
fn bill_id(account: &AccountNumber, month: Date) -> Option<BillId> {
    let digest = Sha256::digest(format!("simulated bill {}", account.expose()));
    let name = digest.iter().take(6).fold(0_u64, |name, byte| name << 8 | u64::from(*byte));
    format!("{name:012x}-{}", Period::of(month)).parse().ok()
}

fn tiers(steps: &[Step], usage_milli: i64) -> Vec<Tier> {
    let mut from_milli = 0;
    let tier = |Step(end, price): &Step| {
        let to_milli = end.map(|end| end * 1_000);
        let inside = to_milli.map_or(usage_milli, |to| usage_milli.min(to));
        let usage = (inside - from_milli).max(0);
        let price_milli_fen = price * 1_000;
        let tier = Tier {
            from_milli,
            to_milli,
            usage_milli: usage,
            price_milli_fen,
            amount_fen: Fen(priced(usage, price_milli_fen)),
        };
        from_milli = to_milli.unwrap_or(from_milli);
        tier
    };
    steps.iter().map(tier).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::providers::Providers;

    #[test]
    fn every_sample_account_has_bills_that_add_up() {
        let providers = Providers::parse(include_str!("../../../catalog/providers.csv")).unwrap();
        for day in ["2026-11-25T04:00:00Z", "2027-01-31T16:30:00Z", "2028-02-29T00:00:00Z"] {
            let now: Timestamp = day.parse().unwrap();
            for provider in providers.all() {
                for account in &provider.samples {
                    let asked = LookUp { provider: provider.id.clone(), account: account.clone() };
                    let bills = account_bills(provider, &asked, now).unwrap();
                    assert_eq!(bills.check(provider, &asked), Ok(()), "{} on {day}", provider.id);
                    let expected = match (&provider.mode, provider.kind.as_str()) {
                        (PayMode::TopUp { .. }, _) => 0,
                        (PayMode::Bill, "notice") => 1,
                        (PayMode::Bill, _) => 3,
                    };
                    assert_eq!(bills.bills.len(), expected, "{}", provider.id);
                    assert_eq!(account_bills(provider, &asked, now), Some(bills), "the same again");
                }
            }
        }
    }

    #[test]
    fn an_old_bill_has_a_late_fee_and_a_new_one_has_none() {
        let providers = Providers::parse(include_str!("../../../catalog/providers.csv")).unwrap();
        let water = providers.find(&"szwater".parse().unwrap()).unwrap();
        let asked = LookUp { provider: water.id.clone(), account: "1030400017".parse().unwrap() };
        let bills = account_bills(water, &asked, "2026-11-20T04:00:00Z".parse().unwrap()).unwrap().bills;
        let fees: Vec<bool> = bills.iter().map(|bill| bill.late_fee_fen > Fen::ZERO).collect();
        assert_eq!(fees, [true, true, false]);
        let nobody = LookUp { account: "1030400000".parse().unwrap(), ..asked };
        assert_eq!(account_bills(water, &nobody, Timestamp::UNIX_EPOCH), None);
    }
}
