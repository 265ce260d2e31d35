//! The way into a terminal's diagnostics without a network (维护码). The terminal makes a code of eight digits, seals it to
//! central's key and shows the box as a QR code; central opens it for an operator who may, and the technician types what
//! central shows. The terminal itself can't open the box again, so that whoever photographs its screen has nothing.
//!
//! The code is good for ten minutes by the terminal's own uptime; how old a box may be is central's rule, and stands here
//! because both say it to people.

use crate::series::SealingKeyId;
use crate::suite::{Opener, Sealer, SuiteError};
use crate::{KioskId, Secret};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::hint::black_box;
use std::str::FromStr;

/// Of how many digits a code is.
pub const DIGITS: usize = 8;
/// How long a code is good.
pub const GOOD_FOR: SignedDuration = SignedDuration::from_mins(10);
/// How many wrong codes lock the way in.
pub const MOST_WRONG: u8 = 5;
/// How far a terminal's clock may be before central's.
const AHEAD: SignedDuration = SignedDuration::from_mins(2);
/// What a box says that it is for.
const PURPOSE: &str = "vendor-mode";
/// Longer than any box of either suite.
const LONGEST: usize = 1200;

/// Eight digits that open the diagnostics once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TechnicianCode(Secret<String>);

impl TechnicianCode {
    /// Out of a random number; so many digits of it count that no code is likelier than another by more than one in 10^11.
    pub fn of(random: u64) -> Self {
        Self(Secret::new(format!("{:08}", random % 100_000_000)))
    }

    fn parse(text: &str) -> Option<Self> {
        let is_code = text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
        is_code.then(|| Self(Secret::from(text)))
    }

    /// Whether these digits are the code. How long that takes says nothing of where they differ.
    pub fn is(&self, typed: &str) -> bool {
        let code = self.0.expose();
        let differing = code.bytes().zip(typed.bytes()).fold(0, |seen, (a, b)| black_box(seen | (a ^ b)));
        code.len() == typed.len() && differing == 0
    }

    /// The digits, for whoever reads them out.
    pub fn in_groups(&self) -> String {
        let (first, last) = self.0.expose().split_at_checked(DIGITS / 2).unwrap_or_default();
        format!("{first} {last}")
    }
}

/// A code, sealed to one of central's keys: `ft-0001.3.base64url`, text that an address can carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeBox {
    /// Whose terminal's.
    pub kiosk: KioskId,
    /// The key that it is sealed to.
    pub key: SealingKeyId,
    sealed: Vec<u8>,
}

/// What is in a box.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    purpose: String,
    kiosk: KioskId,
    at: Timestamp,
    code: Secret<String>,
}

/// Why a box gives no code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BoxFault {
    /// The text is no box.
    #[error("this is no code of a terminal: scan its screen again")]
    NoBox,
    /// It does not open with central's key, or was made for something else.
    #[error("this was not made by a terminal for this purpose, or was altered: scan its screen again")]
    Foreign,
    /// It was made too long ago, as the terminal's clock says.
    #[error(
        "made at {made_at}, more than ten minutes ago: make another at the terminal; if it is new, its clock is wrong"
    )]
    TooOld {
        /// By the terminal's clock.
        made_at: Timestamp,
    },
    /// It will be made later, as the terminal's clock says.
    #[error("made at {made_at}, which is still to come: the terminal's clock is wrong")]
    NotYet {
        /// By the terminal's clock.
        made_at: Timestamp,
    },
}

fn context(kiosk: &KioskId) -> Vec<u8> {
    format!("budayang technician\n{kiosk}").into_bytes()
}

impl CodeBox {
    /// Seals a code of this terminal.
    pub fn seal(
        (key, sealer): (SealingKeyId, &dyn Sealer),
        kiosk: &KioskId,
        code: &TechnicianCode,
        at: Timestamp,
    ) -> Result<Self, SuiteError> {
        let content = Content { purpose: PURPOSE.to_owned(), kiosk: kiosk.clone(), at, code: code.0.clone() };
        // Four plain fields: they are always JSON.
        let plain = Secret::new(serde_json::to_vec(&content).unwrap_or_default());
        let sealed = sealer.seal(&context(kiosk), plain.expose())?;
        Ok(Self { kiosk: kiosk.clone(), key, sealed })
    }

    /// Opens it, if it is young enough.
    pub fn open(&self, opener: &dyn Opener, now: Timestamp) -> Result<TechnicianCode, BoxFault> {
        let plain = opener.open(&context(&self.kiosk), &self.sealed).map_err(|_| BoxFault::Foreign)?;
        let content: Content = serde_json::from_slice(plain.expose()).map_err(|_| BoxFault::Foreign)?;
        let Content { purpose, kiosk, at: made_at, code } = content;
        if purpose != PURPOSE || kiosk != self.kiosk {
            return Err(BoxFault::Foreign);
        }
        let age = now.duration_since(made_at);
        if age > GOOD_FOR {
            return Err(BoxFault::TooOld { made_at });
        }
        if age < -AHEAD {
            return Err(BoxFault::NotYet { made_at });
        }
        TechnicianCode::parse(code.expose()).ok_or(BoxFault::Foreign)
    }
}

