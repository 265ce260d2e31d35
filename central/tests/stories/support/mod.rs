//! A city for the stories: an authority, a running central, terminals that talk to it over real TLS.

pub(crate) mod browser;
pub(crate) mod console;
mod engine;
pub(crate) mod payments;
pub(crate) mod street;

use central::ca::{self, Papers};
use central::registries::{Registries, SampleRegistries};
use central::store::Store;
use central::{CatalogueServices, Config, Office, Running, ServiceFacts, ServiceKind, Services};
use contract::base64::Base64;
use contract::desired::PublicKey;
use contract::message::{
    Application, Assurance, CaseReply, Entry, EntryBody, EntryReceipt, Evaluation, IDEMPOTENCY_KEY, Outcome,
    Problem, Rating, Reply,
};
use contract::series::{SealedEntry, SealingKeyId, sealing_context};
use contract::suite::Suite;
use contract::{CaseNumber, EntryId, Fen, IdNumber, KioskId, Secret, Seq, ServiceCode};
use engine::Engine;
use jiff::Timestamp;
use jiff::civil::Date;
use private_postgres::{Cluster, ClusterError, WatchedPair};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use tempfile::TempDir;
use uuid::Uuid;

/// Three services and one rule: an application has a name.
struct FewServices;

impl Services for FewServices {
    fn describe(&self, code: &ServiceCode) -> Option<ServiceFacts> {
        let (promised_days, kind) = match code.as_str() {
            "SZ-HZ-000001" => (5, ServiceKind::Ordinary),
            "SZ-SB-000001" => (0, ServiceKind::LookUp),
            "SZ-SB-000002" => (0, ServiceKind::Certificate),
            _ => return None,
        };
        let (name, theme) = ("社保查询".to_owned(), "社会保障".to_owned());
        Some(ServiceFacts { promised_days, fee: Fen(500), kind, name, theme })
    }

    fn check(&self, application: &Application, _today: Date) -> Result<(), String> {
        if application.fields.keys().any(|id| id.as_str() == "name") {
            Ok(())
        } else {
            Err("name: missing".into())
        }
    }

    fn office(&self) -> &Office {
        &OFFICE
    }
}

static OFFICE: LazyLock<Office> = LazyLock::new(|| Office::load(&catalog()).unwrap());

pub(crate) fn catalog() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalog")
}

