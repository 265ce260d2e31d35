//! How a desired state comes into force: it waits for the end of a visit, and for its program where it names another one, is
//! obeyed on probation, and is kept or given back. A value without IO; all of it lies in one row, so that floor, last good
//! state and candidate change together.
//!
//! ```text
//! take ──> waiting ──begin──> probation ──keep──> in force
//!             ▲                │   │
//!             └──── postpone ──┘   └── give back, or a restart ──> the last good state stays in force
//! ```

use super::urgent::Urgent;
use contract::app_version::AppVersion;
use contract::desired::SignedDesired;
use serde::{Deserialize, Serialize};

/// What is kept of desired states.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// The highest version that was ever taken: nothing at or below it is taken again.
    pub(crate) floor: u64,
    /// What is in force, and known to work.
    pub(crate) good: Option<Signed>,
    /// What shall come into force.
    pub(crate) trial: Option<Trial>,
    /// What did not.
    pub(crate) returned: Option<Returned>,
    /// A state that was given back while there was no good one before it. Its keys still count: without any the terminal would
    /// take nothing until operators publish again, for its version is not taken twice.
    #[serde(default)]
    pub(crate) keys: Option<Signed>,
    /// The program that ran with the last good state, from the moment that another one is asked for until that one is kept, or
    /// this one runs again.
    #[serde(default)]
    pub(crate) before: Option<AppVersion>,
    /// What did not wait.
    #[serde(default)]
    pub(crate) urgent: Urgent,
}

/// A state with its version, so that nobody has to read the document to name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Signed {
    pub(crate) version: u64,
    pub(crate) signed: SignedDesired,
}

/// A state that is not in force yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Trial {
    pub(crate) state: Signed,
    pub(crate) step: Step,
}

/// How far a state is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// It waits for the end of a visit, or for the program that it names.
    Waiting,
    /// It is obeyed, and has to show that the terminal works with it.
    Probation,
}

/// A state that was given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// Its version.
    pub version: u64,
    /// Why, in words for an operator.
    pub reason: String,
}

/// What is told of a restart in the middle of a probation: it may have been the state's fault.
const RESTARTED: &str = "the terminal was started again while the state was on probation";

impl Kept {
    /// A state that was found good to be tried. What was on its way before it is no longer.
    pub(crate) fn take(&mut self, version: u64, signed: SignedDesired) {
        self.floor = version;
        self.trial = Some(Trial { state: Signed { version, signed }, step: Step::Waiting });
    }

    /// Nobody stands before the terminal: the state is obeyed from here on. False if it is not the one that waits.
    pub(crate) fn begin(&mut self, version: u64) -> bool {
        self.step(version, Step::Waiting, Step::Probation)
    }

    /// Somebody came between: it waits again.
    pub(crate) fn postpone(&mut self, version: u64) -> bool {
        self.step(version, Step::Probation, Step::Waiting)
    }

    /// The state that waits names another program than `running`, which is remembered to come back to. False if it is not the one
    /// that waits.
    pub(crate) fn ask_program(&mut self, version: u64, running: AppVersion) -> bool {
        let waits = |trial: &Trial| trial.state.version == version && trial.step == Step::Waiting;
        let is_it = self.trial.as_ref().is_some_and(waits);
        if is_it {
            self.before.get_or_insert(running);
        }
        is_it
    }

    /// This program runs. True if it is the one that was to come back, and nothing new is on its way.
    pub(crate) fn came_back(&mut self, running: AppVersion) -> bool {
        let is_it = self.trial.is_none() && self.before == Some(running);
        if is_it {
            self.before = None;
        }
        is_it
    }

    /// The terminal works with it: it is in force.
    pub(crate) fn keep(&mut self, version: u64) -> bool {
        match self.trial.take() {
            Some(Trial { state, step: Step::Probation }) if state.version == version => {
                self.good = Some(state);
                self.returned = None;
                self.keys = None;
                self.before = None;
                true
            }
            other => {
                self.trial = other;
                false
            }
        }
    }

    /// The terminal does not work with it: the last good state is obeyed again.
    pub(crate) fn give_back(&mut self, version: u64, reason: String) -> bool {
        let Some(trial) = self.trial.take_if(|trial| trial.state.version == version) else { return false };
        self.returned = Some(Returned { version, reason });
        if self.good.is_none() {
            self.keys = Some(trial.state);
        }
        true
    }

    /// The program starts: what was on probation when it went down is given back, and its version told.
    pub(crate) fn restart(&mut self) -> Option<u64> {
        let version = self.trial.as_ref().filter(|trial| trial.step == Step::Probation)?.state.version;
        self.give_back(version, RESTARTED.to_owned()).then_some(version)
    }

    /// The newest state that is believed, whose keys entries are sealed to.
    pub(crate) fn newest(&self) -> Option<&Signed> {
        self.trial.as_ref().map(|trial| &trial.state).or(self.good.as_ref()).or(self.keys.as_ref())
    }

