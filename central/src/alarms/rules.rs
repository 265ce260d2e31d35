//! When something is wrong, and when it is over again: a function of what a terminal reported and of whether the alarm is
//! open. The limit at which one begins lies apart from the one at which it ends (hysteresis), so that a value on the limit
//! does not ring all night.

use jiff::SignedDuration;
use std::fmt;
use std::str::FromStr;

/// Silence after which a terminal counts as offline: two reports of every five minutes were missed.
const SILENT: SignedDuration = SignedDuration::from_mins(12);
/// A terminal that spoke so lately is back.
const BACK: SignedDuration = SignedDuration::from_mins(2);
/// An entry that waits so long is stuck; the network alone is seldom away for as long.
const STUCK: SignedDuration = SignedDuration::from_mins(30);
/// A queue whose oldest entry is so young moves again.
const MOVING: SignedDuration = SignedDuration::from_mins(5);
/// Entries that are too few to speak of a rate.
const FEW: u32 = 10;
/// The failing share in hundredths at which an alarm begins, and at which it ends.
const MANY_FAIL: u32 = 20;
const FEW_FAIL: u32 = 10;

/// What may be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The terminal is silent (离线).
    Offline,
    /// It can't print, or soon can't (纸张).
    Paper,
    /// Too many of its entries are refused (故障率).
    FailureRate,
    /// Something waits in its outbox for too long (队列积压).
    QueueAge,
    /// A device of it, or its store, does not work (设备故障).
    Device,
    /// Its cabinet stands open (柜门).
    Door,
}

impl Kind {
    /// Each of them.
    pub const ALL: [Self; 6] =
        [Self::Offline, Self::Paper, Self::FailureRate, Self::QueueAge, Self::Device, Self::Door];

    /// As it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Offline => "offline",
            Self::Paper => "paper",
            Self::FailureRate => "failure-rate",
            Self::QueueAge => "queue-age",
            Self::Device => "device",
            Self::Door => "door",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is no kind of alarm.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no kind of alarm")]
pub struct NoKind(String);

impl FromStr for Kind {
    type Err = NoKind;

    fn from_str(text: &str) -> Result<Self, NoKind> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| NoKind(text.chars().take(40).collect()))
    }
}

/// How it stands with the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// There is enough.
    Enough,
    /// Somebody should bring some.
    Low,
    /// Nothing comes out.
    Out,
}

/// What is known of a terminal. What nobody reported is `None`, and neither begins nor ends an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condition {
    /// How long it has been silent.
    pub silent_for: SignedDuration,
    /// Its receipt printer.
    pub paper: Option<Paper>,
    /// How many of its entries were refused within a day, of how many.
    pub failures: Option<(u32, u32)>,
    /// How long the oldest entry has been waiting; nothing waits: zero.
    pub waiting_for: Option<SignedDuration>,
    /// How many of its parts do not work.
    pub broken: Option<usize>,
    /// Whether its cabinet stands open.
    pub door_open: Option<bool>,
}

/// What becomes of an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It begins.
    Begin,
    /// It is over.
    End,
}

/// A change, and what of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Of which alarm.
    pub kind: Kind,
    /// What becomes of it.
    pub change: Change,
}

/// How a value lies to the two limits of an alarm.
enum Level {
    Bad,
    Between,
    Good,
}

/// What changes: alarms that begin, of those that are not open; alarms that end, of those that are.
pub fn judge(condition: &Condition, open: &[Kind]) -> Vec<Finding> {
    Kind::ALL
        .into_iter()
        .filter_map(|kind| {
            let change = match (level(kind, condition)?, open.contains(&kind)) {
                (Level::Bad, false) => Change::Begin,
                (Level::Good, true) => Change::End,
                _ => return None,
            };
            Some(Finding { kind, change })
        })
        .collect()
}

