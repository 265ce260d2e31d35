//! The technician's way in: wrong codes are counted over a restart, and everything is a line of the journal; so is what was
//! done, and a terminal out of service stays so.

#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use contract::report::Duty;
use contract::suite::Suite;
use contract::technician::{MOST_WRONG, TechnicianCode};
use jiff::SignedDuration;
use offline_cache::{Act, Limits, Options, Store, StoreError, VendorNews, Work, journal};
use support::{file, kiosk, noon, open, open_with};

#[test]
fn the_count_outlives_a_restart_and_ends_with_a_right_code_or_its_time() {
    let dir = tempfile::tempdir().unwrap();
    for wrong in 1..MOST_WRONG {
        assert_eq!(open(&dir).note_vendor_mode(VendorNews::WrongCode, noon()).unwrap(), wrong);
    }
    let mut store = open(&dir);
    assert_eq!(store.note_vendor_mode(VendorNews::WrongCode, noon()).unwrap(), MOST_WRONG);
    assert_eq!(open(&dir).wrong_codes().unwrap(), MOST_WRONG);
    // A clock that was set on or back by years changes nothing: no time passes here.
    let later = noon() + SignedDuration::from_hours(100_000);
    assert_eq!(store.note_vendor_mode(VendorNews::Left, later).unwrap(), MOST_WRONG);
    assert_eq!(store.note_vendor_mode(VendorNews::LockOver, noon()).unwrap(), 0);
    store.note_vendor_mode(VendorNews::WrongCode, noon()).unwrap();
    assert_eq!(store.note_vendor_mode(VendorNews::Entered, noon()).unwrap(), 0);
    assert_eq!(open(&dir).wrong_codes().unwrap(), 0);
}

#[test]
fn every_step_is_a_line_of_the_chain() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let news = [VendorNews::WrongCode; 5].into_iter().chain([
        VendorNews::LockOver,
        VendorNews::Entered,
        VendorNews::Left,
    ]);
    for news in news {
        store.note_vendor_mode(news, noon()).unwrap();
    }
    drop(store);
    journal::verify(&file(&dir), Suite::default()).unwrap();
    let db = rusqlite::Connection::open(file(&dir)).unwrap();
    let mut query = db.prepare("SELECT act FROM journal WHERE act LIKE '%vendor%' ORDER BY n").unwrap();
    let acts: Vec<String> = query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(acts.first().unwrap(), r#"{"act":"vendor_code_wrong","wrong":1}"#);
    let last = ["vendor_mode_locked", "vendor_mode_unlocked", "vendor_mode_entered", "vendor_mode_left"];
    assert_eq!(acts.len(), 5 + last.len());
    for (act, expected) in acts.iter().skip(5).zip(last) {
        assert_eq!(act, &format!(r#"{{"act":"{expected}"}}"#));
    }
}

#[test]
fn a_code_is_sealed_only_where_central_was_reached_once() {
    let (dir, fresh) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let code = TechnicianCode::of(12_345_678);
    let made = open_with(dir.path(), Limits::default(), Suite::Sm).seal_code(&code, noon()).unwrap();
    assert_eq!(made.kiosk, kiosk());
    let never = Store::open(&file(&fresh), &kiosk(), Options::default()).unwrap();
    assert!(matches!(never.seal_code(&code, noon()), Err(StoreError::NoKey)));
}

#[test]
fn what_was_done_is_read_back_and_out_of_service_stays() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    assert_eq!(store.duty().unwrap(), Duty::InService);
    store.note_vendor_mode(VendorNews::Entered, noon()).unwrap();
    store.note_work(Work::PaperLoaded(2), noon()).unwrap();
    store.note_work(Work::PartReplaced("cutter".to_owned()), noon()).unwrap();
    store.note_work(Work::TouchCalibrated, noon()).unwrap();
    store.set_duty(Duty::OutOfService, noon()).unwrap();
    drop(store);
    let mut store = open(&dir);
    assert_eq!(store.duty().unwrap(), Duty::OutOfService);
    store.set_duty(Duty::InService, noon()).unwrap();
    let acts: Vec<Act> = store.records(5).unwrap().into_iter().map(|record| record.act).collect();
    let part = Act::PartReplaced { part: "cutter".to_owned() };
    assert_eq!(
        acts,
        [Act::InService, Act::OutOfService, Act::TouchCalibrated, part, Act::PaperLoaded { rolls: 2 }]
    );
    drop(store);
    journal::verify(&file(&dir), Suite::default()).unwrap();
}
