//! Any order of appending, acknowledging, setting aside, putting back and restarting leaves the store as a plain
//! list would be.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that breaks should panic"
)]

mod support;

use contract::EntryId;
use offline_cache::{Lane, Place};
use proptest::prelude::*;
use support::{acknowledge, application, heads, lane, noon, open, opened, problem};

#[derive(Clone, Debug)]
enum Act {
    Append(u8),
    Acknowledge(prop::sample::Index),
    SetAside(prop::sample::Index),
    PutBack(prop::sample::Index),
    Reopen,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Waiting,
    Aside,
    Gone,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let index = any::<prop::sample::Index>;
    let act = prop_oneof![
        4 => (0..5_u8).prop_map(Act::Append),
        3 => index().prop_map(Act::Acknowledge),
        2 => index().prop_map(Act::SetAside),
        1 => index().prop_map(Act::PutBack),
        1 => Just(Act::Reopen),
    ];
    prop::collection::vec(act, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn the_store_is_a_list_that_survives(acts in acts()) {
        let dir = tempfile::tempdir().unwrap();
        let mut store = open(&dir);
        let mut model: Vec<(Place, EntryId, State)> = Vec::new();
        for act in acts {
            match act {
                Act::Append(n) => {
                    let appended = store.append(application("张三"), lane(n), noon()).unwrap();
                    prop_assert_eq!(appended.seq.0, model.len() as u64 + 1);
                    model.push((Place { lane: Lane(n), seq: appended.seq }, appended.id, State::Waiting));
                }
                Act::Reopen => {
                    drop(store);
                    store = open(&dir);
                }
                _ if model.is_empty() => {}
                Act::Acknowledge(at) => {
                    let (place, id, state) = at.get_mut(&mut model);
                    acknowledge(&mut store, *place, opened(*id));
                    *state = State::Gone;
                }
                Act::SetAside(at) => {
                    let (place, _, state) = at.get_mut(&mut model);
                    prop_assert_eq!(store.set_aside(*place, &problem(), noon()).is_ok(), *state != State::Gone);
                    if *state != State::Gone {
                        *state = State::Aside;
                    }
                }
                Act::PutBack(at) => {
                    let (place, _, state) = at.get_mut(&mut model);
                    prop_assert_eq!(store.put_back(*place, noon()).is_ok(), *state != State::Gone);
                    if *state != State::Gone {
                        *state = State::Waiting;
                    }
                }
            }
            let in_state = |wanted| {
                model.iter().filter(|e| e.2 == wanted).map(|e| (e.0, e.1)).collect::<Vec<_>>()
            };
            let waiting = in_state(State::Waiting);
            let first = |n| waiting.iter().find(|(place, _)| place.lane == Lane(n)).copied();
            let expected: Vec<_> = (0..5).filter_map(first).collect();
            prop_assert_eq!(heads(&store).iter().map(|e| (e.place, e.id)).collect::<Vec<_>>(), expected);
            let aside: Vec<_> = store.set_aside_entries().unwrap().iter().map(|e| (e.place, e.id)).collect();
            prop_assert_eq!(aside, in_state(State::Aside));
            for (_, id) in in_state(State::Gone) {
                prop_assert_eq!(store.receipt(id).unwrap(), Some(opened(id)));
            }
            let counts = store.counts().unwrap();
            prop_assert_eq!(counts.waiting, waiting.len() as u64);
            prop_assert_eq!(counts.bytes == 0, counts.waiting + counts.set_aside == 0);
        }
    }
}
