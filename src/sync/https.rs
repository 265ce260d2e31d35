//! The line to central over HTTPS: believes our own authority only and shows the kiosk's certificate.

use super::line::{Exchange, HELD, Line, MAX_ANSWER, NoReply, Reply, Request};
use crate::sealed_key::{self, NotOpened};
use contract::Secret;
use contract::message::IDEMPOTENCY_KEY;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{CONTENT_TYPE, DATE, RETRY_AFTER};
use reqwest::{Response, Url};
use rustls::client::WantsClientCert;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{AlertDescription, ClientConfig, ConfigBuilder, RootCertStore};
use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

const CONNECT_TIME: Duration = Duration::from_secs(5);

/// Where the kiosk's certificates are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Papers {
    /// Whom to believe.
    pub authority: PathBuf,
    /// The kiosk's certificate; after an enrolment its key stands in the same file.
    pub certificate: PathBuf,
    /// The kiosk's private key; after an enrolment it is not there any more.
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
    /// The key is sealed, and does not open.
    #[error(transparent)]
    Sealed(#[from] NotOpened),
    /// The address of central.
    #[error("'{0}' is no address of central: use https://HOST:PORT")]
    Address(String),
    /// The HTTP client can't be made.
    #[error("the HTTP client can't be made: {0}")]
    Client(#[from] reqwest::Error),
}

/// A line over HTTPS.
#[derive(Clone, Debug)]
pub struct HttpsLine {
    http: Arc<RwLock<reqwest::Client>>,
    /// For requests that central holds. Whoever waits keeps every connection of its client: were it the one of the others, what
    /// they read last would outlive the visit by as long as the wait.
    held: Arc<RwLock<reqwest::Client>>,
    tls: Arc<RwLock<ClientConfig>>,
    papers: Option<Papers>,
    base: Url,
}

impl HttpsLine {
    /// Reads the papers; connects to nobody yet.
    pub fn new(address: &str, papers: &Papers) -> Result<Self, SyncError> {
        let base = base(address)?;
        Self::with(base, &tls(papers)?, Some(papers.clone()))
    }

    /// For a terminal that has no certificate yet: whom to believe is all that it knows.
    pub fn for_newcomer(address: &str, authority: &Path) -> Result<Self, SyncError> {
        let base = base(address)?;
        Self::with(base, &believing(authority)?.with_no_client_auth(), None)
    }

    fn with(base: Url, tls: &ClientConfig, papers: Option<Papers>) -> Result<Self, SyncError> {
        let client = || Ok::<_, SyncError>(Arc::new(RwLock::new(connections(tls.clone())?)));
        Ok(Self { http: client()?, held: client()?, tls: Arc::new(RwLock::new(tls.clone())), papers, base })
    }

    /// Who asks: for what is held, its own.
    fn client(&self, within: Duration) -> reqwest::Client {
        let client = if within == HELD { &self.held } else { &self.http };
        client.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends the connections of a client: its next request makes new ones.
    fn begin_anew(&self, client: &RwLock<reqwest::Client>) {
        match connections(self.tls.read().unwrap_or_else(PoisonError::into_inner).clone()) {
            Ok(fresh) => *client.write().unwrap_or_else(PoisonError::into_inner) = fresh,
            Err(error) => tracing::error!(%error, "the connections to central can't be made anew"),
        }
    }
}

/// Central's address, as it is set.
fn base(address: &str) -> Result<Url, SyncError> {
    let base = Url::parse(address).ok().filter(|url| url.scheme() == "https" && url.has_host());
    base.ok_or_else(|| SyncError::Address(address.chars().take(80).collect()))
}

/// Connections to come; those of one value end with it.
fn connections(tls: ClientConfig) -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .https_only(true)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIME)
        .build()
}

impl Line for HttpsLine {
    fn exchange(&self, request: Request) -> Exchange<'_> {
        let mut url = self.base.clone();
        let (path, query) = match request.path.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (request.path.as_str(), None),
        };
        url.set_path(path);
        url.set_query(query);
        let http = self.client(request.within);
        let mut http = match request.json {
            Some(json) => http.post(url).header(CONTENT_TYPE, "application/json").body(json),
            None => http.get(url),
        };
        http = http.timeout(request.within);
        if let Some(key) = request.key {
            http = http.header(IDEMPOTENCY_KEY, key.to_string());
        }
        Box::pin(async move {
            let response = http.send().await.map_err(|error| sort(&error))?;
            let (status, retry_after) = (response.status().as_u16(), retry_after(&response));
            Ok(Reply { status, date: date(&response), retry_after, body: body(response).await? })
        })
    }

    /// An idle connection keeps what it read last: it ends, and its buffers are wiped as they are freed. The sessions of
    /// TLS are kept, so the next handshake is a short one.
    fn forget(&self) {
        self.begin_anew(&self.http);
    }

    fn show_new_papers(&self) {
        match self.papers.as_ref().map(tls).transpose() {
            Ok(fresh) => {
                if let Some(fresh) = fresh {
                    *self.tls.write().unwrap_or_else(PoisonError::into_inner) = fresh;
                }
                self.begin_anew(&self.http);
                self.begin_anew(&self.held);
            }
            Err(error) => tracing::error!(%error, "the new certificate can't be used before the next start"),
        }
    }
}

/// The body, as far as it is not absurd.
async fn body(mut response: Response) -> Result<Vec<u8>, NoReply> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| sort(&error))? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(NoReply::Offline);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn date(response: &Response) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(response.headers().get(DATE)?.to_str().ok()?).ok()
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn tls(papers: &Papers) -> Result<ClientConfig, SyncError> {
    let believing = believing(&papers.authority)?;
    Ok(believing.with_client_auth_cert(certificates(&papers.certificate)?, private_key(papers)?)?)
}

/// A certificate that came by enrolment has its key beside it, sealed or not.
fn private_key(papers: &Papers) -> Result<PrivateKeyDer<'static>, SyncError> {
    let beside = std::fs::read_to_string(&papers.certificate).map(Secret::new);
    let beside = sealed_key::opened(beside.map_err(|error| unreadable(&papers.certificate, &error))?)?;
    PrivateKeyDer::from_pem_slice(beside.expose().as_bytes())
        .or_else(|_| PrivateKeyDer::from_pem_file(&papers.key))
        .map_err(|error| unreadable(&papers.key, &error))
}

fn believing(authority: &Path) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, SyncError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(authority)? {
        roots.add(certificate)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, SyncError> {
    CertificateDer::pem_file_iter(path).and_then(Iterator::collect).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &dyn Error) -> SyncError {
    SyncError::Papers { path: path.to_owned(), detail: error.to_string() }
}

/// A failure to speak at all: a matter of trust, or nobody there.
fn sort(error: &reqwest::Error) -> NoReply {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.downcast_ref().is_some_and(is_about_trust) {
            return NoReply::ForeignCertificate;
        }
        cause = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            // An io::Error passes over the error that it wraps when it is asked for its source.
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    NoReply::Offline
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
