//! How a kind of field is filled with fingers.

use super::words;
use crate::typing::Layout;
use contract::form::{FieldKind, Fields, Pattern};
use contract::language::Language;
use contract::message::Rating;

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
pub fn input_for(kind: &FieldKind, pattern: Option<&Pattern>, fields: &Fields, language: Language) -> Input {
    if let Some((layout, max)) = keys_for(kind, pattern) {
        return Input::Keys { layout, max };
    }
    let words = |options: &[String]| {
        Input::Options(options.iter().map(|o| (o.clone(), words::option(o).to_owned())).collect())
    };
    match kind {
        FieldKind::Int { min, max } => {
            Input::Options((*min..=*max).map(|n| (n.to_string(), n.to_string())).collect())
        }
        FieldKind::Choice(options) | FieldKind::Picks { options, .. } => words(options.given(fields)),
        FieldKind::Coded(list) => {
            let codes = list.codes().iter();
            Input::Options(codes.map(|c| (c.code.to_owned(), c.words(language).to_owned())).collect())
        }
        FieldKind::Score => {
            let words = |rating: Rating| format!("{} {}", rating.stars(), rating.words(language));
            Input::Options(Rating::ALL.map(|rating| (rating.stars().to_string(), words(rating))).into())
        }
        FieldKind::Bool => Input::Options(
            [true, false].map(|yes| (yes.to_string(), words::yes_or_no(language, yes).to_owned())).into(),
        ),
        FieldKind::Declaration => {
            Input::Options(vec![("true".to_owned(), words::declared(language).to_owned())])
        }
        FieldKind::Rows(_) => Input::Table,
        FieldKind::Signature => Input::Finger,
        _ => Input::Nothing,
    }
}

/// The keys for a kind, and the most characters; none where nothing is typed.
pub(super) fn keys_for(kind: &FieldKind, pattern: Option<&Pattern>) -> Option<(Layout, usize)> {
    let keys = match kind {
        FieldKind::CnName => (Layout::Pinyin, 30),
        FieldKind::Text { max, .. } => {
            let latin = pattern.is_some_and(|pattern| is_latin(pattern.regex.as_str()));
            (if latin { Layout::Latin } else { Layout::Pinyin }, usize::from(*max))
        }
        FieldKind::Id18 => (Layout::IdNumber, 18),
        FieldKind::Uscc18 | FieldKind::Either(_) => (Layout::Latin, 18),
        FieldKind::BirthCertificate => (Layout::Latin, 10),
        FieldKind::Mobile => (Layout::Digits, 11),
        FieldKind::Digits { max, .. } => (Layout::Digits, usize::from(*max)),
        FieldKind::BankCard => (Layout::Digits, 19),
        FieldKind::Date | FieldKind::DateOrLong => (Layout::Date, 10),
        FieldKind::Month | FieldKind::MonthOrQuarter => (Layout::Date, 7),
        FieldKind::DateTime => (Layout::DateTime, 16),
        FieldKind::Plate => (Layout::Pinyin, 8),
        FieldKind::Case => (Layout::Latin, 24),
        FieldKind::Reference => (Layout::Latin, 40),
        FieldKind::MoneyFen => (Layout::Money, 12),
        FieldKind::Int { min, max } if max - min >= FEW => (Layout::Digits, 9),
        FieldKind::Int { .. }
        | FieldKind::Choice(_)
        | FieldKind::Picks { .. }
        | FieldKind::Coded(_)
        | FieldKind::Score
        | FieldKind::Bool
        | FieldKind::Declaration
        | FieldKind::Rows(_)
        | FieldKind::Signature
        | FieldKind::Item
        | FieldKind::Pulled => return None,
    };
    Some(keys)
}

/// Of fewer numbers than so many one is touched; of more it is typed.
const FEW: i64 = 8;

/// Whether an expression speaks of Latin letters, digits and signs alone.
fn is_latin(regex: &str) -> bool {
    regex.is_ascii() && !regex.contains("\\u")
}
