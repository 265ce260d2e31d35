//! The gate between two waves: what has to be known of a wave before the next is sent, or before all is taken back.

use super::rollout::Stop;
use jiff::SignedDuration;

/// How long a terminal may say nothing before its silence counts: two reports, and a probation.
pub const DEADLINE: SignedDuration = SignedDuration::from_mins(15);

/// Of a hundred terminals, so many may fail before everything is taken back.
const FAILURES: usize = 5;

/// Of a hundred terminals, so many may say nothing before the rollout stops. More than may fail: some are always off.
const SILENCE: usize = 10;

/// What the terminals of a wave have said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// It works.
    pub kept: usize,
    /// It does not, or they refused it.
    pub failed: usize,
    /// They have it and wait for the end of a visit. That is no failure, however long it takes.
    pub busy: usize,
    /// Nothing.
    pub silent: usize,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing yet.
    Wait,
    /// The next wave.
    Advance,
    /// No further.
    Stop(Stop),
}

impl Tally {
    /// All terminals of the wave.
    pub const fn all(self) -> usize {
        self.kept + self.failed + self.busy + self.silent
    }

    /// What follows from it, so long after the wave began.
    pub fn judge(self, since: SignedDuration) -> Verdict {
        let is_more = |count: usize, of_hundred: usize| count * 100 > self.all() * of_hundred;
        if is_more(self.failed, FAILURES) {
            return Verdict::Stop(Stop::Failures);
        }
        if self.busy == 0 && self.silent == 0 {
            return Verdict::Advance;
        }
        if since < DEADLINE {
            return Verdict::Wait;
        }
        if is_more(self.silent, SILENCE) {
            Verdict::Stop(Stop::Silence)
        } else if self.busy > 0 {
            Verdict::Wait
        } else {
            Verdict::Advance
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EARLY: SignedDuration = SignedDuration::ZERO;

    #[test]
    fn a_wave_that_has_answered_opens_the_next_at_once() {
        assert_eq!(Tally { kept: 10, ..Tally::default() }.judge(EARLY), Verdict::Advance);
        assert_eq!(Tally::default().judge(EARLY), Verdict::Advance, "a wave of nobody");
        assert_eq!(Tally { kept: 9, silent: 1, ..Tally::default() }.judge(EARLY), Verdict::Wait);
    }

    #[test]
    fn failures_stop_at_once_and_silence_after_the_deadline() {
        let failing = Tally { kept: 90, failed: 6, silent: 4, ..Tally::default() };
        assert_eq!(failing.judge(EARLY), Verdict::Stop(Stop::Failures));
        let silent = Tally { kept: 80, silent: 20, ..Tally::default() };
        assert_eq!(
            (silent.judge(EARLY), silent.judge(DEADLINE)),
            (Verdict::Wait, Verdict::Stop(Stop::Silence))
        );
        let nearly = Tally { kept: 91, silent: 9, ..Tally::default() };
        assert_eq!(nearly.judge(DEADLINE), Verdict::Advance);
    }

    #[test]
    fn busy_is_never_a_failure() {
        let busy = Tally { busy: 10, ..Tally::default() };
        assert_eq!((busy.judge(EARLY), busy.judge(DEADLINE * 100)), (Verdict::Wait, Verdict::Wait));
    }
}
