//! Fifty kiosks and a central over a network that delays, drops, duplicates, reorders and partitions, while any of them
//! may crash and come back: nothing that a resident was told is lost, nothing takes effect twice, a person's entries
//! arrive in order, and when the network heals everything drains.
//!
//! Stores, sync and central's interface are the real ones; wires and clocks are the simulator's (`turmoil`). Each run is
//! made from one number; a failure prints it, and `SIMULATION_SEED=number` runs that one again.

#![allow(
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that breaks should panic"
)]

mod hosts;
mod network;

use central::keys::{self, Keys};
use contract::desired::PublicKey;
use contract::suite::Suite;
use contract::{EntryId, KioskId};
use hosts::{ENTRIES, KioskHost, Ledger};
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const KIOSKS: usize = 50;

/// How long the network is bad, and how long everything may take to drain after that, in simulated time.
const BAD: Duration = Duration::from_secs(30);
const HEALED: Duration = Duration::from_mins(20);

/// The seeds of the normal suite.
const SEEDS: u64 = 250;

/// One run. What it leaves is judged before it returns.
fn run(seed: u64) -> Ledger {
    // Memory behaves like a disk here: nobody cuts its power.
    let memory = Path::new("/dev/shm");
    let folder = if memory.exists() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    let key_folder = folder.path().join("keys");
    keys::init(&key_folder, Suite::International).unwrap();
    let city_keys = Arc::new(Keys::load(&key_folder).unwrap());
    let signer: PublicKey = std::fs::read_to_string(keys::signer_file(&key_folder)).unwrap().parse().unwrap();
    let ledger = Arc::new(Mutex::new(Ledger::default()));
    let mut chance = fastrand::Rng::with_seed(seed);

    let mut sim = turmoil::Builder::new()
        .tick_duration(Duration::from_millis(500))
        .min_message_latency(Duration::from_millis(1))
        .max_message_latency(Duration::from_millis(700))
        .fail_rate(0.01)
        .repair_rate(0.2)
        .tcp_capacity(4096)
        .rng_seed(seed)
        .build();
    let database = folder.path().join("central.db");
    let (file, held) = (database.clone(), Arc::clone(&city_keys));
    sim.host("central", move || hosts::central(file.clone(), Arc::clone(&held)));
    let kiosks: Vec<KioskHost> = (0..KIOSKS)
        .map(|n| KioskHost {
            name: format!("kiosk-{n}").parse().unwrap(),
            folder: folder.path().to_owned(),
            signer: signer.clone(),
            seed: chance.u64(..),
            ledger: Arc::clone(&ledger),
        })
        .collect();
    for kiosk in &kiosks {
        let (host, restarts) = (kiosk.clone(), AtomicU64::new(0));
        sim.host(kiosk.name.as_str(), move || host.clone().run(restarts.fetch_add(1, Ordering::Relaxed)));
    }

    while sim.elapsed() < BAD {
        (0..3).for_each(|_| torment(&mut sim, &mut chance));
        sim.step().unwrap();
    }
    heal(&mut sim);
    let is_drained = |ledger: &Ledger| ledger.drained.len() == KIOSKS && ledger.drained.values().all(|d| *d);
    while !is_drained(&ledger.lock().unwrap()) {
        // The simulator itself ends only whole runs, not steps.
        assert!(sim.elapsed() < BAD + HEALED, "seed {seed}: not drained {HEALED:?} after the network healed");
        sim.step().unwrap();
    }
    println!("drained after {:?}", sim.elapsed());
    drop(sim);
    judge(seed, &ledger.lock().unwrap(), &kiosks, &database);
    Arc::try_unwrap(ledger)
        .map_or_else(|shared| std::mem::take(&mut *shared.lock().unwrap()), |l| l.into_inner().unwrap())
}

/// Something bad, about every second time.
fn torment(sim: &mut turmoil::Sim<'_>, chance: &mut fastrand::Rng) {
    let one = format!("kiosk-{}", chance.usize(..KIOSKS));
    match chance.u32(..1000) {
        0..100 => sim.partition(one.as_str(), "central"),
        100..160 => sim.partition_oneway("central", one.as_str()),
        160..280 => sim.repair(one.as_str(), "central"),
        280..320 => sim.hold(one.as_str(), "central"),
        320..400 => sim.release(one.as_str(), "central"),
        400..440 if sim.is_host_running(one.as_str()) => sim.crash(one.as_str()),
        440..500 if !sim.is_host_running(one.as_str()) => sim.bounce(one.as_str()),
        500..508 if sim.is_host_running("central") => sim.crash("central"),
        508..560 if !sim.is_host_running("central") => sim.bounce("central"),
        _ => {}
    }
}

