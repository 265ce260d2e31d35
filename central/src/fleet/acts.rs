//! What operators do with the fleet, in SQL. Each act changes the generation first, and so waits for every other.

use super::change::{Proposal, Settings};
use super::error::FleetError;
use super::gate::Tally;
use super::reports::tally;
use super::rollout::{Phase, Rollout};
use super::scope::Scope;
use super::snapshot::{self, rollout};
use super::{commands, emergencies};
use crate::store::{Row, Sql, StoreError};
use crate::values;
use contract::{KioskId, OperatorId, ScopeName};
use jiff::Timestamp;

/// A rollout as operators see it.
#[derive(Clone, Debug)]
pub struct Overview {
    /// What decides.
    pub rollout: Rollout,
    /// For whom.
    pub scope: Scope,
    /// What the scope will say.
    pub settings: Settings,
    /// Why.
    pub reason: String,
    /// By whom.
    pub proposed_by: OperatorId,
    /// Who agreed.
    pub approved_by: Option<OperatorId>,
    /// When it was proposed.
    pub at: Timestamp,
    /// What the terminals of its waves so far have said; nothing when it does not run.
    pub tally: Tally,
}

/// The columns of an [`Overview`], with what rows are meant.
macro_rules! select {
    ($rows:literal) => {
        concat!(
            "SELECT id, pace, phase, scope, settings, reason, proposed_by, approved_by, at FROM fleet_rollouts ",
            $rows
        )
    };
}

/// Publishes a change; its number. A change of the whole city waits for a second person, everything else begins.
pub fn publish(sql: &mut dyn Sql, proposal: &Proposal, now: Timestamp) -> Result<u64, FleetError> {
    let id = act(sql)?;
    let Proposal { scope, change, pace, reason, by } = proposal;
    let name = scope.to_string();
    let open =
        sql.query_one("SELECT id FROM fleet_rollouts WHERE scope = ?1 AND open = 1", values![name.as_str()])?;
    if let Some(open) = open {
        return Err(FleetError::Busy(open.number(0)?));
    }
    let settings = change.over(&settings_of(sql, scope)?, scope, now)?;
    let phase = if scope.needs_two() { Phase::Proposed } else { Phase::Running { wave: 0, since: now } };
    sql.execute(
        "INSERT INTO fleet_rollouts (id, scope, settings, pace, phase, open, reason, proposed_by, at)
         VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8)",
        values![id, name, json(&settings)?, pace.as_str(), json(&phase)?, reason.as_str(), by.as_str(), now],
    )?;
    Ok(id)
}

/// The second person agrees.
pub fn approve(sql: &mut dyn Sql, id: u64, by: &OperatorId, now: Timestamp) -> Result<(), FleetError> {
    act(sql)?;
    let Overview { mut rollout, proposed_by, .. } = find(sql, id)?;
    rollout.approve(&proposed_by, by, now)?;
    write(sql, &rollout)?;
    sql.execute("UPDATE fleet_rollouts SET approved_by = ?2 WHERE id = ?1", values![id, by.as_str()])?;
    Ok(())
}

/// A stopped rollout goes on; one that was taken back begins anew.
pub fn resume(sql: &mut dyn Sql, id: u64, now: Timestamp) -> Result<(), FleetError> {
    act(sql)?;
    let mut rollout = find(sql, id)?.rollout;
    let begins_anew = matches!(rollout.phase, Phase::Returned { .. });
    rollout.resume(now)?;
    if begins_anew {
        sql.execute("DELETE FROM fleet_reached WHERE rollout = ?1", values![id])?;
    }
    write(sql, &rollout)
}

/// Ends a rollout: every terminal has again what was before, as a new version.
pub fn abort(sql: &mut dyn Sql, id: u64) -> Result<(), FleetError> {
    act(sql)?;
    let mut rollout = find(sql, id)?.rollout;
    rollout.abort()?;
    write(sql, &rollout)
}

/// Says where a terminal belongs.
pub fn place(
    sql: &mut dyn Sql,
    kiosk: &KioskId,
    district: Option<&ScopeName>,
    group: Option<&ScopeName>,
) -> Result<(), FleetError> {
    act(sql)?;
    sql.execute(
        "INSERT INTO fleet_kiosks (kiosk, district, party) VALUES (?1, ?2, ?3)
         ON CONFLICT (kiosk) DO UPDATE SET district = excluded.district, party = excluded.party",
        values![kiosk, district.map(ScopeName::as_str), group.map(ScopeName::as_str)],
    )?;
    Ok(())
}

