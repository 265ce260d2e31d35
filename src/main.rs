//! The command line of the kiosk.

mod alive;
mod diagnose;
mod explain;
mod upkeep;

use alive::Heart;
use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use contract::settings::LogLevel;
use kiosk::diagnostics::{Desk, LogLines, Subject};
use kiosk::journey::{Journey, Rules};
use kiosk::performer::{self, LogDial, Preview, Report};
use kiosk::screens::headless::Headless;
use kiosk::screens::{Place, Terminal, TerminalHandle};
use kiosk::services::Library;
use kiosk::settings::{CentralSettings, Settings};
use kiosk::touch::TouchPanel;
use kiosk::{first_start, silence, startup};
use std::alloc::System;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;
use tokio::runtime::{Builder, Runtime};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, reload};
use zeroizing_alloc::ZeroAlloc;

/// Wipes every block of memory as it is freed: what a resident said is gone when the last who held it lets go, also
/// inside of libraries that know nothing of secrets. Its cost is in docs/decisions/0008-wiped-memory.md.
#[global_allocator]
static WIPED: ZeroAlloc<System> = ZeroAlloc(System);

/// Budayang (不打烊): a self-service government terminal that never closes.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the terminal.
    Run {
        /// The local settings.
        #[arg(long, default_value = "/etc/kiosk/kiosk.toml")]
        config: PathBuf,
        /// Draws into memory instead of onto a screen.
        #[arg(long)]
        headless: bool,
    },
    /// Walks through a visit by touches, writes a picture of every page, speaks with the virtual devices' keeper over
    /// standard input and output.
    #[cfg(feature = "tour")]
    Tour {
        /// The local settings.
        #[arg(long)]
        config: PathBuf,
        /// Where the pictures go.
        #[arg(long)]
        out: PathBuf,
    },
    /// Runs the terminal into memory and takes touches from standard input, one a line: the hands of the tests.
    #[cfg(feature = "tour")]
    Drive {
        /// The local settings.
        #[arg(long)]
        config: PathBuf,
    },
    /// Gets this terminal its certificate: asks for the claim code on standard input, then waits for an operator.
    Enrol {
        /// The local settings.
        #[arg(long)]
        config: PathBuf,
        /// Where central lets newcomers in, https://central.example:8444.
        #[arg(long)]
        at: String,
    },
    /// Says how each part of the terminal is, and what to do next. Exit code: 0 good, 1 attention, 2 broken, 3 can't tell.
    Diagnose {
        /// One part: id-reader, receipt-printer, page-printer, camera, document-camera, code-scanner, speaker, touch-panel, face, store, queue,
        /// network, clock, certificate, program.
        part: Option<Subject>,
        /// The local settings.
        #[arg(long, default_value = "/etc/kiosk/kiosk.toml")]
        config: PathBuf,
        /// For a script.
        #[arg(long)]
        json: bool,
        /// 中文
        #[arg(long)]
        chinese: bool,
    },
    /// Writes what support needs to know of this terminal into one signed file, without anything of a resident.
    SupportBundle {
        /// The file, on a USB stick for example.
        #[arg(long, default_value = "support-bundle.json")]
        out: PathBuf,
        /// The local settings.
        #[arg(long, default_value = "/etc/kiosk/kiosk.toml")]
        config: PathBuf,
    },
    /// Looks at entries that central refused, and sends them again.
    #[command(subcommand)]
    Outbox(upkeep::OutboxCommand),
    /// Checks the journal of what the terminal did.
    #[command(subcommand)]
    Journal(upkeep::JournalCommand),
    /// Says what operators can set, and what is in force here.
    #[command(subcommand)]
    Settings(explain::SettingsCommand),
    /// Prints the services that a search finds, best first.
    Search {
        /// What a resident types.
        query: String,
        /// The catalogue.
        #[arg(long, default_value = "catalog")]
        catalog: PathBuf,
    },
    /// Prints what keys of the on-screen keyboard can become, best first.
    Type {
        /// What a resident types: letters, digits, and ' between syllables.
        keys: String,
        /// The catalogue.
        #[arg(long, default_value = "catalog")]
        catalog: PathBuf,
        /// How many to print.
        #[arg(long, default_value_t = 10)]
        most: usize,
    },
}

