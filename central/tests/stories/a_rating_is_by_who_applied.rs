//! 好差评: once a case, by the person who applied, from any terminal.

use crate::support::{
    City, Sent, card_of, filing, key, on_every_store, opened, problem, receipt, whole_catalogue,
};
use contract::CaseNumber;
use contract::message::{EntryReceipt, Outcome};

on_every_store!(a_case_is_rated_once_and_by_who_applied, what_needs_a_face_is_not_taken_without_one,);

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
    let fields = [("id_no", by), ("case_no", case.as_str()), ("round", "1"), ("level", "5")];
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
}

async fn what_needs_a_face_is_not_taken_without_one(city: City) {
    let city = city.with_services(whole_catalogue().0).await;
    let kiosk = city.kiosk("ft-0001");
    let mut sent = application(1);
    if let contract::message::EntryBody::Application(application) = &mut sent.entry.body {
        application.assurance = contract::message::Assurance::Card;
    }
    assert_eq!(problem(kiosk.post(key(), &sent).await).await, (422, "form-refused".to_owned()));
}
