//! Which terminals are ours (终端注册): whom an operator invited, whose key was approved, which certificates are let in.
//! Everything here happens inside a transaction that somebody else opens and commits.
//!
//! Architecture invariant: a terminal of which any certificate is listed is let in with a listed one that is not revoked, and
//! with no other; that is looked up at every request. One of which none is listed holds a certificate that was made by hand
//! (`central ca issue-kiosk`).

use crate::ca::{Authority, CaError, KioskCertificate, NotARequest, RequestedKey};
use crate::caller::{CertificateFingerprint, Terminal};
use crate::store::{Sql, StoreError};
use crate::values;
use contract::enrolment::{ClaimCode, EnrolmentAnswer, KeyFingerprint};
use contract::{KioskId, OperatorId};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

/// How long an invitation is good: a technician's shift and the next day.
pub const INVITED_FOR: SignedDuration = SignedDuration::from_hours(24);
/// Wrong codes until an invitation is dead.
const TRIES: i64 = 5;
/// New certificates that a terminal gets over its old one within a day: more is no renewal.
const RENEWALS_A_DAY: i64 = 6;

/// Why an operator's act is not done.
#[derive(Debug, thiserror::Error)]
pub enum EnrolmentFault {
    /// Nobody has asked, or the invitation is over.
    #[error("no terminal waits under this name: invite it, and let the technician type the code")]
    NothingWaits,
    /// Another key waits than the one that was compared.
    #[error(
        "the key that waits has the fingerprint {0}: compare it with the terminal's own; if they differ, refuse"
    )]
    OtherKey(KeyFingerprint),
    /// There is nothing to revoke.
    #[error("this terminal's certificates are revoked already")]
    RevokedAlready,
    /// It renews without end.
    #[error("this terminal had {RENEWALS_A_DAY} certificates today: look at it")]
    TooMany,
    /// What waits can't be read again.
    #[error(transparent)]
    Request(#[from] NotARequest),
    /// The certificate can't be made.
    #[error(transparent)]
    Ca(#[from] CaError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What became of a terminal's asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It waits, or has its certificate.
    Answer(EnrolmentAnswer),
    /// A wrong, used or old code, or a terminal that nobody invited.
    NotInvited,
    /// The code was used with another key before: somebody else has it.
    OtherKey,
}

/// A terminal that waits for an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Which.
    pub kiosk: KioskId,
    /// Who invited it.
    pub invited_by: String,
    /// Until when its code is good.
    pub ends_at: Timestamp,
    /// The key that waits; none until the technician has typed the code.
    pub waits: Option<KeyFingerprint>,
    /// How often another key came with the right code.
    pub others: i64,
}

/// A terminal's certificates at a glance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Which terminal.
    pub kiosk: KioskId,
    /// How many of its certificates are good.
    pub good: i64,
    /// When the last of them ends.
    pub ends_at: Timestamp,
    /// When one was revoked last, and by whom.
    pub revoked: Option<(Timestamp, String)>,
}

fn digest(code: &ClaimCode) -> [u8; 32] {
    Sha256::digest(code.as_str().as_bytes()).into()
}

/// Invites a terminal; an invitation that it had before is over.
pub fn invite(
    sql: &mut dyn Sql,
    kiosk: &KioskId,
    code: &ClaimCode,
    by: &OperatorId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO enrolments (kiosk, code, invited_by, ends_at, misses, others) VALUES (?1, ?2, ?3, ?4, 0, 0)
         ON CONFLICT (kiosk) DO UPDATE SET code = ?2, invited_by = ?3, ends_at = ?4, misses = 0, others = 0,
             request = NULL, certificate = NULL",
        values![kiosk, digest(code), by, now + INVITED_FOR],
    )?;
    Ok(())
}

