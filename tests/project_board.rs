//! Somebody looks how a construction project stands (深圳90), with nothing but its code, while its departments work on it at
//! central's own command line.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/street.rs"]
mod street;
mod support;

use contract::message::Light;
use contract::project::{ProjectProgress, StageStanding, TaskStanding};
use kiosk::journey::{AffairsStep, AffairsTrouble, Page, PrintResult, Printing, Touch};
use kiosk::typing::Key;
use street::Street;
use support::{library, repository};

/// The sample project's code, as it is typed.
const DIGITS: &str = "20264403040000000001";

fn is_step(page: &Page, is_so: impl Fn(&AffairsStep) -> bool) -> bool {
    matches!(page, Page::Affairs(affairs) if is_so(&affairs.step))
}

/// Asks for the code from the number page.
async fn board(street: &mut Street) -> ProjectProgress {
    street.touch(Touch::Home);
    street.touch(Touch::OpenAffairs);
    street.keys(DIGITS);
    street.touch(Touch::Next);
    street.until("the board", |page| is_step(page, |step| matches!(step, AffairsStep::Project(_)))).await;
    let Page::Affairs(affairs) = street.page() else { panic!("no board") };
    let AffairsStep::Project(shown) = &affairs.step else { panic!("no board") };
    shown.project.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_is_found_by_its_code_and_goes_on_while_departments_work() {
    let mut street = Street::open().await;
    street.touch(Touch::Begin);
    street.touch(Touch::OpenAffairs);
    street.keys(DIGITS);
    street.touch(Touch::Next);
    let is_unknown = |step: &AffairsStep| {
        matches!(step, AffairsStep::Number { fault: Some(AffairsTrouble::NoSuchProject), .. })
    };
    street.until("that there is none", |page| is_step(page, is_unknown)).await;
    street.touch(Touch::Key(Key::Backspace));
    street.touch(Touch::Next);
    let is_no_number = |step: &AffairsStep| {
        matches!(step, AffairsStep::Number { fault: Some(AffairsTrouble::NotANumber), .. })
    };
    assert!(is_step(street.page(), is_no_number), "nineteen digits are nothing");

    assert!(street.office(&["project", "sample"], &[]).contains("样例项目"));
    let begun = board(&mut street).await;
    assert_eq!((begun.used.0, begun.limit.0, begun.stages.len()), (41, 85, 4));
    let standings: Vec<_> = begun.stages.iter().map(|stage| stage.standing).collect();
    let (closed, waits) = (StageStanding::Closed, StageStanding::Waiting);
    assert_eq!(standings, [closed, StageStanding::Open, waits, waits]);
    let second = &begun.stages[1];
    assert_eq!((second.used.0, second.limit.0, second.light), (16, 20, Light::Amber), "four fifths are used");
    assert_eq!(second.tasks[1].standing, TaskStanding::Open);
    assert!(begun.note.contains("样例"));

    // A department finishes its task; the lead stops the clock.
    let planning = ["--as", "gao", "--department", "GT"];
    let code = "2026-440304-00-00-000001";
    let version = |said: &str| said.trim().rsplit(' ').next().unwrap().to_owned();
    let shown: serde_json::Value =
        serde_json::from_str(&street.office(&["project", "board"], &[&planning[..], &[code]].concat()))
            .unwrap();
    let seen = shown["version"].to_string();
    let finish = [&planning[..], &[code, "works-plan", "--seen", &seen]].concat();
    let seen = version(&street.office(&["project", "finish"], &finish));
    let pause = [&planning[..], &[code, "--seen", &seen, "--ground", "expert_review"]].concat();
    street.office(&["project", "pause"], &pause);
    let went_on = board(&mut street).await;
    let second = &went_on.stages[1];
    assert_eq!(second.tasks[1].standing, TaskStanding::Passed);
    assert_eq!((second.standing, second.light, second.due_on), (StageStanding::Paused, Light::Green, None));

    street.touch(Touch::PrintBoard);
    let is_printed = |step: &AffairsStep| {
        matches!(step, AffairsStep::Project(shown)
            if shown.printing == Some(Printing::Over(PrintResult::Printed)))
    };
    street.until("the board on paper", |page| is_step(page, is_printed)).await;
    let paper = street.paper();
    for words in [code, "工程建设许可", "特别程序中", "/ 20 天，暂停计时", "样例数据"] {
        assert!(paper.contains(words), "{words} is missing on {paper}");
    }
    street.touch(Touch::End);
    assert!(!street.journey().holds_personal_data());

    // Without a line nobody is told anything old.
    street.touch(Touch::Begin);
    street.touch(Touch::OpenAffairs);
    street.keys(DIGITS);
    street.cut_network().await;
    street.touch(Touch::Next);
    let is_offline =
        |step: &AffairsStep| matches!(step, AffairsStep::Number { fault: Some(AffairsTrouble::Offline), .. });
    street.until("that the line is cut", |page| is_step(page, is_offline)).await;
}
