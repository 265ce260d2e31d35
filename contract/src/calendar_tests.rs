use super::*;
use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;

const CALENDAR: &str = include_str!("../../catalog/calendar.csv");

fn calendar() -> Calendar {
    Calendar::parse(CALENDAR).unwrap()
}

fn working_days_of(calendar: &Calendar, year: i16, month: i8) -> usize {
    let first = date(year, month, 1);
    let days = first.series(1.day()).take_while(|day| day.month() == month);
    days.filter(|day| calendar.is_working_day(*day).unwrap()).count()
}

/// The law gives 13 days a year (since 2025) and moves them and weekends about; it takes none away. So every year of
/// 365 days and 104 weekend days has 248, however the State Council arranges them.
#[test]
fn every_year_has_the_working_days_of_the_law() {
    let calendar = calendar();
    for year in [2025, 2026, 2027] {
        let days: Vec<Date> = date(year, 1, 1).series(1.day()).take_while(|day| day.year() == year).collect();
        let weekend =
            days.iter().filter(|day| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)).count();
        let months: usize = (1..=12).map(|month| working_days_of(&calendar, year, month)).sum();
        assert_eq!(months, days.len() - weekend - 13, "{year}");
        assert_eq!(months, 248, "{year}");
    }
}

/// As payroll calendars print them, month by month.
#[test]
fn the_months_of_the_announced_years_are_as_published() {
    let months = |year| (1..=12).map(|month| working_days_of(&calendar(), year, month)).collect::<Vec<_>>();
    assert_eq!(months(2025), [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23]);
    assert_eq!(months(2026), [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]);
}

/// The notices give 28 days off in 2025 and 33 in 2026, weekends inside the runs included.
#[test]
fn the_days_off_are_as_many_as_the_notices_say() {
    let off = |year| {
        calendar().exceptions.iter().filter(|(day, e)| day.year() == year && e.kind == Kind::Off).count()
    };
    assert_eq!((off(2025), off(2026)), (28, 33));
    assert_eq!(calendar().holiday(date(2026, 2, 14)), Some("春节"));
}

#[test]
fn a_year_that_nobody_announced_says_so() {
    assert_eq!(calendar().standing(2026), Standing::Announced);
    assert_eq!(calendar().standing(2027), Standing::Provisional);
}

#[test]
fn a_limit_runs_over_a_holiday_and_its_make_up_days() {
    // Sunday 28 September and Saturday 11 October of 2025 are worked, 1 to 8 October are not.
    let due = |from, count| calendar().add_working_days(from, WorkingDays(count), &[]).unwrap();
    assert_eq!(due(date(2025, 9, 26), 2), Some(date(2025, 9, 29)));
    assert_eq!(due(date(2025, 9, 30), 1), Some(date(2025, 10, 9)));
    assert_eq!(due(date(2025, 9, 30), 3), Some(date(2025, 10, 11)));
    assert_eq!(due(date(2025, 9, 30), 4), Some(date(2025, 10, 13)));
    assert_eq!(due(date(2025, 9, 30), 0), Some(date(2025, 9, 30)));
}

#[test]
fn a_paused_day_does_not_count() {
    let calendar = calendar();
    let pause = Pause { from: date(2026, 11, 25), until: Some(date(2026, 11, 30)) };
    let due =
        |pauses: &[Pause]| calendar.add_working_days(date(2026, 11, 23), WorkingDays(3), pauses).unwrap();
    assert_eq!(due(&[]), Some(date(2026, 11, 26)));
    assert_eq!(due(&[pause]), Some(date(2026, 12, 1)));
    assert_eq!(due(&[Pause { until: None, ..pause }]), None);
    // A pause after the last day changes nothing.
    assert_eq!(due(&[Pause { from: date(2026, 11, 27), until: None }]), Some(date(2026, 11, 26)));
}

