//! The kiosk's outbox, its sync and a real central over real TLS: what was confirmed without a network arrives once
//! when the network is back, and a stranger in central's place learns nothing.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that breaks should panic"
)]

#[path = "support/held.rs"]
mod held;

use central::{Config, Office, Running, ServiceFacts, ServiceKind, Services, ca, keys};
use contract::message::{Application, Assurance, EntryBody, Evaluation, Outcome, Rating};
use contract::suite::Suite;
use contract::{EntryId, Fen, KioskId, Secret, Seq, ServiceCode};
use held::Held;
use jiff::Timestamp;
use jiff::civil::Date;
use kiosk::startup;
use kiosk::sync::line::{Exchange, Line, Request};
use kiosk::sync::{CentralClient, Connection, HttpsLine, NoReceipt, Outside, Papers, SyncHandle, SyncStatus};
use offline_cache::{Lane, Options, Order, Store, StoreHandle};
use reserved_port::ReservedPort;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, LazyLock};
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

    fn office(&self) -> &Office {
        &OFFICE
    }
}

static OFFICE: LazyLock<Office> = LazyLock::new(|| Office::load(Path::new("catalog")).unwrap());

/// A folder with an authority, a place for central and a kiosk's store.
struct Street {
    folder: TempDir,
    port: Arc<ReservedPort>,
}

impl Street {
    fn build() -> Self {
        Self::with_suite(Suite::International)
    }

    fn with_suite(suite: Suite) -> Self {
        let folder = tempfile::tempdir().unwrap();
        make_papers(folder.path(), suite);
        Self { folder, port: Arc::new(ReservedPort::any().unwrap()) }
    }

    async fn central(&self) -> Running {
        start(self.folder.path(), self.folder.path(), self.port.address()).await
    }

    /// A store that has reached central before.
    fn store(&self) -> StoreHandle {
        let mut store = self.opened();
        if store.desired_version() == 0 {
            let now = Timestamp::now();
            let keys = keys::Keys::load(&self.folder.path().join("keys")).unwrap();
            store.adopt(&keys.first_desired(&kiosk(), now).unwrap(), now).unwrap();
        }
        started(store)
    }

    /// Its store's file, made if there is none.
    fn opened(&self) -> Store {
        let keys = self.folder.path().join("keys");
        let signer = Some(startup::signer(&keys::signer_file(&keys)).unwrap());
        let options = Options { signer, ..Options::default() };
        Store::open(&self.folder.path().join("kiosk.db"), &kiosk(), options).unwrap()
    }

    fn sync(&self, store: &StoreHandle) -> SyncHandle {
        sync(store, self.port.address(), &self.papers())
    }

    fn papers(&self) -> Papers {
        let papers = ca::Papers::of_kiosk(self.folder.path(), &kiosk());
        Papers { authority: papers.authority, certificate: papers.certificate, key: papers.key }
    }
}

fn started(mut store: Store) -> StoreHandle {
    store.start("story", Timestamp::now()).unwrap();
    StoreHandle::start(store).unwrap()
}

/// A line on which the held request brings the first desired state in the very moment in which central says how the terminal
/// stands.
#[derive(Debug)]
struct Crossing {
    line: HttpsLine,
    store: StoreHandle,
}

impl Line for Crossing {
    fn exchange(&self, request: Request) -> Exchange<'_> {
        Box::pin(async move {
            if request.path == "/v1/desired?after=1" {
                // Nothing comes after it, so central would wait.
                std::future::pending::<()>().await;
            }
            let is_tail = request.path == "/v1/tail";
            let reply = self.line.exchange(request).await;
            if is_tail && self.store.call(|store| Ok(store.desired_version())).await.unwrap() == 0 {
                let first = CentralClient::new(self.line.clone()).desired(0).await.unwrap().unwrap();
                self.store.call(move |store| store.adopt(&first, Timestamp::now())).await.unwrap();
            }
            reply
        })
    }

    fn forget(&self) {
        self.line.forget();
    }
}

