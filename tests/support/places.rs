//! A counter for stories without central: what is free to be booked, and somebody who chooses from it.

#![allow(dead_code, clippy::unwrap_used)]

use contract::ServiceCode;
use contract::booking::{FreeDay, FreePlaces, FreeSite, FreeSlot, PLACE};
use jiff::ToSpan;
use jiff::civil::Date;
use kiosk::forms::Draft;
use kiosk::journey::{Answer, Ask, Booking, BookingStep, BookingTrouble, Page, Touch};

/// What is free from a day on: three sites, the first of them with many days.
pub(crate) fn free(service: &ServiceCode, from: Date) -> FreePlaces {
    let slot = |slot: &str, left| FreeSlot { slot: slot.parse().unwrap(), left };
    let slots = || {
        let morning = ["09:00-09:30", "09:30-10:00", "10:00-10:30", "10:30-11:00", "11:00-11:30"];
        morning.into_iter().zip([3, 1, 4, 4, 12]).map(|(begins, left)| slot(begins, left)).collect()
    };
    let site = |site: &str, days: i32| FreeSite {
        site: site.to_owned(),
        days: (0..days)
            .map(|ahead| FreeDay { day: from.checked_add(ahead.days()).unwrap(), slots: slots() })
            .collect(),
    };
    let sites = vec![
        site("福田区政务服务中心", 22),
        site("香蜜湖街道党群服务中心", 2),
        site("华强北街道党群服务中心", 1),
    ];
    FreePlaces { service: service.clone(), sites }
}

/// What the outside answers to a question about places; none for another question.
pub(crate) fn answer(ask: &Ask, from: Date, rng: &mut fastrand::Rng) -> Option<Answer> {
    let Ask::FindPlaces(service) = ask else { return None };
    let mut places = free(service, from);
    // Others book meanwhile: what was free may be gone.
    places.sites.rotate_left(rng.usize(..3));
    places.sites.truncate(2);
    Some(Answer::Places(Box::new(match rng.u8(..8) {
        0 => Err(BookingTrouble::Offline),
        1 => Err(BookingTrouble::NoAnswer),
        2 => Ok(FreePlaces { sites: Vec::new(), ..places }),
        _ => Ok(places),
    })))
}

/// A touch of somebody who means it.
pub(crate) fn touch(booking: &Booking, rng: &mut fastrand::Rng) -> Touch {
    match booking.step {
        BookingStep::Asking { .. } => Touch::KeepGoing,
        BookingStep::Trouble(_) if rng.u8(..3) == 0 => Touch::Back,
        BookingStep::Trouble(_) | BookingStep::Taken => Touch::TryAgain,
    }
}

/// One of the values that are offered for a part of a place; none for any other field.
pub(crate) fn pick(draft: &Draft, id: &contract::FieldId, rng: &mut fastrand::Rng) -> Option<Touch> {
    let offered = draft.offered(id)?;
    let free = offered.get(rng.usize(..offered.len().max(1)))?;
    Some(Touch::Pick(id.clone(), free.value().as_str().into()))
}

/// Whether a form holds no part of a place that is not offered.
pub(crate) fn is_honest(draft: &Draft) -> bool {
    PLACE.iter().filter_map(|part| part.parse().ok()).all(|id| {
        let value = draft.value(&id);
        let offered = draft.offered(&id).unwrap_or_default();
        !draft.is_booking() || value.is_empty() || offered.iter().any(|free| free.value() == value)
    })
}

/// Whether what is being sent books a place.
pub(crate) fn is_sent(page: &Page) -> bool {
    matches!(page, Page::Submitting(submitting) if submitting.review.filing.draft.is_booking())
}
