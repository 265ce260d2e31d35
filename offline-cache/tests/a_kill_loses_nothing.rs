//! The process is killed without warning while it appends, again and again: every entry that it had reported is
//! there, in one unbroken series.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that breaks should panic"
)]

mod support;

use contract::EntryId;
use contract::suite::Suite;
use offline_cache::{Limits, Order, journal};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use support::{application, noon, open, open_with};

/// Tells this very program that it is the one to be killed.
const VICTIM: &str = "OFFLINE_CACHE_VICTIM";

#[test]
fn what_was_reported_before_a_kill_is_there_after_it() {
    if let Some(dir) = std::env::var_os(VICTIM) {
        append_for_ever(Path::new(&dir));
    }
    let dir = tempfile::tempdir().unwrap();
    drop(open(&dir));
    let mut reported = Vec::new();
    for round in 1..=12 {
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "what_was_reported_before_a_kill_is_there_after_it", "--nocapture"])
            .env(VICTIM, dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(victim.stdout.take().unwrap()).lines().map_while(Result::ok);
        for (seen, line) in lines.enumerate() {
            if seen == round * 7 {
                victim.kill().unwrap();
            }
            reported.extend(line.strip_prefix("appended ").map(str::to_owned));
        }
        victim.wait().unwrap();

        let there: Vec<(u64, String)> = in_the_file(&dir);
        assert!(there.iter().map(|(seq, _)| *seq).eq(1..=there.len() as u64), "one unbroken series");
        let lost = reported.iter().find(|id| !there.iter().any(|(_, found)| found == *id));
        assert_eq!(lost, None, "round {round}");
        assert_eq!(open(&dir).counts().unwrap().waiting, there.len() as u64);
        journal::verify(&support::file(&dir), Suite::International).unwrap();
    }
    assert!(reported.len() > 100);
}

fn in_the_file(dir: &tempfile::TempDir) -> Vec<(u64, String)> {
    drop(open(dir));
    let db = rusqlite::Connection::open(support::file(dir)).unwrap();
    let mut query = db.prepare("SELECT seq, id FROM outbox ORDER BY seq").unwrap();
    let rows = query.query_map([], |row| Ok((row.get(0)?, EntryId(uuid::Uuid::from_bytes(row.get(1)?)))));
    rows.unwrap().map(|row| row.map(|(seq, id)| (seq, id.to_string())).unwrap()).collect()
}

fn append_for_ever(dir: &Path) -> ! {
    let mut store = open_with(dir, Limits::default(), Suite::International);
    loop {
        let id = store.append(application("张三"), Order::Free, noon()).unwrap().id;
        // One write, so that a line is whole or not there.
        let said = std::io::stdout().write_all(format!("\nappended {id}\n").as_bytes());
        if said.is_err() {
            std::process::exit(0);
        }
    }
}
