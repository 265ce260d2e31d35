//! Words that a clerk writes and a resident reads: what is missing, why something is refused.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest, in characters.
const LONGEST: usize = 200;

/// As many digits in a row as no ID number, telephone or card number has fewer than.
const NUMBER_OF_A_PERSON: usize = 11;

/// Words that anyone may read who knows the number of a case: no control characters, and nothing that looks like the
/// number of a person, a telephone or a bank card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PlainWords(String);

impl PlainWords {
    /// Checks them.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > LONGEST || text.contains(char::is_control) {
            return Err("write 1 to 200 printable characters");
        }
        let longest_number = text.split(|c: char| !c.is_numeric()).map(|run| run.chars().count()).max();
        if longest_number >= Some(NUMBER_OF_A_PERSON) {
            return Err(
                "leave out numbers of persons, telephones and cards: anyone with the case number reads this",
            );
        }
        Ok(Self(text.to_owned()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PlainWords {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<PlainWords> for String {
    fn from(words: PlainWords) -> Self {
        words.0
    }
}

impl fmt::Display for PlainWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_hold_no_number_of_a_person() {
        assert_eq!(
            PlainWords::parse(" 请补交租赁合同（2026年） ").unwrap().as_str(),
            "请补交租赁合同（2026年）"
        );
        for wrong in
            ["", "  ", "换\n行", "致电13800000001", "身份证440304199001010011", "１３８０００００００１"]
        {
            assert!(PlainWords::parse(wrong).is_err(), "{wrong}");
        }
        assert!(PlainWords::parse(&"长".repeat(201)).is_err());
    }
}
