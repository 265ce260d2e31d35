//! The store as one SQLite file: one writing thread, readers beside it (WAL lets them).

use super::writer::Writer;
use super::{Applied, Arrival, Known, Progress, RecordName, Refusal, Reply, Store, StoreError, apply, heads};
use contract::message::{CaseProgress, CaseState, EntryRecord};
use contract::series::HeadReport;
use contract::{CaseNumber, EntryId, KioskId, Seq};
use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior};
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const MIGRATIONS: &[&str] = &[include_str!("migrations/001.sql")];

/// The store as one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Writer,
    reader: Reader,
}

#[derive(Clone, Debug)]
enum Reader {
    /// Reads run on the runtime's threads for blocking work.
    Blocking(Arc<Mutex<Connection>>),
    /// Reads run in the caller, on the writer's own connection.
    Inline(Arc<Mutex<Connection>>),
}

impl SqliteStore {
    /// Opens the file or makes it.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        make_private(path)?;
        let mut db = connect(path)?;
        migrate(&mut db, path)?;
        let reader = connect(path)?;
        reader.pragma_update(None, "query_only", true)?;
        Ok(Self { writer: Writer::start(db)?, reader: Reader::Blocking(Arc::new(Mutex::new(reader))) })
    }

    /// Opens the file for a simulation: no threads, and no sync of the disk, whose power is never cut there.
    pub fn open_for_simulation(path: &Path) -> Result<Self, StoreError> {
        let mut db = connect(path)?;
        db.pragma_update(None, "synchronous", "off")?;
        migrate(&mut db, path)?;
        let db = Arc::new(Mutex::new(db));
        Ok(Self { writer: Writer::Inline(Arc::clone(&db)), reader: Reader::Inline(db) })
    }

    fn read<T, F>(&self, query: F) -> Reply<'_, T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let reader = self.reader.clone();
        Box::pin(async move {
            // A reader that panicked left nothing half done: reads change nothing.
            match reader {
                Reader::Inline(db) => query(&db.lock().unwrap_or_else(PoisonError::into_inner)),
                Reader::Blocking(db) => {
                    let work = move || query(&db.lock().unwrap_or_else(PoisonError::into_inner));
                    tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::Stopped)?
                }
            }
        })
    }
}

