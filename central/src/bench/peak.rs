//! The city at its peak: every terminal holds a request, visits begin at random, and each hands over what a resident
//! confirmed.
//!
//! A visit every three minutes at each of 10,000 terminals with five writes each is 278 writes a second; a held request
//! that is asked again twice a minute is the terminal's sign of life, 333 a second and more.

use super::fleet::{Fleet, Line};
use super::percentile;
use super::program::Program;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval};

/// Writes a second at the city's peak, whatever number of terminals is simulated.
const WRITES_A_SECOND: u64 = 278;

/// Writes of one visit.
const WRITES_A_VISIT: u64 = 5;

/// Where a terminal's series goes on at the peak: beyond what the throughput figure used.
const FIRST_SEQ: u64 = 1_000_000;

/// Handshakes at once while the fleet connects.
const CONNECTING: usize = 64;

/// How it went.
pub(super) struct Peak {
    held: usize,
    visits: usize,
    signs_of_life: u64,
    waits: Vec<Duration>,
    memory_held: u64,
    memory_at_the_end: u64,
    took: Duration,
    pub(super) errors: usize,
    pub(super) first_error: String,
}

#[derive(Default)]
struct Errors {
    count: AtomicUsize,
    first: Mutex<Option<String>>,
}

impl Errors {
    fn note(&self, error: &anyhow::Error) {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.first.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(format!("{error:#}"));
    }
}

/// Lets the city have its peak for a while.
pub(super) async fn bear(
    fleet: &Arc<Fleet>,
    kiosks: usize,
    lasting: Duration,
    central: &Program,
) -> anyhow::Result<Peak> {
    let (errors, signs_of_life) = (Arc::new(Errors::default()), Arc::new(AtomicU64::new(0)));
    let lines = connect_all(fleet, kiosks).await?;
    let held = lines.len();
    let mut holding = JoinSet::new();
    for line in lines {
        holding.spawn(hold(line, Arc::clone(&errors), Arc::clone(&signs_of_life)));
    }
    central.until_held(held).await?;
    let memory_held = central.memory()?;
    let started = Instant::now();
    let (visits, mut waits) = visit(fleet, kiosks, lasting, &errors).await?;
    let took = started.elapsed();
    let memory_at_the_end = central.memory()?;
    holding.abort_all();
    waits.sort_unstable();
    let first_error = errors.first.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
    Ok(Peak {
        held,
        visits,
        signs_of_life: signs_of_life.load(Ordering::Relaxed),
        waits,
        memory_held,
        memory_at_the_end,
        took,
        errors: errors.count.load(Ordering::Relaxed),
        first_error,
    })
}

/// Opens a connection for each of so many terminals.
pub(super) async fn connect_all(fleet: &Arc<Fleet>, kiosks: usize) -> anyhow::Result<Vec<Line>> {
    let room = Arc::new(Semaphore::new(CONNECTING));
    let mut connecting = JoinSet::new();
    for place in 0..kiosks {
        let (fleet, room) = (Arc::clone(fleet), Arc::clone(&room));
        connecting.spawn(async move {
            let _place = room.acquire().await?;
            fleet.connect(fleet.kiosk(place)?).await
        });
    }
    let mut lines = Vec::with_capacity(kiosks);
    while let Some(line) = connecting.join_next().await {
        lines.push(line??);
    }
    Ok(lines)
}

async fn hold(mut line: Line, errors: Arc<Errors>, signs_of_life: Arc<AtomicU64>) {
    if let Err(error) = line.fetch_first().await {
        return errors.note(&error);
    }
    loop {
        match line.be_held().await {
            Ok(()) => signs_of_life.fetch_add(1, Ordering::Relaxed),
            Err(error) => return errors.note(&error),
        };
    }
}

/// Visits that begin as often as the city's do, each on a connection of its own.
async fn visit(
    fleet: &Arc<Fleet>,
    kiosks: usize,
    lasting: Duration,
    errors: &Arc<Errors>,
) -> anyhow::Result<(usize, Vec<Duration>)> {
    let mut beginning =
        interval(Duration::from_secs(1) * u32::try_from(WRITES_A_VISIT)? / u32::try_from(WRITES_A_SECOND)?);
    let until = Instant::now() + lasting;
    let (mut visiting, mut visits, mut waits) = (JoinSet::new(), 0, Vec::new());
    while Instant::now() < until {
        beginning.tick().await;
        let (fleet, errors, visit) = (Arc::clone(fleet), Arc::clone(errors), visits);
        // A step that has no common divisor with the fleet's size visits every terminal before one twice.
        let place = (visit * 7_919) % kiosks;
        visiting.spawn(async move {
            let round = u64::try_from(visit / kiosks).unwrap_or_default();
            let visited = visit_one(&fleet, place, round).await;
            visited.inspect_err(|error| errors.note(error)).unwrap_or_default()
        });
        visits += 1;
        while let Some(done) = visiting.try_join_next() {
            waits.extend(done?);
        }
    }
    while let Some(done) = visiting.join_next().await {
        waits.extend(done?);
    }
    Ok((visits, waits))
}

async fn visit_one(fleet: &Fleet, place: usize, round: u64) -> anyhow::Result<Vec<Duration>> {
    let kiosk = fleet.kiosk(place)?;
    let mut line = fleet.connect(kiosk).await?;
    let mut waits = Vec::new();
    let first = FIRST_SEQ + round * WRITES_A_VISIT;
    for seq in first..first + WRITES_A_VISIT {
        let entry = fleet.seal(kiosk, seq)?;
        let asked = Instant::now();
        line.hand_over(entry).await?;
        waits.push(asked.elapsed());
    }
    Ok(waits)
}

impl Peak {
    /// The figures, beside the memory that central had before anybody connected.
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts and bytes that a float holds well enough to be read"
    )]
    pub(super) fn told(&self, idle: u64) -> String {
        let mib = |bytes: u64| bytes as f64 / 1024.0 / 1024.0;
        let seconds = self.took.as_secs_f64();
        format!(
            "the city's peak for {seconds:.0} s                            {:>8.0} writes/s     p50 {:.1} ms  p99 {:.1} ms  ({} visits)\n\
             \x20 requests held, and signs of life               {:>8}              {:.0} a second\n\
             \x20 central's memory before, with all held, after  {:>8.1} MiB          {:.1} MiB  {:.1} MiB\n\
             \x20 errors                                         {:>8}\n",
            self.waits.len() as f64 / seconds,
            percentile(&self.waits, 50).as_secs_f64() * 1e3,
            percentile(&self.waits, 99).as_secs_f64() * 1e3,
            self.visits,
            self.held,
            self.signs_of_life as f64 / seconds,
            mib(idle),
            mib(self.memory_held),
            mib(self.memory_at_the_end),
            self.errors,
        )
    }
}
