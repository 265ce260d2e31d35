use super::*;
use crate::Clerk;
use crate::deciding::{Actor, PlainWords};
use contract::KioskId;
use contract::calendar::{Calendar, WorkingDays};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use std::sync::LazyLock;

static CALENDAR: LazyLock<Calendar> =
    LazyLock::new(|| Calendar::parse(include_str!("../../../../catalog/calendar.csv")).unwrap());

/// A day at ten in the morning in Shenzhen.
fn at(day: Date) -> Timestamp {
    jiff::tz::offset(8).to_timestamp(day.at(10, 0, 0, 0)).unwrap()
}

/// Monday.
const MONDAY: Date = date(2026, 11, 23);

fn words(text: &str) -> PlainWords {
    PlainWords::parse(text).unwrap()
}

fn clerk(id: &str, department: &str) -> Clerk {
    Clerk { id: id.parse().unwrap(), department: department.parse().unwrap() }
}

fn a_case() -> Dossier {
    Dossier::open(Opening {
        number: contract::CaseNumber::compose(440_304, MONDAY, 1).unwrap(),
        service: "SZ-HZ-000001".parse().unwrap(),
        department: "HZ".parse().unwrap(),
        limit: WorkingDays(5),
        received_at: at(MONDAY),
    })
}

fn ask() -> Act {
    Act::Ask { papers: vec![words("房屋租赁合同")] }
}

fn refuse() -> Act {
    Act::Refuse { reason: words("不符合条件") }
}

/// A clerk acts on what stands now.
fn act(case: &mut Dossier, day: Date, act: &Act) -> Result<Vec<Recorded>, Refusal> {
    let seen = case.version();
    case.handle(seen, act, Who::Clerk(&clerk("wang", "HZ")), at(day), &CALENDAR)
}

fn by_applicant(case: &mut Dossier, day: Date, act: &Act) -> Result<Vec<Recorded>, Refusal> {
    let (seen, kiosk) = (case.version(), "ft-0001".parse::<KioskId>().unwrap());
    case.handle(seen, act, Who::Applicant(&kiosk), at(day), &CALENDAR)
}

fn due(case: &Dossier) -> Option<Date> {
    case.due_on(&CALENDAR).unwrap()
}

#[test]
fn a_case_goes_from_the_counter_to_the_decision_with_four_stamps() {
    let mut case = a_case();
    assert_eq!(due(&case), Some(date(2026, 11, 30)));
    act(&mut case, MONDAY, &Act::Claim).unwrap();
    act(&mut case, date(2026, 11, 24), &Act::Accept).unwrap();
    assert_eq!(due(&case), Some(date(2026, 12, 1)), "the days run from acceptance");
    act(&mut case, date(2026, 11, 26), &Act::Approve).unwrap();
    assert!(matches!(&case.stage, Stage::Closed(Closed { closing: Closing::Approved, .. })));
    let stamps = case.stamps;
    assert_eq!(
        [Some(stamps.received_at), stamps.reviewed_at, stamps.accepted_at, stamps.closed_at],
        [MONDAY, MONDAY, date(2026, 11, 24), date(2026, 11, 26)].map(|day| Some(at(day)))
    );
    assert_eq!((due(&case), &case.holder), (None, &None));
    assert_eq!(act(&mut case, MONDAY, &Act::Claim), Err(Refusal::Closed));
}

#[test]
fn one_clerk_works_on_a_case() {
    let mut case = a_case();
    assert_eq!(act(&mut case, MONDAY, &Act::Accept), Err(Refusal::NotClaimed));
    act(&mut case, MONDAY, &Act::Claim).unwrap();
    assert_eq!(act(&mut case, MONDAY, &Act::Claim), Err(Refusal::ClaimedAlready));
    let other = clerk("li", "HZ");
    let mut by = |clerk: &Clerk, act: &Act| {
        let seen = case.version();
        case.handle(seen, act, Who::Clerk(clerk), at(MONDAY), &CALENDAR)
    };
    assert_eq!(by(&other, &Act::Claim), Err(Refusal::HeldByAnother(clerk("wang", "HZ"))));
    assert_eq!(by(&other, &Act::Release), Err(Refusal::HeldByAnother(clerk("wang", "HZ"))));
    let stranger = clerk("wang", "SB");
    assert_eq!(by(&stranger, &Act::Claim), Err(Refusal::OtherDepartment("HZ".parse().unwrap())));
    by(&clerk("wang", "HZ"), &Act::Release).unwrap();
    assert!(by(&other, &Act::Claim).is_ok());
}

