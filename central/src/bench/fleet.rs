//! Simulated terminals: each has its own certificate and speaks HTTP over mutual TLS, as real ones do, with less memory.

use anyhow::{Context, anyhow};
use central::ca;
use contract::app_version::AppVersion;
use contract::base64::Base64;
use contract::desired::PublicKey;
use contract::emergency::EmergencyId;
use contract::message::{Application, Assurance, Entry, EntryBody, IDEMPOTENCY_KEY};
use contract::report::{DesiredReport, Duty, Queue, Report, ShownReport};
use contract::series::{SealedEntry, SealingKeyId, sealing_context};
use contract::suite::Sealer;
use contract::{EntryId, FieldId, KioskId, LocalNumber, Secret, Seq};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use rustls::client::Resumption;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// What the invented resident of the card reader's specification complains about (交通违法异议申诉): with the words that
/// follow, about a kilobyte and a half of JSON.
const SERVICE: &str = "SZ-CG-000107";
const FORM: &str = "complaint-consult";
const FIELDS: [(&str, &str); 14] = [
    ("on_behalf_of", "个人"),
    ("kind", "投诉"),
    ("target", "测试路口的信号灯"),
    ("place", "福田区测试路与样例街交叉口"),
    ("secret", "true"),
    ("name", "测试甲"),
    ("id_no", "990101199003070015"),
    ("sex", "1"),
    ("nation", "01"),
    ("birth", "1990-03-07"),
    ("card_address", "广东省深圳市福田区测试路１号"),
    ("card_issuer", "测试市公安局福田分局"),
    ("card_valid_to", "长期"),
    ("phone", "13800000000"),
];
const WORDS: &str = "信号灯在雨天早高峰时段长时间显示红灯，请核实现场记录。";

/// How soon a terminal tries a report again, between half and one and a half of it (`../../src/performer/reports.rs`).
const AGAIN: Duration = Duration::from_secs(20);

/// All simulated terminals.
pub(super) struct Fleet {
    address: String,
    kiosks: Vec<Kiosk>,
    sealer: Box<dyn Sealer>,
}

/// A simulated terminal.
pub(super) struct Kiosk {
    pub(super) id: KioskId,
    tls: Arc<ClientConfig>,
}

impl Fleet {
    /// Gives each a certificate.
    pub(super) fn enrol(folder: &Path, address: &str, count: usize) -> anyhow::Result<Self> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(folder.join("ca.pem"))?)?;
        let roots = Arc::new(roots);
        let mut kiosks = Vec::with_capacity(count);
        for n in 1..=count {
            let id: KioskId = format!("ft-{n:05}").parse()?;
            let papers = ca::issue_kiosk(folder, &id)?;
            let mut tls = ClientConfig::builder_with_provider(Arc::clone(&provider))
                .with_safe_default_protocol_versions()?
                .with_root_certificates(Arc::clone(&roots))
                .with_client_auth_cert(
                    vec![CertificateDer::from_pem_file(&papers.certificate)?],
                    PrivateKeyDer::from_pem_file(&papers.key)?,
                )?;
            tls.resumption = Resumption::disabled();
            kiosks.push(Kiosk { id, tls: Arc::new(tls) });
        }
        let public: PublicKey = std::fs::read_to_string(folder.join("keys/seal-1.pub"))?.parse()?;
        Ok(Self { address: address.to_owned(), kiosks, sealer: public.suite.sealer(&public.bytes)? })
    }

    /// The terminal with this place.
    pub(super) fn kiosk(&self, place: usize) -> anyhow::Result<&Kiosk> {
        self.kiosks.get(place % self.kiosks.len().max(1)).context("the fleet is empty")
    }

    /// Opens a connection of a terminal.
    pub(super) async fn connect(&self, kiosk: &Kiosk) -> anyhow::Result<Line> {
        let tcp = TcpStream::connect(&self.address).await?;
        tcp.set_nodelay(true)?;
        let name = ServerName::try_from("127.0.0.1")?;
        let tls = TlsConnector::from(Arc::clone(&kiosk.tls)).connect(name, tcp).await?;
        let (requests, connection) = handshake(TokioIo::new(tls)).await?;
        // It ends with the line; what breaks it is told to whoever asks next.
        tokio::spawn(async move { drop(connection.await) });
        Ok(Line(requests))
    }

    /// An application, sealed as the terminal would seal it.
    pub(super) fn seal(&self, kiosk: &Kiosk, seq: u64) -> anyhow::Result<Sealed> {
        let id = EntryId(uuid::Uuid::now_v7());
        let now = Timestamp::now();
        let day = contract::message::day_in_china(now);
        let entry = Entry {
            number: LocalNumber::compose(&kiosk.id, day, Seq(seq)).context("no local number")?,
            made_at: now,
            body: EntryBody::Application(Application {
                service: SERVICE.parse()?,
                form: FORM.parse()?,
                assurance: Assurance::CardAndFace,
                fields: filled()?,
                licences: std::collections::BTreeSet::new(),
            }),
        };
        let sealed = self.sealer.seal(&sealing_context(&kiosk.id, id), &serde_json::to_vec(&entry)?)?;
        let envelope = SealedEntry { seq: Seq(seq), key: SealingKeyId(1), sealed: Base64(sealed) };
        Ok(Sealed { id, body: Bytes::from(serde_json::to_vec(&envelope)?) })
    }
}

