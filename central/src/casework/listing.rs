//! The queue of a department's desk.

use super::WorkError;
use super::dossiers::look;
use super::progress::{light, state_of};
use crate::routing::District;
use crate::store::Sql;
use crate::values;
use contract::calendar::Calendar;
use contract::message::{CaseState, Light, day_in_china};
use contract::{CaseNumber, ClerkId, DepartmentCode, ServiceCode};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The most cases of one answer; the ones due first.
const MOST: u32 = 200;

/// Which cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QueueState {
    /// That are not closed.
    #[default]
    Open,
    /// That nobody has claimed.
    Free,
    /// That are closed.
    Closed,
}

/// Whose queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// The department.
    pub department: DepartmentCode,
    /// One district's desk, or all of them.
    pub district: Option<District>,
    /// Which cases.
    pub state: QueueState,
}

/// One case of a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct QueueRow {
    /// The case.
    pub case: CaseNumber,
    /// The service item.
    pub service: ServiceCode,
    /// The district that handles it.
    pub district: u32,
    /// Where it stands.
    pub state: CaseState,
    /// Who works on it.
    pub clerk: Option<ClerkId>,
    /// The last day for the decision.
    #[schema(value_type = Option<String>, format = Date)]
    pub due_on: Option<Date>,
    /// How the time stands.
    pub light: Light,
    /// The number of its last event.
    pub version: u32,
}

/// The cases of a queue, due first.
pub fn queue(
    sql: &mut dyn Sql,
    queue: &Queue,
    now: Timestamp,
    calendar: &Calendar,
) -> Result<Vec<QueueRow>, WorkError> {
    let rows = sql.query(
        "SELECT number FROM casework
         WHERE district >= ?1 AND district <= ?2 AND department = ?3
           AND CASE WHEN ?4 = 'closed' THEN closed_at IS NOT NULL
                    WHEN ?4 = 'free' THEN closed_at IS NULL AND clerk IS NULL
                    ELSE closed_at IS NULL END
         ORDER BY CASE WHEN due_on IS NULL THEN 1 ELSE 0 END, due_on, number LIMIT ?5",
        values![
            queue.district.map_or(0, District::code),
            queue.district.map_or(999_999, District::code),
            queue.department.as_str(),
            match queue.state {
                QueueState::Open => "open",
                QueueState::Free => "free",
                QueueState::Closed => "closed",
            },
            MOST
        ],
    )?;
    let mut listed = Vec::new();
    for row in rows {
        let number: CaseNumber = row.parsed(0)?;
        let Some(mut folder) = look(sql, &number)? else { continue };
        let version = folder.dossier.version();
        folder.dossier.lapse(now, calendar)?;
        let dossier = &folder.dossier;
        listed.push(QueueRow {
            case: number,
            service: dossier.opening.service.clone(),
            district: folder.district.code(),
            state: state_of(dossier).0,
            clerk: dossier.holder.as_ref().map(|clerk| clerk.id.clone()),
            due_on: dossier.due_on(calendar)?,
            light: light(dossier, day_in_china(now), calendar)?,
            version,
        });
    }
    Ok(listed)
}
