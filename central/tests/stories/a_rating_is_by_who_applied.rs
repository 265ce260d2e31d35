//! 好差评: once a case, by the person who applied, from any terminal.

use crate::support::{
    City, Sent, card_of, filing, key, on_every_store, opened, problem, receipt, sent, whole_catalogue,
};
use central::store::StoreError;
use central::values;
use contract::CaseNumber;
use contract::message::{EntryBody, EntryReceipt, Evaluation, Outcome, Rating};

on_every_store!(
    a_case_is_rated_once_and_by_who_applied,
    a_bad_rating_says_why,
    what_needs_a_face_is_not_taken_without_one,
);

const ZHANG: &str = "440304199001010011";
const OTHER: &str = "990101199003070015";
/// 户口登记项目变更更正（姓名变更）
const CHANGE: &str = "SZ-HZ-000035";

fn application(seq: u64) -> Sent {
    let mut fields = card_of("张三", ZHANG, "1990-01-01");
    fields.push(("result_delivery", "自助打印"));
    filing(seq, CHANGE, "person-basic", &fields)
}

fn rating(seq: u64, case: &CaseNumber, by: &str) -> Sent {
    rating_in(seq, case, by, "1")
}

fn rating_in(seq: u64, case: &CaseNumber, by: &str, round: &str) -> Sent {
    let fields = [("id_no", by), ("case_no", case.as_str()), ("round", round), ("level", "5")];
    filing(seq, "SZ-ZF-000004", "evaluation", &fields)
}

async fn a_case_is_rated_once_and_by_who_applied(city: City) {
    let city = city.with_services(whole_catalogue().0).await;
    let (here, elsewhere) = (city.kiosk("ft-0001"), city.kiosk("ft-0002"));
    let case = opened(&receipt(here.post(key(), &application(1)).await).await);
    let nothing = (422, "nothing-to-evaluate".to_owned());
    assert_eq!(problem(here.post(key(), &rating(2, &case, OTHER)).await).await, nothing, "not their case");
    let noted: EntryReceipt = receipt(elsewhere.post(key(), &rating(1, &case, ZHANG)).await).await;
    assert_eq!(noted.outcome, Outcome::Noted);
    let again = problem(here.post(key(), &rating(3, &case, ZHANG)).await).await;
    assert_eq!(again, (409, "already-evaluated".to_owned()));
    let nobodys = "4403042026112300000011".parse().unwrap();
    assert_eq!(problem(here.post(key(), &rating(4, &nobodys, ZHANG)).await).await, nothing);
    let next: EntryReceipt = receipt(here.post(key(), &rating_in(5, &case, ZHANG, "2")).await).await;
    assert_eq!(next.outcome, Outcome::Noted, "the next round is another rating");
}

async fn a_bad_rating_says_why(city: City) {
    let city = city.with_services(whole_catalogue().0).await;
    let kiosk = city.kiosk("ft-0001");
    let filed = key();
    opened(&receipt(kiosk.post(filed, &application(1)).await).await);
    let bad = |seq, tags: &[&str]| {
        let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        let evaluation = Evaluation { application: filed, rating: Rating::Dissatisfied, tags };
        sent(seq, EntryBody::Evaluation(evaluation))
    };
    let refused = (422, "form-refused".to_owned());
    assert_eq!(problem(kiosk.post(key(), &bad(2, &[])).await).await, refused, "no reason");
    assert_eq!(problem(kiosk.post(key(), &bad(3, &["服务热情"])).await).await, refused, "of another level");
    let noted: EntryReceipt = receipt(kiosk.post(key(), &bad(4, &["设备故障", "等候太久"])).await).await;
    assert_eq!(noted.outcome, Outcome::Noted);
    let store = city.store().await;
    let kept = store.read::<_, StoreError, _>(|sql| {
        let row = sql.query_one("SELECT stars, tags FROM ratings", values![])?.unwrap();
        Ok((row.int(0)?, row.text(1)?.to_owned()))
    });
    let (stars, tags) = kept.await.unwrap();
    let tags: std::collections::BTreeSet<String> = serde_json::from_str(&tags).unwrap();
    assert_eq!((stars, tags), (2, ["设备故障".to_owned(), "等候太久".to_owned()].into()));
}

async fn what_needs_a_face_is_not_taken_without_one(city: City) {
    let city = city.with_services(whole_catalogue().0).await;
    let kiosk = city.kiosk("ft-0001");
    let mut sent = application(1);
    if let EntryBody::Application(application) = &mut sent.entry.body {
        application.assurance = contract::message::Assurance::Card;
    }
    assert_eq!(problem(kiosk.post(key(), &sent).await).await, (422, "form-refused".to_owned()));
}
