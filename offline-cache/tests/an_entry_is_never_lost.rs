//! The life of an entry in the outbox: confirmed, sealed, waiting, sent, acknowledged or set aside.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that breaks should panic"
)]

mod support;

use contract::message::{EntryBody, Outcome, Paper};
use contract::suite::Suite;
use contract::{EntryId, Secret, Seq};
use jiff::{SignedDuration, ToSpan};
use offline_cache::{Filling, Limits, Options, Order, Store, StoreError, StoreHandle};
use support::{
    acknowledge, answered, application, entry, file, heads, kiosk, lane, noon, open, open_with, opened,
    problem, refused_by_rules,
};

#[test]
fn what_was_appended_is_there_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let first = store.append(application("张三"), lane(1), noon()).unwrap();
    let second = store.append(application("李四"), lane(2), noon()).unwrap();
    assert_eq!((first.seq, second.seq), (Seq(1), Seq(2)));
    assert_eq!(first.local_number.as_str(), "L-ft-0001-20261123-00001");
    let before = heads(&store);
    drop(store);

    let store = open(&dir);
    let after = heads(&store);
    assert_eq!(after, before, "the same bytes are sent after a restart");
    assert_eq!(after.iter().map(|e| e.id).collect::<Vec<_>>(), [first.id, second.id]);
    let opened = entry(&dir, &after[1]);
    assert_eq!((opened.body, opened.number), (application("李四"), second.local_number));
    assert_eq!(store.counts().unwrap().waiting, 2);
}

/// Two pages that name the application they belong to.
fn two_pages(application: EntryId) -> Vec<EntryBody> {
    let page = |page| Paper {
        application,
        material: "support".parse().unwrap(),
        page,
        pages: 2,
        jpeg: Secret::from("AAAA"),
    };
    [1, 2].map(|number| EntryBody::Paper(page(number))).into()
}

#[test]
fn an_application_and_its_papers_are_kept_together_and_leave_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let first = store.append_with(application("张三"), two_pages, Order::Free, noon()).unwrap();
    drop(store);

    let mut store = open(&dir);
    let mut sent = Vec::new();
    while let Some(head) = heads(&store).into_iter().next() {
        sent.push((head.place.seq, entry(&dir, &head).body));
        acknowledge(&mut store, head.place, opened(head.id));
    }
    let [one, two] = two_pages(first.id).try_into().unwrap();
    assert_eq!(sent, [(Seq(1), application("张三")), (Seq(2), one), (Seq(3), two)]);
}

#[test]
fn where_a_paper_finds_no_room_nothing_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits { entries: 2, ..Limits::default() };
    let mut store = open_with(dir.path(), limits, Suite::International);
    let refused = store.append_with(application("张三"), two_pages, Order::Free, noon());
    assert!(matches!(refused, Err(StoreError::Full { .. })));
    assert_eq!((heads(&store), store.counts().unwrap().waiting), (Vec::new(), 0));
    assert_eq!(store.append(application("李四"), Order::Free, noon()).unwrap().seq, Seq(1));
}

#[test]
fn nothing_of_an_entry_can_be_read_from_the_disk_in_either_suite() {
    let marker = "MARKER-OF-A-PERSON";
    for suite in [Suite::International, Suite::Sm] {
        let dir = tempfile::tempdir().unwrap();
        let mut store = open_with(dir.path(), Limits::default(), suite);
        store.append(application(marker), Order::Free, noon()).unwrap();
        for file in std::fs::read_dir(dir.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!bytes.windows(marker.len()).any(|w| w == marker.as_bytes()), "{suite}: it is sealed");
        }
        assert_eq!(entry(&dir, &heads(&store)[0]).body, application(marker), "{suite}: central opens it");
    }
}

#[test]
fn without_a_key_nothing_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(&file(&dir), &kiosk(), Options::default()).unwrap();
    let refused = store.append(application("张三"), Order::Free, noon());
    assert!(matches!(refused, Err(StoreError::NoKey)));
    assert_eq!(store.counts().unwrap().waiting, 0);
}

