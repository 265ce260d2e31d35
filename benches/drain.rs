//! Claim: draining 10,000 waiting entries over mutual TLS runs at no less than half the rate of bare requests on the same
//! line, beside the same central, and in little memory.

#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/filings.rs"]
mod filings;
mod support;

use central::ca;
use contract::suite::Suite;
use filings::{City, application};
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
const AT_ONCE: usize = 16;

struct Central(Child);

impl Drop for Central {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(folder: &Path) -> (Central, String) {
    let mut child = Command::new(Path::new(env!("CARGO_BIN_EXE_kiosk")).with_file_name("central"))
        .args(["serve", "--listen", "127.0.0.1:0", "--db"])
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
    let (mut drained, mut asked, mut peak) = (Duration::ZERO, Duration::ZERO, 0);
    let before = smaps("self", "Rss");
    for _ in 0..ROUNDS {
        fill(&store, ENTRIES / ROUNDS).await;
        asked += ask_bare(&line, ENTRIES / ROUNDS).await;
        let (time, rss) = drain(&store, &line).await;
        drained += time;
        peak = peak.max(rss);
    }
    println!(
        "{ENTRIES} entries in {:.2} s, {ENTRIES} bare requests in {:.2} s",
        drained.as_secs_f32(),
        asked.as_secs_f32()
    );
    ratio("draining 10,000 entries against as many bare requests, mutual TLS", asked, drained, 0.5);
    memory("resident memory of the kiosk's side while draining, at most", peak, 64);
    memory("and before", before, 64);
}

async fn fill(store: &StoreHandle, entries: usize) {
    let append = move |store: &mut Store| {
        (0..entries).try_for_each(|_| store.append(application(), Order::Free, Timestamp::now()).map(drop))
    };
    store.call(append).await.unwrap();
}

/// Requests that central answers without looking anything up.
async fn ask_bare(line: &HttpsLine, requests: usize) -> Duration {
    let since = Instant::now();
    let mut workers = Vec::new();
    for _ in 0..AT_ONCE {
        let line = line.clone();
        workers.push(tokio::spawn(async move {
            for _ in 0..requests / AT_ONCE {
                assert_eq!(line.exchange(Request::get("/v1/nothing")).await.unwrap().status, 404);
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
