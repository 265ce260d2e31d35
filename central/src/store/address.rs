//! Where a cluster is and whom to believe there. What libpq calls `sslrootcert` names the authority; with it every
//! connection is TLS and the host's name is checked, without it only this machine is spoken to.

use super::StoreError;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

const AUTHORITY: &str = "sslrootcert=";

/// A cluster's address.
#[derive(Debug)]
pub(super) struct Address {
    pub(super) config: Config,
    /// The authority whose certificates are believed.
    pub(super) trust: Option<RootCertStore>,
}

impl Address {
    pub(super) fn parse(uri: &str) -> Result<Self, StoreError> {
        let (uri, authority) = without_authority(uri);
        let mut config: Config = uri.parse().map_err(StoreError::BadAddress)?;
        let Some(authority) = authority else {
            config.ssl_mode(SslMode::Disable);
            return if config.get_hosts().iter().all(is_here) {
                Ok(Self { config, trust: None })
            } else {
                Err(StoreError::InTheClear)
            };
        };
        config.ssl_mode(SslMode::Require);
        Ok(Self { config, trust: Some(read(&authority)?) })
    }
}

/// The parameter is libpq's; tokio-postgres does not know it.
fn without_authority(uri: &str) -> (String, Option<PathBuf>) {
    let Some((address, query)) = uri.split_once('?') else { return (uri.to_owned(), None) };
    let authority =
        query.split('&').find_map(|parameter| parameter.strip_prefix(AUTHORITY)).map(PathBuf::from);
    let others: Vec<&str> = query.split('&').filter(|parameter| !parameter.starts_with(AUTHORITY)).collect();
    (format!("{address}?{}", others.join("&")), authority)
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
        }
    }
}

fn read(path: &Path) -> Result<RootCertStore, StoreError> {
    let failed = |detail: String| StoreError::Authority { path: path.to_owned(), detail };
    let pem = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| failed(error.to_string()))?;
        roots.add(certificate).map_err(|error| failed(error.to_string()))?;
    }
    if roots.is_empty() { Err(failed("there is no certificate in it".to_owned())) } else { Ok(roots) }
}

/// What rustls needs to speak to the cluster.
pub(super) fn tls(roots: RootCertStore) -> Result<ClientConfig, StoreError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| StoreError::Away(error.to_string()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_data_does_not_cross_the_network_in_the_clear() {
        for here in
            ["postgres://c@127.0.0.1:5/d", "postgres://c@localhost/d", "postgres://c@%2Frun%2Fpostgresql/d"]
        {
            assert!(Address::parse(here).is_ok(), "{here}");
        }
        for elsewhere in ["postgres://c@10.0.0.7/d", "postgres://c@127.0.0.1,db.city/d?connect_timeout=3"] {
            assert!(matches!(Address::parse(elsewhere), Err(StoreError::InTheClear)), "{elsewhere}");
        }
    }

    #[test]
    fn an_authority_that_is_not_there_or_empty_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("empty.pem");
        std::fs::write(&empty, "").unwrap();
        for file in [empty, folder.path().join("none.pem")] {
            let uri = format!("postgres://c@db.city/d?sslrootcert={}&connect_timeout=3", file.display());
            let error = Address::parse(&uri).unwrap_err().to_string();
            assert!(error.contains(&file.display().to_string()), "{error}");
        }
    }
}
