//! A case as a clerk sees it: the same on the interface and on the command line.

use super::WorkError;
use super::dossiers::{Folder, application_of};
use super::progress::{light, state_of};
use crate::deciding::Happening;
use crate::registries::LICENCES;
use crate::store::Sql;
use crate::values;
use contract::calendar::Calendar;
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
        EntryBody::Application(_)
        | EntryBody::Evaluation(_)
        | EntryBody::CaseReply(_)
        | EntryBody::FaultTicket(_) => None,
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

pub(super) fn trace<E: Happening>(events: &[crate::deciding::Recorded<E>]) -> Vec<TraceLine> {
    let line = |recorded: &crate::deciding::Recorded<E>| TraceLine {
        n: recorded.n,
        at: recorded.at,
        by: recorded.actor.to_string(),
        words: recorded.event.words().to_owned(),
    };
    events.iter().map(line).collect()
}
