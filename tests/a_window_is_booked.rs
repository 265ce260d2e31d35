//! Somebody books a window at the terminal: sees a place gone that another took, chooses the next one, finds the booking by
//! card and cancels it, and the place is free again. What terminals do not do has a window too.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/street.rs"]
mod street;
mod support;

use contract::booking::{DAY, Place, SITE, SLOT};
use contract::language::Voice;
use contract::message::{CaseState, Outcome as Became};
use contract::{CaseNumber, Fen, FieldId};
use kiosk::forms::Draft;
use kiosk::journey::{AffairsStep, BookingStep, Done, Outcome, Own, Page, Said, SaidKind, Touch};
use kiosk::services::Obstacle;
use street::Street;
use support::{library, repository};

/// 派出所户政窗口预约（户口业务）
const SERVICE: &str = "SZ-HZ-000093";
/// 台湾居民来往大陆通行证（五年有效换发）: done at a window alone, for a fee.
const AT_WINDOW: &str = "SZ-CJ-000058";

fn id(name: &str) -> FieldId {
    name.parse().unwrap()
}

fn draft(street: &Street) -> &Draft {
    match street.page() {
        Page::Filing(filing) => &filing.draft,
        Page::Review(review) => &review.filing.draft,
        page => panic!("no form: {page:?}"),
    }
}

fn offered(street: &Street, field: &str) -> Vec<(String, String)> {
    let offered = draft(street).offered(&id(field)).unwrap();
    offered.iter().map(|free| (free.value(), free.words(Voice::CHINESE))).collect()
}

/// Takes the last that is offered, so that no clock overtakes the story.
fn pick_last(street: &mut Street, field: &str) {
    let (value, _) = offered(street, field).pop().unwrap();
    street.touch(Touch::Pick(id(field), value.as_str().into()));
    assert_eq!(draft(street).value_named(field), value);
    street.touch(Touch::Next);
}

/// From the form to its review.
fn fill(street: &mut Street) -> Place {
    street.touch(Touch::Next);
    street.touch(Touch::Focus(id("phone")));
    street.keys("13800000001");
    street.touch(Touch::Next);
    for field in [SITE, DAY, SLOT] {
        pick_last(street, field);
    }
    assert!(matches!(street.page(), Page::Review(_)), "how many come may be left open");
    draft(street).place().unwrap()
}

fn done(street: &Street) -> &Done {
    match street.page() {
        Page::Done(done) => done,
        page => panic!("not done: {page:?}"),
    }
}

