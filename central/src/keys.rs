//! Central's own keys: the signer, whose word the terminals believe, and the keys that they seal entries to. A folder
//! of one-line files; nothing is ever overwritten.
//!
//! ```text
//! signer.key    signs desired states; its signer.pub goes to every terminal once
//! seal-1.key    opens what was sealed to key 1; kept as long as an entry may wait that was sealed to it
//! seal-2.key    the highest number is the one in force
//! ```

use crate::private_file::{PUBLIC, SECRET, write_new};
use contract::KioskId;
use contract::Secret;
use contract::desired::{Desired, NoKey, NotSigned, PrivateKey, PublicKey, SealingKey, SignedDesired};
use contract::series::SealingKeyId;
use contract::suite::{KeyPair, Opener, Sealer, Signer, Suite, SuiteError};
use contract::technician::{BoxFault, CodeBox, TechnicianCode};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const SIGNER: &str = "signer";

/// Why the keys can't be made or used.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// A file or folder.
    #[error("{path}: {source}; 'central keys init' makes the keys, and never over others")]
    File {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A file holds no key.
    #[error("{path}: {source}; bring back a copy of the file")]
    NoKey {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: NoKey,
    },
    /// A key is not one of its suite.
    #[error("{path}: {source}; bring back a copy of the file")]
    Unusable {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: SuiteError,
    },
    /// The folder holds no key to seal to.
    #[error("{0} holds no seal-1.key: 'central keys init' makes it")]
    Empty(PathBuf),
}

/// The keys of a running central.
#[derive(Debug)]
pub struct Keys {
    openers: BTreeMap<SealingKeyId, Box<dyn Opener>>,
    sealer: (SealingKeyId, Box<dyn Sealer>),
    signer: (Suite, Box<dyn Signer>),
    sealing: Vec<SealingKey>,
}

impl Keys {
    /// Reads all keys of a folder.
    pub fn load(folder: &Path) -> Result<Self, KeysError> {
        let signer_file = folder.join(format!("{SIGNER}.key"));
        let key = read_private(&signer_file)?;
        let signer = key
            .suite
            .signer(&key.bytes)
            .map_err(|source| KeysError::Unusable { path: signer_file.clone(), source })?;
        let (mut openers, mut sealing) = (BTreeMap::new(), Vec::new());
        for id in sealing_keys(folder)? {
            let path = seal_file(folder, id, "key");
            let key = read_private(&path)?;
            let opener =
                key.suite.opener(&key.bytes).map_err(|source| KeysError::Unusable { path, source })?;
            openers.insert(id, opener);
            sealing.push(SealingKey { id, public: read_public(&seal_file(folder, id, "pub"))? });
        }
        let Some(newest) = sealing.last() else { return Err(KeysError::Empty(folder.to_owned())) };
        let sealer = newest
            .public
            .suite
            .sealer(&newest.public.bytes)
            .map_err(|source| KeysError::Unusable { path: seal_file(folder, newest.id, "pub"), source })?;
        let newest = newest.id;
        Ok(Self { openers, sealer: (newest, sealer), signer: (key.suite, signer), sealing })
    }

    /// What opens entries that were sealed to this key.
    pub(crate) fn opener(&self, id: SealingKeyId) -> Option<&dyn Opener> {
        self.openers.get(&id).map(Box::as_ref)
    }

    /// The technician's code in a box of a terminal, if it is young enough.
    pub fn technician_code(&self, made: &CodeBox, now: Timestamp) -> Result<TechnicianCode, BoxFault> {
        made.open(self.opener(made.key).ok_or(BoxFault::Foreign)?, now)
    }

    /// What seals to the newest key, and which that is.
    pub(crate) fn sealer(&self) -> (SealingKeyId, &dyn Sealer) {
        (self.sealer.0, self.sealer.1.as_ref())
    }

    /// The keys that terminals may seal to, as they are told to them.
    pub fn sealing(&self) -> &[SealingKey] {
        &self.sealing
    }

    /// Signs what is wanted of a terminal.
    pub fn sign(&self, desired: &Desired) -> Result<SignedDesired, NotSigned> {
        SignedDesired::sign(desired, self.signer.1.as_ref())
    }

    /// What a terminal is given before anybody has set anything for it.
    pub fn first_desired(&self, kiosk: &KioskId, now: Timestamp) -> Result<SignedDesired, NotSigned> {
        self.sign(&Desired::new(kiosk.clone(), 1, self.sealing.clone(), now))
    }

    /// The suite of the city's signer.
    pub(crate) const fn suite(&self) -> Suite {
        self.signer.0
    }

    /// The digest of a document by the signer's suite.
    pub(crate) fn digest(&self, document: &str) -> [u8; 32] {
        self.signer.0.hash(&[document.as_bytes()])
    }
}

/// Makes the signer and the first sealing key; says where the signer's public key is.
pub fn init(folder: &Path, suite: Suite) -> Result<PathBuf, KeysError> {
    fs::create_dir_all(folder).map_err(|source| KeysError::File { path: folder.to_owned(), source })?;
    let public = folder.join(format!("{SIGNER}.pub"));
    let private = folder.join(format!("{SIGNER}.key"));
    let pair =
        suite.make_signing_pair().map_err(|source| KeysError::Unusable { path: private.clone(), source })?;
    write_pair(suite, pair, &private, &public)?;
    make_sealing_key(folder, suite, SealingKeyId(1))?;
    Ok(public)
}

