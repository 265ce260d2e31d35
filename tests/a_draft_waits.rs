//! A draft that a resident asked to keep, through real parts: the reader's card, the sealed row on the disk, a terminal
//! that is switched off and on, and the same card again.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/street.rs"]
mod street;
mod support;

use contract::suite::Suite;
use kiosk::journey::{DraftFound, LogInStep, Outcome, Page, Printing, Touch};
use kiosk::typing::Key;
use std::path::{Path, PathBuf};
use street::Street;
use support::{library, repository};

/// 户口登记项目变更更正（姓名变更）: the plain form, may be filed offline.
const NAME_CHANGE: &str = "SZ-HZ-000035";
const PHONE: &str = "13800000001";

/// The sample card, whose photo fits whoever stands before the camera.
fn sample() -> PathBuf {
    repository().join("drivers/demo/cards/sample-citizen.card")
}

/// Somebody else with the same face: everything but the photo differs.
fn a_twin_sister(folder: &Path) -> PathBuf {
    let text = std::fs::read_to_string(sample()).unwrap();
    let photo = repository().join("drivers/demo/photos/astronaut.photo");
    let text = text
        .replace("陈小福", "陈小寿")
        .replace("990101195601190027", "990101195601190043")
        .replace("../photos/astronaut.photo", photo.to_str().unwrap());
    let file = folder.join("twin-sister.card");
    std::fs::write(&file, text).unwrap();
    file
}

/// Begins, lays the card down, and goes on to whatever comes after the face check.
async fn come_with(street: &mut Street, card: &Path) {
    street.touch(Touch::Begin);
    street.touch(Touch::Choose(NAME_CHANGE.parse().unwrap()));
    street.touch(Touch::Start);
    street.reader.say(&format!("lay {}", card.display()));
    let consent =
        |page: &Page| matches!(page, Page::LogIn(log_in) if matches!(log_in.step, LogInStep::AskConsent(_)));
    street.until("the consent", consent).await;
    street.touch(Touch::AgreeToFace);
    street
        .until("what comes after the log-in", |page| matches!(page, Page::DraftFound(_) | Page::Filing(_)))
        .await;
}

fn leave(street: &mut Street) {
    street.touch(Touch::End);
    assert!(!street.journey().holds_personal_data());
    street.reader.say("lift");
}

fn type_phone(street: &mut Street) {
    street.touch(Touch::Next);
    street.touch(Touch::Focus("phone".parse().unwrap()));
    for digit in PHONE.chars() {
        street.touch(Touch::Key(Key::Char(digit)));
    }
}

async fn keep(street: &mut Street) {
    street.touch(Touch::KeepDraft);
    street
        .until("the draft to be kept", |page| matches!(page, Page::DraftKept(kept) if kept.result.is_ok()))
        .await;
}

/// A resident types a phone number, asks to keep it and goes home.
async fn somebody_keeps_a_draft(street: &mut Street) {
    come_with(street, &sample()).await;
    assert!(matches!(street.page(), Page::Filing(_)), "there is none yet");
    type_phone(street);
    keep(street).await;
    leave(street);
}

#[track_caller]
fn value(street: &Street, field: &str) -> String {
    match street.page() {
        Page::Filing(filing) => filing.draft.value_named(field).to_owned(),
        page => panic!("no form: {page:?}"),
    }
}

fn rows(street: &Street) -> i64 {
    let db = rusqlite::Connection::open(street.state().join("kiosk.db")).unwrap();
    db.query_row("SELECT count(*) FROM drafts", [], |row| row.get(0)).unwrap()
}

/// Whether any file of the terminal says it.
fn is_on_disk(street: &Street, words: &str) -> bool {
    let is_in = |bytes: Vec<u8>| bytes.windows(words.len()).any(|window| window == words.as_bytes());
    let files = std::fs::read_dir(street.state()).unwrap().map(|file| file.unwrap().path());
    files.filter(|path| path.is_file()).any(|path| is_in(std::fs::read(path).unwrap()))
}

