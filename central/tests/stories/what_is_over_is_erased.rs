//! Records are kept as long as their kind asks, and what is erased then is gone, while nothing takes effect a second time.

use crate::support::{City, application, key, on_every_store, receipt};
use central::retention::RULES;
use central::store::{Sql, StoreError};
use contract::Seq;
use contract::message::Outcome;
use contract::series::Tail;
use jiff::{SignedDuration, Timestamp};

on_every_store!(answers_are_erased_when_their_time_is_over);

async fn answers_are_erased_when_their_time_is_over(city: City) {
    let kiosk = city.kiosk("ft-0001");
    let (looked_up, opened) = (key(), key());
    let ordinary = application(2, "SZ-HZ-000001");
    assert_eq!(kiosk.post(looked_up, &application(1, "SZ-SB-000001")).await.status(), 201);
    let answer = kiosk.post(opened, &ordinary).await.bytes().await.unwrap();
    let certified = receipt(kiosk.post(key(), &application(3, "SZ-SB-000002")).await).await;
    assert!(matches!(certified.outcome, Outcome::Answered { check_code: Some(_), .. }));
    assert_eq!(kiosk.post(key(), &application(4, "SZ-XX-999999")).await.status(), 422);
    let store = city.store().await;
    let due = async |after_days: i64| {
        let now = Timestamp::now() + SignedDuration::from_hours(24 * after_days);
        let count = move |sql: &mut dyn Sql| {
            RULES.iter().map(|rule| rule.due(sql, now)).collect::<Result<Vec<_>, _>>()
        };
        store.read::<_, StoreError, _>(count).await.unwrap()
    };
    assert_eq!(due(0).await, counts([0; 4]), "nothing is over on the first day");
    assert_eq!(due(200).await, counts([0, 2, 0, 0]), "a look-up and a certificate were asked for");
    assert_eq!(due(400).await, counts([0, 2, 1, 1]));

    let later = Timestamp::now() + SignedDuration::from_hours(24 * 400);
    let erase = move |sql: &mut dyn Sql| {
        RULES.iter().map(|rule| rule.carry_out(sql, later)).collect::<Result<Vec<_>, _>>()
    };
    assert_eq!(store.change::<_, StoreError, _>(erase).await.unwrap(), counts([0, 2, 1, 1]));
    assert_eq!(due(400).await, counts([0; 4]));
    let again = kiosk.post(looked_up, &application(1, "SZ-SB-000001")).await;
    assert_eq!(again.status(), 200, "the key is known for ever");
    assert!(again.bytes().await.unwrap().is_empty(), "what was answered is gone");
    assert_eq!(kiosk.post(opened, &ordinary).await.bytes().await.unwrap(), answer, "a case stays");
    let tail: Tail = kiosk.get("/v1/tail").await.json().await.unwrap();
    assert_eq!(tail.contiguous, Seq(4), "the series stays whole");
}

/// What is due of the first four rules; of the others nothing is.
fn counts<T: Copy + Default>(first: [T; 4]) -> Vec<T> {
    let others = RULES.len() - first.len();
    first.into_iter().chain(std::iter::repeat_n(T::default(), others)).collect()
}
