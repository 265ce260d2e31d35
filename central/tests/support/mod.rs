//! A city for the stories: an authority, a running central, terminals that talk to it over real TLS.
#![allow(dead_code, reason = "each story uses its own part")]

use central::ca::{self, Papers};
use central::{Config, Running, ServiceFacts, ServiceKind, Services};
use contract::message::{
    Application, Assurance, Entry, EntryBody, EntryReceipt, Evaluation, IDEMPOTENCY_KEY, Problem, Rating,
};
use contract::{EntryId, Fen, KioskId, Secret, Seq, ServiceCode};
use jiff::Timestamp;
use jiff::civil::Date;
use reqwest::{Client, Response};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::sync::Arc;
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
}

pub(crate) struct City {
    folder: TempDir,
    running: Option<Running>,
}

impl City {
    pub(crate) async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        make_authority(folder.path());
        let mut city = Self { folder, running: None };
        city.start().await;
        city
    }

    pub(crate) async fn start(&mut self) {
        let config = Config {
            db: self.db(),
            listen: "127.0.0.1:0".parse().unwrap(),
            ca: self.folder.path().to_owned(),
        };
        self.running = Some(central::start(&config, Arc::new(FewServices)).await.unwrap());
    }

    pub(crate) async fn restart(&mut self) {
        self.running.take().unwrap().shut_down().await.unwrap();
        self.start().await;
    }

    pub(crate) fn db(&self) -> String {
        format!("sqlite:{}", self.folder.path().join("central.db").display())
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://{}{path}", self.running.as_ref().unwrap().address())
    }

    pub(crate) fn kiosk(&self, name: &str) -> Kiosk {
        let id: KioskId = name.parse().unwrap();
        let papers = Papers::of_kiosk(self.folder.path(), &id);
        if !papers.key.exists() {
            ca::issue_kiosk(self.folder.path(), &id).unwrap();
        }
        Kiosk { http: client(&papers.authority, Some(&papers)), base: self.url("") }
    }

    pub(crate) fn authority(&self) -> &Path {
        self.folder.path()
    }
}

pub(crate) fn make_authority(folder: &Path) {
    ca::init(folder).unwrap();
    ca::issue_server(folder, &["127.0.0.1".to_owned()]).unwrap();
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
    Client::builder().tls_backend_preconfigured(config).no_proxy().build().unwrap()
}

#[derive(Clone)]
pub(crate) struct Kiosk {
    http: Client,
    base: String,
}

impl Kiosk {
    pub(crate) fn new(http: Client, base: String) -> Self {
        Self { http, base }
    }

    /// Posts to a central that may die under it.
    pub(crate) async fn try_post(&self, key: EntryId, entry: &Entry) -> Option<Vec<u8>> {
        let request =
            self.http.post(format!("{}/v1/entries", self.base)).header(IDEMPOTENCY_KEY, key.to_string());
        let response = request.body(serde_json::to_vec(entry).unwrap()).send().await.ok()?;
        response.bytes().await.ok().map(|bytes| bytes.to_vec())
    }

    pub(crate) async fn post(&self, key: EntryId, entry: &Entry) -> Response {
        self.post_raw(Some(&key.to_string()), serde_json::to_vec(entry).unwrap()).await
    }

    pub(crate) async fn post_raw(&self, key: Option<&str>, body: Vec<u8>) -> Response {
        let mut request = self.http.post(format!("{}/v1/entries", self.base)).body(body);
        if let Some(key) = key {
            request = request.header(IDEMPOTENCY_KEY, key);
        }
        request.send().await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.http.get(format!("{}{path}", self.base)).send().await.unwrap()
    }
}

pub(crate) fn key() -> EntryId {
    EntryId(Uuid::now_v7())
}

pub(crate) fn application(seq: u64, service: &str) -> Entry {
    let body = EntryBody::Application(Application {
        service: service.parse().unwrap(),
        form: "person-basic".parse().unwrap(),
        assurance: Assurance::Card,
        fields: [
            ("name".parse().unwrap(), Secret::from("张三")),
            ("id_no".parse().unwrap(), Secret::from("440304199001010011")),
        ]
        .into(),
    });
    Entry { seq: Seq(seq), made_at: Timestamp::UNIX_EPOCH, body }
}

pub(crate) fn evaluation(seq: u64, application: EntryId) -> Entry {
    let body = EntryBody::Evaluation(Evaluation { application, rating: Rating::Satisfied });
    Entry { seq: Seq(seq), made_at: Timestamp::UNIX_EPOCH, body }
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
