//! Emergency notices: proposed, agreed to by a second person where the whole city is meant, held until their time is over or
//! somebody ends them; and who has them on the screen. They take no waves: who is concerned is told at once.

use super::acts::act;
use super::error::FleetError;
use super::reports::terminals;
use super::scope::Scope;
use crate::store::{Row, Sql, StoreError};
use crate::values;
use contract::OperatorId;
use contract::emergency::{Emergency, EmergencyId, LONGEST_CHINESE, LONGEST_ENGLISH, Urgency};
use contract::settings::Text;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

/// The longest that a notice may hold: what lasts longer is a notice of the settings.
pub const LONGEST_HOLD: SignedDuration = SignedDuration::from_hours(72);

/// A notice that somebody proposes.
#[derive(Clone, Debug)]
pub struct Announcement {
    /// For whom.
    pub scope: Scope,
    /// What it asks.
    pub urgency: Urgency,
    /// What it says.
    pub chinese: Text<LONGEST_CHINESE>,
    /// The same in English.
    pub english: Text<LONGEST_ENGLISH>,
    /// How long it holds from when it does.
    pub holds_for: SignedDuration,
    /// By whom.
    pub by: OperatorId,
}

/// How far a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmergencyPhase {
    /// It waits for a second person.
    Proposed,
    /// It is to be on the screens.
    Holds,
    /// It is over.
    Ended,
}

impl EmergencyPhase {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Holds => "holds",
            Self::Ended => "ended",
        }
    }
}

impl fmt::Display for EmergencyPhase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for EmergencyPhase {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found =
            [Self::Proposed, Self::Holds, Self::Ended].into_iter().find(|phase| phase.as_str() == text);
        found.ok_or("no phase of a notice")
    }
}

/// A notice as operators see it.
#[derive(Clone, Debug)]
pub struct EmergencyOverview {
    /// What terminals are given.
    pub emergency: Emergency,
    /// For whom.
    pub scope: Scope,
    /// How far it is.
    pub phase: EmergencyPhase,
    /// By whom.
    pub proposed_by: OperatorId,
    /// Who agreed.
    pub approved_by: Option<OperatorId>,
    /// When it was proposed.
    pub at: Timestamp,
    /// Since when it holds.
    pub held_at: Option<Timestamp>,
    /// Terminals of the scope that have it on the screen.
    pub shown: usize,
    /// Terminals of the scope.
    pub of: usize,
    /// How long the slowest of those took, from when it held until central heard.
    pub slowest: Option<SignedDuration>,
}

macro_rules! select {
    ($rows:literal) => {
        concat!(
            "SELECT id, urgency, chinese, english, until, scope, phase, proposed_by, approved_by, at, held_at
             FROM fleet_emergencies ",
            $rows
        )
    };
}

/// Proposes a notice; its number. One for the whole city waits for a second person, any other holds from here on.
pub fn announce(sql: &mut dyn Sql, new: &Announcement, now: Timestamp) -> Result<u64, FleetError> {
    let Announcement { scope, urgency, chinese, english, holds_for, by } = new;
    if !(SignedDuration::from_mins(1)..=LONGEST_HOLD).contains(holds_for) {
        return Err(FleetError::BadTime(LONGEST_HOLD.as_hours()));
    }
    let id = act(sql)?;
    let phase = if scope.needs_two() { EmergencyPhase::Proposed } else { EmergencyPhase::Holds };
    let held_at = (phase == EmergencyPhase::Holds).then_some(now);
    sql.execute(
        "INSERT INTO fleet_emergencies (id, scope, urgency, chinese, english, until, phase, proposed_by, at, held_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        values![
            id,
            scope.to_string(),
            urgency.word(),
            chinese.as_str(),
            english.as_str(),
            now + *holds_for,
            phase.as_str(),
            by.as_str(),
            now,
            held_at
        ],
    )?;
    Ok(id)
}

/// The second person agrees. It holds for as long as was proposed, from here on.
pub fn agree(sql: &mut dyn Sql, id: u64, by: &OperatorId, now: Timestamp) -> Result<(), FleetError> {
    act(sql)?;
    let found = find(sql, id)?;
    match found.phase {
        EmergencyPhase::Proposed if found.proposed_by == *by => return Err(FleetError::SamePerson),
        EmergencyPhase::Proposed => {}
        EmergencyPhase::Holds | EmergencyPhase::Ended => return Err(FleetError::NoSuchEmergency(id)),
    }
    let until = now + found.emergency.until.duration_since(found.at);
    sql.execute(
        "UPDATE fleet_emergencies SET phase = 'holds', approved_by = ?2, held_at = ?3, until = ?4 WHERE id = ?1",
        values![id, by.as_str(), now, until],
    )?;
    Ok(())
}

