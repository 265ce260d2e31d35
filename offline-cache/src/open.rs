//! Opening the file: every setting that durability depends on is set, read back and insisted on.

use crate::{KioskSecret, StoreError, standing};
use contract::KioskId;
use rusqlite::types::FromSql;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior};
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

/// 3.51.3: the first version without the WAL-reset bug.
const OLDEST_SQLITE: i32 = 3_051_003;

/// A change of the file's shape, and the promise that goes with it to programs that do not know it: an update that does not work
/// is taken back, and the program before it has to find everything that was confirmed meanwhile. What lies as JSON in `meta`
/// is part of the shape.
struct Migration {
    sql: &'static str,
    /// The oldest shape whose program may still read and write the file after this change.
    open_to: i64,
}

const MIGRATIONS: &[Migration] = &[Migration { sql: include_str!("migrations/001.sql"), open_to: 1 }];

/// Where the file says so itself: the oldest shape whose program may open it.
const OPEN_TO: &str = "open_to";

/// Opens or makes the file, brings it to the newest version and says whose secret it holds.
pub(crate) fn open(path: &Path, kiosk: &KioskId) -> Result<(Connection, KioskSecret), StoreError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(StoreError::TooOldSqlite { found: rusqlite::version().to_owned() });
    }
    make_private(path)?;
    let mut db = Connection::open(path).map_err(|error| place(error, path))?;
    db.busy_timeout(Duration::from_secs(2))?;
    // First of all: a newer kiosk may keep its file in other ways than those insisted on below.
    refuse_newer(&db, MIGRATIONS)?;
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

/// The file's version, if it is one that this program knows, or a newer one that is open to it.
fn refuse_newer(db: &Connection, migrations: &[Migration]) -> Result<i64, StoreError> {
    let known = i64::try_from(migrations.len()).unwrap_or(i64::MAX);
    let found: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found <= known || open_to(db).is_some_and(|open_to| open_to <= known) {
        Ok(found)
    } else {
        Err(StoreError::NewerVersion { found, known })
    }
}

/// The oldest shape whose program may open a file; none where that can't be read, as in a file that is kept in quite another way.
fn open_to(db: &Connection) -> Option<i64> {
    standing::read(db, OPEN_TO).ok().flatten()
}

fn migrate(db: &mut Connection, migrations: &[Migration]) -> Result<(), StoreError> {
    let found = refuse_newer(db, migrations)?;
    for (version, migration) in (1_i64..).zip(migrations).filter(|(version, _)| *version > found) {
        let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let before = open_to(&change);
        change.execute_batch(migration.sql)?;
        change.pragma_update(None, "user_version", version)?;
        // A later change opens nothing that an earlier one has closed.
        standing::write(&change, OPEN_TO, &before.map_or(migration.open_to, |to| to.max(migration.open_to)))?;
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

    const META: &str = "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
        CREATE TABLE t (a INTEGER) STRICT; INSERT INTO t VALUES (1);";
    const FIRST: Migration = Migration { sql: META, open_to: 1 };
    const ADDS: Migration =
        Migration { sql: "ALTER TABLE t ADD COLUMN b INTEGER; INSERT INTO t VALUES (2, 2);", open_to: 1 };
    const CLOSES: Migration = Migration { sql: "ALTER TABLE t RENAME COLUMN a TO c;", open_to: 3 };

    fn rows(db: &Connection) -> i64 {
        db.query_row("SELECT count(*) FROM t", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn each_migration_runs_once_and_whole() {
        let mut db = Connection::open_in_memory().unwrap();
        migrate(&mut db, &[FIRST]).unwrap();
        migrate(&mut db, &[FIRST, ADDS]).unwrap();
        migrate(&mut db, &[FIRST, ADDS]).unwrap();
        assert_eq!(rows(&db), 2);
        let broken =
            Migration { sql: "INSERT INTO t VALUES (3, 3); INSERT INTO nowhere VALUES (1);", ..ADDS };
        assert!(migrate(&mut db, &[FIRST, ADDS, broken]).is_err());
        assert_eq!(rows(&db), 2, "half a migration is none");
    }

    #[test]
    fn a_program_opens_a_newer_file_that_is_open_to_it_and_changes_nothing_of_its_shape() {
        let mut db = Connection::open_in_memory().unwrap();
        migrate(&mut db, &[FIRST, ADDS]).unwrap();
        migrate(&mut db, &[FIRST]).unwrap();
        db.execute("INSERT INTO t (a) VALUES (3)", []).unwrap();
        migrate(&mut db, &[FIRST, ADDS]).unwrap();
        assert_eq!(rows(&db), 3, "the newer program finds its own shape again, and what the older one wrote");
    }

    #[test]
    fn a_newer_file_that_is_not_open_to_a_program_stays_closed_to_it_after_later_changes() {
        let mut db = Connection::open_in_memory().unwrap();
        migrate(&mut db, &[FIRST, ADDS, CLOSES]).unwrap();
        for older in [&[FIRST][..], &[FIRST, ADDS]] {
            let known = i64::try_from(older.len()).unwrap();
            let refused = migrate(&mut db, older);
            assert!(
                matches!(refused, Err(StoreError::NewerVersion { found: 3, known: k }) if k == known),
                "{refused:?}"
            );
        }
        let harmless = Migration { sql: "CREATE TABLE u (a INTEGER) STRICT;", open_to: 1 };
        migrate(&mut db, &[FIRST, ADDS, CLOSES, harmless]).unwrap();
        assert!(migrate(&mut db, &[FIRST, ADDS]).is_err());
        migrate(&mut db, &[FIRST, ADDS, CLOSES]).unwrap();
    }

    #[test]
    fn a_newer_file_that_says_nothing_is_refused() {
        let mut db = Connection::open_in_memory().unwrap();
        migrate(&mut db, &[FIRST, ADDS]).unwrap();
        db.execute("DELETE FROM meta", []).unwrap();
        let refused = migrate(&mut db, &[FIRST]);
        assert!(matches!(refused, Err(StoreError::NewerVersion { found: 2, known: 1 })), "{refused:?}");
        db.execute("DROP TABLE meta", []).unwrap();
        assert!(migrate(&mut db, &[FIRST]).is_err());
    }
}
