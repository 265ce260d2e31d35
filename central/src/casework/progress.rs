//! Where a case stands, for anyone who knows its number: no personal data.

use super::WorkError;
use super::decisions::decision;
use super::dossiers::{Folder, look};
use crate::bookings::{self, Held};
use crate::cases::{fees, numbers_of};
use crate::deciding::case::{Closing, Dossier, Event, Notice, Recorded, Stage};
use crate::deciding::rules::told;
use crate::deciding::{Happening, PlainWords};
use crate::registries::Resources;
use crate::store::Sql;
use crate::values;
use contract::calendar::{BeyondCalendar, Calendar, WorkingDays};
use contract::message::{CaseProgress, CaseState, CaseStep, Light, MOST_CASES, PersonCases, day_in_china};
use contract::{CaseNumber, Secret};
use jiff::Timestamp;
use jiff::civil::Date;

/// How every case begins.
const RECEIVED: &str = "收件";

/// The state of a case, and its name in the store.
pub fn state_of(dossier: &Dossier) -> (CaseState, &'static str) {
    match &dossier.stage {
        Stage::Received(Notice::Asked { .. }) => (CaseState::PapersAsked, "papers_asked"),
        Stage::Received(Notice::None | Notice::Answered { .. }) => (CaseState::Received, "received"),
        Stage::Accepted(clock) if clock.stands.is_some() => (CaseState::Paused, "paused"),
        Stage::Accepted(_) => (CaseState::Accepted, "accepted"),
        Stage::Closed(closed) => match closed.closing {
            Closing::Approved => (CaseState::Approved, "approved"),
            Closing::Refused { .. } => (CaseState::Refused, "refused"),
            Closing::NotAccepted { .. } => (CaseState::NotAccepted, "not_accepted"),
            Closing::Withdrawn => (CaseState::Withdrawn, "withdrawn"),
        },
    }
}

/// How the time of a case stands on a day: amber when 80 % of it are used, red when it is over.
pub fn light(dossier: &Dossier, today: Date, calendar: &Calendar) -> Result<Light, BeyondCalendar> {
    let Some(due) = dossier.due_on(calendar)? else { return Ok(Light::Green) };
    if today > due {
        return Ok(Light::Red);
    }
    let (used, limit) = match &dossier.stage {
        Stage::Accepted(clock) => {
            (calendar.working_days_between(clock.accepted_on, today, &clock.pauses)?, clock.limit)
        }
        Stage::Received(_) | Stage::Closed(_) => {
            (calendar.working_days_between(dossier.received_on(), today, &[])?, dossier.opening.limit)
        }
    };
    Ok(if u32::from(used.0) * 5 >= u32::from(limit.0) * 4 { Light::Amber } else { Light::Green })
}

/// Where a case stands. What the law has made happen by now is told, though nobody has written it down yet.
pub fn progress(
    sql: &mut dyn Sql,
    number: &CaseNumber,
    now: Timestamp,
    calendar: &Calendar,
) -> Result<Option<CaseProgress>, WorkError> {
    let row = sql.query_one(
        "SELECT service, accepted_on, promised_days FROM cases WHERE number = ?1",
        values![number],
    )?;
    let Some(row) = row else { return Ok(None) };
    let mut progress = CaseProgress {
        case: number.clone(),
        service: row.parsed(0)?,
        state: CaseState::Completed,
        accepted_on: row.parsed(1)?,
        promised_days: row.number(2)?,
        due_on: None,
        days_left: None,
        light: Light::Green,
        next_step: "已办结".to_owned(),
        papers: Vec::new(),
        reasons: Vec::new(),
        steps: Vec::new(),
        rules: Vec::new(),
        booked: None,
        fee: fees::of(sql, number)?,
    };
    progress.steps.push(CaseStep { on: progress.accepted_on, words: RECEIVED.to_owned() });
    if let Some(mut folder) = look(sql, number)? {
        folder.dossier.lapse(now, calendar)?;
        tell(&mut progress, &folder, day_in_china(now), calendar)?;
        if let Some(held) = bookings::held(sql, number)? {
            tell_place(&mut progress, held);
        }
    }
    Ok(Some(progress))
}

/// The newest cases of a person on desks, as they stand; with what rules said of them, which is told to nobody else.
pub fn progress_of_person(
    sql: &mut dyn Sql,
    person: &Secret<String>,
    now: Timestamp,
    calendar: &Calendar,
    resources: &Resources,
) -> Result<PersonCases, WorkError> {
    let mut numbers = numbers_of(sql, person, MOST_CASES + 1)?;
    let has_older = numbers.len() > MOST_CASES;
    numbers.truncate(MOST_CASES);
    let mut cases = Vec::with_capacity(numbers.len());
    for number in numbers {
        let Some(mut case) = progress(sql, &number, now, calendar)? else { continue };
        if let Some(decision) = decision(sql, &number)? {
            case.rules = told(&decision.outcomes, resources);
        }
        cases.push(case);
    }
    Ok(PersonCases { cases, has_older })
}