#[test]
fn an_entry_is_acknowledged_once_and_its_place_is_not_used_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let id = store.append(application("张三"), lane(1), noon()).unwrap().id;
    let place = heads(&store)[0].place;
    acknowledge(&mut store, place, opened(id));
    acknowledge(&mut store, place, answered(id, "x"));
    assert_eq!(store.receipt(id).unwrap(), Some(opened(id)), "the first receipt stays");
    assert!(heads(&store).is_empty());
    assert_eq!(store.counts().unwrap().bytes, 0);
    assert_eq!(store.append(application("李四"), lane(1), noon()).unwrap().seq, Seq(2));
}

#[test]
fn a_receipt_for_another_entry_is_refused_with_everything_that_came_beside_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let id = store.append(application("张三"), lane(1), noon()).unwrap().id;
    let other = store.append(application("李四"), lane(2), noon()).unwrap().id;
    let [first, second] = [heads(&store)[0].place, heads(&store)[1].place];
    let mixed = [(second, opened(other)), (first, opened(other))];
    let refused = store.acknowledge(&mixed, noon());
    assert!(matches!(refused, Err(StoreError::OtherReceipt { seq: Seq(1), .. })));
    assert_eq!(heads(&store).len(), 2);
    store.acknowledge(&[(first, opened(id)), (second, opened(other))], noon()).unwrap();
    assert!(heads(&store).is_empty());
}

#[test]
fn a_look_ups_lines_stay_off_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let marker = "MARKER-OF-A-PERSON";
    let id = store.append(application("张三"), lane(1), noon()).unwrap().id;
    let place = heads(&store)[0].place;
    acknowledge(&mut store, place, answered(id, marker));
    store.tidy().unwrap();
    let kept = store.receipt(id).unwrap().unwrap();
    assert!(matches!(kept.outcome, Outcome::Answered { lines, check_code: None, .. } if lines.is_empty()));
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(marker.len()).any(|w| w == marker.as_bytes()));
    }
}

#[test]
fn why_rules_refused_somebody_stays_off_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let marker = "MARKER-OF-A-REASON";
    let id = store.append(application("张三"), lane(1), noon()).unwrap().id;
    let place = heads(&store)[0].place;
    acknowledge(&mut store, place, refused_by_rules(id, marker));
    store.tidy().unwrap();
    let kept = store.receipt(id).unwrap().unwrap();
    assert!(matches!(kept.outcome, Outcome::Decided { reasons, .. } if reasons.is_empty()));
    assert_eq!(kept.rules, []);
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(marker.len()).any(|w| w == marker.as_bytes()));
    }
}

#[test]
fn what_central_has_is_overwritten_on_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let id = store.append(application("张三"), lane(1), noon()).unwrap().id;
    let head = heads(&store)[0].clone();
    // Pages cut the entry in two, so it is looked for in pieces.
    let is_there = || {
        std::fs::read_dir(dir.path()).unwrap().any(|file| {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            head.sealed.chunks_exact(16).any(|piece| bytes.windows(16).any(|w| w == piece))
        })
    };
    assert!(is_there(), "the look finds what is there");
    acknowledge(&mut store, head.place, opened(id));
    store.tidy().unwrap();
    assert!(!is_there());
}

#[test]
fn a_refused_entry_is_set_aside_and_can_be_put_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let id = store.append(application("张三"), lane(1), noon()).unwrap().id;
    let next = store.append(application("李四"), lane(1), noon()).unwrap().id;
    let place = heads(&store)[0].place;
    store.set_aside(place, &problem(), noon()).unwrap();
    assert_eq!(heads(&store)[0].id, next, "it is in nobody's way");
    assert_eq!(store.set_aside_entries().unwrap()[0].problem, Some(problem()));
    assert_eq!(store.problem(id).unwrap(), Some(problem()));
    assert_eq!(store.counts().unwrap().set_aside, 1);
    store.put_back(place, noon()).unwrap();
    assert_eq!(heads(&store)[0].id, id);
    assert_eq!(store.problem(id).unwrap(), None);
}

