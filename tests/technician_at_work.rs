//! What a technician does behind the door, without any hands: checks, changes, a fault ticket; and that one touch leaves.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod support;
#[path = "support/technician_door.rs"]
mod technician_door;
#[path = "support/visit.rs"]
mod visit;

use contract::fault_ticket::{FaultTicket, SparePart, Symptom};
use contract::report::{Door as Cabinet, Duty};
use kiosk::diagnostics::{Aimed, Exam, Examined, Eye, Finding, Part, Subject, Verdict, Words, no_card};
use kiosk::journey::{
    Answer, Ask, Bench, BenchPage, CELLS, Change, DoorNews, Event, ExamStep, Health, NotDone, Page, Sight,
    Technician, TechnicianAnswer, TechnicianAsk, TechnicianTouch, TicketForm, TicketTouch, Tool, Touch,
};
use kiosk::services::StoreTrouble;
use kiosk::touch::{CROSSES, Felt};
use proptest::prelude::*;
use std::time::Duration;
use technician_door::{Door, inside, started, technician};

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
fn of_what_is_not_fitted_nothing_is_tried() {
    let mut door = inside();
    let finding = |verdict| Finding {
        subject: Subject::PagePrinter,
        verdict,
        found: Words { zh: String::new(), en: String::new() },
        next: None,
    };
    let seen = |verdict| Sight {
        parts: vec![Part { finding: finding(verdict), facts: Vec::new() }],
        ..Sight::default()
    };
    for (verdict, is_tried) in [(Verdict::NotFitted, false), (Verdict::Broken, true)] {
        door.visit.touch(technician(TechnicianTouch::Look));
        door.visit.answer(Answer::Technician(Box::new(TechnicianAnswer::Seen(seen(verdict)))));
        door.visit.touch(technician(TechnicianTouch::Open(Subject::PagePrinter)));
        door.visit.touch(technician(TechnicianTouch::Examine));
        let is_asked =
            matches!(door.visit.last_ask(), Ask::Technician(TechnicianAsk::Examine(Exam::SamplePage)));
        assert_eq!(is_asked, is_tried, "{verdict:?}");
        door.visit.touch(Touch::Back);
    }
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

/// Touches of the crosses that are felt so far to the right of the finger, in hundredths of a millimetre.
fn crosses(beside: i32) -> Vec<Touch> {
    let (width, height) = (26_800, 47_640);
    let felt = |(x, y): (u8, u8)| {
        let (x, y) = (i32::from(x) * width / 10 + beside, i32::from(y) * height / 10);
        technician(TechnicianTouch::Felt(Felt { x, y, width, height }))
    };
    CROSSES.into_iter().map(felt).collect()
}

/// The technician's page for it, once the terminal was looked at and has its panel, or has none.
fn before_the_crosses(panel: Verdict) -> Door {
    let mut door = inside();
    let finding = Finding {
        subject: Subject::TouchPanel,
        verdict: panel,
        found: Words { zh: String::new(), en: String::new() },
        next: None,
    };
    let sight = Sight { parts: vec![Part { finding, facts: Vec::new() }], ..Sight::default() };
    door.visit.touch(technician(TechnicianTouch::Look));
    door.visit.answer(Answer::Technician(Box::new(TechnicianAnswer::Seen(sight))));
    door.visit.touch(technician(TechnicianTouch::Use(Tool::Crosses)));
    door
}

fn aimed(door: &Door) -> Option<&Aimed> {
    match page(door) {
        BenchPage::Crosses(crosses) => crosses.over.as_ref(),
        page => panic!("{page:?}"),
    }
}

#[test]
fn a_panel_that_is_off_is_calibrated_once_and_tried_again() {
    let mut door = before_the_crosses(Verdict::Good);
    for touch in crosses(1_200) {
        assert_eq!(aimed(&door), None);
        door.visit.touch(touch);
    }
    let found = aimed(&door).unwrap().calibration.unwrap();
    // What is felt after the verdict is no touch of a cross.
    door.visit.touch(crosses(0).pop().unwrap());
    for _ in 0..2 {
        door.visit.touch(technician(TechnicianTouch::Calibrate));
    }
    let asked = |door: &Door| {
        let calibrated = |ask: &Ask| matches!(ask, Ask::Technician(TechnicianAsk::Change(Change::Calibrated(c))) if *c == found);
        door.visit.asked.iter().filter(|(_, _, ask)| calibrated(ask)).count()
    };
    assert_eq!(asked(&door), 1, "a second one would correct what is correct");
    door.visit.answer(Answer::Technician(Box::new(TechnicianAnswer::Changed(Ok(())))));
    assert_eq!(aimed(&door).unwrap().calibration, None);
    door.visit.answer(Answer::Technician(Box::new(TechnicianAnswer::Seen(Sight::default()))));
    door.visit.touch(technician(TechnicianTouch::Calibrate));
    assert_eq!(asked(&door), 1, "measured once, corrected once");
    door.visit.touch(technician(TechnicianTouch::Examine));
    for touch in crosses(0) {
        door.visit.touch(touch);
    }
    assert_eq!(aimed(&door).unwrap().examined.verdict, Verdict::Good);
}

#[test]
fn a_calibration_that_was_not_kept_can_be_kept_again() {
    let mut door = before_the_crosses(Verdict::Good);
    for touch in crosses(1_200) {
        door.visit.touch(touch);
    }
    door.visit.touch(technician(TechnicianTouch::Calibrate));
    door.visit.answer(Answer::Technician(Box::new(TechnicianAnswer::Changed(Err(NotDone::Panel)))));
    assert!(aimed(&door).unwrap().calibration.is_some());
}

#[test]
fn where_touches_come_through_a_window_nothing_is_calibrated() {
    let mut door = before_the_crosses(Verdict::NotFitted);
    for touch in crosses(1_200) {
        door.visit.touch(touch);
    }
    assert_eq!(aimed(&door).unwrap().calibration, None);
    let asked = door.visit.asked.len();
    door.visit.touch(technician(TechnicianTouch::Calibrate));
    assert_eq!(door.visit.asked.len(), asked);
}

#[test]
fn crosses_that_nobody_touches_any_more_end_broken() {
    let mut door = before_the_crosses(Verdict::Good);
    for touch in crosses(0).into_iter().take(8) {
        door.visit.touch(touch);
    }
    door.visit.wait(Duration::from_secs(21));
    assert_eq!(aimed(&door).unwrap().examined.verdict, Verdict::Broken);
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

#[test]
fn a_ticket_is_written_once_everything_is_chosen_and_stays_where_it_could_not_be() {
    let mut door = inside();
    let ticket = |touch| technician(TechnicianTouch::Ticket(touch));
    let form = |door: &Door| match door.visit.journey.page() {
        Page::Technician(mode) => match mode.as_ref() {
            Technician::Bench(Bench { page: BenchPage::Ticket(form), .. }) => *form,
            mode => panic!("{mode:?}"),
        },
        page => panic!("{page:?}"),
    };
    door.visit.touch(technician(TechnicianTouch::Use(Tool::Ticket)));
    let asked = door.visit.asked.len();
    for touch in [
        TicketTouch::Part(SparePart::Cable),
        TicketTouch::Part(SparePart::Cutter),
        TicketTouch::Write,
        TicketTouch::Mended(false),
        TicketTouch::Write,
    ] {
        door.visit.touch(ticket(touch));
    }
    assert_eq!(door.visit.asked.len(), asked, "what is wrong was not said");
    door.visit.touch(ticket(TicketTouch::Symptom(Symptom::Dead)));
    door.visit.touch(ticket(TicketTouch::Write));
    // While it is written down, nothing on it changes, and it is written down once.
    door.visit.touch(ticket(TicketTouch::Part(SparePart::Cable)));
    door.visit.touch(ticket(TicketTouch::Write));
    let written = FaultTicket { part: SparePart::Cutter, symptom: Symptom::Dead, mended: false };
    assert_eq!(door.visit.asked.len(), asked + 1);
    assert!(matches!(
        door.visit.last_ask(),
        Ask::Technician(TechnicianAsk::Change(Change::Report(ticket))) if *ticket == written
    ));
    let changed = |result| Answer::Technician(Box::new(TechnicianAnswer::Changed(result)));
    door.visit.answer(changed(Err(NotDone::Store(StoreTrouble::Full))));
    assert_eq!(form(&door).ticket(), Some(written), "nothing has to be chosen again");
    door.visit.answer(Answer::Technician(Box::new(TechnicianAnswer::Seen(Sight::default()))));
    door.visit.touch(ticket(TicketTouch::Write));
    door.visit.answer(changed(Ok(())));
    assert_eq!(form(&door), TicketForm::default());
}

/// Somebody opens the cabinet in front of a resident.
#[test]
fn a_visit_ends_when_the_cabinet_is_opened_and_a_technician_goes_on() {
    let door_is = |door| Event::Health(Health { door, ..Health::default() });
    let mut visit = started();
    visit.touch(Touch::Begin);
    visit.happen(door_is(Some(Cabinet::Closed)));
    assert!(matches!(visit.journey.page(), Page::Home));
    visit.happen(door_is(Some(Cabinet::Open)));
    assert!(matches!(visit.journey.page(), Page::Goodbye { .. }), "{:?}", visit.journey.page());
    visit.touch(Touch::Begin);
    visit.happen(door_is(Some(Cabinet::Open)));
    assert!(matches!(visit.journey.page(), Page::Home), "a switch that is stuck ends no second visit");
    visit.happen(door_is(None));
    visit.happen(door_is(Some(Cabinet::Open)));
    assert!(matches!(visit.journey.page(), Page::Home), "nor does a printer that is plugged in again");
    let mut door = inside();
    door.visit.happen(door_is(Some(Cabinet::Open)));
    assert!(door.is_in());
}

fn inside_touch() -> impl Strategy<Value = Touch> {
    let touch = prop_oneof![
        Just(TechnicianTouch::Look),
        Just(TechnicianTouch::Open(Subject::IdReader)),
        Just(TechnicianTouch::Open(Subject::Camera)),
        Just(TechnicianTouch::Use(Tool::Grid)),
        Just(TechnicianTouch::Use(Tool::Crosses)),
        (0_i32..30_000, 0_i32..50_000).prop_map(|(x, y)| TechnicianTouch::Felt(Felt {
            x,
            y,
            width: 26_800,
            height: 47_640
        })),
        Just(TechnicianTouch::Calibrate),
        Just(TechnicianTouch::Use(Tool::Log)),
        Just(TechnicianTouch::Use(Tool::Ticket)),
        Just(TechnicianTouch::Ticket(TicketTouch::Part(SparePart::Cable))),
        Just(TechnicianTouch::Ticket(TicketTouch::Symptom(Symptom::Dead))),
        Just(TechnicianTouch::Ticket(TicketTouch::Mended(true))),
        Just(TechnicianTouch::Ticket(TicketTouch::Write)),
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
                        TechnicianAnswer::Changed(Err(NotDone::Store(StoreTrouble::Full)))
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
