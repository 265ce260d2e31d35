//! Whoever comes back with a paper of ours holds its code before the (virtual) scanner, and types nothing.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/street.rs"]
mod street;
mod support;

use contract::LocalNumber;
use kiosk::journey::{AffairsStep, AffairsTrouble, Outcome, Page, Printing, Touch};
use street::Street;
use support::{library, repository};

/// 户口登记项目变更更正（姓名变更）: a clerk decides it, and it may be filed without a network.
const SERVICE: &str = "SZ-HZ-000035";

/// What the code on the newest paper says.
fn code_on_paper(street: &Street) -> String {
    let paper = street.paper();
    let code = paper.lines().find_map(|line| line.strip_prefix("[QR] "));
    code.unwrap_or_else(|| panic!("no code on this paper:\n{paper}")).to_owned()
}

async fn until_printed(street: &mut Street) {
    let is_printed =
        |page: &Page| matches!(page, Page::Done(done) if matches!(done.printing, Printing::Over(_)));
    street.until("the receipt on paper", is_printed).await;
}

async fn until_fault(street: &mut Street, wanted: AffairsTrouble) {
    let is_told = |page: &Page| {
        matches!(page, Page::Affairs(affairs)
            if matches!(&affairs.step, AffairsStep::Number { fault, .. } if *fault == Some(wanted)))
    };
    street.until(&format!("{wanted:?}"), is_told).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_says_where_its_case_stands() {
    let mut street = Street::open().await;
    let case = street.apply(SERVICE).await;
    until_printed(&mut street).await;
    street.touch(Touch::End);
    street.touch(Touch::Begin);

    street.scanner.say("hold https://example.org/health-code?id=7");
    until_fault(&mut street, AffairsTrouble::OtherCode).await;
    let code = code_on_paper(&street);
    street.scanner.say(&format!("hold {code}"));
    let is_shown = |page: &Page| {
        matches!(page, Page::Affairs(affairs)
            if matches!(&affairs.step, AffairsStep::Case(shown) if shown.case.case == case && shown.own.is_none()))
    };
    street.until("the case of the receipt", is_shown).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_from_before_central_had_its_case_says_what_to_do_instead() {
    let mut street = Street::open().await;
    street.cut_network().await;
    street.fill_in(SERVICE).await;
    street.sign_and_hand_in().await;
    until_printed(&mut street).await;
    let Page::Done(done) = street.page() else { panic!("not done") };
    assert!(matches!(done.outcome, Outcome::SavedHere), "{:?}", done.outcome);
    street.touch(Touch::End);
    street.touch(Touch::Begin);
    let code = code_on_paper(&street);
    assert!(code.parse::<LocalNumber>().is_ok(), "{code}");
    street.scanner.say(&format!("hold {code}"));
    until_fault(&mut street, AffairsTrouble::NotReceived).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guide_that_was_taken_home_leads_back_to_its_service() {
    let mut street = Street::open_with_phone().await;
    street.touch(Touch::Begin);
    street.touch(Touch::Choose(SERVICE.parse().unwrap()));
    street.touch(Touch::PrintGuide);
    let is_printed =
        |page: &Page| matches!(page, Page::Guide(shown) if matches!(shown.printing, Some(Printing::Over(_))));
    street.until("the guide on paper", is_printed).await;
    street.touch(Touch::End);
    // Nothing has to be touched.
    let code = code_on_paper(&street);
    street.scanner.say(&format!("hold {code}"));
    street
        .until("its service", |page| matches!(page, Page::Guide(shown) if shown.service.as_str() == SERVICE))
        .await;
}