#[test]
fn beyond_the_calendar_nothing_is_guessed() {
    let calendar = calendar();
    let beyond = calendar.add_working_days(date(2027, 12, 30), WorkingDays(5), &[]).unwrap_err();
    assert_eq!(beyond.day, date(2028, 1, 1));
    assert!(beyond.to_string().contains("2027-12-31, not to 2028-01-01"), "{beyond}");
    assert!(calendar.is_working_day(date(2024, 12, 31)).is_err());
    assert!(calendar.working_days_between(date(2027, 12, 30), date(2028, 1, 2), &[]).is_err());
    assert!(calendar.add_working_days(Date::MAX, WorkingDays(1), &[]).is_err());
}

#[test]
fn each_fault_is_named_by_line_and_column() {
    let fault = |rows: &str| {
        Calendar::parse(&format!("day,kind,name,standing,source\n{rows}")).unwrap_err().to_string()
    };
    assert_eq!(
        fault("2026-01-01,休,元旦,公布,通知\n2026-02-30,休,春节,公布,通知"),
        "calendar.csv line 3, column 1 (day): '2026-02-30' is not a calendar date, YYYY-MM-DD"
    );
    assert_eq!(
        fault("2026-01-01,假,元旦,公布,通知"),
        "calendar.csv line 2, column 2 (kind): '假' is not 休 or 班"
    );
    assert!(fault("2026-01-01,休,元旦,也许,通知").contains("line 2, column 4 (standing)"));
    assert!(fault("2026-01-01,休,元旦,公布,").contains("line 2, column 5 (source)"));
    assert!(fault("2026-01-01,休").contains("line 2, column 3"));
    assert!(fault("2026-01-01,休,元旦,公布,甲\n2026-01-01,班,元旦,公布,乙").contains("line 3, column 1"));
    assert!(fault("2025-01-01,休,元旦,公布,甲\n2027-01-01,休,元旦,公布,乙").contains("no row of 2026"));
    assert!(fault("").contains("no rows"));
    assert_eq!(
        Calendar::parse("date,kind\n").unwrap_err().to_string(),
        "calendar.csv line 1: column 1 must be 'day', not 'date'"
    );
}

prop_compose! {
    fn a_day()(offset in 0_i64..700) -> Date {
        date(2025, 1, 1).checked_add(offset.days()).unwrap()
    }
}

prop_compose! {
    fn a_pause()(from in a_day(), length in 0_i64..40) -> Pause {
        Pause { from, until: Some(from.checked_add(length.days()).unwrap()) }
    }
}

proptest! {
    /// The two questions are each other's inverse.
    #[test]
    fn as_many_days_as_were_added_lie_between(
        from in a_day(), count in 0_u16..60, pauses in prop::collection::vec(a_pause(), 0..4),
    ) {
        let calendar = calendar();
        let due = calendar.add_working_days(from, WorkingDays(count), &pauses).unwrap().unwrap();
        prop_assert_eq!(calendar.working_days_between(from, due, &pauses).unwrap(), WorkingDays(count));
        if count > 0 {
            prop_assert!(calendar.is_working_day(due).unwrap(), "a limit ends on a working day");
            prop_assert!(!pauses.iter().any(|pause| pause.covers(due)), "and on no paused one");
        }
    }

    /// A pause moves the deadline by exactly the working days that it covers.
    #[test]
    fn a_pause_gives_back_the_days_that_it_took(from in a_day(), count in 1_u16..40, pause in a_pause()) {
        let calendar = calendar();
        let due = |pauses: &[Pause]| {
            calendar.add_working_days(from, WorkingDays(count), pauses).unwrap().unwrap()
        };
        let (without, with) = (due(&[]), due(&[pause]));
        prop_assert!(with >= without);
        let moved = calendar.working_days_between(without, with, &[]).unwrap();
        let lost = calendar.working_days_between(from, with, &[]).unwrap().0
            - calendar.working_days_between(from, with, &[pause]).unwrap().0;
        prop_assert_eq!(moved, WorkingDays(lost));
    }

    #[test]
    fn any_file_is_taken_or_refused_without_panic(text in "([0-9,\n\"-]|休|班|公布|\\PC){0,200}") {
        let _ = Calendar::parse(&text);
        let _ = Calendar::parse(&format!("day,kind,name,standing,source\n{text}"));
    }
}
