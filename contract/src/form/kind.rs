//! What a field holds: a closed set of kinds, each with one validator in `validate`, one type in conditions, and where
//! there are options, the options that stand at a moment.

use crate::Secret;
use crate::code_lists::{Code, DISTRICTS, NATIONS, SEX};
use crate::condition::{Fact, Type};
use crate::form::Fields;
use crate::{FieldId, form::entries};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A person's name.
    CnName,
    /// 公民身份号码, GB 11643.
    Id18,
    /// 统一社会信用代码, GB 32100.
    Uscc18,
    /// 出生医学证明编号: a letter and nine digits.
    BirthCertificate,
    /// One of several kinds of numbers.
    Either(Vec<FieldKind>),
    /// A mobile number of mainland China.
    Mobile,
    /// `2026-11-23`.
    Date,
    /// A date or 长期.
    DateOrLong,
    /// `2026-11-23T09:30`.
    DateTime,
    /// `2026-11`.
    Month,
    /// `2026-11` or `2026-Q4`.
    MonthOrQuarter,
    /// Free text.
    Text {
        /// At least so many characters.
        min: u16,
        /// At most so many.
        max: u16,
    },
    /// Digits only, so many of them.
    Digits {
        /// At least.
        min: u8,
        /// At most.
        max: u8,
    },
    /// A whole number.
    Int {
        /// At least.
        min: i64,
        /// At most.
        max: i64,
    },
    /// An amount in fen.
    MoneyFen,
    /// One of the options.
    Choice(Options),
    /// Several of the options.
    Picks {
        /// At least so many.
        min: u8,
        /// At most so many.
        max: u8,
        /// Of what.
        options: Options,
    },
    /// A small table, as people and shares.
    Rows(Arc<Rows>),
    /// A code of a national standard.
    Coded(CodeList),
    /// Yes or no; either may be right.
    Bool,
    /// A yes: a declaration that is made, or the form is not handed in.
    Declaration,
    /// Strokes of a finger, `x,y x,y;x,y`.
    Signature,
    /// Fixed by the service item.
    Item,
    /// A number plate.
    Plate,
    /// A bank card number.
    BankCard,
    /// A case number.
    Case,
    /// One to five.
    Score,
    /// A number that another system gave.
    Reference,
    /// Facts that central pulls from the registries when it decides; nobody types them.
    Pulled,
}

/// The options of a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Options {
    /// Always the same.
    Fixed(Arc<[String]>),
    /// Those that belong to the value of another field, as communities to a street.
    By {
        /// The other field.
        field: FieldId,
        /// Its values, and the options of each.
        lists: Arc<BTreeMap<String, Vec<String>>>,
    },
}

impl Options {
    /// The options that stand while the form is filled so.
    pub fn given(&self, fields: &Fields) -> &[String] {
        match self {
            Self::Fixed(options) => options,
            Self::By { field, lists } => {
                let value = fields.get(field).map_or("", |value| value.expose().as_str());
                lists.get(value).map_or(&[], Vec::as_slice)
            }
        }
    }

    /// Every option, whatever is filled.
    pub fn all(&self) -> Box<dyn Iterator<Item = &String> + '_> {
        match self {
            Self::Fixed(options) => Box::new(options.iter()),
            Self::By { lists, .. } => Box::new(lists.values().flatten()),
        }
    }

    /// Whether a value can be one at all.
    pub fn knows(&self, value: &str) -> bool {
        self.all().any(|option| option == value)
    }
}

/// A small table of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// Its columns.
    pub columns: Vec<Column>,
    /// At least so many rows.
    pub min: u8,
    /// At most so many.
    pub max: u8,
    /// The column in which no value stands twice.
    pub unique: Option<usize>,
    /// The column whose numbers add up to a total.
    pub total: Option<(usize, i64)>,
}

/// A column of a table. Every cell is filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What the resident reads.
    pub label: String,
    /// What its cells hold; never rows themselves.
    pub kind: FieldKind,
}

/// The standards that coded fields refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeList {
    /// GB/T 2261.1
    Sex,
    /// GB/T 3304
    Nation,
    /// GB/T 2260, Shenzhen
    District,
}

impl CodeList {
    /// The codes of the standard.
    pub const fn codes(self) -> &'static [Code] {
        match self {
            Self::Sex => SEX,
            Self::Nation => NATIONS,
            Self::District => DISTRICTS,
        }
    }
}

impl FieldKind {
    /// What there is to choose from.
    pub const fn options(&self) -> Option<&Options> {
        match self {
            Self::Choice(options) | Self::Picks { options, .. } => Some(options),
            _ => None,
        }
    }

    /// The type in conditions; none for signatures and what central pulls. A list stands for the number of its entries, a
    /// month for its first day, a time for its day.
    pub const fn type_in_conditions(&self) -> Option<Type> {
        Some(match self {
            Self::Date | Self::DateTime | Self::Month | Self::MonthOrQuarter => Type::Date,
            Self::DateOrLong => Type::DateOrLong,
            Self::Int { .. } | Self::MoneyFen | Self::Score | Self::Picks { .. } | Self::Rows(_) => Type::Int,
            Self::Bool | Self::Declaration => Type::Bool,
            Self::Signature | Self::Pulled => return None,
            _ => Type::Text,
        })
    }

    /// The value of a text that has passed its validator, for conditions.
    pub fn fact(&self, text: &str) -> Option<Fact> {
        match self {
            Self::Int { .. } | Self::MoneyFen | Self::Score => text.parse().ok().map(Fact::Int),
            Self::Bool | Self::Declaration => text.parse().ok().map(Fact::Bool),
            Self::Picks { .. } => count(entries(text)?.len()),
            Self::Rows(_) => count(rows(text)?.len()),
            Self::DateTime => text.get(..10).map(|day| Fact::Text(day.to_owned())),
            Self::Month => Some(Fact::Text(format!("{text}-01"))),
            Self::MonthOrQuarter => Some(Fact::Text(first_day(text)?)),
            Self::Signature | Self::Pulled => None,
            _ => Some(Fact::Text(text.to_owned())),
        }
    }
}

fn count(length: usize) -> Option<Fact> {
    i64::try_from(length).ok().map(Fact::Int)
}

fn first_day(period: &str) -> Option<String> {
    Some(match period.split_once("-Q") {
        None => format!("{period}-01"),
        Some((year, quarter)) => format!("{year}-{:02}-01", quarter.parse::<u8>().ok()? * 3 - 2),
    })
}

/// The rows of a table in its canonical text: a JSON list of lists of texts.
pub fn rows(text: &str) -> Option<Vec<Vec<Secret<String>>>> {
    serde_json::from_str(text).ok()
}