fn main() -> ExitCode {
    let started = Instant::now();
    let arguments = Arguments::parse();
    let log = log();
    let done = match arguments.command {
        Command::Diagnose { part, config, json, chinese } => {
            return diagnose::run(&config, part, json, chinese);
        }
        Command::Run { config, headless } => run(&config, headless, started, log),
        #[cfg(feature = "tour")]
        Command::Tour { config, out } => tour(&config, &out, log),
        #[cfg(feature = "tour")]
        Command::Drive { config } => drive(&config, started, log),
        Command::Enrol { config, at } => upkeep::enrol(&config, &at),
        Command::SupportBundle { out, config } => diagnose::bundle(&config, &out),
        Command::Outbox(command) => upkeep::outbox(command),
        Command::Journal(command) => upkeep::journal(command),
        Command::Settings(command) => explain::run(&command),
        Command::Search { query, catalog } => search(&query, &catalog),
        Command::Type { keys, catalog, most } => type_keys(&keys, &catalog, most),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("kiosk: {fault:#}");
            ExitCode::from(2)
        }
    }
}

/// Logs to standard error, and keeps the last lines for the technician's page. What whoever starts the program says in `RUST_LOG` is heard over what operators set.
fn log() -> LogDial {
    let own = EnvFilter::try_from_default_env();
    let is_said = own.is_ok();
    let (filter, dial) = reload::Layer::new(own.unwrap_or_else(|_| "info".into()));
    let lines = LogLines::default();
    let written = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    tracing_subscriber::registry().with(filter).with(written).with(lines.clone()).init();
    let turn = move |level: LogLevel| {
        if is_said {
            return Ok(());
        }
        dial.reload(EnvFilter::new(level.as_str())).map_err(|error| error.to_string())
    };
    LogDial::new(turn).with_lines(lines)
}

/// The terminal on its screen, and the runtime that its hands work in.
struct Opened {
    #[cfg_attr(not(feature = "tour"), expect(dead_code, reason = "held so that the window stays open"))]
    terminal: Rc<Terminal>,
    /// Where `kiosk diagnose` asks.
    _desk: Option<Desk>,
    /// Dropped last: the hands stop with it.
    _runtime: Runtime,
}

fn open(settings: &Settings, log: LogDial, touch: TouchPanel) -> Result<Opened> {
    let library = startup::library(settings)?;
    let runtime = Builder::new_multi_thread()
        .enable_all()
        .on_thread_park(contract::wash)
        .on_thread_stop(contract::wash)
        .build()
        .context("no runtime can be started")?;
    let (effects, performed) = tokio::sync::mpsc::unbounded_channel();
    let place = Place { site: settings.site.clone() };
    let (hands, desk) = {
        let _inside = runtime.enter();
        let hands = Arc::new(startup::hands(settings, Arc::clone(&library), log, touch)?);
        let desk = Desk::open(Arc::clone(&hands));
        (
            hands,
            desk.inspect_err(|error| tracing::warn!(%error, "'kiosk diagnose' can't ask this terminal")).ok(),
        )
    };
    let obeyed = Arc::clone(&hands.obeyed.borrow());
    if let Err(reason) = hands.log.turn(obeyed.log_level) {
        tracing::error!(reason, "the log can't be turned");
    }
    let journey = Journey::new(library, Rules::default()).obeying(obeyed);
    let terminal = Terminal::open(journey, place, settings.panel(), effects)?;
    let report: Report = Arc::new(|event| TerminalHandle.happen(event));
    let preview: Preview = Arc::new(|frame| {
        let pixels =
            slint::SharedPixelBuffer::clone_from_slice(frame.rgb.expose(), frame.width, frame.height);
        let _ = TerminalHandle.preview(pixels);
    });
    let errands = kiosk::diagnostics::errands(Arc::clone(&hands));
    runtime.spawn(performer::perform(hands, performed, report, preview, errands));
    Ok(Opened { terminal, _desk: desk, _runtime: runtime })
}

