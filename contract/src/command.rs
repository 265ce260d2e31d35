//! Commands (远程指令): what an operator asks one terminal to do once. They come inside of its own signed document, in
//! order of their numbers; each is begun once, whatever restarts in between, and what became of it is told with the report.

use crate::base64::Base64;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The largest picture of a screen in bytes that travels; in base64 it fits a request.
pub const MAX_PICTURE: usize = 240 * 1024;

/// The most that one document holds.
pub const MOST_COMMANDS: usize = 8;

/// The number of a command: that of central's act, so that a later command has a higher one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommandId(pub u64);

/// What a terminal is asked to do. Nothing of it happens during a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Errand {
    /// 重启程序: the program goes down and is started again by the system.
    Restart,
    /// 自检: every part is looked at.
    SelfTest,
    /// 诊断包: what support needs, without anything of a resident, is sent to central.
    SupportBundle,
    /// 远程协助: an operator sees the technician's screen, while a technician is in.
    Assist,
}

impl Errand {
    /// Each of them.
    pub const ALL: [Self; 4] = [Self::Restart, Self::SelfTest, Self::SupportBundle, Self::Assist];

    /// The word of the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Restart => "restart",
            Self::SelfTest => "self-test",
            Self::SupportBundle => "support-bundle",
            Self::Assist => "assist",
        }
    }

    /// Whether it waits until nobody stands before the terminal. Assistance is for whoever stands there, if that is a technician.
    pub const fn needs_nobody(self) -> bool {
        !matches!(self, Self::Assist)
    }
}

impl fmt::Display for Errand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What no terminal can be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no terminal can be asked that; there are {}", Errand::ALL.map(Errand::word).join(", "))]
pub struct NoErrand;

impl FromStr for Errand {
    type Err = NoErrand;
    fn from_str(text: &str) -> Result<Self, NoErrand> {
        Self::ALL.into_iter().find(|errand| errand.word() == text).ok_or(NoErrand)
    }
}

/// A command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// Which.
    pub id: CommandId,
    /// What to do.
    pub errand: Errand,
    /// Until when it may be begun: nobody is surprised days later by what was asked of a terminal that was off.
    pub until: Timestamp,
}

/// A picture of the technician's screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScreenPicture {
    /// A JPEG of at most [`MAX_PICTURE`] bytes.
    pub jpeg: Base64,
}

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CommandOutcome {
    /// It is under way.
    Begun,
    /// It is done.
    Done {
        /// What came out, at most 600 characters.
        said: String,
    },
    /// It could not be done.
    Failed {
        /// Why, at most 600 characters.
        why: String,
    },
}

impl CommandOutcome {
    /// The longest words in characters.
    pub const LONGEST: usize = 600;

    /// What was said, cut to what travels.
    pub fn done(said: &str) -> Self {
        Self::Done { said: said.chars().take(Self::LONGEST).collect() }
    }

    /// Why it failed, cut to what travels.
    pub fn failed(why: &str) -> Self {
        Self::Failed { why: why.chars().take(Self::LONGEST).collect() }
    }

    /// Whether nothing follows any more.
    pub const fn is_final(&self) -> bool {
        !matches!(self, Self::Begun)
    }

    /// Whether its words have a sensible length.
    pub fn is_bounded(&self) -> bool {
        match self {
            Self::Begun => true,
            Self::Done { said: words } | Self::Failed { why: words } => {
                words.chars().count() <= Self::LONGEST
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_errand_is_one_word() {
        for errand in Errand::ALL {
            assert_eq!(errand.word().parse(), Ok(errand));
            assert_eq!(serde_json::to_string(&errand).unwrap(), format!("\"{errand}\""));
        }
        assert_eq!("format-disk".parse::<Errand>(), Err(NoErrand));
    }

    #[test]
    fn words_that_are_too_long_are_cut_here_and_refused_there() {
        let long = "长".repeat(CommandOutcome::LONGEST + 1);
        assert!(CommandOutcome::done(&long).is_bounded() && CommandOutcome::failed(&long).is_bounded());
        assert!(!CommandOutcome::Done { said: long }.is_bounded());
    }
}
