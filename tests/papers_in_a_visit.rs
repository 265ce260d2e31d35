//! What the city knows, in a visit without hands: a fact or a licence of one number never stands beside another's.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod support;
#[path = "support/visit.rs"]
mod visit;

use contract::FieldId;
use contract::catalogue::Audience;
use contract::licence::{HeldLicence, HeldLicences, Prefilled, PrefilledFact};
use jiff::civil::date;
use kiosk::forms::Enclosed;
use kiosk::journey::{Answer, Ask, Connection, Event, Filing, Health, Page, Touch};
use kiosk::typing::Key;
use visit::Visit;

/// 流动人口居住登记（本人自主申报）: a lease proves it.
const RESIDENCE: &str = "SZ-HZ-000070";
const FIRST: &str = "91440300MA5TE5T01T";
const SECOND: &str = "91440300MA5TE5T02X";

fn filing(visit: &Visit) -> &Filing {
    match visit.journey.page() {
        Page::Filing(filing) => filing,
        page => panic!("no form: {page:?}"),
    }
}

/// Logs in and stands before the first questions.
fn apply(visit: &mut Visit, service: &str) {
    visit.touch(Touch::Begin);
    visit.touch(Touch::Choose(service.parse().unwrap()));
    visit.touch(Touch::Start);
    visit.recognised(support::resident());
    visit.answer(Answer::DraftFound(None));
    visit.touch(Touch::Next);
}

fn type_uscc(visit: &mut Visit, number: &str) {
    visit.touch(Touch::Focus("uscc".parse().unwrap()));
    visit.touch(Touch::Key(Key::Clear));
    visit.keys(number);
    visit.touch(Touch::CloseKeyboard);
}

fn online(visit: &mut Visit, is_online: bool) {
    let connection = if is_online { Connection::Online } else { Connection::Offline };
    visit.happen(Event::Health(Health {
        connection,
        reader: true,
        printer: true,
        face: true,
        ..Health::default()
    }));
}

#[test]
fn a_fact_of_one_number_goes_with_it_even_without_a_network() {
    let library = support::library();
    let of_bodies = |s: &&contract::catalogue::Service| {
        s.form.as_str() == "licence-change" && s.audience == Audience::Entity && library.obstacle(s).is_none()
    };
    let service = library.services().iter().find(of_bodies).unwrap().code.to_string();
    let name: FieldId = "entity_name".parse().unwrap();
    let mut visit = Visit::begin(Connection::Online);
    apply(&mut visit, &service);
    type_uscc(&mut visit, FIRST);
    assert!(matches!(visit.last_ask(), Ask::Prefill(keys) if keys.uscc.is_some()), "{:?}", visit.last_ask());
    let fact = PrefilledFact {
        field: name.clone(),
        value: "深圳市样例科技有限公司".into(),
        owner: "深圳市市场监督管理局".to_owned(),
        as_of: date(2026, 11, 20),
    };
    visit.answer(Answer::Prefilled(Some(Prefilled { facts: vec![fact] })));
    visit.touch(Touch::Focus(name.clone()));
    assert!(filing(&visit).typing.is_none(), "it stands as the registry has it");

    online(&mut visit, false);
    let asked = visit.asked.len();
    type_uscc(&mut visit, SECOND);
    assert_eq!(visit.asked.len(), asked, "without a network nobody is asked");
    assert_eq!(filing(&visit).draft.value(&name), "", "the first body's name is not the second's");
    visit.touch(Touch::Focus(name));
    assert!(filing(&visit).typing.is_some(), "it is typed now");
    visit.touch(Touch::CloseKeyboard);
    online(&mut visit, true);
    visit.touch(Touch::CloseKeyboard);
    assert!(matches!(visit.last_ask(), Ask::Prefill(_)) && visit.asked.len() == asked + 1, "and asked again");
}

#[test]
fn licences_are_asked_for_anew_when_the_form_is_left_again() {
    let mut visit = Visit::begin(Connection::Online);
    apply(&mut visit, RESIDENCE);
    visit.touch(Touch::Focus("phone".parse().unwrap()));
    visit.keys("13800000001");
    for (field, value) in [
        ("district", "440304"),
        ("street", "莲花街道"),
        ("community", "福中社区"),
        ("house_kind", "租赁"),
        ("result_delivery", "电子证照"),
    ] {
        visit.touch(Touch::Pick(field.parse().unwrap(), value.into()));
    }
    visit.touch(Touch::Focus("address_detail".parse().unwrap()));
    visit.touch(Touch::Key(Key::Language));
    visit.keys("Fuzhong 3 Road 88");
    visit.touch(Touch::Focus("live_since".parse().unwrap()));
    visit.keys("20250901");
    for _ in 0..3 {
        visit.touch(Touch::Next);
    }
    let held = HeldLicence {
        name: "房屋租赁凭证".to_owned(),
        owner: "深圳市住房和建设局".to_owned(),
        as_of: date(2026, 11, 20),
    };
    visit.answer(Answer::LicencesFound(Some(HeldLicences { held: vec![held] })));
    let is_held = |visit: &Visit| match visit.journey.page() {
        Page::Papers(papers) => {
            let paper = papers.materials()[0];
            matches!(papers.enclosures().of(paper), Enclosed::Held(_))
        }
        page => panic!("no papers: {page:?}"),
    };
    assert!(is_held(&visit));
    visit.touch(Touch::Back);
    visit.touch(Touch::Next);
    assert!(!is_held(&visit), "what was said before may be of another number");
    visit.touch(Touch::Next);
    assert!(matches!(visit.journey.page(), Page::Papers(_)), "the answer is waited for");
    visit.answer(Answer::LicencesFound(None));
    visit.touch(Touch::Next);
    assert!(matches!(visit.journey.page(), Page::Review(_)), "no answer keeps nobody");
}
