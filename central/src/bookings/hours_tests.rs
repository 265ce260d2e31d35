//! Hours and what is free in them.

use super::*;
use jiff::civil::date;
use std::collections::HashMap;
use std::sync::LazyLock;

const PLACES: &str = include_str!("../../../catalog/places.csv");
const CENTRE: &str = "福田区政务服务中心";

static CALENDAR: LazyLock<Calendar> =
    LazyLock::new(|| Calendar::parse(include_str!("../../../catalog/calendar.csv")).unwrap());
static TEMPLATES: LazyLock<Templates> = LazyLock::new(|| {
    let (forms, lists) =
        (include_str!("../../../catalog/forms.json"), include_str!("../../../catalog/lists.json"));
    Templates::parse(forms, lists).unwrap()
});

fn hours() -> OpeningHours {
    OpeningHours::parse(PLACES, &TEMPLATES).unwrap()
}

fn place(day: Date, slot: &str) -> Place {
    Place { site: CENTRE.to_owned(), day, slot: slot.parse().unwrap() }
}

fn service() -> ServiceCode {
    "SZ-HZ-000001".parse().unwrap()
}

#[test]
fn hours_follow_weekday_and_holidays() {
    let capacity = |day, slot| hours().capacity(&place(day, slot), &CALENDAR);
    assert_eq!(capacity(date(2026, 11, 30), "09:00-09:30"), Some(4), "a Monday");
    assert_eq!(capacity(date(2026, 11, 28), "09:00-09:30"), Some(2), "an ordinary Saturday");
    assert_eq!(capacity(date(2026, 11, 28), "14:00-14:30"), None, "its afternoon");
    assert_eq!(capacity(date(2026, 11, 29), "09:00-09:30"), None, "a Sunday");
    assert_eq!(capacity(date(2026, 10, 1), "09:00-09:30"), None, "a holiday on a Thursday");
    assert_eq!(capacity(date(2026, 10, 10), "14:00-14:30"), Some(4), "a make-up working day on a Saturday");
    assert_eq!(capacity(date(2026, 11, 30), "12:00-12:30"), None, "noon");
    assert_eq!(capacity(date(2031, 1, 6), "09:00-09:30"), None, "beyond the calendar nothing is guessed");
    let nowhere = Place { site: "别处".to_owned(), ..place(date(2026, 11, 30), "09:00-09:30") };
    assert_eq!(hours().capacity(&nowhere, &CALENDAR), None);
}

#[test]
fn what_is_taken_or_has_begun_is_not_offered() {
    let monday = date(2026, 11, 30);
    let taken: Taken = HashMap::from([
        (place(monday, "09:30-10:00"), 1),
        (place(monday, "10:00-10:30"), 4),
        // More than the hours allow: they were made shorter after it was booked.
        (place(monday, "10:30-11:00"), 9),
    ]);
    let free = hours().free(service(), &taken, &CALENDAR, monday.at(9, 0, 0, 0));
    assert_eq!(free.sites.len(), 8);
    let days = &free.sites[0].days;
    assert_eq!((free.sites[0].site.as_str(), days[0].day), (CENTRE, monday));
    let first: Vec<_> = days[0].slots.iter().take(3).map(|free| (free.slot.as_str(), free.left)).collect();
    assert_eq!(first, [("09:30-10:00", 3), ("11:00-11:30", 4), ("11:30-12:00", 4)]);
    assert_eq!(days.last().unwrap().day, date(2026, 12, 30), "thirty days ahead");
    assert!(days.iter().all(|day| day.day.weekday() != jiff::civil::Weekday::Sunday));
    let evening = hours().free(service(), &taken, &CALENDAR, monday.at(17, 0, 0, 0));
    assert_eq!(
        evening.sites[0].days[0].day,
        date(2026, 12, 1),
        "the day is over when its last slot has begun"
    );
}

#[test]
fn a_row_that_can_not_be_is_named_by_line_and_column() {
    let with = |row: &str| {
        let text = format!("{}\n{row}\n", PLACES.lines().take(2).collect::<Vec<_>>().join("\n"));
        OpeningHours::parse(&text, &TEMPLATES).unwrap_err().to_string()
    };
    for (row, place) in [
        ("别处,1-5,09:00,12:00,30,4,样例数据", "line 3, column 1 (site)"),
        ("福田区政务服务中心,5-1,14:00,17:00,30,4,样例数据", "line 3, column 2 (weekdays)"),
        ("福田区政务服务中心,5,09:00,09:30,30,4,样例数据", "line 3, column 2 (weekdays)"),
        ("福田区政务服务中心,6,03:00,04:00,30,4,样例数据", "line 3, column 3 (opens)"),
        ("福田区政务服务中心,6,9点,12:00,30,4,样例数据", "line 3, column 3 (opens)"),
        ("福田区政务服务中心,6,09:00,09:45,30,4,样例数据", "line 3, column 4 (closes)"),
        ("福田区政务服务中心,6,12:00,09:00,30,4,样例数据", "line 3, column 4 (closes)"),
        ("福田区政务服务中心,6,09:00,12:00,0,4,样例数据", "line 3, column 5 (minutes)"),
        ("福田区政务服务中心,6,09:00,12:00,30,0,样例数据", "line 3, column 6 (places)"),
        ("福田区政务服务中心,6,09:00,12:00,30,4,", "line 3, column 7 (source)"),
    ] {
        assert!(with(row).contains(place), "{row}: {}", with(row));
    }
}
