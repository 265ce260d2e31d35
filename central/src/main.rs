//! The command line of central: serve, show a record to a clerk, make certificates, print the interface.

mod bench;

use anyhow::{anyhow, bail};
use central::intake::{self, RecordName, Refusal};
use central::store;
use central::{CatalogueServices, Clerk, Config, ca, keys};
use clap::{Parser, Subcommand};
use cli::accounts::{self, AccountsCommand};
use cli::alarms::AlarmRoutes;
use cli::cases::{self, CaseCommand};
use cli::fleet::{self, FleetCommand};
use cli::operators::{self, AuditCommand, OperatorCommand};
use cli::projects::{self, ProjectCommand};
use cli::technician_code::{self, TechnicianCodeCommand};
use cli::terminals::{self, KioskCommand};
use cli::upkeep::{self, CatalogueCommand};
use cli::urgent::{self, EmergencyCommand, ErrandCommand};
use contract::suite::Suite;
use contract::{CaseNumber, ClerkId, DepartmentCode, EntryId, KioskId};
use jiff::Timestamp;
use sd_notify::NotifyState;
use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

mod cli {
    pub(crate) mod accounts;
    pub(crate) mod alarms;
    pub(crate) mod cases;
    pub(crate) mod desk;
    pub(crate) mod fleet;
    pub(crate) mod operators;
    pub(crate) mod projects;
    mod sample_project;
    pub(crate) mod technician_code;
    pub(crate) mod terminals;
    pub(crate) mod upkeep;
    pub(crate) mod urgent;
}

/// Ten thousand held connections are small blocks that live for minutes: among what handshakes freed, the system's allocator
/// keeps half as much again around them (docs/decisions/0018-memory-of-held-requests.md).
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// The central API of Budayang terminals.
#[derive(Parser)]
#[command(name = "central", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
#[allow(clippy::large_enum_variant, reason = "there is one in a process")]
enum Command {
    /// Answers terminals until SIGTERM or Ctrl-C
    Serve {
        /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
        #[arg(long)]
        db: String,
        /// Where to listen; port 0 takes any free one
        #[arg(long, default_value = "127.0.0.1:8443")]
        listen: SocketAddr,
        /// Where anyone's browser reaches it (verification of certificates), behind the city's own web server
        #[arg(long, default_value = "127.0.0.1:8080")]
        public: SocketAddr,
        /// Opens the operators' console, behind the city's own web server, which speaks TLS [without an address: 127.0.0.1:8082]
        #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = "127.0.0.1:8082")]
        console: Option<SocketAddr>,
        /// Where those who run it ask how it is (/metrics, /health/live, /health/ready)
        #[arg(long, default_value = "127.0.0.1:8081")]
        admin: SocketAddr,
        /// Where terminals without a certificate ask for one; without it nobody is enrolled
        #[arg(long)]
        enrol: Option<SocketAddr>,
        /// The folder that 'central ca' made
        #[arg(long)]
        ca: PathBuf,
        /// The folder that 'central keys' made
        #[arg(long)]
        keys: PathBuf,
        /// The folder with services.csv and forms.json
        #[arg(long)]
        catalog: PathBuf,
        /// Take payments with simulated channels and providers, whose world is this file
        #[arg(long, value_name = "FILE")]
        simulated_payments: Option<PathBuf>,
        /// Where phones reach the public pages, http://pay.example
        #[arg(long, value_name = "URL", requires = "simulated_payments")]
        pay_pages: Option<String>,
        #[command(flatten)]
        alarms: AlarmRoutes,
    },
    /// What the accounting desk does: reconciliation, refunds, balance
    #[command(subcommand)]
    Accounts(AccountsCommand),
    /// What a clerk does with cases: the queue, acts, a decision by rules done again
    #[command(subcommand)]
    Case(CaseCommand),
    /// What a clerk does with construction projects (深圳90)
    #[command(subcommand)]
    Project(ProjectCommand),
    /// What an operator does with the terminals: settings, rollouts, reports
    Fleet(FleetCommand),
    /// Puts notices over every page of the terminals that are concerned, and says who shows them
    Emergency(EmergencyCommand),
    /// Asks a terminal to do something once: restart, self-test, support-bundle
    #[command(name = "command")]
    Errand(ErrandCommand),
    /// Says which terminal made a support bundle, and whether it was altered
    VerifyBundle {
        /// The bundle
        file: PathBuf,
        /// The authority's certificate
        #[arg(long)]
        authority: PathBuf,
    },
    /// Prints a record for a clerk: fields as they came, and what was answered
    Show {
        /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
        #[arg(long)]
        db: String,
        /// A case number or the key of an entry
        which: String,
    },
    /// Lists the entries of a terminal that were refused
    Refused {
        /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
        #[arg(long)]
        db: String,
        /// The terminal, ft-0001
        kiosk: KioskId,
    },
    /// Takes a terminal back that is a copy or was set back, after somebody looked at it
    Readmit {
        /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
        #[arg(long)]
        db: String,
        /// The terminal, ft-0001
        kiosk: KioskId,
    },
    /// Which terminals are ours: invite, approve, revoke
    #[command(subcommand)]
    Kiosk(KioskCommand),
    /// Shows the code that opens a terminal's diagnostics, for a technician who stands before it
    TechnicianCode(TechnicianCodeCommand),
    /// Copies everything that central remembers to a new file, while central works on
    Backup {
        /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
        #[arg(long)]
        db: String,
        /// The new file
        file: PathBuf,
    },
    /// Brings a copy back into an empty store
    Restore {
        /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
        #[arg(long)]
        db: String,
        /// The copy
        file: PathBuf,
    },
    /// Goes on beyond numbers that may have been given, after a cluster was taken back to an earlier moment
    AfterReturn {
        /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
        #[arg(long)]
        db: String,
    },
    /// Lists how long each kind of record is kept and what is due
    Retention {
        /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
        #[arg(long)]
        db: String,
        /// Erase what is due
        #[arg(long)]
        apply: bool,
    },
    /// Who works at the console
    #[command(subcommand)]
    Operator(OperatorCommand),
    /// The record of what operators did
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Judges a catalogue, or takes it as a whole
    #[command(subcommand)]
    Catalogue(CatalogueCommand),
    /// Makes certificates
    #[command(subcommand)]
    Ca(CaCommand),
    /// Makes the signer and the keys that entries are sealed to
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Measures: a simulated fleet against this program, beside a bare loop of inserts
    Bench(bench::Options),
    /// Prints the OpenAPI document
    Openapi,
}

