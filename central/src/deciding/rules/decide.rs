//! The decision itself: a pure function of a rule set and inputs.

use super::inputs::Inputs;
use super::language::Condition;
use super::sets::{Rule, RuleSet};
use crate::deciding::PlainWords;
use crate::registries::{Answer, ResourceId, Silence};
use contract::condition::Values;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What one rule says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
pub enum Verdict {
    /// 通过
    Pass,
    /// 通过: the rule is not about such a form.
    NotApplicable,
    /// 不通过
    Fail,
    /// 无法判断: a source is silent, or the condition could not be computed.
    NoAnswer {
        /// Why, without personal data.
        why: String,
    },
}

/// What one rule says, with its sources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleOutcome {
    /// The rule, `R3`.
    pub rule: String,
    /// What it asks for, or when it fails, what is missing.
    pub words: PlainWords,
    /// What it says.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The resources that stand in it and the day on which each stood so; none where it was silent.
    pub sources: Vec<(ResourceId, Option<Date>)>,
    /// What the resident can do, where it fails and the rule says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<PlainWords>,
}

/// What the rules say together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "decision")]
pub enum Decision {
    /// Every rule passes.
    Approved,
    /// At least one rule fails.
    Refused {
        /// What each failing rule misses.
        reasons: Vec<PlainWords>,
    },
    /// No rule fails, but some could not be judged: a clerk decides.
    ToClerk {
        /// What each of them asks for.
        unanswered: Vec<PlainWords>,
    },
}

/// Decides. The same rule set and inputs give the same outcomes, on any machine, on any day.
pub fn decide(set: &RuleSet, inputs: &Inputs) -> (Decision, Vec<RuleOutcome>) {
    let outcomes: Vec<RuleOutcome> = set.rules().iter().map(|rule| judge(rule, inputs)).collect();
    let words_of = |wanted: fn(&Verdict) -> bool| -> Vec<PlainWords> {
        outcomes
            .iter()
            .filter(|outcome| wanted(&outcome.verdict))
            .map(|outcome| outcome.words.clone())
            .collect()
    };
    let reasons = words_of(|verdict| *verdict == Verdict::Fail);
    let unanswered = words_of(|verdict| matches!(verdict, Verdict::NoAnswer { .. }));
    let decision = match (reasons.is_empty(), unanswered.is_empty()) {
        (false, _) => Decision::Refused { reasons },
        (true, false) => Decision::ToClerk { unanswered },
        (true, true) => Decision::Approved,
    };
    (decision, outcomes)
}

/// The resources that must be asked for a form: those of rules that apply to it, and no others.
pub fn needed<'a>(set: &'a RuleSet, form: &Inputs) -> BTreeSet<&'a ResourceId> {
    let may_apply =
        |rule: &&Rule| rule.applies.as_ref().is_none_or(|applies| evaluate(applies, form) != Ok(false));
    set.rules().iter().filter(may_apply).flat_map(|rule| rule.condition.resources()).collect()
}

fn judge(rule: &Rule, inputs: &Inputs) -> RuleOutcome {
    let verdict = verdict(rule, inputs);
    let (words, remedy) =
        if verdict == Verdict::Fail { (&rule.fails, rule.remedy.clone()) } else { (&rule.words, None) };
    let as_of = |resource: &ResourceId| match inputs.registry.get(resource) {
        Some(Answer::Found { as_of, .. } | Answer::NotFound { as_of }) => Some(*as_of),
        Some(Answer::NoAnswer { .. }) | None => None,
    };
    RuleOutcome {
        rule: rule.id.clone(),
        words: words.clone(),
        verdict,
        sources: rule.condition.resources().map(|resource| (resource.clone(), as_of(resource))).collect(),
        remedy,
    }
}

fn verdict(rule: &Rule, inputs: &Inputs) -> Verdict {
    match rule.applies.as_ref().map_or(Ok(true), |applies| evaluate(applies, inputs)) {
        Ok(true) => {}
        Ok(false) => return Verdict::NotApplicable,
        Err(why) => return Verdict::NoAnswer { why },
    }
    // Before anything is computed: `true || registry.x.found` must not pass while x is silent.
    for resource in rule.condition.resources() {
        let why = match inputs.registry.get(resource) {
            Some(Answer::Found { .. } | Answer::NotFound { .. }) => continue,
            Some(Answer::NoAnswer { why }) => why.words(),
            None => Silence::Unreachable.words(),
        };
        return Verdict::NoAnswer { why: format!("{resource}：{why}") };
    }
    match evaluate(&rule.condition, inputs) {
        Ok(true) => Verdict::Pass,
        Ok(false) => Verdict::Fail,
        Err(why) => Verdict::NoAnswer { why },
    }
}

/// Computes a condition.
fn evaluate(condition: &Condition, inputs: &Inputs) -> Result<bool, String> {
    let form = inputs.form.iter().map(|(id, fact)| (id.as_str(), fact));
    let registry = inputs.registry.iter().filter_map(|(id, answer)| {
        let fields = match answer {
            Answer::Found { fields, .. } => Some(fields),
            Answer::NotFound { .. } => None,
            Answer::NoAnswer { .. } => return None,
        };
        let facts = fields.into_iter().flatten().map(|(id, fact)| (id.as_str(), fact));
        // A field that is empty in the registry is missing, and a condition that needs it can't be computed.
        Some((id.as_str(), fields.is_some(), facts.collect::<Vec<_>>()))
    });
    let values = Values::new(inputs.today, form).map_err(|why| why.to_string())?;
    condition.holds(&values.with_registries(registry)).map_err(|why| why.to_string())
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