impl fmt::Display for CodeBox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.kiosk, self.key, URL_SAFE_NO_PAD.encode(&self.sealed))
    }
}

impl FromStr for CodeBox {
    type Err = BoxFault;

    fn from_str(text: &str) -> Result<Self, BoxFault> {
        let mut parts = text.trim().splitn(3, '.');
        let mut part = || parts.next().filter(|_| text.len() <= LONGEST).ok_or(BoxFault::NoBox);
        let kiosk = part()?.parse().map_err(|_| BoxFault::NoBox)?;
        let key = SealingKeyId(part()?.parse().map_err(|_| BoxFault::NoBox)?);
        let sealed = URL_SAFE_NO_PAD.decode(part()?).map_err(|_| BoxFault::NoBox)?;
        Ok(Self { kiosk, key, sealed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::Suite;

    fn at(minute: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(500_000) + SignedDuration::from_mins(minute)
    }

    fn kiosk() -> KioskId {
        "ft-0001".parse().unwrap()
    }

    #[test]
    fn central_reads_the_code_and_nobody_else() {
        for suite in [Suite::International, Suite::Sm] {
            let (pair, other) = (suite.make_sealing_pair().unwrap(), suite.make_sealing_pair().unwrap());
            let sealer = suite.sealer(&pair.public).unwrap();
            let code = TechnicianCode::of(7_012_345_678);
            let made = CodeBox::seal((SealingKeyId(3), sealer.as_ref()), &kiosk(), &code, at(0)).unwrap();
            let text = made.to_string();
            let travels = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
            assert!(travels && text.starts_with("ft-0001.3.") && text.len() < LONGEST, "{text}");
            let read: CodeBox = text.parse().unwrap();
            let opener = suite.opener(&pair.private).unwrap();
            assert_eq!(read.open(opener.as_ref(), at(10)).unwrap().in_groups(), "1234 5678");
            assert_eq!(read.open(opener.as_ref(), at(11)), Err(BoxFault::TooOld { made_at: at(0) }));
            assert_eq!(read.open(opener.as_ref(), at(-3)), Err(BoxFault::NotYet { made_at: at(0) }));
            let stranger = suite.opener(&other.private).unwrap();
            assert_eq!(read.open(stranger.as_ref(), at(1)), Err(BoxFault::Foreign));
            // Under the name of another terminal it does not open.
            let moved: CodeBox = text.replace("ft-0001", "ft-0002").parse().unwrap();
            assert_eq!(moved.open(opener.as_ref(), at(1)), Err(BoxFault::Foreign));
        }
    }

    #[test]
    fn what_was_sealed_for_something_else_gives_no_code() {
        let suite = Suite::International;
        let pair = suite.make_sealing_pair().unwrap();
        let opener = suite.opener(&pair.private).unwrap();
        let sealer = suite.sealer(&pair.public).unwrap();
        let good =
            r#"{"purpose":"vendor-mode","kiosk":"ft-0001","at":"2027-01-15T08:00:00Z","code":"12345678"}"#;
        let now: Timestamp = "2027-01-15T08:01:00Z".parse().unwrap();
        let open = |content: &str| {
            let sealed = sealer.seal(&context(&kiosk()), content.as_bytes()).unwrap();
            CodeBox { kiosk: kiosk(), key: SealingKeyId(1), sealed }.open(opener.as_ref(), now)
        };
        assert!(open(good).is_ok());
        for (from, to) in [
            ("vendor-mode", "entry"),
            ("ft-0001", "ft-0002"),
            ("12345678", "1234567"),
            ("12345678", "1234567x"),
            ("{", "{\"more\":1,"),
        ] {
            assert_eq!(open(&good.replace(from, to)), Err(BoxFault::Foreign), "{to}");
        }
    }

    #[test]
    fn only_the_eight_digits_are_the_code() {
        let code = TechnicianCode::of(42);
        assert!(code.is("00000042"));
        for wrong in ["", "0000004", "000000420", "00000043", "10000042", "0000 0042"] {
            assert!(!code.is(wrong), "{wrong}");
        }
        assert!(!format!("{code:?}").contains("42"));
    }

    #[test]
    fn no_text_breaks_the_reading() {
        let long = "a".repeat(LONGEST);
        for bad in [
            "",
            ".",
            "..",
            "ft-0001.1",
            "ft-0001.x.AAAA",
            "FT 1.1.AAAA",
            "ft-0001.1.AA+A",
            "ft-0001.99999999999.AAAA",
            &format!("ft-0001.1.{long}"),
        ] {
            assert_eq!(bad.parse::<CodeBox>(), Err(BoxFault::NoBox), "{bad}");
        }
    }
}
