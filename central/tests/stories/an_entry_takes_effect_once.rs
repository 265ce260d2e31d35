//! However often, from wherever and in whatever order an entry comes, it takes effect once.

use crate::support::{City, application, envelope, evaluation, key, on_every_store, problem, receipt};
use central::intake;
use central::store::Sql;
use contract::Seq;
use contract::app_version::AppVersion;
use contract::base64::Base64;
use contract::desired::{PublicKey, SignedDesired};
use contract::message::{CaseProgress, CaseState, EntryReceipt, Outcome};
use contract::series::{HeadReport, JournalHead, Tail, sealing_context};
use jiff::Timestamp;

on_every_store!(
    eight_posts_of_one_key_open_one_case,
    a_key_that_carries_another_body_is_refused,
    a_place_in_the_series_is_taken_once_and_kiosks_have_their_own,
    the_tail_stops_before_a_gap_and_jumps_when_it_closes,
    an_application_is_rated_once,
    a_restart_keeps_everything,
    a_hundred_entries_at_once_get_a_hundred_numbers,
    a_journal_goes_on_from_the_head_that_central_knows_or_is_refused,
    an_entry_opens_for_its_own_kiosk_and_key_only,
    an_older_key_opens_after_the_next_one_was_published,
);

const ORDINARY: &str = "SZ-HZ-000001";

async fn eight_posts_of_one_key_open_one_case(city: City) {
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
    let first = kiosk.post(key, &entry).await;
    assert_eq!(first.status(), 200);
    let first = first.bytes().await.unwrap();
    assert!(answers.iter().all(|(status, body)| *status == 409 || *body == first), "byte for byte the same");
    let with = |status| answers.iter().filter(|(got, _)| *got == status).count();
    assert_eq!(with(201), 1);
    assert_eq!(with(200) + with(409), 7, "the others get the same, or come while it is worked on");
    let tail: Tail = kiosk.get("/v1/tail").await.json().await.unwrap();
    assert_eq!(tail, Tail { contiguous: Seq(1), highest: Seq(1), desired: 0 });
}

async fn a_key_that_carries_another_body_is_refused(city: City) {
    let kiosk = city.kiosk("ft-0001");
    let key = key();
    assert_eq!(kiosk.post(key, &application(1, ORDINARY)).await.status(), 201);
    let again = kiosk.post(key, &application(1, "SZ-SB-000001")).await;
    assert_eq!(problem(again).await, (422, "key-reused".to_owned()));
    let renumbered = kiosk.post(key, &application(2, ORDINARY)).await;
    assert_eq!(renumbered.status(), 200, "the same entry under another place is still the same");
    let elsewhere = city.kiosk("ft-0002").post(key, &application(1, ORDINARY)).await;
    assert_eq!(elsewhere.status(), 201, "each kiosk has keys of its own");
}

async fn a_place_in_the_series_is_taken_once_and_kiosks_have_their_own(city: City) {
    let (one, two) = (city.kiosk("ft-0001"), city.kiosk("ft-0002"));
    assert_eq!(one.post(key(), &application(1, ORDINARY)).await.status(), 201);
    assert_eq!(
        problem(one.post(key(), &application(1, ORDINARY)).await).await,
        (409, "seq-taken".to_owned())
    );
    assert_eq!(two.post(key(), &application(1, ORDINARY)).await.status(), 201);
}

async fn the_tail_stops_before_a_gap_and_jumps_when_it_closes(city: City) {
    let kiosk = city.kiosk("ft-0001");
    let tail = async || kiosk.get("/v1/tail").await.json::<Tail>().await.unwrap();
    assert_eq!(tail().await, Tail { contiguous: Seq(0), highest: Seq(0), desired: 0 });
    for (seq, contiguous) in [(1, 1), (3, 1), (4, 1), (2, 4)] {
        assert_eq!(kiosk.post(key(), &application(seq, ORDINARY)).await.status(), 201);
        assert_eq!(tail().await.contiguous, Seq(contiguous));
    }
    assert_eq!(tail().await.highest, Seq(4));
}

async fn an_application_is_rated_once(city: City) {
    let kiosk = city.kiosk("ft-0001");
    let case = key();
    let too_early = kiosk.post(key(), &evaluation(1, case)).await;
    assert_eq!(problem(too_early).await, (422, "nothing-to-evaluate".to_owned()));
    assert_eq!(
        kiosk.post(case, &application(1, ORDINARY)).await.status(),
        201,
        "a refused place can still be taken"
    );
    let rating = key();
    let noted = kiosk.post(rating, &evaluation(2, case)).await;
    assert_eq!(noted.status(), 201);
    assert_eq!(receipt(noted).await.outcome, Outcome::Noted);
    assert_eq!(kiosk.post(rating, &evaluation(2, case)).await.status(), 200, "a resend is no second rating");
    let second = kiosk.post(key(), &evaluation(3, case)).await;
    assert_eq!(problem(second).await, (409, "already-evaluated".to_owned()));
    let tail: Tail = kiosk.get("/v1/tail").await.json().await.unwrap();
    assert_eq!((tail.contiguous, tail.highest), (Seq(3), Seq(3)), "a refused place is accounted for");
}

