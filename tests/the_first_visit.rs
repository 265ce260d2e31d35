//! From card to receipt, through real parts: drivers against virtual devices on pseudo-terminals, central over mutual
//! TLS, SQLite on both sides, the face models.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/street.rs"]
mod street;
mod support;

use contract::EntryId;
use contract::message::{Assurance, EntryBody, Rating};
use drivers::speaker::{Signal, samples};
use kiosk::journey::{
    CardTrouble, Connection, Done, FaceVerdict, LogInStep, Outcome, Page, PrintResult, Printing, Touch,
};
use kiosk::typing::Key;
use std::time::Duration;
use street::Street;
use support::{library, repository};

const CERTIFICATE: &str = "SZ-HZ-000078";

fn is_step(page: &Page, is_so: impl Fn(&LogInStep) -> bool) -> bool {
    matches!(page, Page::LogIn(log_in) if is_so(&log_in.step))
}

fn start(street: &mut Street, service: &str) {
    street.touch(Touch::Begin);
    street.touch(Touch::Choose(service.parse().unwrap()));
    street.touch(Touch::Start);
}

async fn log_in(street: &mut Street) {
    street.recognised().await;
    street.until("the form", |page| matches!(page, Page::Filing(_))).await;
}

fn fill(street: &mut Street, picks: &[(&str, &str)]) {
    street.touch(Touch::Next);
    street.touch(Touch::Focus("phone".parse().unwrap()));
    street.keys("13800000001");
    for (field, value) in picks {
        street.touch(Touch::Pick(field.parse().unwrap(), (*value).into()));
        // A field of the next page is not there yet.
        street.touch(Touch::Next);
    }
    assert!(matches!(street.page(), Page::Review(_)), "the form is complete: {:?}", street.page());
}

async fn submit(street: &mut Street) -> EntryId {
    street.touch(Touch::Submit);
    street.until("the receipt", |page| matches!(page, Page::Done(_))).await;
    street
        .until(
            "the print",
            |page| matches!(page, Page::Done(done) if matches!(done.printing, Printing::Over(_))),
        )
        .await;
    done(street).entry
}

fn done(street: &Street) -> &Done {
    match street.page() {
        Page::Done(done) => done,
        page => panic!("not done: {page:?}"),
    }
}

