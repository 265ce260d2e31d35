//! What a full disk and a read-only remount do to the store: a named error, and nothing confirmed is lost.
//! SQLite itself plays the bad disk: a page limit gives SQLITE_FULL, `query_only` gives SQLITE_READONLY.

use crate::{Lane, Store, StoreError};
use contract::EntryId;
use contract::message::{EntryBody, Evaluation, Rating};
use jiff::Timestamp;

fn store(dir: &tempfile::TempDir) -> Store {
    Store::open(&dir.path().join("kiosk.db"), &"ft-0001".parse().unwrap()).unwrap()
}

fn rate(store: &mut Store) -> Result<EntryId, StoreError> {
    let body = EntryBody::Evaluation(Evaluation {
        application: EntryId(uuid::Uuid::nil()),
        rating: Rating::Satisfied,
    });
    store.append(body, Lane::alone()?, Timestamp::UNIX_EPOCH).map(|appended| appended.id)
}

#[test]
fn a_full_disk_is_named_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = store(&dir);
    let pages: i64 = store.db.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    store.db.pragma_update_and_check(None, "max_page_count", pages + 4, |_| Ok(())).unwrap();
    let mut kept = Vec::new();
    let error = loop {
        match rate(&mut store) {
            Ok(id) => kept.push(id),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::DiskFull), "{error}");
    let waiting = |store: &Store| -> Vec<EntryId> {
        store.due(Timestamp::UNIX_EPOCH, 1000).unwrap().into_iter().map(|entry| entry.id).collect()
    };
    assert_eq!(waiting(&store), kept);

    store.db.pragma_update_and_check(None, "max_page_count", pages + 100, |_| Ok(())).unwrap();
    kept.push(rate(&mut store).expect("space is back"));
    assert_eq!(waiting(&store), kept);
    assert_eq!(store.counts().unwrap().waiting, kept.len() as u64);
}

#[test]
fn a_read_only_remount_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = store(&dir);
    store.db.pragma_update(None, "query_only", true).unwrap();
    assert!(matches!(rate(&mut store), Err(StoreError::ReadOnly)));
    store.db.pragma_update(None, "query_only", false).unwrap();
    rate(&mut store).expect("writable again");
}
