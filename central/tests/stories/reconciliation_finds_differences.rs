//! The accounting desk: a day's files against the money book, and what becomes of each difference.

use crate::support::payments::{OTHER_WATER, WATER, providers_of};
use crate::support::{City, Kiosk, on_every_store};
use central::accounting::AccountingError;
use central::accounting::books;
use central::accounting::matters::{self, MatterKind, MatterName, MatterState, Reconciled, Settlement};
use central::accounting::order::{Decision, LineKind};
use central::accounting::outside::{BillProvider, Posting};
use central::accounting::simulated_world::{Act, Fault};
use contract::Fen;
use contract::message::day_in_china;
use contract::order::{ChannelName, OrderState, OrderView};
use jiff::Timestamp;

on_every_store!(
    a_day_on_which_all_agree_has_no_difference,
    late_money_that_nobody_told_of_is_taken_in_from_the_file,
    a_posting_that_the_provider_lost_is_posted_again,
    a_posting_that_nobody_ordered_waits_for_somebody,
    an_amount_that_differs_waits_for_somebody_and_is_explained_once,
    a_refund_that_fails_is_asked_for_again_by_command,
    a_refund_that_can_not_be_made_is_settled_by_hand,
    a_day_that_is_not_over_is_not_compared,
    the_desk_works_by_command,
);

/// Today's files, tomorrow morning.
async fn reconcile(city: &City) -> Reconciled {
    let today = day_in_china(Timestamp::now());
    city.desk().await.payments().reconcile(today, today.tomorrow().unwrap()).await.unwrap()
}

async fn pay(city: &City, kiosk: &Kiosk, whose: (&str, &str)) -> OrderView {
    let order = kiosk.order(whose, ChannelName::Wechat).await;
    city.press(&order, "pay").await;
    kiosk.wait_for(&order.order_no, OrderState::Posted).await
}

fn matter(order: &OrderView, kind: LineKind) -> MatterName {
    let day = day_in_china(Timestamp::now());
    MatterName { day, subject: order.order_no.to_string(), kind: MatterKind::Difference(kind) }
}

async fn settle(city: &City, name: MatterName, how: Settlement) -> Result<(), AccountingError> {
    let (store, now) = (city.store().await, Timestamp::now());
    store.change(move |sql| matters::settle(sql, &name, how, "looked into it", now)).await
}

async fn a_day_on_which_all_agree_has_no_difference(city: City) {
    let kiosk = city.kiosk("ft-0001");
    pay(&city, &kiosk, WATER).await;
    pay(&city, &kiosk, OTHER_WATER).await;
    assert_eq!(reconcile(&city).await, Reconciled { equal: 4, taken_in: 0, open: 0 });
    assert!(city.matters().await.is_empty());
}

async fn late_money_that_nobody_told_of_is_taken_in_from_the_file(city: City) {
    let kiosk = city.kiosk("ft-0001");
    let order = kiosk.order(WATER, ChannelName::Wechat).await;
    kiosk.tell(&order.order_no, "leave").await;
    kiosk.wait_for(&order.order_no, OrderState::Closed).await;
    city.misbehave("wechat", Act::Pay, Fault::LatePayment);
    city.misbehave("wechat", Act::Notice, Fault::LostRequest);
    city.press(&order, "pay").await;
    assert_eq!(reconcile(&city).await, Reconciled { equal: 0, taken_in: 1, open: 0 });
    kiosk.wait_for(&order.order_no, OrderState::Refunded).await;
    assert_eq!(city.balance().await.refunded, order.amount_fen);
    assert_eq!(reconcile(&city).await, Reconciled { equal: 2, taken_in: 0, open: 0 });
}

