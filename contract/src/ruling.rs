//! What each rule of an instant approval (秒批) said of an application, as its applicant reads it: what was asked for, what
//! came out, who said so and as of which day.

use crate::language::{Language, Voice};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What one rule says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RuleVerdict {
    /// 通过
    Pass,
    /// 不适用: the rule is not about such a form.
    NotApplicable,
    /// 不通过
    Fail,
    /// 未能核对: a source is silent. It is never a pass.
    NoAnswer,
}

impl RuleVerdict {
    /// The words for screen and paper.
    pub const fn words(self, language: Language) -> &'static str {
        let (chinese, english) = match self {
            Self::Pass => ("通过", "Passed"),
            Self::NotApplicable => ("不涉及", "Not concerned"),
            Self::Fail => ("不通过", "Not met"),
            Self::NoAnswer => ("未能核对", "Not checked"),
        };
        language.say(chinese, english)
    }
}

/// Who was asked for a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleSource {
    /// 人口基础信息
    pub name: String,
    /// The body that answers for it.
    pub owner: String,
    /// The day on which its data stood so; none where it did not answer.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date))]
    pub as_of: Option<Date>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleSaid {
    /// What it asks for; where it failed, what is missing.
    pub words: String,
    /// What it says.
    pub verdict: RuleVerdict,
    /// Who was asked; nobody where the form alone decides.
    pub sources: Vec<RuleSource>,
    /// What the applicant can do, where it failed and there is something of its own to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

impl RuleSaid {
    /// What the applicant can do where it failed; none where nothing is to be done.
    pub fn advice(&self, Voice { language, names }: Voice<'_>) -> Option<String> {
        let owners = || {
            let mut owners: Vec<String> = self.sources.iter().map(|source| names(&source.owner)).collect();
            owners.dedup();
            owners.join(language.comma())
        };
        (self.verdict == RuleVerdict::Fail).then(|| match (&self.remedy, language) {
            (Some(remedy), _) => names(remedy),
            (None, _) if self.sources.is_empty() => language
                .say("更正填写的内容后，可重新申请", "Correct what you filled in, then apply again")
                .to_owned(),
            (None, Language::Chinese) => format!("与实际不符的，可向{}核实更正后重新申请", owners()),
            (None, Language::English) => {
                format!("If this is not so, have it corrected by {}, then apply again", owners())
            }
        })
    }

    /// The sources that did not answer, by name.
    pub fn silent(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().filter(|source| source.as_of.is_none()).map(|source| source.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn only_what_failed_has_advice_and_only_what_was_silent_is_named_so() {
        let source =
            |as_of| RuleSource { name: "学历信息".to_owned(), owner: "教育部".to_owned(), as_of };
        let said = |verdict, sources, remedy: Option<&str>| RuleSaid {
            words: String::new(),
            verdict,
            sources,
            remedy: remedy.map(str::to_owned),
        };
        let told = Some(date(2026, 11, 20));
        assert_eq!(said(RuleVerdict::Pass, vec![source(told)], None).advice(Voice::CHINESE), None);
        let failed = said(RuleVerdict::Fail, vec![source(told), source(told)], None);
        let advice = |said: &RuleSaid, voice| said.advice(voice).unwrap();
        let names =
            |name: &str| if name == "教育部" { "the ministry".to_owned() } else { name.to_owned() };
        let in_english = Voice { language: Language::English, names: &names };
        assert_eq!(advice(&failed, Voice::CHINESE), "与实际不符的，可向教育部核实更正后重新申请");
        let english = "If this is not so, have it corrected by the ministry, then apply again";
        assert_eq!(advice(&failed, in_english), english);
        let remedied = said(RuleVerdict::Fail, vec![], Some("请先停保"));
        assert_eq!(advice(&remedied, Voice::CHINESE), "请先停保");
        let own = said(RuleVerdict::Fail, vec![], None);
        assert!(advice(&own, Voice::CHINESE).contains("更正填写"));
        assert!(advice(&own, in_english).contains("what you filled in"));
        let silent = said(RuleVerdict::NoAnswer, vec![source(told), source(None)], None);
        assert_eq!(silent.silent().count(), 1);
    }
}
