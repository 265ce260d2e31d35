//! Passwords of operators: what one must be, and argon2id over it (RFC 9106) with the crate's parameters, which are those
//! that OWASP names: 19 MiB, two passes. Hashing takes tens of milliseconds: do it where nothing waits.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use contract::Secret;
use data_encoding::BASE32_NOPAD;
use std::sync::OnceLock;

/// A password has so many characters; more than the most is not hashed.
const LEAST: usize = 12;
const MOST: usize = 128;

/// Random bytes of a first password: 80 bits, 16 letters and digits.
const INITIAL_BYTES: usize = 10;

/// Why something is no password, or can't be used as one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// Too short or too long.
    #[error("a password has {LEAST} to {MOST} characters")]
    Length,
    /// One character, repeated.
    #[error("a password is not one character again and again")]
    Repeated,
    /// The system gives no random numbers, or the hash can't be made.
    #[error("the password can't be hashed ({0}): try again")]
    Hash(String),
}

/// A password that somebody chose, and that may be one.
#[derive(Clone, Debug)]
pub struct Password(Secret<String>);

impl Password {
    /// Judges what was typed.
    pub fn parse(typed: &Secret<String>) -> Result<Self, PasswordFault> {
        let text = typed.expose();
        let mut characters = text.chars();
        let first = characters.next();
        if !(LEAST..=MOST).contains(&text.chars().count()) {
            return Err(PasswordFault::Length);
        }
        if characters.all(|next| Some(next) == first) {
            return Err(PasswordFault::Repeated);
        }
        Ok(Self(typed.clone()))
    }

    /// A random one, in groups of four that can be read aloud.
    pub fn initial() -> Result<Self, PasswordFault> {
        let mut bytes = [0; INITIAL_BYTES];
        getrandom::fill(&mut bytes).map_err(|error| PasswordFault::Hash(error.to_string()))?;
        let text = BASE32_NOPAD.encode(&bytes).to_lowercase();
        let groups: Vec<&str> = (0..4).filter_map(|group| text.get(group * 4..group * 4 + 4)).collect();
        Ok(Self(Secret::new(groups.join("-"))))
    }

    /// As it is typed.
    pub const fn expose(&self) -> &str {
        self.0.expose().as_str()
    }

    /// What is kept of it.
    pub fn hash(&self) -> Result<String, PasswordFault> {
        hash(self.expose())
    }
}

fn hash(text: &str) -> Result<String, PasswordFault> {
    let hash = Argon2::default().hash_password(text.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| PasswordFault::Hash(error.to_string()))
}

/// Whether what was typed is the password of which `kept` was made.
pub fn matches(kept: &str, typed: &Secret<String>) -> bool {
    if typed.expose().chars().count() > MOST {
        return false;
    }
    let Ok(kept) = PasswordHash::new(kept) else { return false };
    Argon2::default().verify_password(typed.expose().as_bytes(), &kept).is_ok()
}

/// Takes as long as [`matches`] for somebody who does not exist, so that time does not tell who does.
pub fn match_nobody(typed: &Secret<String>) {
    static NOBODY: OnceLock<String> = OnceLock::new();
    let kept = NOBODY.get_or_init(|| hash("nobody has this password").unwrap_or_default());
    matches(kept, typed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_never_kept() {
        let password = Password::parse(&Secret::from("correct horse 电池")).unwrap();
        let kept = password.hash().unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert_ne!(kept, password.hash().unwrap(), "each has its own salt");
        assert!(matches(&kept, &Secret::from("correct horse 电池")));
        assert!(!matches(&kept, &Secret::from("correct horse 电油")));
        assert!(!matches("no hash", &Secret::from("no hash")));
    }

    #[test]
    fn what_is_too_short_too_long_or_too_simple_is_none() {
        for (text, fault) in [
            (String::new(), PasswordFault::Length),
            ("eleven char".to_owned(), PasswordFault::Length),
            ("长".repeat(129), PasswordFault::Length),
            ("a".repeat(12), PasswordFault::Repeated),
        ] {
            assert_eq!(Password::parse(&Secret::new(text)).unwrap_err(), fault);
        }
        assert!(!matches(&hash("x").unwrap(), &Secret::new("x".repeat(1 << 20))), "and is not hashed either");
    }

    #[test]
    fn a_first_password_is_random_and_a_password() {
        let [one, other] = [0; 2].map(|_| Password::initial().unwrap());
        assert_ne!(one.expose(), other.expose());
        assert!(Password::parse(&Secret::from(one.expose())).is_ok(), "{}", one.expose());
    }
}
