//! Where and when a site is open.

use super::*;
use jiff::civil::date;
use std::sync::LazyLock;

const PLACES: &str = include_str!("../../catalog/places.csv");
const SITES: &str = include_str!("../../catalog/sites.csv");
const CENTRE: &str = "福田区政务服务中心";

static CALENDAR: LazyLock<Calendar> =
    LazyLock::new(|| Calendar::parse(include_str!("../../catalog/calendar.csv")).unwrap());
static TEMPLATES: LazyLock<Templates> = LazyLock::new(|| {
    let (forms, lists) = (include_str!("../../catalog/forms.json"), include_str!("../../catalog/lists.json"));
    Templates::parse(forms, lists).unwrap()
});

fn hours() -> OpeningHours {
    OpeningHours::parse(PLACES, SITES, &TEMPLATES).unwrap()
}

fn place(day: Date, slot: &str) -> Place {
    Place { site: CENTRE.to_owned(), day, slot: slot.parse().unwrap() }
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
fn hours_are_told_as_people_tell_them() {
    let hours = hours();
    let told: Vec<_> =
        hours.sites().iter().map(|site| (site.name.as_str(), site.hours(Language::Chinese))).collect();
    assert_eq!(told[0], (CENTRE, "周一至周五 09:00–12:00、14:00–17:30；周六 09:00–12:00".to_owned()));
    assert_eq!(told[1], ("福田街道党群服务中心", "周一至周五 09:00–12:00、14:00–17:30".to_owned()));
    let english = "Mon–Fri 09:00–12:00, 14:00–17:30; Sat 09:00–12:00";
    assert_eq!(hours.sites()[0].hours(Language::English), english);
    assert!(hours.sites().iter().all(|site| site.address.starts_with("福田区")));
}

#[test]
fn a_site_without_an_address_is_refused() {
    let sites = SITES.lines().filter(|line| !line.starts_with(CENTRE)).collect::<Vec<_>>().join("\n");
    let fault = OpeningHours::parse(PLACES, &sites, &TEMPLATES).unwrap_err().to_string();
    assert!(fault.contains("places.csv line 2, column 1 (site)"), "{fault}");
}

#[test]
fn a_row_that_can_not_be_is_named_by_line_and_column() {
    let with = |row: &str| {
        let text = format!("{}\n{row}\n", PLACES.lines().take(2).collect::<Vec<_>>().join("\n"));
        OpeningHours::parse(&text, SITES, &TEMPLATES).unwrap_err().to_string()
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
