//! A copy of everything that central remembers, and the way back. A file is copied by SQLite itself while central works on;
//! a cluster by its own programs, `pg_dump` and `pg_restore`.
//!
//! What was given out after the copy was made is not in it. So that no number of a case or an order is given twice, the
//! day of a restore goes on far beyond where it can have been.

use crate::accounting::books;
use crate::cases::{DISTRICT, Numbers};
use crate::private_file;
use crate::store::{self, Place, Sql, Store, StoreError};
use crate::values;
use contract::message::day_in_china;
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why there is no copy, or no way back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The copy is there already.
    #[error("{0} exists already; nothing is overwritten: name another file")]
    Exists(PathBuf),
    /// The target of a restore holds something.
    #[error("the store is not empty: restore into a new one, and let central use that")]
    NotEmpty,
    /// A file.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The copy is not whole.
    #[error("{path} is no whole copy ({detail}): take an older one")]
    Broken {
        /// The file.
        path: PathBuf,
        /// Why not.
        detail: String,
    },
    /// A program of the cluster.
    #[error("{program} failed: {said}; the package postgresql-client brings it")]
    Program {
        /// Its name.
        program: &'static str,
        /// What it said.
        said: String,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Copies the store to a new file, which only its owner can read.
pub async fn back_up(uri: &str, to: &Path) -> Result<(), BackupError> {
    // A store that is no store, or not there, says so before a file is made.
    store::open_existing(uri).await?;
    private_file::write_new(to, "", private_file::SECRET).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Exists(to.to_owned()),
        _ => BackupError::File { path: to.to_owned(), source },
    })?;
    let copied = match Place::of(uri)? {
        Place::File(file) => copy_file(file, to),
        Place::Cluster(uri) => run("pg_dump", &["--format=custom", "--no-owner", "--file"], to, uri),
    };
    let kept = copied.and_then(|()| sync(to));
    if kept.is_err() {
        // Half a copy is worse than none.
        let _ = fs::remove_file(to);
    }
    kept
}

/// Brings a copy back into an empty store.
pub async fn restore(from: &Path, uri: &str, now: Timestamp) -> Result<(), BackupError> {
    match Place::of(uri)? {
        Place::File(file) if file.exists() => return Err(BackupError::NotEmpty),
        Place::File(file) => {
            check(from)?;
            private_file::write_new(file, "", private_file::SECRET)
                .and_then(|()| fs::copy(from, file))
                .map_err(|source| BackupError::File { path: file.to_owned(), source })?;
            sync(file)?;
        }
        Place::Cluster(uri) => {
            insist_on_empty(uri).await?;
            let how = [
                "--exit-on-error",
                "--single-transaction",
                "--clean",
                "--if-exists",
                "--no-owner",
                "--dbname",
            ];
            run_on(uri, "pg_restore", &how, from)?;
        }
    }
    leap(&*store::open_existing(uri).await?, now).await
}

/// Goes on with numbers of cases and orders far beyond what may have been given on a day that is not remembered whole.
pub async fn leap(store: &dyn Store, now: Timestamp) -> Result<(), BackupError> {
    let day = day_in_china(now);
    let leap = move |sql: &mut dyn Sql| {
        Numbers::leap(sql, day)?;
        books::leap(sql, day)
    };
    Ok(store.change::<_, StoreError, _>(leap).await?)
}

async fn insist_on_empty(uri: &str) -> Result<(), BackupError> {
    let store = store::open(uri).await?;
    let look =
        |sql: &mut dyn Sql| sql.query_one("SELECT 1 FROM case_days WHERE district = ?1", values![DISTRICT]);
    if store.read::<_, StoreError, _>(look).await?.is_some() { Err(BackupError::NotEmpty) } else { Ok(()) }
}

fn copy_file(file: &Path, to: &Path) -> Result<(), BackupError> {
    let copy = || {
        let db = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        // The file that is to be filled may be there if it is empty.
        db.execute("VACUUM INTO ?1", [to.to_string_lossy()])
    };
    copy().map_err(StoreError::from)?;
    check(to)
}

fn check(copy: &Path) -> Result<(), BackupError> {
    let broken = |detail: String| BackupError::Broken { path: copy.to_owned(), detail };
    let verdict = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .and_then(|db| db.pragma_query_value(None, "integrity_check", |row| row.get::<_, String>(0)))
        .map_err(|error| broken(error.to_string()))?;
    if verdict == "ok" { Ok(()) } else { Err(broken(verdict)) }
}

fn sync(path: &Path) -> Result<(), BackupError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    [path, folder]
        .iter()
        .try_for_each(|path| File::open(path)?.sync_all())
        .map_err(|source| BackupError::File { path: path.to_owned(), source })
}

/// Runs one of the cluster's programs on a file, `PROGRAM ARGUMENTS FILE URI`.
fn run(program: &'static str, arguments: &[&str], file: &Path, uri: &str) -> Result<(), BackupError> {
    finish(program, Command::new(program).args(arguments).arg(file).arg(uri))
}

/// The same in the other order, `PROGRAM ARGUMENTS URI FILE`.
fn run_on(uri: &str, program: &'static str, arguments: &[&str], file: &Path) -> Result<(), BackupError> {
    finish(program, Command::new(program).args(arguments).arg(uri).arg(file))
}

fn finish(program: &'static str, command: &mut Command) -> Result<(), BackupError> {
    let failed = |said: String| BackupError::Program { program, said };
    let output = command.stdin(Stdio::null()).output().map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }
}
