//! However often, from wherever and in whatever order an entry comes, it takes effect once.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that breaks should panic"
)]

mod support;

use contract::Seq;
use contract::message::{CaseProgress, CaseState, Outcome, Tail};
use support::{City, application, evaluation, key, problem, receipt};

const ORDINARY: &str = "SZ-HZ-000001";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_posts_of_one_key_open_one_case() {
    let city = City::open().await;
    let kiosk = city.kiosk("ft-0001");
    let (key, entry) = (key(), application(1, ORDINARY));
    let posts: Vec<_> = (0..8)
        .map(|_| {
            let (kiosk, entry) = (kiosk.clone(), entry.clone());
            tokio::spawn(async move {
                let response = kiosk.post(key, &entry).await;
                (response.status().as_u16(), response.bytes().await.unwrap())
            })
        })
        .collect();
    let mut answers = Vec::new();
    for post in posts {
        answers.push(post.await.unwrap());
    }
    assert!(answers.iter().all(|(_, body)| *body == answers[0].1), "byte for byte the same");
    assert_eq!(answers.iter().filter(|(status, _)| *status == 201).count(), 1);
    assert_eq!(answers.iter().filter(|(status, _)| *status == 200).count(), 7);
    let tail: Tail = kiosk.get("/v1/tail").await.json().await.unwrap();
    assert_eq!(tail, Tail { contiguous: Seq(1), highest: Seq(1) });
}

#[tokio::test]
async fn a_key_that_carries_another_body_is_refused() {
    let city = City::open().await;
    let kiosk = city.kiosk("ft-0001");
    let key = key();
    assert_eq!(kiosk.post(key, &application(1, ORDINARY)).await.status(), 201);
    let again = kiosk.post(key, &application(2, ORDINARY)).await;
    assert_eq!(problem(again).await, (422, "key-reused".to_owned()));
    let elsewhere = city.kiosk("ft-0002").post(key, &application(1, ORDINARY)).await;
    assert_eq!(problem(elsewhere).await, (422, "key-reused".to_owned()));
}

#[tokio::test]
async fn a_place_in_the_series_is_taken_once_and_kiosks_have_their_own() {
    let city = City::open().await;
    let (one, two) = (city.kiosk("ft-0001"), city.kiosk("ft-0002"));
    assert_eq!(one.post(key(), &application(1, ORDINARY)).await.status(), 201);
    assert_eq!(
        problem(one.post(key(), &application(1, ORDINARY)).await).await,
        (409, "seq-taken".to_owned())
    );
    assert_eq!(two.post(key(), &application(1, ORDINARY)).await.status(), 201);
}

#[tokio::test]
async fn the_tail_stops_before_a_gap_and_jumps_when_it_closes() {
    let city = City::open().await;
    let kiosk = city.kiosk("ft-0001");
    let tail = async || kiosk.get("/v1/tail").await.json::<Tail>().await.unwrap();
    assert_eq!(tail().await, Tail { contiguous: Seq(0), highest: Seq(0) });
    for (seq, contiguous) in [(1, 1), (3, 1), (4, 1), (2, 4)] {
        assert_eq!(kiosk.post(key(), &application(seq, ORDINARY)).await.status(), 201);
        assert_eq!(tail().await.contiguous, Seq(contiguous));
    }
    assert_eq!(tail().await.highest, Seq(4));
}

#[tokio::test]
async fn an_application_is_rated_once() {
    let city = City::open().await;
    let kiosk = city.kiosk("ft-0001");
    let case = key();
    let too_early = kiosk.post(key(), &evaluation(1, case)).await;
    assert_eq!(problem(too_early).await, (422, "nothing-to-evaluate".to_owned()));
    assert_eq!(kiosk.post(case, &application(1, ORDINARY)).await.status(), 201);
    let rating = key();
    let noted = kiosk.post(rating, &evaluation(2, case)).await;
    assert_eq!(noted.status(), 201);
    assert_eq!(receipt(noted).await.outcome, Outcome::Noted);
    assert_eq!(kiosk.post(rating, &evaluation(2, case)).await.status(), 200, "a resend is no second rating");
    let second = kiosk.post(key(), &evaluation(3, case)).await;
    assert_eq!(problem(second).await, (409, "already-evaluated".to_owned()));
    let tail: Tail = kiosk.get("/v1/tail").await.json().await.unwrap();
    assert_eq!(tail.highest, Seq(2), "a refused entry leaves no trace");
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let mut city = City::open().await;
    let (key, entry) = (key(), application(1, ORDINARY));
    let first = city.kiosk("ft-0001").post(key, &entry).await.bytes().await.unwrap();
    city.restart().await;
    let kiosk = city.kiosk("ft-0001");
    let again = kiosk.post(key, &entry).await;
    assert_eq!(again.status(), 200);
    assert_eq!(again.bytes().await.unwrap(), first);
    let next = receipt(kiosk.post(support::key(), &application(2, ORDINARY)).await).await;
    let Outcome::CaseOpened { case, promised_days: 5, .. } = next.outcome else { panic!("{next:?}") };
    assert_eq!(&case.as_str()[14..21], "0000002", "a case number is never given twice");
    let progress: CaseProgress = kiosk.get(&format!("/v1/cases/{case}")).await.json().await.unwrap();
    assert_eq!((progress.state, progress.promised_days), (CaseState::Accepted, 5));
}

#[tokio::test]
async fn a_hundred_entries_at_once_get_a_hundred_numbers() {
    let city = City::open().await;
    let kiosk = city.kiosk("ft-0001");
    let posts: Vec<_> = (1..=100)
        .map(|seq| {
            let kiosk = kiosk.clone();
            tokio::spawn(async move { receipt(kiosk.post(key(), &application(seq, ORDINARY)).await).await })
        })
        .collect();
    let mut cases = std::collections::HashSet::new();
    for post in posts {
        let Outcome::CaseOpened { case, .. } = post.await.unwrap().outcome else { panic!("no case") };
        assert!(cases.insert(case));
    }
    let tail: Tail = kiosk.get("/v1/tail").await.json().await.unwrap();
    assert_eq!(tail, Tail { contiguous: Seq(100), highest: Seq(100) });
}
