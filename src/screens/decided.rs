//! What the rules of an instant approval (秒批) decided, rule by rule: on the page after submitting, and in one's own case.

use super::list;
use crate::forms::words::day;
use crate::journey::{Done, Journey, Outcome, Page};
use contract::message::{self, RulesDecision};
use contract::ruling::{RuleSaid, RuleVerdict};
use kiosk_ui::{App, Decided, RuleSign, RuleView, Ruling};
use slint::{ComponentHandle, ModelRc};

/// Whether the page shows what rules said.
pub(super) fn is_shown(done: &Done) -> bool {
    matches!(&done.outcome, Outcome::Received(receipt) if !receipt.rules.is_empty())
}

pub(super) fn show(app: &App, journey: &Journey) {
    let Page::Done(done) = journey.page() else { return forget(app) };
    let Outcome::Received(receipt) = &done.outcome else { return forget(app) };
    let view = app.global::<Decided>();
    let (ruling, title) = match &receipt.outcome {
        message::Outcome::Decided { decision: RulesDecision::Approved, .. } => (Ruling::Approved, "已批准"),
        message::Outcome::Decided { decision: RulesDecision::Refused, .. } => (Ruling::Refused, "不予批准"),
        _ => (Ruling::ToClerk, "已转人工办理"),
    };
    view.set_ruling(ruling);
    view.set_title(title.into());
    view.set_summary(summary(&receipt.rules).into());
    view.set_rules(rows(&receipt.rules));
}

/// What a registry said belongs to the visit.
pub(super) fn forget(app: &App) {
    app.global::<Decided>().set_rules(list([]));
}

/// How many rules said what, in one line.
fn summary(rules: &[RuleSaid]) -> String {
    let count = |verdict| rules.iter().filter(|rule| rule.verdict == verdict).count();
    let silent: Vec<&str> = rules.iter().flat_map(RuleSaid::silent).collect();
    match (count(RuleVerdict::Fail), count(RuleVerdict::NoAnswer)) {
        (0, 0) => format!("系统核对了 {} 项条件，全部符合", rules.len()),
        (0, unknown) if silent.is_empty() => format!("有 {unknown} 项系统未能核对，由工作人员核对"),
        (0, unknown) => format!("有 {unknown} 项未能核对：{}暂未答复，由工作人员核对", distinct(&silent)),
        (failed, _) => format!("系统核对了 {} 项条件，{failed} 项不符合", rules.len()),
    }
}

fn distinct(names: &[&str]) -> String {
    let mut told: Vec<&str> = Vec::new();
    for name in names {
        if !told.contains(name) {
            told.push(name);
        }
    }
    told.join("、")
}

/// What needs attention stands first.
pub(super) fn rows(rules: &[RuleSaid]) -> ModelRc<RuleView> {
    let rank = |rule: &&RuleSaid| match rule.verdict {
        RuleVerdict::Fail => 0,
        RuleVerdict::NoAnswer => 1,
        RuleVerdict::Pass => 2,
        RuleVerdict::NotApplicable => 3,
    };
    let mut rules: Vec<&RuleSaid> = rules.iter().collect();
    rules.sort_by_key(rank);
    list(rules.into_iter().map(row))
}

fn row(rule: &RuleSaid) -> RuleView {
    let source = |source: &contract::ruling::RuleSource| match source.as_of {
        Some(as_of) => format!("{} · 数据截至 {}", source.name, day(as_of)),
        None => format!("{} · 暂未答复", source.name),
    };
    let sources = match rule.sources.as_slice() {
        [] => "依据您填写和证件上的内容".to_owned(),
        sources => sources.iter().map(source).collect::<Vec<_>>().join("；"),
    };
    RuleView {
        words: rule.words.as_str().into(),
        sign: match rule.verdict {
            RuleVerdict::Pass => RuleSign::Pass,
            RuleVerdict::NotApplicable => RuleSign::NotApplicable,
            RuleVerdict::Fail => RuleSign::Fail,
            RuleVerdict::NoAnswer => RuleSign::NoAnswer,
        },
        verdict: rule.verdict.words().into(),
        sources: sources.into(),
        advice: rule.advice().unwrap_or_default().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::ruling::RuleSource;

    #[test]
    fn the_summary_names_who_was_silent_once() {
        let silent = |words: &str| RuleSaid {
            words: words.to_owned(),
            verdict: RuleVerdict::NoAnswer,
            sources: vec![RuleSource {
                name: "学历信息".to_owned(), owner: "省".to_owned(), as_of: None
            }],
            remedy: None,
        };
        let rules = [silent("一"), silent("二")];
        assert_eq!(summary(&rules), "有 2 项未能核对：学历信息暂未答复，由工作人员核对");
    }
}
