//! When to try again. Pure: the clock and the random number are parameters.
//!
//! 'Offline' and 'busy' say nothing about an entry, so they hold everything and count against nothing. A failure on
//! one entry holds back that entry and its lane. A refusal is final: the entry is set aside.

use super::client::Failure;
use contract::message::Problem;
use std::time::Duration;

/// The least and the most that one waits.
const BASE: Duration = Duration::from_secs(1);
const CAP: Duration = Duration::from_mins(10);

/// A central that asks for more is not believed: the kiosk would look dead.
const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(1);

/// A number from 0 (included) to 1 (excluded).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Dice(pub(super) f64);

/// What to do after a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Leave central alone for so long; a new entry may try at once.
    Rest(Duration),
    /// Leave central alone for so long, whatever happens.
    Obey(Duration),
    /// Hold back this entry for so long and go on with others.
    Postpone(Duration),
    /// This entry needs another place, if central still believes this kiosk.
    Renumber,
    /// This entry will never be taken.
    SetAside(Problem),
}

/// What to do after a failure. `silences` counts failures in a row to reach central before this one, `attempts` how
/// often central failed on this entry.
pub(super) fn after(failure: Failure, silences: u32, attempts: u32, dice: Dice) -> Next {
    match failure {
        Failure::Busy { retry_after: Some(asked) } => {
            Next::Obey(asked.min(LONGEST_RETRY_AFTER) + full_jitter(silences, dice))
        }
        Failure::Offline | Failure::ForeignCertificate | Failure::Busy { retry_after: None } => {
            Next::Rest(full_jitter(silences, dice))
        }
        Failure::Faulty { .. } => Next::Postpone(full_jitter(attempts, dice)),
        Failure::SeqTaken(_) => Next::Renumber,
        // Only a journal's head is answered so.
        Failure::Forked(problem) | Failure::Refused(problem) => Next::SetAside(problem),
    }
}

/// Anything from one second to a ceiling that doubles: a fleet that lost its network together comes back spread out.
fn full_jitter(failures: u32, dice: Dice) -> Duration {
    let ceiling = BASE.saturating_mul(2_u32.saturating_pow(failures.saturating_add(1))).min(CAP);
    BASE + ceiling.saturating_sub(BASE).mul_f64(dice.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LOW: Dice = Dice(0.0);

    fn refused() -> Problem {
        Problem { kind: "k".to_owned(), status: 422, title: "t".to_owned(), detail: "d".to_owned() }
    }

    #[test]
    fn a_refusal_is_final_and_a_fault_holds_one_entry() {
        assert_eq!(after(Failure::Refused(refused()), 0, 0, LOW), Next::SetAside(refused()));
        assert_eq!(after(Failure::Faulty { status: 500 }, 9, 0, LOW), Next::Postpone(BASE));
    }

    #[test]
    fn retry_after_is_honoured_with_jitter_on_top() {
        let busy = |seconds| Failure::Busy { retry_after: Some(Duration::from_secs(seconds)) };
        assert_eq!(after(busy(30), 0, 0, LOW), Next::Obey(Duration::from_secs(31)));
        assert_eq!(after(busy(u64::MAX), 0, 0, LOW), Next::Obey(LONGEST_RETRY_AFTER + BASE));
    }

    proptest! {
        #[test]
        fn a_wait_is_between_a_second_and_ten_minutes(failures: u32, dice in 0.0..1.0) {
            let wait = full_jitter(failures, Dice(dice));
            prop_assert!((BASE..=CAP).contains(&wait));
            prop_assert!(wait <= BASE.saturating_mul(2_u32.saturating_pow(failures.saturating_add(1))));
        }
    }
}
