//! Commands to single terminals: ordered, carried in the terminal's own document until it has told what came of them. Order and
//! result both stand in the audit log.

use super::acts::act;
use super::error::FleetError;
use crate::audit::{self, Deed};
use crate::store::{Row, Sql, StoreError};
use crate::values;
use contract::command::{Command, CommandId, CommandOutcome, Errand, MOST_COMMANDS};
use contract::report::CommandReport;
use contract::support_bundle::SignedBundle;
use contract::{KioskId, OperatorId};
use jiff::{SignedDuration, Timestamp};

/// How long a command may be begun.
const BEGUN_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// How long after that a terminal may take to tell what came of it.
const TOLD_WITHIN: SignedDuration = SignedDuration::from_mins(30);

/// What became of a command that nobody heard of.
const NEVER_HEARD: &str = "the terminal did not tell: it is off, or was never free for it";

/// A command as operators see it.
#[derive(Clone, Debug)]
pub struct Ordered {
    /// What the terminal is given.
    pub command: Command,
    /// By whom.
    pub by: OperatorId,
    /// When.
    pub at: Timestamp,
    /// What became of it, if anything was heard.
    pub became: Option<CommandOutcome>,
    /// When that was the last word.
    pub ended_at: Option<Timestamp>,
    /// Whether a bundle lies at central.
    pub has_bundle: bool,
}

/// Asks a terminal to do something; the number of the command.
pub fn order(
    sql: &mut dyn Sql,
    kiosk: &KioskId,
    errand: Errand,
    by: &OperatorId,
    now: Timestamp,
) -> Result<u64, FleetError> {
    let id = act(sql)?;
    if open(sql)?.iter().filter(|(whose, _)| whose == kiosk).count() >= MOST_COMMANDS {
        return Err(FleetError::TooManyCommands(MOST_COMMANDS));
    }
    if sql.query_one("SELECT 1 FROM fleet_kiosks WHERE kiosk = ?1", values![kiosk])?.is_none() {
        return Err(FleetError::NoSuchTerminal(kiosk.clone()));
    }
    sql.execute(
        "INSERT INTO fleet_commands (id, kiosk, errand, until, ordered_by, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        values![id, kiosk, errand.word(), now + BEGUN_WITHIN, by.as_str(), now],
    )?;
    Ok(id)
}

/// The last twenty commands of a terminal, the newest first.
pub fn commands_of(sql: &mut dyn Sql, kiosk: &KioskId) -> Result<Vec<Ordered>, StoreError> {
    let rows = sql.query(
        "SELECT fleet_commands.id, errand, until, ordered_by, fleet_commands.at, became, ended_at, fleet_bundles.at
         FROM fleet_commands LEFT JOIN fleet_bundles ON fleet_bundles.command = fleet_commands.id
         WHERE kiosk = ?1 ORDER BY fleet_commands.id DESC LIMIT 20",
        values![kiosk],
    )?;
    rows.iter()
        .map(|row| {
            Ok(Ordered {
                command: command(row)?,
                by: row.parsed(3)?,
                at: row.at(4)?,
                became: row.optional_text(5)?.map(serde_json::from_str).transpose()?,
                ended_at: row.optional_at(6)?,
                has_bundle: row.optional_int(7)?.is_some(),
            })
        })
        .collect()
}

/// The commands that are under way.
pub(super) fn open(sql: &mut dyn Sql) -> Result<Vec<(KioskId, Command)>, StoreError> {
    let rows = sql.query(
        "SELECT id, errand, until, kiosk FROM fleet_commands WHERE ended_at IS NULL ORDER BY id",
        values![],
    )?;
    rows.iter().map(|row| Ok((row.parsed(3)?, command(row)?))).collect()
}

/// A terminal told how its commands stand. The last word ends a command, and stands in the audit log.
pub(super) fn note(
    sql: &mut dyn Sql,
    kiosk: &KioskId,
    told: &[CommandReport],
    at: Timestamp,
) -> Result<(), StoreError> {
    for CommandReport { command: CommandId(id), became } in told {
        let ended_at = became.is_final().then_some(at);
        let noted = sql.execute(
            "UPDATE fleet_commands SET became = ?3, ended_at = ?4 WHERE id = ?1 AND kiosk = ?2 AND ended_at IS NULL",
            values![*id, kiosk, serde_json::to_string(became)?, ended_at],
        )?;
        if noted == 1 && became.is_final() {
            // Its document asks for it no longer.
            act(sql)?;
            write_down(sql, kiosk, *id, became, at)?;
            forget_picture(sql, *id)?;
        }
    }
    Ok(())
}

/// An operator has seen enough of a technician's screen: the terminal is told with its next picture. False where it was over.
pub fn stop(sql: &mut dyn Sql, kiosk: &KioskId, id: u64, now: Timestamp) -> Result<bool, FleetError> {
    let became = CommandOutcome::done("the operator ended it");
    let stopped = sql.execute(
        "UPDATE fleet_commands SET became = ?3, ended_at = ?4
         WHERE id = ?1 AND kiosk = ?2 AND errand = 'assist' AND ended_at IS NULL",
        values![id, kiosk, serde_json::to_string(&became).map_err(StoreError::from)?, now],
    )?;
    if stopped == 1 {
        act(sql)?;
        forget_picture(sql, id)?;
    }
    Ok(stopped == 1)
}

