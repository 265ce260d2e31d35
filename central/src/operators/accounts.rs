//! The accounts of operators: made, looked up, closed, begun anew.

use super::{OperatorFault, Role, end_all_of};
use crate::store::{Row, Sql, StoreError};
use crate::values;
use contract::OperatorId;
use jiff::{SignedDuration, Timestamp};
use std::str::FromStr;

/// How long a first password is good.
const INVITED_FOR: SignedDuration = SignedDuration::from_hours(72);

/// How it stands with an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A first password was given, and not used yet.
    Invited,
    /// In use.
    Active,
    /// Closed by somebody, until it is reset.
    Locked,
}

impl Standing {
    const ALL: [Self; 3] = [Self::Invited, Self::Active, Self::Locked];

    /// As it is stored and listed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Locked => "locked",
        }
    }
}

impl FromStr for Standing {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|standing| standing.as_str() == text).ok_or(())
    }
}

/// An operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// Who.
    pub id: OperatorId,
    /// What they may do.
    pub role: Role,
    /// How it stands with the account.
    pub standing: Standing,
    /// Wrong tries keep it closed until then.
    pub locked_until: Timestamp,
    /// Since when there is the account.
    pub made_at: Timestamp,
}

/// An operator whose columns begin at `first`.
pub(super) fn read(row: &Row, first: usize) -> Result<Operator, StoreError> {
    Ok(Operator {
        id: row.parsed(first)?,
        role: row.parsed(first + 1)?,
        standing: row.parsed(first + 2)?,
        locked_until: row.at(first + 3)?,
        made_at: row.at(first + 4)?,
    })
}

/// Makes an account. `password` is what [`password::Password::hash`](super::password::Password::hash) makes of the first
/// password.
pub fn add(
    sql: &mut dyn Sql,
    id: &OperatorId,
    role: &Role,
    password: &str,
    now: Timestamp,
) -> Result<(), OperatorFault> {
    let added = sql.execute(
        "INSERT INTO operators (id, role, standing, password, invited_until, totp_step, tries, locked_until, made_at)
         VALUES (?1, ?2, 'invited', ?3, ?4, 0, 0, 0, ?5) ON CONFLICT DO NOTHING",
        values![id, role.to_string(), password, now + INVITED_FOR, now],
    )?;
    if added == 0 { Err(OperatorFault::Exists) } else { Ok(()) }
}

/// Everybody, by name.
pub fn list(sql: &mut dyn Sql) -> Result<Vec<Operator>, StoreError> {
    let rows =
        sql.query("SELECT id, role, standing, locked_until, made_at FROM operators ORDER BY id", &[])?;
    rows.iter().map(|row| read(row, 0)).collect()
}

/// One of them.
pub fn find(sql: &mut dyn Sql, id: &OperatorId) -> Result<Option<Operator>, StoreError> {
    let row = sql.query_one(
        "SELECT id, role, standing, locked_until, made_at FROM operators WHERE id = ?1",
        values![id],
    )?;
    row.map(|row| read(&row, 0)).transpose()
}

/// Begins an account anew with a first password: the second factor is forgotten, every session ends.
pub fn reset(
    sql: &mut dyn Sql,
    id: &OperatorId,
    password: &str,
    now: Timestamp,
) -> Result<(), OperatorFault> {
    let changed = sql.execute(
        "UPDATE operators SET standing = 'invited', password = ?2, invited_until = ?3, totp_key = NULL, totp = NULL,
         totp_step = 0, tries = 0, locked_until = 0 WHERE id = ?1",
        values![id, password, now + INVITED_FOR],
    )?;
    end_all_of(sql, id)?;
    if changed == 0 { Err(OperatorFault::Nobody) } else { Ok(()) }
}

/// Closes an account, and ends its sessions.
pub fn lock(sql: &mut dyn Sql, id: &OperatorId) -> Result<(), OperatorFault> {
    let changed = sql.execute("UPDATE operators SET standing = 'locked' WHERE id = ?1", values![id])?;
    end_all_of(sql, id)?;
    if changed == 0 { Err(OperatorFault::Nobody) } else { Ok(()) }
}
