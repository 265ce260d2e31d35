//! Drafts between a phone and a terminal: what is typed on the one is gone on with at the other, by a code of six digits and
//! the ID number that it was made with. The code is good once and for a day. Only what a phone can say sensibly goes along:
//! no card's facts, no declarations, no signature, no tables.

use crate::booking::books;
use crate::form::{Field, FieldKind, Fields, Source, Template};
use crate::{IdNumber, Secret, ServiceCode};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How long a draft is good.
pub const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// How many digits a code has.
pub const DIGITS: usize = 6;
/// The kind of problem by which central says that there is no such draft of this person.
pub const NO_SUCH_DRAFT: &str = "urn:budayang:problem:no-such-draft";
/// The kind of problem by which central says that somebody has tried too often.
pub const DRAFT_LOCKED: &str = "urn:budayang:problem:draft-locked";
/// The kind of problem by which central says that the draft is of another service.
pub const OTHER_SERVICE: &str = "urn:budayang:problem:draft-of-another-service";

/// Whether a phone can be used for a form at all: places are booked at the terminal, where they are taken at once.
pub fn fits(template: &Template) -> bool {
    !books(&template.id) && template.fields.iter().any(on_phone)
}

/// Whether a field is filled on a phone.
pub fn on_phone(field: &Field) -> bool {
    matches!(field.source, Source::Manual | Source::Lookup)
        && !matches!(
            field.kind,
            FieldKind::Signature
                | FieldKind::Declaration
                | FieldKind::Rows(_)
                | FieldKind::Item
                | FieldKind::Pulled
        )
}

/// The code of a draft. It opens something, so `Debug` does not tell it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, pattern = "^[0-9]{6}$"))]
pub struct DraftCode(Secret<String>);

/// Not a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a code has six digits")]
pub struct NotACode;

impl DraftCode {
    /// The code of a number; what is above six digits is left away.
    pub fn of(number: u32) -> Self {
        Self(Secret::new(format!("{:06}", number % 1_000_000)))
    }

    /// As text.
    pub const fn as_str(&self) -> &str {
        self.0.expose().as_str()
    }

    /// As people read it, `123 456`.
    pub fn in_groups(&self) -> String {
        let (first, last) = self.as_str().split_at_checked(3).unwrap_or((self.as_str(), ""));
        format!("{first} {last}")
    }
}

impl FromStr for DraftCode {
    type Err = NotACode;
    fn from_str(text: &str) -> Result<Self, NotACode> {
        let is_code = text.len() == DIGITS && text.bytes().all(|b| b.is_ascii_digit());
        if is_code { Ok(Self(Secret::from(text))) } else { Err(NotACode) }
    }
}

impl TryFrom<String> for DraftCode {
    type Error = NotACode;
    fn try_from(text: String) -> Result<Self, NotACode> {
        text.parse()
    }
}

impl From<DraftCode> for String {
    fn from(code: DraftCode) -> Self {
        code.as_str().to_owned()
    }
}

impl fmt::Debug for DraftCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DraftCode(***)")
    }
}

/// Somebody whose card was read takes their draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DraftClaim {
    /// The code.
    pub code: DraftCode,
    /// The service whose form is open.
    pub service: ServiceCode,
    /// The number of the card.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id_no: IdNumber,
}

/// What was typed on a phone. Nobody has confirmed it yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhoneDraft {
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub made_at: Timestamp,
    /// What, each in the canonical text of its type.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, String>))]
    pub fields: Fields,
}

/// Somebody whose card was read takes a form along to their phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DraftForPhone {
    /// The service.
    pub service: ServiceCode,
    /// The number of the card.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id_no: IdNumber,
    /// What was typed so far.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, String>))]
    pub fields: Fields,
}

/// A draft is kept for a phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DraftTicket {
    /// The code that opens it, with the ID number.
    pub code: DraftCode,
    /// Until when.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub until: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_six_digits_and_is_not_told_by_debug() {
        assert_eq!(DraftCode::of(7).as_str(), "000007");
        assert_eq!(DraftCode::of(4_294_967_295).in_groups(), "967 295");
        for bad in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            assert!(bad.parse::<DraftCode>().is_err(), "{bad}");
        }
        assert!(!format!("{:?}", DraftCode::of(123_456)).contains("123"));
    }
}
