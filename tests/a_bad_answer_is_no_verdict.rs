//! A central that is busy, fails, or is stood in for by a wrongly configured balancer: the entry is kept and sent
//! again. Only central's own words set an entry aside.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that breaks should panic"
)]

use central::{ca, keys};
use contract::message::{EntryBody, EntryReceipt, Evaluation, Outcome, Rating};
use contract::suite::Suite;
use contract::{EntryId, KioskId};
use jiff::Timestamp;
use kiosk::startup;
use kiosk::sync::{CentralClient, HttpsLine, NoReceipt, Outside, Papers, SyncHandle};
use offline_cache::{Options, Order, Store, StoreHandle};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

const LONG: Duration = Duration::from_mins(1);

/// A server with central's certificate that answers each post with the next line of its script, and then as it should.
struct Actor {
    folder: TempDir,
    address: String,
    script: Arc<Mutex<VecDeque<&'static str>>>,
}

impl Actor {
    async fn with_script(script: &[&'static str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        ca::init(folder.path()).unwrap();
        let papers = ca::issue_server(folder.path(), &["127.0.0.1".to_owned()]).unwrap();
        ca::issue_kiosk(folder.path(), &kiosk()).unwrap();
        keys::init(&folder.path().join("keys"), Suite::International).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from_pem_file(&papers.certificate).unwrap()],
                PrivateKeyDer::from_pem_file(&papers.key).unwrap(),
            )
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("https://{}", listener.local_addr().unwrap());
        let script = Arc::new(Mutex::new(script.iter().copied().collect::<VecDeque<_>>()));
        tokio::spawn(play(listener, TlsAcceptor::from(Arc::new(config)), Arc::clone(&script)));
        Self { folder, address, script }
    }

    async fn visit(&self) -> (SyncHandle, StoreHandle, EntryId) {
        let papers = ca::Papers::of_kiosk(self.folder.path(), &kiosk());
        let papers = Papers { authority: papers.authority, certificate: papers.certificate, key: papers.key };
        let keys = self.folder.path().join("keys");
        let signer = Some(startup::signer(&keys::signer_file(&keys)).unwrap());
        let options = Options { signer, ..Options::default() };
        let mut store = Store::open(&self.folder.path().join("kiosk.db"), &kiosk(), options).unwrap();
        let now = Timestamp::now();
        store.adopt(&keys::Keys::load(&keys).unwrap().first_desired(&kiosk(), now).unwrap(), now).unwrap();
        let store = StoreHandle::start(store).unwrap();
        let line = HttpsLine::new(&self.address, &papers).unwrap();
        let sync = SyncHandle::start(store.clone(), CentralClient::new(line), Outside::real());
        let application = EntryId(uuid::Uuid::nil());
        let body = EntryBody::Evaluation(Evaluation { application, rating: Rating::Fair, tags: [].into() });
        let append = |store: &mut Store| store.append(body, Order::Free, Timestamp::now());
        let id = store.call(append).await.unwrap().id;
        (sync, store, id)
    }
}

/// Every connection by itself: one of them waits for what is desired.
async fn play(listener: TcpListener, acceptor: TlsAcceptor, script: Arc<Mutex<VecDeque<&'static str>>>) {
    loop {
        let (tcp, _) = listener.accept().await.unwrap();
        let (acceptor, script) = (acceptor.clone(), Arc::clone(&script));
        tokio::spawn(async move {
            if let Ok(tls) = acceptor.accept(tcp).await {
                talk(tls, &script).await;
            }
        });
    }
}

async fn talk(tls: TlsStream<TcpStream>, script: &Mutex<VecDeque<&'static str>>) {
    let (read, mut write) = tokio::io::split(tls);
    let mut read = BufReader::new(read);
    loop {
        let (mut first, mut key, mut length) = (String::new(), String::new(), 0);
        if read.read_line(&mut first).await.unwrap_or(0) == 0 {
            return;
        }
        let mut line = String::new();
        while read.read_line(&mut line).await.unwrap_or(0) > 2 {
            let (name, value) = line.trim().split_once(": ").unwrap();
            match name {
                "idempotency-key" => value.clone_into(&mut key),
                "content-length" => length = value.parse().unwrap(),
                _ => {}
            }
            line.clear();
        }
        read.read_exact(&mut vec![0; length]).await.unwrap();
        let is_entry = first.starts_with("POST /v1/entries");
        let scripted = is_entry.then(|| script.lock().unwrap().pop_front()).flatten();
        let answer = match scripted {
            Some(answer) => answer.to_owned(),
            None if is_entry => ok(&receipt(key.parse().unwrap())),
            None if first.starts_with("POST") => "HTTP/1.1 204 No Content\r\n\r\n".to_owned(),
            // Held: nothing newer comes.
            None if first.starts_with("GET /v1/desired") => std::future::pending().await,
            None => ok(r#"{"contiguous":0,"highest":0,"desired":1}"#),
        };
        write.write_all(answer.as_bytes()).await.unwrap();
        write.flush().await.unwrap();
    }
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn receipt(entry: EntryId) -> String {
    let receipt = EntryReceipt {
        entry,
        received_at: Timestamp::UNIX_EPOCH,
        outcome: Outcome::Noted,
        rules: Vec::new(),
    };
    serde_json::to_string(&receipt).unwrap()
}

fn kiosk() -> KioskId {
    "ft-0001".parse().unwrap()
}

#[tokio::test]
async fn an_answer_that_is_not_centrals_own_word_is_tried_again() {
    for answer in [
        "HTTP/1.1 404 Not Found\r\ncontent-length: 9\r\n\r\n<p>no</p>",
        "HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
        "HTTP/1.1 302 Found\r\nlocation: https://elsewhere.example/\r\ncontent-length: 0\r\n\r\n",
    ] {
        let actor = Actor::with_script(&[answer]).await;
        let (sync, store, id) = actor.visit().await;
        assert_eq!(sync.submit_now(id, LONG).await.unwrap().entry, id, "{answer}");
        assert!(actor.script.lock().unwrap().is_empty());
        assert_eq!(store.call(|store| store.counts()).await.unwrap().set_aside, 0);
    }
}

#[tokio::test]
async fn a_busy_central_is_left_alone_for_as_long_as_it_asks() {
    let busy = "HTTP/1.1 503 Busy\r\nretry-after: 2\r\ncontent-length: 0\r\n\r\n";
    let actor = Actor::with_script(&[busy]).await;
    let (sync, _store, id) = actor.visit().await;
    let started = Instant::now();
    sync.submit_now(id, LONG).await.unwrap();
    assert!(started.elapsed() >= Duration::from_secs(2));
}

#[tokio::test]
async fn centrals_own_refusal_sets_the_entry_aside() {
    let refusal = "HTTP/1.1 409 Conflict\r\ncontent-length: 94\r\n\r\n\
                   {\"type\":\"urn:budayang:problem:already-evaluated\",\"status\":409,\"title\":\"Rated\",\"detail\":\"once\"}";
    let actor = Actor::with_script(&[refusal]).await;
    let (sync, store, id) = actor.visit().await;
    let refused = sync.submit_now(id, LONG).await.unwrap_err();
    assert!(matches!(refused, NoReceipt::Refused(problem) if problem.status == 409));
    assert_eq!(store.call(|store| store.counts()).await.unwrap().set_aside, 1);
}
