//! The kiosk's outbox, its sync and a real central over real TLS: what was confirmed without a network arrives once
//! when the network is back, and a stranger in central's place learns nothing.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that breaks should panic"
)]

use central::ca;
use central::store::{self, RecordName};
use central::{Config, Running, ServiceFacts, ServiceKind, Services};
use contract::message::{Application, Assurance, EntryBody, Evaluation, Outcome, Rating};
use contract::{EntryId, Fen, KioskId, Secret, Seq, ServiceCode};
use jiff::Timestamp;
use jiff::civil::Date;
use kiosk::sync::{CentralClient, Connection, NoReceipt, Papers, SyncHandle, SyncStatus};
use offline_cache::{Lane, Store, StoreHandle};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// Longer than any step takes; no test waits it out.
const LONG: Duration = Duration::from_mins(1);

struct OneOfEach;

impl Services for OneOfEach {
    fn describe(&self, code: &ServiceCode) -> Option<ServiceFacts> {
        let kind = match code.as_str() {
            "SZ-HZ-000001" => ServiceKind::Ordinary,
            "SZ-SB-000001" => ServiceKind::LookUp,
            _ => return None,
        };
        let (name, theme) = ("社保查询".to_owned(), "社会保障".to_owned());
        Some(ServiceFacts { promised_days: 5, fee: Fen::ZERO, kind, name, theme })
    }

    fn check(&self, _application: &Application, _today: Date) -> Result<(), String> {
        Ok(())
    }
}

/// A folder with an authority, a place for central and a kiosk's store.
struct Street {
    folder: TempDir,
    address: SocketAddr,
}

impl Street {
    fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        make_papers(folder.path());
        // A port that nobody listens on yet.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        Self { folder, address }
    }

    async fn central(&self) -> Running {
        start(self.folder.path(), self.folder.path(), self.address).await
    }

    fn store(&self) -> StoreHandle {
        let kiosk = kiosk();
        StoreHandle::start(Store::open(&self.folder.path().join("kiosk.db"), &kiosk).unwrap()).unwrap()
    }

    fn sync(&self, store: &StoreHandle) -> SyncHandle {
        let papers = ca::Papers::of_kiosk(self.folder.path(), &kiosk());
        let papers = Papers { authority: papers.authority, certificate: papers.certificate, key: papers.key };
        let client = CentralClient::new(&format!("https://{}", self.address), &papers).unwrap();
        SyncHandle::start(store.clone(), client)
    }
}

fn make_papers(folder: &Path) {
    ca::init(folder).unwrap();
    ca::issue_server(folder, &["127.0.0.1".to_owned()]).unwrap();
    ca::issue_kiosk(folder, &kiosk()).unwrap();
}

async fn start(data: &Path, papers: &Path, listen: SocketAddr) -> Running {
    let config = Config { db: db(data), listen, ca: papers.to_owned() };
    central::start(&config, Arc::new(OneOfEach)).await.unwrap()
}

fn db(data: &Path) -> String {
    format!("sqlite:{}", data.join("central.db").display())
}

fn kiosk() -> KioskId {
    "ft-0001".parse().unwrap()
}

fn apply_for(service: &str) -> EntryBody {
    EntryBody::Application(Application {
        service: service.parse().unwrap(),
        form: "person-basic".parse().unwrap(),
        assurance: Assurance::Card,
        fields: [("name".parse().unwrap(), Secret::from("张三"))].into(),
    })
}

async fn confirm(store: &StoreHandle, body: EntryBody) -> EntryId {
    let lane = store.call(|store| Ok(Lane::of(store.kiosk_secret(), "440304199001010011"))).await.unwrap();
    store.append(body, lane, Timestamp::now()).await.unwrap().id
}

