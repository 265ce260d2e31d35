//! Places that are booked (预约): how many of a slot are taken, and which case holds one. Everything here happens inside a
//! transaction that somebody else opens and commits. When a site is open, and for how many, is `contract::opening`.
//!
//! Architecture invariant: a place is taken by one statement whose condition is the capacity, never by a look before it.

mod free;

use crate::cases::DISTRICT;
use crate::store::{Sql, StoreError};
use crate::values;
use contract::CaseNumber;
use contract::booking::Place;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::HashMap;

pub use free::{free, has_begun};

/// A place that an application asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booking {
    /// Which.
    pub place: Place,
    /// How many the slot has in all.
    pub capacity: u16,
}

/// The place that a case was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Which.
    pub place: Place,
    /// Whether it was given back.
    pub is_freed: bool,
}

/// How many places are taken, by what they are.
pub type Taken = HashMap<Place, u16>;

/// Takes a place for a case. `false` when none is left: then nothing was written.
pub fn take(sql: &mut dyn Sql, number: &CaseNumber, booking: &Booking) -> Result<bool, StoreError> {
    let Place { site, day, slot } = &booking.place;
    let counted = sql.execute(
        "INSERT INTO places (district, day, site, slot, taken) VALUES (?1, ?2, ?3, ?4, 1)
         ON CONFLICT (district, day, site, slot) DO UPDATE SET taken = places.taken + 1 WHERE places.taken < ?5",
        values![DISTRICT, *day, site, slot.as_str(), booking.capacity],
    )?;
    if counted == 0 {
        return Ok(false);
    }
    sql.execute(
        "INSERT INTO bookings (number, day, site, slot) VALUES (?1, ?2, ?3, ?4)",
        values![number, *day, site, slot.as_str()],
    )?;
    Ok(true)
}

/// Gives the place of a case back, once; a case without one changes nothing.
pub fn give_back(sql: &mut dyn Sql, number: &CaseNumber, at: Timestamp) -> Result<(), StoreError> {
    let freed = sql.query_one(
        "UPDATE bookings SET freed_at = ?2 WHERE number = ?1 AND freed_at IS NULL RETURNING day, site, slot",
        values![number, at],
    )?;
    if let Some(freed) = freed {
        sql.execute(
            "UPDATE places SET taken = taken - 1 WHERE district = ?1 AND day = ?2 AND site = ?3 AND slot = ?4",
            values![DISTRICT, freed.text(0)?, freed.text(1)?, freed.text(2)?],
        )?;
    }
    Ok(())
}

/// The place that a case was given, if it is a booking.
pub fn held(sql: &mut dyn Sql, number: &CaseNumber) -> Result<Option<Held>, StoreError> {
    let row =
        sql.query_one("SELECT day, site, slot, freed_at FROM bookings WHERE number = ?1", values![number])?;
    row.map(|row| {
        let place = Place { day: row.parsed(0)?, site: row.text(1)?.to_owned(), slot: row.parsed(2)? };
        Ok(Held { place, is_freed: row.optional_int(3)?.is_some() })
    })
    .transpose()
}

/// What is taken from one day to another.
pub fn taken(sql: &mut dyn Sql, from: Date, to: Date) -> Result<Taken, StoreError> {
    let rows = sql.query(
        "SELECT day, site, slot, taken FROM places WHERE district = ?1 AND day >= ?2 AND day <= ?3",
        values![DISTRICT, from, to],
    )?;
    let line = |row: &crate::store::Row| {
        let place = Place { day: row.parsed(0)?, site: row.text(1)?.to_owned(), slot: row.parsed(2)? };
        Ok((place, row.number(3)?))
    };
    rows.iter().map(line).collect()
}
