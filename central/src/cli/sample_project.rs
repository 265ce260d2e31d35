//! A sample project for demonstrations (深圳90): halfway through its second stage, whose time is nearly used up. Written by
//! the same acts as a real one, with days that lie in the past. Its code has a trade that does not exist, and all that
//! happens in it is done by somebody called `sample`.

use super::desk::Files;
use crate::say;
use anyhow::Context;
use central::Clerk;
use central::casework::{self, HandIn, WorkError};
use central::deciding::Actor;
use central::deciding::project::{Kind, ProjectAct, StagePlan, TaskResult};
use central::store::Sql;
use contract::calendar::{BeyondCalendar, Calendar};
use contract::message::day_in_china;
use contract::{CaseNumber, ClerkId, DepartmentCode, KioskId, ProjectCode};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use std::sync::Arc;

/// No trade has the number 00.
const CODE: &str = "2026-440304-00-00-000001";
/// Who does everything.
const WHO: &str = "sample";
/// Working days since its second stage opened: four fifths of the 20 that it has.
const SECOND_STAGE: u16 = 16;
/// Working days that its first stage took.
const FIRST_STAGE: u16 = 25;

/// Writes it down, unless it is there.
pub(super) async fn write(files: &Files) -> anyhow::Result<()> {
    let (store, office) = files.open().await?;
    let code: ProjectCode = CODE.parse()?;
    let plan = office.plans().of(Kind::Government).context("staged.json has no such kind")?;
    let [first, second, ..] = plan.stages.as_slice() else { anyhow::bail!("the plan has too few stages") };
    let (first, second, plan) = (first.clone(), second.clone(), (**plan).clone());
    let calendar = Arc::clone(office.calendar());
    let opened = day_before(day_in_china(Timestamp::now()), SECOND_STAGE, &calendar)?;
    let begun = day_before(opened, FIRST_STAGE, &calendar)?;
    // No day has so many cases.
    let numbers = [9_999_998, 9_999_999].map(|n| CaseNumber::compose(440_304, begun, n));
    let [Some(one), Some(two)] = numbers else { anyhow::bail!("no number of a case has this day") };
    let (clerk, kiosk): (ClerkId, KioskId) = (WHO.parse()?, WHO.parse()?);
    let written = store.change::<_, WorkError, _>(move |sql| {
        if casework::board(sql, &code)?.is_some() {
            return Ok(false);
        }
        let (code, clerk) = (code.clone(), clerk.clone());
        let mut sample = Sample { sql, code, clerk, calendar: &calendar, at: morning(begun) };
        let hand_in = |stage: &StagePlan| HandIn {
            code: sample.code.clone(),
            stage: stage.name.clone(),
            plan: plan.clone(),
        };
        let (apply, go_on) = (hand_in(&first), hand_in(&second));
        let applicant = Actor::Applicant { kiosk: kiosk.clone() };
        casework::hand_in(sample.sql, &apply, &one, &applicant, sample.at, sample.calendar)?;
        sample.at = morning(opened);
        for task in &first.tasks {
            sample.act(
                &task.department,
                &ProjectAct::Finish { task: task.id.clone(), result: TaskResult::Passed },
            )?;
        }
        sample.act(&first.lead, &ProjectAct::Close)?;
        casework::hand_in(sample.sql, &go_on, &two, &applicant, sample.at, sample.calendar)?;
        if let Some(task) = second.tasks.first() {
            sample.act(
                &task.department,
                &ProjectAct::Finish { task: task.id.clone(), result: TaskResult::Passed },
            )?;
        }
        Ok(true)
    });
    let words = if written.await? { "样例项目，非真实项目" } else { "is there already" };
    say(&format!("{CODE} {words}\n"))
}

/// Whoever acts in it.
struct Sample<'a> {
    sql: &'a mut dyn Sql,
    code: ProjectCode,
    clerk: ClerkId,
    calendar: &'a Calendar,
    at: Timestamp,
}

impl Sample<'_> {
    fn act(&mut self, department: &DepartmentCode, act: &ProjectAct) -> Result<(), WorkError> {
        let clerk = Clerk { id: self.clerk.clone(), department: department.clone() };
        let seen = casework::board(self.sql, &self.code)?.map_or(0, |board| board.version());
        casework::act_on_project(self.sql, &self.code, seen, act, &clerk, self.at, self.calendar)?;
        Ok(())
    }
}

/// The last working day that lies so many of them before another day.
fn day_before(day: Date, days: u16, calendar: &Calendar) -> Result<Date, BeyondCalendar> {
    let mut earlier = day;
    while calendar.working_days_between(earlier, day, &[])?.0 < days || !calendar.is_working_day(earlier)? {
        earlier = earlier.saturating_sub(1.day());
    }
    Ok(earlier)
}

fn morning(day: Date) -> Timestamp {
    jiff::tz::offset(8).to_timestamp(day.at(9, 0, 0, 0)).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn working_days_are_counted_back_over_weekends() {
        let calendar = Calendar::parse(include_str!("../../../catalog/calendar.csv")).unwrap();
        let (monday, before) = (date(2026, 11, 30), date(2026, 11, 20));
        assert_eq!(day_before(monday, 6, &calendar), Ok(before));
    }
}
