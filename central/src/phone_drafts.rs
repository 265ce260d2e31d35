//! Drafts between a phone and a terminal: kept under a code of six digits for the person whose ID number they were made
//! with, good once and for a day. What is kept is sealed to central's own key; a wrong code, another person's code, a used
//! and an old one are all the same to whoever asks.
//!
//! Everything here happens inside a transaction that somebody else opens and commits.

use crate::cases::DISTRICT;
use crate::keys::Keys;
use crate::store::{Sql, StoreError};
use crate::values;
use contract::form::{Fields, Setting, Template};
use contract::handoff::{DraftCode, KEPT, PhoneDraft, on_phone};
use contract::series::SealingKeyId;
use contract::{IdNumber, Secret, ServiceCode};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How many wrong tries a person has at terminals, and how many a code has on phones.
const TRIES: u32 = 5;
/// How long a person waits after the last of them.
const LOCKED_FOR: SignedDuration = SignedDuration::from_mins(15);
/// How often a code is drawn before the drafts are taken to be too many.
const DRAWS: u32 = 16;
/// More at a time and one code in twenty would open something.
const MOST: i64 = 50_000;

/// Which way a draft goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Typed on a phone, taken at a terminal.
    ToTerminal,
    /// Typed at a terminal, opened on a phone.
    ToPhone,
}

impl Way {
    const fn as_str(self) -> &'static str {
        match self {
            Self::ToTerminal => "to_terminal",
            Self::ToPhone => "to_phone",
        }
    }
}

/// What a draft holds; nothing of it lies open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Of which service.
    pub service: ServiceCode,
    /// Whose.
    pub id_no: IdNumber,
    /// What was typed.
    pub fields: Fields,
}

/// A draft that is sealed, and its code, ready to be kept.
#[derive(Debug)]
pub struct Sealed {
    code: DraftCode,
    key: SealingKeyId,
    bytes: Vec<u8>,
}

/// Why a draft is not kept.
#[derive(Debug, thiserror::Error)]
pub enum NotKept {
    /// The system gives no random numbers, or the seal can't be made.
    #[error("a draft can't be sealed: {0}")]
    Seal(String),
    /// There are too many drafts.
    #[error("there are too many drafts at present")]
    TooMany,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What became of asking for a draft.
#[derive(Debug)]
pub enum Found {
    /// It is theirs, and it is gone from here.
    Draft(ServiceCode, PhoneDraft),
    /// It is theirs, and of another service; it stays.
    OtherService(ServiceCode),
    /// There is none of this person under this code.
    None,
    /// Too many wrong tries; none is looked at for so many seconds.
    Locked(u64),
}

/// Leaves of what somebody typed what a phone may say of this form and what is right by itself.
pub fn sensible(template: &Template, fields: &Fields, setting: Setting) -> Fields {
    let is_right = |field: &&contract::form::Field| {
        let value = fields.get(&field.id).map_or("", |value| value.expose().as_str());
        !value.is_empty() && contract::validate::check(&field.kind, value, setting.today).is_ok()
    };
    let kept = template.asked(setting).filter(|field| on_phone(field)).filter(is_right);
    kept.filter_map(|field| Some((field.id.clone(), fields.get(&field.id)?.clone()))).collect()
}

/// Draws codes for a draft and seals it under each: the first that is free is kept.
pub fn seal(keys: &Keys, content: &Content) -> Result<Vec<Sealed>, NotKept> {
    let plain = serde_json::to_vec(content).map_err(|error| NotKept::Seal(error.to_string()))?;
    let plain = Secret::new(plain);
    let (key, sealer) = keys.sealer();
    let draw = |_| {
        let mut number = [0; 4];
        getrandom::fill(&mut number).map_err(|error| NotKept::Seal(error.to_string()))?;
        let code = DraftCode::of(u32::from_le_bytes(number));
        let bytes =
            sealer.seal(&context(&code), plain.expose()).map_err(|error| NotKept::Seal(error.to_string()))?;
        Ok(Sealed { code, key, bytes })
    };
    (0..DRAWS).map(draw).collect()
}

/// Keeps a draft under the first of its codes that is free, and says which. What is over goes.
pub fn keep(sql: &mut dyn Sql, way: Way, drawn: &[Sealed], now: Timestamp) -> Result<DraftCode, NotKept> {
    sql.execute("DELETE FROM phone_drafts WHERE made_at < ?1", values![now - KEPT])?;
    let count = sql.query_one("SELECT count(*) FROM phone_drafts", values![])?;
    if count.ok_or(StoreError::Stopped)?.int(0)? >= MOST {
        return Err(NotKept::TooMany);
    }
    for Sealed { code, key, bytes } in drawn {
        let inserted = sql.execute(
            "INSERT INTO phone_drafts (district, code, way, made_at, misses, sealing_key, sealed)
             VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6) ON CONFLICT DO NOTHING",
            values![DISTRICT, code.as_str(), way.as_str(), now, key.0, bytes.as_slice()],
        )?;
        if inserted > 0 {
            return Ok(code.clone());
        }
    }
    Err(NotKept::TooMany)
}

