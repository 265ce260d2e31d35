//! The decision itself: a pure function of a rule set and inputs.

use super::inputs::Inputs;
use super::language::Condition;
use super::sets::{Rule, RuleSet};
use crate::deciding::PlainWords;
use crate::registries::{Answer, Fact, ResourceId, Silence};
use cel::{Context, ExecutionError, Value};
use contract::validate::parse_date;
use jiff::Unit;
use jiff::civil::{Date, DateDifference};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

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
    let words = if verdict == Verdict::Fail { &rule.fails } else { &rule.words };
    let as_of = |resource: &ResourceId| match inputs.registry.get(resource) {
        Some(Answer::Found { as_of, .. } | Answer::NotFound { as_of }) => Some(*as_of),
        Some(Answer::NoAnswer { .. }) | None => None,
    };
    RuleOutcome {
        rule: rule.id.clone(),
        words: words.clone(),
        verdict,
        sources: rule.condition.resources().map(|resource| (resource.clone(), as_of(resource))).collect(),
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

/// Computes a condition. An error's own words could quote a value, so they are not told.
fn evaluate(condition: &Condition, inputs: &Inputs) -> Result<bool, String> {
    let context = context(inputs).map_err(|_| "规则运行环境不可用".to_owned())?;
    match condition.program.execute(&context) {
        Ok(Value::Bool(answer)) => Ok(answer),
        Ok(_) | Err(_) => Err("条件缺少要素，无法计算".to_owned()),
    }
}

/// What the names in a condition stand for. `language` knows the same names by their types.
fn context(inputs: &Inputs) -> Result<Context<'static, 'static>, String> {
    let mut context = Context::default();
    let today = inputs.today;
    let form: HashMap<String, Value> =
        inputs.form.iter().map(|(id, fact)| (id.clone(), value(fact))).collect();
    let registry: HashMap<String, Value> =
        inputs.registry.iter().filter_map(|(id, answer)| Some((id.to_string(), record(answer)?))).collect();
    context.add_variable_from_value("today", today.to_string());
    context.add_variable_from_value("form", form);
    context.add_variable_from_value("registry", registry);
    let declared = context
        .add_function("years_since", move |day: Arc<String>| years_between(&day, today))
        .and_then(|()| context.add_function("days_since", move |day: Arc<String>| days_between(&day, today)))
        .and_then(|()| context.add_function("in_force", move |end: Arc<String>| in_force(&end, today)));
    declared.map_err(|error| error.to_string())?;
    Ok(context)
}

fn value(fact: &Fact) -> Value {
    match fact {
        Fact::Text(text) => Value::from(text.as_str()),
        Fact::Int(number) => Value::Int(*number),
        Fact::Bool(answer) => Value::Bool(*answer),
    }
}

/// A record with its `found`; fields that are empty in the registry are missing, and a condition that needs them can't
/// be computed.
fn record(answer: &Answer) -> Option<Value> {
    let found = ("found".to_owned(), Value::Bool(matches!(answer, Answer::Found { .. })));
    let record: HashMap<String, Value> = match answer {
        Answer::Found { fields, .. } => {
            fields.iter().map(|(id, fact)| (id.clone(), value(fact))).chain([found]).collect()
        }
        Answer::NotFound { .. } => [found].into(),
        Answer::NoAnswer { .. } => return None,
    };
    Some(Value::from(record))
}

fn date(function: &str, text: &str) -> Result<Date, ExecutionError> {
    parse_date(text).ok_or_else(|| ExecutionError::function_error(function, "no date"))
}

/// Full years from a day to another (周岁).
fn years_between(day: &str, today: Date) -> Result<i64, ExecutionError> {
    let span = DateDifference::new(today).largest(Unit::Year);
    let span = date("years_since", day)?.until(span);
    span.map(|span| i64::from(span.get_years()))
        .map_err(|_| ExecutionError::function_error("years_since", "range"))
}

fn days_between(day: &str, today: Date) -> Result<i64, ExecutionError> {
    let span = date("days_since", day)?.until(today);
    span.map(|span| i64::from(span.get_days()))
        .map_err(|_| ExecutionError::function_error("days_since", "range"))
}

fn in_force(end: &str, today: Date) -> Result<bool, ExecutionError> {
    if end == "长期" { Ok(true) } else { Ok(date("in_force", end)? >= today) }
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