/// A terminal asks, again and again until it has its certificate.
pub fn ask(
    sql: &mut dyn Sql,
    kiosk: &KioskId,
    code: &ClaimCode,
    (request, key): (&str, &RequestedKey),
    now: Timestamp,
) -> Result<Asked, StoreError> {
    let row = sql.query_one(
        "SELECT code, request, certificate FROM enrolments
         WHERE kiosk = ?1 AND ends_at > ?2 AND misses < ?3 FOR UPDATE",
        values![kiosk, now, TRIES],
    )?;
    let Some(row) = row else { return Ok(Asked::NotInvited) };
    if row.bytes(0)? != digest(code) {
        sql.execute("UPDATE enrolments SET misses = misses + 1 WHERE kiosk = ?1", values![kiosk])?;
        return Ok(Asked::NotInvited);
    }
    let before = row.optional_text(1)?.map(RequestedKey::parse).and_then(Result::ok);
    match before {
        None => {
            sql.execute("UPDATE enrolments SET request = ?2 WHERE kiosk = ?1", values![kiosk, request])?;
        }
        Some(before) if before.fingerprint() != key.fingerprint() => {
            sql.execute("UPDATE enrolments SET others = others + 1 WHERE kiosk = ?1", values![kiosk])?;
            return Ok(Asked::OtherKey);
        }
        Some(_) => {}
    }
    Ok(Asked::Answer(match row.optional_text(2)? {
        Some(certificate) => EnrolmentAnswer::Enrolled { certificate: certificate.to_owned() },
        None => EnrolmentAnswer::Waiting { fingerprint: key.fingerprint() },
    }))
}

/// An operator has compared the fingerprints: the terminal gets its certificate, and those that it had before end.
pub fn approve(
    sql: &mut dyn Sql,
    authority: &Authority,
    kiosk: &KioskId,
    compared: KeyFingerprint,
    by: &OperatorId,
    now: Timestamp,
) -> Result<KioskCertificate, EnrolmentFault> {
    let row = sql.query_one(
        "SELECT request FROM enrolments
         WHERE kiosk = ?1 AND ends_at > ?2 AND request IS NOT NULL AND certificate IS NULL FOR UPDATE",
        values![kiosk, now],
    )?;
    let key = RequestedKey::parse(row.ok_or(EnrolmentFault::NothingWaits)?.text(0)?)?;
    if key.fingerprint() != compared {
        return Err(EnrolmentFault::OtherKey(key.fingerprint()));
    }
    let certificate = authority.certify(kiosk, &key, now)?;
    end_all(sql, kiosk, by, now)?;
    list(sql, kiosk, &certificate, Some(by), now)?;
    sql.execute(
        "UPDATE enrolments SET certificate = ?2 WHERE kiosk = ?1",
        values![kiosk, certificate.pem.as_str()],
    )?;
    Ok(certificate)
}

/// Nothing comes of an invitation.
pub fn refuse(sql: &mut dyn Sql, kiosk: &KioskId) -> Result<(), EnrolmentFault> {
    match sql.execute("DELETE FROM enrolments WHERE kiosk = ?1 AND certificate IS NULL", values![kiosk])? {
        0 => Err(EnrolmentFault::NothingWaits),
        _ => Ok(()),
    }
}

/// From the next request on this terminal is not let in, by whatever certificate it comes.
pub fn revoke(
    sql: &mut dyn Sql,
    kiosk: &KioskId,
    by: &OperatorId,
    now: Timestamp,
) -> Result<(), EnrolmentFault> {
    sql.execute("DELETE FROM enrolments WHERE kiosk = ?1", values![kiosk])?;
    if end_all(sql, kiosk, by, now)? > 0 {
        return Ok(());
    }
    // Its certificate was made by hand: that any is listed ends it.
    let added = sql.execute(
        "INSERT INTO terminal_certificates (kiosk, fingerprint, issued_at, ends_at, revoked_at, revoked_by)
         VALUES (?1, ?2, ?3, ?3, ?3, ?4) ON CONFLICT DO NOTHING",
        values![kiosk, CertificateFingerprint::NONE.0, now, by],
    )?;
    if added == 0 { Err(EnrolmentFault::RevokedAlready) } else { Ok(()) }
}

