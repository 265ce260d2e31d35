//! Every way a file can be wrong when the kiosk starts has its own error, and the file is left as it was.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that breaks should panic"
)]

mod support;

use offline_cache::{Store, StoreError};
use rusqlite::Connection;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use support::{application, file, kiosk, lane, noon, open};

#[test]
fn a_file_from_a_newer_kiosk_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(&dir));
    Connection::open(file(&dir)).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let error = Store::open(&file(&dir), &kiosk()).unwrap_err();
    assert!(matches!(error, StoreError::NewerVersion { found: 99, known: 1 }), "{error}");
    let version: i64 = Connection::open(file(&dir))
        .unwrap()
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, 99);
}

#[test]
fn a_file_that_is_no_database_is_damaged() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(file(&dir), "not a database at all, not even nearly. ".repeat(100)).unwrap();
    assert!(matches!(Store::open(&file(&dir), &kiosk()), Err(StoreError::Corrupt { .. })));
}

#[test]
fn a_file_with_a_torn_page_is_damaged() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let person = lane(&store, "a");
    for _ in 0..50 {
        store.append(application(&"x".repeat(500)), person, noon()).unwrap();
    }
    store.tidy().unwrap();
    drop(store);
    let mut bytes = std::fs::read(file(&dir)).unwrap();
    for byte in &mut bytes[5 * 1024..20 * 1024] {
        *byte = 0xA5;
    }
    std::fs::write(file(&dir), bytes).unwrap();
    let error = Store::open(&file(&dir), &kiosk()).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
}

#[test]
fn a_place_that_takes_no_file_is_named() {
    for place in ["/proc/no-such-place/kiosk.db", "/proc/kiosk.db"] {
        let error = Store::open(Path::new(place), &kiosk()).unwrap_err();
        assert!(matches!(error, StoreError::NoPlace { .. }), "{error}");
        assert!(error.to_string().contains(place));
    }
}

#[test]
fn a_disk_of_another_kiosk_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(&dir));
    let error = Store::open(&file(&dir), &"ft-0002".parse().unwrap()).unwrap_err();
    assert!(matches!(&error, StoreError::OtherKiosk { found, .. } if found == "ft-0001"), "{error}");
}

#[test]
fn only_the_owner_can_read_the_files() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let person = lane(&store, "a");
    store.append(application("张三"), person, noon()).unwrap();
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}