async fn from_one_evening_to_the_next(suite: Suite) {
    let mut street = Street::open_with(suite).await;
    street.cut_network().await;
    somebody_keeps_a_draft(&mut street).await;
    assert_eq!(rows(&street), 1);
    assert!(!is_on_disk(&street, PHONE) && !is_on_disk(&street, "990101195601190027"));

    street.restart().await;
    let sister = a_twin_sister(&street.state());
    come_with(&mut street, &sister).await;
    assert!(matches!(street.page(), Page::Filing(_)), "another person's card finds nothing");
    assert_eq!(value(&street, "phone"), "");
    leave(&mut street);

    come_with(&mut street, &sample()).await;
    assert!(matches!(street.page(), Page::DraftFound(_)), "{:?}", street.page());
    street.touch(Touch::TakeDraft);
    assert_eq!((value(&street, "phone").as_str(), value(&street, "name").as_str()), (PHONE, "陈小福"));
    street.touch(Touch::Next);
    street.touch(Touch::Pick("result_delivery".parse().unwrap(), "窗口自取".into()));
    street.touch(Touch::Next);
    street.touch(Touch::ToggleConsent);
    for x in [100, 300, 500] {
        let stroke: Vec<String> = (0..12).map(|i| format!("{},{}", x + i * 5, 40 + (i % 4) * 30)).collect();
        street.touch(Touch::Stroke(stroke.join(" ").as_str().into()));
    }
    street.touch(Touch::Submit);
    street
        .until(
            "the receipt",
            |page| matches!(page, Page::Done(done) if matches!(done.printing, Printing::Over(_))),
        )
        .await;
    assert!(matches!(street.page(), Page::Done(done) if matches!(done.outcome, Outcome::SavedHere)));
    assert_eq!(rows(&street), 0, "what was submitted is no draft any more");
    leave(&mut street);

    come_with(&mut street, &sample()).await;
    assert!(matches!(street.page(), Page::Filing(_)), "nor is it found again");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_card_goes_on_where_it_stopped_and_nobody_elses_does() {
    from_one_evening_to_the_next(Suite::International).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn so_it_is_with_the_sm_algorithms() {
    from_one_evening_to_the_next(Suite::Sm).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_begins_anew_drops_the_draft() {
    let mut street = Street::open().await;
    somebody_keeps_a_draft(&mut street).await;
    come_with(&mut street, &sample()).await;
    assert!(matches!(street.page(), Page::DraftFound(DraftFound { kept, .. }) if kept.typed.len() == 1));
    street.touch(Touch::StartAnew);
    assert_eq!(value(&street, "phone"), "");
    // Leaving at once does not keep it.
    leave(&mut street);
    come_with(&mut street, &sample()).await;
    assert!(matches!(street.page(), Page::Filing(_)), "{:?}", street.page());
    assert_eq!(rows(&street), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_somebody_altered_opens_for_nobody_and_goes() {
    let mut street = Street::open().await;
    somebody_keeps_a_draft(&mut street).await;
    let db = rusqlite::Connection::open(street.state().join("kiosk.db")).unwrap();
    assert_eq!(db.execute("UPDATE drafts SET locked = zeroblob(length(locked))", []).unwrap(), 1);
    come_with(&mut street, &sample()).await;
    assert!(matches!(street.page(), Page::Filing(_)), "{:?}", street.page());
    assert_eq!(value(&street, "phone"), "");
    assert_eq!(rows(&street), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_the_database_opens_nothing_even_with_the_card() {
    let mut street = Street::open().await;
    somebody_keeps_a_draft(&mut street).await;
    std::fs::remove_file(street.state().join("device-secret")).unwrap();
    street.restart().await;
    come_with(&mut street, &sample()).await;
    assert!(matches!(street.page(), Page::Filing(_)), "{:?}", street.page());
    assert_eq!(rows(&street), 1, "it can't even be told whose it is; it goes after its 72 hours");
}