/// Takes a picture of the screen of a technician who is assisted; false where nobody looks any more.
pub fn take_picture(
    sql: &mut dyn Sql,
    kiosk: &KioskId,
    id: u64,
    jpeg: &[u8],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let asked = "SELECT 1 FROM fleet_commands WHERE id = ?1 AND kiosk = ?2 AND errand = 'assist' AND ended_at IS NULL";
    if sql.query_one(asked, values![id, kiosk])?.is_none() {
        return Ok(false);
    }
    sql.execute(
        "INSERT INTO fleet_pictures (command, at, jpeg) VALUES (?1, ?2, ?3)
         ON CONFLICT (command) DO UPDATE SET at = excluded.at, jpeg = excluded.jpeg",
        values![id, now, jpeg],
    )?;
    Ok(true)
}

/// The last picture of a technician's screen, and when it came.
pub fn picture(
    sql: &mut dyn Sql,
    kiosk: &KioskId,
    id: u64,
) -> Result<Option<(Timestamp, Vec<u8>)>, StoreError> {
    let row = sql.query_one(
        "SELECT fleet_pictures.at, jpeg FROM fleet_pictures JOIN fleet_commands ON id = command
         WHERE command = ?1 AND kiosk = ?2",
        values![id, kiosk],
    )?;
    row.map(|row| Ok((row.at(0)?, row.bytes(1)?.to_vec()))).transpose()
}

fn forget_picture(sql: &mut dyn Sql, id: u64) -> Result<(), StoreError> {
    sql.execute("DELETE FROM fleet_pictures WHERE command = ?1", values![id]).map(drop)
}

/// Whether a command has waited for too long.
pub(super) fn is_due(sql: &mut dyn Sql, now: Timestamp) -> Result<bool, StoreError> {
    let due = "SELECT 1 FROM fleet_commands WHERE ended_at IS NULL AND until <= ?1 LIMIT 1";
    Ok(sql.query_one(due, values![now - TOLD_WITHIN])?.is_some())
}

/// Ends those of which nothing was heard in time.
pub(super) fn conclude(sql: &mut dyn Sql, now: Timestamp) -> Result<(), StoreError> {
    let became = CommandOutcome::failed(NEVER_HEARD);
    for (kiosk, command) in open(sql)? {
        if command.until > now - TOLD_WITHIN {
            continue;
        }
        sql.execute(
            "UPDATE fleet_commands SET became = ?2, ended_at = ?3 WHERE id = ?1",
            values![command.id.0, serde_json::to_string(&became)?, now],
        )?;
        write_down(sql, &kiosk, command.id.0, &became, now)?;
        forget_picture(sql, command.id.0)?;
    }
    Ok(())
}

/// Takes the bundle that a command of this terminal asked for; false where none did.
pub fn take_bundle(
    sql: &mut dyn Sql,
    kiosk: &KioskId,
    id: u64,
    bundle: &SignedBundle,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let asked = "SELECT 1 FROM fleet_commands WHERE id = ?1 AND kiosk = ?2 AND errand = 'support-bundle'
                 AND ended_at IS NULL";
    if sql.query_one(asked, values![id, kiosk])?.is_none() {
        return Ok(false);
    }
    sql.execute(
        "INSERT INTO fleet_bundles (command, at, bundle) VALUES (?1, ?2, ?3)
         ON CONFLICT (command) DO UPDATE SET at = excluded.at, bundle = excluded.bundle",
        values![id, now, serde_json::to_vec(bundle)?],
    )?;
    Ok(true)
}

/// The bundle of a terminal's command, as it came.
pub fn bundle(sql: &mut dyn Sql, kiosk: &KioskId, id: u64) -> Result<Option<Vec<u8>>, StoreError> {
    let row = sql.query_one(
        "SELECT bundle FROM fleet_bundles JOIN fleet_commands ON id = command WHERE command = ?1 AND kiosk = ?2",
        values![id, kiosk],
    )?;
    row.map(|row| Ok(row.bytes(0)?.to_vec())).transpose()
}

fn command(row: &Row) -> Result<Command, StoreError> {
    Ok(Command { id: CommandId(row.number(0)?), errand: row.parsed(1)?, until: row.at(2)? })
}

fn write_down(
    sql: &mut dyn Sql,
    kiosk: &KioskId,
    id: u64,
    became: &CommandOutcome,
    at: Timestamp,
) -> Result<(), StoreError> {
    let words = match became {
        CommandOutcome::Begun => "begun".to_owned(),
        CommandOutcome::Done { said } => format!("{id}: done: {said}"),
        CommandOutcome::Failed { why } => format!("{id}: failed: {why}"),
    };
    audit::append(sql, &audit::Act::by_terminal(Deed::CommandEnd, kiosk, words), at).map(drop)
}
