//! The store as a PostgreSQL cluster: each change is a transaction of its own on a pooled connection, at READ COMMITTED,
//! with rows locked where the SQL says so. The cluster commits what arrives together with one sync by itself.
//!
//! A connection that breaks before its COMMIT was sent has changed nothing, so the work is done again on another; one
//! that breaks after it may have changed everything, so whoever asks must ask again.

use super::address::{Address, tls};
use super::{Done, Row, Sql, Store, StoreError, Value, Verdict, Work, migrations};
use bytes::BytesMut;
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, NoTls, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Connections of one instance. A cluster takes 100 unless told otherwise, so three instances fit beside an operator.
const CONNECTIONS: usize = 24;

/// How long work waits for a connection before central says that it is busy.
const WAIT: Duration = Duration::from_secs(5);

/// How long a new connection may take.
const CONNECT: Duration = Duration::from_secs(3);

/// How often work is done again when the cluster asks for it or the connection breaks.
const ATTEMPTS: usize = 5;

/// What every connection is told. A statement or lock that takes longer than a request may is given up.
const OPTIONS: &str = "-c statement_timeout=20s -c lock_timeout=10s -c idle_in_transaction_session_timeout=30s \
                       -c default_transaction_isolation=read\\ committed -c client_min_messages=warning";

/// The name under which instances that start together take turns with the tables: 'budayang' as a number.
const MIGRATION_LOCK: i64 = 0x0062_7564_6179_616E;

/// The store as a PostgreSQL cluster.
#[derive(Clone, Debug)]
pub struct PostgresStore {
    pool: Pool,
}

impl PostgresStore {
    /// Connects to the cluster and makes the tables that are missing. Several hosts may be named; the one that takes
    /// writes is used.
    pub async fn open(uri: &str) -> Result<Self, StoreError> {
        let address = Address::parse(uri)?;
        let mut config = address.config;
        let options = config.get_options().map_or(OPTIONS.to_owned(), |own| format!("{OPTIONS} {own}"));
        config
            .options(options)
            .application_name("central")
            .target_session_attrs(TargetSessionAttrs::ReadWrite)
            .connect_timeout(CONNECT)
            .tcp_user_timeout(WAIT);
        let how = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = match address.trust {
            None => Manager::from_config(config, NoTls, how),
            Some(roots) => Manager::from_config(config, MakeRustlsConnect::new(tls(roots)?), how),
        };
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .wait_timeout(Some(WAIT))
            .create_timeout(Some(WAIT))
            .recycle_timeout(Some(WAIT))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|_| StoreError::Stopped)?;
        let mut client = pool.get().await.map_err(|error| pool_error(&error))?;
        insist(&client).await?;
        migrate(&mut client).await?;
        Ok(Self { pool })
    }

    async fn run(&self, begin: &'static str, work: Work) -> Result<(), StoreError> {
        let mut work = work;
        for _ in 0..ATTEMPTS {
            let client = self.pool.get().await.map_err(|error| pool_error(&error))?;
            let runtime = Handle::current();
            let attempt = move || {
                let end = Transaction::new(client, runtime, begin).carry_out(&mut work);
                (work, end)
            };
            let (unfinished, end) =
                tokio::task::spawn_blocking(attempt).await.map_err(|_| StoreError::Stopped)?;
            match end {
                Ok(()) => return Ok(()),
                Err(Failure::Again) => work = unfinished,
                Err(Failure::Final(error)) => return Err(error),
            }
        }
        Err(StoreError::Busy)
    }
}

impl Store for PostgresStore {
    fn transact(&self, work: Work) -> Done<'_> {
        Box::pin(self.run("BEGIN", work))
    }

    fn look(&self, work: Work) -> Done<'_> {
        Box::pin(self.run("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", work))
    }
}

/// Why a transaction did not end well.
enum Failure {
    /// Nothing was changed, and the same work may well succeed.
    Again,
    /// It is as it is.
    Final(StoreError),
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(db) = error.as_db_error() else {
            // The connection broke: another one may stand.
            return Self::Again;
        };
        let code = db.code();
        // Values stand in the detail of an error, not in its message.
        let said = format!("{} {}", code.code(), db.message());
        let again = [
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
            // A server that goes down or was a primary until now.
            SqlState::ADMIN_SHUTDOWN,
            SqlState::CRASH_SHUTDOWN,
            SqlState::CANNOT_CONNECT_NOW,
            SqlState::READ_ONLY_SQL_TRANSACTION,
        ];
        if again.contains(code) {
            return Self::Again;
        }
        Self::Final(match *code {
            SqlState::DISK_FULL | SqlState::OUT_OF_MEMORY => StoreError::DiskFull,
            SqlState::LOCK_NOT_AVAILABLE | SqlState::QUERY_CANCELED | SqlState::TOO_MANY_CONNECTIONS => {
                StoreError::Busy
            }
            SqlState::IO_ERROR => StoreError::Away(said),
            _ => StoreError::Postgres(said),
        })
    }
}

/// One transaction on one connection. It begins with its first statement, in the same packet.
struct Transaction {
    /// Taken out when the connection can't be used again.
    client: Option<Object>,
    runtime: Handle,
    begin: &'static str,
    state: State,
    failure: Option<Failure>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    New,
    Open,
    Ended,
}

impl Transaction {
    const fn new(client: Object, runtime: Handle, begin: &'static str) -> Self {
        Self { client: Some(client), runtime, begin, state: State::New, failure: None }
    }

