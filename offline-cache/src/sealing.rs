//! The keys that entries are sealed to. They come in desired states that the city's signer signed; the latest one stays
//! in the store with its version, so that no older one is ever taken again, and is checked again at each start.

use crate::{Act, Store, StoreError, journal, standing};
use contract::desired::{Desired, SignedDesired};
use contract::series::SealingKeyId;
use contract::suite::Sealer;
use jiff::Timestamp;
use rusqlite::TransactionBehavior;

const DESIRED: &str = "desired";

/// The key in force.
#[derive(Debug)]
pub(crate) struct Sealing {
    pub(crate) version: u64,
    pub(crate) id: SealingKeyId,
    pub(crate) sealer: Box<dyn Sealer>,
}

impl Store {
    /// The version of the desired state in force; 0 before the first.
    pub fn desired_version(&self) -> u64 {
        self.sealing.as_ref().map_or(0, |sealing| sealing.version)
    }

    /// Takes a desired state: signed by this city's signer, and newer than the one in force.
    pub fn adopt(&mut self, signed: &SignedDesired, now: Timestamp) -> Result<(), StoreError> {
        let sealing = self.judge(signed)?;
        if sealing.version <= self.desired_version() {
            return Err(StoreError::OldDesired { got: sealing.version, floor: self.desired_version() });
        }
        let (suite, at) = (self.suite, self.clock(now)?);
        let act = Act::DesiredInForce { version: sealing.version, key: sealing.id };
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        standing::write(&change, DESIRED, signed)?;
        journal::write(&change, suite, at, &act)?;
        change.commit()?;
        self.sealing = Some(sealing);
        Ok(())
    }

    /// Takes up the desired state that the store keeps.
    pub(crate) fn resume_desired(&mut self) -> Result<(), StoreError> {
        if self.signer.is_some()
            && let Some(signed) = standing::read(&self.db, DESIRED)?
        {
            self.sealing = Some(self.judge(&signed)?);
        }
        Ok(())
    }

    fn judge(&self, signed: &SignedDesired) -> Result<Sealing, StoreError> {
        let signer = self.signer.as_ref().ok_or(StoreError::NoSigner)?;
        let verifier = signer.suite.verifier(&signer.bytes).map_err(StoreError::Suite)?;
        let Desired { version, sealing } = signed.verify(verifier.as_ref())?;
        let key = sealing.last().ok_or(StoreError::NoKey)?;
        if key.public.suite != signer.suite {
            return Err(StoreError::OtherSuite { key: key.public.suite, signer: signer.suite });
        }
        let sealer = key.public.suite.sealer(&key.public.bytes).map_err(StoreError::Suite)?;
        Ok(Sealing { version, id: key.id, sealer })
    }
}
