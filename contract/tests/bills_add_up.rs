//! A provider's answer is shown whole or not at all, and what may be paid together is one rule for kiosk and central.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a story that breaks should panic")]

use contract::account::Masked;
use contract::bill::{AccountBills, Bill, BillFault, BillState, Extra, LookUp, Meter, Period, Tier, priced};
use contract::language::Language;
use contract::order::{ChoiceFault, OrderState, top_up};
use contract::providers::{Provider, Providers};
use contract::{BillId, Fen, Secret};
use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;

fn provider(id: &str) -> Provider {
    let providers = Providers::parse(include_str!("../../catalog/providers.csv")).unwrap();
    providers.find(&id.parse().unwrap()).unwrap().clone()
}

fn id(text: &str) -> BillId {
    text.parse().unwrap()
}

/// 23 m³ of water: 22 in the first step, 1 in the second, and waste water.
fn bill(name: &str, month: i8) -> Bill {
    let tier = |from_milli, to_milli, usage_milli, price_milli_fen| Tier {
        from_milli,
        to_milli,
        usage_milli,
        price_milli_fen,
        amount_fen: Fen(priced(usage_milli, price_milli_fen)),
    };
    Bill {
        bill_id: id(name),
        period: Period::of(date(2026, month, 1)),
        meter: Some(Meter { reading_from_milli: 100_000, reading_to_milli: 123_000, usage_milli: 23_000 }),
        tiers: vec![
            tier(0, Some(22_000), 22_000, 267_000),
            tier(22_000, Some(30_000), 1_000, 401_000),
            tier(30_000, None, 0, 801_000),
        ],
        extras: vec![Extra { name: "污水处理费".into(), amount_fen: Fen(2_070) }],
        principal_fen: Fen(5_874 + 401 + 2_070),
        late_fee_fen: Fen(8),
        amount_due_fen: Fen(5_874 + 401 + 2_070 + 8),
        due_date: date(2026, month, 25),
        state: BillState::Unpaid,
    }
}

fn answer(bills: Vec<Bill>) -> AccountBills {
    AccountBills {
        provider: "szwater".parse().unwrap(),
        account_no: "1030400017".parse().unwrap(),
        name_masked: Masked::of(&Secret::from("张三")),
        address_masked: None,
        bills,
        balance_fen: None,
        fetched_at: Timestamp::UNIX_EPOCH,
        valid_until: Timestamp::UNIX_EPOCH,
        skip_oldest_allowed: false,
    }
}

fn asked() -> LookUp {
    LookUp { provider: "szwater".parse().unwrap(), account: "1030400017".parse().unwrap() }
}

#[test]
fn a_bill_whose_parts_make_the_whole_is_shown() {
    assert_eq!(answer(vec![bill("W1", 9), bill("W2", 10)]).check(&provider("szwater"), &asked()), Ok(()));
}

#[test]
fn a_bill_that_does_not_add_up_is_not_shown() {
    type Spoil = fn(&mut Bill);
    let cases: [(Spoil, &str); 12] = [
        (|b| b.amount_due_fen = Fen(b.amount_due_fen.0 + 1), "amount due"),
        (|b| b.principal_fen = Fen(b.principal_fen.0 - 1), "principal"),
        (|b| b.late_fee_fen = Fen(9), "amount due"),
        (|b| b.extras[0].amount_fen = Fen(-1), "extra is out of range"),
        (|b| b.tiers[0].amount_fen = Fen(5_875), "tier"),
        (|b| b.tiers[1].from_milli = 23_000, "tier 2 does not begin"),
        (|b| b.tiers[2].to_milli = Some(30_000), "tier 3 does not begin"),
        (|b| b.tiers[0].from_milli = 1, "tier 1 does not begin"),
        (|b| b.tiers[0].usage_milli = 22_001, "usage of tier 1"),
        (|b| b.meter = None, "usage"),
        (|b| b.meter.as_mut().unwrap().reading_to_milli += 1, "usage"),
        (|b| b.tiers[0].price_milli_fen = i64::MAX, "tier is out of range"),
    ];
    for (spoil, said) in cases {
        let mut wrong = bill("W1", 9);
        spoil(&mut wrong);
        let fault = wrong.check().unwrap_err().to_string();
        assert!(fault.contains(said), "{fault}");
    }
}

#[test]
fn a_later_tier_is_used_after_the_first_is_full() {
    let mut wrong = bill("W1", 9);
    wrong.tiers[0].usage_milli = 21_000;
    wrong.tiers[0].amount_fen = Fen(priced(21_000, 267_000));
    assert_eq!(wrong.check(), Err(BillFault::TierUsage { bill: id("W1"), tier: 2 }));
}