/// A terminal is gone for good: nothing of it is shown, and no rollout waits for it. What residents handed in there stays.
pub fn forget(sql: &mut dyn Sql, kiosk: &KioskId, now: Timestamp) -> Result<(), FleetError> {
    act(sql)?;
    if sql.execute("DELETE FROM fleet_kiosks WHERE kiosk = ?1", values![kiosk])? == 0 {
        return Err(FleetError::NoSuchTerminal(kiosk.clone()));
    }
    for table in [
        "DELETE FROM fleet_desired WHERE kiosk = ?1",
        "DELETE FROM fleet_reports WHERE kiosk = ?1",
        "DELETE FROM fleet_reached WHERE kiosk = ?1",
        "DELETE FROM fleet_receipts WHERE kiosk = ?1",
        "DELETE FROM terminal_sites WHERE kiosk = ?1",
    ] {
        sql.execute(table, values![kiosk])?;
    }
    sql.execute(
        "UPDATE fleet_commands SET ended_at = ?2 WHERE kiosk = ?1 AND ended_at IS NULL",
        values![kiosk, now],
    )?;
    sql.execute(
        "UPDATE alarms SET ended_at = ?2 WHERE kiosk = ?1 AND ended_at IS NULL",
        values![kiosk, now],
    )?;
    Ok(())
}

/// What a scope says, open rollouts apart.
pub fn settings_of(sql: &mut dyn Sql, scope: &Scope) -> Result<Settings, StoreError> {
    let row =
        sql.query_one("SELECT settings FROM fleet_layers WHERE scope = ?1", values![scope.to_string()])?;
    row.map_or_else(|| Ok(Settings::new()), |row| Ok(serde_json::from_str(row.text(0)?)?))
}

/// The last hundred rollouts, the newest first.
pub fn rollouts(sql: &mut dyn Sql) -> Result<Vec<Overview>, StoreError> {
    let rows = sql.query(select!("ORDER BY id DESC LIMIT 100"), values![])?;
    rows.iter().map(|row| overview(sql, row)).collect()
}

/// Whether something follows from what terminals have said, or from the time.
pub(super) fn is_due(sql: &mut dyn Sql, now: Timestamp) -> Result<bool, StoreError> {
    for mut one in running(sql)? {
        if one.rollout.conclude(one.tally, now) {
            return Ok(true);
        }
    }
    Ok(emergencies::is_due(sql, now)? || commands::is_due(sql, now)?)
}

/// Draws the conclusions of what terminals have said, and of the time.
pub(super) fn conclude(sql: &mut dyn Sql, now: Timestamp) -> Result<(), FleetError> {
    act(sql)?;
    emergencies::conclude(sql, now)?;
    commands::conclude(sql, now)?;
    for Overview { mut rollout, scope, settings, tally, .. } in running(sql)? {
        if !rollout.conclude(tally, now) {
            continue;
        }
        tracing::info!(rollout = rollout.id, %scope, ?tally, phase = ?rollout.phase, "a rollout goes on");
        write(sql, &rollout)?;
        if rollout.phase == Phase::Done {
            sql.execute(
                "INSERT INTO fleet_layers (scope, settings) VALUES (?1, ?2)
                 ON CONFLICT (scope) DO UPDATE SET settings = excluded.settings",
                values![scope.to_string(), json(&settings)?],
            )?;
        }
    }
    Ok(())
}

/// Begins an act; its number.
pub(super) fn act(sql: &mut dyn Sql) -> Result<u64, StoreError> {
    sql.execute("UPDATE fleet_generation SET n = n + 1 WHERE one = 1", values![])?;
    u64::try_from(snapshot::generation(sql)?).map_err(|_| StoreError::Column(0))
}

fn running(sql: &mut dyn Sql) -> Result<Vec<Overview>, StoreError> {
    let rows = sql.query(select!("WHERE open = 1 ORDER BY id"), values![])?;
    let open = rows.iter().map(|row| overview(sql, row)).collect::<Result<Vec<_>, _>>()?;
    Ok(open.into_iter().filter(|one| matches!(one.rollout.phase, Phase::Running { .. })).collect())
}

fn find(sql: &mut dyn Sql, id: u64) -> Result<Overview, FleetError> {
    let row = sql.query_one(select!("WHERE id = ?1"), values![id])?;
    Ok(overview(sql, &row.ok_or(FleetError::NoSuchRollout(id))?)?)
}

fn overview(sql: &mut dyn Sql, row: &Row) -> Result<Overview, StoreError> {
    let (rollout, scope) = (rollout(row)?, row.parsed(3)?);
    Ok(Overview {
        tally: tally(sql, &rollout, &scope)?,
        rollout,
        scope,
        settings: serde_json::from_str(row.text(4)?)?,
        reason: row.text(5)?.to_owned(),
        proposed_by: row.parsed(6)?,
        approved_by: row.optional_parsed(7)?,
        at: row.at(8)?,
    })
}

fn write(sql: &mut dyn Sql, rollout: &Rollout) -> Result<(), FleetError> {
    sql.execute(
        "UPDATE fleet_rollouts SET phase = ?2, open = ?3 WHERE id = ?1",
        values![rollout.id, json(&rollout.phase)?, i64::from(rollout.phase.is_open())],
    )?;
    Ok(())
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    Ok(serde_json::to_string(value)?)
}
