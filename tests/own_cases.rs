//! Somebody comes back for what became of an application: finds it by card, brings what a clerk asked for, takes another
//! one back. The clerk works at central's own command line.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/phone.rs"]
mod phone;
#[path = "support/street.rs"]
mod street;
mod support;

use contract::message::CaseState;
use contract::{CaseNumber, FieldId};
use image::{ImageFormat, Rgb, RgbImage};
use kiosk::journey::{AffairsStep, AffairsTrouble, CaseShown, Own, Page, PapersStep, Said, SaidKind, Touch};
use kiosk::typing::Key;
use std::io::Cursor;
use street::Street;
use support::{library, repository};

/// 户口登记项目变更更正（姓名变更）: a clerk decides it.
const SERVICE: &str = "SZ-HZ-000035";

async fn apply(street: &mut Street) -> CaseNumber {
    let case = street.apply(SERVICE).await;
    street.touch(Touch::End);
    case
}

fn step(street: &Street) -> &AffairsStep {
    match street.page() {
        Page::Affairs(affairs) => &affairs.step,
        page => panic!("not about cases: {page:?}"),
    }
}

fn is_step(page: &Page, is_so: impl Fn(&AffairsStep) -> bool) -> bool {
    matches!(page, Page::Affairs(affairs) if is_so(&affairs.step))
}

fn own(street: &Street) -> Vec<(CaseNumber, CaseState)> {
    let AffairsStep::Own(cases) = step(street) else { panic!("no list: {:?}", step(street)) };
    cases.cases.iter().map(|case| (case.case.clone(), case.state)).collect()
}