fn heal(sim: &mut turmoil::Sim<'_>) {
    sim.set_fail_rate(0.0);
    if !sim.is_host_running("central") {
        sim.bounce("central");
    }
    for n in 0..KIOSKS {
        let name = format!("kiosk-{n}");
        if !sim.is_host_running(name.as_str()) {
            sim.bounce(name.as_str());
        }
        sim.release(name.as_str(), "central");
        sim.repair(name.as_str(), "central");
    }
}

/// What residents were told against what central holds.
fn judge(seed: u64, ledger: &Ledger, kiosks: &[KioskHost], database: &Path) {
    let db = rusqlite::Connection::open(database).unwrap();
    let mut query = db.prepare("SELECT kiosk, seq, id FROM entries ORDER BY rowid").unwrap();
    let rows = query.query_map([], |row| {
        let (kiosk, seq, id): (String, u64, [u8; 16]) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok((kiosk, seq, EntryId(uuid::Uuid::from_bytes(id))))
    });
    let mut arrived: BTreeMap<KioskId, Vec<(u64, EntryId)>> = BTreeMap::new();
    for (kiosk, seq, id) in rows.unwrap().map(Result::unwrap) {
        arrived.entry(kiosk.parse().unwrap()).or_default().push((seq, id));
    }
    let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, u64>(0)).unwrap();
    let expected = KIOSKS as u64 * ENTRIES;
    assert_eq!(count("SELECT count(*) FROM cases"), expected, "seed {seed}: one case an application");
    assert_eq!(count("SELECT count(*) FROM refusals"), 0, "seed {seed}: nothing is refused");
    let whole = "SELECT count(*) FROM series WHERE contiguous = highest";
    assert_eq!(count(whole), KIOSKS as u64, "seed {seed}: no series has a gap");
    for kiosk in kiosks {
        let (told, arrived) = (&ledger.acknowledged[&kiosk.name], &arrived[&kiosk.name]);
        for (id, seq, lane) in told {
            let place = arrived.iter().position(|(_, found)| found == id);
            let place = place.unwrap_or_else(|| panic!("seed {seed}: {} lost {seq}", kiosk.name));
            let after = told.iter().filter(|(_, other, of)| of == lane && other > seq);
            for (later, ..) in after {
                let their = arrived.iter().position(|(_, found)| found == later);
                assert!(their > Some(place), "seed {seed}: {} sent {lane:?} out of order", kiosk.name);
            }
        }
        assert_eq!(arrived.len(), told.len(), "seed {seed}: {} sent something twice", kiosk.name);
        assert_eq!(kiosk.left(), 0, "seed {seed}: {}", kiosk.name);
    }
}

/// A number that somebody asked for.
fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs the one seed that was asked for, and prints what its run was like, in short. Each seed has a process of its own:
/// the runtime's counters go on from one run to the next, and a seed must run the same alone and among others.
#[test]
fn one_seed() {
    let Some(seed) = asked("SIMULATION_SEED") else { return };
    let trace = run(seed).trace;
    let mut hasher = std::hash::DefaultHasher::new();
    trace.hash(&mut hasher);
    println!("seed {seed}: {} steps, {:016x}", trace.len(), hasher.finish());
}

/// The run of a seed; its last line, or all that it said when it failed.
fn run_alone(seed: u64) -> Result<String, String> {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "one_seed", "--nocapture"])
        .env("SIMULATION_SEED", seed.to_string())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = said.lines().find(|line| line.starts_with(&format!("seed {seed}: ")));
    match line.filter(|_| output.status.success()) {
        Some(line) => Ok(line.to_owned()),
        None => Err(format!("{said}{}", String::from_utf8_lossy(&output.stderr))),
    }
}

#[test]
fn fifty_kiosks_lose_and_double_nothing() {
    let from = asked("SIMULATION_FROM").unwrap_or(0);
    let seeds = from..from.saturating_add(asked("SIMULATION_SEEDS").unwrap_or(SEEDS));
    let next = AtomicU64::new(seeds.start);
    let worker = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if !seeds.contains(&seed) {
                return;
            }
            run_alone(seed).unwrap_or_else(|said| panic!("SIMULATION_SEED={seed} fails:\n{said}"));
        }
    };
    std::thread::scope(|scope| {
        let beside = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        (0..beside).for_each(|_| drop(scope.spawn(worker)));
    });
    println!("seeds {} to {}, {KIOSKS} kiosks each: 0 lost, 0 doubled", seeds.start, seeds.end - 1);
}

#[test]
fn a_seed_runs_the_same_each_time() {
    for seed in [3, 4] {
        let (first, second) = (run_alone(seed), run_alone(seed));
        assert_eq!(first.unwrap(), second.unwrap());
    }
}
