//! How a kind of field is filled with fingers.

use super::words;
use crate::typing::Layout;
use contract::form::{FieldKind, Fields, Pattern};

/// The ways of filling a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// By the on-screen keyboard.
    Keys {
        /// Which keys.
        layout: Layout,
        /// The most characters.
        max: usize,
    },
    /// By touching one of some options, or several: value and words.
    Options(Vec<(String, String)>),
    /// Row by row.
    Table,
    /// By the signature box of the review.
    Finger,
    /// Not by the resident.
    Nothing,
}

/// The way for a kind while the form is filled so.
pub fn input_for(kind: &FieldKind, pattern: Option<&Pattern>, fields: &Fields) -> Input {
    let keys = |layout, max| Input::Keys { layout, max };
    let words = |options: &[String]| {
        Input::Options(options.iter().map(|o| (o.clone(), words::option(o).to_owned())).collect())
    };
    match kind {
        FieldKind::CnName => keys(Layout::Pinyin, 30),
        FieldKind::Text { max, .. } => {
            let latin = pattern.is_some_and(|pattern| is_latin(pattern.regex.as_str()));
            keys(if latin { Layout::Latin } else { Layout::Pinyin }, usize::from(*max))
        }
        FieldKind::Id18 => keys(Layout::IdNumber, 18),
        FieldKind::Uscc18 | FieldKind::Either(_) => keys(Layout::Latin, 18),
        FieldKind::BirthCertificate => keys(Layout::Latin, 10),
        FieldKind::Mobile => keys(Layout::Digits, 11),
        FieldKind::Digits { max, .. } => keys(Layout::Digits, usize::from(*max)),
        FieldKind::BankCard => keys(Layout::Digits, 19),
        FieldKind::Date | FieldKind::DateOrLong => keys(Layout::Date, 10),
        FieldKind::Month | FieldKind::MonthOrQuarter => keys(Layout::Date, 7),
        FieldKind::DateTime => keys(Layout::DateTime, 16),
        FieldKind::Plate => keys(Layout::Pinyin, 8),
        FieldKind::Case => keys(Layout::Latin, 24),
        FieldKind::Reference => keys(Layout::Latin, 40),
        FieldKind::MoneyFen => keys(Layout::Money, 12),
        FieldKind::Int { min, max } if max - min < 8 => {
            Input::Options((*min..=*max).map(|n| (n.to_string(), n.to_string())).collect())
        }
        FieldKind::Int { .. } => keys(Layout::Digits, 9),
        FieldKind::Choice(options) | FieldKind::Picks { options, .. } => words(options.given(fields)),
        FieldKind::Coded(list) => {
            Input::Options(list.codes().iter().map(|c| (c.code.to_owned(), c.name.to_owned())).collect())
        }
        FieldKind::Score => {
            let words = ["1 非常不满意", "2 不满意", "3 基本满意", "4 满意", "5 非常满意"];
            Input::Options(words.map(|words| (words.chars().take(1).collect(), words.to_owned())).into())
        }
        FieldKind::Bool => {
            Input::Options(vec![("true".to_owned(), "是".to_owned()), ("false".to_owned(), "否".to_owned())])
        }
        FieldKind::Declaration => Input::Options(vec![("true".to_owned(), "我声明如此".to_owned())]),
        FieldKind::Rows(_) => Input::Table,
        FieldKind::Signature => Input::Finger,
        FieldKind::Item | FieldKind::Pulled => Input::Nothing,
    }
}

/// Whether an expression speaks of Latin letters, digits and signs alone.
fn is_latin(regex: &str) -> bool {
    regex.is_ascii() && !regex.contains("\\u")
}
