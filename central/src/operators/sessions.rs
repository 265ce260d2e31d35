//! Sessions: who is logged in, since when, from where. The browser holds a random token, the store its digest, so that a
//! copy of the store logs nobody in.

use super::accounts::{self, Operator, Standing};
use crate::store::{Row, Sql, StoreError};
use crate::values;
use contract::{OperatorId, Secret};
use data_encoding::HEXLOWER;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use std::str::FromStr;

/// A session in which nothing is asked for so long is over.
const IDLE: SignedDuration = SignedDuration::from_mins(15);
/// Every session is over after a shift.
const LONGEST: SignedDuration = SignedDuration::from_hours(8);
/// Who gave a password has so long to give the code.
const HALF_WAY: SignedDuration = SignedDuration::from_mins(5);
/// How exactly it is written down when something was last asked for.
const TOUCH_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// Random bytes of a token.
const TOKEN_BYTES: usize = 32;

/// What a browser shows to be known again.
#[derive(Clone, Debug)]
pub struct Token(Secret<Vec<u8>>);

impl Token {
    /// A new one.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = vec![0; TOKEN_BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(Secret::new(bytes)))
    }

    /// One that a browser sent.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = HEXLOWER.decode(text.as_bytes()).ok()?;
        (bytes.len() == TOKEN_BYTES).then(|| Self(Secret::new(bytes)))
    }

    /// As a browser keeps it.
    pub fn expose(&self) -> Secret<String> {
        Secret::new(HEXLOWER.encode(self.0.expose()))
    }

    /// By what the store knows it.
    pub fn key(&self) -> SessionKey {
        SessionKey(Sha256::digest(self.0.expose()).into())
    }

    /// What every form of this session carries, so that no other site can send one (CSRF). Made from the token, of which
    /// other sites see nothing.
    pub fn form_token(&self) -> String {
        HEXLOWER.encode(&Sha256::new().chain_update(b"form ").chain_update(self.0.expose()).finalize())
    }
}

/// By what the store knows a session; it opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionKey([u8; 32]);

impl std::fmt::Display for SessionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

/// What is no key of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key of a session is 64 digits of 0-9 a-f")]
pub struct NoSessionKey;

impl FromStr for SessionKey {
    type Err = NoSessionKey;

    fn from_str(text: &str) -> Result<Self, NoSessionKey> {
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| NoSessionKey)?;
        bytes.try_into().map(Self).map_err(|_| NoSessionKey)
    }
}

/// How far a log-in is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The password was right, the code is asked for.
    Password,
    /// Both factors were.
    Full,
}

impl Stage {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Full => "full",
        }
    }
}

impl FromStr for Stage {
    type Err = NoSessionKey;

    fn from_str(text: &str) -> Result<Self, NoSessionKey> {
        [Self::Password, Self::Full].into_iter().find(|stage| stage.as_str() == text).ok_or(NoSessionKey)
    }
}

/// A session that is not over.
#[derive(Clone, Debug)]
pub struct Session {
    /// By what the store knows it.
    pub key: SessionKey,
    /// How far the log-in is.
    pub stage: Stage,
    /// From which address.
    pub address: String,
    /// Since when.
    pub made_at: Timestamp,
    /// When something was last asked for, to the minute.
    pub seen_at: Timestamp,
    /// Whose.
    pub operator: Operator,
}

impl Session {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            key: SessionKey(row.digest(0)?),
            stage: row.parsed(1)?,
            address: row.text(2)?.to_owned(),
            made_at: row.at(3)?,
            seen_at: row.at(4)?,
            operator: accounts::read(row, 5)?,
        })
    }

    fn is_over(&self, now: Timestamp) -> bool {
        let longest = match self.stage {
            Stage::Password => HALF_WAY,
            Stage::Full => LONGEST,
        };
        self.operator.standing == Standing::Locked
            || now >= self.made_at + longest
            || now >= self.seen_at + IDLE
    }

    /// Whether it is time to write down that something was asked for.
    pub fn wants_touch(&self, now: Timestamp) -> bool {
        now >= self.seen_at + TOUCH_EVERY
    }
}

/// Opens a session.
pub fn open_session(
    sql: &mut dyn Sql,
    token: &Token,
    (operator, stage): (&OperatorId, Stage),
    address: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO operator_sessions (token, operator, stage, address, made_at, seen_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        values![token.key().0, operator, stage.as_str(), address, now],
    )?;
    Ok(())
}

/// The session of a key, unless it is over.
pub fn find_session(
    sql: &mut dyn Sql,
    key: SessionKey,
    now: Timestamp,
) -> Result<Option<Session>, StoreError> {
    let row = sql.query_one(
        "SELECT token, stage, address, operator_sessions.made_at, seen_at, id, role, standing, locked_until, operators.made_at
         FROM operator_sessions JOIN operators ON operators.id = operator WHERE token = ?1",
        values![key.0],
    )?;
    let session = row.map(|row| Session::read(&row)).transpose()?;
    Ok(session.filter(|session| !session.is_over(now)))
}

/// Every session that is not over, the newest first.
pub fn list_sessions(sql: &mut dyn Sql, now: Timestamp) -> Result<Vec<Session>, StoreError> {
    let rows = sql.query(
        "SELECT token, stage, address, operator_sessions.made_at, seen_at, id, role, standing, locked_until, operators.made_at
         FROM operator_sessions JOIN operators ON operators.id = operator ORDER BY operator_sessions.made_at DESC",
        &[],
    )?;
    let sessions: Vec<Session> = rows.iter().map(Session::read).collect::<Result<_, _>>()?;
    Ok(sessions.into_iter().filter(|session| !session.is_over(now)).collect())
}

/// Something was asked for.
pub fn touch_session(sql: &mut dyn Sql, key: SessionKey, now: Timestamp) -> Result<(), StoreError> {
    sql.execute("UPDATE operator_sessions SET seen_at = ?2 WHERE token = ?1", values![key.0, now])?;
    Ok(())
}

/// Ends a session; whose it was, if there was one.
pub fn end_session(sql: &mut dyn Sql, key: SessionKey) -> Result<Option<OperatorId>, StoreError> {
    let row =
        sql.query_one("DELETE FROM operator_sessions WHERE token = ?1 RETURNING operator", values![key.0])?;
    row.map(|row| row.parsed(0)).transpose()
}

/// Ends every session of an operator.
pub fn end_all_of(sql: &mut dyn Sql, operator: &OperatorId) -> Result<(), StoreError> {
    sql.execute("DELETE FROM operator_sessions WHERE operator = ?1", values![operator])?;
    Ok(())
}

/// Forgets sessions that have been over for a while.
pub fn sweep_sessions(sql: &mut dyn Sql, now: Timestamp) -> Result<u64, StoreError> {
    sql.execute("DELETE FROM operator_sessions WHERE made_at < ?1", values![now - LONGEST])
}