#[tokio::test]
async fn a_desired_state_that_came_by_the_other_way_leaves_nobody_waiting() {
    let street = Street::build();
    let _central = street.central().await;
    let store = started(street.opened());
    let line = HttpsLine::new(&format!("https://{}", street.port.address()), &street.papers()).unwrap();
    let client = CentralClient::new(Crossing { line, store: store.clone() });
    let sync = SyncHandle::start(store.clone(), client, Outside::real());
    until(&sync, |status| status.connection == Connection::Online).await;
    assert_eq!(store.call(|store| Ok(store.desired_version())).await.unwrap(), 1);
}

fn sync(store: &StoreHandle, address: SocketAddr, papers: &Papers) -> SyncHandle {
    let line = HttpsLine::new(&format!("https://{address}"), papers).unwrap();
    SyncHandle::start(store.clone(), CentralClient::new(line), Outside::real())
}

fn make_papers(folder: &Path, suite: Suite) {
    ca::init(folder).unwrap();
    ca::issue_server(folder, &["127.0.0.1".to_owned()]).unwrap();
    ca::issue_kiosk(folder, &kiosk()).unwrap();
    keys::init(&folder.join("keys"), suite).unwrap();
}

async fn start(data: &Path, papers: &Path, listen: SocketAddr) -> Running {
    let config = Config { listen, ..Config::on_loopback(db(data), papers.to_owned(), papers.join("keys")) };
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
        licences: std::collections::BTreeSet::new(),
    })
}