#[test]
fn an_answer_about_another_account_or_of_another_kind_is_not_shown() {
    let water = provider("szwater");
    let mut other = asked();
    other.account = "1030400025".parse().unwrap();
    assert_eq!(answer(vec![]).check(&water, &other), Err(BillFault::AnotherAccount));
    let twice = answer(vec![bill("W1", 9), bill("W1", 10)]);
    assert_eq!(twice.check(&water, &asked()), Err(BillFault::Twice(id("W1"))));
    let backwards = answer(vec![bill("W2", 10), bill("W1", 9)]);
    assert_eq!(backwards.check(&water, &asked()), Err(BillFault::OutOfOrder(id("W1"))));
    let mut prepaid = answer(vec![]);
    prepaid.balance_fen = Some(Fen(1));
    assert!(matches!(prepaid.check(&water, &asked()), Err(BillFault::WrongKind { .. })));
}

#[test]
fn the_oldest_bill_is_paid_first_where_the_provider_says_so() {
    let water = provider("szwater");
    let bills = answer(vec![bill("W1", 8), bill("W2", 9), bill("W3", 10)]);
    let each = bills.bills[0].amount_due_fen.0;
    assert_eq!(bills.choose(&water, &[id("W2"), id("W1")]), Ok(Fen(2 * each)));
    assert_eq!(bills.choose(&water, &[id("W1"), id("W3")]), Err(ChoiceFault::OlderFirst(id("W2"))));
    assert_eq!(
        bills.choose(&provider("topway"), &[id("W3")]),
        Ok(Fen(each)),
        "television may be paid in any order"
    );
}

#[test]
fn only_an_unpaid_bill_of_the_account_can_be_chosen_and_once() {
    let water = provider("szwater");
    let mut bills = answer(vec![bill("W1", 8), bill("W2", 9)]);
    for state in [BillState::Locked, BillState::Paid, BillState::Closed, BillState::Disputed] {
        bills.bills[0].state = state;
        assert_eq!(bills.choose(&water, &[id("W1")]), Err(ChoiceFault::NotPayable(id("W1"))), "{state:?}");
    }
    assert_eq!(bills.choose(&water, &[id("W9")]), Err(ChoiceFault::NoSuchBill(id("W9"))));
    assert_eq!(bills.choose(&water, &[id("W2"), id("W2")]), Err(ChoiceFault::Twice(id("W2"))));
    assert_eq!(bills.choose(&water, &[]), Err(ChoiceFault::Nothing));
    assert!(bills.choose(&provider("cmcc"), &[id("W2")]).is_err(), "credit is not a bill");
}

#[test]
fn credit_is_bought_in_the_providers_steps() {
    assert_eq!(top_up(&provider("cmcc"), Fen(5_000)), Ok(Fen(5_000)));
    assert_eq!(top_up(&provider("cmcc"), Fen(5_001)), Err(ChoiceFault::NoSuchStep(Fen(5_001))));
    assert_eq!(top_up(&provider("szwater"), Fen(5_000)), Err(ChoiceFault::WrongMode("bill")));
}

#[test]
fn a_bill_is_overdue_the_day_after_its_last() {
    let mut bill = bill("W1", 9);
    assert!(!bill.is_overdue(date(2026, 9, 25)) && bill.is_overdue(date(2026, 9, 26)));
    bill.state = BillState::Paid;
    assert!(!bill.is_overdue(date(2026, 9, 26)));
}

#[test]
fn nothing_that_is_not_known_is_called_failed() {
    for state in OrderState::ALL {
        let unknown = matches!(state, OrderState::Closing | OrderState::Unknown | OrderState::Expired);
        assert_eq!(
            state.words(Language::Chinese) == "结果确认中",
            unknown || state == OrderState::Cancelled,
            "{state}"
        );
        assert_eq!(serde_json::to_string(&state).unwrap(), format!("\"{state}\""));
    }
}

proptest! {
    #[test]
    fn any_numbers_are_judged_without_panic(numbers in proptest::collection::vec(any::<i64>(), 12)) {
        let mut bill = bill("W1", 9);
        let [a, b, c, d, e, f, g, h, i, j, k, l] = numbers.try_into().unwrap();
        bill.tiers[0] = Tier { from_milli: a, to_milli: Some(b), usage_milli: c, price_milli_fen: d, amount_fen: Fen(e) };
        bill.meter = Some(Meter { reading_from_milli: f, reading_to_milli: g, usage_milli: h });
        (bill.extras[0].amount_fen, bill.principal_fen) = (Fen(i), Fen(j));
        (bill.late_fee_fen, bill.amount_due_fen) = (Fen(k), Fen(l));
        prop_assert!(bill.check().is_err());
    }
}
