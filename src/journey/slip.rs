//! What a receipt (回执) says. On paper it is said in Chinese, the official language; on the screen in the visitor's. What
//! central said in words of its own stays as it came.

use crate::forms::words::short_day;
use contract::booking::Place;
use contract::language::{Language, Voice, english_count};
use contract::message::{AnswerLine, CaseState, RulesDecision};
use contract::order::OrderState;
use contract::ruling::RuleSaid;
use contract::{Fen, Secret};
use jiff::civil::DateTime;

/// What a receipt's number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// 办件编号
    Case,
    /// 订单号
    Order,
}

/// A receipt (回执), as content; `printing` lays it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// The service's name.
    pub service: String,
    /// The department's name.
    pub department: String,
    /// The applicant's name, first character only.
    pub applicant: Option<Secret<String>>,
    /// Of what it is.
    pub counted: Counted,
    /// The number to quote, as people read it: the case's, or the local one, or the order's.
    pub number: String,
    /// The same for machines.
    pub code: String,
    /// What happens next, in one line.
    pub next: Next,
    /// What is to pay.
    pub fee: Fen,
    /// When it was confirmed.
    pub at: DateTime,
    /// Whether central has it; otherwise the slip says 待联网受理.
    pub received: bool,
    /// What it tells beyond that.
    pub tells: Tells,
    /// The code by which a certificate is checked.
    pub check_code: Option<Secret<String>>,
    /// Printed again: the slip says 补打.
    pub copy: bool,
}

impl Slip {
    /// What it tells, a label and a value a line.
    pub fn lines(&self, voice: Voice<'_>) -> Vec<AnswerLine> {
        let Voice { language, names } = voice;
        match &self.tells {
            Tells::Nothing => Vec::new(),
            Tells::Lines(lines) => lines.clone(),
            Tells::Place(place) => vec![
                line(language.say("办理网点", "Place"), &names(&place.site)),
                line(language.say("日期", "Day"), &short_day(language, place.day)),
                line(language.say("时段", "Time"), place.slot.as_str()),
            ],
            Tells::Ruling { decision, rules, reasons } => {
                let mut lines = ruled(voice, *decision, rules);
                lines.extend(
                    reasons.iter().map(|reason| line(language.say("理由", "Reason"), &names(reason))),
                );
                lines
            }
        }
    }
}

/// What a receipt tells beyond its number and what comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tells {
    /// No more.
    Nothing,
    /// Lines as they came: the answer to a look-up, what a certificate says, how something was paid.
    Lines(Vec<AnswerLine>),
    /// 秒批.
    Ruling {
        /// What was decided; none where a clerk is to.
        decision: Option<RulesDecision>,
        /// What each rule said.
        rules: Vec<RuleSaid>,
        /// Why it was refused, where no rule says so.
        reasons: Vec<String>,
    },
    /// The place that was booked.
    Place(Place),
}

/// What happens next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nobody has answered.
    Open,
    /// It is decided within so many working days; 0 is at once.
    Promised(u16),
    /// The network is awaited, then it is decided within so many working days.
    PromisedLater(u16),
    /// 秒批: the network is awaited, then rules decide.
    RuledLater,
    /// It was answered.
    Answered,
    /// 秒批: it was decided, and nothing more is to be said.
    Decided(RulesDecision),
    /// In central's words.
    Told(String),
    /// It was noted.
    Noted,
    /// Central will never take it.
    Refused,
    /// The place is the applicant's.
    Booked,
    /// The network is awaited; the place may be gone then.
    PlaceNotConfirmed,
    /// How an order stands.
    Order(OrderState),
}

impl Next {
    /// In one line.
    pub fn words(&self, language: Language) -> String {
        let words = match self {
            Self::Open => "",
            Self::Promised(days) => return promise(language, *days),
            Self::PromisedLater(days) => {
                let promise = promise(language, *days);
                return match language {
                    Language::Chinese => format!("待联网受理；受理后{promise}"),
                    Language::English => format!("{promise}, as soon as there is a network"),
                };
            }
            Self::RuledLater => language.say(
                "待联网后由系统按规则审批，结果可在“办件进度”刷身份证查看",
                "Decided once there is a network; see 'My cases' with your ID card",
            ),
            Self::Answered => CaseState::Completed.words(language),
            Self::Decided(decision) => decision.words(language),
            Self::Told(words) => words,
            Self::Noted => language.say("已收到", "Received"),
            Self::Refused => language
                .say("未能受理，请凭本回执到窗口办理", "Not accepted; please take this receipt to a counter"),
            Self::Booked => {
                language.say("预约成功，请带身份证按时到场", "Booked; please come on time with your ID card")
            }
            Self::PlaceNotConfirmed => language.say(
                "名额尚未确认，联网后请查办件进度",
                "The place is not confirmed yet; see 'My cases' once there is a network",
            ),
            Self::Order(state) => state.words(language),
        };
        words.to_owned()
    }
}