#[test]
fn what_follows_an_entry_takes_its_lane() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let id = store.append(application("张三"), lane(77), noon()).unwrap().id;
    store.append(application("李四"), Order::After(id), noon()).unwrap();
    let waiting = heads(&store);
    assert_eq!((waiting.len(), waiting[0].id), (1, id), "the second waits behind the first");
}

#[test]
fn a_full_outbox_refuses_and_says_so_before() {
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits { entries: 5, ..Limits::default() };
    let mut store = open_with(dir.path(), limits, Suite::International);
    for n in 0..4 {
        assert_eq!(store.filling(noon()).unwrap(), Filling::Roomy);
        store.append(application("x"), lane(n), noon()).unwrap();
    }
    assert!(matches!(store.filling(noon()).unwrap(), Filling::NearlyFull { .. }));
    store.append(application("x"), lane(9), noon()).unwrap();
    let refused = store.append(application("x"), lane(9), noon());
    assert!(matches!(refused, Err(StoreError::Full { entries: 5, .. })));
    let head = heads(&store)[0].clone();
    acknowledge(&mut store, head.place, opened(head.id));
    assert_eq!(store.append(application("x"), lane(9), noon()).unwrap().seq, Seq(6), "no place was burnt");
}

#[test]
fn the_bounds_are_bytes_and_age_as_well() {
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits { bytes: 1_000, age: SignedDuration::from_hours(10), ..Limits::default() };
    let mut store = open_with(dir.path(), limits, Suite::International);
    store.append(application("x"), lane(1), noon()).unwrap();
    assert_eq!(store.filling(noon() + 7.hours()).unwrap(), Filling::Roomy);
    let old = store.filling(noon() + 9.hours()).unwrap();
    assert_eq!(old, Filling::NearlyFull { oldest: Some(noon()) });
    let refused = store.append(application(&"x".repeat(900)), lane(1), noon());
    assert!(matches!(refused, Err(StoreError::Full { entries: 1, .. })));
}

#[test]
fn an_entry_too_large_for_central_is_refused_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let huge = application(&"长".repeat(100_000));
    assert!(matches!(store.append(huge, lane(1), noon()), Err(StoreError::TooLarge { .. })));
    assert_eq!(store.append(application("x"), lane(1), noon()).unwrap().seq, Seq(1));
}

#[test]
fn a_clock_that_fell_back_is_not_believed_below_what_central_said() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = open(&dir);
    let id = store.append(application("x"), lane(1), noon()).unwrap().id;
    let place = heads(&store)[0].place;
    acknowledge(&mut store, place, opened(id));
    let dead_battery = "1970-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(store.clock(dead_battery).unwrap(), noon());
    assert_eq!(store.clock(noon() + 1.hours()).unwrap(), noon() + 1.hours());
    let number = store.append(application("x"), lane(1), dead_battery).unwrap().local_number;
    assert_eq!(number.as_str(), "L-ft-0001-20261123-00002", "no receipt says 1970");
    let fast_clock = noon() + 9000.hours();
    store.append(application("x"), lane(1), fast_clock).unwrap();
    assert_eq!(store.clock(noon()).unwrap(), noon(), "a clock that was fast once does not stay so");
}

#[tokio::test]
async fn the_handle_gives_the_same_store_without_blocking() {
    let dir = tempfile::tempdir().unwrap();
    let handle = StoreHandle::start(open(&dir)).unwrap();
    let id = handle.call(|store| store.append(application("张三"), lane(1), noon())).await.unwrap().id;
    let head = handle.call(|store| Ok(heads(store))).await.unwrap()[0].clone();
    assert_eq!(head.id, id);
    handle.call(move |store| store.acknowledge(&[(head.place, opened(id))], noon())).await.unwrap();
    assert_eq!(handle.call(move |store| store.receipt(id)).await.unwrap(), Some(opened(id)));
    assert_eq!(handle.disk_fault(), None);
}
