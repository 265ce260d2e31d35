//! Claim: draining 10,000 waiting entries over mutual TLS runs at no less than half the rate of bare requests of the same
//! size on the same connection, beside the same central, and in little memory. What central could do if an entry cost it
//! nothing but HTTP, with as many requests at once as the drain has, stands beside it.

#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/filings.rs"]
mod filings;
mod support;

use central::ca;
use contract::suite::Suite;
use filings::{City, look_up};
use jiff::Timestamp;
use kiosk::sync::line::{Line, Request};
use kiosk::sync::{CentralClient, HttpsLine, Outside, Papers, SyncHandle};
use offline_cache::{Limits, Order, Store, StoreHandle};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::{memory, ratio, smaps};

const ENTRIES: usize = 10_000;
/// Drained and asked by turns, so that both meet the same machine.
const ROUNDS: usize = 4;
/// As many requests under way as the drain has.
const AT_ONCE: usize = 32;

/// The size of an entry's request.
const BODY: usize = 500;

struct Central(Child);

impl Drop for Central {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(folder: &Path) -> (Central, String) {
    let mut child = Command::new(Path::new(env!("CARGO_BIN_EXE_kiosk")).with_file_name("central"))
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--public",
            "127.0.0.1:0",
            "--admin",
            "127.0.0.1:0",
            "--db",
        ])
        .arg(format!("sqlite:{}", folder.join("central.db").display()))
        .arg("--ca")
        .arg(folder.join("ca"))
        .arg("--keys")
        .arg(folder.join("keys"))
        .arg("--catalog")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/catalog"))
        .env("RUST_LOG", "warn")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    (Central(child), ready.trim().trim_start_matches("central ready ").to_owned())
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let authority = folder.path().join("ca");
    ca::init(&authority).unwrap();
    ca::issue_server(&authority, &["127.0.0.1".to_owned()]).unwrap();
    let papers = ca::issue_kiosk(&authority, &"ft-0001".parse().unwrap()).unwrap();
    let papers = Papers { authority: papers.authority, certificate: papers.certificate, key: papers.key };
    let city = City::found(folder.path(), Suite::International);
    let (_central, address) = serve(folder.path());
    let line = HttpsLine::new(&address, &papers).unwrap();
    let store = StoreHandle::start(city.store(folder.path(), Limits::default())).unwrap();
    let (mut drained, mut one_by_one, mut at_once, mut peak) =
        (Duration::ZERO, Duration::ZERO, Duration::ZERO, 0);
    let before = smaps("self", "Rss");
    for _ in 0..ROUNDS {
        fill(&store, ENTRIES / ROUNDS).await;
        one_by_one += ask_bare(&line, ENTRIES / ROUNDS, 1).await;
        at_once += ask_bare(&line, ENTRIES / ROUNDS, AT_ONCE).await;
        let (time, rss) = drain(&store, &line).await;
        drained += time;
        peak = peak.max(rss);
    }
    let counts = store.call(|store| store.counts()).await.unwrap();
    assert_eq!((counts.waiting, counts.set_aside), (0, 0), "every entry must have been taken");
    ratio("10,000 entries against bare requests on one connection, mutual TLS", one_by_one, drained, 0.5);
    ratio("the same against 32 bare requests at once", at_once, drained, 0.0);
    memory("resident memory of the kiosk's side while draining, at most", peak, 64);
    memory("and before", before, 64);
}

async fn fill(store: &StoreHandle, entries: usize) {
    let append = move |store: &mut Store| {
        (0..entries).try_for_each(|_| store.append(look_up(), Order::Free, Timestamp::now()).map(drop))
    };
    store.call(append).await.unwrap();
}

/// Requests of an entry's size that central answers without looking at them.
async fn ask_bare(line: &HttpsLine, requests: usize, at_once: usize) -> Duration {
    let since = Instant::now();
    let mut workers = Vec::new();
    for _ in 0..at_once {
        let line = line.clone();
        workers.push(tokio::spawn(async move {
            for _ in 0..requests / at_once {
                let request = Request::post("/v1/nothing", vec![b' '; BODY]);
                assert_eq!(line.exchange(request).await.unwrap().status, 404);
            }
        }));
    }
    for worker in workers {
        worker.await.unwrap();
    }
    since.elapsed()
}

/// Until nothing waits; the time and the most memory.
async fn drain(store: &StoreHandle, line: &HttpsLine) -> (Duration, u64) {
    let since = Instant::now();
    let sync = SyncHandle::start(store.clone(), CentralClient::new(line.clone()), Outside::real());
    let peak = Arc::new(std::sync::atomic::AtomicU64::new(0));
    let watched = Arc::clone(&peak);
    let watching = tokio::spawn(async move {
        loop {
            watched.fetch_max(smaps("self", "Rss"), std::sync::atomic::Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    let mut status = sync.status();
    status.wait_for(|status| status.waiting == 0 && status.last_synced.is_some()).await.unwrap();
    let time = since.elapsed();
    watching.abort();
    (time, peak.load(std::sync::atomic::Ordering::Relaxed))
}
