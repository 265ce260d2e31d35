//! Keys that change, a journal that can't be altered, and what a copied or set-back store looks like.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that breaks should panic"
)]

mod support;

use contract::Seq;
use contract::desired::Refusal;
use contract::series::{SealingKeyId, Tail};
use contract::suite::Suite;
use offline_cache::journal::{self, JournalFault};
use offline_cache::{Order, StoreError};
use rusqlite::Connection;
use support::{application, entry, file, heads, lane, noon, open, publish};

#[test]
fn a_new_key_takes_over_and_what_was_sealed_before_still_opens() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    store.append(application("before"), lane(1), noon()).unwrap();
    let next = publish(dir.path(), Suite::International, 2);
    store.adopt(&next, noon()).unwrap();
    store.append(application("after"), lane(2), noon()).unwrap();
    drop(store);
    let store = open(&dir);
    assert_eq!(store.desired_version(), 2, "it is known after a restart");
    let waiting = heads(&store);
    assert_eq!((waiting[0].key, waiting[1].key), (SealingKeyId(1), SealingKeyId(2)));
    assert_eq!(entry(&dir, &waiting[0]).body, application("before"));
    assert_eq!(entry(&dir, &waiting[1]).body, application("after"));
}

#[test]
fn an_older_state_and_a_strangers_are_refused_and_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let second = publish(dir.path(), Suite::International, 2);
    store.adopt(&second, noon()).unwrap();
    let replayed = store.adopt(&second, noon());
    assert!(matches!(replayed, Err(StoreError::Refused(Refusal::Version { got: 2, floor: 2 }))));
    let elsewhere = tempfile::tempdir().unwrap();
    let strangers = publish(elsewhere.path(), Suite::International, 9);
    assert!(matches!(store.adopt(&strangers, noon()), Err(StoreError::Refused(Refusal::Signature))));
    assert_eq!(store.desired_version(), 2);
}

#[test]
fn a_report_that_was_not_acknowledged_is_offered_again_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let first = store.head_report().unwrap();
    assert_eq!(first.previous, None);
    store.append(application("x"), Order::Free, noon()).unwrap();
    assert_eq!(store.head_report().unwrap(), first, "the acknowledgement may be on its way");
    store.head_acknowledged(&first.head).unwrap();
    let second = store.head_report().unwrap();
    assert_eq!(second.previous, Some(first.head.clone()));
    assert!(second.head.length > first.head.length);
    drop(store);
    assert_eq!(open(&dir).head_report().unwrap(), second, "also after a restart");
}

#[test]
fn two_copies_of_a_store_go_on_differently() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(&dir));
    let copy = tempfile::tempdir().unwrap();
    for name in ["kiosk.db", "signer.pub"] {
        std::fs::copy(dir.path().join(name), copy.path().join(name)).unwrap();
    }
    let (mut one, mut two) = (open(&dir), open(&copy));
    one.start("1", noon()).unwrap();
    two.start("1", noon()).unwrap();
    assert_ne!(one.head_report().unwrap().head, two.head_report().unwrap().head);
}

#[test]
fn a_readmitted_store_goes_on_after_what_central_has() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let waiting = store.append(application("x"), lane(1), noon()).unwrap();
    let tail = Tail { contiguous: Seq(41), highest: Seq(41), desired: 1 };
    store.go_on_after(tail, noon()).unwrap();
    assert_eq!(store.append(application("x"), lane(2), noon()).unwrap().seq, Seq(42));
    let place = heads(&store)[0].place;
    assert_eq!(store.renumber(place, noon()).unwrap(), Seq(43), "its old place was somebody else's");
    assert_eq!(heads(&store)[0].id, waiting.id);
    assert_eq!(
        entry(&dir, &heads(&store)[0]).number,
        waiting.local_number,
        "what the resident was told stays"
    );
    store.go_on_after(Tail { highest: Seq(3), ..tail }, noon()).unwrap();
    assert_eq!(store.append(application("x"), lane(2), noon()).unwrap().seq, Seq(44));
}

#[test]
fn a_journal_that_was_touched_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    for n in 0..6 {
        store.append(application("x"), lane(n), noon()).unwrap();
    }
    let reported = store.head_report().unwrap().head;
    store.head_acknowledged(&reported).unwrap();
    drop(store);
    let verify = || journal::verify(&file(&dir), Suite::International);
    let whole = verify().unwrap();
    assert_eq!((whole.first, whole.head.length, whole.reported), (1, 7, true));
    assert_eq!(whole.head, reported);

    let db = Connection::open(file(&dir)).unwrap();
    let spoil = |sql: &str| {
        db.execute_batch("BEGIN").unwrap();
        db.execute_batch(sql).unwrap();
        db.execute_batch("COMMIT").unwrap();
        verify().unwrap_err()
    };
    let line = |n: i64| -> (String, Vec<u8>) {
        db.query_row("SELECT act, hash FROM journal WHERE n = ?1", [n], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
    };
    let (act, hash) = line(3);
    assert!(matches!(spoil("UPDATE journal SET act = '{}' WHERE n = 3"), JournalFault::Broken(3)));
    db.execute("UPDATE journal SET act = ?1 WHERE n = 3", [&act]).unwrap();
    assert!(matches!(spoil("UPDATE journal SET at = at + 1 WHERE n = 5"), JournalFault::Broken(5)));
    db.execute("UPDATE journal SET at = at - 1 WHERE n = 5", []).unwrap();
    assert!(matches!(spoil("DELETE FROM journal WHERE n = 3"), JournalFault::Broken(4)));
    db.execute("INSERT INTO journal SELECT 3, at, ?1, ?2 FROM journal WHERE n = 2", (&act, &hash)).unwrap();
    verify().unwrap();
    assert!(
        matches!(spoil("DELETE FROM journal WHERE n > 5"), JournalFault::NotAsReported(7)),
        "cut off at its end"
    );
}
