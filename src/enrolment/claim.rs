//! The claim code as it is typed at the terminal's first start, and what became of asking with it. A value without IO.

use contract::enrolment::ClaimCode;

/// Characters of a code.
const LENGTH: usize = 12;

/// The keys of a claim code: no letter that is taken for another.
pub const KEYS: [&str; 4] = ["01234567", "89ABCDEF", "GHJKMNPQ", "RSTVWXYZ"];

/// How asking stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Asking {
    /// The code is being typed.
    #[default]
    Typing,
    /// It is asked until an operator has approved.
    Under,
    /// It came to nothing; what to do, in the words of central or of the fault.
    Refused(String),
    /// The certificate is here.
    Done,
}

/// The claim at a terminal.
#[derive(Clone, Debug, Default)]
pub struct Claim {
    typed: String,
    asking: Asking,
}

impl Claim {
    /// A key of [`KEYS`].
    pub fn press(&mut self, key: char) {
        let is_key = KEYS.iter().any(|row| row.contains(key));
        if is_key && self.types() && self.typed.len() < LENGTH {
            self.typed.push(key);
            self.asking = Asking::Typing;
        }
    }

    /// Takes the last character away.
    pub fn erase(&mut self) {
        if self.types() {
            self.typed.pop();
            self.asking = Asking::Typing;
        }
    }

    /// The code to ask with, if it is whole; from then on it is asked.
    pub fn ask(&mut self) -> Option<ClaimCode> {
        let code = self.typed.parse().ok().filter(|_| self.types())?;
        self.asking = Asking::Under;
        Some(code)
    }

    /// What became of it. A code that was refused is typed anew.
    pub fn hear(&mut self, became: Asking) {
        if matches!(became, Asking::Refused(_)) {
            self.typed.clear();
        }
        self.asking = became;
    }

    /// How asking stands.
    pub const fn asking(&self) -> &Asking {
        &self.asking
    }

    /// Whether a whole code stands there.
    pub fn is_whole(&self) -> bool {
        self.typed.len() == LENGTH
    }

    /// The code in groups of four, as far as it is typed.
    pub fn shown(&self) -> String {
        let letters: Vec<char> = self.typed.chars().collect();
        letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
    }

    const fn types(&self) -> bool {
        matches!(self.asking, Asking::Typing | Asking::Refused(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &str) -> Claim {
        let mut claim = Claim::default();
        keys.chars().for_each(|key| claim.press(key));
        claim
    }

    #[test]
    fn a_code_is_typed_with_the_keys_that_are_there() {
        let mut claim = typed("7K2MI9QXT41VD");
        assert_eq!(claim.shown(), "7K2M-9QXT-41VD", "there is no I");
        claim.press('A');
        assert!(claim.is_whole() && claim.shown().ends_with("41VD"), "it is whole");
        claim.erase();
        assert_eq!((claim.shown().as_str(), claim.ask()), ("7K2M-9QXT-41V", None));
        claim.press('D');
        assert_eq!(claim.ask().map(|code| code.in_groups()), Some("7K2M-9QXT-41VD".to_owned()));
    }

    #[test]
    fn nothing_is_typed_while_it_is_asked_and_a_refused_code_is_typed_anew() {
        let mut claim = typed("7K2M9QXT41VD");
        assert!(claim.ask().is_some() && claim.ask().is_none(), "it is asked once at a time");
        claim.erase();
        claim.press('7');
        assert_eq!(claim.shown(), "7K2M-9QXT-41VD");
        claim.hear(Asking::Refused("the code is too old".to_owned()));
        assert_eq!(claim.shown(), "");
        claim.press('7');
        assert_eq!((claim.shown().as_str(), claim.asking()), ("7", &Asking::Typing));
        claim.hear(Asking::Done);
        claim.press('7');
        assert_eq!(claim.shown(), "7");
    }

    #[test]
    fn every_key_is_a_character_of_a_code() {
        for row in KEYS {
            for key in row.chars() {
                assert!(String::from(key).repeat(LENGTH).parse::<ClaimCode>().is_ok(), "{key}");
            }
        }
        assert_eq!(KEYS.concat().len(), 32);
    }
}
