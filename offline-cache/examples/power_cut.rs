//! The program inside the virtual machine whose power is cut: it files applications into a terminal's real store
//! and says each on its standard output after the commit has returned, or it looks at what a cut has left.
//!
//! ```text
//! power_cut write full|normal FILE   ready, then "kept SEQ" for every entry, for ever
//! power_cut check FILE               "found FIRST LAST" for every unbroken run, "integrity WORDS", "checked"
//! ```

use contract::message::{Application, Assurance, EntryBody};
use contract::{KioskId, Secret};
use jiff::Timestamp;
use offline_cache::{Durability, Lane, Store};
use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

type Done<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["write", "full", file] => write(Path::new(file), Durability::Full),
        ["write", "normal", file] => write(Path::new(file), Durability::Normal),
        ["check", file] => check(Path::new(file)),
        _ => Err("write full|normal FILE, or check FILE".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("power_cut: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn open(file: &Path) -> Done<Store> {
    let kiosk: KioskId = "ft-0001".parse()?;
    Ok(Store::open(file, &kiosk)?)
}

/// One application of about a kilobyte.
fn append(store: &mut Store) -> Done<u64> {
    let body = EntryBody::Application(Application {
        service: "SZ-HZ-000078".parse()?,
        form: "person-basic".parse()?,
        assurance: Assurance::Card,
        fields: [("name".parse()?, Secret::new("字".repeat(300)))].into(),
    });
    let lane = Lane::of(store.kiosk_secret(), "440304199001010011");
    Ok(store.append(body, lane, Timestamp::now())?.seq.0)
}

/// The places in the series of all entries that are there.
fn places(store: &Store) -> Done<Vec<u64>> {
    Ok(store.due(Timestamp::now(), usize::MAX)?.iter().map(|entry| entry.seq.0).collect())
}

fn write(file: &Path, durability: Durability) -> Done {
    let mut store = open(file)?;
    store.set_durability(durability)?;
    say("ready")?;
    loop {
        let place = append(&mut store)?;
        say(&format!("kept {place}"))?;
    }
}

fn check(file: &Path) -> Done {
    let store = open(file)?;
    for run in places(&store)?.chunk_by(|one, next| one + 1 == *next) {
        if let (Some(first), Some(last)) = (run.first(), run.last()) {
            say(&format!("found {first} {last}"))?;
        }
    }
    let verdict: String =
        rusqlite::Connection::open(file)?.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    say(&format!("integrity {}", verdict.replace('\n', "; ")))?;
    say("checked")
}

/// A line in one write, so that it is whole or not there.
fn say(line: &str) -> Done {
    let mut out = std::io::stdout();
    out.write_all(format!("{line}\n").as_bytes())?;
    Ok(out.flush()?)
}