    fn step(&mut self, version: u64, from: Step, to: Step) -> bool {
        match &mut self.trial {
            Some(Trial { state, step }) if state.version == version && *step == from => {
                *step = to;
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::base64::Base64;
    use proptest::prelude::*;

    fn signed(version: u64) -> SignedDesired {
        SignedDesired { document: version.to_string(), signature: Base64(Vec::new()) }
    }

    fn good(kept: &Kept) -> Option<u64> {
        kept.good.as_ref().map(|good| good.version)
    }

    #[test]
    fn a_state_comes_into_force_by_way_of_a_probation() {
        let mut kept = Kept::default();
        kept.take(1, signed(1));
        assert!(!kept.keep(1), "it was not tried");
        assert!(kept.begin(1) && kept.postpone(1) && kept.begin(1) && kept.keep(1));
        assert_eq!((good(&kept), kept.floor, &kept.trial), (Some(1), 1, &None));
    }

    #[test]
    fn what_does_not_work_leaves_the_last_good_state_in_force() {
        let mut kept = Kept::default();
        kept.take(1, signed(1));
        assert!(kept.begin(1) && kept.keep(1));
        kept.take(2, signed(2));
        assert!(kept.begin(2) && kept.give_back(2, "no screen".to_owned()));
        assert_eq!((good(&kept), kept.floor), (Some(1), 2));
        assert_eq!(kept.returned, Some(Returned { version: 2, reason: "no screen".to_owned() }));
    }

    const OLD: AppVersion = AppVersion::new(0, 1, 0);
    const NEW: AppVersion = AppVersion::new(0, 2, 0);

    #[test]
    fn the_program_of_the_last_good_state_is_remembered_until_another_is_kept() {
        let mut kept = Kept::default();
        kept.take(1, signed(1));
        assert!(kept.ask_program(1, OLD) && !kept.ask_program(2, OLD));
        // The new program runs, and a newer state comes before it has shown anything.
        kept.take(2, signed(2));
        assert!(kept.ask_program(2, NEW));
        assert_eq!(kept.before, Some(OLD), "what runs now was never good");
        assert!(kept.begin(2) && kept.keep(2));
        assert_eq!(kept.before, None);
    }

    #[test]
    fn a_program_that_came_back_is_not_come_back_to_again() {
        let mut kept = Kept::default();
        kept.take(1, signed(1));
        assert!(kept.ask_program(1, OLD) && !kept.came_back(OLD), "another one is on its way");
        assert!(kept.begin(1));
        assert_eq!(kept.restart(), Some(1));
        assert_eq!((kept.before, kept.came_back(NEW)), (Some(OLD), false));
        assert!(kept.came_back(OLD) && !kept.came_back(OLD));
    }

    #[derive(Clone, Debug)]
    enum Act {
        Take,
        AskProgram,
        Begin,
        Postpone,
        Keep,
        GiveBack,
        Restart,
    }

    proptest! {
        /// Whatever happens in whatever order: the floor never sinks, what is in force was on probation, nothing on
        /// probation outlives a restart, nothing in force is lost by one, and the way back to the program that ran with it neither.
        #[test]
        fn no_order_of_events_brings_an_untried_state_into_force(acts in prop::collection::vec(
            prop_oneof![
                Just(Act::Take), Just(Act::AskProgram), Just(Act::Begin), Just(Act::Postpone), Just(Act::Keep), Just(Act::GiveBack), Just(Act::Restart)
            ], 0..60)) {
            let (mut kept, mut version, mut tried) = (Kept::default(), 0, Vec::new());
            for act in acts {
                let before = kept.clone();
                match act {
                    Act::Take => {
                        version += 1;
                        kept.take(version, signed(version));
                    }
                    Act::AskProgram => {
                        kept.ask_program(version, OLD);
                    }
                    Act::Begin => {
                        if kept.begin(version) {
                            tried.push(version);
                        }
                    }
                    Act::Postpone => {
                        kept.postpone(version);
                    }
                    Act::Keep => {
                        kept.keep(version);
                    }
                    Act::GiveBack => {
                        kept.give_back(version, String::new());
                    }
                    Act::Restart => {
                        kept.restart();
                        prop_assert_eq!(good(&kept), good(&before));
                        prop_assert!(kept.trial.as_ref().is_none_or(|trial| trial.step == Step::Waiting));
                    }
                }
                let is_kept = good(&kept) > good(&before);
                prop_assert!(is_kept || before.before.is_none() || kept.before == before.before);
                prop_assert!(kept.floor >= before.floor);
                prop_assert!(good(&kept) >= good(&before));
                prop_assert!(good(&kept).is_none_or(|version| tried.contains(&version)));
            }
        }
    }
}