/// Makes the next sealing key; central takes it up when it is started again.
pub fn next(folder: &Path) -> Result<SealingKeyId, KeysError> {
    let newest = sealing_keys(folder)?.pop().ok_or_else(|| KeysError::Empty(folder.to_owned()))?;
    let suite = read_public(&seal_file(folder, newest, "pub"))?.suite;
    let id = SealingKeyId(newest.0.saturating_add(1));
    make_sealing_key(folder, suite, id)?;
    Ok(id)
}

/// Where the signer's public key is, which every terminal needs.
pub fn signer_file(folder: &Path) -> PathBuf {
    folder.join(format!("{SIGNER}.pub"))
}

fn make_sealing_key(folder: &Path, suite: Suite, id: SealingKeyId) -> Result<(), KeysError> {
    let (private, public) = (seal_file(folder, id, "key"), seal_file(folder, id, "pub"));
    let pair =
        suite.make_sealing_pair().map_err(|source| KeysError::Unusable { path: private.clone(), source })?;
    write_pair(suite, pair, &private, &public)
}

/// The public half first: a folder without the private one is noticed, the other way round a key would be unpublished.
fn write_pair(suite: Suite, pair: KeyPair, private: &Path, public: &Path) -> Result<(), KeysError> {
    let fault = |path: &Path, source| KeysError::File { path: path.to_owned(), source };
    let key = PublicKey { suite, bytes: pair.public };
    write_new(public, &format!("{key}\n"), PUBLIC).map_err(|source| fault(public, source))?;
    let text = PrivateKey { suite, bytes: pair.private }.to_text();
    write_new(private, text.expose(), SECRET).map_err(|source| fault(private, source))
}

/// The numbers of the sealing keys in a folder, lowest first.
fn sealing_keys(folder: &Path) -> Result<Vec<SealingKeyId>, KeysError> {
    let fault = |source| KeysError::File { path: folder.to_owned(), source };
    let mut ids = Vec::new();
    for file in fs::read_dir(folder).map_err(fault)? {
        let name = file.map_err(fault)?.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix("seal-")?.strip_suffix(".key"));
        ids.extend(number.and_then(|number| number.parse().ok()).map(SealingKeyId));
    }
    ids.sort_unstable();
    Ok(ids)
}

fn seal_file(folder: &Path, id: SealingKeyId, ending: &str) -> PathBuf {
    folder.join(format!("seal-{id}.{ending}"))
}

fn read_private(path: &Path) -> Result<PrivateKey, KeysError> {
    let text = fs::read_to_string(path)
        .map(Secret::new)
        .map_err(|source| KeysError::File { path: path.to_owned(), source })?;
    text.expose().parse().map_err(|source| KeysError::NoKey { path: path.to_owned(), source })
}

fn read_public(path: &Path) -> Result<PublicKey, KeysError> {
    let text =
        fs::read_to_string(path).map_err(|source| KeysError::File { path: path.to_owned(), source })?;
    text.parse().map_err(|source| KeysError::NoKey { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::app_version::AppVersion;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_newest_key_is_published_and_old_ones_still_open() {
        for suite in [Suite::International, Suite::Sm] {
            let folder = tempfile::tempdir().unwrap();
            let signer = read_public(&init(folder.path(), suite).unwrap()).unwrap();
            assert_eq!(next(folder.path()).unwrap(), SealingKeyId(2));
            let keys = Keys::load(folder.path()).unwrap();
            let verifier = signer.suite.verifier(&signer.bytes).unwrap();
            let kiosk = "ft-0001".parse().unwrap();
            let signed = keys.first_desired(&kiosk, Timestamp::now()).unwrap();
            let desired = signed.read(verifier.as_ref(), &kiosk, AppVersion::of_this_build()).unwrap();
            assert_eq!(desired.sealing.len(), 2);
            for key in desired.sealing {
                let sealed = suite.sealer(&key.public.bytes).unwrap().seal(b"context", b"entry").unwrap();
                let opened = keys.opener(key.id).unwrap().open(b"context", &sealed).unwrap();
                assert_eq!(opened.expose(), b"entry");
            }
        }
    }

    #[test]
    fn keys_are_private_and_nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        init(folder.path(), Suite::International).unwrap();
        for name in ["signer.key", "seal-1.key"] {
            let mode = fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        assert!(matches!(init(folder.path(), Suite::Sm), Err(KeysError::File { .. })));
    }

    #[test]
    fn a_folder_without_keys_says_what_makes_them() {
        let folder = tempfile::tempdir().unwrap();
        let error = Keys::load(folder.path()).unwrap_err().to_string();
        assert!(error.contains("signer.key") && error.contains("central keys init"), "{error}");
        fs::write(folder.path().join("signer.key"), "garbage").unwrap();
        let error = Keys::load(folder.path()).unwrap_err().to_string();
        assert!(error.contains("signer.key") && error.contains("no key"), "{error}");
    }
}
