//! Fault tickets (故障单): written by technicians at terminals, photographed and settled at the console. Knows no page and no role.
//! Everything here happens inside a transaction that somebody else opens and commits.

use crate::store::{Row, Sql, StoreError};
use crate::values;
use contract::fault_ticket::{FaultTicket, SparePart, Symptom};
use contract::{EntryId, KioskId, OperatorId};
use jiff::Timestamp;

/// Photos of one ticket.
pub const MOST_PHOTOS: u32 = 6;
/// Tickets on a page.
const MOST: u32 = 300;

/// By what a ticket is known: the terminal and the key of its entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketName {
    /// Where it was written.
    pub kiosk: KioskId,
    /// Its entry.
    pub entry: EntryId,
}

/// A ticket as central keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Which.
    pub name: TicketName,
    /// When it was written, by the terminal's clock.
    pub at: Timestamp,
    /// Which part.
    pub part: SparePart,
    /// What was wrong with it.
    pub symptom: Symptom,
    /// When it was settled.
    pub closed_at: Option<Timestamp>,
    /// By whom at the console; none where the part was mended before the ticket was written.
    pub closed_by: Option<OperatorId>,
    /// How many photos there are.
    pub photos: u32,
}

/// Takes a ticket from a terminal.
pub fn open(
    sql: &mut dyn Sql,
    name: &TicketName,
    ticket: FaultTicket,
    at: Timestamp,
) -> Result<(), StoreError> {
    let FaultTicket { part, symptom, mended } = ticket;
    sql.execute(
        "INSERT INTO fault_tickets (kiosk, entry, at, part, symptom, closed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        values![&name.kiosk, name.entry, at, part.word(), symptom.word(), mended.then_some(at)],
    )?;
    Ok(())
}

/// A question for tickets, in the columns of [`read`].
macro_rules! tickets {
    ($which:literal) => {
        concat!(
            "SELECT kiosk, entry, at, part, symptom, closed_at, closed_by, (SELECT count(*) FROM fault_photos p
             WHERE p.kiosk = t.kiosk AND p.entry = t.entry) FROM fault_tickets t ",
            $which
        )
    };
}

fn read(row: &Row) -> Result<Ticket, StoreError> {
    Ok(Ticket {
        name: TicketName { kiosk: row.parsed(0)?, entry: row.entry_id(1)? },
        at: row.at(2)?,
        part: row.parsed(3)?,
        symptom: row.parsed(4)?,
        closed_at: row.optional_at(5)?,
        closed_by: row.optional_parsed(6)?,
        photos: row.number(7)?,
    })
}

/// The newest tickets, those that are open first.
pub fn list(sql: &mut dyn Sql) -> Result<Vec<Ticket>, StoreError> {
    let newest = tickets!("ORDER BY CASE WHEN closed_at IS NULL THEN 0 ELSE 1 END, at DESC, kiosk LIMIT ?1");
    let rows = sql.query(newest, values![MOST])?;
    rows.iter().map(read).collect()
}

/// One of them.
pub fn one(sql: &mut dyn Sql, name: &TicketName) -> Result<Option<Ticket>, StoreError> {
    let row = sql.query_one(tickets!("WHERE kiosk = ?1 AND entry = ?2"), values![&name.kiosk, name.entry])?;
    row.as_ref().map(read).transpose()
}

/// Puts a photo to a ticket; whether there was room. Two who send at once may both be the next: one of them is.
pub fn photograph(
    sql: &mut dyn Sql,
    name: &TicketName,
    jpeg: &[u8],
    by: &OperatorId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(ticket) = one(sql, name)?.filter(|ticket| ticket.photos < MOST_PHOTOS) else { return Ok(false) };
    let put = sql.execute(
        "INSERT INTO fault_photos (kiosk, entry, place, at, by_whom, jpeg) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT DO NOTHING",
        values![&name.kiosk, name.entry, ticket.photos, now, by, jpeg],
    )?;
    Ok(put > 0)
}

/// A photo.
pub fn photo(sql: &mut dyn Sql, name: &TicketName, place: u32) -> Result<Option<Vec<u8>>, StoreError> {
    let row = sql.query_one(
        "SELECT jpeg FROM fault_photos WHERE kiosk = ?1 AND entry = ?2 AND place = ?3",
        values![&name.kiosk, name.entry, place],
    )?;
    row.map(|row| Ok(row.bytes(0)?.to_vec())).transpose()
}

/// Settles a ticket; whether it was open.
pub fn close(
    sql: &mut dyn Sql,
    name: &TicketName,
    by: &OperatorId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let closed = sql.execute(
        "UPDATE fault_tickets SET closed_at = ?3, closed_by = ?4
         WHERE kiosk = ?1 AND entry = ?2 AND closed_at IS NULL",
        values![&name.kiosk, name.entry, now, by],
    )?;
    Ok(closed > 0)
}
