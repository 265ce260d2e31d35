//! The number of the order that is under way outlives the terminal, for a while.

#![allow(clippy::unwrap_used, missing_docs)]

use contract::{KioskId, OrderNumber};
use jiff::{SignedDuration, Timestamp};
use offline_cache::{Options, Store};
use std::path::Path;

const WITHIN: SignedDuration = SignedDuration::from_mins(30);

fn open(path: &Path) -> Store {
    let kiosk: KioskId = "ft-0001".parse().unwrap();
    Store::open(path, &kiosk, Options::default()).unwrap()
}

fn number(sequence: u8) -> OrderNumber {
    format!("ft-0001-20261125-0000{sequence}").parse().unwrap()
}

#[test]
fn it_is_found_after_a_restart_until_it_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let (path, now) = (folder.path().join("kiosk.db"), "2026-11-25T04:00:00Z".parse().unwrap());
    open(&path).keep_order(number(1), now).unwrap();
    let mut store = open(&path);
    assert_eq!(store.interrupted_order(WITHIN, now).unwrap(), Some(number(1)));
    store.keep_order(number(2), now).unwrap();
    store.drop_order(&number(1)).unwrap();
    assert_eq!(store.interrupted_order(WITHIN, now).unwrap(), Some(number(2)), "another's end drops nothing");
    store.drop_order(&number(2)).unwrap();
    assert_eq!(open(&path).interrupted_order(WITHIN, now).unwrap(), None);
}

#[test]
fn nobody_is_told_of_an_order_of_long_ago() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kiosk.db");
    let then: Timestamp = "2026-11-25T04:00:00Z".parse().unwrap();
    open(&path).keep_order(number(1), then).unwrap();
    let mut store = open(&path);
    let late = then + WITHIN + SignedDuration::from_secs(1);
    assert_eq!(store.interrupted_order(WITHIN, late).unwrap(), None);
    assert_eq!(store.interrupted_order(WITHIN, then).unwrap(), None, "it is forgotten");
}
