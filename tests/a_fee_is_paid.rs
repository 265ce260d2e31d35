//! An application costs something: it is paid at the terminal right after it was handed in, or later by the number of its
//! case, with a phone that scans the code.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/phone.rs"]
mod phone;
#[path = "support/street.rs"]
mod street;
mod support;

use contract::order::OrderState;
use contract::{CaseNumber, Fen};
use kiosk::journey::{AffairsStep, Page, PayStep, Printing, Touch};
use kiosk::typing::Key;
use street::Street;
use support::{library, repository};

/// 居民身份证（丢失补领）
const SERVICE: &str = "SZ-HZ-000055";
const FEE: Fen = Fen(4_000);

async fn apply(street: &mut Street) -> CaseNumber {
    let case = street.apply(SERVICE).await;
    let is_printed =
        |page: &Page| matches!(page, Page::Done(done) if matches!(done.printing, Printing::Over(_)));
    street.until("the receipt on paper", is_printed).await;
    case
}

/// From the page that says what is to pay to its end.
async fn pay(street: &mut Street, case: &CaseNumber) {
    assert_eq!(street.journey().fee_due().map(|due| (due.case, due.amount)), Some((case.clone(), FEE)));
    street.touch(Touch::PayFee);
    let has_bills =
        |page: &Page| matches!(page, Page::Paying(paying) if matches!(paying.step, PayStep::Bills(_)));
    street.until("the fee", has_bills).await;
    street.touch(Touch::Next);
    street.touch(Touch::Next);
    let has_code = |page: &Page| {
        matches!(page, Page::Paying(paying)
            if matches!(&paying.step, PayStep::Code(code) if code.order.code_url.is_some()))
    };
    street.until("the code", has_code).await;
    let Page::Paying(paying) = street.page() else { panic!("not paying") };
    let PayStep::Code(code) = &paying.step else { panic!("no code") };
    assert_eq!(code.order.amount_fen, FEE);
    let url = code.order.code_url.clone().unwrap();
    tokio::task::spawn_blocking(move || phone::press(&url, "pay").unwrap()).await.unwrap();
    let is_posted = |page: &Page| {
        matches!(page, Page::Paying(paying) if matches!(&paying.step, PayStep::Outcome(outcome)
            if outcome.order.state == OrderState::Posted && matches!(outcome.printing, Some(Printing::Over(_)))))
    };
    street.until("the payment", is_posted).await;
}

async fn look_at(street: &mut Street, case: &CaseNumber) {
    street.touch(Touch::OpenAffairs);
    case.as_str().chars().for_each(|c| street.touch(Touch::Key(Key::Char(c))));
    street.touch(Touch::Next);
    let is_shown =
        |page: &Page| matches!(page, Page::Affairs(affairs) if matches!(affairs.step, AffairsStep::Case(_)));
    street.until("the case", is_shown).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fee_is_paid_where_it_falls_due_and_the_case_says_so() {
    let mut street = Street::open().await;
    let case = apply(&mut street).await;
    pay(&mut street, &case).await;
    let paper = street.paper();
    assert!(paper.contains("缴费成功") && paper.contains("￥40.00"), "{paper}");
    street.touch(Touch::Home);
    look_at(&mut street, &case).await;
    assert_eq!(street.journey().fee_due(), None, "nobody pays twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_without_paying_pays_by_the_number_on_the_receipt() {
    let mut street = Street::open().await;
    let case = apply(&mut street).await;
    street.touch(Touch::PayFee);
    let has_bills =
        |page: &Page| matches!(page, Page::Paying(paying) if matches!(paying.step, PayStep::Bills(_)));
    street.until("the fee", has_bills).await;
    street.touch(Touch::Back);
    assert!(matches!(street.page(), Page::Done(_)), "the receipt is returned to");
    street.touch(Touch::End);
    street.touch(Touch::Begin);
    look_at(&mut street, &case).await;
    pay(&mut street, &case).await;
    street.cut_network().await;
    street.touch(Touch::End);
    assert!(!street.journey().holds_personal_data());
}
