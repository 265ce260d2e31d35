//! Why a terminal does not take a desired state. It is told to central as it is here.

use crate::KioskId;
use crate::app_version::AppVersion;
use crate::settings::{SettingFault, UnknownKey};
use crate::suite::{Suite, SuiteError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest detail in characters that travels.
const LONGEST: usize = 200;

/// Why a desired state is not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "reason", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Refusal {
    /// It is not signed by the city's signer.
    #[error("the desired state is not signed by this city's signer: check the kiosk's signer file")]
    Signature,
    /// Its version is not above what the terminal has seen.
    #[error(
        "the desired state has version {got}, {floor} was seen before: publish changes with a higher version"
    )]
    Version {
        /// Its version.
        got: u64,
        /// The highest version that was seen.
        floor: u64,
    },
    /// It holds from a later time on.
    #[error("the desired state holds from {from} on: check the clock of the kiosk")]
    NotYet {
        /// From when.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        from: Timestamp,
    },
    /// Its time is over.
    #[error("the desired state has held until {until}: central signs a new one when it is asked")]
    Expired {
        /// Until when.
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        until: Timestamp,
    },
    /// It is for another terminal.
    #[error("the desired state is for {scope}: check the certificate of the kiosk")]
    OtherKiosk {
        /// For whom it is.
        scope: KioskId,
    },
    /// It speaks of things that only a newer program knows.
    #[error("the desired state needs version {needed} of the kiosk: update it first")]
    NewerApp {
        /// The least version.
        needed: AppVersion,
    },
    /// It can't be read.
    #[error("the desired state can't be read ({detail}): the operator must publish it again")]
    Unreadable {
        /// What is wrong.
        detail: String,
    },
    /// It sets a key that does not exist.
    #[error("the desired state sets '{key}', which is no setting: the operator must publish it without")]
    UnknownKey {
        /// The key.
        key: String,
    },
    /// It sets a key to what the key does not take.
    #[error("the desired state can't be obeyed ({detail}): the operator must publish it again")]
    Setting {
        /// The key, and what is wrong.
        detail: String,
    },
    /// A key to seal to that can't be used here.
    #[error("the sealing key {detail}: make the keys of one suite")]
    SealingKey {
        /// What is wrong with it.
        detail: String,
    },
}

impl Refusal {
    pub(super) fn unreadable(detail: impl fmt::Display) -> Self {
        Self::Unreadable { detail: short(detail) }
    }

    /// A sealing key of another suite than the signer's.
    pub fn other_suite(key: Suite, signer: Suite) -> Self {
        Self::SealingKey { detail: short(format_args!("is of suite {key}, the signer of {signer}")) }
    }

    /// A sealing key that is none.
    pub fn bad_sealing_key(error: &SuiteError) -> Self {
        Self::SealingKey { detail: short(format_args!("can't be used ({error})")) }
    }
}

impl From<SettingFault> for Refusal {
    fn from(fault: SettingFault) -> Self {
        match fault {
            SettingFault::Unknown(UnknownKey(key)) => Self::UnknownKey { key },
            other => Self::Setting { detail: short(other) },
        }
    }
}

fn short(detail: impl fmt::Display) -> String {
    detail.to_string().chars().take(LONGEST).collect()
}
