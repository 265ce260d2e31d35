//! The store as one SQLite file: one writing thread, readers beside it (WAL lets them).

use super::writer::Writer;
use super::{Done, Row, Sql, Store, StoreError, Value, Work, migrations};
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Connection, ToSql, TransactionBehavior, params_from_iter};
use std::borrow::Cow;
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Statements that are kept prepared on a connection.
const PREPARED: usize = 256;

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
}

impl Store for SqliteStore {
    fn transact(&self, work: Work) -> Done<'_> {
        Box::pin(self.writer.call(work))
    }

    fn look(&self, work: Work) -> Done<'_> {
        let reader = self.reader.clone();
        Box::pin(async move {
            // A reader that panicked left nothing half done: reads change nothing.
            match reader {
                Reader::Inline(db) => look(&db.lock().unwrap_or_else(PoisonError::into_inner), work),
                Reader::Blocking(db) => {
                    let task = move || look(&db.lock().unwrap_or_else(PoisonError::into_inner), work);
                    tokio::task::spawn_blocking(task).await.map_err(|_| StoreError::Stopped)?
                }
            }
        })
    }
}

/// One transaction, so that several queries see one state.
fn look(db: &Connection, mut work: Work) -> Result<(), StoreError> {
    let view = db.unchecked_transaction()?;
    let mut sql = Connected::new(&view);
    work(&mut sql);
    sql.failure().map_or(Ok(()), Err)
}

/// An open transaction as [`Sql`]. It remembers when the engine failed, whatever the work makes of it.
pub(super) struct Connected<'a> {
    db: &'a Connection,
    failure: Option<StoreError>,
}

impl<'a> Connected<'a> {
    pub(super) const fn new(db: &'a Connection) -> Self {
        Self { db, failure: None }
    }

    /// How the engine failed, if it did: nothing of the transaction can stay then.
    pub(super) fn failure(self) -> Option<StoreError> {
        // SQLite rolls the whole transaction back by itself when the disk fails.
        self.failure.or_else(|| self.db.is_autocommit().then_some(StoreError::Busy))
    }

    fn run<T>(
        &mut self,
        sql: &'static str,
        run: impl FnOnce(&mut rusqlite::CachedStatement<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let result =
            self.db.prepare_cached(&without_locks(sql)).and_then(|mut statement| run(&mut statement));
        result.map_err(|error| {
            let error = StoreError::from(error);
            tracing::error!(%error, "a statement failed");
            // A constraint that refuses hurts nobody else; a disk that fails hurts everything.
            match &error {
                StoreError::DiskFull => self.failure = Some(StoreError::DiskFull),
                StoreError::Busy | StoreError::Away(_) | StoreError::Corrupt(_) => {
                    self.failure = Some(StoreError::Busy);
                }
                _ => {}
            }
            error
        })
    }
}

impl Sql for Connected<'_> {
    fn execute(&mut self, sql: &'static str, values: &[Value]) -> Result<u64, StoreError> {
        let changed = self.run(sql, |statement| statement.execute(params_from_iter(values)))?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }

    fn query(&mut self, sql: &'static str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.run(sql, |statement| {
            let columns = statement.column_count();
            let rows = statement.query_map(params_from_iter(values), |row| {
                (0..columns)
                    .map(|column| value(column, row.get_ref(column)?))
                    .collect::<Result<_, _>>()
                    .map(Row::new)
            })?;
            rows.collect()
        })
    }
}

/// One writer at a time needs no locks on rows.
fn without_locks(sql: &'static str) -> Cow<'static, str> {
    match sql.split_once(" FOR UPDATE") {
        None => Cow::Borrowed(sql),
        Some((before, after)) => {
            Cow::Owned(format!("{before}{}", after.strip_prefix(" SKIP LOCKED").unwrap_or(after)))
        }
    }
}

fn value(column: usize, value: ValueRef<'_>) -> rusqlite::Result<Value> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        // No column holds one, and no query may compute one.
        ValueRef::Real(_) => {
            return Err(rusqlite::Error::InvalidColumnType(column, "a real number".to_owned(), Type::Real));
        }
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(rusqlite::types::ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
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
    db.set_prepared_statement_cache_capacity(PREPARED);
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
            ValueRef::Integer(number) => number.to_string(),
            other => other.as_str()?.to_owned(),
        })
    })?;
    if got == wanted { Ok(()) } else { Err(StoreError::Setting { name, wanted, got }) }
}

fn migrate(db: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let known = migrations::known_version();
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = change.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known {
        return Err(StoreError::NewerVersion { place: path.display().to_string(), found, known });
    }
    for (_, sql) in migrations::after(found) {
        change.execute_batch(sql)?;
    }
    change.pragma_update(None, "user_version", known)?;
    Ok(change.commit()?)
}
