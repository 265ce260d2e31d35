//! What the rules said, as the applicant reads it: with the names of the sources instead of their ids.

use super::decide::{RuleOutcome, Verdict};
use crate::registries::Resources;
use contract::ruling::{RuleSaid, RuleSource, RuleVerdict};

/// Tells the outcomes. A source that has left the directory since is left out.
pub fn told(outcomes: &[RuleOutcome], resources: &Resources) -> Vec<RuleSaid> {
    let said = |outcome: &RuleOutcome| RuleSaid {
        words: outcome.words.to_string(),
        verdict: match outcome.verdict {
            Verdict::Pass => RuleVerdict::Pass,
            Verdict::NotApplicable => RuleVerdict::NotApplicable,
            Verdict::Fail => RuleVerdict::Fail,
            Verdict::NoAnswer { .. } => RuleVerdict::NoAnswer,
        },
        sources: outcome
            .sources
            .iter()
            .filter_map(|(id, as_of)| {
                let resource = resources.find(id)?;
                Some(RuleSource { name: resource.name.clone(), owner: resource.owner.clone(), as_of: *as_of })
            })
            .collect(),
        remedy: outcome.remedy.as_ref().map(ToString::to_string),
    };
    outcomes.iter().map(said).collect()
}