/// A terminal renews its certificate over the one that it came with, which stays good until its own end: an answer that is
/// lost locks nobody out.
pub fn renew(
    sql: &mut dyn Sql,
    authority: &Authority,
    terminal: &Terminal,
    key: &RequestedKey,
    now: Timestamp,
) -> Result<KioskCertificate, EnrolmentFault> {
    let today = sql.query_one(
        "SELECT count(*) FROM terminal_certificates WHERE kiosk = ?1 AND issued_at > ?2",
        values![&terminal.id, now - SignedDuration::from_hours(24)],
    )?;
    if today.ok_or(StoreError::Stopped)?.int(0)? >= RENEWALS_A_DAY {
        return Err(EnrolmentFault::TooMany);
    }
    let certificate = authority.certify(&terminal.id, key, now)?;
    let by_hand = KioskCertificate {
        pem: String::new(),
        fingerprint: terminal.certificate,
        ends_at: certificate.ends_at,
    };
    list(sql, &terminal.id, &by_hand, None, now)?;
    list(sql, &terminal.id, &certificate, None, now)?;
    Ok(certificate)
}

/// Whether a terminal is let in.
pub fn is_admitted(sql: &mut dyn Sql, terminal: &Terminal) -> Result<bool, StoreError> {
    let row = sql.query_one(
        "SELECT count(*), count(CASE WHEN fingerprint = ?2 AND revoked_at IS NULL THEN 1 END)
         FROM terminal_certificates WHERE kiosk = ?1",
        values![&terminal.id, terminal.certificate.0],
    )?;
    let row = row.ok_or(StoreError::Stopped)?;
    Ok(row.int(0)? == 0 || row.int(1)? > 0)
}

/// Who was invited and has no certificate yet.
pub fn invitations(sql: &mut dyn Sql, now: Timestamp) -> Result<Vec<Invitation>, StoreError> {
    let rows = sql.query(
        "SELECT kiosk, invited_by, ends_at, request, others FROM enrolments
         WHERE certificate IS NULL AND ends_at > ?1 AND misses < ?2 ORDER BY kiosk",
        values![now, TRIES],
    )?;
    let invitation = |row: crate::store::Row| {
        Ok(Invitation {
            kiosk: row.parsed(0)?,
            invited_by: row.text(1)?.to_owned(),
            ends_at: row.at(2)?,
            waits: row
                .optional_text(3)?
                .and_then(|text| RequestedKey::parse(text).ok())
                .map(|key| key.fingerprint()),
            others: row.int(4)?,
        })
    };
    rows.into_iter().map(invitation).collect()
}

/// The terminals that have certificates.
pub fn listed(sql: &mut dyn Sql, now: Timestamp) -> Result<Vec<Listed>, StoreError> {
    let rows = sql.query(
        "SELECT kiosk, count(CASE WHEN revoked_at IS NULL AND ends_at > ?1 THEN 1 END), max(ends_at),
             max(revoked_at), max(revoked_by)
         FROM terminal_certificates GROUP BY kiosk ORDER BY kiosk",
        values![now],
    )?;
    let listed = |row: crate::store::Row| {
        Ok(Listed {
            kiosk: row.parsed(0)?,
            good: row.int(1)?,
            ends_at: row.at(2)?,
            revoked: row.optional_at(3)?.zip(row.optional_text(4)?.map(str::to_owned)),
        })
    };
    rows.into_iter().map(listed).collect()
}

fn end_all(sql: &mut dyn Sql, kiosk: &KioskId, by: &OperatorId, now: Timestamp) -> Result<u64, StoreError> {
    sql.execute(
        "UPDATE terminal_certificates SET revoked_at = ?2, revoked_by = ?3 WHERE kiosk = ?1 AND revoked_at IS NULL",
        values![kiosk, now, by],
    )
}

fn list(
    sql: &mut dyn Sql,
    kiosk: &KioskId,
    certificate: &KioskCertificate,
    by: Option<&OperatorId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO terminal_certificates (kiosk, fingerprint, issued_at, ends_at, approved_by)
         VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        values![kiosk, certificate.fingerprint.0, now, certificate.ends_at, by],
    )?;
    Ok(())
}
