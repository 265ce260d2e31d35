//! How ratings, decisions and the states of cases read, for residents and clerks.

use crate::language::Language;
use crate::message::{CaseState, Light, Rating, RulesDecision};

impl Rating {
    /// The words of the standard.
    pub const fn words(self, language: Language) -> &'static str {
        let (chinese, english) = match self {
            Self::VeryDissatisfied => ("非常不满意", "Very poor"),
            Self::Dissatisfied => ("不满意", "Poor"),
            Self::Fair => ("基本满意", "Fair"),
            Self::Satisfied => ("满意", "Good"),
            Self::VerySatisfied => ("非常满意", "Very good"),
        };
        language.say(chinese, english)
    }
}

impl RulesDecision {
    /// The words for screen and receipt.
    pub const fn words(self, language: Language) -> &'static str {
        match self {
            Self::Approved => CaseState::Approved.words(language),
            Self::Refused => CaseState::Refused.words(language),
        }
    }
}

impl Light {
    /// The words for lists.
    pub const fn words(self, language: Language) -> &'static str {
        let (chinese, english) = match self {
            Self::Green => ("正常", "In time"),
            Self::Amber => ("临期", "Due soon"),
            Self::Red => ("超期", "Late"),
        };
        language.say(chinese, english)
    }
}

impl CaseState {
    /// The words for screen and receipt.
    pub const fn words(self, language: Language) -> &'static str {
        let (chinese, english) = match self {
            Self::Received => ("已收件", "Received"),
            Self::PapersAsked => ("待补正", "Papers asked for"),
            Self::Accepted => ("已受理", "Accepted"),
            Self::Paused => ("特别程序中", "On hold"),
            Self::Approved => ("已批准", "Approved"),
            Self::Refused => ("不予批准", "Not approved"),
            Self::NotAccepted => ("不予受理", "Not accepted"),
            Self::Withdrawn => ("已撤回", "Withdrawn"),
            Self::Completed => ("已办结", "Completed"),
        };
        language.say(chinese, english)
    }
}
