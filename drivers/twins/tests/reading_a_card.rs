//! Cards are laid on the virtual reader; the real driver reads them over a real serial line.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that fails panics"
)]

mod support;

use contract::Sex;
use drivers::DeviceStatus;
use drivers::id_card_reader::{
    Card, CardFault, CardHolder, DataFault, Field, IdCardReader, ModuleFault, ReaderConfig,
};
use jiff::civil::date;
use std::time::{Duration, Instant};
use support::{Twin, demo, until};
use tempfile::TempDir;

struct Desk {
    twin: Twin,
    reader: IdCardReader,
    _folder: TempDir,
}

fn sit_down() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("id-reader");
    let cards = demo("cards");
    let twin = Twin::start(
        env!("CARGO_BIN_EXE_virtual-id-card-reader"),
        &["--link", link.to_str().unwrap(), "--cards", cards.to_str().unwrap()],
    );
    let reader = IdCardReader::start(ReaderConfig { port: link, baud: 115_200 });
    Desk { twin, reader, _folder: folder }
}

impl Desk {
    async fn online(&mut self) {
        until(&mut self.reader.status(), |status| status.device == DeviceStatus::Online).await;
    }

    async fn read(&self) -> Result<Card, CardFault> {
        tokio::time::timeout(Duration::from_secs(20), self.reader.read_card()).await.expect("a card in time")
    }
}

#[tokio::test]
async fn a_card_is_read_and_says_who_it_belongs_to() {
    let mut desk = sit_down();
    desk.online().await;
    let status = until(&mut desk.reader.status(), |status| status.module.is_some()).await;
    assert_eq!(status.module.unwrap().to_string(), "05.03-20140101-0000123456-0987654321");
    desk.twin.tell("lay sample-citizen");
    let card = desk.read().await.unwrap();
    let CardHolder::Citizen(citizen) = &card.holder else { panic!("another kind") };
    assert_eq!(citizen.name.expose(), "陈小福");
    assert_eq!(citizen.sex, Sex::Female);
    assert_eq!(citizen.number.expose(), "990101195601190027");
    assert!(card.holder.valid_on(date(2026, 11, 24)));
    assert_eq!(card.photo.unwrap().bytes().len(), 1024);
}

#[tokio::test]
async fn the_card_may_come_long_after_the_wish() {
    let mut desk = sit_down();
    desk.online().await;
    let wish = desk.reader.read_card();
    tokio::pin!(wish);
    assert!(tokio::time::timeout(Duration::from_millis(600), &mut wish).await.is_err());
    desk.twin.tell("lay sample-citizen");
    assert!(wish.await.is_ok());
}

#[tokio::test]
async fn a_card_that_stays_is_not_read_twice() {
    let mut desk = sit_down();
    desk.online().await;
    desk.twin.tell("lay sample-citizen");
    assert!(desk.read().await.is_ok());
    let again = tokio::time::timeout(Duration::from_millis(1200), desk.reader.read_card()).await;
    assert!(again.is_err(), "it lies there still");
    desk.twin.tell("lift");
    desk.twin.tell("lay sample-citizen");
    assert!(desk.read().await.is_ok());
}

#[tokio::test]
async fn lifting_the_card_is_seen() {
    let mut desk = sit_down();
    desk.online().await;
    desk.twin.tell("lay sample-citizen");
    assert!(desk.read().await.is_ok());
    let lifted = desk.reader.wait_until_lifted();
    tokio::pin!(lifted);
    assert!(tokio::time::timeout(Duration::from_millis(800), &mut lifted).await.is_err());
    desk.twin.tell("lift");
    assert_eq!(lifted.await, Ok(()));
}