async fn a_restart_keeps_everything(mut city: City) {
    let (key, entry) = (key(), application(1, ORDINARY));
    let first = city.kiosk("ft-0001").post(key, &entry).await.bytes().await.unwrap();
    let opened: EntryReceipt = serde_json::from_slice(&first).unwrap();
    let Outcome::CaseOpened { case: earlier, .. } = opened.outcome else { panic!("no case") };
    city.restart().await;
    let kiosk = city.kiosk("ft-0001");
    let again = kiosk.post(key, &entry).await;
    assert_eq!(again.status(), 200);
    assert_eq!(again.bytes().await.unwrap(), first);
    let next = receipt(kiosk.post(crate::support::key(), &application(2, ORDINARY)).await).await;
    let Outcome::CaseOpened { case, promised_days: 5, .. } = next.outcome else { panic!("{next:?}") };
    assert!(case > earlier, "a case number is never given twice: {case} after {earlier}");
    let progress: CaseProgress = kiosk.get(&format!("/v1/cases/{case}")).await.json().await.unwrap();
    assert_eq!((progress.state, progress.promised_days), (CaseState::Received, 5));
}

async fn a_hundred_entries_at_once_get_a_hundred_numbers(city: City) {
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
    assert_eq!(tail, Tail { contiguous: Seq(100), highest: Seq(100), desired: 0 });
}

async fn a_journal_goes_on_from_the_head_that_central_knows_or_is_refused(city: City) {
    let kiosk = city.kiosk("ft-0001");
    let head = |n: u8| JournalHead { length: u64::from(n), hash: Base64(vec![n; 32]) };
    let report = async |previous: Option<u8>, now: u8| {
        let report = HeadReport { previous: previous.map(head), head: head(now) };
        kiosk.post_to("/v1/journal-heads", serde_json::to_vec(&report).unwrap()).await
    };
    assert_eq!(report(None, 3).await.status(), 204, "nobody has heard of it");
    assert_eq!(report(None, 3).await.status(), 204, "the acknowledgement was lost on the way");
    assert_eq!(report(Some(3), 7).await.status(), 204);
    for (previous, now) in [(Some(3), 8), (None, 9), (Some(7), 5)] {
        let refused = problem(report(previous, now).await).await;
        assert_eq!(refused, (409, "forked".to_owned()), "{previous:?} {now}: a copy, or set back");
    }
    let at = Timestamp::now();
    let readmit = move |sql: &mut dyn Sql| intake::readmit(sql, &"ft-0001".parse().unwrap(), at);
    city.store().await.change(readmit).await.unwrap();
    assert_eq!(report(Some(3), 4).await.status(), 204, "an operator has looked at it");
    assert_eq!(problem(report(Some(3), 5).await).await.1, "forked", "once");
    assert_eq!(report(Some(4), 5).await.status(), 204);
}

async fn an_entry_opens_for_its_own_kiosk_and_key_only(city: City) {
    let (kiosk, neighbour) = (city.kiosk("ft-0001"), city.kiosk("ft-0002"));
    let (mine, other) = (key(), key());
    let body = kiosk.body(mine, &application(1, ORDINARY));
    let as_another = kiosk.post_raw(Some(&other.to_string()), body.clone()).await;
    assert_eq!(problem(as_another).await, (422, "seal-broken".to_owned()));
    let from_another = neighbour.post_raw(Some(&mine.to_string()), body.clone()).await;
    assert_eq!(problem(from_another).await, (422, "seal-broken".to_owned()));
    assert_eq!(kiosk.post_raw(Some(&mine.to_string()), body).await.status(), 201);
    let to_unknown_key = kiosk.post_raw(Some(&key().to_string()), envelope(Seq(2), 9, b"sealed")).await;
    assert_eq!(to_unknown_key.headers()["retry-after"], "2");
    assert_eq!(problem(to_unknown_key).await, (503, "seal-key-not-here".to_owned()), "nothing is lost by it");
    let look = |sql: &mut dyn Sql| intake::refusals(sql, &"ft-0002".parse().unwrap());
    let refused = city.store().await.read(look).await.unwrap();
    assert_eq!(refused[0].problem, "urn:budayang:problem:seal-broken");
}

async fn an_older_key_opens_after_the_next_one_was_published(mut city: City) {
    let (before, after) = (key(), key());
    let sealed_before = city.kiosk("ft-0001").body(before, &application(1, ORDINARY));
    assert_eq!(city.kiosk("ft-0001").get("/v1/desired").await.status(), 200);
    central::keys::next(&crate::support::keys_of(city.authority())).unwrap();
    city.restart().await;
    let kiosk = city.kiosk("ft-0001");
    let tail: Tail = kiosk.get("/v1/tail").await.json().await.unwrap();
    assert_eq!(tail.desired, 2);
    assert_eq!(kiosk.post_raw(Some(&before.to_string()), sealed_before).await.status(), 201);
    let signed: SignedDesired = kiosk.get("/v1/desired").await.json().await.unwrap();
    let signer =
        std::fs::read_to_string(central::keys::signer_file(&crate::support::keys_of(city.authority())))
            .unwrap();
    let signer: PublicKey = signer.parse().unwrap();
    let verifier = signer.suite.verifier(&signer.bytes).unwrap();
    let (name, app) = ("ft-0001".parse().unwrap(), AppVersion::of_this_build());
    let desired = signed.read(verifier.as_ref(), &name, app).unwrap();
    let newest = desired.sealing.last().unwrap();
    let plain = serde_json::to_vec(&application(2, ORDINARY).entry).unwrap();
    let sealer = newest.public.suite.sealer(&newest.public.bytes).unwrap();
    let sealed = sealer.seal(&sealing_context(&"ft-0001".parse().unwrap(), after), &plain).unwrap();
    let body = envelope(Seq(2), newest.id.0, &sealed);
    assert_eq!(kiosk.post_raw(Some(&after.to_string()), body).await.status(), 201);
}
