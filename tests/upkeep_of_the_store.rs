//! What a technician sees and does at the command line: entries that central refused, and the journal.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
mod support;

use central::keys::Keys;
use contract::EntryId;
use contract::message::{EntryBody, Evaluation, Problem, Rating};
use contract::suite::Suite;
use jiff::Timestamp;
use kiosk::settings::Settings;
use kiosk::{screens::Panel, startup};
use offline_cache::{Lane, Options, Order, Store};
use std::path::{Path, PathBuf};
use std::process::Command;
pub(crate) use support::repository;

struct Terminal {
    _folder: tempfile::TempDir,
    config: PathBuf,
    store: PathBuf,
}

impl Terminal {
    /// One entry waits, one was refused.
    fn with_a_refused_entry() -> Self {
        let folder = tempfile::tempdir().unwrap();
        corner::make_papers(folder.path(), Suite::International);
        let config = corner::write_settings(folder.path(), "127.0.0.1:1".parse().unwrap(), Panel::PORTRAIT);
        let settings = Settings::load(&config).unwrap();
        std::fs::create_dir_all(&settings.paths.state).unwrap();
        let store = startup::store_file(&settings);
        let mut open = open(&store, &settings);
        let (keys, now) = (Keys::load(&folder.path().join("keys")).unwrap(), Timestamp::now());
        open.adopt(&keys.first_desired(&settings.kiosk, now).unwrap(), now).unwrap();
        for _ in 0..2 {
            let body = EntryBody::Evaluation(Evaluation {
                application: EntryId(uuid::Uuid::nil()),
                rating: Rating::Satisfied,
                tags: [].into(),
            });
            open.append(body, Order::In(Lane(0)), Timestamp::now()).unwrap();
        }
        let first = open.heads([Lane(0)], 1).unwrap().remove(0);
        let problem = Problem {
            kind: "urn:budayang:problem:form-refused".to_owned(),
            status: 422,
            title: "The form is not right".to_owned(),
            detail: "phone: too short".to_owned(),
        };
        open.set_aside(first.place, &problem, Timestamp::now()).unwrap();
        Self { _folder: folder, config, store }
    }

    /// Runs `kiosk`; whether it went well, and all that it said.
    fn kiosk(&self, words: &[&str]) -> (bool, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kiosk"));
        let output = command.args(words).arg("--config").arg(&self.config).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    }
}

fn open(file: &Path, settings: &Settings) -> Store {
    let signer = Some(startup::signer(&settings.central.as_ref().unwrap().signer).unwrap());
    Store::open(file, &settings.kiosk, Options { signer, ..Options::default() }).unwrap()
}

#[test]
fn a_refused_entry_is_listed_with_its_reason_and_sent_again_by_its_number() {
    let terminal = Terminal::with_a_refused_entry();
    let (_, list) = terminal.kiosk(&["outbox", "list"]);
    assert!(list.starts_with("1 waiting, 1 refused\n1 "), "{list}");
    assert!(list.contains("form-refused: phone: too short"), "{list}");
    let (went_well, words) = terminal.kiosk(&["outbox", "retry", "2"]);
    assert!(!went_well && words.contains("not among the refused"), "{words}");
    let (went_well, words) = terminal.kiosk(&["outbox", "retry", "1"]);
    assert!(went_well, "{words}");
    assert_eq!(terminal.kiosk(&["outbox", "list"]).1, "2 waiting, 0 refused\n");
}

#[test]
fn the_journal_is_verified_and_an_altered_line_is_named() {
    let terminal = Terminal::with_a_refused_entry();
    let (went_well, words) = terminal.kiosk(&["journal", "verify"]);
    assert!(went_well && words.starts_with("lines 1 to 4 hold together\nhead "), "{words}");
    let db = rusqlite::Connection::open(&terminal.store).unwrap();
    db.execute("UPDATE journal SET act = replace(act, 'form-refused', 'no-such-case') WHERE n = 4", [])
        .unwrap();
    let (went_well, words) = terminal.kiosk(&["journal", "verify"]);
    assert!(!went_well && words.contains("line 4 of the journal was altered"), "{words}");
}

#[test]
fn looking_at_a_store_that_is_not_there_makes_none() {
    let terminal = Terminal::with_a_refused_entry();
    std::fs::remove_file(&terminal.store).unwrap();
    for words in [&["outbox", "list"][..], &["journal", "verify"]] {
        let (went_well, said) = terminal.kiosk(words);
        assert!(!went_well && said.contains("there is no store"), "{said}");
    }
    assert!(!terminal.store.exists());
}