fn tell(
    progress: &mut CaseProgress,
    folder: &Folder,
    today: Date,
    calendar: &Calendar,
) -> Result<(), BeyondCalendar> {
    let dossier = &folder.dossier;
    progress.state = state_of(dossier).0;
    progress.due_on = dossier.due_on(calendar)?;
    progress.days_left = match progress.due_on {
        Some(due) => Some(calendar.working_days_between(today, due, &[])?),
        None => None::<WorkingDays>,
    };
    progress.light = light(dossier, today, calendar)?;
    progress.next_step = next_step(folder);
    let step = |recorded: &Recorded| CaseStep {
        on: day_in_china(recorded.at),
        words: recorded.event.words().to_owned(),
    };
    // Who has it on the desk is the department's own business.
    let is_told = |recorded: &&Recorded| !matches!(recorded.event, Event::Claimed | Event::Released);
    progress.steps.extend(dossier.events.iter().filter(is_told).map(step));
    let lines = |words: &[PlainWords]| words.iter().map(ToString::to_string).collect();
    match &dossier.stage {
        Stage::Received(Notice::Asked { papers }) => progress.papers = lines(papers),
        Stage::Closed(closed) => match &closed.closing {
            Closing::Refused { reasons } => progress.reasons = lines(reasons),
            Closing::NotAccepted { reason } => progress.reasons = vec![reason.to_string()],
            Closing::Approved | Closing::Withdrawn => {}
        },
        Stage::Received(_) | Stage::Accepted(_) => {}
    }
    Ok(())
}

/// A booking is settled by coming; its papers and its end are told as those of any case.
fn tell_place(progress: &mut CaseProgress, held: Held) {
    progress.booked = (!held.is_freed).then_some(held.place);
    if progress.is_awaited() {
        "请带身份证按预约时间到场，在现场办理".clone_into(&mut progress.next_step);
    } else if progress.state == CaseState::Approved {
        "已到场办理".clone_into(&mut progress.next_step);
    }
}

fn next_step(folder: &Folder) -> String {
    match &folder.dossier.stage {
        Stage::Received(Notice::Asked { .. }) => "请持本人身份证在任一自助终端补正材料".to_owned(),
        Stage::Received(_) => "等待受理，五个工作日内未告知即视为受理".to_owned(),
        Stage::Accepted(clock) => match clock.stands {
            Some(ground) => format!("正在进行{}，所需时间不计入办理时限", ground.words()),
            None => "部门正在办理".to_owned(),
        },
        Stage::Closed(closed) => match closed.closing {
            Closing::Approved => collect(&folder.delivery).to_owned(),
            Closing::Refused { .. } | Closing::NotAccepted { .. } => APPEAL.to_owned(),
            Closing::Withdrawn => "已按申请人要求撤回".to_owned(),
        },
    }
}

/// What is left to who was refused (行政复议法 art. 20, 行政诉讼法 art. 46).
pub const APPEAL: &str = "如有异议，可在60日内申请行政复议，或在6个月内提起行政诉讼";

/// How the result is come by. Only an item that allows a visit has a window here.
pub fn collect(delivery: &str) -> &'static str {
    match delivery {
        "print" => "请在任一自助终端打印结果",
        "post" => "结果将邮寄到申请时填写的地址",
        "locker" => "请凭通知到取件柜领取结果",
        "window" => "请到窗口领取结果",
        _ => "结果已存入电子证照库",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Clerk;
    use crate::deciding::case::{Act, Ground, Opening, Who};
    use jiff::civil::date;

    const MONDAY: Date = date(2026, 11, 23);

    fn at(day: Date) -> Timestamp {
        jiff::tz::offset(8).to_timestamp(day.at(10, 0, 0, 0)).unwrap()
    }

    #[test]
    fn the_light_is_amber_at_four_fifths_and_red_when_late() {
        let calendar = Calendar::parse(include_str!("../../../catalog/calendar.csv")).unwrap();
        let clerk = Clerk { id: "wang".parse().unwrap(), department: "HZ".parse().unwrap() };
        let mut case = Dossier::open(Opening {
            number: CaseNumber::compose(440_304, MONDAY, 1).unwrap(),
            service: "SZ-HZ-000001".parse().unwrap(),
            department: clerk.department.clone(),
            limit: WorkingDays(5),
            received_at: at(MONDAY),
        });
        let mut act = |act: Act, day| {
            let seen = case.version();
            case.handle(seen, &act, Who::Clerk(&clerk), at(day), &calendar).unwrap();
            case.clone()
        };
        act(Act::Claim, MONDAY);
        let accepted = act(Act::Accept, MONDAY);
        let light_on = |case: &Dossier, day| light(case, day, &calendar).unwrap();
        assert_eq!(light_on(&accepted, date(2026, 11, 26)), Light::Green, "three of five days");
        assert_eq!(light_on(&accepted, date(2026, 11, 27)), Light::Amber, "four of five");
        assert_eq!(light_on(&accepted, date(2026, 11, 29)), Light::Amber, "a weekend uses nothing");
        assert_eq!(light_on(&accepted, date(2026, 11, 30)), Light::Amber, "the last day");
        assert_eq!(light_on(&accepted, date(2026, 12, 1)), Light::Red);
        let paused = act(Act::Pause { ground: Ground::ExpertReview }, date(2026, 11, 24));
        assert_eq!(
            light_on(&paused, date(2026, 12, 20)),
            Light::Green,
            "nobody is late while the clock stands"
        );
        let resumed = act(Act::Resume, date(2026, 12, 7));
        assert_eq!(light_on(&resumed, date(2026, 12, 9)), Light::Green, "three of five");
        assert_eq!(light_on(&resumed, date(2026, 12, 10)), Light::Amber);
        assert_eq!(light_on(&resumed, date(2026, 12, 14)), Light::Red);
    }
}