#[derive(Subcommand)]
enum CaCommand {
    /// Makes a new authority in a folder
    Init {
        /// The folder
        folder: PathBuf,
    },
    /// Issues central's own certificate
    IssueServer {
        /// The folder
        folder: PathBuf,
        /// A host name or address by which terminals reach central; may be repeated
        #[arg(long = "name", default_values = ["localhost", "127.0.0.1"])]
        names: Vec<String>,
    },
    /// Issues a terminal's certificate
    IssueKiosk {
        /// The folder
        folder: PathBuf,
        /// The terminal, ft-0001
        kiosk: KioskId,
    },
    /// Issues a clerk's certificate
    IssueClerk {
        /// The folder
        folder: PathBuf,
        /// The clerk, wang
        clerk: ClerkId,
        /// The clerk's department, HZ
        #[arg(long)]
        department: DepartmentCode,
    },
}

#[derive(Subcommand)]
enum KeysCommand {
    /// Makes the signer and the first sealing key in a folder
    Init {
        /// The folder
        folder: PathBuf,
        /// international (X25519, Ed25519, ChaCha20-Poly1305) or sm (SM2, SM3, SM4)
        #[arg(long, default_value_t = Suite::International)]
        suite: Suite,
    },
    /// Makes the next sealing key; start central again to publish it
    Next {
        /// The folder
        folder: PathBuf,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Our errors name their cause themselves. If standard error is gone, the exit code still tells.
            let _ = writeln!(std::io::stderr(), "central: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve {
            db,
            listen,
            public,
            console,
            admin,
            enrol,
            ca,
            keys,
            catalog,
            simulated_payments,
            pay_pages,
            alarms,
        } => {
            let payments = simulated_payments.map(|world| accounts::simulated(&catalog, world, pay_pages));
            let (payments, alarms) = (payments.transpose()?, alarms.open()?);
            let config = Config { db, listen, public, console, admin, enrol, ca, keys, payments, alarms };
            serve(&config, &catalog).await
        }
        Command::Accounts(command) => accounts::run(command).await,
        Command::Case(command) => cases::run(command).await,
        Command::Project(command) => projects::run(command).await,
        Command::Fleet(command) => fleet::run(command).await,
        Command::Emergency(command) => urgent::emergency(command).await,
        Command::Errand(command) => urgent::errand(command).await,
        Command::VerifyBundle { file, authority } => urgent::verify_bundle(&file, &authority),
        Command::Show { db, which } => show(&db, &which).await,
        Command::Refused { db, kiosk } => refused(&db, kiosk).await,
        Command::Readmit { db, kiosk } => readmit(&db, kiosk).await,
        Command::Kiosk(command) => terminals::run(command).await,
        Command::TechnicianCode(command) => technician_code::run(command).await,
        Command::Backup { db, file } => upkeep::back_up(&db, &file).await,
        Command::Restore { db, file } => upkeep::restore(&db, &file).await,
        Command::AfterReturn { db } => upkeep::after_return(&db).await,
        Command::Retention { db, apply } => upkeep::retain(&db, apply).await,
        Command::Operator(command) => operators::run(command).await,
        Command::Audit(command) => operators::audit(command).await,
        Command::Catalogue(command) => upkeep::catalogue(&command),
        Command::Ca(command) => make_certificates(command),
        Command::Keys(command) => make_keys(command),
        Command::Bench(options) => bench::run(options).await,
        Command::Openapi => say(&central::openapi_document()),
    }
}

