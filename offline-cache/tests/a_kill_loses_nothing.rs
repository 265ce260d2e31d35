//! The process is killed without warning while it appends, again and again: every entry that it had reported is
//! there, in one unbroken series.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that breaks should panic"
)]

mod support;

use offline_cache::Store;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use support::{application, kiosk, lane, noon, open};

/// Tells this very program that it is the one to be killed.
const VICTIM: &str = "OFFLINE_CACHE_VICTIM";

#[test]
fn what_was_reported_before_a_kill_is_there_after_it() {
    if let Some(file) = std::env::var_os(VICTIM) {
        append_for_ever(Path::new(&file));
    }
    let dir = tempfile::tempdir().unwrap();
    let mut reported = Vec::new();
    for round in 1..=12 {
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "what_was_reported_before_a_kill_is_there_after_it", "--nocapture"])
            .env(VICTIM, support::file(&dir))
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

        let due = open(&dir).due(noon(), 10_000).unwrap();
        assert!(due.iter().map(|entry| entry.seq.0).eq(1..=due.len() as u64), "one unbroken series");
        let there: Vec<String> = due.iter().map(|entry| entry.id.to_string()).collect();
        assert!(reported.iter().all(|id| there.contains(id)), "round {round}");
        assert_eq!(open(&dir).counts().unwrap().waiting, there.len() as u64);
    }
    assert!(reported.len() > 100);
}

fn append_for_ever(file: &Path) -> ! {
    let mut store = Store::open(file, &kiosk()).unwrap();
    let person = lane(&store, "a");
    loop {
        let id = store.append(application("张三"), person, noon()).unwrap().id;
        // One write, so that a line is whole or not there.
        let said = std::io::stdout().write_all(format!("\nappended {id}\n").as_bytes());
        if said.is_err() {
            std::process::exit(0);
        }
    }
}
