//! The technician's way in, without any hands: the gesture, the code, the lock, and that nobody else is disturbed by them.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod support;
#[path = "support/visit.rs"]
mod visit;

use contract::technician::{MOST_WRONG, TechnicianCode};
use kiosk::diagnostics::{Exam, Examined, Eye, Subject, Verdict, Words, no_card};
use kiosk::journey::{
    Answer, Ask, BenchPage, CELLS, Challenge, Change, CodeFault, DoorNews, Duty, Event, ExamStep, Health,
    Journey, NoWayIn, Page, Rules, Sight, Technician, TechnicianAnswer, TechnicianAsk, TechnicianTouch, Tool,
    Touch, WayIn,
};
use kiosk::services::StoreTrouble;
use proptest::prelude::*;
use std::sync::Arc;
use std::time::Duration;
use visit::Visit;

const MINUTE: Duration = Duration::from_mins(1);

/// What is kept over a restart, and what was written down.
#[derive(Default)]
struct Kept {
    wrong: u8,
    noted: Vec<(Duration, DoorNews)>,
}

/// A terminal and its store.
struct Door {
    visit: Visit,
    kept: Kept,
    made: u64,
    /// The code on the screen, when it was made, and whether it was used.
    code: Option<(TechnicianCode, Duration)>,
}

/// Nothing of this needs a service.
fn started() -> Visit {
    let journey = Journey::new(Arc::default(), Rules::default());
    Visit { journey, uptime: Duration::ZERO, asked: Vec::new() }
}

fn digits(code: &TechnicianCode) -> String {
    code.in_groups().replace(' ', "")
}

impl Door {
    fn closed() -> Self {
        Self { visit: started(), kept: Kept::default(), made: 0, code: None }
    }

    fn knock(&mut self) {
        for _ in 0..5 {
            self.visit.touch(Touch::Knock);
        }
    }

    /// The store answers what was asked of it.
    fn settle(&mut self) {
        while let Some((visit, job, ask)) = self.visit.asked.pop() {
            let Ask::Technician(ask) = ask else { panic!("{ask:?}") };
            let answer = match ask {
                TechnicianAsk::MakeCode => {
                    self.made += 1;
                    let code = TechnicianCode::of(self.made * 1_000_003);
                    self.code = Some((code.clone(), self.visit.uptime));
                    let challenge =
                        Challenge { code, text: "box".to_owned(), is_address: false, wrong: self.kept.wrong };
                    TechnicianAnswer::Code(Ok(challenge))
                }
                TechnicianAsk::Note(news) => {
                    self.kept.wrong = match news {
                        DoorNews::WrongCode => self.kept.wrong + 1,
                        DoorNews::Entered | DoorNews::LockOver => 0,
                        DoorNews::Left => self.kept.wrong,
                    };
                    self.kept.noted.push((self.visit.uptime, news));
                    TechnicianAnswer::Noted(Ok(self.kept.wrong))
                }
                TechnicianAsk::Look => TechnicianAnswer::Seen(Sight::default()),
                TechnicianAsk::Examine(_) | TechnicianAsk::Change(_) => panic!("{ask:?}"),
            };
            self.visit.happen(Event::Answer { visit, job, answer: Answer::Technician(Box::new(answer)) });
        }
    }

    fn open(&mut self) {
        self.knock();
        self.settle();
    }

    fn type_code(&mut self, typed: &str) {
        self.visit.touch(Touch::Key(kiosk::typing::Key::Clear));
        self.visit.keys(typed);
        self.visit.touch(Touch::Next);
        self.settle();
    }

    fn right(&self) -> String {
        digits(&self.code.as_ref().unwrap().0)
    }

    fn restart(&mut self) {
        self.visit = started();
        self.code = None;
        self.kept.noted.clear();
    }

