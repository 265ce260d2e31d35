//! 秒批 at the terminal: a graduate is approved as soon as the form is handed in, another is refused and told why, a silent
//! registry makes a clerk's case of it, and a line that breaks is said to have broken. The list of rules is found again by
//! the applicant's own card.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/street.rs"]
mod street;
mod support;

use central::registries::Manner;
use contract::language::{Language, Voice};
use contract::message::{CaseProgress, CaseState, EntryReceipt, Outcome as Became, RulesDecision};
use contract::ruling::{RuleSaid, RuleVerdict};
use kiosk::journey::{AffairsStep, Connection, Done, Next, Outcome, Own, Page, PrintResult, Printing, Touch};
use std::time::Instant;
use street::Street;
use support::{library, repository};

/// 普通高校应届毕业生引进落户（秒批）－全日制本科生
const HUKOU: &str = "SZ-RS-000002";

/// What is typed, and what is picked.
enum How {
    Keys(&'static str),
    Pick(&'static str),
}
use How::{Keys, Pick};

/// What each of the two graduates answers.
fn answers(
    certificate: &'static str,
    degree: &'static str,
    graduated: &'static str,
) -> Vec<(&'static str, How)> {
    vec![
        ("phone", Keys("13800000001")),
        ("district", Pick("440304")),
        ("street", Pick("福田街道")),
        ("community", Pick("福南社区")),
        ("address_detail", Keys("Fuzhong 3 Road 100")),
        ("address_code", Keys("4403040010010000001")),
        ("school", Pick("10590 深圳大学")),
        ("degree", Pick(degree)),
        ("degree_cert_no", Keys(certificate)),
        ("graduation_date", Keys(graduated)),
        ("study_mode", Pick("全日制")),
        ("settle_kind", Pick("单位集体户")),
        ("no_crime", Pick("true")),
    ]
}

/// From the first touch to the review, with a card of the demo.
async fn fill_in(street: &mut Street, card: &str, answers: &[(&str, How)]) {
    street.touch(Touch::Begin);
    street.touch(Touch::Choose(HUKOU.parse().unwrap()));
    street.touch(Touch::Start);
    street.recognised_as(card).await;
    street.until("the form", |page| matches!(page, Page::Filing(_))).await;
    for _ in 0..12 {
        let Page::Filing(filing) = street.page() else { break };
        let asked = filing.draft.steps().get(filing.step).map(|step| step.fields().to_vec());
        for id in asked.unwrap_or_default() {
            match answers.iter().find(|(name, _)| *name == id.as_str()) {
                Some((_, Keys(keys))) => street.type_into(&id, keys),
                Some((_, Pick(value))) => street.touch(Touch::Pick(id, (*value).into())),
                None => {}
            }
        }
        street.touch(Touch::Next);
    }
    let Page::Review(review) = street.page() else { panic!("the form is not through: {:?}", street.page()) };
    let faults = review.filing.draft.faults();
    assert!(faults.iter().all(|(id, _)| ["consent", "sign"].contains(&id.as_str())), "{faults:?}");
}

async fn lin(street: &mut Street) {
    fill_in(street, "graduate", &answers("105901202605000001", "本科", "20260630")).await;
}

fn done(street: &Street) -> &Done {
    let Page::Done(done) = street.page() else { panic!("not done: {:?}", street.page()) };
    done
}

fn receipt(street: &Street) -> &EntryReceipt {
    let Outcome::Received(receipt) = &done(street).outcome else { panic!("{:?}", done(street).outcome) };
    receipt
}

fn verdicts(rules: &[RuleSaid], wanted: RuleVerdict) -> Vec<&str> {
    rules.iter().filter(|rule| rule.verdict == wanted).map(|rule| rule.words.as_str()).collect()
}

async fn printed(street: &mut Street) -> String {
    let is_printed = |page: &Page| matches!(page, Page::Done(done) if done.printing == Printing::Over(PrintResult::Printed));
    street.until("the receipt on paper", is_printed).await;
    street.paper()
}

/// The newest case of the resident who stands here.
async fn own_case(street: &mut Street) -> CaseProgress {
    street.touch(Touch::Home);
    street.touch(Touch::Own(Own::Cases));
    let is_list =
        |page: &Page| matches!(page, Page::Affairs(affairs) if matches!(affairs.step, AffairsStep::Own(_)));
    street.until("the list", is_list).await;
    let Page::Affairs(affairs) = street.page() else { panic!("no list") };
    let AffairsStep::Own(cases) = &affairs.step else { panic!("no list") };
    cases.cases.first().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_graduate_is_approved_at_once_and_another_is_told_why_not() {
    let mut street = Street::open().await;
    lin(&mut street).await;
    let begun = Instant::now();
    street.sign_and_hand_in().await;
    assert!(begun.elapsed().as_secs() < 5, "it was decided while she stood there");
    let approved = receipt(&street).clone();
    let Became::Decided { case, decision: RulesDecision::Approved, next_step, .. } = &approved.outcome else {
        panic!("not approved: {approved:?}")
    };
    assert_eq!(verdicts(&approved.rules, RuleVerdict::Pass).len(), 9);
    assert_eq!(next_step, "结果已存入电子证照库");
    let education =
        approved.rules.iter().flat_map(|rule| &rule.sources).find(|from| from.name.contains("学历"));
    assert!(education.unwrap().as_of.is_some(), "who was asked, and as of which day");
    let paper = printed(&mut street).await;
    for words in ["已批准", "无不予办理的违法犯罪记录", "数据来源", &case.in_groups()] {
        assert!(paper.contains(words), "{words} is missing on {paper}");
    }
    // The same list later, by the card; and nothing of it by the number alone.
    let own = own_case(&mut street).await;
    assert_eq!((&own.case, own.state, &own.rules), (case, CaseState::Approved, &approved.rules));
    let number = case.clone();
    street.touch(Touch::End);
    street.touch(Touch::Begin);
    street.touch(Touch::OpenAffairs);
    street.keys(number.as_str());
    street.touch(Touch::Next);
    let is_case = |page: &Page| {
        matches!(page, Page::Affairs(affairs)
            if matches!(&affairs.step, AffairsStep::Case(shown) if shown.case.rules.is_empty()))
    };
    street.until("the case without what registries said", is_case).await;
    street.touch(Touch::End);

    fill_in(&mut street, "graduate-on-record", &answers("105901202505000003", "大专", "20251231")).await;
    street.sign_and_hand_in().await;
    let refused = receipt(&street).clone();
    assert!(
        matches!(refused.outcome, Became::Decided { decision: RulesDecision::Refused, .. }),
        "{refused:?}"
    );
    assert_eq!(verdicts(&refused.rules, RuleVerdict::Fail), ["存在不予办理的违法犯罪记录"]);
    let failed = refused.rules.iter().find(|rule| rule.verdict == RuleVerdict::Fail).unwrap();
    let advice = failed.advice(Voice::CHINESE).unwrap();
    let paper = printed(&mut street).await.replace('\n', "");
    for words in ["不予批准", "您可以", "公安机关", "行政复议"] {
        assert!(paper.contains(words), "{words} is missing on {paper}");
    }
    assert!(advice.contains("公安机关"), "{advice}");
    street.touch(Touch::End);
    assert!(!street.journey().holds_personal_data());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_registry_is_named_and_a_clerk_decides() {
    let mut street = Street::open().await;
    street.registries.behave("criminal-records", Manner::Silent);
    lin(&mut street).await;
    street.sign_and_hand_in().await;
    let received = receipt(&street).clone();
    let Became::CaseOpened { promised_days, .. } = received.outcome else { panic!("{received:?}") };
    assert!(promised_days > 0, "a clerk has days for it");
    assert_eq!(verdicts(&received.rules, RuleVerdict::NoAnswer), ["无不予办理的违法犯罪记录"]);
    let silent: Vec<&str> = received.rules.iter().flat_map(RuleSaid::silent).collect();
    assert_eq!(silent, ["违法犯罪记录"]);
    let paper = printed(&mut street).await.replace('\n', "");
    assert!(
        paper.contains("转人工办理") && paper.contains("未能核对") && paper.contains("未答复"),
        "{paper}"
    );
    let own = own_case(&mut street).await;
    assert_eq!((own.state, &own.rules), (CaseState::Received, &received.rules));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_confirmed_as_the_line_broke_is_decided_when_it_is_back() {
    let mut street = Street::open().await;
    lin(&mut street).await;
    // Nobody has noticed yet.
    street.lose_central().await;
    street.sign_and_hand_in().await;
    assert_eq!(done(&street).outcome, Outcome::SavedHere);
    assert_eq!(done(&street).slip.next, Next::RuledLater);
    let words = Next::RuledLater.words(Language::Chinese);
    assert!(words.contains("办件进度"), "where the answer is found");
    // Or what is waited for next would be so already.
    street.until_health("the entry to wait here", |health| health.waiting == 1).await;
    street.restore_network().await;
    street
        .until_health("the entry to arrive", |health| {
            health.waiting == 0 && health.connection == Connection::Online
        })
        .await;
    let own = own_case(&mut street).await;
    assert_eq!(own.state, CaseState::Approved);
    assert_eq!(verdicts(&own.rules, RuleVerdict::Pass).len(), 9);
}
