//! Everything that a decision hangs on: the day, the fields of the form that stand in the rules, and what the registries
//! said. Nothing more of the form is kept here, so that a decision holds no more of a person than it needs.
//!
//! The inputs are sealed before they are stored. Their digest is keyed with a random salt that is sealed with them: who
//! sees the digest alone can't find out whose decision it was, not even by trying every ID number.

use super::sets::RuleSet;
use crate::registries::{Answer, Fact, Pulled, ResourceId};
use contract::Secret;
use contract::form::{Fields, Template};
use hmac::{Hmac, KeyInit, Mac};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::collections::BTreeMap;

/// A digest of 32 bytes.
pub type Digest32 = [u8; 32];

/// The inputs of a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// The day of the decision, in China.
    pub today: Date,
    /// The fields of the form that stand in the rules.
    pub form: BTreeMap<String, Fact>,
    /// What each resource said.
    pub registry: BTreeMap<ResourceId, Answer>,
}

impl Inputs {
    /// Takes out of a checked form what the rules name. The registries have not been asked yet.
    pub fn gather(set: &RuleSet, template: &Template, form: &Fields, today: Date) -> Self {
        let named = |field: &&contract::form::Field| set.names_field(field.id.as_str());
        let facts = template.fields.iter().filter(named).filter_map(|field| {
            let text = form.get(&field.id).map(Secret::expose).filter(|text| !text.is_empty())?;
            Some((field.id.to_string(), field.kind.fact(text)?))
        });
        Self { today, form: facts.collect(), registry: BTreeMap::new() }
    }

    /// With what the registries said.
    #[must_use]
    pub fn answered(self, pulled: &[Pulled]) -> Self {
        let said = pulled.iter().map(|one| (one.resource.id.clone(), one.answer.clone()));
        Self { registry: said.collect(), ..self }
    }

    /// With the salt that keys their digest, as they are sealed.
    pub fn salted(self, salt: Digest32) -> Sealable {
        Sealable { salt, inputs: self }
    }
}

/// Inputs and salt: what is sealed beside a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealable {
    salt: Digest32,
    /// The inputs.
    pub inputs: Inputs,
}

impl Sealable {
    /// The digest that stands in the open beside the decision: HMAC-SHA-256 of the canonical JSON, keyed by the salt.
    pub fn digest(&self) -> Result<Digest32, serde_json::Error> {
        // Maps are ordered and there are no floats: the same inputs have the same JSON.
        let text = Secret::new(serde_json::to_string(&self.inputs)?);
        // HMAC takes a key of any length.
        let mac = Hmac::<Sha256>::new_from_slice(&self.salt).map(|mac| mac.chain_update(text.expose()));
        Ok(mac.map(|mac| mac.finalize().into_bytes().into()).unwrap_or_default())
    }
}
