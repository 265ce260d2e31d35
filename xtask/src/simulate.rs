//! More seeds of the simulated network than the normal suite runs.

use crate::build;
use anyhow::{Context, Result, bail};

/// Seeds of one go of the endless mode.
const A_GO: u64 = 200;

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Seeds {
    /// So many, from a number on.
    Some {
        /// The first.
        from: u64,
        /// How many.
        count: u64,
    },
    /// One after the other until one fails or somebody stops it.
    Endless {
        /// The first.
        from: u64,
    },
}

impl Seeds {
    pub(crate) fn parse(arguments: &[String]) -> Result<Self> {
        let (mut from, mut count, mut endless) = (0, 500, false);
        let mut arguments = arguments.iter();
        let number = |word: Option<&String>| -> Result<u64> {
            let word = word.context("a number is missing")?;
            word.parse().with_context(|| format!("'{word}' is no number"))
        };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--from" => from = number(arguments.next())?,
                "--seeds" => count = number(arguments.next())?,
                "--endless" => endless = true,
                other => bail!("simulate does not know '{other}'"),
            }
        }
        Ok(if endless { Self::Endless { from } } else { Self::Some { from, count } })
    }
}

/// Runs them, two at a time.
pub(crate) fn run(seeds: &Seeds) -> Result<()> {
    match *seeds {
        Seeds::Some { from, count } => go(from, count),
        Seeds::Endless { mut from } => loop {
            go(from, A_GO)?;
            from += A_GO;
        },
    }
}

fn go(from: u64, count: u64) -> Result<()> {
    println!("seeds {from} to {}", from + count - 1);
    let mut cargo = build::cargo();
    cargo.args(["test", "-p", "kiosk", "--no-default-features"]).args(build::TEST_FEATURES);
    cargo.args(["--test", "simulation", "--", "fifty_kiosks", "--nocapture"]);
    cargo.env("SIMULATION_FROM", from.to_string()).env("SIMULATION_SEEDS", count.to_string());
    if cargo.status()?.success() {
        Ok(())
    } else {
        bail!(
            "run the seed that it names alone: SIMULATION_SEED=number cargo xtask test one_seed --no-capture"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &str) -> Result<Seeds> {
        Seeds::parse(&words.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn seeds_are_asked_for_by_number() {
        assert_eq!(parse("").unwrap(), Seeds::Some { from: 0, count: 500 });
        assert_eq!(parse("--from 7 --seeds 2").unwrap(), Seeds::Some { from: 7, count: 2 });
        assert_eq!(parse("--endless --from 9").unwrap(), Seeds::Endless { from: 9 });
        for bad in ["--seeds", "--seeds many", "--forever"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