/// Runs a story, `async fn story(city: City)`, on each engine, and with two instances beside each other on one cluster.
macro_rules! on_every_store {
    ($($story:ident),* $(,)?) => { $(
        mod $story {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                super::$story(crate::support::City::open().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                let Some(cluster) = crate::support::cluster() else { return };
                super::$story(crate::support::City::on(cluster, 1).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_two_instances() {
                let Some(cluster) = crate::support::cluster() else { return };
                super::$story(crate::support::City::on(cluster, 2).await).await;
            }
        }
    )* };
}
pub(crate) use on_every_store;

/// A cluster of one's own; nothing, and a word about it, where PostgreSQL is not installed.
pub(crate) fn cluster() -> Option<Cluster> {
    match Cluster::start() {
        Err(error @ ClusterError::NotInstalled) => {
            eprintln!("skipped: {error}");
            None
        }
        cluster => Some(cluster.unwrap()),
    }
}

pub(crate) struct City {
    folder: TempDir,
    engine: Engine,
    sealed: Sealed,
    instances: usize,
    running: Vec<Running>,
    services: Arc<dyn Services>,
}

impl City {
    /// A city with one instance on a file.
    pub(crate) async fn open() -> Self {
        Self::with(Engine::File, 1).await
    }

    /// A city on a cluster.
    pub(crate) async fn on(cluster: Cluster, instances: usize) -> Self {
        Self::with(Engine::Cluster(cluster), instances).await
    }

    /// A city on a cluster of two.
    pub(crate) async fn on_a_pair(primary: Cluster, standby: Cluster) -> Self {
        Self::with(Engine::Pair { primary, standby }, 2).await
    }

    /// A city on two clusters that Patroni watches over.
    pub(crate) async fn watched_over(pair: WatchedPair) -> Self {
        Self::with(Engine::Watched(pair), 2).await
    }

    async fn with(engine: Engine, instances: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        make_authority(folder.path());
        let mut city = Self {
            folder,
            engine,
            sealed: Sealed::default(),
            instances,
            running: Vec::new(),
            services: Arc::new(FewServices),
        };
        city.start().await;
        city
    }

    pub(crate) async fn start(&mut self) {
        for _ in 0..self.instances {
            let folder = self.folder.path();
            let mut config = Config::on_loopback(self.db(), folder.to_owned(), keys_of(folder));
            config.payments = Some(payments::simulated(folder));
            config.console = Some(([127, 0, 0, 1], 0).into());
            self.running.push(central::start(&config, Arc::clone(&self.services)).await.unwrap());
        }
    }

    /// The same city with other services.
    pub(crate) async fn with_services(mut self, services: Arc<dyn Services>) -> Self {
        self.services = services;
        self.restart().await;
        self
    }

    pub(crate) async fn restart(&mut self) {
        for running in self.running.drain(..) {
            running.shut_down().await.unwrap();
        }
        self.start().await;
    }

    /// The store is gone, and there is an empty one. Start again afterwards.
    pub(crate) fn lose_everything(&mut self) {
        self.running.clear();
        match &mut self.engine {
            Engine::Cluster(cluster) => *cluster = Cluster::start().unwrap(),
            Engine::Pair { .. } | Engine::Watched(_) => panic!("there is no empty pair"),
            Engine::File => {
                for file in ["central.db", "central.db-wal", "central.db-shm"] {
                    // The log and its index go with the file when it is closed cleanly.
                    let _ = std::fs::remove_file(self.folder.path().join(file));
                }
            }
        }
    }

    pub(crate) fn db(&self) -> String {
        self.engine.uri(self.folder.path())
    }

    pub(crate) async fn store(&self) -> Arc<dyn Store> {
        central::store::open_existing(&self.db()).await.unwrap()
    }

    /// A path at its first instance.
    pub(crate) fn url(&self, path: &str) -> String {
        self.urls()[0].clone() + path
    }

    /// The addresses of its instances.
    pub(crate) fn urls(&self) -> Vec<String> {
        self.running.iter().map(|running| format!("https://{}", running.address())).collect()
    }

    /// The consoles of its instances.
    pub(crate) fn consoles(&self) -> Vec<String> {
        let addresses = self.running.iter().map(|running| running.console_address().unwrap());
        addresses.map(|address| format!("http://{address}")).collect()
    }

    /// Anyone's browser: no certificate.
    pub(crate) fn browser(&self) -> Client {
        client(&self.folder.path().join("ca.pem"), None)
    }

    pub(crate) fn cluster(&self) -> &Cluster {
        self.engine.cluster()
    }

    pub(crate) fn standby(&self) -> &Cluster {
        self.engine.standby()
    }

    /// The pair that Patroni watches over.
    pub(crate) fn pair(&mut self) -> &mut WatchedPair {
        self.engine.pair()
    }

    /// Its first instance.
    pub(crate) fn instance(&self) -> &Running {
        &self.running[0]
    }

    pub(crate) fn clerk(&self, id: &str, department: &str) -> Clerk {
        let clerk = central::Clerk { id: id.parse().unwrap(), department: department.parse().unwrap() };
        let papers = Papers::of_clerk(self.folder.path(), &clerk);
        if !papers.key.exists() {
            ca::issue_clerk(self.folder.path(), &clerk).unwrap();
        }
        Clerk { http: client(&papers.authority, Some(&papers)), base: self.url("") }
    }

    pub(crate) fn kiosk(&self, name: &str) -> Kiosk {
        let id: KioskId = name.parse().unwrap();
        let papers = Papers::of_kiosk(self.folder.path(), &id);
        if !papers.key.exists() {
            ca::issue_kiosk(self.folder.path(), &id).unwrap();
        }
        Kiosk::new(id, client(&papers.authority, Some(&papers)), self.urls(), self.folder.path())
            .with(self.sealed.clone())
    }

    pub(crate) fn authority(&self) -> &Path {
        self.folder.path()
    }
}

pub(crate) fn make_authority(folder: &Path) {
    ca::init(folder).unwrap();
    central::keys::init(&keys_of(folder), Suite::International).unwrap();
    ca::issue_server(folder, &["127.0.0.1".to_owned()]).unwrap();
}

pub(crate) fn keys_of(folder: &Path) -> PathBuf {
    folder.join("keys")
}

/// What was sealed already: a kiosk sends the same bytes each time.
type Sealed = Arc<Mutex<HashMap<(KioskId, EntryId, Vec<u8>), Vec<u8>>>>;

/// An entry and its place in the series.
#[derive(Clone)]
pub(crate) struct Sent {
    pub(crate) seq: Seq,
    pub(crate) entry: Entry,
}

pub(crate) fn client(authority: &Path, papers: Option<&Papers>) -> Client {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority).unwrap()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let config = match papers {
        None => builder.with_no_client_auth(),
        Some(papers) => builder
            .with_client_auth_cert(
                vec![CertificateDer::from_pem_file(&papers.certificate).unwrap()],
                PrivateKeyDer::from_pem_file(&papers.key).unwrap(),
            )
            .unwrap(),
    };
    Client::builder().tls_backend_preconfigured(config).no_proxy().redirect(Policy::none()).build().unwrap()
}

#[derive(Clone)]
pub(crate) struct Kiosk {
    id: KioskId,
    http: Client,
    /// The instances, each asked in its turn.
    bases: Vec<String>,
    turn: Arc<AtomicUsize>,
    key: PublicKey,
    sealed: Sealed,
}

impl Kiosk {
    pub(crate) fn new(id: KioskId, http: Client, bases: Vec<String>, folder: &Path) -> Self {
        let key = std::fs::read_to_string(keys_of(folder).join("seal-1.pub")).unwrap().parse().unwrap();
        Self { id, http, bases, turn: Arc::default(), key, sealed: Sealed::default() }
    }

    fn with(self, sealed: Sealed) -> Self {
        Self { sealed, ..self }
    }

    /// The same kiosk at another address.
    pub(crate) fn with_bodies_of(self, other: &Self) -> Self {
        Self { sealed: other.sealed.clone(), ..self }
    }

    fn url(&self, path: &str) -> String {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        format!("{}{path}", self.bases[turn % self.bases.len()])
    }

    /// The request body of an entry.
    pub(crate) fn body(&self, key: EntryId, sent: &Sent) -> Vec<u8> {
        let plain = serde_json::to_vec(&sent.entry).unwrap();
        let mut sealed = self.sealed.lock().unwrap();
        let sealed = sealed.entry((self.id.clone(), key, plain.clone())).or_insert_with(|| {
            let sealer = self.key.suite.sealer(&self.key.bytes).unwrap();
            sealer.seal(&sealing_context(&self.id, key), &plain).unwrap()
        });
        envelope(sent.seq, 1, sealed)
    }

    /// Posts to a central that may die under it; the receipt, if there was one.
    pub(crate) async fn try_post(&self, key: EntryId, sent: &Sent) -> Option<Vec<u8>> {
        let request = self.http.post(self.url("/v1/entries")).header(IDEMPOTENCY_KEY, key.to_string());
        let response = request.body(self.body(key, sent)).send().await.ok()?;
        let is_taken = response.status().is_success();
        let body = response.bytes().await.ok()?;
        is_taken.then(|| body.to_vec())
    }

    pub(crate) async fn post(&self, key: EntryId, sent: &Sent) -> Response {
        self.post_raw(Some(&key.to_string()), self.body(key, sent)).await
    }

    pub(crate) async fn post_raw(&self, key: Option<&str>, body: Vec<u8>) -> Response {
        let mut request = self.http.post(self.url("/v1/entries")).body(body);
        if let Some(key) = key {
            request = request.header(IDEMPOTENCY_KEY, key);
        }
        request.send().await.unwrap()
    }

    pub(crate) async fn post_to(&self, path: &str, body: Vec<u8>) -> Response {
        let request = self.http.post(self.url(path)).header("content-type", "application/json");
        request.body(body).send().await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.ask(Method::GET, path).await
    }

    /// Asks by any method, without a body.
    pub(crate) async fn ask(&self, method: Method, path: &str) -> Response {
        self.http.request(method, self.url(path)).send().await.unwrap()
    }
}

/// A clerk at a desk.
#[derive(Clone)]
pub(crate) struct Clerk {
    http: Client,
    base: String,
}

impl Clerk {
    pub(crate) async fn get(&self, path: &str) -> Response {
        self.http.get(format!("{}{path}", self.base)).send().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &serde_json::Value) -> Response {
        self.http.post(format!("{}{path}", self.base)).json(body).send().await.unwrap()
    }
}

pub(crate) fn envelope(seq: Seq, key: u32, sealed: &[u8]) -> Vec<u8> {
    let envelope = SealedEntry { seq, key: SealingKeyId(key), sealed: Base64(sealed.to_vec()) };
    serde_json::to_vec(&envelope).unwrap()
}

pub(crate) fn key() -> EntryId {
    EntryId(Uuid::now_v7())
}

pub(crate) fn sent(seq: u64, body: EntryBody) -> Sent {
    let number = "L-ft-0001-20261123-00001".parse().unwrap();
    Sent { seq: Seq(seq), entry: Entry { number, made_at: Timestamp::UNIX_EPOCH, body } }
}

pub(crate) fn application(seq: u64, service: &str) -> Sent {
    let body = EntryBody::Application(Application {
        service: service.parse().unwrap(),
        form: "person-basic".parse().unwrap(),
        assurance: Assurance::Card,
        fields: [
            ("name".parse().unwrap(), Secret::from("张三")),
            ("id_no".parse().unwrap(), Secret::from("440304199001010011")),
        ]
        .into(),
        licences: std::collections::BTreeSet::new(),
    });
    sent(seq, body)
}

/// The whole catalogue, with sample registries that can be told to be silent or slow.
pub(crate) fn whole_catalogue() -> (Arc<dyn Services>, Arc<SampleRegistries>) {
    let office = Office::load(&catalog()).unwrap();
    let registries = SampleRegistries::load(&catalog().join("registries"), office.resources()).unwrap();
    let registries = Arc::new(registries);
    let office = office.with_registries(Arc::clone(&registries) as Arc<dyn Registries>);
    (Arc::new(CatalogueServices::from(office)), registries)
}

/// A filled form of the real catalogue.
pub(crate) fn filing(seq: u64, service: &str, form: &str, fields: &[(&str, &str)]) -> Sent {
    let body = EntryBody::Application(Application {
        service: service.parse().unwrap(),
        form: form.parse().unwrap(),
        assurance: Assurance::CardAndFace,
        fields: fields.iter().map(|(id, value)| (id.parse().unwrap(), Secret::from(*value))).collect(),
        licences: std::collections::BTreeSet::new(),
    });
    sent(seq, body)
}

/// What a card says of a woman, and what she confirms.
pub(crate) fn card_of<'a>(name: &'a str, id_no: &'a str, birth: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("name", name),
        ("id_no", id_no),
        ("sex", if id_no.as_bytes()[16].is_multiple_of(2) { "2" } else { "1" }),
        ("nation", "01"),
        ("birth", birth),
        ("card_address", "广东省深圳市福田区测试路１号"),
        ("card_issuer", "测试市公安局福田分局"),
        ("card_valid_to", "长期"),
        ("phone", "13800000001"),
        ("consent", "true"),
        ("sign", SIGNATURE),
    ]
}