async fn serve(config: &Config, catalog: &Path) -> anyhow::Result<()> {
    log_to_standard_error();
    let services = CatalogueServices::load(catalog)?;
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let running = central::start(config, Arc::new(services)).await?;
    say(&format!("central ready https://{}\n", running.address()))?;
    say(&format!("public pages http://{}\n", running.public_address()))?;
    if let Some(address) = running.console_address() {
        say(&format!("console http://{address}\n"))?;
    }
    say(&format!("admin http://{}\n", running.admin_address()))?;
    if let Some(address) = running.enrolment_address() {
        say(&format!("enrolment https://{address}\n"))?;
    }
    tell_manager(NotifyState::Ready);
    let mut heart = sd_notify::watchdog_enabled().map(|within| tokio::time::interval(within / 3));
    loop {
        // A beat shows that connections are still looked after; whether the store answers is told at /health/ready.
        let beat = async {
            match &mut heart {
                Some(heart) => drop(heart.tick().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = terminate.recv() => break,
            interrupted = tokio::signal::ctrl_c() => break interrupted?,
            () = beat => tell_manager(NotifyState::Watchdog),
        }
    }
    tracing::info!("going down");
    tell_manager(NotifyState::Stopping);
    running.shut_down().await?;
    Ok(())
}

/// Tells the system's manager (systemd); where nobody listens, nothing is said.
fn tell_manager(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the system's manager can't be told how central is");
    }
}

/// Lines for people on a terminal, JSON for whatever collects logs elsewhere.
fn log_to_standard_error() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() { log.init() } else { log.json().flatten_event(true).init() }
}

async fn show(db: &str, which: &str) -> anyhow::Result<()> {
    let name = match (which.parse::<CaseNumber>(), which.parse::<EntryId>()) {
        (Ok(case), _) => RecordName::Case(case),
        (_, Ok(entry)) => RecordName::Entry(entry),
        _ => bail!(
            "'{which}' is neither a case number (21 digits and a check character) nor the key of an entry"
        ),
    };
    let store = store::open_existing(db).await?;
    let Some(record) = store.read(move |sql| intake::record(sql, &name)).await? else {
        bail!("there is no record of {which}");
    };
    say(&format!("{}\n", serde_json::to_string_pretty(&record)?))
}

async fn refused(db: &str, kiosk: KioskId) -> anyhow::Result<()> {
    let store = store::open_existing(db).await?;
    let refusals = store.read(move |sql| intake::refusals(sql, &kiosk)).await?;
    for Refusal { seq, id, at, problem, .. } in refusals {
        say(&format!("{seq} {id} {at} {problem}\n"))?;
    }
    Ok(())
}

async fn readmit(db: &str, kiosk: KioskId) -> anyhow::Result<()> {
    let (store, name, at) = (store::open_existing(db).await?, kiosk.clone(), Timestamp::now());
    store.change(move |sql| intake::readmit(sql, &name, at)).await?;
    say(&format!("{kiosk} is taken back with its next report\n"))
}

fn make_keys(command: KeysCommand) -> anyhow::Result<()> {
    match command {
        KeysCommand::Init { folder, suite } => {
            let signer = keys::init(&folder, suite)?;
            say(&format!("keys made; every terminal needs {}\n", signer.display()))
        }
        KeysCommand::Next { folder } => {
            let id = keys::next(&folder)?;
            say(&format!("sealing key {id} made; start central again to publish it\n"))
        }
    }
}

fn make_certificates(command: CaCommand) -> anyhow::Result<()> {
    match command {
        CaCommand::Init { folder } => {
            ca::init(&folder)?;
            say(&format!("authority made in {}; keep ca-key.pem offline\n", folder.display()))
        }
        CaCommand::IssueServer { folder, names } => {
            let papers = ca::issue_server(&folder, &names)?;
            say(&format!("{}\n{}\n", papers.certificate.display(), papers.key.display()))
        }
        CaCommand::IssueKiosk { folder, kiosk } => {
            let papers = ca::issue_kiosk(&folder, &kiosk)?;
            say(&format!("{}\n{}\n", papers.certificate.display(), papers.key.display()))
        }
        CaCommand::IssueClerk { folder, clerk, department } => {
            let papers = ca::issue_clerk(&folder, &Clerk { id: clerk, department })?;
            say(&format!("{}\n{}\n", papers.certificate.display(), papers.key.display()))
        }
    }
}

/// Writes to standard output; a reader that has gone (`central openapi | head`) is an error, not a panic.
fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| anyhow!("can't write to standard output: {error}"))
}
