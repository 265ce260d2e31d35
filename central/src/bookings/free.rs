//! What is still free (剩余号源): the opening hours of sites less what is taken. Pure.

use super::Taken;
use contract::ServiceCode;
use contract::booking::{DAYS_AHEAD, FreeDay, FreePlaces, FreeSite, FreeSlot, Place};
use contract::calendar::Calendar;
use contract::opening::{Opening, OpeningHours, Site, weekday_of};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

/// What is free for a service from now until the last day that can be booked.
pub fn free(
    hours: &OpeningHours,
    service: ServiceCode,
    taken: &Taken,
    calendar: &Calendar,
    now: DateTime,
) -> FreePlaces {
    let days: Vec<(Date, i8)> = (0..=DAYS_AHEAD)
        .filter_map(|ahead| now.date().checked_add(ahead.days()).ok())
        .filter_map(|day| Some((day, weekday_of(day, calendar)?)))
        .collect();
    let free_on = |site: &Site, (day, weekday): (Date, i8)| {
        let free = |opening: &Opening| {
            let place = Place { site: site.name.clone(), day, slot: opening.slot.clone() };
            let left = opening.places.saturating_sub(taken.get(&place).copied().unwrap_or(0));
            (left > 0 && !has_begun(&place, now)).then_some(FreeSlot { slot: place.slot, left })
        };
        let slots: Vec<FreeSlot> = site.on(weekday).filter_map(free).collect();
        (!slots.is_empty()).then_some(FreeDay { day, slots })
    };
    let sites = hours.sites().iter().filter_map(|site| {
        let days: Vec<FreeDay> = days.iter().filter_map(|day| free_on(site, *day)).collect();
        (!days.is_empty()).then(|| FreeSite { site: site.name.clone(), days })
    });
    FreePlaces { service, sites: sites.collect() }
}

/// Whether nobody can come there in time any more.
pub fn has_begun(place: &Place, now: DateTime) -> bool {
    place.day.to_datetime(place.slot.begins()) <= now
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::form::Templates;
    use jiff::civil::date;
    use std::collections::HashMap;

    const CENTRE: &str = "福田区政务服务中心";

    fn place(day: Date, slot: &str) -> Place {
        Place { site: CENTRE.to_owned(), day, slot: slot.parse().unwrap() }
    }

    #[test]
    fn what_is_taken_or_has_begun_is_not_offered() {
        let templates = Templates::parse(
            include_str!("../../../catalog/forms.json"),
            include_str!("../../../catalog/lists.json"),
        );
        let (places, sites) =
            (include_str!("../../../catalog/places.csv"), include_str!("../../../catalog/sites.csv"));
        let hours = OpeningHours::parse(places, sites, &templates.unwrap()).unwrap();
        let calendar = Calendar::parse(include_str!("../../../catalog/calendar.csv")).unwrap();
        let service: ServiceCode = "SZ-HZ-000001".parse().unwrap();
        let monday = date(2026, 11, 30);
        let taken: Taken = HashMap::from([
            (place(monday, "09:30-10:00"), 1),
            (place(monday, "10:00-10:30"), 4),
            // More than the hours allow: they were made shorter after it was booked.
            (place(monday, "10:30-11:00"), 9),
        ]);
        let morning = free(&hours, service.clone(), &taken, &calendar, monday.at(9, 0, 0, 0));
        assert_eq!(morning.sites.len(), 8);
        let days = &morning.sites[0].days;
        assert_eq!((morning.sites[0].site.as_str(), days[0].day), (CENTRE, monday));
        let first: Vec<_> =
            days[0].slots.iter().take(3).map(|free| (free.slot.as_str(), free.left)).collect();
        assert_eq!(first, [("09:30-10:00", 3), ("11:00-11:30", 4), ("11:30-12:00", 4)]);
        assert_eq!(days.last().unwrap().day, date(2026, 12, 30), "thirty days ahead");
        assert!(days.iter().all(|day| day.day.weekday() != jiff::civil::Weekday::Sunday));
        let evening = free(&hours, service, &taken, &calendar, monday.at(17, 0, 0, 0));
        assert_eq!(
            evening.sites[0].days[0].day,
            date(2026, 12, 1),
            "the day is over when its last slot has begun"
        );
    }
}
