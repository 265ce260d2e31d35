//! Central over HTTPS, as few words as the kiosk needs. Believes our own authority only, shows the kiosk's
//! certificate, and sorts everything that can go wrong into what it means for the outbox.

use contract::message::{CaseProgress, EntryReceipt, IDEMPOTENCY_KEY, Problem, Tail};
use contract::{CaseNumber, EntryId, Secret};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{RequestBuilder, Response, StatusCode, Url};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{AlertDescription, ClientConfig, RootCertStore};
use serde::de::DeserializeOwned;
use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const CONNECT_TIME: Duration = Duration::from_secs(5);
const REQUEST_TIME: Duration = Duration::from_secs(10);

/// The problems that central itself words; anything else in between is not a verdict on an entry.
const OUR_PROBLEMS: &str = "urn:budayang:problem:";

/// Where the kiosk's certificates are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Papers {
    /// Whom to believe.
    pub authority: PathBuf,
    /// The kiosk's certificate.
    pub certificate: PathBuf,
    /// The kiosk's private key.
    pub key: PathBuf,
}

/// Why sync can't start.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// A certificate or key can't be read.
    #[error("can't read {path}: {detail}; enrol the kiosk again")]
    Papers {
        /// The file.
        path: PathBuf,
        /// Why not.
        detail: String,
    },
    /// The certificate and the key don't fit TLS or each other.
    #[error("the kiosk's certificate can't be used: {0}; enrol the kiosk again")]
    Tls(#[from] rustls::Error),
    /// The address of central.
    #[error("'{0}' is no address of central: use https://HOST:PORT")]
    Address(String),
    /// The HTTP client can't be made.
    #[error("the HTTP client can't be made: {0}")]
    Client(#[from] reqwest::Error),
}

/// Why a request brought nothing, by what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Nobody answers.
    Offline,
    /// Who answers is not our central, or central does not believe us.
    ForeignCertificate,
    /// Central has no time, or a balancer has no central. It says nothing about the entry.
    Busy {
        /// How long to wait, if it says.
        retry_after: Option<Duration>,
    },
    /// Central failed, or something in between spoke for it.
    Faulty {
        /// The HTTP status.
        status: u16,
    },
    /// Central will never take this.
    Refused(Problem),
}

/// A way to central.
#[derive(Clone, Debug)]
pub struct CentralClient {
    http: reqwest::Client,
    base: Url,
}

impl CentralClient {
    /// Reads the papers; connects to nobody yet.
    pub fn new(address: &str, papers: &Papers) -> Result<Self, SyncError> {
        let base = Url::parse(address).ok().filter(|url| url.scheme() == "https" && url.has_host());
        let base = base.ok_or_else(|| SyncError::Address(address.chars().take(80).collect()))?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls(papers)?)
            .https_only(true)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIME)
            .timeout(REQUEST_TIME)
            .build()?;
        Ok(Self { http, base })
    }

    /// Hands over an entry.
    pub async fn post(&self, id: EntryId, payload: &Secret<Vec<u8>>) -> Result<EntryReceipt, Failure> {
        let request = self
            .http
            .post(self.at("/v1/entries"))
            .header(IDEMPOTENCY_KEY, id.to_string())
            .header(CONTENT_TYPE, "application/json")
            .body(payload.expose().clone());
        let receipt: EntryReceipt = ask(request).await?;
        if receipt.entry == id { Ok(receipt) } else { Err(Failure::Faulty { status: 200 }) }
    }

    /// How far central has this kiosk's series.
    pub async fn tail(&self) -> Result<Tail, Failure> {
        ask(self.http.get(self.at("/v1/tail"))).await
    }

    /// Where a case stands; `None` when central knows no such case.
    pub async fn case(&self, case: &CaseNumber) -> Result<Option<CaseProgress>, Failure> {
        match ask(self.http.get(self.at(&format!("/v1/cases/{case}")))).await {
            Ok(progress) => Ok(Some(progress)),
            Err(Failure::Refused(problem)) if problem.status == 404 => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    fn at(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(path);
        url
    }
}

fn tls(papers: &Papers) -> Result<ClientConfig, SyncError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(&papers.authority)? {
        roots.add(certificate)?;
    }
    let key = PrivateKeyDer::from_pem_file(&papers.key).map_err(|error| unreadable(&papers.key, &error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_client_auth_cert(certificates(&papers.certificate)?, key)?)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, SyncError> {
    CertificateDer::pem_file_iter(path).and_then(Iterator::collect).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &dyn Error) -> SyncError {
    SyncError::Papers { path: path.to_owned(), detail: error.to_string() }
}

async fn ask<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Failure> {
    let response = request.send().await.map_err(|error| sort(&error))?;
    let status = response.status();
    if status.is_success() {
        let body = response.bytes().await.map_err(|error| sort(&error))?;
        return serde_json::from_slice(&body).map_err(|_| Failure::Faulty { status: status.as_u16() });
    }
    Err(refusal(status, response).await)
}

/// What an answer other than success means.
async fn refusal(status: StatusCode, response: Response) -> Failure {
    match status {
        StatusCode::REQUEST_TIMEOUT
        | StatusCode::TOO_EARLY
        | StatusCode::TOO_MANY_REQUESTS
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => Failure::Busy { retry_after: retry_after(&response) },
        _ if status.is_client_error() => {
            let body = response.bytes().await.unwrap_or_default();
            match serde_json::from_slice::<Problem>(&body) {
                Ok(problem) if problem.kind.starts_with(OUR_PROBLEMS) => Failure::Refused(problem),
                // A wrongly configured proxy must not make a fleet set its outboxes aside.
                _ => Failure::Faulty { status: status.as_u16() },
            }
        }
        _ => Failure::Faulty { status: status.as_u16() },
    }
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// A failure to speak at all: a matter of trust, or nobody there.
fn sort(error: &reqwest::Error) -> Failure {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.downcast_ref().is_some_and(is_about_trust) {
            return Failure::ForeignCertificate;
        }
        cause = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            // An io::Error passes over the error that it wraps when it is asked for its source.
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    Failure::Offline
}

fn is_about_trust(error: &rustls::Error) -> bool {
    match error {
        rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented => true,
        rustls::Error::AlertReceived(alert) => matches!(
            alert,
            AlertDescription::BadCertificate
                | AlertDescription::UnsupportedCertificate
                | AlertDescription::CertificateRevoked
                | AlertDescription::CertificateExpired
                | AlertDescription::CertificateUnknown
                | AlertDescription::CertificateRequired
                | AlertDescription::UnknownCA
                | AlertDescription::AccessDenied
                | AlertDescription::DecryptError
        ),
        _ => false,
    }
}
