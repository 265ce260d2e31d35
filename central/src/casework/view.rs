//! A case and a project as a clerk sees them: the same on the interface and on the command line.

use super::WorkError;
use super::dossiers::{Folder, application_of};
use super::progress::{light, state_of};
use crate::deciding::Happening;
use crate::deciding::project::{Board, StageState, TaskResult};
use crate::registries::LICENCES;
use crate::store::Sql;
use crate::values;
use contract::calendar::{BeyondCalendar, Calendar, WorkingDays};
use contract::message::{CaseState, Entry, EntryBody, Light, Reply, day_in_china};
use contract::{CaseNumber, ClerkId, DepartmentCode, FieldId, Secret, ServiceCode};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

/// One line of a trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TraceLine {
    /// Its place.
    pub n: u32,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// What, in Chinese.
    pub words: String,
}

/// A case with its form, for a clerk of its department.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct CaseView {
    /// The case.
    pub case: CaseNumber,
    /// The service item.
    pub service: ServiceCode,
    /// The department that decides.
    pub department: DepartmentCode,
    /// The district whose desk it is on.
    pub district: u32,
    /// How the result goes out: print, post, locker, licence_library or window.
    pub delivery: String,
    /// Where it stands.
    pub state: CaseState,
    /// The number of its last event; send it with the next act.
    pub version: u32,
    /// Who works on it.
    pub clerk: Option<ClerkId>,
    /// 收件
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// 预审
    #[schema(value_type = Option<String>, format = DateTime)]
    pub reviewed_at: Option<Timestamp>,
    /// 受理
    #[schema(value_type = Option<String>, format = DateTime)]
    pub accepted_at: Option<Timestamp>,
    /// 办结
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_at: Option<Timestamp>,
    /// The last day for the decision.
    #[schema(value_type = Option<String>, format = Date)]
    pub due_on: Option<Date>,
    /// How the time stands.
    pub light: Light,
    /// The form as the applicant signed it.
    #[schema(value_type = BTreeMap<String, String>)]
    pub fields: BTreeMap<String, Secret<String>>,
    /// What the applicant brought when papers were asked for.
    #[schema(value_type = Vec<String>)]
    pub supplements: Vec<Secret<String>>,
    /// The papers that a notice asked for; the pages of `asked-1` are of the first.
    pub asked: Vec<String>,
    /// How many pages of each paper came with it, and with the answer to a notice.
    #[schema(value_type = BTreeMap<String, u32>)]
    pub papers: BTreeMap<String, u32>,
    /// What the licence library said of papers that were not handed in (免提交): found, not_found or no_answer.
    pub licences: BTreeMap<String, String>,
    /// Everything that happened.
    pub trace: Vec<TraceLine>,
}

/// Shows a case. What the law has made happen by now stands in the state, and in the trace when somebody acts next.
pub fn case_view(
    sql: &mut dyn Sql,
    folder: &Folder,
    now: Timestamp,
    calendar: &Calendar,
) -> Result<CaseView, WorkError> {
    let application = application_of(sql, folder)?;
    let fields = application.map(|application| application.fields).unwrap_or_default();
    let mut lapsed = folder.dossier.clone();
    lapsed.lapse(now, calendar)?;
    let dossier = &folder.dossier;
    Ok(CaseView {
        case: dossier.opening.number.clone(),
        service: dossier.opening.service.clone(),
        department: dossier.opening.department.clone(),
        district: folder.district.code(),
        delivery: folder.delivery.clone(),
        state: state_of(&lapsed).0,
        version: dossier.version(),
        clerk: dossier.holder.as_ref().map(|clerk| clerk.id.clone()),
        received_at: dossier.stamps.received_at,
        reviewed_at: dossier.stamps.reviewed_at,
        accepted_at: dossier.stamps.accepted_at,
        closed_at: dossier.stamps.closed_at,
        due_on: lapsed.due_on(calendar)?,
        light: light(&lapsed, day_in_china(now), calendar)?,
        fields: fields.into_iter().map(|(id, value)| (id.to_string(), value)).collect(),
        supplements: supplements(sql, &dossier.opening.number)?,
        asked: dossier.asked().iter().map(ToString::to_string).collect(),
        papers: papers(sql, &dossier.opening.number)?,
        licences: licences(sql, &dossier.opening.number)?,
        trace: trace(&dossier.events),
    })
}

fn papers(sql: &mut dyn Sql, number: &CaseNumber) -> Result<BTreeMap<String, u32>, WorkError> {
    let rows = sql.query(
        "SELECT p.material, COUNT(*) FROM
             (SELECT kiosk, entry FROM casework WHERE number = ?1
              UNION SELECT kiosk, entry FROM case_replies WHERE number = ?1) AS sent
         JOIN papers p ON p.kiosk = sent.kiosk AND p.application = sent.entry GROUP BY p.material",
        values![number],
    )?;
    let counted = rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.number(1)?)));
    counted.collect()
}