fn run(config: &std::path::Path, headless: bool, started: Instant, log: LogDial) -> Result<()> {
    keep_silence()?;
    let settings = Settings::load(config)?;
    let panel = settings.panel();
    let screen = headless.then(|| Headless::install(panel.width, panel.height)).transpose()?;
    let touch = TouchPanel::of(&settings.paths.state);
    #[cfg(feature = "device")]
    if !headless {
        touch.read_touches()?;
    }
    if let Some((central, door)) = first_start::door(&settings) {
        return enrol_first(&settings, central, door);
    }
    let opened = open(&settings, log, touch)?;
    if let Some(screen) = &screen {
        // The first frame, so that the line below speaks of something seen.
        drop(screen.picture());
    }
    let _heart = Heart::once_shown(move || println!("{}", ready(started)));
    slint::run_event_loop()?;
    drop(opened);
    Ok(())
}

/// A terminal without a certificate asks for it on its panel; then the program ends, and the system starts it as a terminal.
fn enrol_first(settings: &Settings, central: &CentralSettings, door: &str) -> Result<()> {
    let runtime = Runtime::new().context("no runtime can be started")?;
    let first = first_start::open(settings, central, door, runtime.handle().clone())?;
    let _heart = Heart::once_shown(|| println!("kiosk waits for its claim code"));
    slint::run_event_loop()?;
    drop(first);
    Ok(())
}

fn keep_silence() -> Result<()> {
    silence::keep().context("the system does not let the terminal keep its memory to itself")
}

/// What whoever started the terminal waits for.
fn ready(started: Instant) -> String {
    format!("kiosk ready after {} ms", started.elapsed().as_millis())
}

#[cfg(feature = "tour")]
fn tour(config: &std::path::Path, out: &std::path::Path, log: LogDial) -> Result<()> {
    keep_silence()?;
    let settings = Settings::load(config)?;
    let panel = settings.panel();
    let screen = Headless::install(panel.width, panel.height)?;
    let opened = open(&settings, log, TouchPanel::of(&settings.paths.state))?;
    kiosk::tour::run(opened.terminal, screen, panel, out)
}

#[cfg(feature = "tour")]
fn drive(config: &std::path::Path, started: Instant, log: LogDial) -> Result<()> {
    let driver = kiosk::tour::drive::Driver::new()?;
    keep_silence()?;
    let settings = Settings::load(config)?;
    let panel = settings.panel();
    let screen = Headless::install(panel.width, panel.height)?;
    let opened = open(&settings, log, TouchPanel::of(&settings.paths.state))?;
    drop(screen.picture());
    driver.run(opened.terminal, screen, panel, &ready(started))
}

fn search(query: &str, catalog: &std::path::Path) -> Result<()> {
    let library = Library::load(catalog)?;
    let hits = library.search(query);
    let found = hits.iter().filter_map(|hit| library.find(&hit.code));
    print(found.map(|service| format!("{} {}", service.code, service.name)))
}

fn type_keys(keys: &str, catalog: &std::path::Path, most: usize) -> Result<()> {
    let library = Library::load(catalog)?;
    print(library.pinyin().candidates("", keys).into_iter().take(most).map(|candidate| candidate.text))
}

/// Lines for whoever reads them, as long as somebody does.
fn print(lines: impl Iterator<Item = String>) -> Result<()> {
    let mut out = std::io::stdout().lock();
    for line in lines {
        match writeln!(out, "{line}") {
            Err(gone) if gone.kind() == ErrorKind::BrokenPipe => break,
            written => written?,
        }
    }
    Ok(())
}
