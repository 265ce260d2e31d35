//! Who applied in which case, so that people find their own by their card.

use super::DISTRICT;
use crate::store::{Sql, StoreError};
use crate::values;
use contract::{CaseNumber, Secret};
use jiff::Timestamp;

/// Notes who applied in a case.
pub fn note_applicant(
    sql: &mut dyn Sql,
    person: &Secret<String>,
    number: &CaseNumber,
    at: Timestamp,
) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO applicants (district, person, at, number) VALUES (?1, ?2, ?3, ?4)",
        values![DISTRICT, person.expose().as_str(), at, number],
    )?;
    Ok(())
}

/// The newest cases of a person, at most so many.
pub fn numbers_of(
    sql: &mut dyn Sql,
    person: &Secret<String>,
    most: usize,
) -> Result<Vec<CaseNumber>, StoreError> {
    let rows = sql.query(
        "SELECT number FROM applicants WHERE district = ?1 AND person = ?2 ORDER BY at DESC, number DESC LIMIT ?3",
        values![DISTRICT, person.expose().as_str(), i64::try_from(most).unwrap_or(i64::MAX)],
    )?;
    rows.iter().map(|row| row.parsed(0)).collect()
}
