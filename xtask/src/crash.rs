//! The long form of the proof by crash: the same story as in the test suite, with as many kills as asked for.

use crate::{build, setup};
use anyhow::{Context, Result, bail};

/// What was asked for.
pub(crate) struct Options {
    kills: u32,
    seed: Option<u64>,
}

impl Options {
    pub(crate) fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self { kills: 400, seed: None };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let number = arguments.next().with_context(|| format!("{argument} needs a number"))?;
            let bad = || format!("{argument}: '{number}' is no number");
            match argument.as_str() {
                "--kills" => options.kills = number.parse().with_context(bad)?,
                "--seed" => options.seed = Some(number.parse().with_context(bad)?),
                other => bail!("crash-test does not know '{other}'"),
            }
        }
        Ok(options)
    }
}

/// Builds the programs and kills them.
pub(crate) fn run(options: &Options) -> Result<()> {
    setup::everything()?;
    build::programs(false, false)?;
    let mut cargo = build::cargo();
    cargo.args(["test", "-p", "kiosk", "--test", "a_crash_loses_nothing", "--no-default-features"]);
    cargo.args(build::TEST_FEATURES).args(["--", "--nocapture"]);
    cargo.env("CRASH_KILLS", options.kills.to_string());
    if let Some(seed) = options.seed {
        cargo.env("CRASH_SEED", seed.to_string());
    }
    if cargo.status()?.success() {
        Ok(())
    } else {
        bail!("something was lost or doubled: see the words above")
    }
}
