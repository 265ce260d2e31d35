//! An account with a provider, and what of its holder may be shown.

use crate::Secret;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// An account with a provider (户号): it leads to a person, so it does not print.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct AccountNumber(Secret<String>);

/// A text that is nobody's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an account number has 1 to 32 letters and digits")]
pub struct AccountFault;

impl AccountNumber {
    /// The number itself.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// `*******0017`: enough for its owner to know it again.
    pub fn masked(&self) -> String {
        let all = self.expose().chars().count();
        let shown = if all > 6 { 4 } else { 1 };
        self.expose().chars().enumerate().map(|(at, c)| if at + shown < all { '*' } else { c }).collect()
    }
}

impl FromStr for AccountNumber {
    type Err = AccountFault;
    fn from_str(text: &str) -> Result<Self, AccountFault> {
        let fits = (1..=32).contains(&text.chars().count()) && text.chars().all(char::is_alphanumeric);
        if fits { Ok(Self(Secret::from(text))) } else { Err(AccountFault) }
    }
}

impl TryFrom<String> for AccountNumber {
    type Error = AccountFault;
    fn try_from(text: String) -> Result<Self, AccountFault> {
        text.parse()
    }
}

impl From<AccountNumber> for String {
    fn from(account: AccountNumber) -> Self {
        account.expose().to_owned()
    }
}

/// A name or an address of which only the first character is left: `张**`. The stars don't tell how long it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct Masked(String);

/// A text that is not masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a masked text is one character and stars")]
pub struct NotMasked;

impl Masked {
    /// Leaves the first character of a text.
    pub fn of(text: &Secret<String>) -> Self {
        Self(text.expose().chars().take(1).chain("**".chars()).collect())
    }

    /// As it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Masked {
    type Error = NotMasked;
    fn try_from(text: String) -> Result<Self, NotMasked> {
        let mut rest = text.chars().skip(1).peekable();
        if rest.peek().is_some() && rest.all(|c| c == '*') { Ok(Self(text)) } else { Err(NotMasked) }
    }
}

impl From<Masked> for String {
    fn from(masked: Masked) -> Self {
        masked.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_does_not_print() {
        let account: AccountNumber = "13800000001".parse().unwrap();
        assert_eq!(format!("{account:?}"), "AccountNumber(***)");
        assert_eq!(account.masked(), "*******0001");
        assert_eq!("粤B0".parse::<AccountNumber>().unwrap().masked(), "**0");
        for bad in ["", "1 2", "1\n", "1'--", &"1".repeat(33)] {
            assert_eq!(bad.parse::<AccountNumber>(), Err(AccountFault));
        }
    }

    #[test]
    fn only_a_first_character_is_left_of_a_name() {
        assert_eq!(Masked::of(&Secret::from("欧阳修")).as_str(), "欧**");
        assert!(serde_json::from_str::<Masked>("\"张**\"").is_ok());
        for full in ["\"张三\"", "\"张\"", "\"\"", "\"张三*\""] {
            assert!(serde_json::from_str::<Masked>(full).is_err(), "{full}");
        }
    }
}