fn filled() -> anyhow::Result<BTreeMap<FieldId, Secret<String>>> {
    let detail = ("detail", WORDS.repeat(6));
    let others = FIELDS.iter().map(|(id, value)| (*id, (*value).to_owned()));
    others.chain([detail]).map(|(id, value)| Ok((id.parse()?, Secret::new(value)))).collect()
}

/// A sealed entry.
pub(super) struct Sealed {
    id: EntryId,
    body: Bytes,
}

/// An open connection.
pub(super) struct Line(SendRequest<Full<Bytes>>);

impl Line {
    /// Hands over an entry; anything but 'taken' is an error.
    pub(super) async fn hand_over(&mut self, entry: Sealed) -> anyhow::Result<()> {
        let request = Request::post("/v1/entries")
            .header("host", "127.0.0.1")
            .header(IDEMPOTENCY_KEY, entry.id.to_string())
            .body(Full::new(entry.body))?;
        match self.ask(request).await? {
            StatusCode::CREATED => Ok(()),
            status => Err(anyhow!("an entry was answered with {status}")),
        }
    }

    /// Fetches the first document.
    pub(super) async fn fetch_first(&mut self) -> anyhow::Result<()> {
        let request = Request::get("/v1/desired").header("host", "127.0.0.1").body(Full::default())?;
        match self.ask(request).await? {
            StatusCode::OK => Ok(()),
            status => Err(anyhow!("a terminal without a document was answered with {status}")),
        }
    }

    /// Asks what is desired and is held; the answer is that nothing is newer.
    pub(super) async fn be_held(&mut self) -> anyhow::Result<()> {
        if self.be_told(1).await? { Err(anyhow!("a document changed at the peak")) } else { Ok(()) }
    }

    /// Asks what is desired after a version, held until there is something; whether there was.
    pub(super) async fn be_told(&mut self, after: u64) -> anyhow::Result<bool> {
        let request = Request::get(format!("/v1/desired?after={after}"))
            .header("host", "127.0.0.1")
            .body(Full::default())?;
        match self.ask(request).await? {
            StatusCode::OK => Ok(true),
            StatusCode::NO_CONTENT => Ok(false),
            status => Err(anyhow!("a held request was answered with {status}")),
        }
    }

    /// Reports that a version is in force, and a notice on the screen. Where central is busy it is tried again, when a real
    /// terminal would.
    pub(super) async fn report_in_force(
        &mut self,
        version: u64,
        shows: Option<EmergencyId>,
    ) -> anyhow::Result<()> {
        let report = Report {
            app: AppVersion::of_this_build(),
            at: Timestamp::now(),
            uptime_seconds: 60,
            desired: DesiredReport { floor: version, in_force: Some(version), ..DesiredReport::default() },
            devices: BTreeMap::new(),
            paper: None,
            store_trouble: None,
            queue: Queue::default(),
            certificate_until: None,
            shown: shows
                .map(|emergency| ShownReport { emergency, since: Timestamp::now() })
                .into_iter()
                .collect(),
            commands: Vec::new(),
            duty: Duty::InService,
            door: None,
            counters: BTreeMap::new(),
        };
        let body = Bytes::from(serde_json::to_vec(&report)?);
        loop {
            let request = Request::post("/v1/reports")
                .header("host", "127.0.0.1")
                .header("content-type", "application/json")
                .body(Full::new(body.clone()))?;
            match self.ask(request).await? {
                StatusCode::NO_CONTENT => return Ok(()),
                StatusCode::SERVICE_UNAVAILABLE => {
                    let spread =
                        getrandom::u32().map_or(0.5, |random| f64::from(random) / f64::from(u32::MAX));
                    tokio::time::sleep(AGAIN.mul_f64(0.5 + spread)).await;
                }
                status => return Err(anyhow!("a report was answered with {status}")),
            }
        }
    }

    async fn ask(&mut self, request: Request<Full<Bytes>>) -> anyhow::Result<StatusCode> {
        self.0.ready().await?;
        let response = self.0.send_request(request).await?;
        let status = response.status();
        response.into_body().collect().await?;
        Ok(status)
    }
}
