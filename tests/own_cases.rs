//! Somebody comes back for what became of an application: finds it by card, brings what a clerk asked for, takes another
//! one back. The clerk works at central's own command line.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/street.rs"]
mod street;
mod support;

use contract::CaseNumber;
use contract::message::CaseState;
use kiosk::journey::{AffairsStep, AffairsTrouble, CaseShown, Own, Page, Said, SaidKind, Touch};
use kiosk::typing::Key;
use street::Street;
use support::{library, repository};

/// 户口登记项目变更更正（姓名变更）: a clerk decides it.
const SERVICE: &str = "SZ-HZ-000035";

async fn apply(street: &mut Street) -> CaseNumber {
    street.touch(Touch::Begin);
    street.touch(Touch::Choose(SERVICE.parse().unwrap()));
    street.touch(Touch::Start);
    street.recognised().await;
    street.until("the form", |page| matches!(page, Page::Filing(_))).await;
    street.touch(Touch::Next);
    street.touch(Touch::Focus("phone".parse().unwrap()));
    street.keys("13800000001");
    street.touch(Touch::Pick("result_delivery".parse().unwrap(), "窗口自取".into()));
    street.touch(Touch::Next);
    let case = street.sign_and_submit().await;
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

fn said(page: &Page) -> bool {
    is_step(page, |step| matches!(step, AffairsStep::Said { .. }))
}
