//! What a visit does about places, without any hands: the answers come from this test, late, never or wrong.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/places.rs"]
mod places;
mod support;
#[path = "support/visit.rs"]
mod visit;

use contract::booking::{DAY, FreePlaces, SITE, SLOT};
use contract::language::{Language, Voice};
use contract::{EntryId, FieldId, LocalNumber, Secret, Seq};
use jiff::civil::date;
use kiosk::forms::{Draft, Free};
use kiosk::journey::{
    Answer, Ask, BookingStep, BookingTrouble, Committed, Connection, Event, Health, KeptDraft, Next,
    NoReceipt, Outcome, Page, Touch,
};
use std::time::Duration;
use support::resident;
use visit::Visit;

/// 派出所户政窗口预约（户口业务）
const SERVICE: &str = "SZ-HZ-000093";
/// 台湾居民来往大陆通行证（五年有效换发）: done at a window alone.
const AT_WINDOW: &str = "SZ-CJ-000058";

fn id(name: &str) -> FieldId {
    name.parse().unwrap()
}

fn free() -> FreePlaces {
    places::free(&SERVICE.parse().unwrap(), date(2026, 11, 24))
}

fn told(found: Result<FreePlaces, BookingTrouble>) -> Answer {
    Answer::Places(Box::new(found))
}

impl Visit {
    /// To the question what is free.
    fn open(service: &str, touch: Touch) -> Self {
        let mut visit = Self::begin(Connection::Online);
        visit.touch(Touch::Begin);
        visit.touch(Touch::Choose(service.parse().unwrap()));
        visit.touch(touch);
        visit.recognised(resident());
        assert!(matches!(visit.last_ask(), Ask::FindPlaces(asked) if asked.as_str() == service));
        visit
    }

    /// To the first page of the form.
    fn with_places() -> Self {
        let mut visit = Self::open(SERVICE, Touch::Start);
        visit.answer(told(Ok(free())));
        visit.answer(Answer::DraftFound(None));
        visit
    }

    fn step(&self) -> BookingStep {
        match self.journey.page() {
            Page::Booking(booking) => booking.step,
            page => panic!("not on the way to a place: {page:?}"),
        }
    }

    fn draft(&self) -> &Draft {
        match self.journey.page() {
            Page::Filing(filing) => &filing.draft,
            Page::Review(review) => &review.filing.draft,
            page => panic!("no form: {page:?}"),
        }
    }

    fn pick(&mut self, field: &str, value: &str) {
        self.touch(Touch::Pick(id(field), value.into()));
    }

    /// Fills everything in and confirms it.
    fn submit(&mut self) {
        self.touch(Touch::Next);
        self.touch(Touch::Focus(id("phone")));
        self.keys("13800000001");
        self.touch(Touch::Next);
        for (field, value) in
            [(SITE, "福田区政务服务中心"), (DAY, "2026-11-25"), (SLOT, "09:30-10:00"), ("party", "2")]
        {
            self.pick(field, value);
            if field != SLOT {
                self.touch(Touch::Next);
            }
        }
        self.touch(Touch::Submit);
    }

    fn commit(&mut self) {
        let number = LocalNumber::compose(&"ft-0001".parse().unwrap(), date(2026, 11, 23), Seq(7)).unwrap();
        let entry = EntryId(uuid::Uuid::from_u128(7));
        self.answer(Answer::Committed(Ok(Committed { entry, number })));
    }
}

#[test]
fn without_an_answer_the_resident_reads_what_works_instead_and_may_try_again() {
    let mut visit = Visit::open(SERVICE, Touch::Start);
    visit.wait(Duration::from_secs(9));
    assert!(matches!(visit.step(), BookingStep::Asking { .. }));
    visit.wait(Duration::from_secs(2));
    assert_eq!(visit.step(), BookingStep::Trouble(BookingTrouble::NoAnswer));
    visit.answer(told(Ok(free())));
    assert_eq!(visit.step(), BookingStep::Trouble(BookingTrouble::NoAnswer), "an answer of before is late");
    visit.touch(Touch::TryAgain);
    visit.answer(told(Err(BookingTrouble::Offline)));
    assert_eq!(visit.step(), BookingStep::Trouble(BookingTrouble::Offline));
    visit.touch(Touch::TryAgain);
    visit.answer(told(Ok(FreePlaces { sites: Vec::new(), ..free() })));
    assert_eq!(visit.step(), BookingStep::Trouble(BookingTrouble::NothingFree));
    visit.touch(Touch::Back);
    assert!(matches!(visit.journey.page(), Page::Guide(_)), "the guide is never far");
}

