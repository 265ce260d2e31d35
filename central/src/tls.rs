//! The door: TLS 1.2 or 1.3, and nobody without a kiosk's or clerk's certificate of our own authority gets through it.
//!
//! Handshakes run beside each other, a bounded number at a time, each with a time-out: a terminal that stalls in the
//! middle of one keeps nobody else waiting. Knows nothing of HTTP.

use crate::CentralError;
use crate::ca::{Papers, read};
use crate::caller::{Caller, CertificateFingerprint};
use crate::door::{CallerListener, CallerStream};
use crate::metrics::Metrics;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;

const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
const HANDSHAKES_AT_ONCE: usize = 512;

/// Reads central's papers into what rustls needs.
pub(crate) fn server_config(papers: &Papers) -> Result<ServerConfig, CentralError> {
    let refused = |error: &dyn std::fmt::Display| CentralError::Tls(error.to_string());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    for certificate in certificates(&papers.authority)? {
        roots.add(certificate).map_err(|error| refused(&error))?;
    }
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .build()
        .map_err(|error| refused(&error))?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| refused(&error))?
        .with_client_cert_verifier(verifier)
        .with_single_cert(certificates(&papers.certificate)?, key(&papers.key)?)
        .map_err(|error| refused(&error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn certificates(path: &std::path::Path) -> Result<Vec<CertificateDer<'static>>, CentralError> {
    let pem = read(path)?;
    CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|error| CentralError::Tls(format!("{}: {error}", path.display())))
}

/// What central needs for a door where nobody is asked for a certificate.
pub(crate) fn config_for_newcomers(papers: &Papers) -> Result<ServerConfig, CentralError> {
    let refused = |error: &dyn std::fmt::Display| CentralError::Tls(error.to_string());
    let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| refused(&error))?
        .with_no_client_auth()
        .with_single_cert(certificates(&papers.certificate)?, key(&papers.key)?)
        .map_err(|error| refused(&error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn key(path: &std::path::Path) -> Result<PrivateKeyDer<'static>, CentralError> {
    PrivateKeyDer::from_pem_slice(read(path)?.as_bytes())
        .map_err(|error| CentralError::Tls(error.to_string()))
}

/// Opens the door: connections come out that have shown whose they are, or, where nobody is asked for a certificate, only
/// whence they come.
pub(crate) fn listen(
    listener: TcpListener,
    config: ServerConfig,
    metrics: Arc<Metrics>,
) -> io::Result<CallerListener> {
    let address = listener.local_addr()?;
    let (arrive, arrived) = mpsc::channel(HANDSHAKES_AT_ONCE);
    let door = tokio::spawn(keep_door(listener, TlsAcceptor::from(Arc::new(config)), arrive, metrics));
    Ok(CallerListener::new(arrived, address, door))
}

async fn keep_door(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    arrive: mpsc::Sender<CallerStream>,
    metrics: Arc<Metrics>,
) {
    let room = Arc::new(Semaphore::new(HANDSHAKES_AT_ONCE));
    loop {
        let Ok(place) = Arc::clone(&room).acquire_owned().await else { return };
        let (tcp, address) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                // Out of file descriptors: trying again at once would spin.
                tokio::time::sleep(Duration::from_millis(200)).await;
                continue;
            }
        };
        let (acceptor, arrive, metrics) = (acceptor.clone(), arrive.clone(), Arc::clone(&metrics));
        tokio::spawn(async move {
            match tokio::time::timeout(HANDSHAKE_TIME, shake_hands(acceptor, tcp, address.ip())).await {
                Ok(Ok(stream)) => drop(arrive.send(stream.guarded_by(metrics.connection())).await),
                Ok(Err(error)) => tracing::info!(%address, %error, "turned away at the handshake"),
                Err(_) => tracing::info!(%address, "the handshake took too long"),
            }
            drop(place);
        });
    }
}

async fn shake_hands(acceptor: TlsAcceptor, tcp: TcpStream, from: IpAddr) -> io::Result<CallerStream> {
    tcp.set_nodelay(true)?;
    let tls = acceptor.accept(tcp).await?;
    // Where certificates are asked for, a handshake without one does not end well.
    let caller = match tls.get_ref().1.peer_certificates().and_then(<[_]>::first) {
        None => Caller::Newcomer(from),
        Some(certificate) => caller_of(certificate)
            .ok_or_else(|| io::Error::other("the certificate names neither a kiosk nor a clerk"))?,
    };
    Ok(CallerStream::new(tls, caller))
}

/// Whose certificate it is.
pub(crate) fn caller_of(certificate: &[u8]) -> Option<Caller> {
    let fingerprint = CertificateFingerprint::of(certificate);
    let (_, certificate) = x509_parser::parse_x509_certificate(certificate).ok()?;
    let subject = certificate.subject();
    let unit = subject.iter_organizational_unit().next()?.as_str().ok()?;
    let name = subject.iter_common_name().next()?.as_str().ok()?;
    let organization = subject.iter_organization().next().and_then(|organization| organization.as_str().ok());
    Caller::of_subject(unit, name, organization, fingerprint)
}
