//! Why the fleet does not do it.

use super::rollout::NotNow;
use crate::store::StoreError;
use contract::KioskId;
use contract::desired::NotSigned;
use contract::settings::SettingFault;

/// Why an act of the fleet is refused.
#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    /// The change sets what can't be set.
    #[error("{0}")]
    Setting(#[from] SettingFault),
    /// A change that changes nothing.
    #[error("this changes nothing of what {0} says: name a key with another value")]
    NothingNew(String),
    /// The scope is being changed by another rollout.
    #[error("rollout {0} of the same scope is not over: wait for it, or abort it")]
    Busy(u64),
    /// There is no such rollout.
    #[error("there is no rollout {0}: see 'central fleet rollouts'")]
    NoSuchRollout(u64),
    /// The rollout is in a state in which that can't be done.
    #[error(transparent)]
    NotNow(#[from] NotNow),
    /// A notice that holds for no sensible time.
    #[error(
        "an emergency notice holds for a minute to {0} hours; what lasts longer is a notice of the settings"
    )]
    BadTime(i64),
    /// The second person is the first.
    #[error("whoever proposed it can't agree to it: ask somebody else")]
    SamePerson,
    /// There is no such notice, or it is past that.
    #[error("there is no emergency notice {0} that this can be done with: see 'central emergency list'")]
    NoSuchEmergency(u64),
    /// The terminal was never seen.
    #[error("no terminal {0} has ever asked: see 'central fleet reports'")]
    NoSuchTerminal(KioskId),
    /// The terminal has not done what it was asked before.
    #[error("{0} commands are under way at this terminal: wait for them")]
    TooManyCommands(usize),
    /// Something changed while it was looked at.
    #[error("the fleet has changed meanwhile: ask again")]
    Stale,
    /// What is wanted can't be signed.
    #[error(transparent)]
    NotSigned(#[from] NotSigned),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}