async fn confirm(store: &StoreHandle, body: EntryBody) -> EntryId {
    let append = |store: &mut Store| {
        let order = match &body {
            EntryBody::Evaluation(evaluation) => Order::After(evaluation.application),
            EntryBody::Paper(paper) => Order::After(paper.application),
            EntryBody::Application(_) | EntryBody::CaseReply(_) | EntryBody::FaultTicket(_) => {
                Order::In(Lane::of(store.kiosk_secret(), "440304199001010011"))
            }
        };
        store.append(body, order, Timestamp::now())
    };
    store.call(append).await.unwrap().id
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
async fn the_chinese_suite_stands_in_its_place_from_card_to_receipt() {
    let street = Street::with_suite(Suite::Sm);
    let _central = street.central().await;
    let store = street.store();
    let sync = street.sync(&store);
    let id = confirm(&store, apply_for("SZ-HZ-000001")).await;
    assert_eq!(sync.submit_now(id, LONG).await.unwrap().entry, id);
    let kept = Held::by(&db(street.folder.path())).await;
    let record = kept.record(id).await.unwrap();
    assert_eq!(record.entry.body, apply_for("SZ-HZ-000001"), "central opened what SM2 and SM4 had sealed");
    drop(sync);
    let file = street.folder.path().join("kiosk.db");
    let verified = offline_cache::journal::verify(&file, Suite::Sm).unwrap();
    assert!(verified.reported, "the chain is SM3's");
    assert!(offline_cache::journal::verify(&file, Suite::International).is_err());
}

#[tokio::test]
async fn the_next_key_is_taken_up_and_what_waits_under_the_old_one_still_arrives() {
    let street = Street::build();
    let store = street.store();
    let sync = street.sync(&store);
    let before = confirm(&store, apply_for("SZ-HZ-000001")).await;
    keys::next(&street.folder.path().join("keys")).unwrap();
    let _central = street.central().await;
    assert_eq!(sync.submit_now(before, LONG).await.unwrap().entry, before);
    assert_eq!(store.call(|store| Ok(store.desired_version())).await.unwrap(), 2);
    let after = confirm(&store, apply_for("SZ-HZ-000001")).await;
    assert_eq!(sync.submit_now(after, LONG).await.unwrap().entry, after);
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
    let kept = store.call(move |store| store.receipt(id)).await.unwrap().unwrap();
    assert!(matches!(kept.outcome, Outcome::Answered { lines, .. } if lines.is_empty()));
}

#[tokio::test]
async fn what_was_confirmed_without_a_network_arrives_once_when_it_is_back() {
    let street = Street::build();
    let store = street.store();
    let sync = street.sync(&store);
    let id = confirm(&store, apply_for("SZ-HZ-000001")).await;
    let rating =
        EntryBody::Evaluation(Evaluation { application: id, rating: Rating::VerySatisfied, tags: [].into() });
    assert_eq!(sync.submit_now(id, LONG).await, Err(NoReceipt::StillWaiting));
    confirm(&store, rating).await;
    let status = until(&sync, |status| status.waiting == 1 || status.waiting == 2).await;
    assert!(matches!(status.connection, Connection::Offline { .. }));

    let central = street.central().await;
    sync.notify();
    let status = until(&sync, |status| status.waiting == 0 && status.last_synced.is_some()).await;
    assert_eq!((status.connection, status.set_aside), (Connection::Online, 0));
    central.shut_down().await.unwrap();

    let kept = Held::by(&db(street.folder.path())).await;
    let tail = kept.progress(kiosk()).await;
    assert_eq!((tail.contiguous, tail.highest), (Seq(2), Seq(2)), "both arrived, nothing twice");
    let record = kept.record(id).await.unwrap();
    assert_eq!(record.entry.body, apply_for("SZ-HZ-000001"), "the fields as they were confirmed");
    assert_eq!(store.call(move |store| store.receipt(id)).await.unwrap(), Some(record.receipt));
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
    make_papers(elsewhere.path(), Suite::International);
    let _stranger = start(elsewhere.path(), elsewhere.path(), street.port.address()).await;
    let store = street.store();
    let id = confirm(&store, apply_for("SZ-HZ-000001")).await;
    let sync = street.sync(&store);
    until(&sync, |status| status.connection == Connection::Untrusted).await;
    assert_eq!(sync.submit_now(id, LONG).await, Err(NoReceipt::StillWaiting));
    assert_eq!(store.call(|store| store.counts()).await.unwrap().waiting, 1, "it waits for the real one");
    let kept = Held::by(&db(elsewhere.path())).await;
    assert_eq!(kept.progress(kiosk()).await.highest, Seq(0));
}

#[tokio::test]
async fn a_kiosk_that_central_does_not_believe_says_so() {
    let street = Street::build();
    let elsewhere = tempfile::tempdir().unwrap();
    make_papers(elsewhere.path(), Suite::International);
    let _central = street.central().await;
    let store = street.store();
    let foreign = ca::Papers::of_kiosk(elsewhere.path(), &kiosk());
    let papers = Papers {
        authority: street.folder.path().join("ca.pem"),
        certificate: foreign.certificate,
        key: foreign.key,
    };
    let sync = sync(&store, street.port.address(), &papers);
    until(&sync, |status| status.connection == Connection::Untrusted).await;
}

/// The store as it was, laid over what has become of it since.
fn lay_back(street: &Street, image: &[u8]) {
    for file in ["kiosk.db-wal", "kiosk.db-shm"] {
        // The log and its index go with the file when it is closed cleanly.
        let _ = std::fs::remove_file(street.folder.path().join(file));
    }
    std::fs::write(street.folder.path().join("kiosk.db"), image).unwrap();
}

async fn readmit(street: &Street) {
    Held::by(&db(street.folder.path())).await.readmit(kiosk()).await;
}

/// Ends a store's thread; whoever opens the file next finds it whole.
async fn close(sync: SyncHandle, store: StoreHandle) {
    store.call(Store::tidy).await.unwrap();
    drop((sync, store));
}

#[tokio::test]
async fn a_kiosk_that_was_set_back_is_stopped_and_loses_nothing_when_it_is_taken_back() {
    let street = Street::build();
    let central = street.central().await;
    let store = street.store();
    let sync = street.sync(&store);
    let first = confirm(&store, apply_for("SZ-HZ-000001")).await;
    sync.submit_now(first, LONG).await.unwrap();
    close(sync, store).await;
    let image = std::fs::read(street.folder.path().join("kiosk.db")).unwrap();

    let store = street.store();
    let sync = street.sync(&store);
    let forgotten = confirm(&store, apply_for("SZ-HZ-000001")).await;
    sync.submit_now(forgotten, LONG).await.unwrap();
    close(sync, store).await;

    central.shut_down().await.unwrap();
    lay_back(&street, &image);
    let store = street.store();
    let sync = street.sync(&store);
    // Without a network nobody can know yet: the entry takes a place that central has given away already.
    let later = confirm(&store, apply_for("SZ-SB-000001")).await;
    let _central = street.central().await;
    sync.notify();
    until(&sync, |status| status.connection == Connection::Forked).await;
    assert_eq!(store.call(|store| store.counts()).await.unwrap().waiting, 1, "nothing was sent");

    readmit(&street).await;
    sync.notify();
    let status = until(&sync, |status| status.waiting == 0 && status.connection == Connection::Online).await;
    assert_eq!(status.set_aside, 0);
    let kept = Held::by(&db(street.folder.path())).await;
    for id in [first, forgotten, later] {
        assert!(kept.record(id).await.is_some(), "{id}");
    }
    let progress = kept.progress(kiosk()).await;
    assert_eq!((progress.contiguous, progress.highest), (Seq(3), Seq(3)), "and there is no gap");
}

#[tokio::test]
async fn of_two_copies_one_is_stopped() {
    let street = Street::build();
    let _central = street.central().await;
    let store = street.store();
    let sync = street.sync(&store);
    let id = confirm(&store, apply_for("SZ-HZ-000001")).await;
    sync.submit_now(id, LONG).await.unwrap();
    close(sync, store).await;

    let copy = Street { folder: tempfile::tempdir().unwrap(), port: Arc::clone(&street.port) };
    copy_folder(street.folder.path(), copy.folder.path());
    let original = street.store();
    let first = street.sync(&original);
    until(&first, |status| status.connection == Connection::Online).await;
    let copied = copy.store();
    let second = copy.sync(&copied);
    until(&second, |status| status.connection == Connection::Forked).await;
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(file.file_name());
        if file.path().is_dir() {
            copy_folder(&file.path(), &to);
        } else {
            std::fs::copy(file.path(), to).unwrap();
        }
    }
}

