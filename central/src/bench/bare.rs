//! The peer: a loop that does nothing but insert the rows that central just wrote into equal tables of the same engine. No
//! TLS, no HTTP, no seal, no form is judged.

use anyhow::{Context, bail};
use central::store::{self, SqliteStore, StoreError, Value};
use central::values;
use rusqlite::{Connection, Transaction, TransactionBehavior, params_from_iter};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use tokio::task::JoinSet;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Statement};

/// Records that are inserted again.
const RECORDS: usize = 5_000;

/// Connections beside each other on a cluster: as many as central has.
const CONNECTIONS: usize = 24;

/// Records in one transaction, as central's own writer groups them.
const GROUP: usize = 100;

/// The tables that a record adds rows to, and how they are read.
const TABLES: [(&str, &str); 3] = [
    ("entries", "SELECT * FROM entries ORDER BY kiosk, seq LIMIT ?1"),
    ("cases", "SELECT * FROM cases ORDER BY number LIMIT ?1"),
    ("casework", "SELECT * FROM casework ORDER BY number LIMIT ?1"),
];

/// The rows of one record: a table and its values, each.
type Record = Vec<(&'static str, Vec<Value>)>;

/// Reads rows back and inserts them again; each way, and how many records a second it reaches.
pub(super) async fn measure(db: &str) -> anyhow::Result<Vec<(&'static str, f64)>> {
    let records = Arc::new(read(db).await?);
    match db.split_once(':') {
        Some(("sqlite", file)) => {
            let file = Path::new(file).with_extension("bare.db");
            tokio::task::spawn_blocking(move || in_a_file(&file, &records)).await?
        }
        _ => Ok(vec![("a transaction each, 24 connections", in_a_cluster(db, records).await?)]),
    }
}

async fn read(db: &str) -> anyhow::Result<Vec<Record>> {
    let store = store::open_existing(db).await?;
    let tables = store
        .read(|sql| {
            TABLES
                .iter()
                .map(|(_, select)| sql.query(select, values![RECORDS]))
                .collect::<Result<Vec<_>, StoreError>>()
        })
        .await?;
    let mut records: Vec<Record> = (0..RECORDS).map(|_| Record::new()).collect();
    for ((table, _), rows) in TABLES.iter().zip(tables) {
        if rows.len() < RECORDS {
            bail!("--records must be at least {RECORDS}: {table} has only {} rows", rows.len());
        }
        for (record, row) in records.iter_mut().zip(rows) {
            record.push((table, row.into_values()));
        }
    }
    Ok(records)
}

fn in_a_file(file: &Path, records: &[Record]) -> anyhow::Result<Vec<(&'static str, f64)>> {
    let mut rates = Vec::new();
    for (what, group) in [("a transaction each", 1), ("a hundred in a transaction", GROUP)] {
        // The same tables, and nothing of the round before.
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", file.display()));
        }
        drop(SqliteStore::open(file)?);
        let mut db = Connection::open(file)?;
        db.pragma_update(None, "synchronous", "full")?;
        let started = Instant::now();
        for group in records.chunks(group) {
            let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            group.iter().flatten().try_for_each(|(table, row)| insert(&change, table, row))?;
            change.commit()?;
        }
        rates.push((what, rate(records.len(), started)));
    }
    Ok(rates)
}

fn insert(change: &Transaction<'_>, table: &str, row: &[Value]) -> anyhow::Result<()> {
    change.prepare_cached(&insertion(table, row.len(), '?'))?.execute(params_from_iter(row))?;
    Ok(())
}

async fn in_a_cluster(db: &str, records: Arc<Vec<Record>>) -> anyhow::Result<f64> {
    let maker = connect(db).await?;
    maker.batch_execute("CREATE SCHEMA bare").await?;
    for (table, _) in TABLES {
        maker
            .batch_execute(&format!("CREATE TABLE bare.{table} (LIKE public.{table} INCLUDING ALL)"))
            .await?;
    }
    let mut clients = Vec::new();
    for _ in 0..CONNECTIONS {
        let client = connect(db).await?;
        let mut statements = Vec::new();
        for (table, row) in records.first().context("there are no records")? {
            statements.push(client.prepare(&insertion(&format!("bare.{table}"), row.len(), '$')).await?);
        }
        clients.push((client, statements));
    }
    let (next, started, mut inserting) = (Arc::new(AtomicUsize::new(0)), Instant::now(), JoinSet::new());
    for (client, statements) in clients {
        inserting.spawn(insert_all(client, statements, Arc::clone(&records), Arc::clone(&next)));
    }
    while let Some(done) = inserting.join_next().await {
        done??;
    }
    let rate = rate(records.len(), started);
    maker.batch_execute("DROP SCHEMA bare CASCADE").await?;
    Ok(rate)
}

async fn insert_all(
    mut client: Client,
    statements: Vec<Statement>,
    records: Arc<Vec<Record>>,
    next: Arc<AtomicUsize>,
) -> anyhow::Result<()> {
    while let Some(record) = records.get(next.fetch_add(1, Ordering::Relaxed)) {
        let change = client.transaction().await?;
        for (statement, (_, row)) in statements.iter().zip(record) {
            let values: Vec<&(dyn ToSql + Sync)> = row.iter().map(|value| value as _).collect();
            change.execute(statement, &values).await?;
        }
        change.commit().await?;
    }
    Ok(())
}

async fn connect(db: &str) -> anyhow::Result<Client> {
    let (client, connection) = tokio_postgres::connect(db, NoTls).await?;
    // It ends with the client; what breaks it is told to whoever asks next.
    tokio::spawn(async move { drop(connection.await) });
    Ok(client)
}

fn insertion(table: &str, columns: usize, mark: char) -> String {
    let places: Vec<String> = (1..=columns).map(|place| format!("{mark}{place}")).collect();
    format!("INSERT INTO {table} VALUES ({})", places.join(", "))
}

#[expect(clippy::cast_precision_loss, reason = "a count of thousands")]
fn rate(records: usize, since: Instant) -> f64 {
    records as f64 / since.elapsed().as_secs_f64()
}