    fn carry_out(mut self, work: &mut Work) -> Result<(), Failure> {
        let verdict = work(&mut self);
        let failure = self.failure.take();
        match (failure, verdict) {
            (None, Verdict::Keep) => self.end("COMMIT").map_err(|error| match Failure::from(error) {
                // The answer to a COMMIT got lost: it may be there, or not.
                Failure::Again => {
                    Failure::Final(StoreError::Away("the answer to a commit was lost".to_owned()))
                }
                failure @ Failure::Final(_) => failure,
            }),
            // A refusal is what the work says, whatever becomes of a transaction that changed nothing.
            (None, Verdict::Undo) => {
                drop(self.end("ROLLBACK"));
                Ok(())
            }
            (Some(failure), _) => {
                drop(self.end("ROLLBACK"));
                Err(failure)
            }
        }
    }

    fn end(&mut self, how: &str) -> Result<(), tokio_postgres::Error> {
        if self.state == State::Open {
            let Some(client) = &self.client else { return Ok(()) };
            self.runtime.block_on(client.batch_execute(how))?;
        }
        self.state = State::Ended;
        Ok(())
    }

    fn run<T>(
        &mut self,
        sql: &str,
        act: impl AsyncFnOnce(&Client, &Statement) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, StoreError> {
        let Some(client) = self.client.as_ref() else { return Err(StoreError::Stopped) };
        let sql = sql.replace('?', "$");
        let is_new = self.state == State::New;
        self.state = State::Open;
        let result = self.runtime.block_on(async {
            let statement = client.prepare_cached(&sql).await?;
            if is_new {
                let (begun, result) = tokio::join!(client.batch_execute(self.begin), act(client, &statement));
                begun.and(result)
            } else {
                act(client, &statement).await
            }
        });
        result.map_err(|error| {
            tracing::warn!(code = error.code().map(SqlState::code), "a statement failed");
            let told = StoreError::Postgres(error.to_string());
            // The first failure is the cause; what follows only says that the transaction is broken.
            self.failure.get_or_insert(error.into());
            told
        })
    }
}

/// A connection whose transaction was not ended goes to nobody else.
impl Drop for Transaction {
    fn drop(&mut self) {
        if self.state == State::Open {
            self.client.take().map(Object::take);
        }
    }
}

impl Sql for Transaction {
    fn execute(&mut self, sql: &'static str, values: &[Value]) -> Result<u64, StoreError> {
        self.run(sql, async |client, statement| client.execute(statement, &references(values)).await)
    }

    fn query(&mut self, sql: &'static str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        let rows =
            self.run(sql, async |client, statement| client.query(statement, &references(values)).await)?;
        rows.iter().map(row).collect()
    }
}

fn references(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as _).collect()
}

fn row(row: &tokio_postgres::Row) -> Result<Row, StoreError> {
    (0..row.len())
        .map(|column| row.try_get(column).map_err(|_| StoreError::Column(column)))
        .collect::<Result<_, _>>()
        .map(Row::new)
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            // The cluster takes a parameter beside a small literal for a small number.
            Self::Int(number) if *ty == Type::INT4 => i32::try_from(*number)?.to_sql(ty, out),
            Self::Int(number) => number.to_sql(ty, out),
            Self::Text(text) => text.to_sql(ty, out),
            Self::Bytes(bytes) => bytes.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::INT4, Type::TEXT, Type::BYTEA].contains(ty)
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(match *ty {
            Type::INT8 => Self::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Self::Int(i32::from_sql(ty, raw)?.into()),
            Type::BOOL => Self::Int(bool::from_sql(ty, raw)?.into()),
            Type::BYTEA => Self::Bytes(Vec::from_sql(ty, raw)?),
            _ => Self::Text(String::from_sql(ty, raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::INT4, Type::BOOL, Type::BYTEA, Type::TEXT, Type::VARCHAR].contains(ty)
    }
}

fn pool_error(error: &PoolError) -> StoreError {
    match error {
        PoolError::Timeout(deadpool_postgres::TimeoutType::Wait) => StoreError::Busy,
        other => StoreError::Away(other.to_string()),
    }
}

/// A cluster that answers before its disk has it would break central's promise.
async fn insist(client: &Client) -> Result<(), StoreError> {
    for (name, wanted) in [
        ("fsync", &["on"][..]),
        ("full_page_writes", &["on"]),
        ("synchronous_commit", &["on", "remote_apply"]),
    ] {
        let shown = client.query_one(&format!("SHOW {name}"), &[]).await;
        let got: String =
            shown.and_then(|row| row.try_get(0)).map_err(|error| StoreError::Away(error.to_string()))?;
        if !wanted.contains(&got.as_str()) {
            return Err(StoreError::Setting { name, wanted: "on", got });
        }
    }
    Ok(())
}

async fn migrate(client: &mut Client) -> Result<(), StoreError> {
    let failed = |error: tokio_postgres::Error| match Failure::from(error) {
        Failure::Again => StoreError::Away("the connection broke while the tables were made".to_owned()),
        Failure::Final(error) => error,
    };
    let known = migrations::known_version();
    let change = client.transaction().await.map_err(failed)?;
    change.execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATION_LOCK]).await.map_err(failed)?;
    change
        .batch_execute("CREATE TABLE IF NOT EXISTS central_version (version BIGINT NOT NULL)")
        .await
        .map_err(failed)?;
    let found = change.query_opt("SELECT version FROM central_version", &[]).await.map_err(failed)?;
    let found: i64 = found.map_or(Ok(0), |row| row.try_get(0)).map_err(failed)?;
    if found > known {
        return Err(StoreError::NewerVersion { place: "the cluster's database".to_owned(), found, known });
    }
    for (_, sql) in migrations::after(found) {
        change.batch_execute(&migrations::for_postgres(sql)).await.map_err(failed)?;
    }
    change.execute("DELETE FROM central_version", &[]).await.map_err(failed)?;
    change.execute("INSERT INTO central_version VALUES ($1)", &[&known]).await.map_err(failed)?;
    change.commit().await.map_err(failed)
}