#[tokio::test]
async fn a_new_disk_is_stopped_and_goes_on_where_the_old_one_ended_when_it_is_taken_back() {
    let street = Street::build();
    let _central = street.central().await;
    let store = street.store();
    let sync = street.sync(&store);
    let id = confirm(&store, apply_for("SZ-HZ-000001")).await;
    sync.submit_now(id, LONG).await.unwrap();
    close(sync, store).await;

    std::fs::remove_file(street.folder.path().join("kiosk.db")).unwrap();
    let store = street.store();
    let sync = street.sync(&store);
    until(&sync, |status| status.connection == Connection::Forked).await;
    readmit(&street).await;
    sync.notify();
    until(&sync, |status| status.connection == Connection::Online).await;
    let id = confirm(&store, apply_for("SZ-HZ-000001")).await;
    assert_eq!(sync.submit_now(id, LONG).await.unwrap().entry, id);
}

#[tokio::test]
async fn an_address_or_paper_that_is_wrong_is_said_at_the_start() {
    let street = Street::build();
    let missing = street.folder.path().join("no-such.pem");
    let papers = Papers { authority: missing.clone(), certificate: missing.clone(), key: missing };
    let error = HttpsLine::new("https://localhost:1", &papers).unwrap_err().to_string();
    assert!(error.contains("no-such.pem"), "{error}");
    for address in ["", "localhost", "http://localhost", "https://"] {
        let error = HttpsLine::new(address, &papers).unwrap_err().to_string();
        assert!(error.contains("https://HOST:PORT"), "{error}");
    }
}
