//! Lanes: which entries must stay in order among themselves. A lane is one person's entries, under a keyed hash, so
//! that the file does not say whose they are.

use crate::StoreError;
use contract::Secret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The random secret of this kiosk, made once with the store.
#[derive(Clone, Debug)]
pub struct KioskSecret(Secret<Vec<u8>>);

/// Entries of one lane are sent in the order they were made; lanes do not wait for each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lane(pub(crate) [u8; 16]);

impl KioskSecret {
    pub(crate) fn make() -> Result<Self, StoreError> {
        random::<32>().map(|bytes| Self(Secret::new(bytes.to_vec())))
    }

    pub(crate) fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(Secret::new(bytes))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.expose()
    }
}

impl Lane {
    /// The lane of a person, by whatever names the person: an ID number, a phone number.
    pub fn of(secret: &KioskSecret, subject: &str) -> Self {
        let mut lane = [0; 16];
        // HMAC takes a key of any length, so the error arm cannot be reached; it would give one common lane.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.bytes()) {
            mac.update(subject.as_bytes());
            for (to, from) in lane.iter_mut().zip(mac.finalize().into_bytes()) {
                *to = from;
            }
        }
        Self(lane)
    }

    /// The lane as a name that says nothing of the person, stable for this kiosk.
    pub const fn bytes(self) -> [u8; 16] {
        self.0
    }

    /// A lane of its own, for an entry that belongs to nobody in particular.
    pub fn alone() -> Result<Self, StoreError> {
        random().map(Self)
    }
}

fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::NoRandomness(error.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_is_the_same_for_a_person_and_differs_between_kiosks() {
        let (here, there) = (KioskSecret::make().unwrap(), KioskSecret::make().unwrap());
        let id = "440304199001010011";
        assert_eq!(Lane::of(&here, id), Lane::of(&here, id));
        assert_ne!(Lane::of(&here, id), Lane::of(&here, "44030419900101002X"));
        assert_ne!(Lane::of(&here, id), Lane::of(&there, id));
    }
}
