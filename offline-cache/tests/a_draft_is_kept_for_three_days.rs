//! A draft that a resident asked to keep: found again after a restart, for 72 hours, and then nowhere on the disk.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod support;

use contract::suite::Suite;
use jiff::{SignedDuration, Timestamp};
use offline_cache::{LARGEST_DRAFT, Limits, MOST_DRAFTS, Order, Store, StoreError, journal};
use std::path::Path;
use support::{acknowledge, application, file, heads, noon, open, open_with, opened};

const NAME: [u8; 32] = [7; 32];
const OTHER: [u8; 32] = [8; 32];

type Way = fn(&mut Store);

fn later(hours: i64) -> Timestamp {
    noon() + SignedDuration::from_hours(hours)
}

fn content(store: &mut Store, name: &[u8; 32], now: Timestamp) -> Option<Vec<u8>> {
    store.find_draft(name, now).unwrap().map(|draft| draft.locked)
}

/// The acts in the journal, from the line after `skip`.
fn acts(dir: &Path, skip: usize) -> Vec<String> {
    let db = rusqlite::Connection::open(dir.join("kiosk.db")).unwrap();
    let mut query = db.prepare("SELECT act ->> '$.act' FROM journal ORDER BY n").unwrap();
    query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).skip(skip).collect()
}

#[test]
fn it_is_found_again_after_a_restart_by_its_name_only() {
    let dir = tempfile::tempdir().unwrap();
    open(&dir).keep_draft(&NAME, b"locked", noon()).unwrap();
    let mut store = open(&dir);
    let found = store.find_draft(&NAME, later(1)).unwrap().unwrap();
    assert_eq!((found.kept_at, found.locked.as_slice()), (noon(), b"locked".as_slice()));
    assert_eq!(content(&mut store, &OTHER, later(1)), None);
    assert_eq!(content(&mut store, &NAME, later(2)).as_deref(), Some(b"locked".as_slice()), "it stays");
}

#[test]
fn keeping_again_takes_the_earlier_ones_place() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    store.keep_draft(&NAME, b"first", noon()).unwrap();
    store.keep_draft(&NAME, b"second", later(70)).unwrap();
    let found = store.find_draft(&NAME, later(100)).unwrap().unwrap();
    assert_eq!((found.kept_at, found.locked.as_slice()), (later(70), b"second".as_slice()));
    store.drop_draft(&NAME, later(100)).unwrap();
    assert_eq!(content(&mut store, &NAME, later(100)), None);
    store.drop_draft(&NAME, later(100)).unwrap();
}

#[test]
fn after_72_hours_nobody_finds_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    store.keep_draft(&NAME, b"locked", noon()).unwrap();
    let moment = SignedDuration::from_millis(1);
    assert!(content(&mut store, &NAME, later(72) - moment).is_some());
    assert_eq!(content(&mut store, &NAME, later(72)), None);
    // Not even a clock that goes back brings it again.
    assert_eq!(content(&mut store, &NAME, later(1)), None);
    store.keep_draft(&NAME, b"old", noon()).unwrap();
    store.keep_draft(&OTHER, b"young", later(10)).unwrap();
    assert_eq!(store.drop_old_drafts(later(72)).unwrap(), 1);
    assert_eq!(store.drop_old_drafts(later(72)).unwrap(), 0);
    assert!(content(&mut store, &OTHER, later(72)).is_some());
}

#[test]
fn a_dead_clock_battery_gives_no_draft_a_longer_life() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    store.keep_draft(&NAME, b"locked", later(-73)).unwrap();
    // Central's receipt says what time it is.
    store.append(application("甲"), Order::Free, noon()).unwrap();
    let sent = heads(&store).remove(0);
    acknowledge(&mut store, sent.place, opened(sent.id));
    assert_eq!(content(&mut store, &NAME, Timestamp::UNIX_EPOCH), None);
    // And one that was kept in a wrong future is gone when the clock is right again.
    store.keep_draft(&NAME, b"locked", later(24 * 365)).unwrap();
    assert_eq!(content(&mut store, &NAME, noon()), None);
}

#[test]
fn the_one_that_was_kept_first_makes_room() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let name = |n: usize| {
        let mut name = [0; 32];
        name.iter_mut().zip(n.to_be_bytes()).for_each(|(to, from)| *to = from);
        name
    };
    for n in 0..MOST_DRAFTS {
        store.keep_draft(&name(n), b"locked", noon()).unwrap();
    }
    // Kept anew, it is not the first one any more.
    store.keep_draft(&name(0), b"locked", noon()).unwrap();
    store.keep_draft(&OTHER, b"locked", noon()).unwrap();
    assert!(content(&mut store, &name(0), noon()).is_some());
    assert_eq!(content(&mut store, &name(1), noon()), None);
    assert!(content(&mut store, &name(2), noon()).is_some() && content(&mut store, &OTHER, noon()).is_some());
}

#[test]
fn nothing_larger_than_a_form_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    store.keep_draft(&NAME, &vec![1; LARGEST_DRAFT], noon()).unwrap();
    let refused = store.keep_draft(&NAME, &vec![1; LARGEST_DRAFT + 1], noon());
    assert!(matches!(refused, Err(StoreError::DraftTooLarge { .. })), "{refused:?}");
    assert_eq!(content(&mut store, &NAME, noon()).map(|locked| locked.len()), Some(LARGEST_DRAFT));
}

#[test]
fn a_dropped_draft_is_in_no_file_any_more() {
    let marker = b"MARKER-OF-A-DRAFT".repeat(400);
    let in_a_file = |dir: &Path| {
        std::fs::read_dir(dir).unwrap().any(|file| {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            bytes.windows(17).any(|window| window == b"MARKER-OF-A-DRAFT")
        })
    };
    let ways: [(&str, Way); 3] = [
        ("dropped", |store| store.drop_draft(&NAME, noon()).unwrap()),
        ("kept anew", |store| store.keep_draft(&NAME, b"other", noon()).unwrap()),
        ("too old", |store| assert_eq!(store.drop_old_drafts(later(72)).unwrap(), 1)),
    ];
    for (words, way) in ways {
        let dir = tempfile::tempdir().unwrap();
        let mut store = open(&dir);
        store.keep_draft(&NAME, &marker, noon()).unwrap();
        assert!(in_a_file(dir.path()), "the test sees what is there");
        way(&mut store);
        store.tidy().unwrap();
        assert!(!in_a_file(dir.path()), "{words}, and still on the disk");
    }
}

#[test]
fn the_journal_tells_of_drafts_and_says_nothing_of_them() {
    for suite in [Suite::International, Suite::Sm] {
        let dir = tempfile::tempdir().unwrap();
        let mut store = open_with(dir.path(), Limits::default(), suite);
        assert_eq!(store.suite(), suite);
        let before = acts(dir.path(), 0).len();
        store.keep_draft(&NAME, b"locked", noon()).unwrap();
        content(&mut store, &NAME, noon()).unwrap();
        content(&mut store, &OTHER, noon());
        store.drop_draft(&OTHER, noon()).unwrap();
        store.drop_draft(&NAME, noon()).unwrap();
        store.drop_old_drafts(noon()).unwrap();
        assert_eq!(acts(dir.path(), before), ["draft_kept", "draft_taken", "drafts_dropped"]);
        journal::verify(&file(&dir), suite).unwrap();
    }
}
