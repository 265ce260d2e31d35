//! `rules.json`: the rule sets as people write them, read into checked rules or refused by name and place.
//!
//! A set belongs to a form: to all instant services of that form, or to those that it names. Its version is the digest
//! of its text, so two centrals can't mean different rules by one version, and a set that decided something is kept in
//! the store under its version to decide it again.

use super::language::{Condition, scope};
use crate::deciding::PlainWords;
use crate::registries::{ResourceId, Resources};
use contract::catalogue::{Badge, Catalogue};
use contract::condition::{ConditionFault, Scope};
use contract::form::Templates;
use contract::{FormId, ServiceCode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// The most rules of a set.
const MAX_RULES: usize = 40;

/// The version of a rule set: SHA-256 of its text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(String);

impl Version {
    fn of(text: &str) -> Self {
        let mut hex = String::with_capacity(64);
        for byte in Sha256::digest(text) {
            for half in [byte >> 4, byte & 15] {
                hex.extend(char::from_digit(half.into(), 16));
            }
        }
        Self(hex)
    }

    /// As 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Version {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if fits { Ok(Self(text.to_owned())) } else { Err("a version has 64 hexadecimal digits") }
    }
}

/// Where and why `rules.json` can't be used.
#[derive(Debug, thiserror::Error)]
pub enum RulesFault {
    /// Not the JSON that it should be.
    #[error("rules.json: {0}")]
    Json(#[from] serde_json::Error),
    /// A condition does not type-check.
    #[error("rules.json: rule set {set}, rule {rule}, {field}, {fault}")]
    Condition {
        /// The set.
        set: String,
        /// The rule.
        rule: String,
        /// `applies` or `condition`.
        field: &'static str,
        /// The column and what is wrong.
        fault: ConditionFault,
    },
    /// A set is not as it must be.
    #[error("rules.json: rule set {set}: {detail}")]
    Set {
        /// The set.
        set: String,
        /// What is wrong and what would be right.
        detail: String,
    },
    /// An instant service would be decided by nothing.
    #[error("rules.json: instant service {0} has no rule set: add one for it or for its form")]
    Uncovered(ServiceCode),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    sets: Vec<RawSet>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSet {
    id: String,
    name: String,
    form: FormId,
    #[serde(default)]
    services: BTreeSet<ServiceCode>,
    rules: Vec<RawRule>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    id: String,
    words: PlainWords,
    fails: PlainWords,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    remedy: Option<PlainWords>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    applies: Option<String>,
    condition: String,
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name inside the set, `R3`.
    pub id: String,
    /// What it asks for, as a resident reads it.
    pub words: PlainWords,
    /// What a resident reads when it fails.
    pub fails: PlainWords,
    /// What the resident can do then, where there is something of its own to do.
    pub remedy: Option<PlainWords>,
    /// Over which forms it is a rule at all; over all when there is none.
    pub applies: Option<Condition>,
    /// What must be true.
    pub condition: Condition,
}

/// The rules of a service.
pub struct RuleSet {
    /// Its name.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its version.
    pub version: Version,
    rules: Vec<Rule>,
    text: String,
}

impl fmt::Debug for RuleSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RuleSet({} {})", self.id, self.version)
    }
}

impl RuleSet {
    /// The rules in order.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The set as text, as its version names it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Every resource that stands in a rule.
    pub fn resources(&self) -> BTreeSet<&ResourceId> {
        self.rules.iter().flat_map(|rule| rule.condition.resources()).collect()
    }

    /// Whether a field of the form stands in a rule.
    pub(super) fn names_field(&self, id: &str) -> bool {
        self.rules.iter().any(|rule| {
            rule.condition
                .form_fields()
                .chain(rule.applies.iter().flat_map(Condition::form_fields))
                .any(|f| f == id)
        })
    }

    /// The set that a version named when it was in force, from the text that was kept.
    pub fn recall(text: &str) -> Result<Self, RulesFault> {
        let raw: RawSet = serde_json::from_str(text)?;
        Self::build(&raw, text.to_owned(), |source, _| Condition::parse(source))
    }

