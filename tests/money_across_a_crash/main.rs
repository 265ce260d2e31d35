//! Money across a crash: a city with central, two terminals, phones, two channels and all providers, on a clock of its
//! own, while a crash, a loss or a time-out may strike at every arrow, and either side is started again.
//!
//! The terminals' journey and hands, central's interface, accounting, works and store are the real ones; wires, channels,
//! providers and time are simulated. After every commit the books are examined: paid = posted + refunded + open, and no
//! two charges for a bill. At the end nothing goes wrong any more: every order comes to its end, the daily files agree
//! with the books, and whoever asks with the account at the terminal learns how it ended.
//!
//! Each run is made from one number; a failure prints it, and `MONEY_SEED=number` runs that one again. All ten thousand:
//! `MONEY_RUNS=10000`.

#![allow(
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that breaks should panic"
)]

mod books;
mod central;
mod city;
mod fate;
mod outside;
mod rest;
#[path = "../support/tenth.rs"]
mod tenth;
mod terminal;

use crate::central::Given;
use city::City;
use contract::providers::Providers;
use contract::suite::Suite;
use fate::{Mishap, Struck};
use kiosk::journey::Event;
use kiosk::services::Library;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

/// The runs of the normal suite.
const RUNS: u64 = 400;

/// What happens to somebody whom it concerns.
pub enum News {
    Answered { place: usize, life: u64, event: Event },
    TerminalDied { place: usize, life: u64 },
    CentralDied,
    NoticeTaken(u64),
}

/// What is the same for every city.
struct Common {
    given: Arc<Given>,
    library: Arc<Library>,
    folder: tempfile::TempDir,
}

static COMMON: LazyLock<Common> = LazyLock::new(|| {
    // Memory behaves like a disk here: nobody cuts its power.
    let memory = Path::new("/dev/shm");
    let folder = if memory.exists() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    let key_folder = folder.path().join("keys");
    ::central::keys::init(&key_folder, Suite::International).unwrap();
    let empty_store = folder.path().join("empty.db");
    drop(::central::store::SqliteStore::open_for_simulation(&empty_store).unwrap());
    let providers = Providers::parse(include_str!("../../catalog/providers.csv")).unwrap();
    let catalog = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("catalog");
    Common {
        given: Arc::new(Given {
            providers: Arc::new(providers),
            services: Arc::new(::central::CatalogueServices::load(&catalog).unwrap()),
            keys: Arc::new(::central::keys::Keys::load(&key_folder).unwrap()),
            empty_store,
        }),
        library: tenth::library(),
        folder,
    }
});

/// What a run was like.
#[derive(Debug, Default, PartialEq, Eq)]
struct Run {
    struck: Struck,
    orders: u64,
    learned: u64,
    commits: u64,
}

fn run(seed: u64) -> Run {
    let common = &*COMMON;
    let folder = tempfile::tempdir_in(common.folder.path()).unwrap();
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let mut city = City::new(seed, &common.given, &common.library, folder.path());
        for _ in 0..city.chance.u32(20..120) {
            city.step().await;
        }
        let (orders, learned) = rest::come_to_rest(&mut city).await;
        let commits = city.central.ledger.lock().unwrap().commits;
        Run { struck: city.fate.struck(), orders, learned, commits }
    })
}

/// A number that somebody asked for.
fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn money_is_conserved_whoever_crashes() {
    if let Some(seed) = asked("MONEY_SEED") {
        println!("{:#?}", run(seed));
        return;
    }
    let from = asked("MONEY_FROM").unwrap_or(0);
    let seeds = from..from.saturating_add(asked("MONEY_RUNS").unwrap_or(RUNS));
    let (next, total) = (AtomicU64::new(seeds.start), Mutex::new(Run::default()));
    let worker = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if !seeds.contains(&seed) {
                return;
            }
            let one = std::panic::catch_unwind(|| run(seed));
            let one = one.unwrap_or_else(|_| panic!("MONEY_SEED={seed} breaks a promise; see above"));
            let mut total = total.lock().unwrap();
            total.orders += one.orders;
            total.learned += one.learned;
            total.commits += one.commits;
            for (mishap, times) in one.struck {
                *total.struck.entry(mishap).or_default() += times;
            }
        }
    };
    std::thread::scope(|scope| {
        let beside = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        (0..beside).for_each(|_| drop(scope.spawn(worker)));
    });
    let total = total.into_inner().unwrap();
    println!(
        "{} runs, seeds {} to {}: {} orders, the ends of {} learned at the terminal, {} commits examined; \
         nothing lost, nothing charged twice",
        seeds.end - seeds.start,
        seeds.start,
        seeds.end - 1,
        total.orders,
        total.learned,
        total.commits
    );
    assert!(total.learned * 2 > total.orders, "too few ends were asked for");
    for mishap in Mishap::all() {
        println!("{:>8} {mishap:?}", total.struck.get(&mishap).copied().unwrap_or(0));
    }
    let never: Vec<Mishap> = Mishap::all().filter(|mishap| !total.struck.contains_key(mishap)).collect();
    assert!(never.is_empty(), "these never struck, so nothing was shown of them: {never:?}");
}

#[test]
fn a_seed_runs_the_same_each_time() {
    for seed in [1, 2] {
        assert_eq!(run(seed), run(seed));
    }
}
