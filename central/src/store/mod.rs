//! What central remembers. One trait, two engines, chosen by the URI; what is asked of them is written once, in the SQL
//! of `sql`.
//!
//! Architecture invariants: idempotency is a unique constraint in the transaction of the effect; nothing may look first
//! and write afterwards. An engine knows transactions, not what they are about.

mod address;
mod error;
mod migrations;
mod postgres;
mod sql;
mod sqlite;
mod writer;

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

pub use error::StoreError;
pub use postgres::PostgresStore;
pub use sql::{Row, Sql, Value};
pub use sqlite::SqliteStore;

/// What a store answers, later.
pub type Done<'a> = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send + 'a>>;

/// What is to be done inside a transaction. It may be done again from the start when the engine asks for it, so it has
/// no effect but through [`Sql`].
pub type Work = Box<dyn FnMut(&mut dyn Sql) -> Verdict + Send>;

/// What shall become of the transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It stays.
    Keep,
    /// It leaves no trace.
    Undo,
}

/// What central remembers: transactions over one engine. Use [`change`](dyn Store::change) and
/// [`read`](dyn Store::read).
pub trait Store: Send + Sync + 'static {
    /// Does work in one transaction and answers when it is durable. An error means that nothing may be said of what
    /// the work found.
    fn transact(&self, work: Work) -> Done<'_>;

    /// Does work that changes nothing.
    fn look(&self, work: Work) -> Done<'_>;
}

impl dyn Store {
    /// Does something in a transaction; the answer comes after the commit. What fails leaves no trace.
    pub async fn change<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut dyn Sql) -> Result<T, E> + Send + 'static,
    {
        let (work, kept) = keeping(work);
        self.transact(work).await?;
        take(&kept)
    }

    /// Looks something up.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut dyn Sql) -> Result<T, E> + Send + 'static,
    {
        let (work, kept) = keeping(work);
        self.look(work).await?;
        take(&kept)
    }
}

type Kept<T, E> = Arc<Mutex<Option<Result<T, E>>>>;

/// Work whose result is kept until the engine says that it stands.
fn keeping<T, E, F>(mut work: F) -> (Work, Kept<T, E>)
where
    T: Send + 'static,
    E: Send + 'static,
    F: FnMut(&mut dyn Sql) -> Result<T, E> + Send + 'static,
{
    let kept = Kept::default();
    let found = Arc::clone(&kept);
    let work = move |sql: &mut dyn Sql| {
        let result = work(sql);
        let verdict = if result.is_ok() { Verdict::Keep } else { Verdict::Undo };
        *found.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
        verdict
    };
    (Box::new(work), kept)
}

fn take<T, E: From<StoreError>>(kept: &Kept<T, E>) -> Result<T, E> {
    let result = kept.lock().unwrap_or_else(PoisonError::into_inner).take();
    result.unwrap_or_else(|| Err(StoreError::Stopped.into()))
}

/// Opens the store that a URI names, and makes its tables: `sqlite:FILE` or `postgres://…`.
pub async fn open(uri: &str) -> Result<Arc<dyn Store>, StoreError> {
    Ok(match Place::of(uri)? {
        Place::File(file) => Arc::new(SqliteStore::open(file)?),
        Place::Cluster(uri) => Arc::new(PostgresStore::open(uri).await?),
    })
}

/// Opens a store that is there already: a wrong name makes none.
pub async fn open_existing(uri: &str) -> Result<Arc<dyn Store>, StoreError> {
    match Place::of(uri)? {
        Place::File(file) if !file.exists() => Err(StoreError::NotThere(file.to_owned())),
        _ => open(uri).await,
    }
}

/// Where a store is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    File(&'a Path),
    Cluster(&'a str),
}

impl<'a> Place<'a> {
    pub(crate) fn of(uri: &'a str) -> Result<Self, StoreError> {
        match uri.split_once(':') {
            Some(("sqlite", file)) if !file.is_empty() => Ok(Self::File(Path::new(file))),
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => Ok(Self::Cluster(uri)),
            // A URI may hold a password: only its scheme is told.
            other => {
                Err(StoreError::UnknownUri(other.map_or("", |(scheme, _)| scheme).chars().take(20).collect()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_uri_names_the_forms_that_work() {
        for uri in ["", "sqlite:", "mysql://x", "central.db", "postgres:x"] {
            let error = Place::of(uri).unwrap_err().to_string();
            assert!(error.contains("sqlite:FILE") && error.contains("postgres://"), "{error}");
        }
    }

    #[test]
    fn an_unknown_uri_shows_no_password() {
        assert!(!Place::of("mysql://root:secret@x").unwrap_err().to_string().contains("secret"));
    }
}
