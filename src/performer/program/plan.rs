//! Whether the program that runs is the one that shall run, and what follows if it is not. Values alone: knows no file, clock or
//! store.
//!
//! ```text
//! download ──> downloaded ──install, while nobody is there──> the wanted program runs ──> installed
//!     │                                  │
//!     └───────────── failed ─────────────┴──> the earlier one runs
//! ```

use contract::app_version::AppVersion;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// The longest line that an updater writes.
pub(super) const LONGEST_OUTCOME: usize = 200;

/// Which program is wanted, and since which desired state: what answers one wish does not answer the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) app: AppVersion,
    pub(super) number: u64,
}

/// How much of it is asked for. A download disturbs nobody; what is installed is started at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Download,
    Install,
}

impl Phase {
    /// How long the updater may take: what it allows itself (packaging/update/kiosk-update), and some more.
    pub(super) const fn patience(self) -> Duration {
        match self {
            Self::Download => Duration::from_hours(1),
            Self::Install => Duration::from_mins(15),
        }
    }
}

/// What the updater is asked for; as text, the line that it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) wish: Wish,
    pub(super) phase: Phase,
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { wish: Wish { app, number }, phase } = self;
        let phase = match phase {
            Phase::Download => "download",
            Phase::Install => "install",
        };
        write!(f, "{app} {number} {phase}")
    }
}

/// How far the updater has come with a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// The package is here, and the one of the earlier program too.
    Downloaded,
    /// The program has started and works.
    Installed,
    /// No repository that was reached has it.
    NotFound,
    /// The earlier package is nowhere.
    NoWayBack,
    /// The package can't be installed.
    NotInstalled,
    /// The program does not start, or does not stay, or does not open the store.
    NotStarted,
    /// And neither does the earlier one.
    NotBack,
}

/// What the updater says, as one line: `0.2.0 6 installed 0.2.0-1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) wish: Wish,
    pub(super) word: Word,
    /// The version of the package that is installed.
    pub(super) installed: String,
}

/// A line that is no outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoOutcome;

impl FromStr for Outcome {
    type Err = NoOutcome;

    fn from_str(line: &str) -> Result<Self, NoOutcome> {
        let mut words = line.trim_end_matches('\n').split(' ');
        let mut next = || words.next().ok_or(NoOutcome);
        let app = next()?.parse().map_err(|_| NoOutcome)?;
        let number = next()?.parse().map_err(|_| NoOutcome)?;
        let word = match next()? {
            "downloaded" => Word::Downloaded,
            "installed" => Word::Installed,
            "not-found" => Word::NotFound,
            "no-way-back" => Word::NoWayBack,
            "not-installed" => Word::NotInstalled,
            "not-started" => Word::NotStarted,
            "not-back" => Word::NotBack,
            _ => return Err(NoOutcome),
        };
        let installed = next()?.to_owned();
        let of_a_package = |c: char| c.is_ascii_alphanumeric() || ".+~:-".contains(c);
        let is_sound = (1..=60).contains(&installed.len()) && installed.chars().all(of_a_package);
        if is_sound && words.next().is_none() {
            Ok(Self { wish: Wish { app, number }, word, installed })
        } else {
            Err(NoOutcome)
        }
    }
}

/// What is seen of the updater.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Updater {
    /// This machine has none: a development machine, a demo.
    Absent,
    /// It has said nothing that can be read.
    Silent,
    /// What it said last.
    Said(Outcome),
}

impl Updater {
    /// What it says to a wish.
    fn of(&self, wish: Wish) -> Option<&Outcome> {
        match self {
            Self::Said(outcome) if outcome.wish == wish => Some(outcome),
            _ => None,
        }
    }

    /// Whether it may still be at work on a request that was made so long ago.
    pub(super) fn is_at_work(&self, request: Request, since: Duration) -> bool {
        let is_over = self.of(request.wish).is_some_and(|outcome| outcome.word != Word::Downloaded);
        !is_over && since < request.phase.patience()
    }
}

/// What follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The program that runs is the one that shall run.
    Right,
    /// The updater is to be asked, again and again: it does the same thing once.
    Ask(Phase),
    /// It will not be. In words for an operator.
    Failed(String),
}

