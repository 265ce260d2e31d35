//! Desired states that the city's signer signed: what is in force, what is tried, and the floor below which nothing is
//! taken. They lie in one row and change in one transaction with the journal; what is kept is checked again at each start.
//!
//! The keys that entries are sealed to come with them, and count from the moment that a state is taken: they do nothing
//! that a resident could notice, and central opens what was sealed to older ones.

mod program;
mod trial;
mod urgent;

pub use program::WantedProgram;
pub use trial::{Returned, Step};
pub use urgent::Begun;

use crate::{Act, Store, StoreError, journal, standing};
use contract::app_version::AppVersion;
use contract::desired::{Desired, Refusal, SignedDesired};
use contract::series::SealingKeyId;
use contract::settings::InForce;
use contract::suite::Sealer;
use jiff::Timestamp;
use rusqlite::TransactionBehavior;
pub(crate) use trial::Kept;
use trial::Signed;

const KEPT: &str = "desired_states";

/// The key in force.
#[derive(Debug)]
pub(crate) struct Sealing {
    pub(crate) id: SealingKeyId,
    pub(crate) sealer: Box<dyn Sealer>,
}

/// How the desired states of a terminal stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DesiredStanding {
    /// The highest version that was ever taken; 0 before the first.
    pub floor: u64,
    /// The version in force.
    pub in_force: Option<u64>,
    /// The version that shall come into force, and how far it is.
    pub trial: Option<(u64, Step)>,
    /// The last that was given back.
    pub returned: Option<Returned>,
}

impl Store {
    /// The highest version of a desired state that was ever taken; 0 before the first.
    pub const fn desired_version(&self) -> u64 {
        self.desired.floor
    }

    /// Whether there is a key to seal entries to.
    pub const fn has_key(&self) -> bool {
        self.sealing.is_some()
    }

    /// How the desired states stand.
    pub fn desired_standing(&self) -> DesiredStanding {
        let Kept { floor, good, trial, returned, .. } = &self.desired;
        DesiredStanding {
            floor: *floor,
            in_force: good.as_ref().map(|good| good.version),
            trial: trial.as_ref().map(|trial| (trial.state.version, trial.step)),
            returned: returned.clone(),
        }
    }

    /// What is set by the state in force; the defaults before the first.
    pub fn settings_in_force(&self) -> Result<InForce, StoreError> {
        self.desired.good.as_ref().map_or_else(
            || Ok(InForce::default()),
            |good| self.read(&good.signed)?.in_force().map_err(StoreError::Refused),
        )
    }

    /// What would be set by the state that waits, with its version.
    pub fn settings_waiting(&self) -> Result<Option<(u64, InForce)>, StoreError> {
        let waiting = self.desired.trial.as_ref().filter(|trial| trial.step == Step::Waiting);
        waiting
            .map(|trial| {
                let settings = self.read(&trial.state.signed)?.in_force().map_err(StoreError::Refused)?;
                Ok((trial.state.version, settings))
            })
            .transpose()
    }

    /// Takes a desired state for this terminal: signed by this city's signer, in its time, and newer than any before. Its
    /// keys count at once; its settings wait until nobody stands before the terminal.
    pub fn adopt(&mut self, signed: &SignedDesired, now: Timestamp) -> Result<(), StoreError> {
        let at = self.clock(now)?;
        let desired = self.read(signed)?;
        desired.admit(self.desired.floor, at).map_err(StoreError::Refused)?;
        let sealing = self.sealing_of(&desired)?;
        let act = Act::DesiredTaken { version: desired.version, key: sealing.id };
        let mut kept = self.desired.clone();
        kept.take(desired.version, signed.clone());
        kept.urgent.take(&desired, Signed { version: desired.version, signed: signed.clone() });
        self.write_desired(kept, &act, at)?;
        self.sealing = Some(sealing);
        Ok(())
    }

    /// The state that waits is obeyed from here on, on probation. False if it is not the one that waits any more.
    pub fn begin_trial(&mut self, version: u64, now: Timestamp) -> Result<bool, StoreError> {
        self.step_desired(now, &Act::DesiredTried { version }, |kept| kept.begin(version))
    }

    /// Somebody came to the terminal before the state was obeyed: it waits again.
    pub fn postpone_trial(&mut self, version: u64, now: Timestamp) -> Result<bool, StoreError> {
        self.step_desired(now, &Act::DesiredPostponed { version }, |kept| kept.postpone(version))
    }

    /// The terminal works with the state: it is in force.
    pub fn keep_trial(&mut self, version: u64, now: Timestamp) -> Result<bool, StoreError> {
        self.step_desired(now, &Act::DesiredInForce { version }, |kept| kept.keep(version))
    }

    /// The terminal does not work with the state: the last good one is in force again.
    pub fn give_trial_back(
        &mut self,
        version: u64,
        reason: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let reason = reason.to_owned();
        self.step_desired(now, &Act::DesiredReturned { version }, move |kept| kept.give_back(version, reason))
    }

    /// The program starts: what was on probation when it went down is given back.
    pub(crate) fn end_probation(&mut self, at: Timestamp) -> Result<(), StoreError> {
        let mut kept = self.desired.clone();
        if let Some(version) = kept.restart() {
            self.write_desired(kept, &Act::DesiredReturned { version }, at)?;
            self.sealing = self.newest_sealing()?;
        }
        Ok(())
    }

    /// Takes up the desired states that the store keeps.
    pub(crate) fn resume_desired(&mut self) -> Result<(), StoreError> {
        if self.signer.is_some() {
            self.desired = standing::read(&self.db, KEPT)?.unwrap_or_default();
            self.sealing = self.newest_sealing()?;
        }
        Ok(())
    }

    fn step_desired(
        &mut self,
        now: Timestamp,
        act: &Act,
        step: impl FnOnce(&mut Kept) -> bool,
    ) -> Result<bool, StoreError> {
        let at = self.clock(now)?;
        let mut kept = self.desired.clone();
        if !step(&mut kept) {
            return Ok(false);
        }
        self.write_desired(kept, act, at)?;
        self.sealing = self.newest_sealing()?;
        Ok(true)
    }

    fn write_desired(&mut self, kept: Kept, act: &Act, at: Timestamp) -> Result<(), StoreError> {
        let suite = self.suite;
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        standing::write(&change, KEPT, &kept)?;
        journal::write(&change, suite, at, act)?;
        change.commit()?;
        self.desired = kept;
        Ok(())
    }

    fn newest_sealing(&self) -> Result<Option<Sealing>, StoreError> {
        let newest = self.desired.newest();
        newest.map(|newest| self.sealing_of(&self.read(&newest.signed)?)).transpose()
    }

    fn read(&self, signed: &SignedDesired) -> Result<Desired, StoreError> {
        let signer = self.signer.as_ref().ok_or(StoreError::NoSigner)?;
        let verifier = signer.suite.verifier(&signer.bytes).map_err(StoreError::Suite)?;
        let read = signed.read(verifier.as_ref(), &self.kiosk, AppVersion::of_this_build());
        read.map_err(StoreError::Refused)
    }

    fn sealing_of(&self, desired: &Desired) -> Result<Sealing, StoreError> {
        let key = desired.sealing.last().ok_or(StoreError::NoKey)?;
        if key.public.suite != self.suite {
            return Err(StoreError::Refused(Refusal::other_suite(key.public.suite, self.suite)));
        }
        let sealer = key.public.suite.sealer(&key.public.bytes);
        let sealer = sealer.map_err(|error| StoreError::Refused(Refusal::bad_sealing_key(&error)))?;
        Ok(Sealing { id: key.id, sealer })
    }
}
