//! The 18-character number of GB 11643: citizens (公民身份号码), residents from Hong Kong, Macao and Taiwan, and
//! foreign permanent residents of the 2023 layout share its form and check character.

use crate::Secret;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number whose check character, birth date and form have been checked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdNumber(Secret<String>);

/// Sex after GB/T 2261.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sex {
    /// 0 未知的性别
    Unknown,
    /// 1 男性
    Male,
    /// 2 女性
    Female,
    /// 9 未说明的性别
    NotStated,
}

impl Sex {
    /// The code of GB/T 2261.1, one digit.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "0",
            Self::Male => "1",
            Self::Female => "2",
            Self::NotStated => "9",
        }
    }

    /// The sex that a code of GB/T 2261.1 stands for.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Unknown, Self::Male, Self::Female, Self::NotStated].into_iter().find(|sex| sex.code() == code)
    }
}

/// What is wrong with a number; it holds nothing of the number itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdNumberFault {
    /// Not 17 digits and a check character.
    #[error("an ID number has 17 digits and a check character (0-9 or X)")]
    Form,
    /// Characters 7 to 14 are no calendar date.
    #[error("characters 7 to 14 of the ID number are not a date of birth")]
    BirthDate,
    /// The check character does not fit the digits.
    #[error("the check character of the ID number does not fit: compare it with the card")]
    Check,
}

/// Weights of GB 11643-1999, annex A.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// Check characters by remainder, GB 11643-1999.
const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];

impl IdNumber {
    /// Checks form, date of birth and check character. A small `x` is taken as `X`.
    pub fn parse(text: &str) -> Result<Self, IdNumberFault> {
        let number = Self(Secret::new(text.to_ascii_uppercase()));
        let (digits, check) = number.expose().split_at_checked(17).ok_or(IdNumberFault::Form)?;
        if check.len() != 1 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(IdNumberFault::Form);
        }
        if !check.bytes().all(|b| b.is_ascii_digit() || b == b'X') {
            return Err(IdNumberFault::Form);
        }
        number.read_birth_date().ok_or(IdNumberFault::BirthDate)?;
        let sum: u32 = digits.chars().zip(WEIGHTS).filter_map(|(c, w)| c.to_digit(10).map(|d| d * w)).sum();
        let expected = CHECKS.get((sum % 11) as usize).copied();
        if check.chars().next() == expected { Ok(number) } else { Err(IdNumberFault::Check) }
    }

    fn read_birth_date(&self) -> Option<Date> {
        let text = self.0.expose();
        let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<i16>().ok();
        let (month, day) = (i8::try_from(part(10..12)?).ok()?, i8::try_from(part(12..14)?).ok()?);
        Date::new(part(6..10)?, month, day).ok()
    }

    /// The date of birth that characters 7 to 14 name.
    pub fn birth_date(&self) -> Date {
        self.read_birth_date().unwrap_or(Date::MIN)
    }

    /// The sex that character 17 names: odd male, even female.
    pub fn sex(&self) -> Sex {
        match self.0.expose().as_bytes().get(16) {
            Some(digit) if digit % 2 == 1 => Sex::Male,
            _ => Sex::Female,
        }
    }

    /// The whole number; see [`Secret::expose`].
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// `4403************11`: the first four and the last two characters, for screen and receipt.
    pub fn masked(&self) -> String {
        let text = self.0.expose();
        format!("{}************{}", text.get(..4).unwrap_or(""), text.get(16..).unwrap_or(""))
    }
}

impl Serialize for IdNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for IdNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Secret::<String>::deserialize(deserializer)?;
        Self::parse(text.expose()).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn published_samples_pass() {
        for sample in ["440304199001010011", "44030419900101002X", "44030419900101002x", "990101199003070015"]
        {
            assert!(IdNumber::parse(sample).is_ok(), "{sample}");
        }
        let number = IdNumber::parse("990101199003070015").unwrap();
        assert_eq!((number.birth_date(), number.sex()), (date(1990, 3, 7), Sex::Male));
        assert_eq!(number.masked(), "9901************15");
        assert_eq!(format!("{number:?}"), "IdNumber(***)");
    }

    #[test]
    fn each_fault_has_its_name() {
        assert_eq!(IdNumber::parse("44030419900101001"), Err(IdNumberFault::Form));
        assert_eq!(IdNumber::parse("4403041990010100１1"), Err(IdNumberFault::Form));
        assert_eq!(IdNumber::parse("440304199002300011"), Err(IdNumberFault::BirthDate));
        assert_eq!(IdNumber::parse("440304199001010012"), Err(IdNumberFault::Check));
    }

    proptest! {
        #[test]
        fn any_text_is_judged_without_panic(text in ".{0,24}") {
            let _ = IdNumber::parse(&text);
        }

        #[test]
        fn one_changed_digit_is_always_noticed(place in 0usize..17, digit in 0u8..10) {
            let mut bytes = *b"440304199001010011";
            prop_assume!(bytes[place] != b'0' + digit);
            bytes[place] = b'0' + digit;
            prop_assert!(IdNumber::parse(std::str::from_utf8(&bytes).unwrap()).is_err());
        }
    }
}
