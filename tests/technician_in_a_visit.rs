//! The technician's way in, without any hands: the gesture, the code, the lock, and that nobody else is disturbed by them.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod support;
#[path = "support/technician_door.rs"]
mod technician_door;
#[path = "support/visit.rs"]
mod visit;

use contract::report::Duty;
use contract::technician::MOST_WRONG;
use kiosk::journey::{
    Answer, Change, CodeFault, DoorNews, NoWayIn, Page, TechnicianAnswer, TechnicianTouch, Touch, WayIn,
};
use kiosk::services::StoreTrouble;
use proptest::prelude::*;
use std::time::Duration;
use technician_door::{Door, MINUTE, digits, technician};

#[test]
fn five_quick_touches_of_the_corner_open_the_page_and_nothing_else_does() {
    let mut door = Door::closed();
    for _ in 0..12 {
        door.visit.touch(Touch::Knock);
        door.visit.wait(Duration::from_secs(2));
    }
    assert!(door.is_free(), "touches of minutes are no gesture");
    door.visit.touch(Touch::Begin);
    door.knock();
    door.visit.touch(technician(TechnicianTouch::Change(Change::Duty(Duty::OutOfService))));
    assert!(matches!(door.visit.journey.page(), Page::Home), "who stands there is not interrupted");
    assert!(door.visit.asked.is_empty(), "nothing of the technician's is done in a visit");
    door.visit.touch(Touch::End);
    door.knock();
    assert!(matches!(door.visit.journey.page(), Page::Goodbye { .. }));
    door.visit.wait(MINUTE);
    door.open();
    assert!(matches!(door.way(), Some(WayIn::Code(_))));
    door.visit.touch(Touch::Begin);
    door.visit.touch(Touch::Home);
    door.visit.touch(Touch::OpenSearch);
    assert!(door.way().is_some(), "no resident begins meanwhile");
    door.visit.touch(Touch::End);
    assert!(door.is_free() && door.news().is_empty(), "nobody was in, so nobody left");
}

#[test]
fn the_right_code_opens_once_and_leaving_closes() {
    let mut door = Door::closed();
    door.open();
    let code = door.right();
    door.type_code(&code);
    assert!(door.is_in());
    door.visit.touch(Touch::End);
    door.settle();
    assert!(door.is_free() && door.news() == [DoorNews::Entered, DoorNews::Left]);
    door.open();
    door.type_code(&code);
    assert_eq!(door.fault(), Some(CodeFault::Wrong { left: MOST_WRONG - 1 }), "it is used up");
}

#[test]
fn who_does_not_touch_anything_has_gone() {
    let mut door = Door::closed();
    door.open();
    door.type_code(&door.right());
    door.visit.wait(4 * MINUTE);
    door.settle();
    assert!(door.is_in());
    door.visit.wait(MINUTE);
    door.settle();
    assert!(door.is_free() && door.news() == [DoorNews::Entered, DoorNews::Left]);
    door.visit.touch(Touch::Begin);
    assert!(matches!(door.visit.journey.page(), Page::Home), "residents can begin again");
}

#[test]
fn a_code_is_good_for_ten_minutes_and_another_is_made_on_demand() {
    let mut door = Door::closed();
    door.open();
    for _ in 0..3 {
        door.visit.wait(4 * MINUTE);
        door.visit.touch(Touch::KeepGoing);
    }
    door.type_code(&door.right());
    assert_eq!(door.fault(), Some(CodeFault::TooOld));
    assert!(door.news().is_empty(), "a right code that is too old is no wrong one");
    door.visit.touch(Touch::Technician(TechnicianTouch::AnotherCode));
    door.settle();
    door.type_code(&door.right());
    assert!(door.is_in());
}

#[test]
fn five_wrong_codes_lock_and_a_restart_helps_nobody() {
    let mut door = Door::closed();
    door.open();
    door.type_code("1234");
    assert_eq!(door.fault(), Some(CodeFault::NotACode));
    for wrong in 1..MOST_WRONG {
        door.type_code("99999999");
        assert_eq!(door.fault(), Some(CodeFault::Wrong { left: MOST_WRONG - wrong }));
    }
    // Not even the count begins anew.
    door.restart();
    door.open();
    door.type_code("99999999");
    assert!(door.is_locked());
    door.restart();
    door.open();
    assert!(door.is_locked(), "the lock begins anew with the program");
    door.visit.touch(Touch::End);
    door.visit.wait(14 * MINUTE);
    door.open();
    assert!(door.is_locked());
    door.visit.touch(Touch::End);
    door.visit.wait(MINUTE);
    door.open();
    assert_eq!(door.news(), [DoorNews::LockOver]);
    door.type_code(&door.right());
    assert!(door.is_in());
}

