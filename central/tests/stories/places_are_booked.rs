//! Windows are booked: each place once, also when many ask for the last one at the same moment; what is given back is free
//! again.

use crate::support::{
    City, Kiosk, Sent, card_of, filing, key, on_every_store, opened, problem, receipt, reply, whole_catalogue,
};
use contract::CaseNumber;
use contract::booking::{FreePlaces, Place};
use contract::message::{CaseProgress, CaseState, Outcome, Reply};
use serde_json::{Value, json};
use std::collections::BTreeSet;

on_every_store!(
    a_place_is_taken_once_and_given_back,
    the_last_place_goes_to_one_of_many,
    what_a_clerk_refuses_is_free_again,
    a_window_is_no_application_for_the_service_itself,
    a_place_that_is_not_offered_is_refused,
);

/// 派出所户政窗口预约（户口业务）
const BOOKING: &str = "SZ-HZ-000093";
/// 台湾居民来往大陆通行证（五年有效换发）: terminals do not do it; it costs a fee and takes five days.
const AT_WINDOW: &str = "SZ-CJ-000058";
const APPLICANT: &str = "440304199001010011";

async fn with_catalogue(city: City) -> City {
    city.with_services(whole_catalogue().0).await
}

async fn free(kiosk: &Kiosk, service: &str) -> FreePlaces {
    let response = kiosk.get(&format!("/v1/services/{service}/places")).await;
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

/// How many are left of a place.
fn left(free: &FreePlaces, place: &Place) -> u16 {
    let days = free.sites.iter().filter(|site| site.site == place.site).flat_map(|site| &site.days);
    let slots = days.filter(|day| day.day == place.day).flat_map(|day| &day.slots);
    slots.filter(|free| free.slot == place.slot).map(|free| free.left).sum()
}

/// A place of the last day, so that no story is overtaken by the clock.
fn a_place(free: &FreePlaces) -> (Place, u16) {
    let site = &free.sites[0];
    let day = site.days.last().unwrap();
    let slot = &day.slots[0];
    (Place { site: site.site.clone(), day: day.day, slot: slot.slot.clone() }, slot.left)
}

fn booking(seq: u64, service: &str, place: &Place) -> Sent {
    let day = place.day.to_string();
    let mut fields = card_of("张三", APPLICANT, "1990-01-01");
    fields.retain(|(id, _)| !matches!(*id, "consent" | "sign"));
    fields.extend([("site", place.site.as_str()), ("day", day.as_str()), ("slot", place.slot.as_str())]);
    filing(seq, service, "appointment", &fields)
}

async fn book(kiosk: &Kiosk, seq: u64, service: &str, place: &Place) -> CaseNumber {
    opened(&receipt(kiosk.post(key(), &booking(seq, service, place)).await).await)
}

async fn progress(kiosk: &Kiosk, case: &CaseNumber) -> CaseProgress {
    kiosk.get(&format!("/v1/cases/{case}")).await.json().await.unwrap()
}

async fn a_place_is_taken_once_and_given_back(city: City) {
    let city = with_catalogue(city).await;
    let kiosk = city.kiosk("ft-0001");
    let (place, all) = a_place(&free(&kiosk, BOOKING).await);
    let (id, sent) = (key(), booking(1, BOOKING, &place));
    let case = opened(&receipt(kiosk.post(id, &sent).await).await);
    assert_eq!(kiosk.post(id, &sent).await.status(), 200, "the same again is answered as before");
    assert_eq!(left(&free(&kiosk, BOOKING).await, &place), all - 1, "and takes no second place");
    assert_eq!(left(&free(&kiosk, AT_WINDOW).await, &place), all - 1, "a window is one for all services");
    let held = progress(&kiosk, &case).await;
    assert_eq!((held.booked, held.state), (Some(place.clone()), CaseState::Received));
    assert!(held.next_step.contains("按预约时间到场"), "{}", held.next_step);
    assert!(held.due_on >= Some(place.day), "nobody is late before the day");

    let back = reply(2, &case, APPLICANT, Reply::Withdraw);
    assert_eq!(receipt(kiosk.post(key(), &back).await).await.outcome, Outcome::Noted);
    assert_eq!(left(&free(&kiosk, BOOKING).await, &place), all);
    let given_back = progress(&kiosk, &case).await;
    assert_eq!((given_back.booked, given_back.state), (None, CaseState::Withdrawn));
    let again = reply(3, &case, APPLICANT, Reply::Withdraw);
    assert_eq!(problem(kiosk.post(key(), &again).await).await, (409, "reply-refused".to_owned()));
    assert_eq!(left(&free(&kiosk, BOOKING).await, &place), all, "a place is given back once");
}

async fn the_last_place_goes_to_one_of_many(city: City) {
    let city = with_catalogue(city).await;
    let first = city.kiosk("ft-0001");
    let (place, all) = a_place(&free(&first, BOOKING).await);
    let held = book(&first, 1, BOOKING, &place).await;
    for seq in 2..u64::from(all) {
        book(&first, seq, BOOKING, &place).await;
    }
    assert_eq!(left(&free(&first, BOOKING).await, &place), 1);
    let many: Vec<_> = (2..10)
        .map(|n| {
            let (kiosk, sent) = (city.kiosk(&format!("ft-000{n}")), booking(1, BOOKING, &place));
            tokio::spawn(async move {
                let (id, mut told) = (key(), Vec::new());
                // What is busy is asked again with the same key, as a terminal does.
                while told.last().is_none_or(|status| *status >= 500) {
                    told.push(kiosk.post(id, &sent).await.status().as_u16());
                }
                let asked_again = kiosk.post(id, &sent).await.status().as_u16();
                (told.last().copied(), asked_again)
            })
        })
        .collect();
    let mut ends = Vec::new();
    for one in many {
        ends.push(one.await.unwrap());
    }
    ends.sort_unstable();
    let won = ends.iter().filter(|end| **end == (Some(201), 200)).count();
    let lost = ends.iter().filter(|end| **end == (Some(409), 409)).count();
    assert_eq!((won, lost), (1, 7), "{ends:?}");
    assert_eq!(left(&free(&first, BOOKING).await, &place), 0);
    let (id, sent) = (key(), booking(u64::from(all), BOOKING, &place));
    assert_eq!(problem(first.post(id, &sent).await).await, (409, "slot-taken".to_owned()));
    let back = reply(u64::from(all) + 1, &held, APPLICANT, Reply::Withdraw);
    assert_eq!(receipt(first.post(key(), &back).await).await.outcome, Outcome::Noted);
    let again = problem(first.post(id, &sent).await).await;
    assert_eq!(again, (409, "slot-taken".to_owned()), "whoever was told so has chosen another time");
    assert_eq!(left(&free(&first, BOOKING).await, &place), 1);
    let tail: Value = first.get("/v1/tail").await.json().await.unwrap();
    assert_eq!(
        tail["contiguous"],
        json!(u64::from(all) + 1),
        "the refusal is written down: the series is whole"
    );
}

async fn what_a_clerk_refuses_is_free_again(city: City) {
    let city = with_catalogue(city).await;
    let kiosk = city.kiosk("ft-0001");
    let (place, all) = a_place(&free(&kiosk, BOOKING).await);
    let (refused, came) = (book(&kiosk, 1, BOOKING, &place).await, book(&kiosk, 2, BOOKING, &place).await);
    let clerk = city.clerk("wang", "HZ");
    for (case, end) in [
        (&refused, json!({"act": "refuse", "seen": 1, "reason": "窗口当天停办"})),
        (&came, json!({"act": "accept", "seen": 1})),
        (&came, json!({"act": "approve", "seen": 2})),
    ] {
        let path = format!("/v1/clerk/cases/{case}/acts");
        clerk.post(&path, &json!({"act": "claim", "seen": 0})).await;
        let response = clerk.post(&path, &end).await;
        assert_eq!(response.status(), 200, "{end}: {}", response.text().await.unwrap());
    }
    assert_eq!(left(&free(&kiosk, BOOKING).await, &place), all - 1, "who came has used the place");
    assert_eq!(progress(&kiosk, &refused).await.booked, None);
    let held = progress(&kiosk, &came).await;
    assert_eq!((held.booked, held.next_step.as_str()), (Some(place), "已到场办理"));
}

async fn a_window_is_no_application_for_the_service_itself(city: City) {
    let city = with_catalogue(city).await;
    let kiosk = city.kiosk("ft-0001");
    let (place, all) = a_place(&free(&kiosk, AT_WINDOW).await);
    let receipt = receipt(kiosk.post(key(), &booking(1, AT_WINDOW, &place)).await).await;
    let Outcome::CaseOpened { case, promised_days: 0, fee: contract::Fen::ZERO } = receipt.outcome else {
        panic!("a window is neither paid nor promised: {receipt:?}");
    };
    assert_eq!(progress(&kiosk, &case).await.booked, Some(place.clone()));
    assert_eq!(left(&free(&kiosk, AT_WINDOW).await, &place), all - 1);
    // What terminals do themselves has no window here.
    let other = booking(2, "SZ-HZ-000078", &place);
    assert_eq!(problem(kiosk.post(key(), &other).await).await, (422, "form-refused".to_owned()));
    let none = kiosk.get("/v1/services/SZ-HZ-000078/places").await;
    assert_eq!(problem(none).await, (404, "not-bookable".to_owned()));
}

async fn a_place_that_is_not_offered_is_refused(city: City) {
    let city = with_catalogue(city).await;
    let kiosk = city.kiosk("ft-0001");
    let offered = free(&kiosk, BOOKING).await;
    let (place, all) = a_place(&offered);
    let days: BTreeSet<_> = offered.sites[0].days.iter().map(|day| day.day).collect();
    let closed = place.day.series(-jiff::ToSpan::days(1)).find(|day| !days.contains(day)).unwrap();
    let far = place.day.checked_add(jiff::ToSpan::days(40)).unwrap();
    let wrong = [
        Place { day: closed, ..place.clone() },
        Place { day: far, ..place.clone() },
        Place { day: jiff::civil::date(2026, 1, 5), ..place.clone() },
        Place { slot: "12:00-12:30".parse().unwrap(), ..place.clone() },
        Place { site: "别处".to_owned(), ..place.clone() },
    ];
    for (seq, place) in (1..).zip(&wrong) {
        let answer = problem(kiosk.post(key(), &booking(seq, BOOKING, place)).await).await;
        assert_eq!(answer, (422, "form-refused".to_owned()), "{place:?}");
    }
    assert_eq!(left(&free(&kiosk, BOOKING).await, &place), all);
}
