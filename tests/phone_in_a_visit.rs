//! A phone in a visit without hands: how long its code is waited for, what ends it, and what is written over what it sends.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[path = "support/shelf.rs"]
mod shelf;
mod support;
#[path = "support/visit.rs"]
mod visit;

use contract::FieldId;
use kiosk::journey::{
    Answer, Ask, AwaitedPicture, Connection, Event, Handover, Health, Page, Papers, PapersStep, PhoneTrouble,
    Touch,
};
use kiosk::typing::Key;
use std::time::Duration;
use visit::Visit;

/// 户口登记项目变更更正（姓名变更）: what proves it may be enclosed.
const CHANGE_OF_NAME: &str = "SZ-HZ-000035";

fn papers(visit: &Visit) -> &Papers {
    match visit.journey.page() {
        Page::Papers(papers) => papers,
        page => panic!("no papers: {page:?}"),
    }
}

/// Before the papers of an application, at a terminal without a document camera; what is asked for.
fn at_papers() -> (Visit, FieldId) {
    let mut visit = Visit::begin(Connection::Online);
    let health = Health {
        connection: Connection::Online,
        reader: true,
        printer: true,
        face: true,
        phone: true,
        ..Health::default()
    };
    visit.happen(Event::Health(health));
    visit.touch(Touch::Begin);
    visit.touch(Touch::Choose(CHANGE_OF_NAME.parse().unwrap()));
    visit.touch(Touch::Start);
    visit.recognised(support::resident());
    visit.answer(Answer::DraftFound(None));
    visit.touch(Touch::Next);
    visit.touch(Touch::Focus("phone".parse().unwrap()));
    visit.keys("13800000001");
    visit.touch(Touch::Pick("result_delivery".parse().unwrap(), "窗口自取".into()));
    visit.touch(Touch::Next);
    let paper = papers(&visit).materials()[0].id.clone();
    (visit, paper)
}

fn open(visit: &mut Visit, paper: &FieldId) {
    visit.touch(Touch::UsePhone(paper.clone()));
    assert!(matches!(visit.last_ask(), Ask::OpenDrop(most) if *most > 0), "{:?}", visit.last_ask());
    visit.answer(Answer::DropOpened(Ok(shelf::drop(7, Duration::from_mins(8)))));
}

fn closed(visit: &Visit) -> usize {
    visit.asked.iter().filter(|(_, _, ask)| matches!(ask, Ask::CloseDrop(_))).count()
}

#[test]
fn a_page_of_a_paper_is_marked_and_the_next_one_is_asked_for() {
    let (mut visit, paper) = at_papers();
    open(&mut visit, &paper);
    let Ask::AwaitPicture(AwaitedPicture { n: 1, purpose: Some(purpose), .. }) = visit.last_ask() else {
        panic!("{:?}", visit.last_ask())
    };
    assert!(purpose.service.contains("姓名变更"), "{purpose:?}");
    visit.answer(Answer::Picture(Some(shelf::page(9))));
    visit.touch(Touch::KeepPage);
    assert!(
        matches!(visit.last_ask(), Ask::AwaitPicture(awaited) if awaited.n == 2),
        "{:?}",
        visit.last_ask()
    );
    assert_eq!((papers(&visit).enclosures().pages_of(&paper).count(), closed(&visit)), (1, 0));
    visit.touch(Touch::Back);
    assert_eq!(closed(&visit), 1, "whoever reads the code now comes too late");
    assert!(matches!(papers(&visit).step, PapersStep::List));
}

#[test]
fn what_was_sent_and_not_kept_leaves_room_for_another() {
    let (mut visit, paper) = at_papers();
    open(&mut visit, &paper);
    let most = papers(&visit).step.shown_code().unwrap().most;
    for _ in 0..most {
        visit.answer(Answer::Picture(Some(shelf::page(9))));
        assert!(matches!(papers(&visit).step, PapersStep::Judge { .. }));
        visit.touch(Touch::TryAgain);
    }
    assert!(matches!(visit.last_ask(), Ask::OpenDrop(again) if *again == most), "{:?}", visit.last_ask());
    assert_eq!(closed(&visit), 1, "the code that is used up ends");
}

#[test]
fn a_code_is_waited_for_as_long_as_a_walk_takes_and_no_longer() {
    let (mut visit, paper) = at_papers();
    open(&mut visit, &paper);
    visit.wait(Duration::from_secs(179));
    assert!(papers(&visit).step.shown_code().is_some(), "who takes a photo touches nothing");
    visit.wait(Duration::from_secs(1));
    let is_over = matches!(&papers(&visit).step, PapersStep::Phone(phone)
        if matches!(phone.handover, Handover::Trouble(PhoneTrouble::Over)));
    assert!(is_over && closed(&visit) == 1, "{:?}", papers(&visit).step);
    visit.touch(Touch::TryAgain);
    assert!(matches!(visit.last_ask(), Ask::OpenDrop(_)), "another code can be had");
    visit.answer(Answer::DropOpened(Err(PhoneTrouble::NoAnswer)));
    visit.wait(Duration::from_secs(80));
    assert!(matches!(visit.journey.page(), Page::Goodbye { .. }), "nobody is there any more");
}

#[test]
fn a_drop_ends_with_the_visit_however_it_ends() {
    for touch in [Touch::End, Touch::Home] {
        let (mut visit, paper) = at_papers();
        open(&mut visit, &paper);
        visit.answer(Answer::Picture(Some(shelf::page(9))));
        visit.touch(touch);
        assert_eq!(closed(&visit), 1);
    }
    // A picture that comes late reaches nobody.
    let (mut visit, paper) = at_papers();
    open(&mut visit, &paper);
    visit.touch(Touch::Back);
    visit.touch(Touch::KeepGoing);
    visit.answer(Answer::Picture(Some(shelf::page(9))));
    assert!(matches!(papers(&visit).step, PapersStep::List));
    visit.touch(Touch::Key(Key::Clear));
    assert_eq!(papers(&visit).enclosures().pages_of(&paper).count(), 0);
}
