//! Claims: a durable commit costs little more than the disk itself takes for the same bytes; sealing costs a fraction of
//! it; a start does not depend on how much waits.

#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/filings.rs"]
mod filings;
mod support;

use contract::suite::Suite;
use filings::{City, of_a_kilobyte};
use jiff::Timestamp;
use offline_cache::{Durability, Lane, Limits, Order, Store};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};
use support::{Times, ratio};

fn main() {
    commits();
    for suite in [Suite::International, Suite::Sm] {
        sealing(suite);
    }
    starts();
}

fn timed(act: impl FnOnce()) -> Duration {
    let since = Instant::now();
    act();
    since.elapsed()
}

/// Commits and raw appends of the same bytes, by turns, so that both meet the same disk.
fn commits() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let city = City::found(folder.path(), Suite::International);
    let mut store = city.store(folder.path(), Limits::default());
    let mut raw = File::create(folder.path().join("raw")).unwrap();
    let (mut appends, mut keeps, mut wholes) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..2_200_u32 {
        let filing = store.seal(of_a_kilobyte(), Order::Free, Timestamp::now()).unwrap();
        let bytes = filing.sealed().to_vec();
        let raw_append = timed(|| {
            raw.write_all(&bytes).unwrap();
            raw.sync_data().unwrap();
        });
        let keep = timed(|| drop(store.keep(filing).unwrap()));
        let whole = timed(|| drop(store.append(of_a_kilobyte(), Order::Free, Timestamp::now()).unwrap()));
        if round >= 200 {
            appends.push(raw_append);
            keeps.push(keep);
            wholes.push(whole);
        }
    }
    let (appends, keeps, wholes) = (Times::from(appends), Times::from(keeps), Times::from(wholes));
    let limit = appends.percentile(50);
    ratio(
        "durable commit of a sealed entry against raw append + fdatasync, p50",
        limit,
        keeps.percentile(50),
        0.95,
    );
    ratio("the same, mean", appends.mean(), keeps.mean(), 0.95);
    ratio("with JSON and sealing before it, p50", limit, wholes.percentile(50), 0.0);
}

fn sealing(suite: Suite) {
    let folder = tempfile::tempdir().unwrap();
    let city = City::found(folder.path(), suite);
    let store = city.store(folder.path(), Limits::default());
    let times = Times::of(500, |_| drop(store.seal(of_a_kilobyte(), Order::Free, Timestamp::now()).unwrap()));
    times.print(&format!("JSON and sealing of an entry of 1 KiB, {suite}"), Duration::from_millis(4));
}

fn starts() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let limits = Limits { entries: 200_000, ..Limits::default() };
    let (empty, full) = (folder.path().join("empty"), folder.path().join("full"));
    for place in [&empty, &full] {
        std::fs::create_dir(place).unwrap();
    }
    let cities = [City::found(&empty, Suite::International), City::found(&full, Suite::International)];
    drop(cities[0].store(&empty, limits));
    let mut store = cities[1].store(&full, limits);
    store.set_durability(Durability::Normal).unwrap();
    for _ in 0..100_000 {
        store.append(of_a_kilobyte(), Order::Free, Timestamp::now()).unwrap();
    }
    drop(store);
    let start = |city: &City, place: &Path| {
        let mut store: Store = city.reopen(place, limits);
        store.start("bench", Timestamp::now()).unwrap();
        assert_eq!(store.heads(Lane::all(), 16).unwrap().len().min(1), usize::from(place == full));
        store.counts().unwrap();
    };
    let (mut none, mut many) = (Vec::new(), Vec::new());
    for _ in 0..40 {
        none.push(timed(|| start(&cities[0], &empty)));
        many.push(timed(|| start(&cities[1], &full)));
    }
    let (none, many) = (Times::from(none), Times::from(many));
    many.print("start of the store with 100,000 waiting entries", Duration::from_millis(100));
    ratio(
        "start with nothing waiting against 100,000 waiting, p50",
        none.percentile(50),
        many.percentile(50),
        0.8,
    );
}
