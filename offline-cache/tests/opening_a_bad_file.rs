//! Every way a file can be wrong when the kiosk starts has its own error, and the file is left as it was.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that breaks should panic"
)]

mod support;

use offline_cache::{Limits, Options, Order, Store, StoreError, examine};
use rusqlite::Connection;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use support::{application, file, kiosk, noon, open, options};

#[test]
fn a_file_from_a_newer_kiosk_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(&dir));
    let db = Connection::open(file(&dir)).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    db.execute("UPDATE meta SET value = CAST('99' AS BLOB) WHERE name = 'open_to'", []).unwrap();
    drop(db);
    let error = Store::open(&file(&dir), &kiosk(), Options::default()).unwrap_err();
    assert!(matches!(error, StoreError::NewerVersion { found: 99, known: 1 }), "{error}");
    let version: i64 = Connection::open(file(&dir))
        .unwrap()
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, 99);
}

#[test]
fn a_file_of_a_newer_kiosk_that_is_open_to_this_one_is_read_and_written() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(&dir));
    let db = Connection::open(file(&dir)).unwrap();
    // What a newer kiosk would do: a column and a table more, and the promise that this one may go on.
    db.execute_batch("ALTER TABLE receipts ADD COLUMN more TEXT; CREATE TABLE news (a INTEGER) STRICT;")
        .unwrap();
    db.pragma_update(None, "user_version", 2).unwrap();
    drop(db);
    let mut store = open(&dir);
    store.append(application("张三"), Order::Free, noon()).unwrap();
    drop(store);
    let db = Connection::open(file(&dir)).unwrap();
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 2, "the newer kiosk does not change the shape once more");
}

#[test]
fn a_file_that_is_no_database_is_damaged() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(file(&dir), "not a database at all, not even nearly. ".repeat(100)).unwrap();
    assert!(matches!(
        Store::open(&file(&dir), &kiosk(), Options::default()),
        Err(StoreError::Corrupt { .. })
    ));
}

#[test]
fn a_file_with_a_torn_page_is_damaged() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    for _ in 0..50 {
        store.append(application(&"x".repeat(500)), Order::Free, noon()).unwrap();
    }
    store.tidy().unwrap();
    drop(store);
    let mut bytes = std::fs::read(file(&dir)).unwrap();
    for byte in &mut bytes[5 * 1024..20 * 1024] {
        *byte = 0xA5;
    }
    std::fs::write(file(&dir), bytes).unwrap();
    // The start does not read the whole file; the examination behind it does.
    let error = examine(&file(&dir)).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
}

#[test]
fn a_whole_file_passes_its_examination() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    store.append(application("张三"), Order::Free, noon()).unwrap();
    examine(&file(&dir)).unwrap();
}

#[test]
fn a_kept_desired_state_that_somebody_altered_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(&dir));
    let db = Connection::open(file(&dir)).unwrap();
    let kept: Vec<u8> =
        db.query_row("SELECT value FROM meta WHERE name = 'desired_states'", [], |row| row.get(0)).unwrap();
    let altered = String::from_utf8(kept).unwrap().replace("international:", "international:A");
    db.execute("UPDATE meta SET value = ?1 WHERE name = 'desired_states'", [altered.into_bytes()]).unwrap();
    drop(db);
    let error = Store::open(&file(&dir), &kiosk(), options(dir.path(), Limits::default())).unwrap_err();
    assert!(matches!(error, StoreError::Refused(_)), "{error}");
}

#[test]
fn a_place_that_takes_no_file_is_named() {
    for place in ["/proc/no-such-place/kiosk.db", "/proc/kiosk.db"] {
        let error = Store::open(Path::new(place), &kiosk(), Options::default()).unwrap_err();
        assert!(matches!(error, StoreError::NoPlace { .. }), "{error}");
        assert!(error.to_string().contains(place));
    }
}

#[test]
fn a_disk_of_another_kiosk_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(&dir));
    let error = Store::open(&file(&dir), &"ft-0002".parse().unwrap(), Options::default()).unwrap_err();
    assert!(matches!(&error, StoreError::OtherKiosk { found, .. } if found == "ft-0001"), "{error}");
}

#[test]
fn only_the_owner_can_read_the_files() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    store.append(application("张三"), Order::Free, noon()).unwrap();
    for name in ["kiosk.db", "kiosk.db-wal", "kiosk.db-shm"] {
        let mode = std::fs::metadata(dir.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}");
    }
}
