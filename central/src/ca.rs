//! Our own certificate authority: who may talk to central, and by what central is known. A folder of PEM files;
//! private keys are readable by their owner only and nothing is ever overwritten.
//!
//! A kiosk's or clerk's certificate says who it is (see `caller`) and is good for clients only; central's is good for
//! servers only.

use crate::caller::{CLERK_UNIT, CertificateFingerprint, Clerk, KIOSK_UNIT};
use crate::private_file::{PUBLIC, SECRET, write_new};
use contract::KioskId;
use contract::enrolment::{GOOD_FOR_DAYS, KeyFingerprint, MAX_REQUEST_BYTES};
use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, PublicKey, PublicKeyData, date_time_ymd,
};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

const AUTHORITY: &str = "ca";
const SERVER: &str = "server";

/// Why a certificate can't be made or read.
#[derive(Debug, thiserror::Error)]
pub enum CaError {
    /// It is there already.
    #[error("{0} exists already; nothing is overwritten: choose another folder or remove it yourself")]
    Exists(PathBuf),
    /// A file or folder.
    #[error(
        "{path}: {source}; 'central ca init' makes an authority, 'central ca issue-server' central's papers"
    )]
    File {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The certificate itself.
    #[error("can't make or read a certificate in {folder}: {source}")]
    Certificate {
        /// The folder of the authority.
        folder: PathBuf,
        /// Why not.
        source: rcgen::Error,
    },
}

/// Where one party's files are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Papers {
    /// The authority's certificate: whom to believe.
    pub authority: PathBuf,
    /// The party's own certificate.
    pub certificate: PathBuf,
    /// The party's private key.
    pub key: PathBuf,
}

impl Papers {
    fn of(folder: &Path, party: &str) -> Self {
        Self {
            authority: folder.join(format!("{AUTHORITY}.pem")),
            certificate: folder.join(format!("{party}.pem")),
            key: folder.join(format!("{party}-key.pem")),
        }
    }

    /// Central's files in an authority's folder.
    pub fn of_server(folder: &Path) -> Self {
        Self::of(folder, SERVER)
    }

    /// A kiosk's files in an authority's folder.
    pub fn of_kiosk(folder: &Path, kiosk: &KioskId) -> Self {
        Self::of(folder, &format!("kiosk-{kiosk}"))
    }

    /// A clerk's files in an authority's folder.
    pub fn of_clerk(folder: &Path, clerk: &Clerk) -> Self {
        Self::of(folder, &format!("clerk-{}", clerk.id))
    }
}

/// Makes a new authority in a folder: `ca.pem` and `ca-key.pem`.
pub fn init(folder: &Path) -> Result<(), CaError> {
    fs::create_dir_all(folder).map_err(|source| CaError::File { path: folder.to_owned(), source })?;
    let papers = Papers::of(folder, AUTHORITY);
    refuse_existing(&papers)?;
    let make = || {
        let key = KeyPair::generate()?;
        let mut params = params(&[(DnType::CommonName, "Budayang terminal authority")])?;
        params.not_after = date_time_ymd(2056, 1, 1);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Ok((params.self_signed(&key)?.pem(), key.serialize_pem()))
    };
    let (certificate, key) = make().map_err(|source| made_in(folder, source))?;
    write_pair(&papers, &key, &certificate)
}

/// Issues central's certificate for the names and addresses that kiosks will use: `server.pem`, `server-key.pem`.
pub fn issue_server(folder: &Path, names: &[String]) -> Result<Papers, CaError> {
    let subject = [(DnType::CommonName, "central")];
    issue(folder, Papers::of_server(folder), &subject, names, ExtendedKeyUsagePurpose::ServerAuth)
}

/// Issues a kiosk's certificate: `kiosk-ft-0001.pem`, `kiosk-ft-0001-key.pem`.
pub fn issue_kiosk(folder: &Path, kiosk: &KioskId) -> Result<Papers, CaError> {
    let papers = Papers::of_kiosk(folder, kiosk);
    issue(folder, papers, &of_kiosk(kiosk), &[], ExtendedKeyUsagePurpose::ClientAuth)
}

/// Issues a clerk's certificate: `clerk-wang.pem`, `clerk-wang-key.pem`.
pub fn issue_clerk(folder: &Path, clerk: &Clerk) -> Result<Papers, CaError> {
    let papers = Papers::of_clerk(folder, clerk);
    let subject = [
        (DnType::CommonName, clerk.id.as_str()),
        (DnType::OrganizationalUnitName, CLERK_UNIT),
        (DnType::OrganizationName, clerk.department.as_str()),
    ];
    issue(folder, papers, &subject, &[], ExtendedKeyUsagePurpose::ClientAuth)
}

fn of_kiosk(kiosk: &KioskId) -> [(DnType, &str); 2] {
    [(DnType::CommonName, kiosk.as_str()), (DnType::OrganizationalUnitName, KIOSK_UNIT)]
}

fn issue(
    folder: &Path,
    papers: Papers,
    subject: &[(DnType, &str)],
    names: &[String],
    usage: ExtendedKeyUsagePurpose,
) -> Result<Papers, CaError> {
    refuse_existing(&papers)?;
    let authority = Authority::load(folder)?;
    let make = || {
        let key = KeyPair::generate()?;
        let mut params = params(subject)?;
        params.subject_alt_names = CertificateParams::new(names)?.subject_alt_names;
        params.extended_key_usages = vec![usage];
        Ok((authority.sign(params, &key)?.pem(), key.serialize_pem()))
    };
    let (certificate, key) = make().map_err(|source| made_in(folder, source))?;
    write_pair(&papers, &key, &certificate)?;
    Ok(papers)
}

