//! The terminal's own key and certificate on its disk.
//!
//! The key is sealed to the machine's security chip where there is one. A key waits in the file `key` until it is certified; then certificate and key stand in the one file `certificate`, which is
//! replaced as a whole: a crash at any moment leaves a pair that fits.

use crate::sealed_key::{self, NotOpened};
use crate::sync::Papers;
use crate::whole_file;
use contract::base64::Base64;
use contract::enrolment::KeyFingerprint;
use contract::support_bundle::BundleSignature;
use contract::{KioskId, Secret};
use jiff::Timestamp;
use rcgen::{CertificateParams, KeyPair, PublicKeyData, SigningKey};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::io;
use std::path::{Path, PathBuf};

/// Why key or certificate can't be used.
#[derive(Debug, thiserror::Error)]
pub enum IdentityFault {
    /// A file can't be read or written.
    #[error("{path}: {source}; check the folder's owner and the disk")]
    File {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It is there already.
    #[error("{0} is there already: this terminal is enrolled; to enrol it again, move it away first")]
    Enrolled(PathBuf),
    /// The key can't be made, or is none.
    #[error("the key can't be made or read: {0}; remove the file of the key and enrol again")]
    Key(#[from] rcgen::Error),
    /// It is sealed, and does not open.
    #[error(transparent)]
    Sealed(#[from] NotOpened),
    /// What stands there is no certificate.
    #[error("{0} holds no certificate that can be read: enrol the terminal again")]
    NoCertificate(PathBuf),
}

/// A key that was made here, and the request for its certificate.
pub struct NewKey {
    key: Secret<String>,
    /// The certificate request (PKCS #10, PEM).
    pub request: String,
    /// What technician and operator compare.
    pub fingerprint: KeyFingerprint,
}

impl NewKey {
    /// Makes a key (P-256).
    pub fn make(kiosk: &KioskId) -> Result<Self, IdentityFault> {
        Self::of(kiosk, &KeyPair::generate()?)
    }

    fn of(kiosk: &KioskId, key: &KeyPair) -> Result<Self, IdentityFault> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name.push(rcgen::DnType::CommonName, kiosk.as_str());
        let request = params.serialize_request(key)?.pem()?;
        let fingerprint = KeyFingerprint::of(&key.subject_public_key_info());
        Ok(Self { key: Secret::new(key.serialize_pem()), request, fingerprint })
    }
}

/// Where this terminal's key and certificate are kept.
#[derive(Clone, Debug)]
pub struct Identity {
    kiosk: KioskId,
    papers: Papers,
}

impl Identity {
    /// Of a terminal, in these files.
    pub const fn new(kiosk: KioskId, papers: Papers) -> Self {
        Self { kiosk, papers }
    }

    /// Which terminal.
    pub const fn kiosk(&self) -> &KioskId {
        &self.kiosk
    }

    /// Where its files are.
    pub const fn papers(&self) -> &Papers {
        &self.papers
    }

    /// The key that waits for its certificate: one that was begun with before, else a new one.
    pub fn key_to_certify(&self) -> Result<NewKey, IdentityFault> {
        if self.papers.certificate.exists() {
            return Err(IdentityFault::Enrolled(self.papers.certificate.clone()));
        }
        let path = &self.papers.key;
        match std::fs::read_to_string(path).map(Secret::new) {
            Ok(text) => NewKey::of(&self.kiosk, &KeyPair::from_pem(sealed_key::opened(text)?.expose())?),
            Err(none) if none.kind() == io::ErrorKind::NotFound => {
                let new = NewKey::make(&self.kiosk)?;
                write_whole(path, sealed_key::sealed(&new.key).expose())?;
                Ok(new)
            }
            Err(source) => Err(IdentityFault::File { path: path.clone(), source }),
        }
    }

    /// The certificate of a key has come: from now on the two are used.
    pub fn take(&self, key: &NewKey, certificate: &str) -> Result<(), IdentityFault> {
        if CertificateDer::from_pem_slice(certificate.as_bytes()).is_err() {
            return Err(IdentityFault::NoCertificate(self.papers.certificate.clone()));
        }
        let both = Secret::new(format!("{certificate}\n{}", sealed_key::sealed(&key.key).expose()));
        write_whole(&self.papers.certificate, both.expose())?;
        // It stands beside its certificate now; one that can't be removed does no harm.
        let _ = std::fs::remove_file(&self.papers.key);
        Ok(())
    }

    /// Signs what somebody else is to believe of this terminal.
    pub fn sign(&self, message: &[u8]) -> Result<BundleSignature, IdentityFault> {
        let read = |path: &Path| {
            let text = std::fs::read_to_string(path);
            text.map(Secret::new).map_err(|source| IdentityFault::File { path: path.to_owned(), source })
        };
        let certificate = sealed_key::opened(read(&self.papers.certificate)?)?;
        // The key stands beside its certificate, or in a file of its own where papers were made by hand.
        let key = KeyPair::from_pem(certificate.expose())
            .or_else(|_| read(&self.papers.key).and_then(|text| Ok(KeyPair::from_pem(text.expose())?)))?;
        let signature = Base64(key.sign(message)?);
        let certificate = CertificateDer::from_pem_slice(certificate.expose().as_bytes())
            .map_err(|_| IdentityFault::NoCertificate(self.papers.certificate.clone()))?;
        Ok(BundleSignature { certificate: Base64(certificate.to_vec()), signature })
    }

    /// Until when the certificate is good.
    pub fn ends_at(&self) -> Result<Timestamp, IdentityFault> {
        let path = &self.papers.certificate;
        let none = || IdentityFault::NoCertificate(path.clone());
        let der = CertificateDer::from_pem_file(path).map_err(|_| none())?;
        let (_, certificate) = x509_parser::parse_x509_certificate(&der).map_err(|_| none())?;
        Timestamp::from_second(certificate.validity().not_after.timestamp()).map_err(|_| none())
    }
}

/// The old one or the whole new one is there, whatever happens.
fn write_whole(path: &Path, text: &str) -> Result<(), IdentityFault> {
    let file = |source| IdentityFault::File { path: path.to_owned(), source };
    whole_file::write(path, text.as_bytes()).map_err(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn identity(folder: &Path) -> Identity {
        let papers = Papers {
            authority: folder.join("ca.pem"),
            certificate: folder.join("kiosk.pem"),
            key: folder.join("kiosk-key.pem"),
        };
        Identity::new("ft-0001".parse().unwrap(), papers)
    }

    #[test]
    fn a_key_that_waits_is_gone_on_with_and_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let identity = identity(folder.path());
        let first = identity.key_to_certify().unwrap();
        assert_eq!(identity.key_to_certify().unwrap().fingerprint, first.fingerprint);
        let mode = std::fs::metadata(&identity.papers.key).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_certificate_is_taken_as_a_whole_and_only_once() {
        let folder = tempfile::tempdir().unwrap();
        let identity = identity(folder.path());
        let key = identity.key_to_certify().unwrap();
        assert!(matches!(identity.take(&key, "no certificate"), Err(IdentityFault::NoCertificate(_))));
        assert!(identity.papers.key.exists(), "the key still waits");
        let own = KeyPair::from_pem(key.key.expose()).unwrap();
        let certificate = CertificateParams::new(Vec::new()).unwrap().self_signed(&own).unwrap().pem();
        identity.take(&key, &certificate).unwrap();
        let mode = std::fs::metadata(&identity.papers.certificate).unwrap().permissions().mode();
        assert_eq!((mode & 0o777, identity.papers.key.exists()), (0o600, false));
        assert!(identity.ends_at().is_ok());
        assert!(matches!(identity.key_to_certify(), Err(IdentityFault::Enrolled(_))));
    }
}