/// Takes a notice back: it goes from the screens, or never came there.
pub fn end(sql: &mut dyn Sql, id: u64, now: Timestamp) -> Result<(), FleetError> {
    act(sql)?;
    let ended = sql.execute(
        "UPDATE fleet_emergencies SET phase = 'ended', ended_at = ?2 WHERE id = ?1 AND phase <> 'ended'",
        values![id, now],
    )?;
    if ended == 1 { Ok(()) } else { Err(FleetError::NoSuchEmergency(id)) }
}

/// The last fifty notices, the newest first.
pub fn emergencies(sql: &mut dyn Sql) -> Result<Vec<EmergencyOverview>, StoreError> {
    let rows = sql.query(select!("ORDER BY id DESC LIMIT 50"), values![])?;
    rows.iter().map(|row| overview(sql, row)).collect()
}

/// The notice of a number.
pub fn emergency(sql: &mut dyn Sql, id: u64) -> Result<Option<EmergencyOverview>, StoreError> {
    let row = sql.query_one(select!("WHERE id = ?1"), values![id])?;
    row.map(|row| overview(sql, &row)).transpose()
}

/// What holds, by whom it is for.
pub(super) fn holding(sql: &mut dyn Sql) -> Result<Vec<(Scope, Emergency)>, StoreError> {
    let rows = sql.query(select!("WHERE phase = 'holds' ORDER BY id"), values![])?;
    rows.iter().map(|row| Ok((row.parsed(5)?, notice(row)?))).collect()
}

/// A terminal has these on its screen.
pub(super) fn note_shown(
    sql: &mut dyn Sql,
    kiosk: &contract::KioskId,
    ids: impl Iterator<Item = EmergencyId>,
    at: Timestamp,
) -> Result<(), StoreError> {
    for EmergencyId(id) in ids {
        sql.execute(
            "INSERT INTO fleet_receipts (emergency, kiosk, at) SELECT id, ?2, ?3 FROM fleet_emergencies WHERE id = ?1
             ON CONFLICT DO NOTHING",
            values![id, kiosk, at],
        )?;
    }
    Ok(())
}

/// Whether the time of any is over.
pub(super) fn is_due(sql: &mut dyn Sql, now: Timestamp) -> Result<bool, StoreError> {
    let due = "SELECT 1 FROM fleet_emergencies WHERE phase <> 'ended' AND until <= ?1 LIMIT 1";
    Ok(sql.query_one(due, values![now])?.is_some())
}

/// Ends those whose time is over.
pub(super) fn conclude(sql: &mut dyn Sql, now: Timestamp) -> Result<(), StoreError> {
    sql.execute(
        "UPDATE fleet_emergencies SET phase = 'ended', ended_at = ?1 WHERE phase <> 'ended' AND until <= ?1",
        values![now],
    )?;
    Ok(())
}

fn find(sql: &mut dyn Sql, id: u64) -> Result<EmergencyOverview, FleetError> {
    emergency(sql, id)?.ok_or(FleetError::NoSuchEmergency(id))
}

fn notice(row: &Row) -> Result<Emergency, StoreError> {
    Ok(Emergency {
        id: EmergencyId(row.number(0)?),
        urgency: row.parsed(1)?,
        chinese: row.text(2)?.to_owned(),
        english: row.text(3)?.to_owned(),
        until: row.at(4)?,
    })
}

fn overview(sql: &mut dyn Sql, row: &Row) -> Result<EmergencyOverview, StoreError> {
    let (emergency, scope): (_, Scope) = (notice(row)?, row.parsed(5)?);
    let held_at = row.optional_at(10)?;
    let theirs: HashSet<_> = terminals(sql, &scope)?.into_iter().collect();
    let rows =
        sql.query("SELECT kiosk, at FROM fleet_receipts WHERE emergency = ?1", values![emergency.id.0])?;
    let (mut shown, mut last) = (0, None);
    for receipt in &rows {
        if theirs.contains(&receipt.parsed(0)?) {
            shown += 1;
            last = last.max(Some(receipt.at(1)?));
        }
    }
    Ok(EmergencyOverview {
        emergency,
        scope,
        phase: row.parsed(6)?,
        proposed_by: row.parsed(7)?,
        approved_by: row.optional_parsed(8)?,
        at: row.at(9)?,
        held_at,
        shown,
        of: theirs.len(),
        slowest: last.zip(held_at).map(|(last, held)| last.duration_since(held)),
    })
}
