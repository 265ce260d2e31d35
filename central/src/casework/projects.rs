//! Projects: their boards, the applications of their stages, and what their departments are told.

use super::WorkError;
use super::dossiers::{hold, save};
use crate::Clerk;
use crate::cases::DISTRICT;
use crate::deciding::case::Closing;
use crate::deciding::project::{Board, Plan, ProjectAct, ProjectEvent, Recorded};
use crate::deciding::{Actor, Happening};
use crate::store::{Row, Sql, StoreError};
use crate::values;
use contract::calendar::Calendar;
use contract::{CaseNumber, DepartmentCode, ProjectCode};
use jiff::Timestamp;
use serde::Serialize;

/// An application for a stage of a project.
#[derive(Clone, Debug)]
pub struct HandIn {
    /// The project.
    pub code: ProjectCode,
    /// The stage, by name.
    pub stage: String,
    /// The plan with which it begins if it is new.
    pub plan: Plan,
}

/// Hands in a stage with the case that applies for it; the project begins with its first stage.
pub fn hand_in(
    sql: &mut dyn Sql,
    what: &HandIn,
    number: &CaseNumber,
    actor: &Actor,
    now: Timestamp,
    calendar: &Calendar,
) -> Result<(), WorkError> {
    let plan = serde_json::to_string(&what.plan).map_err(StoreError::from)?;
    sql.execute(
        "INSERT INTO projects (district, code, plan, opened_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        values![DISTRICT, what.code.as_str(), plan, now],
    )?;
    let mut board = hold_board(sql, &what.code)?.ok_or(WorkError::NoSuchProject)?;
    let (stage, happened) = board.hand_in(&what.stage, actor.clone(), now, calendar)?;
    save_board(sql, &board, &happened)?;
    sql.execute(
        "INSERT INTO project_cases (district, code, number, stage) VALUES (?1, ?2, ?3, ?4)",
        values![DISTRICT, what.code.as_str(), number, stage],
    )?;
    Ok(())
}

/// Does something with a project, or says why not. A stage that is closed decides the applications for it.
pub fn act_on_project(
    sql: &mut dyn Sql,
    code: &ProjectCode,
    seen: u32,
    act: &ProjectAct,
    clerk: &Clerk,
    now: Timestamp,
    calendar: &Calendar,
) -> Result<Board, WorkError> {
    let mut board = hold_board(sql, code)?.ok_or(WorkError::NoSuchProject)?;
    let happened = board.handle(seen, act, clerk, now, calendar)?;
    save_board(sql, &board, &happened)?;
    for recorded in &happened {
        if let ProjectEvent::StageClosed { stage } = recorded.event {
            approve_cases(sql, code, stage, clerk, now, calendar)?;
        }
    }
    Ok(board)
}

fn approve_cases(
    sql: &mut dyn Sql,
    code: &ProjectCode,
    stage: usize,
    clerk: &Clerk,
    now: Timestamp,
    calendar: &Calendar,
) -> Result<(), WorkError> {
    let rows = sql.query(
        "SELECT number FROM project_cases WHERE district = ?1 AND code = ?2 AND stage = ?3 ORDER BY number",
        values![DISTRICT, code.as_str(), stage],
    )?;
    for row in rows {
        let number: CaseNumber = row.parsed(0)?;
        let Some(mut folder) = hold(sql, &number)? else { continue };
        let happened = folder.dossier.decided_with(&Actor::clerk(clerk), Closing::Approved, now);
        save(sql, &folder.dossier, &happened, calendar)?;
    }
    Ok(())
}

/// A project as it stands.
pub fn board(sql: &mut dyn Sql, code: &ProjectCode) -> Result<Option<Board>, StoreError> {
    let row = sql.query_one(
        "SELECT plan FROM projects WHERE district = ?1 AND code = ?2",
        values![DISTRICT, code.as_str()],
    )?;
    row.map(|row| lay_out(sql, code, &row)).transpose()
}