async fn a_posting_that_the_provider_lost_is_posted_again(city: City) {
    let kiosk = city.kiosk("ft-0001");
    let order = pay(&city, &kiosk, WATER).await;
    city.world_file().execute_batch("DELETE FROM postings; DELETE FROM paid_bills").unwrap();
    assert_eq!(reconcile(&city).await, Reconciled { equal: 1, taken_in: 0, open: 1 });
    let found = city.matters().await.remove(0);
    assert_eq!((found.words(), found.owner.as_str()), ("ours only".to_owned(), "财务"));
    let (store, name) = (city.store().await, found.name.clone());
    store.change(move |sql| matters::take_in_hand(sql, &name, "王芳")).await.unwrap();
    assert_eq!(city.matters().await[0].state, MatterState::InHand);
    settle(&city, found.name.clone(), Settlement::Repost).await.unwrap();
    let balance = city.balance().await;
    assert_eq!((balance.posted, balance.open), (Fen::ZERO, order.amount_fen));
    kiosk.wait_for(&order.order_no, OrderState::Posted).await;
    assert_eq!(city.balance().await.posted, order.amount_fen);
    assert!(settle(&city, found.name, Settlement::Repost).await.is_err() || city.matters().await.is_empty());
}

async fn a_posting_that_nobody_ordered_waits_for_somebody(city: City) {
    let posting = Posting {
        provider: WATER.0.parse().unwrap(),
        key: "ft-0009-20261125-00007".parse().unwrap(),
        account: WATER.1.parse().unwrap(),
        bills: Vec::new(),
        amount: Fen(700),
    };
    providers_of(&city).post(posting, Timestamp::now()).await.unwrap();
    assert_eq!(reconcile(&city).await, Reconciled { equal: 0, taken_in: 0, open: 1 });
    let found = city.matters().await.remove(0);
    assert_eq!((found.words(), found.ours, found.theirs), ("provider only".to_owned(), None, Some(Fen(700))));
    assert!(matches!(
        settle(&city, found.name.clone(), Settlement::Refund).await,
        Err(AccountingError::NoSuchOrder(_))
    ));
    assert_eq!(city.matters().await.len(), 1, "what could not be done settles nothing");
    settle(&city, found.name, Settlement::Explained).await.unwrap();
    assert!(city.matters().await.is_empty());
}

async fn an_amount_that_differs_waits_for_somebody_and_is_explained_once(city: City) {
    let kiosk = city.kiosk("ft-0001");
    let order = pay(&city, &kiosk, WATER).await;
    city.world_file().execute_batch("UPDATE trades SET paid = paid + 1").unwrap();
    for _ in 0..2 {
        assert_eq!(reconcile(&city).await, Reconciled { equal: 1, taken_in: 0, open: 1 });
    }
    let found = city.matters().await;
    assert_eq!(found.len(), 1, "the same difference is one matter");
    assert_eq!((found[0].words(), found[0].ours), ("amount differs".to_owned(), Some(order.amount_fen)));
    settle(&city, matter(&order, LineKind::Paid), Settlement::Explained).await.unwrap();
    assert_eq!(reconcile(&city).await, Reconciled { equal: 1, taken_in: 0, open: 0 }, "it stays explained");
    city.world_file().execute_batch("UPDATE trades SET paid = paid + 1").unwrap();
    assert_eq!(reconcile(&city).await.open, 1, "another difference is another matter");
    city.world_file().execute_batch("UPDATE trades SET paid = paid - 2").unwrap();
    assert_eq!(reconcile(&city).await, Reconciled { equal: 2, taken_in: 0, open: 0 });
    assert!(city.matters().await.is_empty(), "a difference that is gone is settled by itself");
}

/// An order whose refund the channel refuses.
async fn stuck(city: &City, kiosk: &Kiosk) -> OrderView {
    let order = kiosk.order(WATER, ChannelName::Wechat).await;
    city.misbehave("providers", Act::Post, Fault::Refuse);
    city.misbehave("wechat", Act::Refund, Fault::Refuse);
    city.press(&order, "pay").await;
    let failed = kiosk.wait_for(&order.order_no, OrderState::RefundFailed).await;
    assert_eq!(failed.words, "退款由工作人员处理中");
    assert_eq!(city.balance().await.open, order.amount_fen);
    failed
}

