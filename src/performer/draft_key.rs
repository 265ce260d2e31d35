//! The keys of kept drafts. Each is formed from two things that nobody has in one place: everything that the chip of a
//! card says, its photo with it, which goes home with the resident, and this terminal's own secret, which is no part of
//! the database. The disk without the card opens no draft, and neither does the card at another terminal.
//!
//! The secret lies in a file of its own, readable by the terminal alone, until the terminal is enrolled with its TPM and
//! the TPM holds it.

use crate::journey::DraftOf;
use crate::whole_file;
use contract::form::Fields;
use contract::suite::{Suite, SuiteError};
use contract::{KioskId, Secret};
use offline_cache::{LARGEST_DRAFT, StoreError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The file of the terminal's secret, in its state folder.
const FILE: &str = "device-secret";
const SECRET_BYTES: usize = 32;

/// This terminal's half of every draft's key.
#[derive(Clone, Debug)]
pub struct DeviceSecret {
    secret: Secret<Vec<u8>>,
    kiosk: KioskId,
}

/// Why no draft can be kept here (故障 E13).
#[derive(Debug, thiserror::Error)]
pub enum NoDeviceSecret {
    /// The file can't be read or made.
    #[error("{path}: {source}; the state folder must be the terminal's own and writable")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It holds something else.
    #[error("{path} holds {length} bytes, not 32; move it away and start again: drafts kept so far are lost")]
    Length {
        /// The file.
        path: PathBuf,
        /// Its length.
        length: usize,
    },
}

impl DeviceSecret {
    /// Reads the secret from the state folder; makes it at the first start.
    pub fn open(state: &Path, kiosk: &KioskId) -> Result<Self, NoDeviceSecret> {
        let path = state.join(FILE);
        let fault = |source| NoDeviceSecret::File { path: path.clone(), source };
        let secret = match std::fs::read(&path) {
            Ok(bytes) => Secret::new(bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => make(&path).map_err(fault)?,
            Err(error) => return Err(fault(error)),
        };
        match secret.expose().len() {
            SECRET_BYTES => Ok(Self { secret, kiosk: kiosk.clone() }),
            length => Err(NoDeviceSecret::Length { path, length }),
        }
    }
}

/// A power cut leaves the whole secret or none: a draft that was kept under it must open again.
fn make(path: &Path) -> std::io::Result<Secret<Vec<u8>>> {
    let mut bytes = vec![0; SECRET_BYTES];
    getrandom::fill(&mut bytes)?;
    let secret = Secret::new(bytes);
    whole_file::write(path, secret.expose())?;
    Ok(secret)
}

/// The key of one draft, and the name that it is kept under.
pub(super) struct DraftKey {
    /// Says nothing to whoever has not both halves.
    pub(super) name: [u8; 32],
    suite: Suite,
    key: Secret<Vec<u8>>,
    context: Vec<u8>,
}

impl DraftKey {
    pub(super) fn form(suite: Suite, device: &DeviceSecret, of: &DraftOf) -> Result<Self, SuiteError> {
        let halves = [device.secret.expose().as_slice(), of.card.expose()];
        let named = suite.derive(&format!("budayang draft name 1\n{}", of.service), &halves)?;
        Ok(Self {
            name: suite.hash(&[named.expose()]),
            suite,
            key: suite.derive("budayang draft 1", &halves)?,
            context: format!("budayang draft\n{}\n{}", device.kiosk, of.service).into_bytes(),
        })
    }

    pub(super) fn lock(&self, typed: &Fields) -> Result<Vec<u8>, StoreError> {
        // As large as it gets, at once: growing would leave copies behind in memory.
        let mut plain = Vec::with_capacity(LARGEST_DRAFT);
        let written = serde_json::to_writer(&mut plain, typed);
        let plain = Secret::new(plain);
        written.map_err(StoreError::Encode)?;
        self.suite.lock(&self.key, &self.context, plain.expose()).map_err(StoreError::Suite)
    }

    /// Nothing, if it was not locked with this key for this service, or was altered since.
    pub(super) fn unlock(&self, locked: &[u8]) -> Option<Fields> {
        let plain = self.suite.unlock(&self.key, &self.context, locked).ok()?;
        serde_json::from_slice(plain.expose()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    const SUITES: [Suite; 2] = [Suite::International, Suite::Sm];

    fn device(folder: &tempfile::TempDir) -> DeviceSecret {
        DeviceSecret::open(folder.path(), &"ft-0001".parse().unwrap()).unwrap()
    }

    fn of(service: &str, card: &[u8]) -> DraftOf {
        DraftOf { service: service.parse().unwrap(), card: Secret::new(card.to_vec()) }
    }

    fn typed() -> Fields {
        [("phone".parse().unwrap(), Secret::from("13800000001"))].into()
    }

    #[test]
    fn only_the_same_card_at_the_same_terminal_for_the_same_service_opens_a_draft() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for suite in SUITES {
            let mine = of("SZ-HZ-000078", b"card");
            let key = DraftKey::form(suite, &device(&folder), &mine).unwrap();
            let locked = key.lock(&typed()).unwrap();
            let again = DraftKey::form(suite, &device(&folder), &mine).unwrap();
            assert_eq!((again.name, again.unlock(&locked)), (key.name, Some(typed())));
            let others = [
                DraftKey::form(suite, &device(&folder), &of("SZ-HZ-000078", b"another card")).unwrap(),
                DraftKey::form(suite, &device(&folder), &of("SZ-HZ-000035", b"card")).unwrap(),
                DraftKey::form(suite, &device(&elsewhere), &mine).unwrap(),
            ];
            for other in others {
                assert_ne!(other.name, key.name);
                assert_eq!(other.unlock(&locked), None);
            }
            let phone = b"13800000001";
            assert!(!locked.windows(phone.len()).any(|window| window == phone));
        }
    }

    #[test]
    fn an_altered_draft_does_not_open() {
        let folder = tempfile::tempdir().unwrap();
        for suite in SUITES {
            let key = DraftKey::form(suite, &device(&folder), &of("SZ-HZ-000078", b"card")).unwrap();
            let locked = key.lock(&typed()).unwrap();
            for place in [0, locked.len() / 2, locked.len() - 1] {
                let mut altered = locked.clone();
                altered[place] ^= 1;
                assert_eq!(key.unlock(&altered), None, "byte {place}");
            }
            assert_eq!(key.unlock(&[]), None);
        }
    }

    #[test]
    fn the_secret_is_the_terminals_own_and_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let made = device(&folder).secret;
        let file = folder.path().join(FILE);
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(device(&folder).secret, made);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing half made stays");
    }

    #[test]
    fn a_secret_that_is_none_is_named_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), b"short").unwrap();
        let kiosk = "ft-0001".parse().unwrap();
        let fault = DeviceSecret::open(folder.path(), &kiosk).unwrap_err();
        assert!(fault.to_string().contains("holds 5 bytes"), "{fault}");
        assert_eq!(std::fs::read(folder.path().join(FILE)).unwrap(), b"short");
        let nowhere = DeviceSecret::open(&folder.path().join("nowhere"), &kiosk).unwrap_err();
        assert!(matches!(nowhere, NoDeviceSecret::File { .. }), "{nowhere}");
    }
}
