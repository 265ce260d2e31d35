//! A decision by rules, done again: the kept rules over the kept inputs give what was decided then, or somebody altered
//! one of them.

use super::decisions::{DecisionRecord, decision};
use crate::cases::DISTRICT;
use crate::deciding::rules::{Decision, RuleOutcome, RuleSet, RulesFault, Sealable, decide};
use crate::keys::Keys;
use crate::store::{Sql, StoreError};
use crate::values;
use contract::series::SealingKeyId;
use contract::{CaseNumber, Secret};

/// What came out of deciding again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    /// What was decided then.
    pub then: DecisionRecord,
    /// What the same rules decide on the same inputs now.
    pub now: (Decision, Vec<RuleOutcome>),
}

impl Replay {
    /// Whether both are the same, rule by rule.
    pub fn agrees(&self) -> bool {
        self.then.decision == self.now.0 && self.then.outcomes == self.now.1
    }
}

/// Why a decision can't be done again.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// None there.
    #[error("no rules have decided this case")]
    NotDecided,
    /// The rules are gone.
    #[error("the rules of this decision are not in the store: bring back a copy of rule_sets")]
    RulesGone,
    /// The rules were altered.
    #[error("the kept rules are not the ones that decided: their text was altered")]
    RulesAltered,
    /// The key is not here.
    #[error("the inputs are sealed to key {0}, which is not in the folder of keys")]
    KeyNotHere(SealingKeyId),
    /// The inputs were altered.
    #[error("the kept inputs are not the ones that were decided on: they were altered")]
    InputsAltered,
    /// The rules can't be read.
    #[error(transparent)]
    Rules(#[from] RulesFault),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What inputs are sealed with beside their key: nobody can put them under another case.
pub(crate) fn sealing_context(number: &CaseNumber) -> Vec<u8> {
    format!("budayang decision\n{number}").into_bytes()
}

/// Decides a case again.
pub fn replay(sql: &mut dyn Sql, number: &CaseNumber, keys: &Keys) -> Result<Replay, ReplayError> {
    let then = decision(sql, number)?.ok_or(ReplayError::NotDecided)?;
    let rules = sql.query_one(
        "SELECT text FROM rule_sets WHERE district = ?1 AND version = ?2",
        values![DISTRICT, then.rules.as_str()],
    )?;
    let set = RuleSet::recall(rules.ok_or(ReplayError::RulesGone)?.text(0)?)?;
    if set.version != then.rules {
        return Err(ReplayError::RulesAltered);
    }
    let kept = sql.query_one(
        "SELECT i.sealing_key, i.sealed, d.digest FROM decision_inputs i JOIN decisions d ON d.number = i.number
         WHERE i.number = ?1",
        values![number],
    )?;
    let kept = kept.ok_or(ReplayError::NotDecided)?;
    let key = SealingKeyId(kept.number(0)?);
    let opener = keys.opener(key).ok_or(ReplayError::KeyNotHere(key))?;
    let plain: Secret<Vec<u8>> =
        opener.open(&sealing_context(number), kept.bytes(1)?).map_err(|_| ReplayError::InputsAltered)?;
    let inputs: Sealable = serde_json::from_slice(plain.expose()).map_err(StoreError::from)?;
    if inputs.digest().map_err(StoreError::from)? != kept.digest(2)? {
        return Err(ReplayError::InputsAltered);
    }
    Ok(Replay { then, now: decide(&set, &inputs.inputs) })
}
