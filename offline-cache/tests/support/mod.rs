//! What the stories of the store need: a kiosk, an application, a receipt.
#![allow(dead_code, reason = "each story uses its own part")]

use contract::desired::{Desired, PrivateKey, PublicKey, SealingKey, SignedDesired};
use contract::message::{
    AnswerLine, Application, Assurance, Entry, EntryBody, EntryReceipt, Outcome, Problem, RulesDecision,
};
use contract::ruling::{RuleSaid, RuleVerdict};
use contract::series::{SealingKeyId, sealing_context};
use contract::suite::Suite;
use contract::{CaseNumber, EntryId, Fen, KioskId, Secret};
use jiff::{Timestamp, civil::date};
use offline_cache::{Lane, Limits, Options, Order, OutboxEntry, Place, Store};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub(crate) fn kiosk() -> KioskId {
    "ft-0001".parse().unwrap()
}

/// A store with a key to seal to. The city's keys lie beside it, for whoever opens the store again.
pub(crate) fn open(dir: &TempDir) -> Store {
    open_with(dir.path(), Limits::default(), Suite::International)
}

pub(crate) fn open_with(dir: &Path, limits: Limits, suite: Suite) -> Store {
    let made = dir.join("signer.pub").exists();
    let signed = (!made).then(|| publish(dir, suite, 1));
    let mut store = Store::open(&dir.join("kiosk.db"), &kiosk(), options(dir, limits)).unwrap();
    if let Some(signed) = signed {
        store.adopt(&signed, noon()).unwrap();
    }
    store
}

pub(crate) fn options(dir: &Path, limits: Limits) -> Options {
    let signer: PublicKey = std::fs::read_to_string(dir.join("signer.pub")).unwrap().parse().unwrap();
    Options { limits, signer: Some(signer) }
}

/// Makes the next sealing key and signs the state that publishes it.
pub(crate) fn publish(dir: &Path, suite: Suite, number: u32) -> SignedDesired {
    let keep = |name: &str, bytes: Secret<Vec<u8>>| {
        std::fs::write(dir.join(name), PrivateKey { suite, bytes }.to_text().expose()).unwrap();
    };
    if !dir.join("signer.key").exists() {
        let pair = suite.make_signing_pair().unwrap();
        std::fs::write(dir.join("signer.pub"), PublicKey { suite, bytes: pair.public }.to_string()).unwrap();
        keep("signer.key", pair.private);
    }
    let pair = suite.make_sealing_pair().unwrap();
    keep(&format!("seal-{number}.key"), pair.private);
    let public = PublicKey { suite, bytes: pair.public };
    let sealing = vec![SealingKey { id: SealingKeyId(number), public }];
    sign(dir, &Desired::new(kiosk(), u64::from(number), sealing, noon()))
}

pub(crate) fn sign(dir: &Path, desired: &Desired) -> SignedDesired {
    let key = private(dir, "signer.key");
    SignedDesired::sign(desired, key.suite.signer(&key.bytes).unwrap().as_ref()).unwrap()
}

fn private(dir: &Path, name: &str) -> PrivateKey {
    std::fs::read_to_string(dir.join(name)).unwrap().parse().unwrap()
}

/// Everything that waits, one entry a lane.
pub(crate) fn heads(store: &Store) -> Vec<OutboxEntry> {
    store.heads(Lane::all(), 1000).unwrap()
}

pub(crate) fn file(dir: &TempDir) -> PathBuf {
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
        licences: std::collections::BTreeSet::new(),
    })
}

/// In order with everything else of this lane.
pub(crate) fn lane(lane: u8) -> Order {
    Order::In(Lane(lane))
}

pub(crate) fn acknowledge(store: &mut Store, place: Place, receipt: EntryReceipt) {
    store.acknowledge(&[(place, receipt)], noon()).unwrap();
}

pub(crate) fn case(sequence: u32) -> CaseNumber {
    CaseNumber::compose(440_304, date(2026, 11, 23), sequence).unwrap()
}

pub(crate) fn opened(entry: EntryId) -> EntryReceipt {
    let outcome = Outcome::CaseOpened { case: case(7), promised_days: 5, fee: Fen::ZERO };
    EntryReceipt { entry, received_at: noon(), outcome, rules: Vec::new() }
}

pub(crate) fn answered(entry: EntryId, value: &str) -> EntryReceipt {
    let lines = vec![AnswerLine { label: "参保状态".to_owned(), value: Secret::from(value) }];
    let outcome = Outcome::Answered { case: case(8), lines, check_code: Some("CHECK1".to_owned()) };
    EntryReceipt { entry, received_at: noon(), outcome, rules: Vec::new() }
}

pub(crate) fn refused_by_rules(entry: EntryId, reason: &str) -> EntryReceipt {
    let (decision, reasons) = (RulesDecision::Refused, vec![reason.to_owned()]);
    let rules = vec![RuleSaid {
        words: reason.to_owned(),
        verdict: RuleVerdict::Fail,
        sources: Vec::new(),
        remedy: None,
    }];
    let outcome =
        Outcome::Decided { case: case(9), decision, reasons, next_step: String::new(), fee: Fen::ZERO };
    EntryReceipt { entry, received_at: noon(), outcome, rules }
}

pub(crate) fn problem() -> Problem {
    Problem {
        kind: "urn:budayang:problem:unknown-service".to_owned(),
        status: 422,
        title: "Unknown service".to_owned(),
        detail: "no such service".to_owned(),
    }
}

/// Opens an entry, as central does.
pub(crate) fn entry(dir: &TempDir, sent: &OutboxEntry) -> Entry {
    let key = private(dir.path(), &format!("seal-{}.key", sent.key));
    let opener = key.suite.opener(&key.bytes).unwrap();
    let plain = opener.open(&sealing_context(&kiosk(), sent.id), &sent.sealed).unwrap();
    serde_json::from_slice(plain.expose()).unwrap()
}