    fn checked(raw: &RawSet, scope: &Scope) -> Result<Self, RulesFault> {
        let form_only = scope.form_only();
        Self::build(raw, serde_json::to_string(raw)?, |source, field| match field {
            APPLIES => Condition::checked(source, &form_only),
            _ => Condition::checked(source, scope),
        })
    }

    fn build(
        raw: &RawSet,
        text: String,
        read: impl Fn(&str, &'static str) -> Result<Condition, ConditionFault>,
    ) -> Result<Self, RulesFault> {
        let condition = |rule: &RawRule, source: &str, field: &'static str| {
            read(source, field).map_err(|fault| RulesFault::Condition {
                set: raw.id.clone(),
                rule: rule.id.clone(),
                field,
                fault,
            })
        };
        let rules = raw.rules.iter().map(|rule| {
            Ok(Rule {
                id: rule.id.clone(),
                words: rule.words.clone(),
                fails: rule.fails.clone(),
                remedy: rule.remedy.clone(),
                applies: rule.applies.as_ref().map(|source| condition(rule, source, APPLIES)).transpose()?,
                condition: condition(rule, &rule.condition, "condition")?,
            })
        });
        Ok(Self {
            id: raw.id.clone(),
            name: raw.name.clone(),
            version: Version::of(&text),
            rules: rules.collect::<Result<_, RulesFault>>()?,
            text,
        })
    }
}

const APPLIES: &str = "applies";

/// The rule sets in force, found by service.
#[derive(Clone, Debug, Default)]
pub struct RuleSets {
    by_service: HashMap<ServiceCode, Arc<RuleSet>>,
}

impl RuleSets {
    /// Reads `rules.json` and checks it against everything that it speaks of. The whole file is taken or none of it,
    /// and every instant service has its set.
    pub fn parse(
        text: &str,
        catalogue: &Catalogue,
        templates: &Templates,
        resources: &Resources,
    ) -> Result<Self, RulesFault> {
        let file: RawFile = serde_json::from_str(text)?;
        let mut ids = BTreeSet::new();
        let (mut by_service, mut by_form) = (HashMap::new(), BTreeMap::new());
        for raw in &file.sets {
            let fault = |detail: String| RulesFault::Set { set: raw.id.clone(), detail };
            raw.check().map_err(fault)?;
            if !ids.insert(&raw.id) {
                return Err(fault("this id stands there twice".to_owned()));
            }
            let template =
                templates.find(&raw.form).ok_or_else(|| fault(format!("there is no form {}", raw.form)))?;
            let set = Arc::new(RuleSet::checked(raw, &scope(template, resources))?);
            if raw.services.is_empty() && by_form.insert(&raw.form, Arc::clone(&set)).is_some() {
                return Err(fault(format!("form {} has a set for all its services already", raw.form)));
            }
            for code in &raw.services {
                let service =
                    catalogue.find(code).ok_or_else(|| fault(format!("there is no service {code}")))?;
                if service.form != raw.form || !service.has(Badge::Instant) {
                    return Err(fault(format!("{code} is no instant service of form {}", raw.form)));
                }
                if by_service.insert(code.clone(), Arc::clone(&set)).is_some() {
                    return Err(fault(format!("{code} has a set already")));
                }
            }
        }
        for service in catalogue.services().iter().filter(|service| service.has(Badge::Instant)) {
            if !by_service.contains_key(&service.code) {
                let set =
                    by_form.get(&service.form).ok_or_else(|| RulesFault::Uncovered(service.code.clone()))?;
                by_service.insert(service.code.clone(), Arc::clone(set));
            }
        }
        Ok(Self { by_service })
    }

    /// The rules of a service; none when it is not an instant one.
    pub fn find(&self, service: &ServiceCode) -> Option<&Arc<RuleSet>> {
        self.by_service.get(service)
    }
}

impl RawSet {
    fn check(&self) -> Result<(), String> {
        let mut ids = BTreeSet::new();
        if self.rules.is_empty() || self.rules.len() > MAX_RULES {
            return Err(format!("a set has 1 to {MAX_RULES} rules"));
        }
        for rule in &self.rules {
            if !ids.insert(&rule.id) {
                return Err(format!("rule {} stands there twice", rule.id));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "sets_tests.rs"]
mod tests;