/// Somebody whose card was read at a terminal asks for the draft of a service. A wrong try is counted against them.
pub fn claim(
    sql: &mut dyn Sql,
    keys: &Keys,
    code: &DraftCode,
    id_no: &IdNumber,
    service: &ServiceCode,
    now: Timestamp,
) -> Result<Found, StoreError> {
    let person: [u8; 32] = Sha256::digest(id_no.expose()).into();
    let row = sql.query_one(
        "SELECT misses, since FROM draft_misses WHERE district = ?1 AND person = ?2 FOR UPDATE",
        values![DISTRICT, person],
    )?;
    let before = row.map(|row| Ok::<_, StoreError>((row.number::<u32>(0)?, row.at(1)?))).transpose()?;
    let misses = before.filter(|(_, since)| now.duration_since(*since) < LOCKED_FOR);
    if let Some((misses, since)) = misses
        && misses >= TRIES
    {
        let left = LOCKED_FOR - now.duration_since(since);
        return Ok(Found::Locked(u64::try_from(left.as_secs()).unwrap_or(0).max(1)));
    }
    match open(sql, keys, Way::ToTerminal, code, id_no, now)? {
        Opened::Theirs(content, made_at) if content.service == *service => {
            wipe(sql, code)?;
            sql.execute(
                "DELETE FROM draft_misses WHERE district = ?1 AND person = ?2",
                values![DISTRICT, person],
            )?;
            Ok(Found::Draft(content.service, PhoneDraft { made_at, fields: content.fields }))
        }
        Opened::Theirs(content, _) => Ok(Found::OtherService(content.service)),
        Opened::Nothing | Opened::SomebodyElses => {
            sql.execute(
                "INSERT INTO draft_misses (district, person, misses, since) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (district, person) DO UPDATE SET misses = excluded.misses, since = excluded.since",
                values![DISTRICT, person, misses.map_or(0, |(misses, _)| misses) + 1, now],
            )?;
            Ok(Found::None)
        }
    }
}

/// Somebody with a phone opens what a terminal kept for them. A wrong number is counted against the code, which is closed
/// by the last of its tries: nobody is kept from their terminal by whoever types their number on a phone.
pub fn open_on_phone(
    sql: &mut dyn Sql,
    keys: &Keys,
    code: &DraftCode,
    id_no: &IdNumber,
    now: Timestamp,
) -> Result<Found, StoreError> {
    match open(sql, keys, Way::ToPhone, code, id_no, now)? {
        Opened::Theirs(content, made_at) => {
            wipe(sql, code)?;
            Ok(Found::Draft(content.service, PhoneDraft { made_at, fields: content.fields }))
        }
        Opened::Nothing => Ok(Found::None),
        Opened::SomebodyElses => {
            sql.execute(
                "UPDATE phone_drafts SET misses = misses + 1 WHERE district = ?1 AND code = ?2",
                values![DISTRICT, code.as_str()],
            )?;
            sql.execute(
                "DELETE FROM phone_drafts WHERE district = ?1 AND code = ?2 AND misses >= ?3",
                values![DISTRICT, code.as_str(), TRIES],
            )?;
            Ok(Found::None)
        }
    }
}

/// What lies under a code.
enum Opened {
    Nothing,
    SomebodyElses,
    Theirs(Content, Timestamp),
}

fn open(
    sql: &mut dyn Sql,
    keys: &Keys,
    way: Way,
    code: &DraftCode,
    id_no: &IdNumber,
    now: Timestamp,
) -> Result<Opened, StoreError> {
    let row = sql.query_one(
        "SELECT made_at, sealing_key, sealed FROM phone_drafts
         WHERE district = ?1 AND code = ?2 AND way = ?3 AND made_at >= ?4 FOR UPDATE",
        values![DISTRICT, code.as_str(), way.as_str(), now - KEPT],
    )?;
    let Some(row) = row else { return Ok(Opened::Nothing) };
    let key = SealingKeyId(row.number(1)?);
    let opened = keys.opener(key).and_then(|opener| opener.open(&context(code), row.bytes(2).ok()?).ok());
    let Some(opened) = opened else {
        tracing::error!(%key, "a draft can't be opened: bring back a copy of the key file");
        return Ok(Opened::Nothing);
    };
    let content: Content = serde_json::from_slice(opened.expose())?;
    Ok(if content.id_no == *id_no { Opened::Theirs(content, row.at(0)?) } else { Opened::SomebodyElses })
}

fn wipe(sql: &mut dyn Sql, code: &DraftCode) -> Result<(), StoreError> {
    sql.execute(
        "DELETE FROM phone_drafts WHERE district = ?1 AND code = ?2",
        values![DISTRICT, code.as_str()],
    )?;
    Ok(())
}

/// What a draft is sealed with beside its key: nobody can put it under another code.
fn context(code: &DraftCode) -> Vec<u8> {
    format!("budayang phone draft\n{}", code.as_str()).into_bytes()
}
