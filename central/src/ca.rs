//! Our own certificate authority: who may talk to central, and by what central is known. A folder of PEM files;
//! private keys are readable by their owner only and nothing is ever overwritten.
//!
//! A kiosk's or clerk's certificate says who it is (see `caller`) and is good for clients only; central's is good for
//! servers only.

use crate::caller::{CLERK_UNIT, Clerk, KIOSK_UNIT};
use crate::private_file::{PUBLIC, SECRET, write_new};
use contract::KioskId;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use std::fs;
use std::path::{Path, PathBuf};

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
        let mut params = params(&[(DnType::CommonName, "Budayang terminal authority")], 2056)?;
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
    let subject = [(DnType::CommonName, kiosk.as_str()), (DnType::OrganizationalUnitName, KIOSK_UNIT)];
    issue(folder, papers, &subject, &[], ExtendedKeyUsagePurpose::ClientAuth)
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

fn issue(
    folder: &Path,
    papers: Papers,
    subject: &[(DnType, &str)],
    names: &[String],
    usage: ExtendedKeyUsagePurpose,
) -> Result<Papers, CaError> {
    refuse_existing(&papers)?;
    let authority = Papers::of(folder, AUTHORITY);
    let (authority_certificate, authority_key) = (read(&authority.certificate)?, read(&authority.key)?);
    let make = || {
        let issuer = Issuer::from_ca_cert_pem(&authority_certificate, KeyPair::from_pem(&authority_key)?)?;
        let key = KeyPair::generate()?;
        let mut params = params(subject, 2036)?;
        params.subject_alt_names = CertificateParams::new(names)?.subject_alt_names;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![usage];
        params.use_authority_key_identifier_extension = true;
        Ok((params.signed_by(&key, &issuer)?.pem(), key.serialize_pem()))
    };
    let (certificate, key) = make().map_err(|source| made_in(folder, source))?;
    write_pair(&papers, &key, &certificate)?;
    Ok(papers)
}

fn write_pair(papers: &Papers, key: &str, certificate: &str) -> Result<(), CaError> {
    for (path, text, mode) in [(&papers.key, key, SECRET), (&papers.certificate, certificate, PUBLIC)] {
        write_new(path, text, mode).map_err(|source| CaError::File { path: path.clone(), source })?;
    }
    Ok(())
}

fn params(subject: &[(DnType, &str)], last_year: i32) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name = DistinguishedName::new();
    for (kind, text) in subject {
        params.distinguished_name.push(kind.clone(), *text);
    }
    params.not_before = date_time_ymd(2024, 1, 1);
    params.not_after = date_time_ymd(last_year, 1, 1);
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