fn licences(sql: &mut dyn Sql, number: &CaseNumber) -> Result<BTreeMap<String, String>, WorkError> {
    let rows = sql.query(
        "SELECT resource, outcome FROM registry_pulls WHERE number = ?1 AND registry = ?2",
        values![number, LICENCES],
    )?;
    let said = rows.iter().map(|row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned())));
    said.collect()
}

/// The picture of a page that came with a case.
pub fn picture(
    sql: &mut dyn Sql,
    number: &CaseNumber,
    material: &FieldId,
    page: u8,
) -> Result<Option<Secret<Vec<u8>>>, WorkError> {
    let row = sql.query_one(
        "SELECT e.body FROM
             (SELECT kiosk, entry FROM casework WHERE number = ?1
              UNION SELECT kiosk, entry FROM case_replies WHERE number = ?1) AS sent
         JOIN papers p ON p.kiosk = sent.kiosk AND p.application = sent.entry AND p.material = ?2 AND p.page = ?3
         JOIN entries e ON e.kiosk = p.kiosk AND e.id = p.entry",
        values![number, material.as_str(), page],
    )?;
    let Some(row) = row else { return Ok(None) };
    let entry: Entry = serde_json::from_slice(row.bytes(0)?).map_err(crate::store::StoreError::from)?;
    Ok(match entry.body {
        EntryBody::Paper(paper) => paper.picture(),
        EntryBody::Application(_) | EntryBody::Evaluation(_) | EntryBody::CaseReply(_) => None,
    })
}

fn supplements(sql: &mut dyn Sql, number: &CaseNumber) -> Result<Vec<Secret<String>>, WorkError> {
    let rows = sql.query(
        "SELECT e.body FROM case_replies r JOIN entries e ON e.kiosk = r.kiosk AND e.id = r.entry
         WHERE r.number = ?1 ORDER BY e.received_at",
        values![number],
    )?;
    let mut notes = Vec::new();
    for row in rows {
        let entry: Entry = serde_json::from_slice(row.bytes(0)?).map_err(crate::store::StoreError::from)?;
        if let EntryBody::CaseReply(reply) = entry.body
            && let Reply::Supplement { note } = reply.reply
        {
            notes.push(note);
        }
    }
    Ok(notes)
}

fn trace<E: Happening>(events: &[crate::deciding::Recorded<E>]) -> Vec<TraceLine> {
    let line = |recorded: &crate::deciding::Recorded<E>| TraceLine {
        n: recorded.n,
        at: recorded.at,
        by: recorded.actor.to_string(),
        words: recorded.event.words().to_owned(),
    };
    events.iter().map(line).collect()
}

/// Where a stage stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StageStanding {
    /// The one before is not closed.
    Waiting,
    /// It is worked on.
    Open,
    /// The clock stands (特别程序).
    Paused,
    /// The lead has closed it.
    Closed,
}

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

/// Shows a project.
pub fn board_view(board: &Board, now: Timestamp, calendar: &Calendar) -> Result<BoardView, BeyondCalendar> {
    let today = day_in_china(now);
    let mut stages = Vec::new();
    for (place, (plan, state)) in board.plan.stages.iter().zip(&board.stages).enumerate() {
        let (standing, used) = match state {
            StageState::Waiting => (StageStanding::Waiting, WorkingDays(0)),
            StageState::Open { since, pauses, stands, .. } => (
                if stands.is_some() { StageStanding::Paused } else { StageStanding::Open },
                calendar.working_days_between(*since, today, pauses)?,
            ),
            StageState::Closed { since, on, pauses, .. } => {
                (StageStanding::Closed, calendar.working_days_between(*since, *on, pauses)?)
            }
        };
        let due_on = board.due_on(place, calendar)?;
        let done = match state {
            StageState::Open { done, .. } | StageState::Closed { done, .. } => Some(done),
            StageState::Waiting => None,
        };
        stages.push(StageView {
            name: plan.name.clone(),
            lead: plan.lead.clone(),
            standing,
            limit: plan.days,
            used,
            due_on,
            light: match due_on {
                Some(due) if today > due => Light::Red,
                Some(_) if u32::from(used.0) * 5 >= u32::from(plan.days.0) * 4 => Light::Amber,
                _ => Light::Green,
            },
            tasks: plan
                .tasks
                .iter()
                .map(|task| TaskView {
                    id: task.id.clone(),
                    name: task.name.clone(),
                    department: task.department.clone(),
                    result: done.and_then(|done| done.get(&task.id)).cloned(),
                })
                .collect(),
        });
    }
    Ok(BoardView {
        project: board.code.to_string(),
        kind: board.plan.kind.words().to_owned(),
        version: board.version(),
        stages,
        trace: trace(&board.events),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Clerk;
    use crate::deciding::Actor;
    use crate::deciding::case::Ground;
    use crate::deciding::project::{Kind, Plan, Plans, ProjectAct};
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
    }
}
