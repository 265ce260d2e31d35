//! A project as a board: for clerks with its trace, the same on the interface and on the command line; for anyone who has
//! its code without it.

use super::view::{TraceLine, trace};
use crate::deciding::project::{Board, Plans, StagePlan, StageState, TaskPlan, TaskResult};
use crate::office::Departments;
use contract::DepartmentCode;
use contract::calendar::{BeyondCalendar, Calendar, WorkingDays};
use contract::message::{Light, day_in_china};
use contract::project::{ProjectProgress, StageProgress, StageStanding, TaskProgress, TaskStanding};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

/// One task of a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TaskView {
    /// Its name in acts.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Who does it.
    pub department: DepartmentCode,
    /// What came out; none while it is open.
    pub result: Option<TaskResult>,
}

/// One stage of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct StageView {
    /// Its name.
    pub name: String,
    /// 牵头部门
    pub lead: DepartmentCode,
    /// Where it stands.
    pub standing: StageStanding,
    /// How many working days it may take.
    pub limit: WorkingDays,
    /// How many are used.
    pub used: WorkingDays,
    /// The last day.
    #[schema(value_type = Option<String>, format = Date)]
    pub due_on: Option<Date>,
    /// How the time stands.
    pub light: Light,
    /// Its tasks.
    pub tasks: Vec<TaskView>,
}

/// A project as a board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct BoardView {
    /// 项目代码
    pub project: String,
    /// 政府投资房建, 政府投资市政线性 or 社会投资.
    pub kind: String,
    /// The number of its last event; send it with the next act.
    pub version: u32,
    /// The stages in order.
    pub stages: Vec<StageView>,
    /// Everything that happened.
    pub trace: Vec<TraceLine>,
}

/// Shows a project to a clerk.
pub fn board_view(board: &Board, now: Timestamp, calendar: &Calendar) -> Result<BoardView, BeyondCalendar> {
    let stage = |(place, (plan, state)): (usize, (&StagePlan, &StageState))| {
        let Course { standing, used, due_on, light } = course(board, place, day_in_china(now), calendar)?;
        let done = done(state);
        let task = |task: &TaskPlan| TaskView {
            id: task.id.clone(),
            name: task.name.clone(),
            department: task.department.clone(),
            result: done.and_then(|done| done.get(&task.id)).cloned(),
        };
        Ok(StageView {
            name: plan.name.clone(),
            lead: plan.lead.clone(),
            standing,
            limit: plan.days,
            used,
            due_on,
            light,
            tasks: plan.tasks.iter().map(task).collect(),
        })
    };
    let stages = board.plan.stages.iter().zip(&board.stages).enumerate();
    Ok(BoardView {
        project: board.code.to_string(),
        kind: board.plan.kind.words().to_owned(),
        version: board.version(),
        stages: stages.map(stage).collect::<Result<_, _>>()?,
        trace: trace(&board.events),
    })
}

/// Shows a project to anyone who has its code: no trace, and no clerk's words.
pub fn project_progress(
    board: &Board,
    plans: &Plans,
    departments: &Departments,
    now: Timestamp,
    calendar: &Calendar,
) -> Result<ProjectProgress, BeyondCalendar> {
    let named = |code: &DepartmentCode| departments.get(code).map_or_else(|| code.to_string(), Clone::clone);
    let stage = |(place, (plan, state)): (usize, (&StagePlan, &StageState))| {
        let Course { standing, used, due_on, light } = course(board, place, day_in_china(now), calendar)?;
        let task = |task: &TaskPlan| TaskProgress {
            name: task.name.clone(),
            department: named(&task.department),
            standing: match done(state).map(|done| done.get(&task.id)) {
                None => TaskStanding::Waiting,
                Some(None) => TaskStanding::Open,
                Some(Some(TaskResult::Passed)) => TaskStanding::Passed,
                Some(Some(TaskResult::NotNeeded { .. })) => TaskStanding::NotNeeded,
            },
        };
        Ok(StageProgress {
            name: plan.name.clone(),
            lead: named(&plan.lead),
            standing,
            limit: plan.days,
            used,
            due_on,
            light,
            tasks: plan.tasks.iter().map(task).collect(),
        })
    };
    let stages = board.plan.stages.iter().zip(&board.stages).enumerate();
    let stages = stages.map(stage).collect::<Result<Vec<_>, _>>()?;
    let used = stages.iter().map(|stage| stage.used.0).fold(0, u16::saturating_add);
    Ok(ProjectProgress {
        project: board.code.clone(),
        kind: board.plan.kind.words().to_owned(),
        limit: board.plan.kind.total(),
        used: WorkingDays(used),
        stages,
        note: plans.note().to_owned(),
    })
}

