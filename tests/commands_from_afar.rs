//! What an operator asks of a terminal is done when nobody stands there, once, and its result stands in the audit log. A support
//! bundle is signed and holds nothing of a resident.

#![cfg(feature = "tour")]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/driven.rs"]
mod driven;
#[path = "support/street.rs"]
mod street;
mod support;

use central::audit::{self, Deed};
use contract::support_bundle::SignedBundle;
use corner::{Twins, database, program};
use driven::{Place, SMALL, eventually};
use kiosk::journey::{Page, Touch};
use std::path::Path;
use std::process::Command;
use street::Street;
use support::{library, repository};

/// What the sample citizen and their application would leave: name, card, number, address, phone, authority.
const MARKERS: [&str; 6] = ["陈小福", "990101195601190027", "19560119", "测试路", "13800000001", "福田分局"];

fn list(street: &Street) -> String {
    street.operator_at("command", &["list", "ft-0001"]).unwrap()
}

fn order(street: &Street, errand: &str) {
    let said = street.operator_at("command", &["order", "ft-0001", errand, "--by", "li"]).unwrap();
    assert!(said.contains("is on its way"), "{said}");
}

fn verify(bundle: &Path, authority: &Path) -> Result<String, String> {
    let mut central = Command::new(program("central"));
    let output = central.arg("verify-bundle").arg(bundle).arg("--authority").arg(authority).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    if output.status.success() { Ok(said) } else { Err(String::from_utf8(output.stderr).unwrap()) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_asked_of_a_terminal_in_the_middle_of_a_visit() {
    let mut street = Street::open().await;
    street.live_until("the first state", |street| street.operator(&["reports"]).contains("in force 1")).await;
    street.touch(Touch::Begin);
    order(&street, "self-test");
    street
        .live_until("the order to have come", |street| street.operator(&["reports"]).contains("in force 1"))
        .await;
    assert!(list(&street).contains("on its way"), "somebody stands there");
    street.touch(Touch::End);
    street.live_until("the self-test", |street| list(street).contains("done: ")).await;
    assert!(list(&street).contains("parts are good"), "{}", list(&street));
    let store = central::store::open_existing(&database(street.folder())).await.unwrap();
    let written = store.read(|sql| audit::list(sql, &audit::Wanted::default(), 100)).await.unwrap();
    let written: Vec<_> = written.iter().map(|entry| (entry.act.deed, entry.act.actor.as_str())).collect();
    for line in [(Deed::CommandOrder, audit::COMMAND_LINE), (Deed::CommandEnd, "ft-0001")] {
        assert!(written.contains(&line), "{line:?} of {written:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_support_bundle_is_signed_and_holds_nothing_of_a_resident() {
    let mut street = Street::open().await;
    // Somebody applies first: their entry and its receipt went through this terminal.
    street.apply("SZ-HZ-000055").await;
    street.touch(Touch::End);
    street.live_until("the goodbye to be over", |street| matches!(street.page(), Page::Attract)).await;
    order(&street, "support-bundle");
    street.live_until("the bundle", |street| list(street).contains("its bundle is here")).await;
    let id = list(&street).split(' ').next().unwrap().to_owned();
    let file = street.folder().join("bundle.json");
    street.operator_at("command", &["bundle", "ft-0001", &id, "--out", file.to_str().unwrap()]).unwrap();
    let authority = street.folder().join("ca/ca.pem");
    assert!(verify(&file, &authority).unwrap().starts_with("ft-0001 made this bundle"));

    let text = std::fs::read_to_string(&file).unwrap();
    let bundle: SignedBundle = serde_json::from_str(&text).unwrap();
    for part in ["findings", "journal", "\"kept\"", "kernel", "desired_in_force"] {
        assert!(bundle.document.contains(part), "{part}");
    }
    for marker in MARKERS {
        assert!(!text.contains(marker) && !bundle.document.contains(marker), "{marker}");
    }
    let altered = SignedBundle { document: bundle.document.replace("ft-0001", "ft-0002"), ..bundle };
    std::fs::write(&file, serde_json::to_vec(&altered).unwrap()).unwrap();
    assert!(verify(&file, &authority).unwrap_err().contains("altered"));
    let stranger = tempfile::tempdir().unwrap();
    corner::make_papers(stranger.path(), contract::Suite::International);
    assert!(
        verify(&file, &stranger.path().join("ca/ca.pem")).unwrap_err().contains("none of this authority")
    );
}

#[test]
fn a_restart_ends_the_program_and_the_next_start_says_so() {
    let place = Place::prepare(SMALL);
    let _twins = Twins::start(place.folder());
    let central = place.central();
    assert!(central.until_ready());
    let mut kiosk = place.kiosk("info");
    assert!(kiosk.until_ready());
    kiosk.ask("works online store");
    let ask = |act: &[&str]| {
        let output = Command::new(program("central"))
            .args(["command", "--db", &database(place.folder())])
            .args(act)
            .output()
            .unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    // Central knows a terminal from its first question on.
    eventually("the terminal to be known", || {
        ask(&["order", "ft-0001", "restart", "--by", "li"]).0.then_some(())
    });
    eventually("the program to end", || kiosk.try_ask("works store").is_err().then_some(()));
    assert!(!ask(&["list", "ft-0001"]).1.contains("done"), "nobody knows yet whether it comes back");
    let kiosk = place.kiosk("info");
    assert!(kiosk.until_ready());
    eventually("the program to run again", || {
        ask(&["list", "ft-0001"]).1.contains("done: the program is running again").then_some(())
    });
}