impl Store for SqliteStore {
    fn apply(&self, arrival: Arrival) -> Reply<'_, Applied> {
        Box::pin(self.writer.call(move |change| apply::apply(change, &arrival)))
    }

    fn refuse(&self, refusal: Refusal) -> Reply<'_, ()> {
        Box::pin(self.writer.call(move |change| apply::refuse(change, &refusal)))
    }

    fn report_head(&self, kiosk: KioskId, report: HeadReport, at: Timestamp) -> Reply<'_, ()> {
        Box::pin(self.writer.call(move |change| heads::report(change, &kiosk, &report, at)))
    }

    fn readmit(&self, kiosk: KioskId, at: Timestamp) -> Reply<'_, ()> {
        Box::pin(self.writer.call(move |change| heads::readmit(change, &kiosk, at)))
    }

    fn refusals(&self, kiosk: KioskId) -> Reply<'_, Vec<Refusal>> {
        self.read(move |db| {
            let mut query =
                db.prepare_cached("SELECT seq, id, at, problem FROM refusals WHERE kiosk = ?1 ORDER BY seq")?;
            let rows = query.query_map([kiosk.as_str()], |row| {
                Ok(Refusal {
                    kiosk: kiosk.clone(),
                    seq: Seq(row.get(0)?),
                    id: EntryId(uuid::Uuid::from_bytes(row.get(1)?)),
                    at: Timestamp::from_millisecond(row.get(2)?).unwrap_or(Timestamp::UNIX_EPOCH),
                    problem: row.get(3)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    fn known(&self, id: EntryId) -> Reply<'_, Option<Known>> {
        self.read(move |db| {
            let known = db
                .prepare_cached("SELECT kiosk, seal_hash, receipt FROM entries WHERE id = ?1")?
                .query_row([id.0.as_bytes()], |row| {
                    Ok(Known { kiosk: parsed(row, 0)?, seal_hash: row.get(1)?, receipt: row.get(2)? })
                })
                .optional()?;
            Ok(known)
        })
    }

    fn progress(&self, kiosk: KioskId) -> Reply<'_, Progress> {
        self.read(move |db| {
            let progress = db
                .prepare_cached("SELECT contiguous, highest FROM series WHERE kiosk = ?1")?
                .query_row([kiosk.as_str()], |row| {
                    Ok(Progress { contiguous: Seq(row.get(0)?), highest: Seq(row.get(1)?) })
                })
                .optional()?;
            Ok(progress.unwrap_or(Progress { contiguous: Seq(0), highest: Seq(0) }))
        })
    }

    fn case(&self, case: CaseNumber) -> Reply<'_, Option<CaseProgress>> {
        self.read(move |db| {
            let progress = db
                .prepare_cached(
                    "SELECT service, state, accepted_on, promised_days FROM cases WHERE number = ?1",
                )?
                .query_row([case.as_str()], |row| {
                    Ok(CaseProgress {
                        case: case.clone(),
                        service: parsed(row, 0)?,
                        state: match row.get_ref(1)?.as_str()? {
                            "completed" => CaseState::Completed,
                            _ => CaseState::Accepted,
                        },
                        accepted_on: parsed(row, 2)?,
                        promised_days: row.get(3)?,
                    })
                })
                .optional()?;
            Ok(progress)
        })
    }

    fn record(&self, which: RecordName) -> Reply<'_, Option<EntryRecord>> {
        self.read(move |db| {
            let id = match which {
                RecordName::Entry(id) => Some(*id.0.as_bytes()),
                RecordName::Case(case) => db
                    .query_row("SELECT entry FROM cases WHERE number = ?1", [case.as_str()], |row| row.get(0))
                    .optional()?,
            };
            let Some(id) = id else { return Ok(None) };
            let row = db
                .query_row("SELECT kiosk, body, receipt, seq FROM entries WHERE id = ?1", [id], |row| {
                    let (body, receipt): (Vec<u8>, Vec<u8>) = (row.get(1)?, row.get(2)?);
                    Ok((parsed::<KioskId>(row, 0)?, body, receipt, row.get(3)?))
                })
                .optional()?;
            let Some((kiosk, body, receipt, seq)) = row else { return Ok(None) };
            Ok(Some(EntryRecord {
                kiosk,
                seq: Seq(seq),
                id: EntryId(uuid::Uuid::from_bytes(id)),
                entry: serde_json::from_slice(&body)?,
                receipt: serde_json::from_slice(&receipt)?,
            }))
        })
    }
}

/// The records are personal: the file is made readable by its owner only, before SQLite makes it for everyone.
fn make_private(path: &Path) -> Result<(), StoreError> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(StoreError::NoPlace { path: path.to_owned(), detail: error.to_string() })
        }
        _ => Ok(()),
    }
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let db = Connection::open(path)?;
    db.busy_timeout(Duration::from_secs(5))?;
    db.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    db.pragma_update(None, "synchronous", "full")?;
    db.pragma_update(None, "foreign_keys", true)?;
    insist(&db, "journal_mode", "wal")?;
    insist(&db, "synchronous", "2")?;
    insist(&db, "foreign_keys", "1")?;
    Ok(db)
}

fn insist(db: &Connection, name: &'static str, wanted: &'static str) -> Result<(), StoreError> {
    let got = db.pragma_query_value(None, name, |row| {
        Ok(match row.get_ref(0)? {
            rusqlite::types::ValueRef::Integer(number) => number.to_string(),
            other => other.as_str()?.to_owned(),
        })
    })?;
    if got == wanted { Ok(()) } else { Err(StoreError::Pragma { name, wanted, got }) }
}

fn migrate(db: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = change.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known {
        return Err(StoreError::NewerVersion { path: path.to_owned(), found, known });
    }
    for (_, sql) in (1_i64..).zip(MIGRATIONS).filter(|(version, _)| *version > found) {
        change.execute_batch(sql)?;
    }
    change.pragma_update(None, "user_version", known)?;
    Ok(change.commit()?)
}

fn parsed<T>(row: &Row<'_>, column: usize) -> rusqlite::Result<T>
where
    T: FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text = row.get_ref(column)?.as_str()?;
    text.parse()
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}
