//! The terminals as the pages show them: where each belongs, what it reported last, what is wrong with it.

use super::frame::Mark;
use super::words::{self, Words};
use crate::alarms::Kind;
use crate::fleet::{Scope, Seen};
use crate::operators::Place;
use crate::sites::{Site, Street};
use crate::store::{Row, Sql, StoreError};
use crate::values;
use contract::report::Duty;
use contract::{KioskId, ScopeName};
use std::collections::HashMap;

/// A terminal.
#[derive(Clone, Debug)]
pub(super) struct Terminal {
    pub(super) kiosk: KioskId,
    pub(super) district: Option<ScopeName>,
    pub(super) group: Option<ScopeName>,
    pub(super) site: Option<Site>,
    /// Its last report.
    pub(super) seen: Option<Seen>,
    /// What is wrong with it now.
    pub(super) alarms: Vec<Kind>,
}

/// How a terminal is, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Health {
    /// It never reported.
    Unknown,
    /// It is silent, or a part of it does not work.
    Down,
    /// Somebody should look at it.
    Attention,
    /// A technician has said that it serves nobody.
    OutOfService,
    /// As it should be.
    Fine,
}

impl Health {
    pub(super) const ALL: [Self; 5] =
        [Self::Fine, Self::Attention, Self::Down, Self::OutOfService, Self::Unknown];

    /// As it stands in an address.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Down => "down",
            Self::Attention => "attention",
            Self::OutOfService => "out-of-service",
            Self::Fine => "fine",
        }
    }

    pub(super) const fn mark(self) -> Mark {
        match self {
            Self::Unknown | Self::OutOfService => Mark::Quiet,
            Self::Down => Mark::Stop,
            Self::Attention => Mark::Warn,
            Self::Fine => Mark::Good,
        }
    }

    pub(super) const fn words(self) -> Words {
        match self {
            Self::Unknown => words::HEALTH_UNKNOWN,
            Self::Down => words::HEALTH_DOWN,
            Self::Attention => words::HEALTH_ATTENTION,
            Self::OutOfService => words::HEALTH_OUT_OF_SERVICE,
            Self::Fine => words::HEALTH_FINE,
        }
    }
}

impl Terminal {
    /// Whose terminal it is, for the question of who may do something with it.
    pub(super) fn place(&self) -> Place {
        self.district.clone().map_or(Place::City, Place::District)
    }

    pub(super) fn health(&self) -> Health {
        let Some(seen) = &self.seen else { return Health::Unknown };
        match self.alarms.as_slice() {
            // Silent or stolen, it is not just put aside.
            alarms
                if !alarms.iter().any(|kind| matches!(kind, Kind::Offline | Kind::Door))
                    && seen.report.duty == Duty::OutOfService =>
            {
                Health::OutOfService
            }
            [] => Health::Fine,
            alarms if alarms.iter().any(|kind| matches!(kind, Kind::Offline | Kind::Device)) => Health::Down,
            _ => Health::Attention,
        }
    }

    pub(super) fn street(&self) -> Option<Street> {
        self.site.as_ref().map(Site::street)
    }

    /// What people call it.
    pub(super) fn name(&self) -> &str {
        self.site.as_ref().map_or("", Site::name)
    }

    /// The version of its program.
    pub(super) fn version(&self) -> Option<String> {
        self.seen.as_ref().map(|seen| seen.report.app.to_string())
    }

    fn read(row: &Row, alarms: &mut HashMap<KioskId, Vec<Kind>>) -> Result<Self, StoreError> {
        let kiosk: KioskId = row.parsed(0)?;
        let site = row
            .optional_text(3)?
            .map(|name| Site::parse(name, row.text(4)?).map_err(|_| StoreError::Column(4)));
        let seen = row.optional_text(6)?.map(|report| {
            Ok::<_, StoreError>(Seen {
                kiosk: kiosk.clone(),
                at: row.at(5)?,
                report: serde_json::from_str(report)?,
            })
        });
        Ok(Self {
            district: row.optional_parsed(1)?,
            group: row.optional_parsed(2)?,
            site: site.transpose()?,
            seen: seen.transpose()?,
            alarms: alarms.remove(&kiosk).unwrap_or_default(),
            kiosk,
        })
    }
}

/// Every terminal that ever asked for anything, by its name.
pub(super) fn all(sql: &mut dyn Sql) -> Result<Vec<Terminal>, StoreError> {
    let mut alarms = HashMap::<KioskId, Vec<Kind>>::new();
    for row in sql.query("SELECT kiosk, kind FROM alarms WHERE ended_at IS NULL ORDER BY kind", &[])? {
        alarms.entry(row.parsed(0)?).or_default().push(row.parsed(1)?);
    }
    let rows = sql.query(
        "SELECT fleet_kiosks.kiosk, district, party, name, street, at, report FROM fleet_kiosks
         LEFT JOIN terminal_sites ON terminal_sites.kiosk = fleet_kiosks.kiosk
         LEFT JOIN fleet_reports ON fleet_reports.kiosk = fleet_kiosks.kiosk ORDER BY fleet_kiosks.kiosk",
        &[],
    )?;
    rows.iter().map(|row| Terminal::read(row, &mut alarms)).collect()
}

/// One of them.
pub(super) fn one(sql: &mut dyn Sql, kiosk: &KioskId) -> Result<Option<Terminal>, StoreError> {
    let mut alarms = HashMap::from([(kiosk.clone(), crate::alarms::open_kinds(sql, kiosk)?)]);
    let row = sql.query_one(
        "SELECT fleet_kiosks.kiosk, district, party, name, street, at, report FROM fleet_kiosks
         LEFT JOIN terminal_sites ON terminal_sites.kiosk = fleet_kiosks.kiosk
         LEFT JOIN fleet_reports ON fleet_reports.kiosk = fleet_kiosks.kiosk WHERE fleet_kiosks.kiosk = ?1",
        values![kiosk],
    )?;
    row.map(|row| Terminal::read(&row, &mut alarms)).transpose()
}

/// Whose scope it is, for the question of who may change it. A group may have terminals of several districts.
pub(super) fn place_of(sql: &mut dyn Sql, scope: &Scope) -> Result<Place, StoreError> {
    Ok(match scope {
        Scope::City | Scope::Group(_) => Place::City,
        Scope::District(name) => Place::District(name.clone()),
        Scope::Terminal(kiosk) => one(sql, kiosk)?.map_or(Place::City, |terminal| terminal.place()),
    })
}