/// What follows for a wish, when this program runs, that one ran with the last good state, and the updater was asked for
/// something so long ago.
pub(super) fn decide(
    wish: Wish,
    running: AppVersion,
    before: Option<AppVersion>,
    seen: &Updater,
    asked: Option<(Request, Duration)>,
) -> Step {
    let Wish { app, .. } = wish;
    // The updater watches a new program for a while after its start, and takes it back if it falls. It has to be done with it
    // before anything is built on it.
    let is_watched = before.is_some_and(|before| before != running);
    if running == app && !is_watched {
        return Step::Right;
    }
    if *seen == Updater::Absent {
        return Step::Failed(format!("version {app} can't be installed: this terminal has no updater"));
    }
    let ask = |phase: Phase| match asked {
        Some((request, since)) if request == (Request { wish, phase }) && since >= phase.patience() => {
            let minutes = since.as_secs() / 60;
            Step::Failed(format!("version {app}: the updater has not answered in {minutes} minutes"))
        }
        _ => Step::Ask(phase),
    };
    let Some(Outcome { word, installed, .. }) = seen.of(wish) else { return ask(Phase::Download) };
    Step::Failed(match word {
        Word::Downloaded => return ask(Phase::Install),
        Word::Installed if running == app => return Step::Right,
        Word::Installed => format!("package {installed} is installed, but version {running} runs"),
        Word::NotFound => format!("version {app} is in no package repository that the terminal reaches"),
        Word::NoWayBack => {
            format!(
                "version {app} was not installed: package {installed} is in no repository to come back to"
            )
        }
        Word::NotInstalled => {
            format!("version {app} could not be installed, package {installed} is there instead")
        }
        Word::NotStarted => {
            format!("version {app} did not start as it should, package {installed} is there again")
        }
        Word::NotBack => {
            format!("version {app} does not work, nor what was before it: package {installed} is there")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: AppVersion = AppVersion::new(0, 1, 0);
    const NEW: AppVersion = AppVersion::new(0, 2, 0);
    const WISH: Wish = Wish { app: NEW, number: 6 };
    const NOW: Duration = Duration::ZERO;

    fn said(line: &str) -> Updater {
        Updater::Said(line.parse().unwrap())
    }

    fn reason(step: &Step) -> &str {
        let Step::Failed(reason) = step else { panic!("{step:?} is no failure") };
        reason
    }

    #[test]
    fn the_program_that_runs_needs_no_updater() {
        for seen in [Updater::Absent, Updater::Silent, said("0.2.0 6 not-found 0.1.0-1")] {
            assert_eq!(decide(WISH, NEW, None, &seen, None), Step::Right);
            assert_eq!(decide(WISH, NEW, Some(NEW), &seen, None), Step::Right, "it came back");
        }
    }

    #[test]
    fn another_program_is_downloaded_first_and_then_installed() {
        let step = |seen: &Updater| decide(WISH, OLD, None, seen, None);
        assert_eq!(step(&Updater::Silent), Step::Ask(Phase::Download));
        assert_eq!(step(&said("0.2.0 6 downloaded 0.1.0-1\n")), Step::Ask(Phase::Install));
        let request = Request { wish: WISH, phase: Phase::Install };
        assert_eq!(request.to_string(), "0.2.0 6 install");
    }

    #[test]
    fn what_the_updater_said_to_another_wish_is_no_answer() {
        for line in ["0.2.0 5 not-started 0.1.0-1", "0.3.0 6 not-found 0.1.0-1"] {
            assert_eq!(decide(WISH, OLD, None, &said(line), None), Step::Ask(Phase::Download), "{line}");
        }
    }

    #[test]
    fn a_new_program_waits_until_the_updater_is_done_with_it() {
        let step = |seen: &Updater| decide(WISH, NEW, Some(OLD), seen, None);
        assert_eq!(step(&said("0.2.0 6 downloaded 0.1.0-1")), Step::Ask(Phase::Install));
        assert_eq!(step(&said("0.2.0 6 installed 0.2.0-1")), Step::Right);
        // A newer state came while it was installed.
        assert_eq!(step(&said("0.2.0 5 installed 0.2.0-1")), Step::Ask(Phase::Download));
    }

    #[test]
    fn each_failure_is_told_in_words() {
        for (word, told) in [
            ("not-found", "is in no package repository"),
            ("no-way-back", "to come back to"),
            ("not-installed", "could not be installed"),
            ("not-started", "did not start"),
            ("not-back", "nor what was before it"),
            ("installed", "but version 0.1.0 runs"),
        ] {
            let step = decide(WISH, OLD, Some(OLD), &said(&format!("0.2.0 6 {word} 0.1.0-1")), None);
            assert!(reason(&step).contains(told), "{step:?}");
        }
        assert!(reason(&decide(WISH, OLD, None, &Updater::Absent, None)).contains("has no updater"));
    }

    #[test]
    fn nobody_waits_for_ever() {
        for (phase, seen) in
            [(Phase::Download, Updater::Silent), (Phase::Install, said("0.2.0 6 downloaded 0.1.0-1"))]
        {
            let request = Request { wish: WISH, phase };
            let step = |since| decide(WISH, OLD, None, &seen, Some((request, since)));
            assert_eq!(step(NOW), Step::Ask(phase));
            assert!(reason(&step(phase.patience())).contains("has not answered in"));
            assert!(seen.is_at_work(request, NOW) && !seen.is_at_work(request, phase.patience()));
            let done = said("0.2.0 6 not-started 0.1.0-1");
            assert!(!done.is_at_work(request, NOW));
            // One thing was waited for, another is asked now.
            let other = Request { wish: Wish { number: 5, ..WISH }, phase };
            let step = decide(WISH, OLD, None, &seen, Some((other, phase.patience())));
            assert_eq!(step, Step::Ask(phase));
        }
    }

    #[test]
    fn what_is_no_outcome_is_refused() {
        for line in [
            "",
            "0.2.0",
            "0.2.0 6 installed",
            "0.2.0 6 exploded 0.1.0-1",
            "0.2.0 six installed 0.1.0-1",
            "0.2 6 installed 0.1.0-1",
            "0.2.0 6 installed 0.1.0-1 more",
            "0.2.0 6 installed 0.1.0-1\n0.2.0 6 installed 0.1.0-1",
            "0.2.0 6 installed $(reboot)",
            "0.2.0  6 installed 0.1.0-1",
        ] {
            assert_eq!(line.parse::<Outcome>(), Err(NoOutcome), "{line}");
        }
    }
}