fn promise(language: Language, days: u16) -> String {
    match (language, days) {
        (Language::Chinese, 0) => "即时办理".to_owned(),
        (Language::Chinese, days) => format!("{days}个工作日内办结"),
        (Language::English, 0) => "Handled at once".to_owned(),
        (Language::English, days) => format!("Handled within {}", english_count(days, "working day")),
    }
}

/// 秒批: what was decided, what each rule said, and what can be done where one failed.
fn ruled(voice: Voice<'_>, decision: Option<RulesDecision>, rules: &[RuleSaid]) -> Vec<AnswerLine> {
    let Voice { language, names } = voice;
    let to_a_clerk = language.say("转人工办理", "Passed on to a clerk");
    let decided = decision.map_or(to_a_clerk, |decision| decision.words(language));
    let mut lines = vec![line(language.say("审批结果", "Decision"), decided)];
    for rule in rules {
        lines.push(line(rule.verdict.words(language), &names(&rule.words)));
        let advice = rule.advice(voice);
        lines.extend(advice.map(|advice| line(language.say("您可以", "You can"), &advice)));
    }
    let mut sources: Vec<String> = Vec::new();
    for source in rules.iter().flat_map(|rule| &rule.sources) {
        let silent = || language.say("未答复", "no answer").to_owned();
        let as_of = source.as_of.map_or_else(silent, |day| day.to_string());
        let name = names(&source.name);
        let words = match language {
            Language::Chinese => format!("{name}（{as_of}）"),
            Language::English => format!("{name} ({as_of})"),
        };
        if !sources.contains(&words) {
            sources.push(words);
        }
    }
    if !sources.is_empty() {
        lines.push(line(language.say("数据来源", "Sources"), &sources.join(language.comma())));
    }
    lines
}

/// A line of a receipt.
pub(super) fn line(label: &str, value: &str) -> AnswerLine {
    AnswerLine { label: label.to_owned(), value: Secret::from(value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::ruling::{RuleSource, RuleVerdict};
    use jiff::civil::date;

    fn slip(tells: Tells) -> Slip {
        Slip {
            service: String::new(),
            department: String::new(),
            applicant: None,
            counted: Counted::Case,
            number: String::new(),
            code: String::new(),
            next: Next::Open,
            fee: Fen::ZERO,
            at: date(2026, 11, 23).at(9, 5, 0, 0),
            received: true,
            tells,
            check_code: None,
            copy: false,
        }
    }

    fn told(tells: Tells, language: Language) -> Vec<String> {
        let lines = slip(tells).lines(Voice { language, names: &str::to_owned });
        lines.iter().map(|line| format!("{}={}", line.label, line.value.expose())).collect()
    }

    #[test]
    fn what_comes_next_is_said_in_both_languages() {
        let said = |next: Next| [Language::Chinese, Language::English].map(|language| next.words(language));
        assert_eq!(said(Next::Promised(5)), ["5个工作日内办结", "Handled within 5 working days"]);
        assert_eq!(said(Next::Promised(1))[1], "Handled within 1 working day");
        let later = ["待联网受理；受理后即时办理", "Handled at once, as soon as there is a network"];
        assert_eq!(said(Next::PromisedLater(0)), later);
        assert_eq!(said(Next::Told("请领证".to_owned())), ["请领证", "请领证"]);
    }

    #[test]
    fn a_booked_place_is_told_in_both_languages() {
        let place = Place {
            site: "福田区政务服务中心".to_owned(),
            day: date(2026, 12, 1),
            slot: "09:00-09:30".parse().unwrap(),
        };
        assert_eq!(
            told(Tells::Place(place.clone()), Language::Chinese),
            ["办理网点=福田区政务服务中心", "日期=12月1日 周二", "时段=09:00-09:30"]
        );
        assert_eq!(told(Tells::Place(place), Language::English)[1], "Day=Tue 1 Dec");
    }

    #[test]
    fn what_rules_said_is_told_with_who_was_silent() {
        let source = |as_of| RuleSource { name: "学历".to_owned(), owner: "省".to_owned(), as_of };
        let rule = |verdict, as_of| RuleSaid {
            words: "大专".to_owned(),
            verdict,
            sources: vec![source(as_of)],
            remedy: None,
        };
        let rules =
            vec![rule(RuleVerdict::Pass, Some(date(2026, 11, 20))), rule(RuleVerdict::NoAnswer, None)];
        let ruling = Tells::Ruling { decision: None, rules, reasons: Vec::new() };
        assert_eq!(
            told(ruling.clone(), Language::Chinese),
            [
                "审批结果=转人工办理",
                "通过=大专",
                "未能核对=大专",
                "数据来源=学历（2026-11-20）、学历（未答复）"
            ]
        );
        assert_eq!(
            told(ruling, Language::English),
            [
                "Decision=Passed on to a clerk",
                "Passed=大专",
                "Not checked=大专",
                "Sources=学历 (2026-11-20), 学历 (no answer)"
            ]
        );
    }
}
