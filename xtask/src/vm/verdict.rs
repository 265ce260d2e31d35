//! What was acknowledged against what was found, as values. Knows the words on the serial line; knows no machine.

use anyhow::{Context, Result, bail};
use std::fmt;

/// Which way the store pressed its commits onto the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    Full,
    Normal,
}

impl Durability {
    /// As the program in the machine is told.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Normal => "normal",
        }
    }
}

impl fmt::Display for Durability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Full => "FULL",
            Self::Normal => "NORMAL",
        })
    }
}

/// The place of the last entry that was said to be kept; entries are said in order, without a gap.
pub(super) fn acknowledged(lines: &[String]) -> Result<u64> {
    let mut last = 0;
    for line in lines {
        // The last line may have been cut with the power: it was never said whole.
        let Some(place) = line.strip_prefix("kept ").and_then(|text| text.strip_suffix('\n')) else {
            continue;
        };
        let place: u64 = place.parse().with_context(|| format!("'{line}' has no number"))?;
        if place != last + 1 {
            bail!("the store said {place} after {last}: its series has a gap before any power was cut");
        }
        last = place;
    }
    Ok(last)
}

/// What the store held after the cut.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Unbroken runs of the series, first and last place.
    runs: Vec<(u64, u64)>,
    /// SQLite's own words on the file.
    integrity: String,
}

impl Found {
    /// Reads the checker's lines.
    pub(super) fn parse(lines: &[String]) -> Result<Self> {
        let mut found = Self::default();
        for line in lines {
            match line.trim_end().split_once(' ') {
                Some(("found", run)) => {
                    let ends = run.split_once(' ').context("a run has two ends")?;
                    found.runs.push((ends.0.parse()?, ends.1.parse()?));
                }
                Some(("integrity", words)) => words.clone_into(&mut found.integrity),
                _ => {}
            }
        }
        if found.integrity.is_empty() {
            bail!("the checker did not say whether the file is whole");
        }
        Ok(found)
    }

    fn holds(&self, place: u64) -> bool {
        self.runs.iter().any(|(first, last)| (*first..=*last).contains(&place))
    }

    fn entries(&self) -> u64 {
        self.runs.iter().map(|(first, last)| (last + 1).saturating_sub(*first)).sum()
    }

    /// The file is whole and its series begins at 1 and has no gap.
    fn is_sound(&self) -> bool {
        self.integrity == "ok" && (self.runs.is_empty() || matches!(self.runs.as_slice(), [(1, _)]))
    }
}

/// One cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Round {
    /// Entries 1 to this one were acknowledged before the cut.
    pub(super) acknowledged: u64,
    /// What was there after it.
    pub(super) found: Found,
}

impl Round {
    /// Acknowledged entries that are gone.
    fn lost(&self) -> u64 {
        (1..=self.acknowledged).filter(|place| !self.found.holds(*place)).count() as u64
    }
}

impl fmt::Display for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (entries, integrity) = (self.found.entries(), &self.found.integrity);
        write!(f, "acknowledged {:5}   found {entries:5}   ", self.acknowledged)?;
        write!(f, "lost {:4}   integrity {integrity}", self.lost())
    }
}

/// All cuts, both ways.
#[derive(Debug, Default)]
pub(super) struct Table {
    full: Vec<Round>,
    normal: Vec<Round>,
}

impl Table {
    pub(super) fn add(&mut self, durability: Durability, round: Round) {
        match durability {
            Durability::Full => self.full.push(round),
            Durability::Normal => self.normal.push(round),
        }
    }

    /// Without a loss here the cuts have not shown that they can make one.
    pub(super) fn normal_lost_nothing(&self) -> bool {
        self.normal.iter().all(|round| round.lost() == 0)
    }