#[tokio::test]
async fn a_bad_line_is_survived_by_asking_again() {
    let faults = [
        "wrong-checksum",
        "flip",
        "cut 700",
        "cut 3",
        "split",
        "noise",
        "extra-aa",
        "twice",
        "no-answer",
        "late",
        "card-taken",
        "sw 10",
        "sw 24",
        "sw 41",
        "sw 47",
    ];
    for fault in faults {
        let mut desk = sit_down();
        desk.online().await;
        until(&mut desk.reader.status(), |status| status.module.is_some()).await;
        desk.twin.tell(&format!("fault {fault}"));
        desk.twin.tell("lay sample-citizen");
        if fault == "card-taken" {
            // It is pulled away in the middle: whoever waits goes on waiting until it lies there again.
            let early = tokio::time::timeout(Duration::from_millis(500), desk.reader.read_card()).await;
            assert!(early.is_err());
            desk.twin.tell("lay sample-citizen");
        }
        let card = desk.read().await;
        assert!(card.is_ok(), "{fault}: {card:?}");
    }
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let cases = [
        ("sw 31", CardFault::HoldStill),
        ("sw 33", CardFault::HoldStill),
        ("sw 40", CardFault::Unreadable),
        ("sw 66", CardFault::Module(ModuleFault::NotAuthorised)),
    ];
    let mut desk = sit_down();
    desk.online().await;
    until(&mut desk.reader.status(), |status| status.module.is_some()).await;
    for (fault, expected) in cases {
        desk.twin.tell(&format!("fault {fault}"));
        desk.twin.tell("lay sample-citizen");
        assert_eq!(desk.read().await.unwrap_err(), expected, "{fault}");
        desk.twin.tell("lift");
    }
}

#[tokio::test]
async fn an_impossible_date_is_a_fault_of_the_card_and_an_expired_card_is_not() {
    let mut desk = sit_down();
    desk.online().await;
    desk.twin.tell("lay wrong-date");
    assert_eq!(desk.read().await.unwrap_err(), CardFault::Data(DataFault::Date(Field::Birth)));
    desk.twin.tell("lift");
    desk.twin.tell("lay expired");
    let card = desk.read().await.unwrap();
    assert!(!card.holder.valid_on(date(2026, 11, 24)));
    assert!(card.holder.valid_on(date(2010, 1, 1)));
}

#[tokio::test]
async fn a_reader_that_is_unplugged_and_plugged_in_again_reads_again() {
    let mut desk = sit_down();
    desk.online().await;
    let mut status = desk.reader.status();
    desk.twin.tell("unplug");
    let pulled = Instant::now();
    until(&mut status, |status| status.device == DeviceStatus::NoDevice).await;
    assert!(pulled.elapsed() < Duration::from_secs(1), "{:?}", pulled.elapsed());
    assert_eq!(desk.read().await.unwrap_err(), CardFault::NoReader);
    desk.twin.tell("plug");
    until(&mut status, |status| status.device == DeviceStatus::Online).await;
    desk.twin.tell("lay sample-citizen");
    assert!(desk.read().await.is_ok());
}

#[tokio::test]
async fn a_plug_pulled_in_the_middle_of_an_answer_is_no_reader() {
    let mut desk = sit_down();
    desk.online().await;
    until(&mut desk.reader.status(), |status| status.module.is_some()).await;
    desk.twin.tell("fault hang-up 600");
    desk.twin.tell("lay sample-citizen");
    assert_eq!(desk.read().await.unwrap_err(), CardFault::NoReader);
}

#[tokio::test]
async fn dropping_the_handle_frees_the_port_at_once() {
    let mut desk = sit_down();
    desk.online().await;
    let begun = Instant::now();
    drop(desk.reader);
    assert!(begun.elapsed() < Duration::from_millis(500), "{:?}", begun.elapsed());
    desk.twin.tell("lift");
}

#[tokio::test]
async fn a_later_wish_takes_over() {
    let mut desk = sit_down();
    desk.online().await;
    let (first, second) = tokio::join!(desk.reader.read_card(), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let second = desk.reader.read_card();
        desk.twin.tell("lay sample-citizen");
        second.await
    });
    assert_eq!(first.unwrap_err(), CardFault::TakenOver);
    assert!(second.is_ok());
}