/// Confirms; the number of the case.
async fn booked(street: &mut Street) -> CaseNumber {
    street.touch(Touch::Submit);
    street.until("the receipt", |page| matches!(page, Page::Done(_))).await;
    let done = done(street);
    let Outcome::Received(receipt) = &done.outcome else { panic!("central has it not: {:?}", done.outcome) };
    let Became::CaseOpened { case, promised_days: 0, fee: Fen::ZERO } = &receipt.outcome else {
        panic!("no booking: {receipt:?}")
    };
    case.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_is_gone_is_chosen_anew_and_one_that_is_cancelled_is_free_again() {
    let mut street = Street::open().await;
    street.touch(Touch::Begin);
    street.touch(Touch::Choose(SERVICE.parse().unwrap()));
    street.touch(Touch::Start);
    street.recognised().await;
    street.until("the form", |page| matches!(page, Page::Filing(_))).await;
    let wanted = fill(&mut street);

    // While it is reviewed, others book the same slot until it is full.
    street.others_book(&wanted).await;
    street.touch(Touch::Submit);
    let is_gone = |page: &Page| matches!(page, Page::Booking(booking) if booking.step == BookingStep::Taken);
    street.until("that it is gone", is_gone).await;
    assert_eq!(street.paper(), "", "nothing was booked, nothing is printed");
    street.touch(Touch::TryAgain);
    street.until("the form", |page| matches!(page, Page::Filing(_))).await;
    let kept = [("phone", "13800000001"), (SITE, &wanted.site), (DAY, &wanted.day.to_string()), (SLOT, "")];
    for (field, value) in kept {
        assert_eq!(draft(&street).value_named(field), value, "{field}");
    }
    assert!(offered(&street, SLOT).iter().all(|(slot, _)| slot != wanted.slot.as_str()));
    let (_, before) = offered(&street, SLOT).pop().unwrap();
    pick_last(&mut street, SLOT);
    let place = draft(&street).place().unwrap();
    assert_eq!((&place.site, place.day), (&wanted.site, wanted.day));
    let case = booked(&mut street).await;
    assert!(done(&street).is_booked);
    let on_paper = |street: &Street| street.paper();
    let is_printed = |page: &Page| matches!(page, Page::Done(done) if matches!(done.printing, kiosk::journey::Printing::Over(_)));
    street.until("the slip", is_printed).await;
    for words in [place.site.as_str(), place.slot.as_str(), "按时到场", &done(&street).slip.number] {
        assert!(on_paper(&street).contains(words), "{words} is not on {}", on_paper(&street));
    }
    street.touch(Touch::End);

    // Another day: the card finds it under 办件进度, and it is cancelled there.
    street.touch(Touch::Begin);
    street.touch(Touch::Own(Own::Cases));
    street.recognised().await;
    let is_step = |page: &Page, is_so: fn(&AffairsStep) -> bool| matches!(page, Page::Affairs(affairs) if is_so(&affairs.step));
    street.until("the list", |page| is_step(page, |step| matches!(step, AffairsStep::Own(_)))).await;
    street.touch(Touch::ChooseCase(case));
    let Page::Affairs(affairs) = street.page() else { panic!("no cases") };
    let AffairsStep::Case(shown) = &affairs.step else { panic!("no case: {:?}", affairs.step) };
    assert_eq!((&shown.case.booked, shown.case.state), (&Some(place), CaseState::Received));
    street.touch(Touch::Withdraw);
    street.touch(Touch::Next);
    street.until("its end", |page| is_step(page, |step| matches!(step, AffairsStep::Said { .. }))).await;
    let Page::Affairs(affairs) = street.page() else { panic!("no cases") };
    let is_noted =
        matches!(affairs.step, AffairsStep::Said { kind: SaidKind::Withdrawal, result: Said::Noted, .. });
    assert!(is_noted, "{:?}", affairs.step);
    street.touch(Touch::Home);
    street.touch(Touch::Choose(SERVICE.parse().unwrap()));
    street.touch(Touch::Start);
    street.until("the form", |page| matches!(page, Page::Filing(_))).await;
    street.touch(Touch::Pick(id(SITE), wanted.site.as_str().into()));
    street.touch(Touch::Pick(id(DAY), wanted.day.to_string().as_str().into()));
    assert_eq!(offered(&street, SLOT).pop().unwrap().1, before, "the place is free again");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_at_windows_alone_is_booked_a_window_for_and_nothing_without_a_network() {
    let mut street = Street::open().await;
    let library = library();
    let service = library.find(&AT_WINDOW.parse().unwrap()).unwrap();
    street.touch(Touch::Begin);
    street.touch(Touch::Choose(service.code.clone()));
    assert_eq!(street.journey().obstacle(service), Some(Obstacle::AtWindow));
    street.touch(Touch::Start);
    assert!(matches!(street.page(), Page::Guide(_)), "the service itself is not begun here");
    street.touch(Touch::BookWindow);
    street.recognised().await;
    street.until("the form", |page| matches!(page, Page::Filing(_))).await;
    let place = fill(&mut street);
    booked(&mut street).await;
    let slip = &done(&street).slip;
    assert_eq!((slip.service.clone(), slip.fee), (format!("窗口预约：{}", service.name), Fen::ZERO));
    let lines = slip.lines(Voice::CHINESE);
    let said: Vec<_> = lines.iter().map(|line| line.value.expose().as_str()).collect();
    assert_eq!((said[0], said[2]), (place.site.as_str(), place.slot.as_str()));

    street.touch(Touch::More);
    street.cut_network().await;
    for (code, touch) in [(SERVICE, Touch::Start), (AT_WINDOW, Touch::BookWindow)] {
        street.touch(Touch::Choose(code.parse().unwrap()));
        street.touch(touch);
        assert!(matches!(street.page(), Page::Guide(_)), "no place is promised without a network");
        street.touch(Touch::Back);
    }
    assert_eq!(street.journey().window(service), Some(Some(Obstacle::NeedsNetwork)));
}
