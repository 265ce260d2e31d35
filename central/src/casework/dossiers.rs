//! Dossiers: opened, looked at, acted on.

use super::WorkError;
use super::progress::state_of;
use crate::bookings;
use crate::deciding::case::{Act, Closing, Dossier, Opening, Recorded, Stage, Who};
use crate::routing::{Delivery, Desk, District};
use crate::store::{Row, Sql, StoreError};
use crate::values;
use contract::calendar::{Calendar, WorkingDays};
use contract::message::{Application, CaseReply, Reply};
use contract::{CaseNumber, EntryId, KioskId};
use jiff::Timestamp;

/// Where a case came from and where it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    /// The terminal.
    pub kiosk: KioskId,
    /// The entry.
    pub entry: EntryId,
    /// Who handles it.
    pub desk: Desk,
    /// How the result goes out.
    pub delivery: Delivery,
}

/// A dossier with what stands on its cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// The case.
    pub dossier: Dossier,
    /// The terminal that it came from.
    pub kiosk: KioskId,
    /// The entry that opened it.
    pub entry: EntryId,
    /// In which district it is handled.
    pub district: District,
    /// How the result goes out, by name; the address stays in the application.
    pub delivery: String,
}

/// Puts a case on its desk, in the transaction of its entry.
pub fn open(
    sql: &mut dyn Sql,
    opening: &Opening,
    filed: &Filed,
    calendar: &Calendar,
) -> Result<Dossier, WorkError> {
    let dossier = Dossier::open(opening.clone());
    sql.execute(
        "INSERT INTO casework (number, kiosk, entry, service, department, district, delivery, limit_days, received_at,
                               version, state, due_on)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10, ?11)",
        values![
            &opening.number,
            &filed.kiosk,
            filed.entry,
            &opening.service,
            opening.department.as_str(),
            filed.desk.district.code(),
            filed.delivery.name(),
            opening.limit.0,
            opening.received_at,
            state_of(&dossier).1,
            dossier.due_on(calendar)?
        ],
    )?;
    Ok(dossier)
}

const COVER: &str = "SELECT kiosk, entry, service, department, district, delivery, limit_days, received_at
                     FROM casework WHERE number = ?1";

const COVER_HELD: &str =
    "SELECT kiosk, entry, service, department, district, delivery, limit_days, received_at
                          FROM casework WHERE number = ?1 FOR UPDATE";

/// A case as it stands.
pub fn look(sql: &mut dyn Sql, number: &CaseNumber) -> Result<Option<Folder>, StoreError> {
    let cover = sql.query_one(COVER, values![number])?;
    cover.map(|cover| unfold(sql, number, &cover)).transpose()
}

/// A case that nobody else changes before the transaction ends.
pub(super) fn hold(sql: &mut dyn Sql, number: &CaseNumber) -> Result<Option<Folder>, StoreError> {
    let cover = sql.query_one(COVER_HELD, values![number])?;
    cover.map(|cover| unfold(sql, number, &cover)).transpose()
}

fn unfold(sql: &mut dyn Sql, number: &CaseNumber, cover: &Row) -> Result<Folder, StoreError> {
    let events = sql.query("SELECT record FROM case_events WHERE number = ?1 ORDER BY n", values![number])?;
    let events = events.iter().map(|row| Ok(serde_json::from_str::<Recorded>(row.text(0)?)?));
    let opening = Opening {
        number: number.clone(),
        service: cover.parsed(2)?,
        department: cover.parsed(3)?,
        limit: WorkingDays(cover.number(6)?),
        received_at: cover.at(7)?,
    };
    let district = cover.int(4)?.to_string().parse().map_err(|_| StoreError::Column(4))?;
    Ok(Folder {
        dossier: Dossier::replay(opening, events.collect::<Result<_, StoreError>>()?),
        kiosk: cover.parsed(0)?,
        entry: cover.entry_id(1)?,
        district,
        delivery: cover.text(5)?.to_owned(),
    })
}

/// Writes down what happened and how the case stands now.
pub(super) fn save(
    sql: &mut dyn Sql,
    dossier: &Dossier,
    happened: &[Recorded],
    calendar: &Calendar,
) -> Result<(), WorkError> {
    let number = &dossier.opening.number;
    for recorded in happened {
        let record = serde_json::to_string(recorded).map_err(StoreError::from)?;
        sql.execute(
            "INSERT INTO case_events (number, n, at, record) VALUES (?1, ?2, ?3, ?4)",
            values![number, recorded.n, recorded.at, record],
        )?;
    }
    sql.execute(
        "UPDATE casework SET version = ?2, state = ?3, clerk = ?4, reviewed_at = ?5, accepted_at = ?6, closed_at = ?7,
                             due_on = ?8
         WHERE number = ?1",
        values![
            number,
            dossier.version(),
            state_of(dossier).1,
            dossier.holder.as_ref().map(|clerk| clerk.id.as_str()),
            dossier.stamps.reviewed_at,
            dossier.stamps.accepted_at,
            dossier.stamps.closed_at,
            dossier.due_on(calendar)?
        ],
    )?;
    // Whoever was refused or took it back does not come: somebody else may.
    if let (Stage::Closed(closed), Some(at)) = (&dossier.stage, dossier.stamps.closed_at)
        && closed.closing != Closing::Approved
    {
        bookings::give_back(sql, number, at)?;
    }
    Ok(())
}

/// Does something with a case, or says why not.
pub fn act(
    sql: &mut dyn Sql,
    number: &CaseNumber,
    seen: u32,
    act: &Act,
    who: Who<'_>,
    now: Timestamp,
    calendar: &Calendar,
) -> Result<Folder, WorkError> {
    let mut folder = hold(sql, number)?.ok_or(WorkError::NoSuchCase)?;
    let happened = folder.dossier.handle(seen, act, who, now, calendar)?;
    save(sql, &folder.dossier, &happened, calendar)?;
    Ok(folder)
}

/// The application that opened a case.
pub fn application_of(sql: &mut dyn Sql, folder: &Folder) -> Result<Option<Application>, StoreError> {
    crate::intake::application(sql, &folder.kiosk, folder.entry)
}

/// The applicant says something in a case of their own, by an entry of a terminal. Nobody has seen a version: what the
/// case stands at is what is answered.
pub fn reply(
    sql: &mut dyn Sql,
    reply: &CaseReply,
    kiosk: &KioskId,
    entry: EntryId,
    now: Timestamp,
    calendar: &Calendar,
) -> Result<(), WorkError> {
    let mut folder = hold(sql, &reply.case)?.ok_or(WorkError::NoSuchCase)?;
    let application = application_of(sql, &folder)?;
    let is_applicant =
        application.is_some_and(|application| application.person() == Some(reply.id_no.expose()));
    if !is_applicant {
        return Err(WorkError::NotTheApplicant);
    }
    let wish = match reply.reply {
        Reply::Supplement { .. } => Act::Answer,
        Reply::Withdraw => Act::Withdraw,
    };
    let seen = folder.dossier.version();
    let happened = folder.dossier.handle(seen, &wish, Who::Applicant(kiosk), now, calendar)?;
    save(sql, &folder.dossier, &happened, calendar)?;
    sql.execute(
        "INSERT INTO case_replies (number, kiosk, entry) VALUES (?1, ?2, ?3)",
        values![&reply.case, kiosk, entry],
    )?;
    Ok(())
}