fn shown(street: &Street) -> &CaseShown {
    let AffairsStep::Case(shown) = step(street) else { panic!("no case: {:?}", step(street)) };
    shown
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_are_brought_and_an_application_is_taken_back_at_the_terminal() {
    let mut street = Street::open().await;
    let first = apply(&mut street).await;
    street.touch(Touch::Begin);
    let second = apply(&mut street).await;
    street.clerk(&["claim", first.as_str(), "--seen", "0"]);
    street.clerk(&["ask", first.as_str(), "--seen", "1", "--paper", "房屋租赁合同"]);

    street.touch(Touch::Begin);
    street.touch(Touch::OpenAffairs);
    street.touch(Touch::Own(Own::Cases));
    street.recognised().await;
    street.until("the list", |page| is_step(page, |step| matches!(step, AffairsStep::Own(_)))).await;
    assert_eq!(
        own(&street),
        [(second.clone(), CaseState::Received), (first.clone(), CaseState::PapersAsked)]
    );
    street.touch(Touch::ChooseCase(first.clone()));
    assert_eq!(shown(&street).case.papers, ["房屋租赁合同"]);
    assert!(shown(&street).can_answer());
    street.touch(Touch::AnswerPapers);
    street.touch(Touch::Next);
    assert!(matches!(step(&street), AffairsStep::Answering { is_empty: true, .. }), "nothing says nothing");
    street.touch(Touch::Key(Key::Language));
    street.keys("Lease 2026 0815");
    street.touch(Touch::Next);
    street.until("the word of central", said).await;
    assert!(matches!(
        step(&street),
        AffairsStep::Said { kind: SaidKind::Supplement, result: Said::Noted, .. }
    ));
    assert!(street.clerk(&["show", first.as_str()]).contains("Lease 2026 0815"), "the clerk reads it");

    // The list is asked for anew: the first case goes on, the second is taken back.
    street.touch(Touch::Own(Own::Cases));
    street.until("the list", |page| is_step(page, |step| matches!(step, AffairsStep::Own(_)))).await;
    assert_eq!(own(&street)[1], (first, CaseState::Received));
    street.touch(Touch::ChooseCase(second.clone()));
    assert!(!shown(&street).can_answer() && shown(&street).can_withdraw());
    street.touch(Touch::Withdraw);
    // While it is asked once more, a clerk decides.
    street.clerk(&["claim", second.as_str(), "--seen", "0"]);
    street.clerk(&["accept", second.as_str(), "--seen", "1"]);
    street.clerk(&["approve", second.as_str(), "--seen", "2"]);
    street.touch(Touch::Next);
    street.until("the word of central", said).await;
    assert!(
        matches!(step(&street), AffairsStep::Said { kind: SaidKind::Withdrawal, result: Said::Refused, .. }),
        "what came too late is said to have come too late: {:?}",
        step(&street)
    );
    // What the licence library holds of the same person, of the same log-in.
    street.touch(Touch::Home);
    street.touch(Touch::Own(Own::Licences));
    let is_told = |step: &AffairsStep| {
        matches!(step, AffairsStep::Licences(told)
            if told.licences.iter().any(|licence| licence.name == "往来港澳通行证"))
    };
    street.until("the licences", |page| is_step(page, is_told)).await;
    street.touch(Touch::End);
    assert!(!street.journey().holds_personal_data());

    // Anybody who has the number learns how it stands, and can do nothing with it.
    street.touch(Touch::Begin);
    street.touch(Touch::OpenAffairs);
    street.keys(second.as_str());
    street.touch(Touch::Next);
    street.until("the case", |page| is_step(page, |step| matches!(step, AffairsStep::Case(_)))).await;
    assert_eq!(shown(&street).case.state, CaseState::Approved);
    assert!(!shown(&street).can_answer() && !shown(&street).can_withdraw());
    street.touch(Touch::Back);
    street.touch(Touch::OpenAffairs);
    let nobodys = CaseNumber::compose(440_304, jiff::civil::date(2020, 1, 2), 77).unwrap();
    street.keys(nobodys.as_str());
    street.touch(Touch::Next);
    let is_unknown = |step: &AffairsStep| {
        matches!(step, AffairsStep::Number { fault: Some(AffairsTrouble::NoSuchCase), .. })
    };
    street.until("that there is none", |page| is_step(page, is_unknown)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_were_asked_for_come_from_a_phone() {
    let mut street = Street::open_with_phone().await;
    let case = apply(&mut street).await;
    street.clerk(&["claim", case.as_str(), "--seen", "0"]);
    let papers = ["--paper", "房屋租赁合同", "--paper", "出生医学证明"];
    street.clerk(&[&["ask", case.as_str(), "--seen", "1"], &papers[..]].concat());

    street.touch(Touch::Begin);
    street.touch(Touch::Own(Own::Cases));
    street.recognised().await;
    street.until("the list", |page| is_step(page, |step| matches!(step, AffairsStep::Own(_)))).await;
    street.touch(Touch::ChooseCase(case.clone()));
    street.touch(Touch::AnswerPapers);
    let asked: Vec<FieldId> = match street.page() {
        Page::Papers(papers) => papers.materials().iter().map(|paper| paper.id.clone()).collect(),
        page => panic!("no papers: {page:?}"),
    };
    assert_eq!(asked.iter().map(FieldId::as_str).collect::<Vec<_>>(), ["asked-1", "asked-2"]);
    let papers_step = |page: &Page, is_so: fn(&PapersStep) -> bool| match page {
        Page::Papers(papers) => is_so(&papers.step),
        _ => false,
    };
    street.touch(Touch::UsePhone(asked[1].clone()));
    street.until("the code", |page| papers_step(page, |step| step.shown_code().is_some())).await;
    let Page::Papers(papers) = street.page() else { panic!("no papers") };
    let address = papers.step.shown_code().unwrap().address.expose().clone();
    let mut page = Cursor::new(Vec::new());
    RgbImage::from_pixel(900, 1200, Rgb([240, 240, 236])).write_to(&mut page, ImageFormat::Jpeg).unwrap();
    let pages = vec![page.into_inner(); 2];
    tokio::task::spawn_blocking(move || phone::send(&address, &pages)).await.unwrap().unwrap();
    for _ in 0..2 {
        let is_judged = |step: &PapersStep| matches!(step, PapersStep::Judge { .. });
        street.until("a page", |page| papers_step(page, is_judged)).await;
        street.touch(Touch::KeepPage);
    }
    street.touch(Touch::Next);
    // To the words and back: what was taken stays.
    street.touch(Touch::Next);
    assert!(matches!(step(&street), AffairsStep::Answering { .. }));
    street.touch(Touch::Back);
    let Page::Papers(papers) = street.page() else { panic!("no papers: {:?}", street.page()) };
    assert_eq!(papers.enclosures().pages_of(&asked[1]).count(), 2);
    street.touch(Touch::Next);
    // Who has taken pages need not write.
    street.touch(Touch::Next);
    street.until("the word of central", said).await;
    assert!(matches!(
        step(&street),
        AffairsStep::Said { kind: SaidKind::Supplement, result: Said::Noted, .. }
    ));
    street.touch(Touch::End);
    assert!(!street.journey().holds_personal_data());
    street.until_health("the pages to arrive", |health| health.waiting == 0).await;
    let seen: serde_json::Value = serde_json::from_str(&street.clerk(&["show", case.as_str()])).unwrap();
    assert_eq!(seen["asked"], serde_json::json!(["房屋租赁合同", "出生医学证明"]));
    assert_eq!(seen["papers"], serde_json::json!({ "asked-2": 2 }));
    assert_eq!(seen["supplements"], serde_json::json!(["补交：出生医学证明 2 页"]));
}

fn said(page: &Page) -> bool {
    is_step(page, |step| matches!(step, AffairsStep::Said { .. }))
}
