//! The fleet at one moment: what every scope says, which rollouts are open, where terminals belong. Small enough for memory,
//! read anew when something has changed; from it follows what a terminal is given.

use super::change::Settings;
use super::rollout::{Pace, Phase, Rollout};
use super::scope::Scope;
use super::{commands, emergencies};
use crate::store::{Row, Sql, StoreError};
use crate::values;
use contract::command::Command;
use contract::desired::SealingKey;
use contract::emergency::{Emergency, MOST_EMERGENCIES};
use contract::settings::LayerSettings;
use contract::{KioskId, ScopeName};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};

/// The fleet at one moment.
#[derive(Debug, Default)]
pub(super) struct Snapshot {
    pub(super) generation: i64,
    says: HashMap<Scope, Settings>,
    open: HashMap<Scope, Open>,
    belongs: HashMap<KioskId, Belongs>,
    emergencies: HashMap<Scope, Vec<Emergency>>,
    commands: HashMap<KioskId, Vec<Command>>,
}

/// A rollout that is not over.
#[derive(Debug)]
struct Open {
    rollout: Rollout,
    settings: Settings,
    /// Who has it.
    reached: HashSet<KioskId>,
}

#[derive(Clone, Debug, Default)]
struct Belongs {
    district: Option<ScopeName>,
    group: Option<ScopeName>,
}

/// What a terminal is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) layers: Vec<LayerSettings>,
    pub(super) emergencies: Vec<Emergency>,
    pub(super) commands: Vec<Command>,
    /// The rollouts that it has this from.
    pub(super) from: Vec<u64>,
    /// Over all of it, and the keys that entries are sealed to.
    pub(super) digest: [u8; 32],
}

impl Snapshot {
    /// Looks at the fleet.
    pub(super) fn load(sql: &mut dyn Sql) -> Result<Self, StoreError> {
        let mut snapshot = Self { generation: generation(sql)?, ..Self::default() };
        for row in sql.query("SELECT scope, settings FROM fleet_layers", values![])? {
            snapshot.says.insert(row.parsed(0)?, serde_json::from_str(row.text(1)?)?);
        }
        for row in sql.query(
            "SELECT kiosk, district, party FROM fleet_kiosks WHERE district IS NOT NULL OR party IS NOT NULL",
            values![],
        )? {
            let belongs = Belongs { district: row.optional_parsed(1)?, group: row.optional_parsed(2)? };
            snapshot.belongs.insert(row.parsed(0)?, belongs);
        }
        for row in sql
            .query("SELECT id, pace, phase, scope, settings FROM fleet_rollouts WHERE open = 1", values![])?
        {
            let rollout = rollout(&row)?;
            let reached =
                sql.query("SELECT kiosk FROM fleet_reached WHERE rollout = ?1", values![rollout.id])?;
            let reached = reached.iter().map(|row| row.parsed(0)).collect::<Result<_, _>>()?;
            let settings = serde_json::from_str(row.text(4)?)?;
            snapshot.open.insert(row.parsed(3)?, Open { rollout, settings, reached });
        }
        for (scope, emergency) in emergencies::holding(sql)? {
            snapshot.emergencies.entry(scope).or_default().push(emergency);
        }
        for (kiosk, command) in commands::open(sql)? {
            snapshot.commands.entry(kiosk).or_default().push(command);
        }
        Ok(snapshot)
    }

    /// What a terminal is given.
    pub(super) fn content(&self, kiosk: &KioskId, sealing: &[SealingKey]) -> Content {
        let (mut layers, mut from, mut emergencies) = (Vec::new(), Vec::new(), Vec::new());
        for scope in self.scopes_of(kiosk) {
            emergencies.extend(self.emergencies.get(&scope).into_iter().flatten().cloned());
            let open = self.open.get(&scope);
            let given = open.filter(|open| open.rollout.gives(kiosk, open.reached.contains(kiosk)));
            from.extend(given.map(|open| open.rollout.id));
            let set = given.map_or_else(|| self.says.get(&scope), |open| Some(&open.settings));
            if let Some(set) = set.filter(|set| !set.is_empty()) {
                layers.push(LayerSettings { layer: scope.layer(), set: set.clone() });
            }
        }
        // The most urgent and newest, where there are more than a screen shows.
        emergencies.sort_by_key(|emergency| (emergency.urgency, std::cmp::Reverse(emergency.id)));
        emergencies.truncate(MOST_EMERGENCIES);
        let commands = self.commands.get(kiosk).cloned().unwrap_or_default();
        // Plain structures of strings and numbers always serialise.
        let said = serde_json::to_vec(&(&layers, &emergencies, &commands, sealing)).unwrap_or_default();
        Content { layers, emergencies, commands, from, digest: Sha256::digest(said).into() }
    }

    fn scopes_of(&self, kiosk: &KioskId) -> impl Iterator<Item = Scope> + use<> {
        let Belongs { district, group } = self.belongs.get(kiosk).cloned().unwrap_or_default();
        let between = district.map(Scope::District).into_iter().chain(group.map(Scope::Group));
        [Scope::City].into_iter().chain(between).chain([Scope::Terminal(kiosk.clone())])
    }
}

/// The number of the last act.
pub(super) fn generation(sql: &mut dyn Sql) -> Result<i64, StoreError> {
    let row = sql.query_one("SELECT n FROM fleet_generation WHERE one = 1", values![])?;
    row.ok_or(StoreError::Stopped)?.int(0)
}

/// The first three columns of a row as a rollout: id, pace, phase.
pub(super) fn rollout(row: &Row) -> Result<Rollout, StoreError> {
    let phase: Phase = serde_json::from_str(row.text(2)?)?;
    let pace: Pace = row.parsed(1)?;
    Ok(Rollout { id: row.number(0)?, pace, phase })
}
