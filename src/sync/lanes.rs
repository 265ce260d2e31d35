//! Which lanes may send now. Pure: the time is a parameter, counted since the start.
//!
//! One entry a lane is under way at a time, so a person's entries arrive in order; a lane whose entry failed waits and
//! holds back nobody else.

use offline_cache::Lane;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The state of all lanes.
#[derive(Clone, Debug, Default)]
pub(super) struct Lanes {
    busy: BTreeSet<Lane>,
    held: BTreeMap<Lane, Duration>,
    /// Where the next look begins, so that every lane gets its turn.
    turn: u8,
}

impl Lanes {
    /// The lanes that may send, beginning with those that waited longest for their turn.
    pub(super) fn free(&self, now: Duration) -> Vec<Lane> {
        let from = self.turn;
        (0..=u8::MAX)
            .map(|step| Lane(from.wrapping_add(step)))
            .filter(|lane| !self.busy.contains(lane))
            .filter(|lane| self.held.get(lane).is_none_or(|until| *until <= now))
            .collect()
    }

    /// An entry of this lane is under way.
    pub(super) fn take(&mut self, lane: Lane) {
        self.busy.insert(lane);
        self.held.remove(&lane);
        self.turn = lane.0.wrapping_add(1);
    }

    /// It is over.
    pub(super) fn release(&mut self, lane: Lane) {
        self.busy.remove(&lane);
    }

    /// The lane's entry failed: nothing of it is sent before.
    pub(super) fn hold(&mut self, lane: Lane, until: Duration) {
        self.held.insert(lane, until);
    }

    /// Nothing is under way any more.
    pub(super) fn release_all(&mut self) {
        self.busy.clear();
    }

    /// How many entries are under way.
    #[cfg(test)]
    fn under_way(&self) -> usize {
        self.busy.len()
    }

    /// When the next held lane may send again.
    pub(super) fn next_release(&self) -> Option<Duration> {
        self.held.values().min().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Duration = Duration::from_secs(100);

    #[test]
    fn a_busy_lane_and_a_held_one_wait_and_hold_back_nobody() {
        let mut lanes = Lanes::default();
        lanes.take(Lane(3));
        lanes.hold(Lane(5), NOW + Duration::from_secs(1));
        let free = lanes.free(NOW);
        assert_eq!(free.len(), 254);
        assert_eq!(free.first(), Some(&Lane(4)), "each gets its turn");
        assert_eq!(lanes.next_release(), Some(NOW + Duration::from_secs(1)));
        lanes.release(Lane(3));
        assert_eq!(lanes.free(NOW + Duration::from_secs(1)).len(), 256);
    }

    proptest! {
        #[test]
        fn no_lane_is_ever_sent_twice_at_once(acts in prop::collection::vec((any::<u8>(), 0..3_u8), 0..200)) {
            let mut lanes = Lanes::default();
            let mut under_way = BTreeSet::new();
            for (lane, act) in acts {
                let lane = Lane(lane);
                match act {
                    0 if lanes.free(NOW).contains(&lane) => {
                        prop_assert!(under_way.insert(lane));
                        lanes.take(lane);
                    }
                    1 if lane.0 == 0 => {
                        under_way.clear();
                        lanes.release_all();
                    }
                    1 => {
                        under_way.remove(&lane);
                        lanes.release(lane);
                    }
                    _ => lanes.hold(lane, NOW + Duration::from_secs(9)),
                }
                prop_assert_eq!(lanes.under_way(), under_way.len());
            }
        }
    }
}