/// Twenty points of a finger.
pub(crate) const SIGNATURE: &str = "1,1 2,2 3,3 4,4 5,5 6,6 7,7 8,8 9,9 10,10 11,11 12,12 13,13 14,14 15,15 16,16 17,17 \
                                    18,18 19,19 20,20";

/// What an applicant says in a case.
pub(crate) fn reply(seq: u64, case: &CaseNumber, id_no: &str, reply: Reply) -> Sent {
    let id_no = IdNumber::parse(id_no).unwrap();
    sent(seq, EntryBody::CaseReply(CaseReply { case: case.clone(), id_no, reply }))
}

/// The number of a case that an entry opened.
pub(crate) fn opened(receipt: &EntryReceipt) -> CaseNumber {
    match &receipt.outcome {
        Outcome::CaseOpened { case, .. } => case.clone(),
        other => panic!("no case was opened: {other:?}"),
    }
}

pub(crate) fn evaluation(seq: u64, application: EntryId) -> Sent {
    let body = EntryBody::Evaluation(Evaluation { application, rating: Rating::Satisfied, tags: [].into() });
    sent(seq, body)
}

pub(crate) async fn receipt(response: Response) -> EntryReceipt {
    response.json().await.unwrap()
}

/// The problem's kind without its prefix, after checking that it is a proper problem document.
pub(crate) async fn problem(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let problem: Problem = response.json().await.unwrap();
    assert_eq!(problem.status, status);
    assert!(!problem.detail.is_empty());
    (status, problem.kind.strip_prefix("urn:budayang:problem:").unwrap().to_owned())
}