/// The authority with its key, for a central that enrols terminals and renews their certificates.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    folder: PathBuf,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// The key that a terminal wants a certificate for. It has shown that it holds the private half.
#[derive(Debug)]
pub struct RequestedKey(PublicKey);

/// What is no certificate request, or is signed by another key than its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no certificate request of a key's own: the terminal must make another one")]
pub struct NotARequest;

impl RequestedKey {
    /// Takes the key out of a certificate request (PKCS #10, PEM); whatever else it asks for is not looked at.
    pub fn parse(request: &str) -> Result<Self, NotARequest> {
        if request.len() > MAX_REQUEST_BYTES {
            return Err(NotARequest);
        }
        let request = CertificateSigningRequestParams::from_pem(request).map_err(|_| NotARequest)?;
        Ok(Self(request.public_key))
    }

    /// What technician and operator compare.
    pub fn fingerprint(&self) -> KeyFingerprint {
        KeyFingerprint::of(&self.0.subject_public_key_info())
    }
}

/// A terminal's certificate for a key that central never held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KioskCertificate {
    /// PEM.
    pub pem: String,
    /// By what it is known in the list of those that are let in.
    pub fingerprint: CertificateFingerprint,
    /// Until when it is good.
    pub ends_at: Timestamp,
}

impl Authority {
    /// Reads `ca.pem` and `ca-key.pem`.
    pub fn load(folder: &Path) -> Result<Self, CaError> {
        let papers = Papers::of(folder, AUTHORITY);
        let (certificate, key) = (read(&papers.certificate)?, read(&papers.key)?);
        let issuer = KeyPair::from_pem(&key).and_then(|key| Issuer::from_ca_cert_pem(&certificate, key));
        let issuer = issuer.map_err(|source| made_in(folder, source))?;
        Ok(Self { issuer, folder: folder.to_owned() })
    }

    /// Certifies a terminal's own key for 90 days.
    pub fn certify(
        &self,
        kiosk: &KioskId,
        key: &RequestedKey,
        now: Timestamp,
    ) -> Result<KioskCertificate, CaError> {
        let ends_at = now + SignedDuration::from_hours(24 * GOOD_FOR_DAYS);
        let make = || {
            let mut params = params(&of_kiosk(kiosk))?;
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
            params.not_after = date_time_ymd(1970, 1, 1) + seconds_since_1970(ends_at);
            self.sign(params, &key.0)
        };
        let certificate = make().map_err(|source| made_in(&self.folder, source))?;
        Ok(KioskCertificate {
            pem: certificate.pem(),
            fingerprint: CertificateFingerprint::of(certificate.der()),
            ends_at,
        })
    }

    fn sign(
        &self,
        mut params: CertificateParams,
        key: &impl PublicKeyData,
    ) -> Result<rcgen::Certificate, rcgen::Error> {
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        params.signed_by(key, &self.issuer)
    }
}

fn seconds_since_1970(at: Timestamp) -> Duration {
    Duration::from_secs(u64::try_from(at.as_second()).unwrap_or_default())
}

fn write_pair(papers: &Papers, key: &str, certificate: &str) -> Result<(), CaError> {
    for (path, text, mode) in [(&papers.key, key, SECRET), (&papers.certificate, certificate, PUBLIC)] {
        write_new(path, text, mode).map_err(|source| CaError::File { path: path.clone(), source })?;
    }
    Ok(())
}

fn params(subject: &[(DnType, &str)]) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name = DistinguishedName::new();
    for (kind, text) in subject {
        params.distinguished_name.push(kind.clone(), *text);
    }
    params.not_before = date_time_ymd(2024, 1, 1);
    params.not_after = date_time_ymd(2036, 1, 1);
    Ok(params)
}

fn made_in(folder: &Path, source: rcgen::Error) -> CaError {
    CaError::Certificate { folder: folder.to_owned(), source }
}

fn refuse_existing(papers: &Papers) -> Result<(), CaError> {
    match [&papers.certificate, &papers.key].into_iter().find(|path| path.exists()) {
        Some(path) => Err(CaError::Exists(path.clone())),
        None => Ok(()),
    }
}

pub(crate) fn read(path: &Path) -> Result<String, CaError> {
    fs::read_to_string(path).map_err(|source| CaError::File { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn keys_are_private_and_nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let kiosk = "ft-0001".parse().unwrap();
        init(folder.path()).unwrap();
        let papers = issue_kiosk(folder.path(), &kiosk).unwrap();
        let mode = fs::metadata(&papers.key).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(matches!(init(folder.path()), Err(CaError::Exists(_))));
        assert!(matches!(issue_kiosk(folder.path(), &kiosk), Err(CaError::Exists(_))));
    }

    #[test]
    fn without_an_authority_nothing_is_issued() {
        let folder = tempfile::tempdir().unwrap();
        let error = issue_server(folder.path(), &["localhost".to_owned()]).unwrap_err();
        assert!(error.to_string().contains("ca.pem"), "{error}");
    }
}
