//! How a kind of field is filled with fingers.

use crate::typing::Layout;
use contract::form::FieldKind;

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
    /// By touching one of some options: value and words.
    Options(Vec<(String, String)>),
    /// By the signature box of the review.
    Finger,
    /// Not at a terminal.
    Nothing,
}

/// The way for a kind.
pub fn input_for(kind: &FieldKind) -> Input {
    let keys = |layout, max| Input::Keys { layout, max };
    match kind {
        FieldKind::CnName => keys(Layout::Pinyin, 30),
        FieldKind::Text { max } => keys(Layout::Pinyin, usize::from(*max)),
        FieldKind::Id18 => keys(Layout::IdNumber, 18),
        FieldKind::Uscc18 => keys(Layout::Latin, 18),
        FieldKind::Mobile => keys(Layout::Digits, 11),
        FieldKind::Digits { max, .. } => keys(Layout::Digits, usize::from(*max)),
        FieldKind::BankCard => keys(Layout::Digits, 19),
        FieldKind::Date | FieldKind::DateOrLong => keys(Layout::Date, 10),
        FieldKind::Month => keys(Layout::Date, 7),
        FieldKind::DateTime => keys(Layout::Date, 16),
        FieldKind::MonthOrQuarter | FieldKind::Plate | FieldKind::Case => keys(Layout::Latin, 24),
        FieldKind::TravelDoc | FieldKind::Reference => keys(Layout::Latin, 40),
        FieldKind::MoneyFen => keys(Layout::Digits, 14),
        FieldKind::Int { min, max } if max - min < 8 => {
            Input::Options((*min..=*max).map(|n| (n.to_string(), n.to_string())).collect())
        }
        FieldKind::Int { .. } => keys(Layout::Digits, 9),
        FieldKind::Choice(options) => {
            Input::Options(options.iter().map(|o| (o.clone(), o.clone())).collect())
        }
        FieldKind::Coded(list) => {
            Input::Options(list.codes().iter().map(|c| (c.code.to_owned(), c.name.to_owned())).collect())
        }
        FieldKind::Score => Input::Options((1..=5).map(|n| (n.to_string(), n.to_string())).collect()),
        FieldKind::Bool => {
            Input::Options(vec![("true".to_owned(), "是".to_owned()), ("false".to_owned(), "否".to_owned())])
        }
        FieldKind::Signature => Input::Finger,
        FieldKind::Item | FieldKind::Structured => Input::Nothing,
    }
}
