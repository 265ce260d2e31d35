//! A rating is a promise like any other: the terminal thanks for it when it is kept, and it can be given again when it
//! could not be.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod support;

use contract::message::{EntryBody, Rating};
use contract::{EntryId, LocalNumber, Seq};
use jiff::civil::date;
use kiosk::journey::{
    Answer, Ask, Committed, Connection, Effect, Event, Health, Journey, NoReceipt, Now, Page, Rated, Rules,
    Touch,
};
use kiosk::services::StoreTrouble;
use kiosk::typing::Key;
use std::time::Duration;

fn now() -> Now {
    Now { uptime: Duration::from_secs(1), local: date(2026, 11, 24).at(9, 0, 0, 0) }
}

fn touch(journey: &mut Journey, touch: Touch) -> Vec<Effect> {
    journey.handle(Event::Touch(touch), now())
}

/// Answers the one thing that was asked.
fn answer(journey: &mut Journey, effects: &[Effect], answer: Answer) -> Vec<Effect> {
    let [Effect::Ask { visit, job, .. }] = effects else { panic!("one thing is asked: {effects:?}") };
    journey.handle(Event::Answer { visit: *visit, job: *job, answer }, now())
}

fn committed() -> Answer {
    let kiosk = "ft-0001".parse().unwrap();
    let number = LocalNumber::compose(&kiosk, date(2026, 11, 24), Seq(1)).unwrap();
    Answer::Committed(Ok(Committed { entry: EntryId(uuid::Uuid::from_u128(1)), number }))
}

/// A look-up that needs no card, up to its receipt.
fn done() -> Journey {
    let mut journey = Journey::new(support::library(), Rules::default());
    let health = Health { connection: Connection::Online, printer: true, ..Health::default() };
    journey.handle(Event::Health(health), now());
    for step in [
        Touch::Begin,
        Touch::OpenSearch,
        Touch::Choose("SZ-CS-000046".parse().unwrap()),
        Touch::Start,
        Touch::Focus("query_key".parse().unwrap()),
        Touch::Key(Key::Char('7')),
        Touch::Next,
    ] {
        touch(&mut journey, step);
    }
    let submit = touch(&mut journey, Touch::Submit);
    let wait = answer(&mut journey, &submit, committed());
    answer(&mut journey, &wait, Answer::Received(Err(NoReceipt::StillWaiting)));
    journey
}

fn rating(journey: &Journey) -> Rated {
    match journey.page() {
        Page::Done(done) => done.rating.clone(),
        page => panic!("not done: {page:?}"),
    }
}

#[test]
fn thanks_come_with_the_commit() {
    let mut journey = done();
    let commit = touch(&mut journey, Touch::Rate(Rating::Satisfied));
    assert!(matches!(rating(&journey), Rated::Saving { rating: Rating::Satisfied, .. }));
    answer(&mut journey, &commit, committed());
    assert_eq!(rating(&journey), Rated::Kept(Rating::Satisfied));
    assert!(touch(&mut journey, Touch::Rate(Rating::Fair)).is_empty(), "a rating is given once");
}

#[test]
fn a_rating_that_could_not_be_kept_can_be_given_again() {
    let mut journey = done();
    let commit = touch(&mut journey, Touch::Rate(Rating::Satisfied));
    assert!(touch(&mut journey, Touch::Rate(Rating::Fair)).is_empty(), "one at a time");
    answer(&mut journey, &commit, Answer::Committed(Err(StoreTrouble::Full)));
    assert_eq!(rating(&journey), Rated::NotYet);
    let again = touch(&mut journey, Touch::Rate(Rating::Fair));
    assert!(matches!(&again[..], [Effect::Ask { ask: Ask::Commit(_), .. }]));
    answer(&mut journey, &again, Answer::Committed(Err(StoreTrouble::Unknown)));
    assert!(
        touch(&mut journey, Touch::Rate(Rating::Fair)).is_empty(),
        "perhaps it is kept: it is not given twice"
    );
}

#[test]
fn a_bad_rating_is_sent_with_a_reason_or_not_at_all() {
    let mut journey = done();
    assert!(touch(&mut journey, Touch::Rate(Rating::VeryDissatisfied)).is_empty(), "why?");
    assert!(touch(&mut journey, Touch::SendRating).is_empty(), "no reason, no rating");
    for place in [1, 3, 1, 99] {
        touch(&mut journey, Touch::Tag(place));
    }
    let sent = touch(&mut journey, Touch::SendRating);
    let [Effect::Ask { ask: Ask::Commit(EntryBody::Evaluation(evaluation)), .. }] = &sent[..] else {
        panic!("not sent: {sent:?}")
    };
    assert_eq!(evaluation.rating, Rating::VeryDissatisfied);
    assert_eq!(evaluation.tags, [support::library().rating_tags(Rating::VeryDissatisfied)[3].clone()].into());
    // Who thinks better of it before is not held to it.
    let mut journey = done();
    touch(&mut journey, Touch::Rate(Rating::Dissatisfied));
    touch(&mut journey, Touch::Tag(0));
    let sent = touch(&mut journey, Touch::Rate(Rating::Satisfied));
    assert!(matches!(&sent[..], [Effect::Ask { ask: Ask::Commit(EntryBody::Evaluation(evaluation)), .. }]
            if evaluation.tags.is_empty() && evaluation.rating == Rating::Satisfied));
}