#[test]
fn a_conflicting_edit_is_refused_with_what_changed() {
    let mut case = a_case();
    act(&mut case, MONDAY, &Act::Claim).unwrap();
    act(&mut case, MONDAY, &Act::Accept).unwrap();
    let refusal =
        case.handle(1, &refuse(), Who::Clerk(&clerk("wang", "HZ")), at(MONDAY), &CALENDAR).unwrap_err();
    let Refusal::Changed { seen: 1, since } = &refusal else { panic!("{refusal:?}") };
    assert_eq!(since.iter().map(|recorded| &recorded.event).collect::<Vec<_>>(), [&Event::Accepted]);
    let words = refusal.to_string();
    assert!(
        words.contains("受理") && words.contains("HZ/wang") && words.contains("2026-11-23T02:00:00Z"),
        "{words}"
    );
}

#[test]
fn papers_are_asked_for_once_and_the_days_begin_when_the_case_is_complete() {
    let mut case = a_case();
    act(&mut case, MONDAY, &Act::Claim).unwrap();
    assert_eq!(act(&mut case, MONDAY, &Act::Ask { papers: vec![] }), Err(Refusal::WhichPapers));
    act(&mut case, MONDAY, &ask()).unwrap();
    assert_eq!(due(&case), None, "nothing runs while the applicant is to act");
    assert_eq!(act(&mut case, MONDAY, &Act::Accept), Err(Refusal::PapersAwaited));
    assert_eq!(act(&mut case, MONDAY, &ask()), Err(Refusal::AskedAlready));
    // The applicant may take longer than five days: art. 32 binds the office.
    by_applicant(&mut case, date(2026, 12, 7), &Act::Answer).unwrap();
    assert_eq!(due(&case), Some(date(2026, 12, 14)));
    assert_eq!(act(&mut case, date(2026, 12, 7), &ask()), Err(Refusal::AskedAlready));
    assert_eq!(by_applicant(&mut case, date(2026, 12, 7), &Act::Answer), Err(Refusal::NothingAsked));
    act(&mut case, date(2026, 12, 8), &Act::Accept).unwrap();
    assert_eq!(due(&case), Some(date(2026, 12, 15)));
}

#[test]
fn a_case_without_notice_in_five_days_counts_as_accepted_from_the_day_it_came() {
    let mut case = a_case();
    act(&mut case, MONDAY, &Act::Claim).unwrap();
    let mut in_time = case.clone();
    assert!(act(&mut in_time, date(2026, 11, 30), &ask()).is_ok(), "the fifth day is in time");
    let before = due(&case);
    assert_eq!(act(&mut case, date(2026, 12, 1), &ask()), Err(Refusal::Accepted));
    let happened = act(&mut case, date(2026, 12, 1), &Act::Approve).unwrap();
    assert_eq!(happened[0].event, Event::TakenAsAccepted { from: MONDAY });
    assert_eq!(happened[0].actor, Actor::Law);
    let mut waiting = a_case();
    waiting.lapse(at(date(2026, 12, 1)), &CALENDAR).unwrap();
    assert_eq!(due(&waiting), before, "the deadline that was shown holds");
}

#[test]
fn the_clock_stands_for_a_hearing() {
    let mut case = a_case();
    act(&mut case, MONDAY, &Act::Claim).unwrap();
    let pause = Act::Pause { ground: Ground::Hearing };
    assert_eq!(act(&mut case, MONDAY, &pause), Err(Refusal::NotAccepted));
    act(&mut case, MONDAY, &Act::Accept).unwrap();
    assert_eq!(act(&mut case, MONDAY, &Act::Resume), Err(Refusal::NotPaused));
    act(&mut case, date(2026, 11, 25), &pause).unwrap();
    assert_eq!(due(&case), None);
    assert_eq!(act(&mut case, date(2026, 11, 26), &Act::Approve), Err(Refusal::Paused));
    act(&mut case, date(2026, 12, 2), &Act::Resume).unwrap();
    // Monday to Tuesday used one day; five working days stood; four are left from 2 December on.
    assert_eq!(due(&case), Some(date(2026, 12, 7)));
}

#[test]
fn a_case_is_extended_once() {
    let mut case = a_case();
    act(&mut case, MONDAY, &Act::Claim).unwrap();
    act(&mut case, MONDAY, &Act::Accept).unwrap();
    let extend = Act::Extend { reason: words("需进一步核实") };
    act(&mut case, MONDAY, &extend).unwrap();
    assert_eq!(due(&case), Some(date(2026, 12, 14)));
    assert_eq!(act(&mut case, MONDAY, &extend), Err(Refusal::ExtendedAlready));
}

