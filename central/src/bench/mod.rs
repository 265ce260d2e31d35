//! `central bench`: a simulated fleet against the real program over mutual TLS, on one machine. It prints what central
//! takes a second beside a bare loop that inserts the same rows into the same engine, and how it bears a whole city.
//!
//! Current limitations: fleet and central share the machine's cores, so the figures are lower than central's own.

mod bare;
mod fleet;
mod peak;
mod program;
mod publishing;
mod throughput;

use anyhow::{Context, bail};
use central::store::{self, StoreError};
use central::values;
use clap::Args;
use fleet::Fleet;
use program::Program;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// What is simulated.
#[derive(Args)]
pub(crate) struct Options {
    /// An empty store to fill, sqlite:FILE or postgres://…; without it a file that is removed afterwards
    #[arg(long)]
    db: Option<String>,
    /// The folder with services.csv and forms.json
    #[arg(long)]
    catalog: PathBuf,
    /// Terminals that hold a connection
    #[arg(long, default_value_t = 10_000)]
    kiosks: usize,
    /// How long the city's peak lasts
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Terminals that wait for a published setting; 0 leaves the figure out
    #[arg(long, default_value_t = 1_000)]
    waiting: usize,
    /// Records of the throughput figure; 0 leaves it out
    #[arg(long, default_value_t = 20_000)]
    records: usize,
}

/// Simulates and prints. An error at the peak is an error of the command.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let db = options.db.unwrap_or_else(|| format!("sqlite:{}", folder.path().join("central.db").display()));
    insist_on_empty(&db).await?;
    let mut program = Program::start(folder.path(), &db, &options.catalog).await?;
    let fleet = Arc::new(Fleet::enrol(
        folder.path(),
        program.address(),
        options.kiosks.max(options.waiting).max(throughput::LINES),
    )?);
    say(&format!("store                                            {}\n", scheme(&db)))?;
    if options.records > 0 {
        let taken = throughput::measure(&fleet, options.records).await?;
        say(&taken.to_string())?;
        for (what, rate) in bare::measure(&db).await? {
            say(&format!(
                "  a bare loop, {what:34} {rate:>8.0} records/s    central has {:.2} of it\n",
                taken.rate() / rate
            ))?;
        }
    }
    if options.seconds > 0 {
        let idle = program.memory()?;
        let peak = peak::bear(&fleet, options.kiosks, Duration::from_secs(options.seconds), &program).await?;
        say(&peak.told(idle))?;
        if peak.errors > 0 {
            bail!("{} requests failed at the city's peak, the first: {}", peak.errors, peak.first_error);
        }
    }
    if options.waiting > 0 {
        for published in publishing::publish(&fleet, &db, options.waiting, &program).await? {
            say(&published.told())?;
        }
    }
    program.stop().await
}

/// A benchmark fills what it is given.
async fn insist_on_empty(db: &str) -> anyhow::Result<()> {
    let store = store::open(db).await?;
    let entries = store
        .read(|sql| {
            Ok::<_, StoreError>(sql.query_one("SELECT kiosk FROM entries LIMIT 1", values![])?.is_some())
        })
        .await?;
    if entries {
        bail!("the store holds entries: name an empty one, a benchmark fills it")
    }
    Ok(())
}

fn scheme(db: &str) -> &str {
    db.split(':').next().unwrap_or_default()
}

fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("can't write to standard output")
}

/// The value that so many of a hundred stay below. The values are sorted.
fn percentile(sorted: &[Duration], of_hundred: usize) -> Duration {
    let place = (sorted.len() * of_hundred / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).copied().unwrap_or_default()
}
