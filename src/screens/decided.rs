//! What the rules of an instant approval (秒批) decided, rule by rule: on the page after submitting, and in one's own case.

use super::{list, named};
use crate::forms::words::day;
use crate::journey::{Done, Journey, Outcome, Page};
use crate::services::Library;
use contract::language::{Language, english_count};
use contract::message::{self, RulesDecision};
use contract::ruling::{RuleSaid, RuleVerdict};
use jiff::civil::Date;
use kiosk_ui::{App, Decided, RuleSign, RuleView, Ruling};
use slint::{ComponentHandle, ModelRc};
use std::borrow::Cow;

/// Whether the page shows what rules said.
pub(super) fn is_shown(done: &Done) -> bool {
    matches!(&done.outcome, Outcome::Received(receipt) if !receipt.rules.is_empty())
}

pub(super) fn show(app: &App, journey: &Journey) {
    let Page::Done(done) = journey.page() else { return forget(app) };
    let Outcome::Received(receipt) = &done.outcome else { return forget(app) };
    let view = app.global::<Decided>();
    let language = journey.language();
    let (ruling, title) = match &receipt.outcome {
        message::Outcome::Decided { decision, .. } => (
            match decision {
                RulesDecision::Approved => Ruling::Approved,
                RulesDecision::Refused => Ruling::Refused,
            },
            decision.words(language),
        ),
        _ => (Ruling::ToClerk, language.say("已转人工办理", "A clerk will decide")),
    };
    view.set_ruling(ruling);
    view.set_title(title.into());
    view.set_summary(summary(language, journey.library(), &receipt.rules).into());
    view.set_rules(rows(language, journey.library(), &receipt.rules));
}

/// What a registry said belongs to the visit.
pub(super) fn forget(app: &App) {
    app.global::<Decided>().set_rules(list([]));
}

/// How many rules said what, in one line.
fn summary(language: Language, library: &Library, rules: &[RuleSaid]) -> String {
    let count = |verdict| rules.iter().filter(|rule| rule.verdict == verdict).count();
    let silent = distinct(rules.iter().flat_map(RuleSaid::silent).map(|name| library.say(language, name)));
    let (all, failed, unknown) = (rules.len(), count(RuleVerdict::Fail), count(RuleVerdict::NoAnswer));
    match language {
        Language::Chinese if failed > 0 => format!("系统核对了 {all} 项条件，{failed} 项不符合"),
        Language::Chinese if unknown == 0 => format!("系统核对了 {all} 项条件，全部符合"),
        Language::Chinese if silent.is_empty() => format!("有 {unknown} 项系统未能核对，由工作人员核对"),
        Language::Chinese => {
            let silent = silent.join(language.comma());
            format!("有 {unknown} 项未能核对：{silent}暂未答复，由工作人员核对")
        }
        Language::English if failed > 0 => {
            format!("{} checked, {failed} not met", english_count(all, "condition"))
        }
        Language::English if unknown == 0 => format!("{} checked, all met", english_count(all, "condition")),
        Language::English => {
            let unknown = format!("Staff will check {}", english_count(unknown, "condition"));
            match silent.as_slice() {
                [] => unknown,
                silent => format!("{unknown}: no answer yet from {}", silent.join(language.comma())),
            }
        }
    }
}

fn distinct<'a>(names: impl Iterator<Item = Cow<'a, str>>) -> Vec<Cow<'a, str>> {
    let mut told = Vec::new();
    for name in names {
        if !told.contains(&name) {
            told.push(name);
        }
    }
    told
}

/// `学历信息 · 数据截至 2026年11月20日`: who says something, and as of which day.
pub(super) fn as_of(language: Language, who: &str, as_of: Date) -> String {
    format!("{who} · {}{}", language.say("数据截至 ", "as of "), day(language, as_of))
}

/// What needs attention stands first.
pub(super) fn rows(language: Language, library: &Library, rules: &[RuleSaid]) -> ModelRc<RuleView> {
    let rank = |rule: &&RuleSaid| match rule.verdict {
        RuleVerdict::Fail => 0,
        RuleVerdict::NoAnswer => 1,
        RuleVerdict::Pass => 2,
        RuleVerdict::NotApplicable => 3,
    };
    let mut rules: Vec<&RuleSaid> = rules.iter().collect();
    rules.sort_by_key(rank);
    list(rules.into_iter().map(|rule| row(language, library, rule)))
}

fn row(language: Language, library: &Library, rule: &RuleSaid) -> RuleView {
    let source = |source: &contract::ruling::RuleSource| match source.as_of {
        Some(day) => as_of(language, &library.say(language, &source.name), day),
        None => {
            format!("{} · {}", library.say(language, &source.name), language.say("暂未答复", "no answer yet"))
        }
    };
    let sources = match rule.sources.as_slice() {
        [] => language.say("依据您填写和证件上的内容", "By what you filled in and your card says").to_owned(),
        sources => sources.iter().map(source).collect::<Vec<_>>().join(language.semicolon()),
    };
    RuleView {
        words: named(library, language, &rule.words),
        sign: match rule.verdict {
            RuleVerdict::Pass => RuleSign::Pass,
            RuleVerdict::NotApplicable => RuleSign::NotApplicable,
            RuleVerdict::Fail => RuleSign::Fail,
            RuleVerdict::NoAnswer => RuleSign::NoAnswer,
        },
        verdict: rule.verdict.words(language).into(),
        sources: sources.into(),
        advice: library.speak(language, |voice| rule.advice(voice)).unwrap_or_default().into(),
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
        let both = [Language::Chinese, Language::English]
            .map(|language| summary(language, &Library::default(), &rules));
        assert_eq!(both[0], "有 2 项未能核对：学历信息暂未答复，由工作人员核对");
        assert_eq!(both[1], "Staff will check 2 conditions: no answer yet from 学历信息");
    }
}
