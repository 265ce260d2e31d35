//! Opening the file: every setting that durability depends on is set, read back and insisted on.

use crate::{KioskSecret, StoreError};
use contract::KioskId;
use rusqlite::types::FromSql;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior};
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

/// 3.51.3: the first version without the WAL-reset bug.
const OLDEST_SQLITE: i32 = 3_051_003;

const MIGRATIONS: &[&str] = &[include_str!("migrations/001.sql")];

/// Opens or makes the file, brings it to the newest version and says whose secret it holds.
pub(crate) fn open(path: &Path, kiosk: &KioskId) -> Result<(Connection, KioskSecret), StoreError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(StoreError::TooOldSqlite { found: rusqlite::version().to_owned() });
    }
    make_private(path)?;
    let mut db = Connection::open(path).map_err(|error| place(error, path))?;
    db.busy_timeout(Duration::from_secs(2))?;
    // First of all: a newer kiosk may keep its file in other ways than those insisted on below.
    refuse_newer(&db, MIGRATIONS.len())?;
    set_up(&db).map_err(|error| match error {
        StoreError::Sqlite(error) => place(error, path),
        other => other,
    })?;
    migrate(&mut db, MIGRATIONS)?;
    let secret = claim(&mut db, kiosk)?;
    Ok((db, secret))
}

/// Makes the file readable by its owner only, before SQLite makes it for everyone. SQLite gives its WAL the same mode.
fn make_private(path: &Path) -> Result<(), StoreError> {
    if path.exists() {
        return Ok(());
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(error) => match error.kind() {
            std::io::ErrorKind::StorageFull => Err(StoreError::DiskFull),
            std::io::ErrorKind::ReadOnlyFilesystem => Err(StoreError::ReadOnly),
            _ => Err(StoreError::NoPlace { path: path.to_owned() }),
        },
    }
}

fn place(error: rusqlite::Error, path: &Path) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen) => StoreError::NoPlace { path: path.to_owned() },
        _ => error.into(),
    }
}

fn set_up(db: &Connection) -> Result<(), StoreError> {
    if db.is_readonly("main")? {
        return Err(StoreError::ReadOnly);
    }
    // 1024 measured best for 1 KiB payloads; it only has an effect on a new file, before WAL is switched on.
    db.pragma_update(None, "page_size", 1024)?;
    db.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0))?;
    // FULL: NORMAL lost acknowledged rows in 3 of 4 measured power cuts.
    db.pragma_update(None, "synchronous", "full")?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update_and_check(None, "secure_delete", true, |row| row.get::<_, i64>(0))?;
    insist(db, "page_size", &1024_i64)?;
    insist(db, "journal_mode", &String::from("wal"))?;
    insist(db, "synchronous", &2_i64)?;
    insist(db, "foreign_keys", &1_i64)?;
    insist(db, "secure_delete", &1_i64)
}

pub(crate) fn insist<T: FromSql + PartialEq + ToString>(
    db: &Connection,
    name: &'static str,
    wanted: &T,
) -> Result<(), StoreError> {
    let got: T = db.pragma_query_value(None, name, |row| row.get(0))?;
    if got == *wanted {
        Ok(())
    } else {
        Err(StoreError::Pragma { name, wanted: wanted.to_string(), got: got.to_string() })
    }
}

/// Reads the whole file for damage, beside whoever uses it. It takes as long as the file is large: not for the start.
pub fn examine(path: &Path) -> Result<(), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(|error| place(error, path))?;
    let verdict: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" { Ok(()) } else { Err(StoreError::Corrupt { detail: verdict }) }
}

/// The file's version, if it is one that this program knows.
fn refuse_newer(db: &Connection, migrations: usize) -> Result<i64, StoreError> {
    let known = i64::try_from(migrations).unwrap_or(i64::MAX);
    let found: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known { Err(StoreError::NewerVersion { found, known }) } else { Ok(found) }
}

fn migrate(db: &mut Connection, migrations: &[&str]) -> Result<(), StoreError> {
    let found = refuse_newer(db, migrations.len())?;
    for (version, sql) in (1_i64..).zip(migrations).filter(|(version, _)| *version > found) {
        let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        change.execute_batch(sql)?;
        change.pragma_update(None, "user_version", version)?;
        change.commit()?;
    }
    Ok(())
}

/// Writes whose store this is the first time, and holds later openings to it.
fn claim(db: &mut Connection, kiosk: &KioskId) -> Result<KioskSecret, StoreError> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let read = |name| {
        change
            .query_row("SELECT value FROM meta WHERE name = ?1", [name], |row| row.get::<_, Vec<u8>>(0))
            .optional()
    };
    let write = |name, value: &[u8]| {
        change.execute("INSERT INTO meta (name, value) VALUES (?1, ?2)", (name, value)).map(|_| ())
    };
    let secret = match (read("kiosk")?, read("lane_secret")?) {
        (Some(owner), Some(secret)) if owner == kiosk.as_str().as_bytes() => KioskSecret::from_bytes(secret),
        (Some(owner), _) if owner != kiosk.as_str().as_bytes() => {
            let found = String::from_utf8_lossy(&owner).into_owned();
            return Err(StoreError::OtherKiosk { found, asked: kiosk.clone() });
        }
        (None, None) => {
            let secret = KioskSecret::make()?;
            write("kiosk", kiosk.as_str().as_bytes())?;
            write("lane_secret", secret.bytes())?;
            secret
        }
        _ => {
            let detail = "half of the store's own facts are missing".to_owned();
            return Err(StoreError::Unreadable { place: "meta", detail });
        }
    };
    change.commit()?;
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_migration_runs_once_and_whole() {
        let mut db = Connection::open_in_memory().unwrap();
        let first = "CREATE TABLE t (a INTEGER) STRICT; INSERT INTO t VALUES (1);";
        let second = "ALTER TABLE t ADD COLUMN b INTEGER; INSERT INTO t VALUES (2, 2);";
        migrate(&mut db, &[first]).unwrap();
        migrate(&mut db, &[first, second]).unwrap();
        migrate(&mut db, &[first, second]).unwrap();
        let rows =
            |db: &Connection| db.query_row("SELECT count(*) FROM t", [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(rows(&db), 2);
        let broken = "INSERT INTO t VALUES (3, 3); INSERT INTO nowhere VALUES (1);";
        assert!(migrate(&mut db, &[first, second, broken]).is_err());
        assert_eq!(rows(&db), 2, "half a migration is none");
        assert!(matches!(migrate(&mut db, &[first]), Err(StoreError::NewerVersion { found: 2, known: 1 })));
    }
}