fn level(kind: Kind, condition: &Condition) -> Option<Level> {
    let between = |value: SignedDuration, bad, good| match value {
        value if value >= bad => Level::Bad,
        value if value <= good => Level::Good,
        _ => Level::Between,
    };
    let silence = between(condition.silent_for, SILENT, BACK);
    if kind == Kind::Offline {
        return Some(silence);
    }
    // What was said long ago says nothing of now.
    if matches!(silence, Level::Bad) {
        return None;
    }
    Some(match kind {
        Kind::Offline => silence,
        Kind::Paper => match condition.paper? {
            Paper::Enough => Level::Good,
            Paper::Low | Paper::Out => Level::Bad,
        },
        Kind::FailureRate => {
            let (failed, of) = condition.failures?;
            let share = |hundredths: u32| u64::from(failed) * 100 >= u64::from(of) * u64::from(hundredths);
            match of {
                of if of < FEW => Level::Between,
                _ if share(MANY_FAIL) => Level::Bad,
                _ if share(FEW_FAIL) => Level::Between,
                _ => Level::Good,
            }
        }
        Kind::QueueAge => between(condition.waiting_for?, STUCK, MOVING),
        Kind::Device => match condition.broken? {
            0 => Level::Good,
            _ => Level::Bad,
        },
        Kind::Door if condition.door_open? => Level::Bad,
        Kind::Door => Level::Good,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FINE: Condition = Condition {
        silent_for: SignedDuration::from_secs(30),
        paper: Some(Paper::Enough),
        failures: Some((0, 100)),
        waiting_for: Some(SignedDuration::ZERO),
        broken: Some(0),
        door_open: Some(false),
    };

    fn begins(condition: &Condition) -> Vec<Kind> {
        let findings = judge(condition, &[]);
        assert!(findings.iter().all(|finding| finding.change == Change::Begin));
        findings.into_iter().map(|finding| finding.kind).collect()
    }

    fn ends(condition: &Condition, open: Kind) -> bool {
        judge(condition, &[open]).contains(&Finding { kind: open, change: Change::End })
    }

    #[test]
    fn nothing_is_wrong_with_a_terminal_that_is_fine() {
        assert_eq!(begins(&FINE), []);
        for kind in Kind::ALL {
            assert!(ends(&FINE, kind), "{kind}");
        }
    }

    #[test]
    fn each_rule_has_a_limit_to_begin_and_one_to_end() {
        let mins = SignedDuration::from_mins;
        let silent = |silent_for| Condition { silent_for, ..FINE };
        let waiting = |waiting_for| Condition { waiting_for: Some(waiting_for), ..FINE };
        let failing = |failed| Condition { failures: Some((failed, 100)), ..FINE };
        for (kind, just_fine, bad, between, good) in [
            (Kind::Offline, silent(mins(11)), silent(mins(12)), silent(mins(3)), silent(mins(2))),
            (Kind::QueueAge, waiting(mins(29)), waiting(mins(30)), waiting(mins(6)), waiting(mins(5))),
            (Kind::FailureRate, failing(19), failing(20), failing(10), failing(9)),
        ] {
            assert_eq!(begins(&just_fine), [], "{kind}");
            assert_eq!(begins(&bad), [kind]);
            assert_eq!(judge(&between, &[kind]), [], "{kind} is not over yet");
            assert!(ends(&good, kind), "{kind}");
        }
        assert_eq!(begins(&Condition { paper: Some(Paper::Low), ..FINE }), [Kind::Paper]);
        assert_eq!(begins(&Condition { broken: Some(1), ..FINE }), [Kind::Device]);
        assert_eq!(begins(&Condition { door_open: Some(true), ..FINE }), [Kind::Door]);
    }

    #[test]
    fn three_failures_of_three_are_no_rate() {
        assert_eq!(begins(&Condition { failures: Some((3, 3)), ..FINE }), []);
        assert!(
            !ends(&Condition { failures: Some((0, 3)), ..FINE }, Kind::FailureRate),
            "nor is none of three"
        );
    }

    #[test]
    fn a_silent_terminal_is_silent_and_nothing_else() {
        let silent = Condition {
            silent_for: SignedDuration::from_hours(9),
            paper: Some(Paper::Out),
            broken: Some(0),
            ..FINE
        };
        assert_eq!(begins(&silent), [Kind::Offline]);
        assert!(!ends(&silent, Kind::Device), "what worked nine hours ago");
    }

    fn conditions() -> impl Strategy<Value = Condition> {
        let paper = prop_oneof![Just(Paper::Enough), Just(Paper::Low), Just(Paper::Out)];
        let secs = || (0_i64..100_000).prop_map(SignedDuration::from_secs);
        (
            secs(),
            proptest::option::of(paper),
            proptest::option::of((any::<u32>(), any::<u32>())),
            proptest::option::of(secs()),
            proptest::option::of(0_usize..4),
            proptest::option::of(any::<bool>()),
        )
            .prop_map(|(silent_for, paper, failures, waiting_for, broken, door_open)| Condition {
                silent_for,
                paper,
                failures,
                waiting_for,
                broken,
                door_open,
            })
    }

    proptest! {
        #[test]
        fn the_same_condition_changes_nothing_a_second_time(condition in conditions(), open in 0_usize..64) {
            let mut open: Vec<Kind> =
                Kind::ALL.into_iter().enumerate().filter(|(at, _)| open >> at & 1 == 1).map(|(_, kind)| kind).collect();
            for finding in judge(&condition, &open) {
                match finding.change {
                    Change::Begin => open.push(finding.kind),
                    Change::End => open.retain(|kind| *kind != finding.kind),
                }
            }
            prop_assert_eq!(judge(&condition, &open), vec![]);
        }
    }
}