    fn way(&self) -> Option<&WayIn> {
        match self.visit.journey.page() {
            Page::Technician(technician) => match technician.as_ref() {
                Technician::WayIn(way) => Some(way),
                Technician::Bench(_) => None,
            },
            _ => None,
        }
    }

    fn fault(&self) -> Option<CodeFault> {
        match self.way() {
            Some(WayIn::Code(typed)) => typed.fault,
            _ => None,
        }
    }

    fn is_in(&self) -> bool {
        matches!(self.visit.journey.page(), Page::Technician(technician) if matches!(technician.as_ref(), Technician::Bench(_)))
    }

    fn is_locked(&self) -> bool {
        matches!(self.way(), Some(WayIn::Locked { .. }))
    }

    fn is_free(&self) -> bool {
        matches!(self.visit.journey.page(), Page::Attract)
    }

    fn news(&self) -> Vec<DoorNews> {
        self.kept.noted.iter().map(|(_, news)| *news).collect()
    }
}

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

/// A technician who is in, and what is asked for them.
fn inside() -> Door {
    let mut door = Door::closed();
    door.open();
    door.type_code(&door.right());
    assert!(door.is_in());
    door
}

fn technician(touch: TechnicianTouch) -> Touch {
    Touch::Technician(touch)
}

fn page(door: &Door) -> &BenchPage {
    match door.visit.journey.page() {
        Page::Technician(mode) => match mode.as_ref() {
            Technician::Bench(bench) => &bench.page,
            Technician::WayIn(way) => panic!("{way:?}"),
        },
        page => panic!("{page:?}"),
    }
}

#[test]
fn a_sample_that_was_printed_is_judged_by_eyes() {
    let mut door = inside();
    door.visit.touch(technician(TechnicianTouch::Open(Subject::ReceiptPrinter)));
    door.visit.touch(technician(TechnicianTouch::Examine));
    assert!(matches!(door.visit.last_ask(), Ask::Technician(TechnicianAsk::Examine(Exam::SamplePrint))));
    door.visit.touch(technician(TechnicianTouch::Judge(Eye::Well)));
    assert!(
        matches!(page(&door), BenchPage::Part { exam: ExamStep::Going { .. }, .. }),
        "it is not printed yet"
    );
    let printed = Examined {
        verdict: Verdict::Good,
        found: Words { zh: String::new(), en: String::new() },
        next: None,
    };
    door.visit.answer(Answer::Technician(Box::new(TechnicianAnswer::Examined(printed))));
    assert!(matches!(page(&door), BenchPage::Part { exam: ExamStep::Asking(Exam::SamplePrint), .. }));
    door.visit.touch(technician(TechnicianTouch::Judge(Eye::Badly)));
    let BenchPage::Part { exam: ExamStep::Over(over), .. } = page(&door) else { panic!() };
    assert!(over.verdict == Verdict::Attention && over.next.is_some());
}

#[test]
fn the_grid_ends_when_all_answered_or_nobody_touches_any_more() {
    let mut door = inside();
    let end = |door: &Door| match page(door) {
        BenchPage::Grid(grid) => grid.over.as_ref().map(|over| over.verdict),
        page => panic!("{page:?}"),
    };
    door.visit.touch(technician(TechnicianTouch::Use(Tool::Grid)));
    for cell in 0..CELLS - 1 {
        door.visit.touch(technician(TechnicianTouch::Cell(cell)));
        door.visit.touch(technician(TechnicianTouch::Cell(200)));
    }
    assert_eq!(end(&door), None);
    door.visit.wait(Duration::from_secs(21));
    assert_eq!(end(&door), Some(Verdict::Broken));
    door.visit.touch(technician(TechnicianTouch::Examine));
    for cell in 0..CELLS {
        door.visit.touch(technician(TechnicianTouch::Cell(cell)));
    }
    assert_eq!(end(&door), Some(Verdict::Good));
}

