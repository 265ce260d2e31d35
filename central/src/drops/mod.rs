//! Pictures on their way from a phone to a terminal (手机传图): which drop is open, and what lies in it. Everything in this
//! file happens inside a transaction that somebody else opens and commits; what a picture may be is in `picture`.
//!
//! Architecture invariant: a picture is here from the phone's word until the terminal asks for the next one, until the
//! drop ends, or until its time is over, whichever comes first.

mod picture;

use crate::store::{Sql, StoreError};
use crate::values;
use contract::KioskId;
use contract::phone::{DropId, DropToken};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

pub use picture::{MAX_UPLOAD_BYTES, MOST_BYTES_ON_THE_WAY, PictureFault, take_in};

/// A picture whose drop's time is over is due; `?1` is now.
pub(crate) const DUE: &str = "SELECT count(*) FROM drop_pictures WHERE ends_at < ?1";
/// Erases what is due.
pub(crate) const ERASE: &str = "DELETE FROM drop_pictures WHERE ends_at < ?1";

/// Why a drop takes or gives nothing.
#[derive(Debug, thiserror::Error)]
pub enum DropFault {
    /// Nobody opened it, or another one has taken its place.
    #[error("there is no such drop")]
    NoSuchDrop,
    /// It was closed, or its time is over.
    #[error("this drop is over")]
    Over,
    /// It takes no more, or not so many more.
    #[error("this drop takes {0} more pictures")]
    Full(u8),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A drop as the phone sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How many pictures came.
    pub taken: u8,
    /// How many more it takes.
    pub left: u8,
    /// How long it is still open.
    pub time: SignedDuration,
}

fn digest(token: &DropToken) -> [u8; 32] {
    Sha256::digest(token.expose().as_bytes()).into()
}

/// Opens a drop in the place of the terminal's last one.
pub fn open(
    sql: &mut dyn Sql,
    kiosk: &KioskId,
    (id, token): (DropId, &DropToken),
    most: u8,
    ends_at: Timestamp,
) -> Result<(), StoreError> {
    sql.execute("DELETE FROM drop_pictures WHERE kiosk = ?1", values![kiosk])?;
    sql.execute(
        "INSERT INTO drops (kiosk, id, token, most, taken, ends_at) VALUES (?1, ?2, ?3, ?4, 0, ?5)
         ON CONFLICT (kiosk) DO UPDATE SET id = ?2, token = ?3, most = ?4, taken = 0, ends_at = ?5",
        values![kiosk, id, digest(token), most, ends_at],
    )?;
    Ok(())
}

/// How it stands with the drop of a token.
pub fn look(sql: &mut dyn Sql, token: &DropToken, now: Timestamp) -> Result<Standing, DropFault> {
    let row =
        sql.query_one("SELECT most, taken, ends_at FROM drops WHERE token = ?1", values![digest(token)])?;
    let row = row.ok_or(DropFault::NoSuchDrop)?;
    let (most, taken, ends_at): (u8, u8, _) = (row.number(0)?, row.number(1)?, row.at(2)?);
    if ends_at <= now {
        return Err(DropFault::Over);
    }
    Ok(Standing { taken, left: most.saturating_sub(taken), time: ends_at.duration_since(now) })
}

/// Puts pictures into the drop of a token, all of them or none.
pub fn put(
    sql: &mut dyn Sql,
    token: &DropToken,
    pictures: &[Vec<u8>],
    now: Timestamp,
) -> Result<(), DropFault> {
    // Two phones that send at once must not fill it beyond what it takes: the statement itself looks.
    let row = sql.query_one(
        "UPDATE drops SET taken = taken + ?2 WHERE token = ?1 AND ends_at > ?3 AND taken + ?2 <= most
         RETURNING kiosk, id, taken, ends_at",
        values![digest(token), pictures.len(), now],
    )?;
    let Some(row) = row else { return Err(DropFault::Full(look(sql, token, now)?.left)) };
    let (kiosk, last, ends_at): (KioskId, i64, _) = (row.parsed(0)?, row.int(2)?, row.at(3)?);
    let id = row.bytes(1)?;
    let first = last + 1 - i64::try_from(pictures.len()).unwrap_or(last);
    for (n, jpeg) in (first..).zip(pictures) {
        sql.execute(
            "INSERT INTO drop_pictures (kiosk, id, n, ends_at, jpeg) VALUES (?1, ?2, ?3, ?4, ?5)",
            values![&kiosk, id, n, ends_at, jpeg.as_slice()],
        )?;
    }
    Ok(())
}

/// The n-th picture of a terminal's drop, from 1; none while it has not come. Those before it have arrived, and go.
pub fn fetch(
    sql: &mut dyn Sql,
    kiosk: &KioskId,
    id: DropId,
    n: u8,
    now: Timestamp,
) -> Result<Option<Vec<u8>>, DropFault> {
    let open = sql.query_one("SELECT ends_at FROM drops WHERE kiosk = ?1 AND id = ?2", values![kiosk, id])?;
    if open.ok_or(DropFault::NoSuchDrop)?.at(0)? <= now {
        return Err(DropFault::Over);
    }
    let picture = sql.query_one(
        "SELECT jpeg FROM drop_pictures WHERE kiosk = ?1 AND id = ?2 AND n = ?3",
        values![kiosk, id, n],
    )?;
    sql.execute("DELETE FROM drop_pictures WHERE kiosk = ?1 AND id = ?2 AND n < ?3", values![kiosk, id, n])?;
    Ok(picture.map(|row| row.bytes(0).map(<[u8]>::to_vec)).transpose()?)
}

/// Ends a drop: what lies in it goes, and nobody puts anything in any more. One that is over is ended again.
pub fn close(sql: &mut dyn Sql, kiosk: &KioskId, id: DropId, now: Timestamp) -> Result<(), StoreError> {
    sql.execute(
        "UPDATE drops SET ends_at = ?3 WHERE kiosk = ?1 AND id = ?2 AND ends_at > ?3",
        values![kiosk, id, now],
    )?;
    sql.execute("DELETE FROM drop_pictures WHERE kiosk = ?1 AND id = ?2", values![kiosk, id])?;
    Ok(())
}

/// Erases what nobody fetched in time.
pub fn sweep(sql: &mut dyn Sql, now: Timestamp) -> Result<u64, StoreError> {
    sql.execute(ERASE, values![now])
}
