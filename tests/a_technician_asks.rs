//! A technician asks a terminal what is wrong: the running one answers for its devices, one that does not run is looked at all
//! the same; what is broken has a next step, the exit code says how bad it is, and nothing of a resident is told.

#![cfg(feature = "tour")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/driven.rs"]
mod driven;
mod support;

use corner::Twins;
use driven::{Place, SMALL, eventually};
use kiosk::diagnostics::{Finding, Subject, Verdict};
use std::process::{Command, Output};
pub(crate) use support::repository;

/// `kiosk diagnose` with the settings of a place.
fn diagnose(place: &Place, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kiosk"));
    command.args(["diagnose", "--config"]).arg(place.folder().join("kiosk.toml")).args(arguments);
    command.output().unwrap()
}

fn findings(output: &Output) -> Vec<Finding> {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no findings: {}", String::from_utf8_lossy(&output.stderr)))
}

fn of(findings: &[Finding], subject: Subject) -> &Finding {
    findings.iter().find(|finding| finding.subject == subject).expect("every part is told of")
}

#[test]
fn the_running_terminal_answers_and_a_silent_one_is_looked_at() {
    let place = Place::prepare(SMALL);
    let mut twins = Twins::start(place.folder());
    let central = place.central();
    assert!(central.until_ready());
    let mut kiosk = place.kiosk("info");
    assert!(kiosk.until_ready());
    kiosk.ask("works reader printer face online store");

    let well = diagnose(&place, &["--json"]);
    let found = findings(&well);
    let unwell: Vec<&Finding> = found.iter().filter(|finding| finding.verdict > Verdict::Good).collect();
    assert!(unwell.is_empty() && well.status.code() == Some(0), "{unwell:#?}");
    for subject in [Subject::IdReader, Subject::Network, Subject::Clock, Subject::Certificate] {
        assert_eq!(of(&found, subject).verdict, Verdict::Good, "{subject}");
    }

    twins.printer.say("paper out");
    // The printer is asked for its paper now and then; so is the terminal, for longer than that on a slow machine.
    let broken = eventually("the paper to be missed", || {
        let output = diagnose(&place, &["receipt-printer"]);
        (output.status.code() == Some(2)).then_some(output)
    });
    let words = String::from_utf8(broken.stdout.clone()).unwrap();
    assert!(words.contains("no paper") && words.contains("-> put in a new roll"), "{words}");
    let chinese = diagnose(&place, &["receipt-printer", "--chinese"]);
    assert!(String::from_utf8(chinese.stdout).unwrap().contains("装一卷新纸"));
    twins.printer.say("paper full");

    drop(kiosk);
    drop(central);
    let alone = diagnose(&place, &["--json"]);
    let found = findings(&alone);
    assert_eq!(of(&found, Subject::IdReader).verdict, Verdict::Good, "{found:#?}");
    assert_eq!(of(&found, Subject::Network).verdict, Verdict::Broken, "nobody is at central's address");
    assert_eq!(alone.status.code(), Some(2));

    std::fs::write(place.folder().join("kiosk.toml"), "no settings").unwrap();
    let output = diagnose(&place, &[]);
    assert_eq!(output.status.code(), Some(3), "nothing could be looked at");
    assert!(String::from_utf8(output.stderr).unwrap().contains("kiosk.toml line 1"));
}
