//! Lanes: which entries must stay in order among themselves. A person's entries share a lane.
//!
//! A lane is one byte on purpose. A longer hash of an ID number could be traced back to the number by whoever holds the
//! disk and tries every number that there is; a byte is shared by thousands of residents and says nothing, and 256
//! lanes are more than are ever sent at once.

use crate::StoreError;
use contract::suite::Suite;
use contract::{EntryId, Secret};

/// The random secret of this kiosk, made once with the store.
#[derive(Clone, Debug)]
pub struct KioskSecret(Secret<Vec<u8>>);

/// Entries of one lane are sent in the order they were made; lanes do not wait for each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lane(pub u8);

/// Which lane an entry takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// In order with everything else of this lane.
    In(Lane),
    /// After this entry, wherever that stands.
    After(EntryId),
    /// It belongs to nobody in particular.
    Free,
}

impl KioskSecret {
    pub(crate) fn make() -> Result<Self, StoreError> {
        let mut bytes = vec![0; 32];
        fill(&mut bytes)?;
        Ok(Self(Secret::new(bytes)))
    }

    /// A secret that lasts as long as this run of the program, where no store can be opened.
    pub fn of_this_run() -> Self {
        // Without random numbers names are still names, only guessable ones; they stay in memory.
        Self::make().unwrap_or_else(|_| Self(Secret::new(vec![0; 32])))
    }

    pub(crate) fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(Secret::new(bytes))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.expose()
    }

    /// A name for a person or a card that is the same at this kiosk each time. For memory only: on the disk beside the
    /// secret it could be traced back.
    pub fn name_of(&self, subject: &str) -> [u8; 16] {
        let hash = Suite::International.hash(&[self.bytes(), subject.as_bytes()]);
        let mut name = [0; 16];
        name.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        name
    }
}

impl Lane {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).map(Self)
    }

    /// The lane of a person, by whatever names the person: an ID number, a phone number.
    pub fn of(secret: &KioskSecret, subject: &str) -> Self {
        let [first, ..] = secret.name_of(subject);
        Self(first)
    }
}

pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), StoreError> {
    getrandom::fill(bytes).map_err(|error| StoreError::NoRandomness(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_for_a_person_and_differs_between_kiosks() {
        let (here, there) = (KioskSecret::make().unwrap(), KioskSecret::make().unwrap());
        let id = "440304199001010011";
        assert_eq!(here.name_of(id), here.name_of(id));
        assert_ne!(here.name_of(id), here.name_of("44030419900101002X"));
        assert_ne!(here.name_of(id), there.name_of(id));
        assert_eq!(Lane::of(&here, id), Lane::of(&here, id));
    }

    #[test]
    fn residents_share_lanes_so_that_a_lane_names_nobody() {
        let secret = KioskSecret::make().unwrap();
        let mut residents = [0; 256];
        for n in 0..10_000 {
            residents[usize::from(Lane::of(&secret, &format!("{n}")).0)] += 1;
        }
        assert!(residents.iter().all(|count| *count > 10), "{residents:?}");
    }
}
