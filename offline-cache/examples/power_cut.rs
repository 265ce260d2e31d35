//! The program inside the virtual machine whose power is cut: it files applications into a terminal's real store
//! and says each on its standard output after the commit has returned, or it looks at what a cut has left.
//!
//! ```text
//! power_cut write full|normal FILE   ready, then "kept SEQ" for every entry, for ever
//! power_cut check FILE               "found FIRST LAST" for every unbroken run, "integrity WORDS", "checked"
//! ```

use contract::desired::{Desired, PublicKey, SealingKey, SignedDesired};
use contract::message::{Application, Assurance, EntryBody};
use contract::series::SealingKeyId;
use contract::suite::Suite;
use contract::{KioskId, Secret};
use jiff::Timestamp;
use offline_cache::{Durability, Options, Order, Store, journal};
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

/// A new store with a key to seal to. Nobody opens what is sealed to it: what counts is what is there.
fn open(file: &Path) -> Done<Store> {
    let (kiosk, suite): (KioskId, _) = ("ft-0001".parse()?, Suite::International);
    let (signing, sealing) = (suite.make_signing_pair()?, suite.make_sealing_pair()?);
    let key = SealingKey { id: SealingKeyId(1), public: PublicKey { suite, bytes: sealing.public } };
    let signer = suite.signer(&signing.private)?;
    let desired = Desired::new(kiosk.clone(), 1, vec![key], Timestamp::now());
    let signed = SignedDesired::sign(&desired, signer.as_ref())?;
    let signer = Some(PublicKey { suite, bytes: signing.public });
    let mut store = Store::open(file, &kiosk, Options { signer, ..Options::default() })?;
    store.adopt(&signed, Timestamp::now())?;
    Ok(store)
}

/// One application of about a kilobyte.
fn append(store: &mut Store) -> Done<u64> {
    let body = EntryBody::Application(Application {
        service: "SZ-HZ-000078".parse()?,
        form: "person-basic".parse()?,
        assurance: Assurance::Card,
        fields: [("name".parse()?, Secret::new("字".repeat(300)))].into(),
        licences: std::collections::BTreeSet::new(),
    });
    Ok(store.append(body, Order::Free, Timestamp::now())?.seq.0)
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
    // Opening is what a terminal does after a power cut: the log is taken up.
    drop(Store::open(file, &"ft-0001".parse()?, Options::default())?);
    let db = rusqlite::Connection::open(file)?;
    let mut query = db.prepare("SELECT seq FROM outbox ORDER BY seq")?;
    let places: Vec<u64> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for run in places.chunk_by(|one, next| one + 1 == *next) {
        if let (Some(first), Some(last)) = (run.first(), run.last()) {
            say(&format!("found {first} {last}"))?;
        }
    }
    let verdict: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    journal::verify(file, Suite::International)?;
    say(&format!("integrity {}", verdict.replace('\n', "; ")))?;
    say("checked")
}

/// A line in one write, so that it is whole or not there.
fn say(line: &str) -> Done {
    let mut out = std::io::stdout();
    out.write_all(format!("{line}\n").as_bytes())?;
    Ok(out.flush()?)
}