#[test]
fn one_change_at_a_time_and_everything_is_looked_at_after_it() {
    let mut door = inside();
    let change = |duty| technician(TechnicianTouch::Change(Change::Duty(duty)));
    door.visit.touch(change(Duty::OutOfService));
    door.visit.touch(change(Duty::InService));
    let asked = door.visit.asked.len();
    assert!(matches!(
        door.visit.last_ask(),
        Ask::Technician(TechnicianAsk::Change(Change::Duty(Duty::OutOfService)))
    ));
    door.visit.answer(Answer::Technician(Box::new(TechnicianAnswer::Changed(Ok(())))));
    assert_eq!(door.visit.asked.len(), asked + 1);
    assert!(matches!(door.visit.last_ask(), Ask::Technician(TechnicianAsk::Look)));
}

#[test]
fn out_of_service_nobody_begins_and_a_technician_still_comes_in() {
    let mut door = Door::closed();
    door.visit.happen(Event::Health(Health { duty: Duty::OutOfService, ..Health::default() }));
    door.visit.touch(Touch::Begin);
    assert!(door.is_free());
    door.open();
    door.type_code(&door.right());
    assert!(door.is_in());
}

fn inside_touch() -> impl Strategy<Value = Touch> {
    let touch = prop_oneof![
        Just(TechnicianTouch::Look),
        Just(TechnicianTouch::Open(Subject::IdReader)),
        Just(TechnicianTouch::Open(Subject::Camera)),
        Just(TechnicianTouch::Use(Tool::Grid)),
        Just(TechnicianTouch::Use(Tool::Log)),
        Just(TechnicianTouch::Examine),
        Just(TechnicianTouch::Judge(Eye::Well)),
        (0_u8..80).prop_map(TechnicianTouch::Cell),
        Just(TechnicianTouch::Change(Change::PaperLoaded(1))),
        Just(TechnicianTouch::Change(Change::SendAgain(contract::Seq(7)))),
        Just(TechnicianTouch::AnotherCode),
    ];
    prop_oneof![6 => touch.prop_map(Touch::Technician), 2 => Just(Touch::Back), 1 => Just(Touch::Home), 1 => Just(Touch::Begin)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever is touched behind the door: one touch leaves, one change goes on at a time, and of each check that was begun the
    /// answer of another changes nothing.
    #[test]
    fn behind_the_door_one_touch_leaves(touches in proptest::collection::vec((inside_touch(), any::<bool>()), 0..60)) {
        let mut door = inside();
        let mut changing = 0;
        for (touch, is_answered) in touches {
            let before = door.visit.asked.len();
            door.visit.touch(touch);
            let asked = door.visit.asked.get(before..).unwrap_or_default();
            changing += asked.iter().filter(|(_, _, ask)| matches!(ask, Ask::Technician(TechnicianAsk::Change(_)))).count();
            prop_assert!(door.is_in() && changing <= 1);
            if is_answered && let Some((visit, job, ask)) = door.visit.asked.pop() {
                let answer = match ask {
                    Ask::Technician(TechnicianAsk::Look) => TechnicianAnswer::Seen(Sight::default()),
                    Ask::Technician(TechnicianAsk::Change(_)) => {
                        changing = 0;
                        TechnicianAnswer::Changed(Err(StoreTrouble::Full))
                    }
                    Ask::Technician(TechnicianAsk::Examine(_)) => TechnicianAnswer::Examined(no_card()),
                    ask => panic!("{ask:?}"),
                };
                door.visit.happen(Event::Answer { visit, job, answer: Answer::Technician(Box::new(answer)) });
            }
        }
        door.visit.touch(Touch::End);
        prop_assert!(door.is_free() && !door.visit.journey.holds_personal_data());
        let left = door.visit.asked.iter().filter(|(_, _, ask)| matches!(ask, Ask::Technician(TechnicianAsk::Note(DoorNews::Left))));
        prop_assert_eq!(left.count(), 1);
    }
}