#[test]
fn without_a_key_or_a_journal_nobody_comes_in() {
    for why in [NoWayIn::NoKey, NoWayIn::Store(StoreTrouble::ReadOnly)] {
        let mut door = Door::closed();
        door.knock();
        door.visit.answer(Answer::Technician(Box::new(TechnicianAnswer::Code(Err(why)))));
        assert!(matches!(door.way(), Some(WayIn::NoWay(shown)) if *shown == why));
    }
    let mut door = Door::closed();
    door.open();
    door.visit.keys(&door.right());
    door.visit.touch(Touch::Next);
    assert!(!door.is_in(), "not before it is written down");
    let noted = TechnicianAnswer::Noted(Err(StoreTrouble::Full));
    door.visit.answer(Answer::Technician(Box::new(noted)));
    assert!(matches!(door.way(), Some(WayIn::NoWay(NoWayIn::Store(StoreTrouble::Full)))));
}

#[derive(Clone, Debug)]
enum Step {
    Knock,
    Right,
    Wrong,
    Another,
    End,
    Begin,
    Wait(u64),
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Knock),
        2 => Just(Step::Right),
        8 => Just(Step::Wrong),
        1 => Just(Step::Another),
        1 => Just(Step::End),
        1 => Just(Step::Begin),
        3 => (1_u64..1_000).prop_map(Step::Wait),
        1 => Just(Step::Restart),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever happens: nobody is in without a right code, of which each is used once; in no quarter of an hour of one run are
    /// there more than five wrong ones; whoever came in has left when the terminal is free.
    #[test]
    fn the_door_keeps_its_word(steps in proptest::collection::vec(step(), 1..120)) {
        let mut door = Door::closed();
        let mut used = std::collections::BTreeSet::new();
        for step in steps {
            let (was_in, before) = (door.is_in(), door.kept.noted.len());
            match step {
                Step::Knock => door.open(),
                Step::Right if matches!(door.way(), Some(WayIn::Code(_))) => {
                    let (code, made) = door.code.clone().unwrap();
                    let age = door.visit.uptime.saturating_sub(made);
                    door.type_code(&digits(&code));
                    prop_assert_eq!(door.is_in(), age < 10 * MINUTE);
                    if door.is_in() {
                        prop_assert!(used.insert(digits(&code)), "used twice");
                    }
                }
                Step::Right => {}
                Step::Wrong => door.type_code("99999999"),
                Step::Another => {
                    door.visit.touch(Touch::Technician(TechnicianTouch::AnotherCode));
                    door.settle();
                }
                Step::End => door.visit.touch(Touch::End),
                Step::Begin => door.visit.touch(Touch::Begin),
                Step::Wait(seconds) => door.visit.wait(Duration::from_secs(seconds)),
                Step::Restart => door.restart(),
            }
            door.settle();
            if !matches!(step, Step::Restart) {
                let entered = door.kept.noted.iter().skip(before).any(|(_, news)| *news == DoorNews::Entered);
                prop_assert_eq!(!was_in && door.is_in(), entered);
            }
            if door.is_in() {
                prop_assert!(!door.is_locked() && door.kept.wrong == 0);
            }
            for (at, _) in &door.kept.noted {
                let close = |(when, news): &&(Duration, DoorNews)| *news == DoorNews::WrongCode && *when >= *at && *when < *at + 15 * MINUTE;
                let last_right = door.kept.noted.iter().filter(|(when, news)| *news == DoorNews::Entered && *when >= *at).count();
                prop_assert!(last_right > 0 || door.kept.noted.iter().filter(close).count() <= usize::from(MOST_WRONG));
            }
            if door.is_free() {
                let of = |wanted| door.kept.noted.iter().filter(|(_, news)| *news == wanted).count();
                prop_assert_eq!(of(DoorNews::Entered), of(DoorNews::Left));
            }
        }
    }
}
