//! The names that rules may use: the fields of a form, and everything that the registries tell.

use crate::registries::{ResourceId, Resources};
use contract::condition::{self, ConditionFault, Scope, Type, Uncomputable, Values};
use contract::form::Template;
use std::collections::BTreeSet;

/// The scope of the rules of a form.
pub(super) fn scope(template: &Template, resources: &Resources) -> Scope {
    let registry = resources.iter().map(|resource| {
        let fields = resource.fields.iter().map(|field| (field.id.clone(), Type::from(field.kind)));
        let found = ("found".to_owned(), Type::Bool);
        (resource.id.to_string(), fields.chain([found]).collect())
    });
    Scope::of_form(template.types()).with_registries(registry.collect())
}

/// A condition, with the resources that stand in it.
#[derive(Debug)]
pub struct Condition {
    condition: condition::Condition,
    resources: BTreeSet<ResourceId>,
}

impl Condition {
    /// Reads a condition and checks every part of it.
    pub fn checked(source: &str, scope: &Scope) -> Result<Self, ConditionFault> {
        condition::Condition::checked(source, scope).map(Self::from)
    }

    /// Reads a condition that was checked when it came into force, to decide by it again.
    pub fn parse(source: &str) -> Result<Self, ConditionFault> {
        condition::Condition::parse(source).map(Self::from)
    }

    /// The form fields that stand in it.
    pub fn form_fields(&self) -> impl Iterator<Item = &str> {
        self.condition.form_fields()
    }

    /// The resources that stand in it.
    pub fn resources(&self) -> impl Iterator<Item = &ResourceId> {
        self.resources.iter()
    }

    /// Whether it holds.
    pub fn holds(&self, values: &Values) -> Result<bool, Uncomputable> {
        self.condition.holds(values)
    }
}

impl From<condition::Condition> for Condition {
    fn from(condition: condition::Condition) -> Self {
        let resources = condition.registries().filter_map(|resource| resource.parse().ok()).collect();
        Self { condition, resources }
    }
}

#[cfg(test)]
#[path = "language_tests.rs"]
mod tests;
