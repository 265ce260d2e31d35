//! The life of an entry in the outbox: confirmed, waiting, sent, acknowledged or set aside.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that breaks should panic"
)]

mod support;

use contract::Seq;
use contract::message::Outcome;
use jiff::ToSpan;
use offline_cache::{Acknowledged, Filling, Limits, Store, StoreError, StoreHandle};
use support::{answered, application, entry, file, kiosk, lane, noon, open, opened, problem};

#[test]
fn what_was_appended_is_there_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let person = lane(&store, "a");
    let first = store.append(application("张三"), person, noon()).unwrap();
    let second = store.append(application("李四"), person, noon()).unwrap();
    assert_eq!((first.seq, second.seq), (Seq(1), Seq(2)));
    assert_eq!(first.local_number.as_str(), "L-ft-0001-20261123-00001");
    let before = store.due(noon(), 10).unwrap();
    drop(store);

    let store = open(&dir);
    let after = store.due(noon(), 10).unwrap();
    assert_eq!(after, before, "the same bytes are sent after a restart");
    assert_eq!(after.iter().map(|e| e.id).collect::<Vec<_>>(), [first.id, second.id]);
    assert_eq!(entry(&after[1]).body, application("李四"));
    assert_eq!(lane(&store, "a"), person, "a lane outlives a restart");
    let counts = store.counts().unwrap();
    assert_eq!((counts.waiting, counts.set_aside, counts.oldest), (2, 0, Some(noon())));
}

#[test]
fn an_entry_is_acknowledged_once_and_its_place_is_not_used_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let person = lane(&store, "a");
    let id = store.append(application("张三"), person, noon()).unwrap().id;
    assert_eq!(store.acknowledge(id, &opened(id)).unwrap(), Acknowledged::Now);
    assert_eq!(store.acknowledge(id, &answered(id, "x")).unwrap(), Acknowledged::Before);
    assert_eq!(store.receipt(id).unwrap(), Some(opened(id)), "the first receipt stays");
    assert!(store.due(noon(), 10).unwrap().is_empty());
    assert_eq!(store.counts().unwrap().bytes, 0);
    assert_eq!(store.append(application("李四"), person, noon()).unwrap().seq, Seq(2));
}

#[test]
fn a_receipt_for_another_entry_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let person = lane(&store, "a");
    let id = store.append(application("张三"), person, noon()).unwrap().id;
    let other = store.append(application("李四"), person, noon()).unwrap().id;
    assert!(matches!(store.acknowledge(id, &opened(other)), Err(StoreError::OtherReceipt { .. })));
    assert_eq!(store.due(noon(), 10).unwrap().len(), 2);
}

#[test]
fn a_look_ups_lines_stay_off_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let marker = "MARKER-OF-A-PERSON";
    let person = lane(&store, "a");
    let id = store.append(application(marker), person, noon()).unwrap().id;
    store.acknowledge(id, &answered(id, marker)).unwrap();
    store.tidy().unwrap();
    let kept = store.receipt(id).unwrap().unwrap();
    assert!(matches!(kept.outcome, Outcome::Answered { lines, check_code: None, .. } if lines.is_empty()));
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(marker.len()).any(|w| w == marker.as_bytes()), "the payload is overwritten");
    }
}

#[test]
fn a_refused_entry_is_set_aside_and_can_be_put_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let person = lane(&store, "a");
    let id = store.append(application("张三"), person, noon()).unwrap().id;
    let next = store.append(application("李四"), person, noon()).unwrap().id;
    store.set_aside(id, &problem()).unwrap();
    assert_eq!(store.due(noon(), 10).unwrap()[0].id, next, "it is in nobody's way");
    assert_eq!(store.set_aside_entries().unwrap()[0].problem, Some(problem()));
    assert_eq!(store.problem(id).unwrap(), Some(problem()));
    assert_eq!(store.counts().unwrap().set_aside, 1);
    store.put_back(id).unwrap();
    assert_eq!(store.due(noon(), 10).unwrap()[0].id, id);
}

#[test]
fn an_entry_that_must_wait_holds_back_its_own_lane_only() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let (a, b) = (lane(&store, "a"), lane(&store, "b"));
    let a1 = store.append(application("a1"), a, noon()).unwrap().id;
    let a2 = store.append(application("a2"), a, noon()).unwrap().id;
    let b1 = store.append(application("b1"), b, noon()).unwrap().id;
    let later = noon() + 5.minutes();
    store.postpone(a1, later).unwrap();
    let ids = |now| store.due(now, 10).unwrap().iter().map(|e| e.id).collect::<Vec<_>>();
    assert_eq!(ids(noon()), [b1]);
    assert_eq!(ids(later), [a1, a2, b1]);
    assert_eq!(ids(noon() - 300.hours()), [a1, a2, b1], "a clock that was wrong strands nobody");
    assert_eq!(store.due(later, 1).unwrap()[0].attempts, 1);
}

#[test]
fn a_full_outbox_refuses_and_says_so_before() {
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits { entries: 5, bytes: 1 << 20 };
    let mut store = Store::open_with(&file(&dir), &kiosk(), limits).unwrap();
    let person = lane(&store, "a");
    for _ in 0..4 {
        assert_eq!(store.counts().unwrap().filling, Filling::Roomy);
        store.append(application("x"), person, noon()).unwrap();
    }
    assert_eq!(store.counts().unwrap().filling, Filling::NearlyFull);
    store.append(application("x"), person, noon()).unwrap();
    let refused = store.append(application("x"), person, noon());
    assert!(matches!(refused, Err(StoreError::Full { entries: 5, .. })));
    let id = store.due(noon(), 1).unwrap()[0].id;
    store.acknowledge(id, &opened(id)).unwrap();
    assert_eq!(store.append(application("x"), person, noon()).unwrap().seq, Seq(6), "no place was burnt");
}

#[test]
fn an_entry_too_large_for_central_is_refused_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let person = lane(&store, "a");
    let huge = application(&"长".repeat(100_000));
    assert!(matches!(store.append(huge, person, noon()), Err(StoreError::TooLarge { .. })));
    assert_eq!(store.append(application("x"), person, noon()).unwrap().seq, Seq(1));
}

#[test]
fn a_replaced_disk_goes_on_after_what_central_has() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let person = lane(&store, "a");
    store.continue_after(Seq(41)).unwrap();
    assert_eq!(store.append(application("x"), person, noon()).unwrap().seq, Seq(42));
    store.continue_after(Seq(3)).unwrap();
    assert_eq!(store.append(application("x"), person, noon()).unwrap().seq, Seq(43));
}

#[tokio::test]
async fn the_handle_gives_the_same_store_without_blocking() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir);
    let person = lane(&store, "a");
    let handle = StoreHandle::start(store).unwrap();
    let id = handle.append(application("张三"), person, noon()).await.unwrap().id;
    assert_eq!(handle.due(noon(), 10).await.unwrap()[0].id, id);
    assert_eq!(handle.acknowledge(id, opened(id)).await.unwrap(), Acknowledged::Now);
    assert_eq!(handle.receipt(id).await.unwrap(), Some(opened(id)));
    assert_eq!(handle.counts().await.unwrap().waiting, 0);
}
