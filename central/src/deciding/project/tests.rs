use super::*;
use crate::Clerk;
use crate::deciding::case::Ground;
use crate::deciding::{Actor, PlainWords};
use contract::DepartmentCode;
use contract::calendar::{Calendar, WorkingDays};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use std::sync::LazyLock;

const STAGED: &str = include_str!("../../../../catalog/staged.json");

static CALENDAR: LazyLock<Calendar> =
    LazyLock::new(|| Calendar::parse(include_str!("../../../../catalog/calendar.csv")).unwrap());

static PLANS: LazyLock<Plans> = LazyLock::new(|| Plans::parse(STAGED, |_| true).unwrap());

const MONDAY: Date = date(2026, 11, 23);

fn at(day: Date) -> Timestamp {
    jiff::tz::offset(8).to_timestamp(day.at(10, 0, 0, 0)).unwrap()
}

fn a_project(kind: Kind) -> Board {
    Board::new("2026-440304-47-01-123456".parse().unwrap(), Plan::clone(PLANS.of(kind).unwrap()))
}

fn clerk(department: &str) -> Clerk {
    Clerk { id: "wang".parse().unwrap(), department: department.parse().unwrap() }
}

fn hand_in(board: &mut Board, day: Date, stage: &str) -> Result<(usize, Vec<Recorded>), ProjectRefusal> {
    let applicant = Actor::Applicant { kiosk: "ft-0001".parse().unwrap() };
    board.hand_in(stage, applicant, at(day), &CALENDAR)
}

fn act(board: &mut Board, day: Date, by: &str, act: &ProjectAct) -> Result<Vec<Recorded>, ProjectRefusal> {
    board.handle(board.version(), act, &clerk(by), at(day), &CALENDAR)
}

fn finish(task: &str) -> ProjectAct {
    ProjectAct::Finish { task: task.to_owned(), result: TaskResult::Passed }
}

fn finish_all(board: &mut Board, day: Date) {
    let stage = board.open_stage().unwrap();
    for task in board.plan.stages[stage].tasks.clone() {
        act(board, day, task.department.as_str(), &finish(&task.id)).unwrap();
    }
}

#[test]
fn each_kind_keeps_to_the_citys_total() {
    for (kind, total) in [(Kind::Government, 85), (Kind::Linear, 90), (Kind::Private, 33)] {
        let plan = PLANS.of(kind).unwrap();
        let sum: u16 = plan.stages.iter().map(|stage| stage.days.0).sum();
        assert_eq!((kind.total(), sum), (WorkingDays(total), total));
    }
}

#[test]
fn a_plan_that_takes_too_long_or_names_nobody_is_refused() {
    let fault = |from: &str, to: &str| {
        assert!(STAGED.contains(from), "{from}");
        Plans::parse(&STAGED.replacen(from, to, 1), |code| code.as_str() != "QQ").unwrap_err().to_string()
    };
    assert!(
        fault("\"days\": 30", "\"days\": 31")
            .contains("政府投资房建: the limits of the stages add up to 86 of at most 85")
    );
    assert!(fault("\"lead\": \"FG\"", "\"lead\": \"QQ\"").contains("no department QQ"));
    assert!(fault("\"id\": \"site\"", "\"id\": \"feasibility\"").contains("one id twice"));
    assert!(
        fault("\"name\": \"工程建设许可\"", "\"name\": \"施工许可\"")
            .contains("stage '施工许可' stands there twice")
    );
    assert!(fault("\"kind\": \"社会投资\"", "\"kind\": \"政府投资房建\"").contains("stands there twice"));
    assert!(fault("\"days\": 30", "\"days\": 0").contains("has no working day"));
    assert!(fault("\"kinds\"", "\"sorts\"").contains("line"));
}

#[test]
fn a_stage_opens_when_the_one_before_is_closed() {
    let mut board = a_project(Kind::Private);
    assert_eq!(hand_in(&mut board, MONDAY, "施工许可"), Err(ProjectRefusal::NotYet("施工许可".to_owned())));
    assert_eq!(hand_in(&mut board, MONDAY, "拆迁"), Err(ProjectRefusal::NoSuchStage("拆迁".to_owned())));
    assert_eq!(hand_in(&mut board, MONDAY, "立项及用地规划许可").unwrap().0, 0);
    assert_eq!(board.due_on(0, &CALENDAR), Ok(Some(date(2026, 11, 30))));
    assert_eq!(
        hand_in(&mut board, MONDAY, "立项及用地规划许可").unwrap(),
        (0, vec![]),
        "another application joins"
    );
    assert!(matches!(hand_in(&mut board, MONDAY, "工程建设许可"), Err(ProjectRefusal::NotYet(_))));
    finish_all(&mut board, MONDAY);
    act(&mut board, MONDAY, "GT", &ProjectAct::Close).unwrap();
    assert_eq!(hand_in(&mut board, date(2026, 11, 25), "工程建设许可").unwrap().0, 1);
    assert!(matches!(
        hand_in(&mut board, MONDAY, "立项及用地规划许可"),
        Err(ProjectRefusal::ClosedAlready(_))
    ));
}

