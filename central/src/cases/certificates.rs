//! Printed certificates, for whoever holds one and wants to know whether it is real.

use super::DISTRICT;
use crate::store::{Sql, StoreError};
use crate::values;
use contract::{CaseNumber, ServiceCode};
use jiff::civil::Date;

/// What is told about a certificate to anyone who has its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The case that it was issued in.
    pub number: CaseNumber,
    /// The service item.
    pub service: ServiceCode,
    /// The day it was issued.
    pub issued_on: Date,
    /// Whom it names, masked.
    pub holder: String,
}

/// Notes a certificate under the code that is printed on it.
pub fn issue_certificate(
    sql: &mut dyn Sql,
    number: &CaseNumber,
    service: &ServiceCode,
    check_code: &str,
    issued_on: Date,
    holder: &str,
) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO certificates (district, check_code, number, service, issued_on, holder)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        values![DISTRICT, check_code, number, service, issued_on, holder],
    )?;
    Ok(())
}

/// The certificate under a code.
pub fn find_certificate(sql: &mut dyn Sql, check_code: &str) -> Result<Option<Certificate>, StoreError> {
    let row = sql.query_one(
        "SELECT number, service, issued_on, holder FROM certificates WHERE district = ?1 AND check_code = ?2",
        values![DISTRICT, check_code],
    )?;
    row.map(|row| {
        Ok(Certificate {
            number: row.parsed(0)?,
            service: row.parsed(1)?,
            issued_on: row.parsed(2)?,
            holder: row.text(3)?.to_owned(),
        })
    })
    .transpose()
}