/// Waits until this was played on the speaker: a card may lie there still.
async fn heard(street: &Street, signal: Signal) {
    let (file, played) = (street.folder().join("heard.raw"), samples(signal));
    let listen = async {
        let mut look = tokio::time::interval(Duration::from_millis(20));
        while !std::fs::read(&file).is_ok_and(|heard| heard.starts_with(&played)) {
            look.tick().await;
        }
    };
    let is_heard = tokio::time::timeout(Duration::from_secs(20), listen).await.is_ok();
    assert!(is_heard, "{signal:?} was not played into {}", file.display());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_from_card_to_receipt() {
    let mut street = Street::open().await;
    start(&mut street, CERTIFICATE);
    log_in(&mut street).await;
    fill(&mut street, &[("purpose", "求职"), ("copies", "1")]);
    let entry = submit(&mut street).await;
    let number = done(&street).slip.number.clone();
    assert!(matches!(done(&street).outcome, Outcome::Received(_)));
    assert_eq!(done(&street).printing, Printing::Over(PrintResult::Printed));
    assert!(
        street.paper().contains("无犯罪记录证明") && street.paper().contains(&number),
        "{}",
        street.paper()
    );
    assert!(!street.paper().contains("陈小福"), "only the first character of the name stands on paper");
    let record = street.record(entry).await.expect("central has it");
    let EntryBody::Application(application) = record.entry.body else { panic!("not an application") };
    assert_eq!(application.assurance, Assurance::CardAndFace);
    assert_eq!(application.fields[&"name".parse().unwrap()].expose(), "陈小福");
    street.touch(Touch::End);
    assert!(!street.journey().holds_personal_data());
    heard(&street, Signal::Exclamation).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_the_visit_ends_with_a_receipt_and_the_application_arrives_later() {
    let mut street = Street::open().await;
    street.cut_network().await;
    // 户口登记项目变更更正（姓名变更）: the plain form, may be filed offline.
    start(&mut street, "SZ-HZ-000035");
    log_in(&mut street).await;
    fill(&mut street, &[("result_delivery", "窗口自取")]);
    street.touch(Touch::ToggleConsent);
    for x in [100, 300, 500] {
        let stroke: Vec<String> = (0..12).map(|i| format!("{},{}", x + i * 5, 40 + (i % 4) * 30)).collect();
        street.touch(Touch::Stroke(stroke.join(" ").as_str().into()));
    }
    let entry = submit(&mut street).await;
    assert!(matches!(done(&street).outcome, Outcome::SavedHere));
    assert!(street.paper().contains("待联网受理"), "{}", street.paper());
    assert!(street.record(entry).await.is_none(), "central is away");
    street.restore_network().await;
    // The rating rings the bell; without it the back-off decides when.
    street.touch(Touch::Rate(Rating::Satisfied));
    street
        .until_health("the application to arrive", |health| {
            health.waiting == 0 && health.connection == Connection::Online
        })
        .await;
    assert!(street.record(entry).await.is_some(), "central has it now");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_card_is_refused() {
    let mut street = Street::open().await;
    start(&mut street, CERTIFICATE);
    street.reader.say("lay other-face");
    street.until("the consent", |page| is_step(page, |step| matches!(step, LogInStep::AskConsent(_)))).await;
    street.touch(Touch::AgreeToFace);
    let refused =
        |step: &LogInStep| matches!(step, LogInStep::FaceTrouble { verdict: FaceVerdict::Different, .. });
    street.until("the refusal", |page| is_step(page, refused)).await;
    assert!(street.journey().resident().is_none(), "nobody is logged in");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_before_the_camera_is_no_login() {
    let mut street = Street::open().await;
    street.camera.say("nobody");
    start(&mut street, CERTIFICATE);
    street.reader.say("lay sample-citizen");
    street.until("the consent", |page| is_step(page, |step| matches!(step, LogInStep::AskConsent(_)))).await;
    street.touch(Touch::AgreeToFace);
    let missed =
        |step: &LogInStep| matches!(step, LogInStep::FaceTrouble { verdict: FaceVerdict::NoFace, .. });
    street.until("the end of its patience", |page| is_step(page, missed)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_that_are_wrong_get_their_own_sentence() {
    let mut street = Street::open().await;
    start(&mut street, CERTIFICATE);
    let trouble = |wanted: CardTrouble| {
        move |page: &Page| {
            is_step(page, |step| matches!(step, LogInStep::CardTrouble(found) if *found == wanted))
        }
    };
    street.reader.say("lay wrong-date");
    street.until("the impossible date", trouble(CardTrouble::Unreadable)).await;
    street.reader.say("lift");
    street.touch(Touch::TryAgain);
    street.reader.say("lay expired");
    street.until("the expiry", trouble(CardTrouble::Expired)).await;
    street.reader.say("lift");
    street.touch(Touch::TryAgain);
    street.reader.say("fault wrong-checksum");
    street.reader.say("lay sample-citizen");
    street.until("the consent", |page| is_step(page, |step| matches!(step, LogInStep::AskConsent(_)))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unplugged_reader_is_noticed_and_found_again() {
    let mut street = Street::open().await;
    start(&mut street, CERTIFICATE);
    street.reader.say("unplug");
    street
        .until("no reader", |page| {
            is_step(page, |step| matches!(step, LogInStep::CardTrouble(CardTrouble::NoReader)))
        })
        .await;
    street.until_health("the reader to be missed", |health| !health.reader).await;
    street.reader.say("plug");
    street.until_health("the reader to be found", |health| health.reader).await;
    street.touch(Touch::TryAgain);
    log_in(&mut street).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_paper_the_number_stands_on_the_screen() {
    let mut street = Street::open().await;
    street.printer.say("paper out");
    street.until_health("the missing paper to be noticed", |health| !health.printer).await;
    // 公厕位置查询: a public look-up that needs no card.
    start(&mut street, "SZ-CS-000046");
    street.touch(Touch::Focus("query_key".parse().unwrap()));
    street.touch(Touch::Key(Key::Language));
    for c in "futian".chars() {
        street.touch(Touch::Key(Key::Char(c)));
    }
    street.touch(Touch::Next);
    submit(&mut street).await;
    assert_eq!(done(&street).printing, Printing::Over(PrintResult::NoPaper));
    assert!(!done(&street).slip.number.is_empty());
}