#[test]
fn declining_before_acceptance_is_another_thing_than_refusing_after_it() {
    let mut case = a_case();
    act(&mut case, MONDAY, &Act::Claim).unwrap();
    let mut accepted = case.clone();
    act(&mut case, MONDAY, &refuse()).unwrap();
    assert!(matches!(&case.stage, Stage::Closed(Closed { closing: Closing::NotAccepted { .. }, .. })));
    act(&mut accepted, MONDAY, &Act::Accept).unwrap();
    act(&mut accepted, MONDAY, &refuse()).unwrap();
    assert!(matches!(&accepted.stage, Stage::Closed(Closed { closing: Closing::Refused { .. }, .. })));
}

#[test]
fn an_applicant_takes_the_application_back_and_does_nothing_else() {
    let mut case = a_case();
    assert_eq!(by_applicant(&mut case, MONDAY, &Act::Approve), Err(Refusal::NotYours));
    assert_eq!(act(&mut case, MONDAY, &Act::Withdraw), Err(Refusal::NotYours));
    by_applicant(&mut case, MONDAY, &Act::Withdraw).unwrap();
    assert_eq!(by_applicant(&mut case, MONDAY, &Act::Withdraw), Err(Refusal::Closed));
}

#[test]
fn a_case_that_the_calendar_does_not_reach_is_not_changed() {
    let mut case = a_case();
    let late = date(2027, 12, 30);
    act(&mut case, MONDAY, &Act::Claim).unwrap();
    act(&mut case, MONDAY, &ask()).unwrap();
    let before = case.clone();
    assert!(matches!(by_applicant(&mut case, late, &Act::Answer), Err(Refusal::Calendar(_))));
    assert_eq!(case, before);
}

fn an_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => Just(Act::Claim),
        1 => Just(Act::Release),
        3 => Just(Act::Accept),
        2 => Just(ask()),
        1 => Just(Act::Approve),
        1 => Just(refuse()),
        3 => prop::sample::select(Ground::ALL.to_vec()).prop_map(|ground| Act::Pause { ground }),
        3 => Just(Act::Resume),
        2 => Just(Act::Extend { reason: words("情况复杂") }),
        2 => Just(Act::Answer),
        1 => Just(Act::Withdraw),
    ]
}

proptest! {
    /// Any sequence of acts by anybody, days apart.
    #[test]
    fn whatever_is_tried_a_case_stays_lawful(
        acts in prop::collection::vec((an_act(), 0_u8..4, 0_i64..4, 0_u32..2), 1..40)
    ) {
        let (wang, li, stranger) = (clerk("wang", "HZ"), clerk("li", "HZ"), clerk("wu", "SB"));
        let kiosk: KioskId = "ft-0001".parse().unwrap();
        let (mut case, mut day) = (a_case(), MONDAY);
        for (act, who, days, behind) in acts {
            day = day.checked_add(days.days()).unwrap();
            let who = match who {
                0 => Who::Clerk(&li),
                1 => Who::Clerk(&stranger),
                _ if matches!(act, Act::Answer | Act::Withdraw) => Who::Applicant(&kiosk),
                _ => Who::Clerk(&wang),
            };
            let before = case.clone();
            let seen = case.version().saturating_sub(behind);
            let result = case.handle(seen, &act, who, at(day), &CALENDAR);
            if result.is_err() {
                prop_assert_eq!(&case, &before, "a refused act changes nothing");
                continue;
            }
            prop_assert_eq!(seen, before.version(), "nobody acts on what they have not seen");
            prop_assert!(!matches!(before.stage, Stage::Closed(_)), "what is closed stays closed");
            prop_assert!(who != Who::Clerk(&stranger), "another department decides nothing");
            prop_assert_eq!(&Dossier::replay(case.opening.clone(), case.events.clone()), &case);
            let numbers: Vec<u32> = case.events.iter().map(|recorded| recorded.n).collect();
            prop_assert_eq!(numbers, (1..=case.version()).collect::<Vec<_>>());
            let count = |wanted: fn(&Event) -> bool| case.events.iter().filter(|r| wanted(&r.event)).count();
            let asked = count(|e| matches!(e, Event::PapersAsked { .. }));
            let extended = count(|e| matches!(e, Event::Extended { .. }));
            let accepted = count(|e| matches!(e, Event::Accepted | Event::TakenAsAccepted { .. }));
            prop_assert!(asked <= 1 && extended <= 1 && accepted <= 1);
            if let Stage::Accepted(clock) = &case.stage {
                let open = clock.pauses.iter().filter(|pause| pause.until.is_none()).count();
                prop_assert_eq!(open, usize::from(clock.stands.is_some()));
                if let Some(due) = due(&case) {
                    let counted = CALENDAR.working_days_between(clock.accepted_on, due, &clock.pauses).unwrap();
                    prop_assert_eq!(counted, clock.limit, "paused days are not counted, all others are");
                }
            }
        }
    }
}