#[test]
fn each_part_is_offered_by_the_one_before() {
    let mut visit = Visit::with_places();
    assert_eq!(visit.draft().offered(&id(SITE)).unwrap().len(), 3);
    assert_eq!(visit.draft().offered(&id(DAY)).unwrap(), []);
    assert_eq!(visit.draft().offered(&id("phone")), None);
    visit.pick(SITE, "市民中心行政服务大厅");
    assert_eq!(visit.draft().value_named(SITE), "", "the form knows it, but nothing is free there");
    visit.pick(SITE, "香蜜湖街道党群服务中心");
    let in_english = Voice { language: Language::English, names: &str::to_owned };
    let said = |free: &Free| [Voice::CHINESE, in_english].map(|voice| free.words(voice));
    let days = visit.draft().offered(&id(DAY)).unwrap();
    assert_eq!(
        (days[1].value(), said(&days[1])),
        ("2026-11-25".to_owned(), ["11月25日 周三", "Wed 25 Nov"].map(str::to_owned))
    );
    visit.pick(DAY, "2026-11-25");
    let slots = visit.draft().offered(&id(SLOT)).unwrap();
    assert_eq!(
        (slots[1].value().as_str(), said(&slots[1])),
        ("09:30-10:00", ["09:30-10:00 余 1", "09:30-10:00, 1 left"].map(str::to_owned))
    );
    visit.pick(SLOT, "09:30-10:00");
    assert!(visit.draft().place().is_some());
    visit.pick(SITE, "华强北街道党群服务中心");
    assert_eq!(visit.draft().value_named(DAY), "", "it is not open on that day");
    assert_eq!(visit.draft().value_named(SLOT), "");
    assert!(visit.draft().typing_for(&id(DAY)).is_none(), "a day is chosen, never typed");
}

#[test]
fn what_a_draft_of_another_day_holds_and_is_gone_is_chosen_anew() {
    let mut visit = Visit::open(SERVICE, Touch::Start);
    visit.answer(told(Ok(free())));
    let typed =
        [("phone", "13800000001"), (SITE, "福田区政务服务中心"), (DAY, "2026-11-20"), (SLOT, "09:00-09:30")];
    let typed = typed.map(|(field, value)| (id(field), Secret::from(value))).into();
    visit.answer(Answer::DraftFound(Some(KeptDraft { at: date(2026, 11, 19).at(9, 0, 0, 0), typed })));
    visit.touch(Touch::TakeDraft);
    let value = |field| visit.draft().value_named(field);
    assert_eq!(
        [value("phone"), value(SITE), value(DAY), value(SLOT)],
        ["13800000001", "福田区政务服务中心", "", ""]
    );
}

#[test]
fn a_place_that_is_gone_leaves_everything_else_as_it_was() {
    let mut visit = Visit::with_places();
    visit.submit();
    visit.commit();
    visit.answer(Answer::Received(Err(NoReceipt::SlotTaken)));
    assert_eq!(visit.step(), BookingStep::Taken);
    visit.touch(Touch::TryAgain);
    let mut left = free();
    for site in &mut left.sites {
        site.days.iter_mut().for_each(|day| day.slots.retain(|free| free.slot.as_str() != "09:30-10:00"));
    }
    visit.answer(told(Ok(left)));
    let value = |field| visit.draft().value_named(field);
    assert_eq!(
        [value("phone"), value(SITE), value(DAY), value(SLOT), value("party")],
        ["13800000001", "福田区政务服务中心", "2026-11-25", "", "2"]
    );
    let Page::Filing(filing) = visit.journey.page() else { panic!("no form") };
    assert_eq!(Some(filing.step), filing.draft.step_of(&id(SLOT)), "the page of what is to be chosen");
}

#[test]
fn nobody_is_kept_from_the_form_when_the_network_goes_while_another_place_is_looked_for() {
    let mut visit = Visit::with_places();
    visit.submit();
    visit.commit();
    visit.answer(Answer::Received(Err(NoReceipt::SlotTaken)));
    visit.touch(Touch::TryAgain);
    visit.answer(told(Err(BookingTrouble::Offline)));
    visit.touch(Touch::Back);
    assert_eq!(visit.draft().value_named("phone"), "13800000001");
    assert!(visit.journey.can_keep_draft());
}

#[test]
fn a_place_that_nobody_has_confirmed_is_not_promised() {
    let mut visit = Visit::with_places();
    visit.submit();
    visit.commit();
    visit.answer(Answer::Received(Err(NoReceipt::StillWaiting)));
    let Page::Done(done) = visit.journey.page() else { panic!("not done") };
    assert_eq!(done.outcome, Outcome::SavedHere);
    assert!(done.slip.next == Next::PlaceNotConfirmed && !done.slip.received, "{:?}", done.slip.next);
}

#[test]
fn nothing_is_booked_while_the_network_is_away() {
    let mut visit = Visit::with_places();
    let health = Health { reader: true, printer: true, face: true, ..Health::default() };
    visit.happen(Event::Health(Health { connection: Connection::Offline, ..health }));
    visit.submit();
    assert!(matches!(visit.journey.page(), Page::Review(_)));
    assert!(!visit.asked.iter().any(|(_, _, ask)| matches!(ask, Ask::Submit(..))));
}

#[test]
fn a_window_is_booked_by_the_form_of_bookings_for_the_very_service() {
    let mut visit = Visit::open(AT_WINDOW, Touch::BookWindow);
    visit.answer(told(Ok(free())));
    visit.answer(Answer::DraftFound(None));
    visit.submit();
    let Ask::Submit(application, _) = visit.last_ask() else { panic!("not confirmed") };
    assert_eq!((application.service.as_str(), application.form.as_str()), (AT_WINDOW, "appointment"));
    assert_eq!(application.person(), Some("990101199003070015"), "who comes is who laid the card down");
}

#[test]
fn what_the_terminal_does_itself_has_no_window() {
    let mut visit = Visit::begin(Connection::Online);
    visit.touch(Touch::Begin);
    visit.touch(Touch::Choose("SZ-HZ-000078".parse().unwrap()));
    visit.touch(Touch::BookWindow);
    assert!(matches!(visit.journey.page(), Page::Guide(_)) && visit.asked.is_empty());
}
