//! What can go wrong on purpose: a fault waits for the next answer it fits and is used up by it.

/// A one-time fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The answer is never sent.
    NoAnswer,
    /// The answer comes after the host's time-out.
    Late,
    /// Single bytes with gaps.
    SingleBytes,
    /// Only the first bytes.
    Cut(usize),
    /// One bit is wrong.
    Flip,
    /// The checksum is wrong.
    WrongChecksum,
    /// Noise before the preamble.
    Noise,
    /// One AA more before the preamble.
    ExtraAa,
    /// The length field is wrong.
    WrongLength,
    /// The module refuses with this SW3.
    Refuse(u8),
    /// The card is taken away just before.
    CardTaken,
    /// The plug is pulled after so many bytes.
    HangUp(usize),
    /// The answer comes twice.
    Twice,
}

impl Fault {
    /// Reads `cut 100`, `sw 41`, `wrong-checksum` and so on.
    pub fn parse(words: &[&str]) -> Result<Self, String> {
        let number =
            |text: &str| text.parse::<usize>().map_err(|_| format!("'{text}' is no number of bytes"));
        Ok(match words {
            ["no-answer"] => Self::NoAnswer,
            ["late"] => Self::Late,
            ["split"] => Self::SingleBytes,
            ["cut", bytes] => Self::Cut(number(bytes)?),
            ["flip"] => Self::Flip,
            ["wrong-checksum"] => Self::WrongChecksum,
            ["noise"] => Self::Noise,
            ["extra-aa"] => Self::ExtraAa,
            ["wrong-length"] => Self::WrongLength,
            ["sw", code] => Self::Refuse(
                u8::from_str_radix(code, 16).map_err(|_| format!("'{code}' is no SW3 in hexadecimal"))?,
            ),
            ["card-taken"] => Self::CardTaken,
            ["hang-up", bytes] => Self::HangUp(number(bytes)?),
            ["twice"] => Self::Twice,
            _ => return Err(format!("no fault '{}'", words.join(" "))),
        })
    }

    /// Whether it waits for the answer to a read (where there is something to garble) rather than for any.
    pub fn waits_for_read(self) -> bool {
        matches!(
            self,
            Self::Cut(_)
                | Self::Flip
                | Self::WrongChecksum
                | Self::Refuse(_)
                | Self::CardTaken
                | Self::HangUp(_)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_read_from_words() {
        assert_eq!(Fault::parse(&["sw", "41"]), Ok(Fault::Refuse(0x41)));
        assert_eq!(Fault::parse(&["cut", "700"]), Ok(Fault::Cut(700)));
        assert!(Fault::parse(&["sw", "XX"]).is_err());
        assert!(Fault::parse(&["explode"]).is_err());
    }
}