/// The projects that a department has a part in, newest first.
pub fn boards(sql: &mut dyn Sql, department: &DepartmentCode) -> Result<Vec<Board>, StoreError> {
    let rows = sql.query(
        "SELECT code FROM projects WHERE district = ?1 ORDER BY opened_at DESC, code LIMIT 200",
        values![DISTRICT],
    )?;
    let mut boards = Vec::new();
    for row in rows {
        let code = row.parsed(0)?;
        boards.extend(board(sql, &code)?.filter(|board| board.plan.departments().contains(department)));
    }
    Ok(boards)
}

fn hold_board(sql: &mut dyn Sql, code: &ProjectCode) -> Result<Option<Board>, StoreError> {
    let row = sql.query_one(
        "SELECT plan FROM projects WHERE district = ?1 AND code = ?2 FOR UPDATE",
        values![DISTRICT, code.as_str()],
    )?;
    row.map(|row| lay_out(sql, code, &row)).transpose()
}

fn lay_out(sql: &mut dyn Sql, code: &ProjectCode, row: &Row) -> Result<Board, StoreError> {
    let plan: Plan = serde_json::from_str(row.text(0)?)?;
    let events = sql.query(
        "SELECT record FROM project_events WHERE district = ?1 AND code = ?2 ORDER BY n",
        values![DISTRICT, code.as_str()],
    )?;
    let events = events.iter().map(|row| Ok(serde_json::from_str::<Recorded>(row.text(0)?)?));
    Ok(Board::replay(code.clone(), plan, events.collect::<Result<_, StoreError>>()?))
}

/// Writes down what happened and tells every department of the project (变被动为主动).
fn save_board(sql: &mut dyn Sql, board: &Board, happened: &[Recorded]) -> Result<(), StoreError> {
    for recorded in happened {
        sql.execute(
            "INSERT INTO project_events (district, code, n, at, record) VALUES (?1, ?2, ?3, ?4, ?5)",
            values![DISTRICT, board.code.as_str(), recorded.n, recorded.at, serde_json::to_string(recorded)?],
        )?;
        let words = told(board, recorded);
        for department in board.plan.departments() {
            sql.execute(
                "INSERT INTO department_inbox (district, department, code, n, at, words)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                values![
                    DISTRICT,
                    department.as_str(),
                    board.code.as_str(),
                    recorded.n,
                    recorded.at,
                    words.as_str()
                ],
            )?;
        }
    }
    Ok(())
}

fn told(board: &Board, recorded: &Recorded) -> String {
    let stage = board.plan.stages.get(recorded.event.stage());
    let name = stage.map_or("", |stage| stage.name.as_str());
    let task = match &recorded.event {
        ProjectEvent::TaskFinished { task, .. } => stage
            .and_then(|stage| stage.tasks.iter().find(|known| known.id == *task))
            .map_or(String::new(), |task| format!("：{}", task.name)),
        _ => String::new(),
    };
    format!("{name} {}{task}", recorded.event.words())
}

/// One thing that a department is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct InboxRow {
    /// The project.
    #[schema(value_type = String)]
    pub project: ProjectCode,
    /// The number of the project's event.
    pub n: u32,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What.
    pub words: String,
}

/// What a department was told, newest first.
pub fn inbox(sql: &mut dyn Sql, department: &DepartmentCode) -> Result<Vec<InboxRow>, StoreError> {
    let rows = sql.query(
        "SELECT code, n, at, words FROM department_inbox WHERE district = ?1 AND department = ?2
         ORDER BY at DESC, code, n DESC LIMIT 200",
        values![DISTRICT, department.as_str()],
    )?;
    let line = |row: &Row| {
        Ok(InboxRow {
            project: row.parsed(0)?,
            n: row.number(1)?,
            at: row.at(2)?,
            words: row.text(3)?.to_owned(),
        })
    };
    rows.iter().map(line).collect()
}