#[test]
fn the_lead_closes_a_stage_after_its_last_task() {
    let mut board = a_project(Kind::Private);
    hand_in(&mut board, MONDAY, "立项及用地规划许可").unwrap();
    assert_eq!(
        act(&mut board, MONDAY, "GT", &ProjectAct::Close),
        Err(ProjectRefusal::TasksLeft(vec!["record".to_owned(), "land-plan".to_owned()]))
    );
    assert_eq!(
        act(&mut board, MONDAY, "GT", &finish("record")),
        Err(ProjectRefusal::OtherDepartment("FG".parse().unwrap()))
    );
    assert!(matches!(act(&mut board, MONDAY, "GT", &finish("moon")), Err(ProjectRefusal::NoSuchTask(_))));
    act(&mut board, MONDAY, "FG", &finish("record")).unwrap();
    assert!(matches!(
        act(&mut board, MONDAY, "FG", &finish("record")),
        Err(ProjectRefusal::FinishedAlready(_))
    ));
    let not_needed = TaskResult::NotNeeded { reason: PlainWords::parse("已取得").unwrap() };
    act(&mut board, MONDAY, "GT", &ProjectAct::Finish { task: "land-plan".to_owned(), result: not_needed })
        .unwrap();
    assert_eq!(
        act(&mut board, MONDAY, "FG", &ProjectAct::Close),
        Err(ProjectRefusal::NotLead("GT".parse().unwrap()))
    );
    act(&mut board, MONDAY, "GT", &ProjectAct::Close).unwrap();
    assert_eq!(act(&mut board, MONDAY, "GT", &ProjectAct::Close), Err(ProjectRefusal::NothingOpen));
}

#[test]
fn a_hearing_stops_the_clock_of_the_stage() {
    let mut board = a_project(Kind::Private);
    hand_in(&mut board, MONDAY, "立项及用地规划许可").unwrap();
    let pause = ProjectAct::Pause { ground: Ground::Hearing };
    assert_eq!(act(&mut board, MONDAY, "FG", &pause), Err(ProjectRefusal::NotLead("GT".parse().unwrap())));
    act(&mut board, date(2026, 11, 25), "GT", &pause).unwrap();
    assert_eq!(board.due_on(0, &CALENDAR), Ok(None));
    assert_eq!(act(&mut board, MONDAY, "GT", &ProjectAct::Close), Err(ProjectRefusal::Paused));
    act(&mut board, date(2026, 11, 27), "GT", &ProjectAct::Resume).unwrap();
    assert_eq!(board.due_on(0, &CALENDAR), Ok(Some(date(2026, 12, 2))));
    assert_eq!(act(&mut board, MONDAY, "GT", &ProjectAct::Resume), Err(ProjectRefusal::NotPaused));
}

#[test]
fn two_departments_that_act_at_once_are_told_of_each_other() {
    let mut board = a_project(Kind::Private);
    hand_in(&mut board, MONDAY, "立项及用地规划许可").unwrap();
    act(&mut board, MONDAY, "FG", &finish("record")).unwrap();
    let late = board.handle(1, &finish("land-plan"), &clerk("GT"), at(MONDAY), &CALENDAR).unwrap_err();
    assert!(late.to_string().contains("事项通过 FG/wang"), "{late}");
}

#[test]
fn every_department_of_the_project_is_known() {
    let plan = PLANS.of(Kind::Government).unwrap();
    let all: Vec<&str> = plan.departments().into_iter().map(DepartmentCode::as_str).collect();
    assert_eq!(all, ["FG", "GT", "HB", "WS", "ZJ"]);
}

proptest! {
    /// Any sequence of acts by any department.
    #[test]
    fn whatever_is_tried_the_stages_go_in_order(acts in prop::collection::vec((0_usize..8, 0_usize..3, 0_usize..4, 0_i64..3), 1..80)) {
        let mut board = a_project(Kind::Private);
        let mut day = MONDAY;
        for (what, who, which, days) in acts {
            day = day.checked_add(days.days()).unwrap();
            let before = board.clone();
            let by = ["GT", "FG", "ZJ"][who];
            let stage = board.open_stage().unwrap_or(0);
            let tasks = &board.plan.stages[stage].tasks;
            let task = tasks[which % tasks.len()].id.clone();
            let done = match what {
                0 => {
                    let name = board.plan.stages[which % 3].name.clone();
                    hand_in(&mut board, day, &name).map(|_| ())
                }
                1..=4 => act(&mut board, day, by, &finish(&task)).map(|_| ()),
                5 => act(&mut board, day, by, &ProjectAct::Pause { ground: Ground::ExpertReview }).map(|_| ()),
                6 => act(&mut board, day, by, &ProjectAct::Resume).map(|_| ()),
                _ => act(&mut board, day, by, &ProjectAct::Close).map(|_| ()),
            };
            if done.is_err() {
                prop_assert_eq!(&board, &before, "a refused act changes nothing");
            }
            prop_assert_eq!(&Board::replay(board.code.clone(), board.plan.clone(), board.events.clone()), &board);
            let rank = |stage: &StageState| match stage {
                StageState::Closed { .. } => 0,
                StageState::Open { .. } => 1,
                StageState::Waiting => 2,
            };
            let ranks: Vec<_> = board.stages.iter().map(rank).collect();
            prop_assert!(ranks.is_sorted(), "closed before open before waiting: {:?}", ranks);
            prop_assert!(ranks.iter().filter(|rank| **rank == 1).count() <= 1);
        }
    }
}
