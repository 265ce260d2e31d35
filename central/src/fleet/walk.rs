//! Rollouts walked at random over a fleet: what must hold whatever terminals say and operators do.

use super::gate::Tally;
use super::rollout::{Pace, Phase, Rollout, Stop};
use contract::{KioskId, OperatorId};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug)]
enum Said {
    Kept,
    Failed,
    Busy,
    Nothing,
}

#[derive(Clone, Debug)]
enum Happens {
    Fetch(usize),
    Says(usize, Said),
    Minutes(u8),
    Conclude,
    Resume,
    Abort,
}

fn happens() -> impl Strategy<Value = Happens> {
    let said = prop_oneof![
        8 => Just(Said::Kept), 1 => Just(Said::Failed), 1 => Just(Said::Busy), 1 => Just(Said::Nothing)
    ];
    prop_oneof![
        20 => (0..FLEET).prop_map(Happens::Fetch),
        20 => (0..FLEET, said).prop_map(|(kiosk, said)| Happens::Says(kiosk, said)),
        3 => (0..20_u8).prop_map(Happens::Minutes),
        10 => Just(Happens::Conclude),
        1 => Just(Happens::Resume),
        1 => Just(Happens::Abort),
    ]
}

const FLEET: usize = 60;

fn name(place: usize) -> KioskId {
    format!("ft-{place:04}").parse().unwrap()
}

/// A fleet that holds documents: what it was given last, and its version.
struct Street {
    rollout: Rollout,
    reached: BTreeMap<usize, Said>,
    holds: BTreeMap<usize, (bool, u64)>,
    now: Timestamp,
}

impl Street {
    fn tally(&self) -> Tally {
        let Phase::Running { wave, .. } = self.rollout.phase else { return Tally::default() };
        let mut tally = Tally::default();
        for place in (0..FLEET).filter(|place| self.rollout.is_in_wave(&name(*place), wave)) {
            match self.reached.get(&place).copied().unwrap_or(Said::Nothing) {
                Said::Kept => tally.kept += 1,
                Said::Failed => tally.failed += 1,
                Said::Busy => tally.busy += 1,
                Said::Nothing => tally.silent += 1,
            }
        }
        tally
    }

    /// A terminal asks: what it is given, under a version that grows whenever that is something else.
    fn fetch(&mut self, place: usize) {
        let gives = self.rollout.gives(&name(place), self.reached.contains_key(&place));
        let (has, version) = self.holds.get(&place).copied().unwrap_or((false, 0));
        if gives != has || version == 0 {
            self.holds.insert(place, (gives, version + 1));
        }
        if gives {
            self.reached.entry(place).or_insert(Said::Nothing);
        }
    }
}

proptest! {
    #[test]
    fn nobody_has_it_out_of_turn(id in 1..1000_u64, course in prop::collection::vec(happens(), 1..400)) {
        let phase = Phase::Running { wave: 0, since: Timestamp::UNIX_EPOCH };
        let rollout = Rollout { id, pace: Pace::Staged, phase };
        let mut street = Street { rollout, reached: BTreeMap::new(), holds: BTreeMap::new(), now: Timestamp::UNIX_EPOCH };
        for happens in course {
            let before: Vec<usize> = street.reached.keys().copied().collect();
            let phase = street.rollout.phase;
            match happens {
                Happens::Fetch(place) => street.fetch(place),
                Happens::Says(place, said) => {
                    if let Some(last) = street.reached.get_mut(&place) {
                        *last = said;
                    }
                }
                Happens::Minutes(minutes) => street.now += SignedDuration::from_mins(i64::from(minutes)),
                Happens::Conclude => {
                    let (tally, now) = (street.tally(), street.now);
                    street.rollout.conclude(tally, now);
                }
                Happens::Resume => {
                    if street.rollout.resume(street.now).is_ok() && matches!(phase, Phase::Returned { .. }) {
                        // It was taken back from everybody: it is sent anew.
                        street.reached.clear();
                    }
                }
                Happens::Abort => drop(street.rollout.abort()),
            }
            let after: Vec<usize> = street.reached.keys().copied().collect();
            match phase {
                Phase::Running { wave, .. } => {
                    for place in after.iter().filter(|place| !before.contains(place)) {
                        prop_assert!(street.rollout.is_in_wave(&name(*place), wave), "outside of its wave");
                    }
                }
                _ => prop_assert!(after.iter().all(|place| before.contains(place)), "a rollout that does not run is sent to nobody new"),
            }
        }
        let versions = street.holds.clone();
        if street.rollout.abort().is_ok() {
            for place in 0..FLEET {
                street.fetch(place);
                let (has, version) = street.holds[&place];
                prop_assert!(!has, "after an abort everybody has the old");
                let had = versions.get(&place).copied();
                let is_newer = had.is_none_or(|(had, before)| version > before || !had);
                prop_assert!(is_newer, "going back is a higher version");
            }
        }
    }

    #[test]
    fn waves_grow_and_the_last_holds_everybody(id in any::<u32>()) {
        let rollout = Rollout { id: u64::from(id), pace: Pace::Staged, phase: Phase::Proposed };
        for place in 0..200 {
            let kiosk = name(place);
            let waves: Vec<bool> = (0..4).map(|wave| rollout.is_in_wave(&kiosk, wave)).collect();
            prop_assert!(waves.windows(2).all(|two| !two[0] || two[1]));
            prop_assert!(waves[3]);
            prop_assert!(!rollout.gives(&kiosk, false), "a proposal is sent to nobody");
        }
    }
}

#[test]
fn a_rollout_that_goes_well_opens_wave_by_wave() {
    let now = Timestamp::UNIX_EPOCH;
    let (first, second): (OperatorId, OperatorId) = ("li".parse().unwrap(), "wang".parse().unwrap());
    let mut rollout = Rollout { id: 7, pace: Pace::Staged, phase: Phase::Proposed };
    assert!(rollout.approve(&first, &first, now).is_err(), "two persons");
    rollout.approve(&first, &second, now).unwrap();
    for wave in 1..4 {
        assert!(rollout.conclude(Tally { kept: 1, ..Tally::default() }, now));
        assert_eq!(rollout.phase, Phase::Running { wave, since: now });
    }
    assert!(rollout.conclude(Tally { kept: 1, ..Tally::default() }, now));
    assert_eq!((rollout.phase, rollout.abort().is_err()), (Phase::Done, true));
}

#[test]
fn a_rollout_that_breaks_terminals_is_taken_back_and_can_begin_anew() {
    let now = Timestamp::UNIX_EPOCH;
    let mut rollout = Rollout { id: 7, pace: Pace::Staged, phase: Phase::Running { wave: 2, since: now } };
    assert!(rollout.conclude(Tally { kept: 5, failed: 5, ..Tally::default() }, now));
    assert_eq!(rollout.phase, Phase::Returned { why: Stop::Failures });
    assert!(!rollout.gives(&name(1), true));
    rollout.resume(now).unwrap();
    assert_eq!(rollout.phase, Phase::Running { wave: 0, since: now });
}
