//! What the stories of the store need: a kiosk, an application, a receipt.
#![allow(dead_code, reason = "each story uses its own part")]

use contract::message::{
    AnswerLine, Application, Assurance, Entry, EntryBody, EntryReceipt, Outcome, Problem,
};
use contract::{CaseNumber, EntryId, Fen, KioskId, Secret};
use jiff::{Timestamp, civil::date};
use offline_cache::{KioskSecret, Lane, OutboxEntry, Store};
use std::path::Path;

pub(crate) fn kiosk() -> KioskId {
    "ft-0001".parse().unwrap()
}

pub(crate) fn open(dir: &tempfile::TempDir) -> Store {
    Store::open(&file(dir), &kiosk()).unwrap()
}

pub(crate) fn file(dir: &tempfile::TempDir) -> std::path::PathBuf {
    Path::join(dir.path(), "kiosk.db")
}

pub(crate) fn noon() -> Timestamp {
    "2026-11-23T04:00:00Z".parse().unwrap()
}

pub(crate) fn application(name: &str) -> EntryBody {
    EntryBody::Application(Application {
        service: "SZ-HZ-000078".parse().unwrap(),
        form: "person-basic".parse().unwrap(),
        assurance: Assurance::Card,
        fields: [("name".parse().unwrap(), Secret::from(name))].into(),
    })
}

pub(crate) fn lane(store: &Store, who: &str) -> Lane {
    let secret: &KioskSecret = store.kiosk_secret();
    Lane::of(secret, who)
}

pub(crate) fn case(sequence: u32) -> CaseNumber {
    CaseNumber::compose(440_304, date(2026, 11, 23), sequence).unwrap()
}

pub(crate) fn opened(entry: EntryId) -> EntryReceipt {
    let outcome = Outcome::CaseOpened { case: case(7), promised_days: 5, fee: Fen::ZERO };
    EntryReceipt { entry, received_at: noon(), outcome }
}

pub(crate) fn answered(entry: EntryId, value: &str) -> EntryReceipt {
    let lines = vec![AnswerLine { label: "参保状态".to_owned(), value: Secret::from(value) }];
    let outcome = Outcome::Answered { case: case(8), lines, check_code: Some("CHECK1".to_owned()) };
    EntryReceipt { entry, received_at: noon(), outcome }
}

pub(crate) fn problem() -> Problem {
    Problem {
        kind: "urn:budayang:problem:unknown-service".to_owned(),
        status: 422,
        title: "Unknown service".to_owned(),
        detail: "no such service".to_owned(),
    }
}

pub(crate) fn entry(sent: &OutboxEntry) -> Entry {
    serde_json::from_slice(sent.payload.expose()).unwrap()
}
