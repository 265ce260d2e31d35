//! What terminals report: the last of each is kept, and what it means for the rollouts that were sent to it.

use super::gate::Tally;
use super::rollout::{Phase, Rollout};
use super::scope::Scope;
use super::{commands, emergencies};
use crate::store::{Sql, StoreError};
use crate::values;
use contract::KioskId;
use contract::report::Report;
use jiff::Timestamp;
use std::collections::HashMap;

/// A terminal as it was last seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Which.
    pub kiosk: KioskId,
    /// When it reported, by central's clock; the report says what its own clock said.
    pub at: Timestamp,
    /// What it reported.
    pub report: Report,
}

/// Takes a terminal's report.
pub(super) fn take(
    sql: &mut dyn Sql,
    kiosk: &KioskId,
    report: &Report,
    at: Timestamp,
) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO fleet_reports (kiosk, at, report) VALUES (?1, ?2, ?3)
         ON CONFLICT (kiosk) DO UPDATE SET at = excluded.at, report = excluded.report",
        values![kiosk, at, serde_json::to_string(report)?],
    )?;
    sql.execute("INSERT INTO fleet_kiosks (kiosk) VALUES (?1) ON CONFLICT DO NOTHING", values![kiosk])?;
    emergencies::note_shown(sql, kiosk, report.shown.iter().map(|shown| shown.emergency), at)?;
    commands::note(sql, kiosk, &report.commands, at)?;
    let desired = &report.desired;
    if let Some(version) = desired.in_force {
        say(sql, kiosk, version, "kept")?;
    }
    let refused = desired.refused.as_ref().and_then(|refused| refused.version);
    for version in desired.returned.iter().map(|returned| returned.version).chain(refused) {
        say(sql, kiosk, version, "failed")?;
    }
    if let Some(version) = desired.on_its_way {
        say(sql, kiosk, version, "busy")?;
    }
    Ok(())
}

/// What becomes of documents up to a version, unless it was known before. Busy is not the last word.
fn say(sql: &mut dyn Sql, kiosk: &KioskId, version: u64, outcome: &'static str) -> Result<(), StoreError> {
    sql.execute(
        "UPDATE fleet_reached SET outcome = ?3 WHERE kiosk = ?1 AND version <= ?2
         AND (outcome IS NULL OR outcome = 'busy')",
        values![kiosk, version, outcome],
    )?;
    Ok(())
}

/// The last report of every terminal, by its name.
pub fn last_reports(sql: &mut dyn Sql) -> Result<Vec<Seen>, StoreError> {
    let rows = sql.query("SELECT kiosk, at, report FROM fleet_reports ORDER BY kiosk", values![])?;
    rows.iter()
        .map(|row| {
            let report = serde_json::from_str(row.text(2)?)?;
            Ok(Seen { kiosk: row.parsed(0)?, at: row.at(1)?, report })
        })
        .collect()
}

/// What the terminals of a rollout's waves so far have said.
pub(super) fn tally(sql: &mut dyn Sql, rollout: &Rollout, scope: &Scope) -> Result<Tally, StoreError> {
    let Phase::Running { wave, .. } = rollout.phase else { return Ok(Tally::default()) };
    let outcomes = outcomes(sql, rollout.id)?;
    let mut tally = Tally::default();
    for kiosk in terminals(sql, scope)?.iter().filter(|kiosk| rollout.is_in_wave(kiosk, wave)) {
        match outcomes.get(kiosk).map(|outcome| outcome.as_deref()) {
            Some(Some("kept")) => tally.kept += 1,
            Some(Some("failed")) => tally.failed += 1,
            Some(Some("busy")) => tally.busy += 1,
            _ => tally.silent += 1,
        }
    }
    Ok(tally)
}

/// What became of a rollout at each terminal that it was sent to.
fn outcomes(sql: &mut dyn Sql, rollout: u64) -> Result<HashMap<KioskId, Option<String>>, StoreError> {
    let rows = sql.query("SELECT kiosk, outcome FROM fleet_reached WHERE rollout = ?1", values![rollout])?;
    rows.iter().map(|row| Ok((row.parsed(0)?, row.optional_text(1)?.map(str::to_owned)))).collect()
}

/// The terminals of a scope.
pub(super) fn terminals(sql: &mut dyn Sql, scope: &Scope) -> Result<Vec<KioskId>, StoreError> {
    let rows = match scope {
        Scope::City => sql.query("SELECT kiosk FROM fleet_kiosks", values![])?,
        Scope::District(name) => {
            sql.query("SELECT kiosk FROM fleet_kiosks WHERE district = ?1", values![name.as_str()])?
        }
        Scope::Group(name) => {
            sql.query("SELECT kiosk FROM fleet_kiosks WHERE party = ?1", values![name.as_str()])?
        }
        Scope::Terminal(kiosk) => return Ok(vec![kiosk.clone()]),
    };
    rows.iter().map(|row| row.parsed(0)).collect()
}
