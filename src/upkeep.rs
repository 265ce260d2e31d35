//! What a technician does to the store from the command line, also beside a running kiosk. Shows no resident's data:
//! there is none to show, entries are sealed.

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use contract::{Secret, Seq};
use jiff::Timestamp;
use kiosk::enrolment::{self, Enrolled, Identity};
use kiosk::settings::Settings;
use kiosk::startup;
use offline_cache::{Options, Store, journal};
use std::io::{BufRead, Read, Write};
use std::path::{Path, PathBuf};

/// Looks at entries that central refused, and sends them again.
#[derive(Subcommand)]
pub(crate) enum OutboxCommand {
    /// Says what waits, and lists what central refused.
    List {
        /// The local settings.
        #[arg(long, default_value = "/etc/kiosk/kiosk.toml")]
        config: PathBuf,
    },
    /// Prints how many entries central has not got, refused ones included: a number alone, for scripts.
    Count {
        /// The local settings.
        #[arg(long, default_value = "/etc/kiosk/kiosk.toml")]
        config: PathBuf,
    },
    /// Sends a refused entry again; a running kiosk takes it up within ten seconds.
    Retry {
        /// Its place in the series, as the list says.
        seq: u64,
        /// The local settings.
        #[arg(long, default_value = "/etc/kiosk/kiosk.toml")]
        config: PathBuf,
    },
}

/// Checks the journal of what the terminal did.
#[derive(Subcommand)]
pub(crate) enum JournalCommand {
    /// Recomputes the whole chain and compares it with what central acknowledged.
    Verify {
        /// The local settings.
        #[arg(long, default_value = "/etc/kiosk/kiosk.toml")]
        config: PathBuf,
    },
}

/// Carries out `kiosk enrol`. The code comes on standard input: what stands on a command line, everybody on the machine reads.
pub(crate) fn enrol(config: &Path, at: &str) -> Result<()> {
    let settings = Settings::load(config)?;
    let central = settings.central.as_ref().context("the settings have no [central]: nothing to enrol at")?;
    let identity = Identity::new(settings.kiosk.clone(), startup::papers(central));
    let key = identity.key_to_certify()?;
    println!("terminal  {}", settings.kiosk);
    println!("key       {}  (the operator compares this before approving)", key.fingerprint);
    print!("claim code: ");
    std::io::stdout().flush()?;
    let mut typed = Secret::new(String::new());
    std::io::stdin().lock().take(200).read_line(typed.expose_mut())?;
    let code = typed.expose().trim().parse()?;
    let tell = |state: &str| println!("{state}");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match runtime.block_on(enrolment::enrol(&identity, &key, code, at, tell))? {
        Enrolled::Yes => println!("enrolled until {}; start the terminal", identity.ends_at()?),
        Enrolled::No(detail) => bail!("central gives no certificate: {detail}"),
    }
    Ok(())
}

/// Carries out `kiosk outbox`.
pub(crate) fn outbox(command: OutboxCommand) -> Result<()> {
    match command {
        OutboxCommand::List { config } => list(&mut open(&config)?),
        OutboxCommand::Count { config } => {
            let counts = open(&config)?.counts()?;
            println!("{}", counts.waiting + counts.set_aside);
            Ok(())
        }
        OutboxCommand::Retry { seq, config } => retry(&mut open(&config)?, Seq(seq)),
    }
}

/// Carries out `kiosk journal`.
pub(crate) fn journal(command: JournalCommand) -> Result<()> {
    let JournalCommand::Verify { config } = command;
    let settings = Settings::load(&config)?;
    let signer = settings.central.as_ref().map(|central| startup::signer(&central.signer)).transpose()?;
    let suite = signer.map(|signer| signer.suite).unwrap_or_default();
    let verified = journal::verify(&existing(&settings)?, suite)?;
    println!("lines {} to {} hold together", verified.first, verified.head.length);
    println!("head {}", verified.head.hash);
    println!(
        "{}",
        if verified.reported { "central knows this chain" } else { "nothing was reported to central yet" }
    );
    Ok(())
}

fn list(store: &mut Store) -> Result<()> {
    let counts = store.counts()?;
    println!("{} waiting, {} refused", counts.waiting, counts.set_aside);
    for entry in store.set_aside_entries()? {
        let reason =
            entry.problem.map_or("no reason was kept".to_owned(), |p| format!("{}: {}", p.kind, p.detail));
        println!("{} {} {} {reason}", entry.place.seq, entry.id, entry.kind);
    }
    Ok(())
}

fn retry(store: &mut Store, seq: Seq) -> Result<()> {
    let refused = store.set_aside_entries()?;
    let Some(entry) = refused.iter().find(|entry| entry.place.seq == seq) else {
        bail!("entry {seq} is not among the refused ones: see 'kiosk outbox list'");
    };
    store.put_back(entry.place, Timestamp::now())?;
    println!("{seq} waits to be sent again");
    Ok(())
}

/// The store beside which a kiosk may run.
pub(crate) fn open(config: &Path) -> Result<Store> {
    let settings = Settings::load(config)?;
    let file = existing(&settings)?;
    let signer = settings.central.as_ref().map(|central| startup::signer(&central.signer)).transpose()?;
    Store::open(&file, &settings.kiosk, Options { signer, ..Options::default() })
        .with_context(|| file.display().to_string())
}

/// The store's file; looking at a store makes none.
fn existing(settings: &Settings) -> Result<PathBuf> {
    let file = startup::store_file(settings);
    if file.exists() { Ok(file) } else { bail!("there is no store at {}", file.display()) }
}