async fn until(sync: &SyncHandle, reached: impl FnMut(&SyncStatus) -> bool) -> SyncStatus {
    let mut status = sync.status();
    *tokio::time::timeout(LONG, status.wait_for(reached)).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_visit_with_a_network_ends_with_centrals_receipt() {
    let street = Street::build();
    let _central = street.central().await;
    let store = street.store();
    let sync = street.sync(&store);
    let id = confirm(&store, apply_for("SZ-HZ-000001")).await;
    let receipt = sync.submit_now(id, LONG).await.unwrap();
    assert_eq!(receipt.entry, id);
    assert!(matches!(receipt.outcome, Outcome::CaseOpened { promised_days: 5, .. }));
    assert_eq!(sync.submit_now(id, LONG).await.unwrap(), receipt, "asking again is answered from the store");
    let status = until(&sync, |status| status.waiting == 0).await;
    assert_eq!(status.connection, Connection::Online);
    assert!(status.last_synced.is_some());
}

#[tokio::test]
async fn a_look_ups_answer_reaches_the_visit_but_not_the_disk() {
    let street = Street::build();
    let _central = street.central().await;
    let store = street.store();
    let sync = street.sync(&store);
    let id = confirm(&store, apply_for("SZ-SB-000001")).await;
    let receipt = sync.submit_now(id, LONG).await.unwrap();
    assert!(matches!(receipt.outcome, Outcome::Answered { lines, .. } if lines.len() > 3));
    let kept = store.receipt(id).await.unwrap().unwrap();
    assert!(matches!(kept.outcome, Outcome::Answered { lines, .. } if lines.is_empty()));
}

#[tokio::test]
async fn what_was_confirmed_without_a_network_arrives_once_when_it_is_back() {
    let street = Street::build();
    let store = street.store();
    let sync = street.sync(&store);
    let id = confirm(&store, apply_for("SZ-HZ-000001")).await;
    let rating = EntryBody::Evaluation(Evaluation { application: id, rating: Rating::VerySatisfied });
    assert_eq!(sync.submit_now(id, LONG).await, Err(NoReceipt::StillWaiting));
    confirm(&store, rating).await;
    let status = until(&sync, |status| status.waiting == 1 || status.waiting == 2).await;
    assert!(matches!(status.connection, Connection::Offline { .. }));

    let central = street.central().await;
    sync.notify();
    let status = until(&sync, |status| status.waiting == 0 && status.last_synced.is_some()).await;
    assert_eq!((status.connection, status.set_aside), (Connection::Online, 0));
    central.shut_down().await.unwrap();

    let kept = store::open(&db(street.folder.path())).unwrap();
    let tail = kept.tail(kiosk()).await.unwrap();
    assert_eq!((tail.contiguous, tail.highest), (Seq(2), Seq(2)), "both arrived, nothing twice");
    let record = kept.record(RecordName::Entry(id)).await.unwrap().unwrap();
    assert_eq!(record.entry.body, apply_for("SZ-HZ-000001"), "the fields as they were confirmed");
    assert_eq!(store.receipt(id).await.unwrap(), Some(record.receipt));
}

#[tokio::test]
async fn a_kiosk_that_restarts_sends_what_waited() {
    let street = Street::build();
    let store = street.store();
    let id = confirm(&store, apply_for("SZ-HZ-000001")).await;
    drop(store);
    let _central = street.central().await;
    let store = street.store();
    let sync = street.sync(&store);
    assert_eq!(sync.submit_now(id, LONG).await.unwrap().entry, id);
}

#[tokio::test]
async fn a_refused_entry_is_told_at_once_and_stands_in_nobodys_way() {
    let street = Street::build();
    let _central = street.central().await;
    let store = street.store();
    let sync = street.sync(&store);
    let poison = confirm(&store, apply_for("SZ-XX-999999")).await;
    let good = confirm(&store, apply_for("SZ-HZ-000001")).await;
    let refused = sync.submit_now(poison, LONG).await.unwrap_err();
    assert!(matches!(&refused, NoReceipt::Refused(problem) if problem.status == 422), "{refused}");
    assert_eq!(sync.submit_now(poison, LONG).await, Err(refused), "and again from the store");
    assert_eq!(sync.submit_now(good, LONG).await.unwrap().entry, good);
    let status = until(&sync, |status| status.set_aside == 1).await;
    assert_eq!(status.waiting, 0);
}

#[tokio::test]
async fn a_stranger_in_centrals_place_learns_nothing() {
    let street = Street::build();
    let elsewhere = tempfile::tempdir().unwrap();
    make_papers(elsewhere.path());
    let _stranger = start(elsewhere.path(), elsewhere.path(), street.address).await;
    let store = street.store();
    let id = confirm(&store, apply_for("SZ-HZ-000001")).await;
    let sync = street.sync(&store);
    until(&sync, |status| status.connection == Connection::Untrusted).await;
    assert_eq!(sync.submit_now(id, LONG).await, Err(NoReceipt::StillWaiting));
    assert_eq!(store.counts().await.unwrap().waiting, 1, "it waits for the real one");
    let kept = store::open(&db(elsewhere.path())).unwrap();
    assert_eq!(kept.tail(kiosk()).await.unwrap().highest, Seq(0));
}

#[tokio::test]
async fn a_kiosk_that_central_does_not_believe_says_so() {
    let street = Street::build();
    let elsewhere = tempfile::tempdir().unwrap();
    make_papers(elsewhere.path());
    let _central = street.central().await;
    let store = street.store();
    let foreign = ca::Papers::of_kiosk(elsewhere.path(), &kiosk());
    let papers = Papers {
        authority: street.folder.path().join("ca.pem"),
        certificate: foreign.certificate,
        key: foreign.key,
    };
    let client = CentralClient::new(&format!("https://{}", street.address), &papers).unwrap();
    let sync = SyncHandle::start(store.clone(), client);
    until(&sync, |status| status.connection == Connection::Untrusted).await;
}

#[tokio::test]
async fn a_new_disk_goes_on_where_the_old_one_ended() {
    let street = Street::build();
    let _central = street.central().await;
    let store = street.store();
    let sync = street.sync(&store);
    let id = confirm(&store, apply_for("SZ-HZ-000001")).await;
    sync.submit_now(id, LONG).await.unwrap();
    drop((sync, store));

    for file in ["kiosk.db", "kiosk.db-wal", "kiosk.db-shm"] {
        // The log and its index go with the file when it is closed cleanly.
        let _ = std::fs::remove_file(street.folder.path().join(file));
    }
    let store = street.store();
    let sync = street.sync(&store);
    until(&sync, |status| status.connection == Connection::Online).await;
    let id = confirm(&store, apply_for("SZ-HZ-000001")).await;
    assert_eq!(sync.submit_now(id, LONG).await.unwrap().entry, id);
}

#[tokio::test]
async fn an_address_or_paper_that_is_wrong_is_said_at_the_start() {
    let street = Street::build();
    let missing = street.folder.path().join("no-such.pem");
    let papers = Papers { authority: missing.clone(), certificate: missing.clone(), key: missing };
    let error = CentralClient::new("https://localhost:1", &papers).unwrap_err().to_string();
    assert!(error.contains("no-such.pem"), "{error}");
    for address in ["", "localhost", "http://localhost", "https://"] {
        let error = CentralClient::new(address, &papers).unwrap_err().to_string();
        assert!(error.contains("https://HOST:PORT"), "{error}");
    }
}
