//! What an application costs is looked up and paid by the number of its case, like any bill, and only once.

use crate::support::payments::order_of;
use crate::support::{City, application, key, on_every_store, opened, problem, receipt, reply};
use central::accounting::matters::Reconciled;
use contract::bill::BillState;
use contract::message::{CaseFee, CaseProgress, Reply, day_in_china};
use contract::order::{CASE_FEES, ChannelName, OrderState, OrderView};
use contract::{CaseNumber, Fen};
use jiff::Timestamp;
use reqwest::StatusCode;
use serde_json::json;

on_every_store!(
    a_fee_is_paid_by_the_case_number_and_the_case_says_so,
    two_terminals_can_not_pay_one_fee,
    a_case_that_is_taken_back_costs_nothing,
    the_books_of_a_day_with_fees_agree,
);

const SERVICE: &str = "SZ-HZ-000001";
const APPLICANT: &str = "440304199001010011";
/// What every service of these stories costs.
const FEE: Fen = Fen(500);

async fn filed(city: &City) -> CaseNumber {
    opened(&receipt(city.kiosk("ft-0001").post(key(), &application(1, SERVICE)).await).await)
}

async fn progress(city: &City, number: &CaseNumber) -> CaseProgress {
    city.kiosk("ft-0001").get(&format!("/v1/cases/{number}")).await.json().await.unwrap()
}

async fn a_fee_is_paid_by_the_case_number_and_the_case_says_so(city: City) {
    let number = filed(&city).await;
    let due = CaseFee { amount_fen: FEE, is_paid: false };
    assert_eq!(progress(&city, &number).await.fee, Some(due));
    let (kiosk, fee) = (city.kiosk("ft-0002"), (CASE_FEES, number.as_str()));
    let bills = kiosk.look_up(fee).await;
    assert_eq!((bills.name_masked.as_str(), bills.bills.len()), ("张**", 1));
    assert_eq!((bills.bills[0].amount_due_fen, bills.bills[0].state), (FEE, BillState::Unpaid));
    let order = kiosk.order(fee, ChannelName::Wechat).await;
    assert!(!city.page(&order).await.contains(number.as_str()), "the number leads to a person");
    city.press(&order, "pay").await;
    kiosk.wait_for(&order.order_no, OrderState::Posted).await;
    let paid = progress(&city, &number).await;
    assert_eq!((paid.fee, paid.fee_due()), (Some(CaseFee { is_paid: true, ..due }), None));
    assert_eq!(kiosk.look_up(fee).await.bills[0].state, BillState::Paid);
    assert_eq!(city.balance().await.posted, FEE);

    let nobodys = CaseNumber::compose(440_304, jiff::civil::date(2020, 1, 2), 1).unwrap();
    let nobodys = json!({ "provider": CASE_FEES, "account": nobodys.as_str() });
    assert_eq!(kiosk.post_json("/v1/bills/look-up", &nobodys).await.status(), StatusCode::NOT_FOUND);
}

async fn two_terminals_can_not_pay_one_fee(city: City) {
    let number = filed(&city).await;
    let (one, other, fee) = (city.kiosk("ft-0001"), city.kiosk("ft-0002"), (CASE_FEES, number.as_str()));
    let bill = other.look_up(fee).await.bills.remove(0);
    let order = one.order(fee, ChannelName::Alipay).await;
    let body = order_of(fee, &[bill.bill_id], FEE, ChannelName::Wechat);
    assert_eq!(problem(other.order_as(key(), &body).await).await, (422, "choice-refused".to_owned()));
    city.press(&order, "pay").await;
    one.wait_for(&order.order_no, OrderState::Posted).await;
    assert_eq!(problem(other.order_as(key(), &body).await).await, (422, "choice-refused".to_owned()));
}

async fn a_case_that_is_taken_back_costs_nothing(city: City) {
    let number = filed(&city).await;
    let (kiosk, fee) = (city.kiosk("ft-0001"), (CASE_FEES, number.as_str()));
    // The code is on the screen while the applicant takes the case back elsewhere: the money comes back by itself.
    let order: OrderView = kiosk.order(fee, ChannelName::Wechat).await;
    let said = city.kiosk("ft-0002").post(key(), &reply(1, &number, APPLICANT, Reply::Withdraw)).await;
    assert_eq!(said.status(), StatusCode::CREATED);
    city.press(&order, "pay").await;
    kiosk.wait_for(&order.order_no, OrderState::Refunded).await;
    assert_eq!(kiosk.look_up(fee).await.bills[0].state, BillState::Closed);
    assert_eq!(progress(&city, &number).await.fee_due(), None);
    let balance = city.balance().await;
    assert_eq!((balance.paid, balance.refunded, balance.posted), (FEE, FEE, Fen::ZERO));
}

async fn the_books_of_a_day_with_fees_agree(city: City) {
    let number = filed(&city).await;
    let (kiosk, fee) = (city.kiosk("ft-0001"), (CASE_FEES, number.as_str()));
    let order = kiosk.order(fee, ChannelName::Wechat).await;
    city.press(&order, "pay").await;
    kiosk.wait_for(&order.order_no, OrderState::Posted).await;
    let today = day_in_china(Timestamp::now());
    let reconciled = city.desk().await.payments().reconcile(today, today.tomorrow().unwrap()).await.unwrap();
    assert_eq!(reconciled, Reconciled { equal: 2, taken_in: 0, open: 0 }, "payment and posting");
}
