//! Whether a support bundle is one of our terminals' own: signed by a certificate of this authority, and unaltered since.

use crate::caller::Caller;
use contract::KioskId;
use contract::support_bundle::SignedBundle;
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use std::path::Path;
use std::sync::Arc;

/// Why a bundle is not believed.
#[derive(Debug, thiserror::Error)]
pub enum NotBelieved {
    /// The authority can't be read.
    #[error("{0}: name the folder's ca.pem with --authority")]
    Authority(String),
    /// Nobody signed it.
    #[error("the bundle is not signed: its terminal had no certificate")]
    Unsigned,
    /// Not one of our terminals.
    #[error("the bundle's certificate is none of this authority, or is over: {0}")]
    Certificate(String),
    /// It was altered.
    #[error("the bundle was altered after its terminal signed it, or another key signed it")]
    Altered,
}

/// The terminal that made a bundle, by the certificate that signed it.
pub fn verify(bundle: &SignedBundle, authority: &Path) -> Result<KioskId, NotBelieved> {
    let unreadable =
        |error: &dyn std::fmt::Display| NotBelieved::Authority(format!("{}: {error}", authority.display()));
    let signed = bundle.signed.as_ref().ok_or(NotBelieved::Unsigned)?;
    let mut roots = RootCertStore::empty();
    let of_authority = CertificateDer::from_pem_file(authority).map_err(|error| unreadable(&error))?;
    roots.add(of_authority).map_err(|error| unreadable(&error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
    let verifier = verifier.map_err(|error| unreadable(&error))?;
    let foreign = |error: &dyn std::fmt::Display| NotBelieved::Certificate(error.to_string());
    let certificate = CertificateDer::from(signed.certificate.0.as_slice());
    verifier.verify_client_cert(&certificate, &[], UnixTime::now()).map_err(|error| foreign(&error))?;
    let (_, parsed) = x509_parser::parse_x509_certificate(&certificate).map_err(|error| foreign(&error))?;
    let Some(Caller::Kiosk(terminal)) = crate::tls::caller_of(&certificate) else {
        return Err(NotBelieved::Certificate("it is no terminal's".to_owned()));
    };
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &parsed.public_key().subject_public_key.data);
    let message = SignedBundle::message(&bundle.document);
    key.verify(&message, &signed.signature.0).map_err(|_| NotBelieved::Altered)?;
    Ok(terminal.id)
}
