//! Names of things, one type a thing, so that no two can be mixed up.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;
use zeroize::Zeroizing;

/// A name that does not have the form it must have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{}' is not a {what}: {form}", .text.as_str())]
pub struct IdFault {
    what: &'static str,
    form: &'static str,
    /// It may be anything, also a person's number that was typed or scanned in the wrong place.
    text: Zeroizing<String>,
}

impl IdFault {
    fn new(what: &'static str, form: &'static str, text: &str) -> Self {
        let end = text.char_indices().nth(40).map_or(text.len(), |(end, _)| end);
        // In one piece: a text that grows leaves copies behind.
        Self { what, form, text: Zeroizing::new(text.get(..end).unwrap_or_default().to_owned()) }
    }
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $form:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdFault;
            fn from_str(text: &str) -> Result<Self, IdFault> {
                let check: fn(&str) -> bool = $check;
                if check(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(IdFault::new($what, $form, text))
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdFault;
            fn try_from(text: String) -> Result<Self, IdFault> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

fn is_slug(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}

fn is_service_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 12
        && text.starts_with("SZ-")
        && bytes.iter().skip(3).take(2).all(u8::is_ascii_uppercase)
        && bytes.get(5) == Some(&b'-')
        && bytes.iter().skip(6).all(u8::is_ascii_digit)
}

text_id!(
    /// A service item (业务办理项) of the catalogue, `SZ-HZ-000078`.
    ServiceCode, "service code", "SZ-, two capital letters, -, six digits", is_service_code
);
text_id!(
    /// A form template, `person-basic`.
    FormId, "form id", "1 to 40 of a-z 0-9 - _", is_slug
);
text_id!(
    /// A field of a form, `post_address`.
    FieldId, "field id", "1 to 40 of a-z 0-9 - _", is_slug
);
text_id!(
    /// A terminal, `ft-0001`; it is also the common name in its certificate.
    KioskId, "kiosk id", "1 to 40 of a-z 0-9 - _", is_slug
);
text_id!(
    /// A clerk (经办人) of a department; it is also the common name in the clerk's certificate.
    ClerkId, "clerk id", "1 to 40 of a-z 0-9 - _", is_slug
);
text_id!(
    /// An operator (运维人员), who publishes settings and looks after terminals.
    OperatorId, "operator id", "1 to 40 of a-z 0-9 - _", is_slug
);
text_id!(
    /// A district (区) or a group of terminals, as settings are published for it.
    ScopeName, "name of a district or group", "1 to 40 of a-z 0-9 - _", is_slug
);
text_id!(
    /// A department (部门) of the catalogue, `HZ`: the two letters that its services carry in their codes.
    DepartmentCode, "department code", "two capital letters", |text| {
        text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase())
    }
);
text_id!(
    /// The national number of a construction project (项目代码), `2026-440304-47-01-123456`: year, district, trade, kind,
    /// sequence. It has no check digit.
    ProjectCode, "project code", "digits in groups of 4, 6, 2, 2 and 6", |text| {
        text.split('-').map(str::len).eq(ProjectCode::GROUPS)
            && text.bytes().all(|b| b == b'-' || b.is_ascii_digit())
    }
);
text_id!(
    /// The number of a case (办件编号): 6 district, 8 date, 7 sequence, 1 check character.
    CaseNumber, "case number", "21 digits and a check character", |text| {
        CaseNumber::check_character(text.get(..21).unwrap_or("")) == text.chars().nth(21) && text.len() == 22
    }
);
text_id!(
    /// The number on a receipt before central has given one: `L`, the terminal, the date and five digits.
    LocalNumber, "local number", "L-kiosk-YYYYMMDD-nnnnn", |text| {
        let mut parts = text.rsplitn(3, '-');
        let (serial, date, head) = (parts.next(), parts.next(), parts.next());
        let digits = |part: Option<&str>, n: usize| {
            part.is_some_and(|p| p.len() >= n && p.bytes().all(|b| b.is_ascii_digit()))
        };
        digits(serial, 5) && digits(date, 8) && head.and_then(|h| h.strip_prefix("L-")).is_some_and(is_slug)
    }
);

fn is_order_number(text: &str) -> bool {
    let mut parts = text.rsplitn(3, '-');
    let (serial, date, head) = (parts.next(), parts.next(), parts.next());
    let digits = |part: Option<&str>, n: usize| {
        part.is_some_and(|p| p.len() == n && p.bytes().all(|b| b.is_ascii_digit()))
    };
    text.len() <= 32 && digits(serial, 5) && digits(date, 8) && head.is_some_and(is_slug)
}

fn is_plain_code(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

text_id!(
    /// An order (订单): the terminal, the day and five digits. At most 32 characters, because payment channels take no
    /// more.
    OrderNumber, "number of an order", "kiosk-YYYYMMDD-nnnnn, at most 32 characters", is_order_number
);
text_id!(
    /// A body that takes payments, `szwater` (出账机构).
    ProviderId, "provider id", "1 to 40 of a-z 0-9 - _", is_slug
);
text_id!(
    /// A bill, as its provider numbers it.
    BillId, "bill id", "1 to 64 of A-Z a-z 0-9 - _", is_plain_code
);

impl ServiceCode {
    /// The body that handles the item: the two letters after `SZ-`.
    pub fn department(&self) -> DepartmentCode {
        DepartmentCode(self.0.get(3..5).unwrap_or_default().to_owned())
    }
}

impl ProjectCode {
    /// How many digits stand between its dashes.
    pub const GROUPS: [usize; 5] = [4, 6, 2, 2, 6];

    /// Digits with the dashes of a code between them, as far as they go.
    pub fn in_groups(digits: &str) -> String {
        let mut text = String::with_capacity(digits.len() + Self::GROUPS.len());
        let mut rest = digits.chars();
        for length in Self::GROUPS {
            let group: String = rest.by_ref().take(length).collect();
            if !group.is_empty() && !text.is_empty() {
                text.push('-');
            }
            text.push_str(&group);
        }
        text.extend(rest);
        text
    }

    /// A code of which the digits alone were typed.
    pub fn typed(digits: &str) -> Result<Self, IdFault> {
        Self::in_groups(digits).parse()
    }
}

impl CaseNumber {
    /// Puts a number together. `district` is the six-digit code of GB/T 2260; `sequence` counts the district's day.
    pub fn compose(district: u32, date: Date, sequence: u32) -> Option<Self> {
        let body =
            format!("{district:06}{:04}{:02}{:02}{sequence:07}", date.year(), date.month(), date.day());
        let check = Self::check_character(&body)?;
        format!("{body}{check}").parse().ok()
    }

    /// `440304 20261123 0000001 9`: district, day, sequence, check, as people read it aloud.
    pub fn in_groups(&self) -> String {
        let group = |from, to| self.0.get(from..to).unwrap_or("");
        format!("{} {} {} {}", group(0, 6), group(6, 14), group(14, 21), group(21, 22))
    }

    /// The check character over 21 digits: ISO 7064 MOD 11-2, the rule that ID numbers use too.
    fn check_character(body: &str) -> Option<char> {
        if body.len() != 21 {
            return None;
        }
        let mut product = 0;
        for c in body.chars() {
            product = (product + c.to_digit(10)?) * 2 % 11;
        }
        match (12 - product) % 11 {
            10 => Some('X'),
            digit => char::from_digit(digit, 10),
        }
    }
}

impl OrderNumber {
    /// Puts a number together; nothing when the kiosk's name is longer than 17 characters or the day's five digits are
    /// used up.
    pub fn compose(kiosk: &KioskId, date: Date, sequence: u32) -> Option<Self> {
        format!("{kiosk}-{:04}{:02}{:02}-{sequence:05}", date.year(), date.month(), date.day()).parse().ok()
    }
}

impl LocalNumber {
    /// The number that stands on an offline receipt; unique because `seq` is.
    pub fn compose(kiosk: &KioskId, date: Date, seq: Seq) -> Option<Self> {
        format!("L-{kiosk}-{:04}{:02}{:02}-{:05}", date.year(), date.month(), date.day(), seq.0).parse().ok()
    }
}

/// The place of an entry in a kiosk's append-only series: 1, 2, 3 and so on, without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Seq(pub u64);

/// The idempotency key of an entry: a UUIDv7 made once, when the resident confirms, and kept for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntryId(pub Uuid);

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for EntryId {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(Self)
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_case_number_rule_is_the_id_number_rule() {
        // ISO 7064 MOD 11-2 over 17 digits gives the check characters of GB 11643.
        let check = |body: &str| {
            let product = body.chars().fold(0, |p, c| (p + c.to_digit(10).unwrap()) * 2 % 11);
            (12 - product) % 11
        };
        assert_eq!(check("44030419900101001"), 1);
        assert_eq!(check("44030419900101002"), 10);
    }

    #[test]
    fn case_numbers_check_themselves() {
        let number = CaseNumber::compose(440_304, date(2026, 11, 23), 17).unwrap();
        assert!(number.as_str().starts_with("440304202611230000017"));
        assert!(number.in_groups().starts_with("440304 20261123 0000017 "));
        let wrong = number.as_str().replacen("17", "71", 1);
        assert!(wrong.parse::<CaseNumber>().is_err());
    }

    #[test]
    fn names_of_another_form_are_refused() {
        assert!("SZ-HZ-000078".parse::<ServiceCode>().is_ok());
        for bad in ["SZ-HZ-00007", "SZ-hz-000078", "SZ-HZ-0000781", "水费", ""] {
            assert!(bad.parse::<ServiceCode>().is_err(), "{bad}");
        }
        assert!("ft 1".parse::<KioskId>().is_err());
    }

    #[test]
    fn an_order_number_names_kiosk_and_day_and_fits_a_channel() {
        let kiosk: KioskId = "ft-0001".parse().unwrap();
        let number = OrderNumber::compose(&kiosk, date(2026, 1, 2), 42).unwrap();
        assert_eq!(number.as_str(), "ft-0001-20260102-00042");
        assert!(OrderNumber::compose(&kiosk, date(2026, 1, 2), 100_000).is_none());
        let long: KioskId = "a-terminal-of-a-long-name".parse().unwrap();
        assert!(OrderNumber::compose(&long, date(2026, 1, 2), 1).is_none());
        for bad in ["20260102-00042", "ft-0001-2026012-00042", "ft-0001-20260102-42", "FT-20260102-00042"] {
            assert!(bad.parse::<OrderNumber>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_local_number_names_kiosk_and_day() {
        let kiosk: KioskId = "ft-0001".parse().unwrap();
        let number = LocalNumber::compose(&kiosk, date(2026, 1, 2), Seq(42)).unwrap();
        assert_eq!(number.as_str(), "L-ft-0001-20260102-00042");
    }

    #[test]
    fn a_project_code_is_typed_without_its_dashes() {
        let code = ProjectCode::typed("20264403044701123456").unwrap();
        assert_eq!(code.as_str(), "2026-440304-47-01-123456");
        assert_eq!(ProjectCode::in_groups("20264"), "2026-4");
        for bad in [
            "",
            "2026440304470112345",
            "202644030447011234567",
            "2026-440304-47-01-123456",
            "2026440304470112345X",
        ] {
            assert!(ProjectCode::typed(bad).is_err(), "{bad}");
        }
        assert!("2026-440304-47-01-123456".parse::<ProjectCode>().is_ok());
    }
}
