//! A graduate fills her form in on a phone and goes on at the terminal by a code; somebody else's card opens nothing; and a
//! form that was begun at the terminal is gone on with on the phone, and comes back.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/phone.rs"]
mod phone;
#[path = "support/street.rs"]
mod street;
mod support;

use contract::message::{Outcome as Became, RulesDecision};
use kiosk::journey::{Filing, HandoffStep, HandoffTrouble, Outcome, Page, Touch};
use kiosk::typing::Key;
use street::Street;
use support::{library, repository};

/// 普通高校应届毕业生引进落户（秒批）－全日制本科生
const HUKOU: &str = "SZ-RS-000002";
const LIN: &str = "990101200406150023";

const ANSWERS: [(&str, &str); 11] = [
    ("phone", "13800000001"),
    ("district", "440304"),
    ("street", "福田街道"),
    ("community", "福南社区"),
    ("address_detail", "福中路100号"),
    ("address_code", "4403040010010000001"),
    ("school", "10590 深圳大学"),
    ("degree", "本科"),
    ("degree_cert_no", "105901202605000001"),
    ("graduation_date", "2026-06-30"),
    ("study_mode", "全日制"),
];

/// The form, after card and face.
async fn form(street: &mut Street, card: &str) {
    street.touch(Touch::Begin);
    street.touch(Touch::Choose(HUKOU.parse().unwrap()));
    street.touch(Touch::Start);
    street.recognised_as(card).await;
    street.until("the form", |page| matches!(page, Page::Filing(_))).await;
}

fn filing(street: &Street) -> &Filing {
    let Page::Filing(filing) = street.page() else { panic!("no form: {:?}", street.page()) };
    filing
}

fn step(street: &Street) -> &HandoffStep {
    let Page::Handoff(phone) = street.page() else { panic!("nothing of a phone: {:?}", street.page()) };
    &phone.step
}

async fn begin(street: &Street, id_no: &'static str) -> String {
    let public = street.public();
    let fill = move || phone::begin_draft(&public, HUKOU, id_no, &ANSWERS);
    tokio::task::spawn_blocking(fill).await.unwrap().unwrap()
}

async fn type_code(street: &mut Street, code: &str) {
    street.touch(Touch::Key(Key::Clear));
    street.keys(code);
    street.touch(Touch::Next);
    let is_answered = |page: &Page| !matches!(page, Page::Handoff(phone) if matches!(phone.step, HandoffStep::Claiming { .. }));
    street.until("central's word", is_answered).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_on_a_phone_is_gone_on_with_at_the_terminal() {
    let mut street = Street::open().await;
    let code = begin(&street, LIN).await;
    // Somebody else's card opens nothing, and is told no more than that.
    form(&mut street, "graduate-on-record").await;
    assert!(street.journey().can_hand_off());
    street.touch(Touch::OpenPhoneCode);
    street.keys("12345");
    street.touch(Touch::Next);
    assert!(matches!(step(&street), HandoffStep::Code { fault: Some(HandoffTrouble::NotACode), .. }));
    type_code(&mut street, &code).await;
    assert!(matches!(step(&street), HandoffStep::Code { fault: Some(HandoffTrouble::NoSuchDraft), .. }));
    street.touch(Touch::Back);
    assert!(filing(&street).draft.typed().is_empty(), "the form as it was left");
    street.touch(Touch::End);

    form(&mut street, "graduate").await;
    street.touch(Touch::OpenPhoneCode);
    type_code(&mut street, &code).await;
    assert!(filing(&street).from_phone.is_some(), "the form says where its content came from");
    assert_eq!(filing(&street).draft.value_named("name"), "林新雨", "the card's facts are the card's");
    for (field, value) in ANSWERS {
        assert_eq!(filing(&street).draft.value_named(field), value);
    }
    for _ in 0..12 {
        let Page::Filing(filing) = street.page() else { break };
        let step = filing.draft.steps()[filing.step].fields().to_vec();
        for (field, value) in [("settle_kind", "单位集体户"), ("no_crime", "true")] {
            if step.iter().any(|id| id.as_str() == field) {
                street.touch(Touch::Pick(field.parse().unwrap(), value.into()));
            }
        }
        street.touch(Touch::Next);
    }
    street.sign_and_hand_in().await;
    let Page::Done(done) = street.page() else { panic!("not done") };
    let Outcome::Received(receipt) = &done.outcome else { panic!("{:?}", done.outcome) };
    assert!(
        matches!(receipt.outcome, Became::Decided { decision: RulesDecision::Approved, .. }),
        "{receipt:?}"
    );
    street.touch(Touch::End);

    // The code is used up.
    form(&mut street, "graduate").await;
    street.touch(Touch::OpenPhoneCode);
    type_code(&mut street, &code).await;
    assert!(matches!(step(&street), HandoffStep::Code { fault: Some(HandoffTrouble::NoSuchDraft), .. }));
    for wrong in 0..4 {
        type_code(&mut street, &format!("00000{wrong}")).await;
    }
    type_code(&mut street, &code).await;
    assert!(matches!(step(&street), HandoffStep::Code { fault: Some(HandoffTrouble::Locked), .. }));
    street.touch(Touch::End);
    assert!(!street.journey().holds_personal_data());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_taken_along_to_the_phone_and_nothing_is_offered_without_a_line() {
    let mut street = Street::open().await;
    form(&mut street, "graduate").await;
    street.touch(Touch::Next);
    street.type_into(&"phone".parse().unwrap(), "13800000001");
    street.touch(Touch::KeepDraft);
    street.until("the draft's end", |page| matches!(page, Page::DraftKept(_))).await;
    street.touch(Touch::ToPhone);
    let is_over = |page: &Page| matches!(page, Page::Handoff(phone) if !matches!(phone.step, HandoffStep::Handing { .. }));
    street.until("the code", is_over).await;
    let HandoffStep::Handed(ticket) = step(&street) else { panic!("{:?}", step(&street)) };
    let (code, public) = (ticket.code.clone(), street.public());
    let open = move || {
        let other = phone::open_draft(&public, code.as_str(), "990101197002100033")?;
        Ok::<_, std::io::Error>((other, phone::open_draft(&public, code.as_str(), LIN)?))
    };
    let (other, own) = tokio::task::spawn_blocking(open).await.unwrap().unwrap();
    assert!(other.starts_with("HTTP/1.1 404") && !other.contains("13800000001"));
    assert!(own.starts_with("HTTP/1.1 200") && own.contains("value=\"13800000001\""), "{own}");
    assert!(!own.contains("林新雨"), "the card's facts stay at the terminal");
    street.touch(Touch::GoOn);
    assert_eq!(filing(&street).draft.value_named("phone"), "13800000001", "and here it goes on as well");

    street.cut_network().await;
    assert!(!street.journey().can_hand_off() && street.journey().lacks_line_for_phone());
    street.touch(Touch::OpenPhoneCode);
    assert!(matches!(street.page(), Page::Filing(_)), "it is not offered");
    street.touch(Touch::End);
}