    /// FULL may lose nothing; neither way may damage the store.
    pub(super) fn judge(&self) -> Result<()> {
        let lost: u64 = self.full.iter().map(Round::lost).sum();
        if lost > 0 {
            bail!("{lost} acknowledged entries are gone with synchronous=FULL: see the table");
        }
        if let Some(round) = self.full.iter().chain(&self.normal).find(|round| !round.found.is_sound()) {
            bail!("a store is damaged: {round}");
        }
        Ok(())
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns =
            ["synchronous", "cuts", "acknowledged", "found", "lost", "cuts with loss", "whole files"];
        writeln!(f, "| {} |\n|---|---|---|---|---|---|---|", columns.join(" | "))?;
        for (durability, rounds) in [(Durability::Full, &self.full), (Durability::Normal, &self.normal)] {
            let sum = |of: fn(&Round) -> u64| rounds.iter().map(of).sum::<u64>();
            writeln!(
                f,
                "| {durability} | {} | {} | {} | {} | {} | {} |",
                rounds.len(),
                sum(|round| round.acknowledged),
                sum(|round| round.found.entries()),
                sum(Round::lost),
                sum(|round| u64::from(round.lost() > 0)),
                sum(|round| u64::from(round.found.is_sound())),
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.split_inclusive('\n').map(str::to_owned).collect()
    }

    fn round(acknowledged: u64, report: &str) -> Round {
        Round { acknowledged, found: Found::parse(&lines(report)).unwrap() }
    }

    fn judge(durability: Durability, round: Round) -> Result<()> {
        let mut table = Table::default();
        table.add(durability, round);
        table.judge()
    }

    #[test]
    fn the_last_whole_line_counts() {
        assert_eq!(acknowledged(&lines("kept 1\nkept 2\nkept 3\n")).unwrap(), 3);
        assert_eq!(acknowledged(&lines("kept 1\nkept 2\nkept 3")).unwrap(), 2, "a line that was cut");
        assert_eq!(acknowledged(&lines("kept 1\n[ 3.1] a word of the kernel\nkept 2\n")).unwrap(), 2);
        assert_eq!(acknowledged(&[]).unwrap(), 0);
        assert!(acknowledged(&lines("kept 1\nkept 3\n")).is_err());
    }

    #[test]
    fn what_is_there_beyond_the_acknowledged_is_no_fault() {
        let round = round(3, "found 1 4\nintegrity ok\nchecked\n");
        assert_eq!((round.lost(), round.found.entries()), (0, 4));
        judge(Durability::Full, round).unwrap();
    }

    #[test]
    fn what_is_gone_is_counted() {
        assert_eq!(round(10, "found 1 7\nintegrity ok\n").lost(), 3);
        assert_eq!(round(10, "integrity ok\n").lost(), 10, "an empty store");
        assert_eq!(round(10, "found 1 4\nfound 6 10\nintegrity ok\n").lost(), 1, "a hole");
    }

    #[test]
    fn full_may_lose_nothing_and_normal_may() {
        let report = "found 1 7\nintegrity ok\n";
        assert!(judge(Durability::Full, round(8, report)).is_err());
        judge(Durability::Normal, round(8, report)).unwrap();
    }

    #[test]
    fn a_damaged_store_fails_either_way() {
        for report in ["found 1 7\nintegrity row 3 missing\n", "found 1 3\nfound 5 7\nintegrity ok\n"] {
            assert!(judge(Durability::Normal, round(0, report)).is_err(), "{report}");
        }
    }

    #[test]
    fn a_report_without_a_verdict_is_no_report() {
        assert!(Found::parse(&lines("found 1 7\n")).is_err());
        assert!(Found::parse(&lines("found 1\nintegrity ok\n")).is_err());
        assert!(Found::parse(&lines("found 1 x\nintegrity ok\n")).is_err());
    }

    #[test]
    fn the_table_shows_both_ways() {
        let mut table = Table::default();
        table.add(Durability::Full, round(3, "found 1 4\nintegrity ok\n"));
        table.add(Durability::Normal, round(9, "found 1 4\nintegrity ok\n"));
        let text = table.to_string();
        assert!(text.contains("| FULL | 1 | 3 | 4 | 0 | 0 | 1 |"), "{text}");
        assert!(text.contains("| NORMAL | 1 | 9 | 4 | 5 | 1 | 1 |"), "{text}");
    }
}
