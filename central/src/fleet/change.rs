//! A change to what a scope says: keys that are set, keys that are no longer.

use super::error::FleetError;
use super::rollout::Pace;
use super::scope::Scope;
use contract::OperatorId;
use contract::settings::{Key, LayerSettings, Said, Text, in_force};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;

/// What a scope says, by the names of keys.
pub type Settings = BTreeMap<String, Said>;

/// What is to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change(pub BTreeMap<Key, Option<Value>>);

/// A change that somebody proposes.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// For whom.
    pub scope: Scope,
    /// What; a key with nothing is no longer said by the scope.
    pub change: Change,
    /// How fast.
    pub pace: Pace,
    /// Why, for whoever reads it later.
    pub reason: Text<200>,
    /// By whom.
    pub by: OperatorId,
}

impl Change {
    /// What the scope says after it. Every value is one of its key, and the scope may set it.
    pub fn over(&self, before: &Settings, scope: &Scope, now: Timestamp) -> Result<Settings, FleetError> {
        let mut after = before.clone();
        for (key, value) in &self.0 {
            match value {
                None => drop(after.remove(key.name())),
                Some(value) if before.get(key.name()).is_some_and(|said| said.value == *value) => {}
                Some(value) => {
                    let said = Said { value: value.clone(), since: now };
                    after.insert(key.name().to_owned(), said);
                }
            }
        }
        if after == *before {
            return Err(FleetError::NothingNew(scope.to_string()));
        }
        in_force(&[LayerSettings { layer: scope.layer(), set: after.clone() }])?;
        Ok(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn change(key: Key, value: Option<Value>) -> Change {
        Change([(key, value)].into())
    }

    #[test]
    fn a_key_keeps_the_moment_since_when_it_says_so() {
        let (first, later) = (Timestamp::UNIX_EPOCH, Timestamp::from_second(9).unwrap());
        let idle =
            change(Key::VisitIdle, Some(json!(90))).over(&Settings::new(), &Scope::City, first).unwrap();
        let both = change(Key::VisitGrace, Some(json!(30))).over(&idle, &Scope::City, later).unwrap();
        assert_eq!((both["visit.idle-seconds"].since, both["visit.grace-seconds"].since), (first, later));
        let one = change(Key::VisitIdle, None).over(&both, &Scope::City, later).unwrap();
        assert_eq!(one.len(), 1);
    }

    #[test]
    fn what_changes_nothing_or_cannot_be_set_is_refused() {
        let set =
            |key, value| change(key, Some(value)).over(&Settings::new(), &Scope::City, Timestamp::UNIX_EPOCH);
        let idle = set(Key::VisitIdle, json!(90)).unwrap();
        let again = change(Key::VisitIdle, Some(json!(90))).over(&idle, &Scope::City, Timestamp::UNIX_EPOCH);
        assert!(matches!(again, Err(FleetError::NothingNew(_))));
        assert!(matches!(set(Key::VisitIdle, json!(1)), Err(FleetError::Setting(_))));
        assert!(matches!(set(Key::SiteName, json!("x")), Err(FleetError::Setting(_))));
    }
}