async fn a_refund_that_fails_is_asked_for_again_by_command(city: City) {
    let kiosk = city.kiosk("ft-0001");
    let order = stuck(&city, &kiosk).await;
    assert_eq!(city.matters().await[0].words(), "refund-failed");
    let (store, number, now) = (city.store().await, order.order_no.clone(), Timestamp::now());
    store.change(move |sql| books::decide(sql, &number, Decision::Refund, now)).await.unwrap();
    kiosk.wait_for(&order.order_no, OrderState::Refunded).await;
    let (store, number) = (city.store().await, order.order_no.clone());
    let again = store.change(move |sql| books::decide(sql, &number, Decision::Refund, now)).await;
    assert!(matches!(again, Err(AccountingError::NotNow(_))), "money goes back once");
    assert_eq!(city.balance().await.refunded, order.amount_fen);
}

async fn a_refund_that_can_not_be_made_is_settled_by_hand(city: City) {
    let kiosk = city.kiosk("ft-0001");
    let order = stuck(&city, &kiosk).await;
    let found = city.matters().await.remove(0);
    settle(&city, found.name, Settlement::RefundedByHand).await.unwrap();
    assert_eq!(kiosk.see(&order.order_no).await.state, OrderState::Refunded);
    assert_eq!(city.balance().await.open, Fen::ZERO);
    assert_eq!(reconcile(&city).await.open, 1, "the channel's file does not have it: somebody explains why");
}

async fn a_day_that_is_not_over_is_not_compared(city: City) {
    let today = day_in_china(Timestamp::now());
    let compared = city.desk().await.payments().reconcile(today, today).await;
    assert!(matches!(compared, Err(AccountingError::DayNotOver(_))));
}

/// Runs `central accounts`; what it said, or what was wrong.
fn accounts(city: &City, args: &[&str]) -> Result<String, String> {
    let (command, rest) = args.split_first().unwrap();
    let ran = std::process::Command::new(env!("CARGO_BIN_EXE_central"))
        .args(["accounts", command, "--db", &city.db()])
        .args(rest)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    if ran.status.success() { Ok(text(ran.stdout)) } else { Err(text(ran.stderr)) }
}

async fn the_desk_works_by_command(city: City) {
    let kiosk = city.kiosk("ft-0001");
    let order = stuck(&city, &kiosk).await;
    let (number, amount) = (order.order_no.as_str(), order.amount_fen);
    let balance = accounts(&city, &["balance"]).unwrap();
    assert_eq!(balance, format!("paid {amount} = posted ¥0.00 + refunded ¥0.00 + open {amount}\n"));
    let day = day_in_china(Timestamp::now()).to_string();
    let which = ["--day", &day, "--order", number, "--kind", "refund-failed"];
    let open = format!("{day} {number} refund-failed: refund-failed, ours -, theirs {amount}, 财务, open\n");
    assert_eq!(accounts(&city, &["differences"]).unwrap(), open);
    accounts(&city, &[&["take"], &which[..], &["--owner", "王芳"]].concat()).unwrap();
    assert!(accounts(&city, &["differences"]).unwrap().ends_with("王芳, in hand\n"));
    let settle =
        [&["settle"], &which[..], &["--how", "refund", "--note", "the channel has credit again"]].concat();
    accounts(&city, &settle).unwrap();
    kiosk.wait_for(&order.order_no, OrderState::Refunded).await;
    assert_eq!(accounts(&city, &["differences"]).unwrap(), "");
    let shown = accounts(&city, &["show", number]).unwrap();
    assert!(shown.contains("REFUNDED") && shown.contains(&format!("refunded {amount}")), "{shown}");
    assert!(!shown.contains(WATER.1), "the account is masked");

    for (bad, said) in [
        (settle, "is REFUNDED: that can't be decided now"),
        (vec!["refund", number], "is REFUNDED: that can't be decided now"),
        (vec!["refund", "ft-0001-20261125-99999"], "there is no order"),
        (vec!["show", "17"], "'17' is not a number of an order"),
        (vec!["differences", "--day", "yesterday"], "invalid value"),
        (vec!["settle", "--day", &day, "--order", number, "--kind", "gift"], "a kind is payment"),
    ] {
        let error = accounts(&city, &bad).unwrap_err();
        assert!(error.contains(said), "{bad:?}: {error}");
    }
}
