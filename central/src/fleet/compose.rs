//! A terminal's own document: composed, signed and remembered in one transaction, under a version above every one that the
//! terminal has seen.

use super::error::FleetError;
use super::snapshot::{Content, generation};
use crate::keys::Keys;
use crate::store::{Sql, StoreError};
use crate::values;
use contract::KioskId;
use contract::app_version::AppVersion;
use contract::base64::Base64;
use contract::desired::{Desired, SignedDesired, VALIDITY};
use contract::settings::oldest_app;
use jiff::Timestamp;

/// A terminal's last document.
#[derive(Clone, Debug)]
pub(super) struct Last {
    pub(super) version: u64,
    content: [u8; 32],
    expires: Timestamp,
    pub(super) signed: SignedDesired,
}

impl Last {
    /// Whether it says this, and will be taken for a while. In the second half of its time it is signed anew.
    pub(super) fn is(&self, content: &Content, now: Timestamp) -> bool {
        self.content == content.digest && now + VALIDITY / 2 < self.expires
    }
}

/// The last document of a terminal.
pub(super) fn last(sql: &mut dyn Sql, kiosk: &KioskId) -> Result<Option<Last>, StoreError> {
    let row = sql.query_one(
        "SELECT version, content, expires, document, signature FROM fleet_desired WHERE kiosk = ?1",
        values![kiosk],
    )?;
    row.map(|row| {
        let signed =
            SignedDesired { document: row.text(3)?.to_owned(), signature: Base64(row.bytes(4)?.to_vec()) };
        Ok(Last { version: row.number(0)?, content: row.digest(1)?, expires: row.at(2)?, signed })
    })
    .transpose()
}

/// The version of its program that a terminal was told to run; none where what is installed stays.
pub fn wanted_program(sql: &mut dyn Sql, kiosk: &KioskId) -> Result<Option<AppVersion>, StoreError> {
    let Some(last) = last(sql, kiosk)? else { return Ok(None) };
    let desired: Desired = serde_json::from_str(&last.signed.document)?;
    // What was signed passed this check then.
    let in_force = desired.in_force().map_err(|_| StoreError::Column(0))?;
    Ok(in_force.settings.update_version)
}

/// Composes the next document of a terminal that has seen versions up to `after`.
pub(super) fn compose(
    sql: &mut dyn Sql,
    keys: &Keys,
    kiosk: &KioskId,
    after: u64,
    content: &Content,
    of_generation: i64,
    now: Timestamp,
) -> Result<SignedDesired, FleetError> {
    if generation(sql)? != of_generation {
        return Err(FleetError::Stale);
    }
    // Two of the same terminal are composed one after the other.
    sql.query("SELECT 1 FROM fleet_desired WHERE kiosk = ?1 FOR UPDATE", values![kiosk])?;
    let last = last(sql, kiosk)?;
    if let Some(last) = &last
        && last.version > after
        && last.is(content, now)
    {
        return Ok(last.signed.clone());
    }
    let version = last.as_ref().map_or(0, |last| last.version).max(after).saturating_add(1);
    let previous = last.map(|last| Base64(keys.digest(&last.signed.document).to_vec()));
    let Content { layers, emergencies, commands, .. } = content.clone();
    let new = Desired::new(kiosk.clone(), version, keys.sealing().to_vec(), now);
    let min_app = oldest_app(&layers);
    let desired = Desired { min_app, previous, layers, emergencies, commands, ..new };
    let signed = keys.sign(&desired)?;
    sql.execute("INSERT INTO fleet_kiosks (kiosk) VALUES (?1) ON CONFLICT DO NOTHING", values![kiosk])?;
    sql.execute(
        "INSERT INTO fleet_desired (kiosk, version, content, expires, document, signature)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (kiosk) DO UPDATE SET version = excluded.version,
         content = excluded.content, expires = excluded.expires, document = excluded.document,
         signature = excluded.signature",
        values![
            kiosk,
            version,
            content.digest,
            desired.expires,
            &signed.document,
            signed.signature.0.as_slice()
        ],
    )?;
    for rollout in &content.from {
        sql.execute(
            "INSERT INTO fleet_reached (rollout, kiosk, version, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            values![*rollout, kiosk, version, now],
        )?;
    }
    Ok(signed)
}
