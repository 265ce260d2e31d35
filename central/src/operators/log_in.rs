//! Logging in, step by step. A try is counted before it is judged, so that a thousand at once are no more than one after
//! the other; a right password gives its own try back, and only both factors together clear the count.

use super::totp::TotpSecret;
use super::{OperatorFault, Standing};
use crate::keys::Keys;
use crate::store::{Row, Sql, StoreError};
use crate::values;
use contract::OperatorId;
use contract::series::SealingKeyId;
use jiff::{SignedDuration, Timestamp};

/// How many tries there are,
const TRIES: i64 = 5;
/// and how long one waits after the last of them.
const LOCKED_FOR: SignedDuration = SignedDuration::from_mins(15);

/// What becomes of somebody who tries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Try {
    /// They may: this is what their password must match.
    Open(String),
    /// There is nobody of that name.
    Nobody,
    /// Too many wrong tries; none is looked at until then.
    Waiting(Timestamp),
    /// Somebody closed the account, or its first password is too old: it has to be reset.
    Closed,
}

/// What a code is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeVerdict {
    /// It stands, and was not used before.
    Right,
    /// It does not.
    Wrong,
    /// Too many wrong tries; none is looked at until then.
    Waiting(Timestamp),
}

/// Counts a try with a password.
pub fn take_try(sql: &mut dyn Sql, id: &OperatorId, now: Timestamp) -> Result<Try, StoreError> {
    let row = sql.query_one(
        "SELECT password, standing, invited_until, tries, locked_until FROM operators WHERE id = ?1 FOR UPDATE",
        values![id],
    )?;
    let Some(row) = row else { return Ok(Try::Nobody) };
    let standing: Standing = row.parsed(1)?;
    if standing == Standing::Locked || (standing == Standing::Invited && row.at(2)? <= now) {
        return Ok(Try::Closed);
    }
    match count(sql, id, (row.int(3)?, row.at(4)?), now)? {
        Some(until) => Ok(Try::Waiting(until)),
        None => Ok(Try::Open(row.text(0)?.to_owned())),
    }
}

/// Counts one more try, or says until when there is none. After the last one the account is closed even if it was right:
/// whoever was right gives it back.
fn count(
    sql: &mut dyn Sql,
    id: &OperatorId,
    (tries, locked_until): (i64, Timestamp),
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    if locked_until > now {
        return Ok(Some(locked_until));
    }
    // A lock that is over begins a new count.
    let tries = if tries >= TRIES { 1 } else { tries + 1 };
    let until = if tries >= TRIES { now + LOCKED_FOR } else { Timestamp::UNIX_EPOCH };
    sql.execute(
        "UPDATE operators SET tries = ?2, locked_until = ?3 WHERE id = ?1",
        values![id, tries, until],
    )?;
    Ok(None)
}

/// The password was right: its try does not count.
pub fn give_back(sql: &mut dyn Sql, id: &OperatorId) -> Result<(), StoreError> {
    sql.execute(
        "UPDATE operators SET tries = tries - 1, locked_until = 0 WHERE id = ?1 AND tries > 0",
        values![id],
    )?;
    Ok(())
}

/// Makes the second factor of somebody who is invited, in the place of one that was not confirmed.
pub fn first_secret(sql: &mut dyn Sql, keys: &Keys, id: &OperatorId) -> Result<(), OperatorFault> {
    let secret = TotpSecret::random().map_err(|error| OperatorFault::Secret(error.to_string()))?;
    let (key, sealer) = keys.sealer();
    let sealed = sealer
        .seal(&context(id), secret.expose())
        .map_err(|error| OperatorFault::Secret(error.to_string()))?;
    sql.execute(
        "UPDATE operators SET totp_key = ?2, totp = ?3, totp_step = 0 WHERE id = ?1 AND standing = 'invited'",
        values![id, key.0, sealed],
    )?;
    Ok(())
}

/// The second factor's secret, while it is to be shown.
pub fn secret_of(
    sql: &mut dyn Sql,
    keys: &Keys,
    id: &OperatorId,
) -> Result<Option<TotpSecret>, OperatorFault> {
    let row = sql.query_one(
        "SELECT totp_key, totp FROM operators WHERE id = ?1 AND standing = 'invited' AND totp IS NOT NULL",
        values![id],
    )?;
    row.map(|row| open(keys, id, &row)).transpose()
}

fn context(id: &OperatorId) -> Vec<u8> {
    format!("budayang second factor {id}").into_bytes()
}

/// Opens the secret of a row that begins with key and secret.
fn open(keys: &Keys, id: &OperatorId, row: &Row) -> Result<TotpSecret, OperatorFault> {
    let key = SealingKeyId(row.number(0)?);
    let opener = keys.opener(key);
    let opener = opener.ok_or_else(|| OperatorFault::Secret(format!("key {} is not here", key.0)))?;
    let secret = opener.open(&context(id), row.bytes(1)?);
    secret.map(TotpSecret::of).map_err(|error| OperatorFault::Secret(error.to_string()))
}

/// Judges the code of somebody in this standing. A right one forgives what was wrong before.
fn judge(
    sql: &mut dyn Sql,
    keys: &Keys,
    (id, standing): (&OperatorId, Standing),
    typed: &str,
    now: Timestamp,
) -> Result<CodeVerdict, OperatorFault> {
    let row = sql.query_one(
        "SELECT totp_key, totp, totp_step, tries, locked_until FROM operators
         WHERE id = ?1 AND standing = ?2 AND totp IS NOT NULL FOR UPDATE",
        values![id, standing.as_str()],
    )?;
    let row = row.ok_or(OperatorFault::Nobody)?;
    if let Some(until) = count(sql, id, (row.int(3)?, row.at(4)?), now)? {
        return Ok(CodeVerdict::Waiting(until));
    }
    let Some(step) = open(keys, id, &row)?.check(typed, now, row.int(2)?) else {
        return Ok(CodeVerdict::Wrong);
    };
    sql.execute(
        "UPDATE operators SET totp_step = ?2, tries = 0, locked_until = 0 WHERE id = ?1",
        values![id, step],
    )?;
    Ok(CodeVerdict::Right)
}

/// Judges the code of somebody whose password was right.
pub fn check_code(
    sql: &mut dyn Sql,
    keys: &Keys,
    id: &OperatorId,
    typed: &str,
    now: Timestamp,
) -> Result<CodeVerdict, OperatorFault> {
    judge(sql, keys, (id, Standing::Active), typed, now)
}

/// Ends an invitation: the first code is right, so the authenticator has the secret, and the operator's own password takes
/// the place of the first one.
pub fn enrol(
    sql: &mut dyn Sql,
    keys: &Keys,
    id: &OperatorId,
    (typed, password): (&str, &str),
    now: Timestamp,
) -> Result<CodeVerdict, OperatorFault> {
    let verdict = judge(sql, keys, (id, Standing::Invited), typed, now)?;
    if verdict == CodeVerdict::Right {
        sql.execute(
            "UPDATE operators SET standing = 'active', password = ?2, invited_until = 0 WHERE id = ?1",
            values![id, password],
        )?;
    }
    Ok(verdict)
}
