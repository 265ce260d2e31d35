//! The terminal goes down while a code is on its screen. When it is back, its start page says what became of the payment
//! and prints the slip; the code is closed, and nothing of it stays.

#![cfg(feature = "tour")]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/driven.rs"]
mod driven;
#[path = "support/phone.rs"]
mod phone;
#[path = "support/street.rs"]
mod street;
mod support;

use contract::language::Language;
use contract::order::{OrderState, OrderView};
use driven::{Place, SMALL};
use kiosk::journey::{Page, PayStep, PrintResult, Printing, Touch};
use kiosk::typing::Key;
use street::Street;
use support::{library, repository};

/// 居民水费（缴纳）
const WATER: &str = "SZ-SU-000002";
const ACCOUNT: &str = "1030400017";

fn is_step(page: &Page, is_so: impl Fn(&PayStep) -> bool) -> bool {
    matches!(page, Page::Paying(paying) if is_so(&paying.step))
}

/// A water bill, up to the code on the screen.
async fn order(street: &mut Street) -> OrderView {
    street.touch(Touch::Begin);
    street.touch(Touch::Choose(WATER.parse().unwrap()));
    street.touch(Touch::Start);
    ACCOUNT.chars().for_each(|digit| street.touch(Touch::Key(Key::Char(digit))));
    street.touch(Touch::Next);
    street.until("the bills", |page| is_step(page, |step| matches!(step, PayStep::Bills(_)))).await;
    street.touch(Touch::Next);
    street.touch(Touch::Next);
    let has_code = |step: &PayStep| matches!(step, PayStep::Code(code) if code.order.code_url.is_some());
    street.until("the code", |page| is_step(page, has_code)).await;
    match street.page() {
        Page::Paying(paying) => match &paying.step {
            PayStep::Code(code) => code.order.clone(),
            step => panic!("no code: {step:?}"),
        },
        page => panic!("not paying: {page:?}"),
    }
}

/// Somebody scans the code and pays, without the page that waits for it.
async fn pay(order: &OrderView) {
    let code = order.code_url.clone().unwrap();
    tokio::task::spawn_blocking(move || phone::press(&code, "pay").unwrap()).await.unwrap();
}

async fn ended(street: &mut Street, state: OrderState) {
    let is_so = |journey: &kiosk::journey::Journey| {
        let order = journey.interrupted().and_then(|interrupted| interrupted.order.as_ref());
        order.is_some_and(|order| order.state == state)
    };
    street.let_happen("the start page to know how the payment ended", is_so).await;
    assert!(matches!(street.page(), Page::Attract));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_is_told_and_printed_after_a_restart() {
    let mut street = Street::open().await;
    let order = order(&mut street).await;
    pay(&order).await;
    street.restart().await;
    ended(&mut street, OrderState::Posted).await;
    assert!(!street.journey().holds_personal_data());
    street.touch(Touch::PrintInterrupted);
    let printed = Some(Printing::Over(PrintResult::Printed));
    let is_printed = |journey: &kiosk::journey::Journey| {
        journey.interrupted().is_some_and(|interrupted| interrupted.printing == printed)
    };
    street.let_happen("the slip", is_printed).await;
    let paper = street.paper();
    assert!(paper.contains("缴费成功") && paper.contains(order.order_no.as_str()), "{paper}");
    assert!(paper.contains(&order.account_masked) && !paper.contains(ACCOUNT), "{paper}");
    street.restart().await;
    assert!(street.journey().interrupted().is_none(), "it has ended and is nobody's news any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_nobody_paid_is_closed_after_a_restart() {
    let mut street = Street::open().await;
    let first = order(&mut street).await;
    street.restart().await;
    ended(&mut street, OrderState::Closed).await;
    let again = order(&mut street).await;
    assert!(again.order_no != first.order_no && again.purchase == first.purchase, "the bill can be paid");
    street.touch(Touch::End);
    street.restart().await;
    assert!(street.journey().interrupted().is_none(), "whoever left was not interrupted");
}

#[test]
fn the_start_page_of_a_killed_terminal_speaks_of_the_payment() {
    let place = Place::prepare(SMALL);
    let (central, mut kiosk) = (place.central(), place.kiosk("warn"));
    assert!(central.until_ready() && kiosk.until_ready());
    kiosk.ask("works online store");
    for command in [
        "begin",
        "touch 搜索事项",
        "keys jmsf",
        "touch 居民水费（缴纳）",
        "touch 开始办理",
        "until pay-account",
        &format!("keys {ACCOUNT}"),
        "touch 查询",
        "until pay-bills",
        "touch 下一步",
        "until pay-confirm",
        "touch 出示付款码",
        "until pay-code",
    ] {
        kiosk.ask(command);
    }
    // Its number is on the disk before anybody can have scanned the code, if not before the code is drawn.
    let kept = place.folder().join("state/kiosk.db");
    let is_kept = || {
        let db = rusqlite::Connection::open(&kept).unwrap();
        db.prepare("SELECT 1 FROM meta WHERE name = 'order_under_way'").unwrap().exists([]).unwrap()
    };
    while !is_kept() {
        kiosk.ask("read");
    }
    assert!(kiosk.victim().kill());
    let mut kiosk = place.kiosk("warn");
    assert!(kiosk.until_ready());
    let words = loop {
        let seen = kiosk.read();
        assert_eq!(seen.page, "attract");
        if seen.words.iter().any(|words| words == OrderState::Closed.words(Language::Chinese)) {
            break seen.words.join("\n");
        }
    };
    assert!(words.contains("打断了一笔付款"), "{words}");
    kiosk.ask("begin");
    kiosk.ask("until home");
}
