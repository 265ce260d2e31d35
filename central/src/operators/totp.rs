//! The second factor: codes of six digits that change every 30 seconds (TOTP, RFC 6238), as every authenticator app makes
//! them. HMAC-SHA-1 is what all of them know; its weakness to collisions does not touch a keyed hash.

use contract::{OperatorId, Secret};
use data_encoding::BASE32_NOPAD;
use jiff::Timestamp;
use ring::hmac;

/// Seconds for which a code stands.
const PERIOD: i64 = 30;
/// The secret's length that RFC 4226 recommends, in bytes.
const SECRET_BYTES: usize = 20;
/// A clock may be one step ahead or behind.
const DRIFT: i64 = 1;

/// The system gives no random numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random numbers: try again")]
pub struct NoSecret;

/// What central and one operator's authenticator share.
#[derive(Clone, Debug)]
pub struct TotpSecret(Secret<Vec<u8>>);

impl TotpSecret {
    /// A new one.
    pub fn random() -> Result<Self, NoSecret> {
        let mut bytes = vec![0; SECRET_BYTES];
        getrandom::fill(&mut bytes).map_err(|_| NoSecret)?;
        Ok(Self(Secret::new(bytes)))
    }

    /// One that was kept.
    pub const fn of(bytes: Secret<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// To be kept, sealed.
    pub const fn expose(&self) -> &[u8] {
        self.0.expose().as_slice()
    }

    /// As it is typed into an authenticator that can't read the picture.
    pub fn in_letters(&self) -> Secret<String> {
        Secret::new(BASE32_NOPAD.encode(self.expose()))
    }

    /// As an authenticator reads it from a picture.
    pub fn uri(&self, operator: &OperatorId) -> Secret<String> {
        let letters = self.in_letters();
        Secret::new(format!("otpauth://totp/Budayang:{operator}?secret={}&issuer=Budayang", letters.expose()))
    }

    /// The step whose code was typed, if it stands now and is later than `last`: a code is good once.
    pub fn check(&self, typed: &str, now: Timestamp, last: i64) -> Option<i64> {
        let step = now.as_second().div_euclid(PERIOD);
        (step - DRIFT..=step + DRIFT).find(|step| *step > last && self.code(*step) == typed)
    }

    /// The six digits of a step (RFC 4226, 5.3).
    fn code(&self, step: i64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, self.expose());
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let offset = usize::from(tag.last().copied().unwrap_or_default() & 0x0f);
        let word = tag.iter().skip(offset).take(4).fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
    }

    /// The code that stands at a moment, for whoever plays an authenticator.
    pub fn code_at(&self, now: Timestamp) -> String {
        self.code(now.as_second().div_euclid(PERIOD))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published() -> TotpSecret {
        TotpSecret::of(Secret::new(b"12345678901234567890".to_vec()))
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        // Appendix B, SHA-1, of whose eight digits six are used here.
        for (second, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(published().code_at(at(second)), code[2..], "{second}");
        }
    }

    #[test]
    fn a_code_is_good_once_and_for_a_clock_that_is_a_little_off() {
        let (secret, now) = (published(), at(1_111_111_111));
        let step = secret.check("050471", now, 0).unwrap();
        assert_eq!(secret.check("050471", now, step), None, "it was used");
        assert_eq!(secret.check("050471", at(1_111_111_111 + 30), 0), Some(step));
        assert_eq!(secret.check("050471", at(1_111_111_111 - 30), 0), Some(step));
        assert_eq!(secret.check("050471", at(1_111_111_111 + 90), 0), None);
        for wrong in ["", "50471", "0504710", "050472", "０５０４７１"] {
            assert_eq!(secret.check(wrong, now, 0), None, "{wrong}");
        }
    }

    #[test]
    fn an_authenticator_reads_the_secret() {
        let uri = published().uri(&"li".parse().unwrap());
        let expected = "otpauth://totp/Budayang:li?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Budayang";
        assert_eq!(uri.expose(), expected);
        assert_eq!(format!("{:?}", TotpSecret::random().unwrap()), "TotpSecret(***)");
    }
}