const fn done(state: &StageState) -> Option<&BTreeMap<String, TaskResult>> {
    match state {
        StageState::Open { done, .. } | StageState::Closed { done, .. } => Some(done),
        StageState::Waiting => None,
    }
}

/// How a stage stands on a day.
struct Course {
    standing: StageStanding,
    used: WorkingDays,
    due_on: Option<Date>,
    light: Light,
}

/// Amber when 80 % of the days are used, red when the last one is over; nothing while the clock stands.
fn course(board: &Board, place: usize, today: Date, calendar: &Calendar) -> Result<Course, BeyondCalendar> {
    let (standing, used) = match board.stages.get(place) {
        None | Some(StageState::Waiting) => (StageStanding::Waiting, WorkingDays(0)),
        Some(StageState::Open { since, pauses, stands, .. }) => (
            if stands.is_some() { StageStanding::Paused } else { StageStanding::Open },
            calendar.working_days_between(*since, today, pauses)?,
        ),
        Some(StageState::Closed { since, on, pauses, .. }) => {
            (StageStanding::Closed, calendar.working_days_between(*since, *on, pauses)?)
        }
    };
    let due_on = board.due_on(place, calendar)?;
    let limit = board.plan.stages.get(place).map_or(0, |plan| plan.days.0);
    let light = match due_on {
        Some(due) if today > due => Light::Red,
        Some(_) if u32::from(used.0) * 5 >= u32::from(limit) * 4 => Light::Amber,
        _ => Light::Green,
    };
    Ok(Course { standing, used, due_on, light })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Clerk;
    use crate::deciding::Actor;
    use crate::deciding::case::Ground;
    use crate::deciding::project::{Kind, Plan, ProjectAct};
    use jiff::civil::date;

    const MONDAY: Date = date(2026, 11, 23);

    fn at(day: Date) -> Timestamp {
        jiff::tz::offset(8).to_timestamp(day.at(10, 0, 0, 0)).unwrap()
    }

    #[test]
    fn a_stage_is_amber_at_four_fifths_red_when_late_and_nothing_while_it_stands() {
        let calendar = Calendar::parse(include_str!("../../../catalog/calendar.csv")).unwrap();
        let plans = Plans::parse(include_str!("../../../catalog/staged.json"), |_| true).unwrap();
        let plan = Plan::clone(plans.of(Kind::Private).unwrap());
        let mut board = Board::new("2026-440304-47-01-123456".parse().unwrap(), plan);
        let applicant = Actor::Applicant { kiosk: "ft-0001".parse().unwrap() };
        board.hand_in("立项及用地规划许可", applicant, at(MONDAY), &calendar).unwrap();
        let first = |board: &Board, day| board_view(board, at(day), &calendar).unwrap().stages.remove(0);
        let lights = [date(2026, 11, 26), date(2026, 11, 27), date(2026, 12, 1)].map(|day| {
            let stage = first(&board, day);
            (stage.used, stage.light)
        });
        assert_eq!(
            lights,
            [(WorkingDays(3), Light::Green), (WorkingDays(4), Light::Amber), (WorkingDays(6), Light::Red)]
        );
        let lead = Clerk { id: "gao".parse().unwrap(), department: "GT".parse().unwrap() };
        let pause = ProjectAct::Pause { ground: Ground::PublicNotice };
        board.handle(1, &pause, &lead, at(date(2026, 11, 25)), &calendar).unwrap();
        let stands = first(&board, date(2026, 12, 10));
        assert_eq!(
            (stands.standing, stands.used, stands.due_on),
            (StageStanding::Paused, WorkingDays(1), None)
        );
        assert_eq!(stands.light, Light::Green);

        // What anyone sees of it who has the code.
        let departments =
            crate::office::departments(include_str!("../../../catalog/departments.csv")).unwrap();
        let record = ProjectAct::Finish { task: "land-plan".to_owned(), result: TaskResult::Passed };
        board.handle(2, &record, &lead, at(date(2026, 11, 25)), &calendar).unwrap();
        let told = project_progress(&board, &plans, &departments, at(date(2026, 12, 10)), &calendar).unwrap();
        assert_eq!((told.used, told.limit), (WorkingDays(1), WorkingDays(33)));
        let [first, second, ..] = told.stages.as_slice() else { panic!("{told:?}") };
        assert_eq!((first.standing, second.standing), (StageStanding::Paused, StageStanding::Waiting));
        assert_eq!(first.lead, "深圳市规划和自然资源局", "departments are named");
        let states: Vec<_> = first.tasks.iter().map(|task| task.standing).collect();
        assert!(states.contains(&TaskStanding::Passed) && states.contains(&TaskStanding::Open), "{states:?}");
        assert!(second.tasks.iter().all(|task| task.standing == TaskStanding::Waiting));
        assert!(told.note.contains("样例"), "sample data says so: {}", told.note);
    }
}
