//! An emergency notice comes over any page, holds without a network and over a restart, and goes when it is taken back. The
//! whole city needs two persons.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/street.rs"]
mod street;
mod support;

use contract::emergency::Urgency;
use kiosk::journey::{Journey, Page, Touch};
use street::Street;
use support::{library, repository};

const CHINESE: &str = "台风红色预警，请尽快回家";
const ENGLISH: &str = "Typhoon red alert. Go home as soon as you can.";

fn emergency(street: &Street, act: &[&str]) -> Result<String, String> {
    street.operator_at("emergency", act)
}

fn announce(street: &Street, scope: &str, more: &[&str]) -> u64 {
    let text = ["announce", scope, "--chinese", CHINESE, "--english", ENGLISH, "--by", "li"];
    let said = emergency(street, &[&text[..], more].concat()).unwrap();
    said.split(' ').nth(1).and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("{said}"))
}

fn over(journey: &Journey) -> Option<&str> {
    journey.emergency().map(|emergency| emergency.chinese.as_str())
}

fn list(street: &Street) -> String {
    emergency(street, &["list"]).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_warning_is_over_any_page_and_holds_without_a_network() {
    let mut street = Street::open().await;
    street.touch(Touch::Begin);
    street.touch(Touch::OpenSearch);
    let id = announce(&street, "terminal:ft-0001", &[]);
    street
        .live_until("the notice to be over the page", |street| over(street.journey()) == Some(CHINESE))
        .await;
    assert!(matches!(street.page(), Page::Search(_)), "the visit goes on below");
    street.live_until("central to hear of it", |street| list(street).contains("shown by 1 of 1")).await;
    street.touch(Touch::EmergencyRead);
    assert!(over(street.journey()).is_none() && matches!(street.page(), Page::Search(_)));

    street.cut_network().await;
    street.restart().await;
    street.live_until("it to be there again from the store", |street| over(street.journey()).is_some()).await;
    street.restore_network().await;
    emergency(&street, &["end", &id.to_string()]).unwrap();
    street.live_until("it to be taken back", |street| over(street.journey()).is_none()).await;
    assert!(list(&street).contains("ended"));
    assert!(
        emergency(&street, &["end", &id.to_string()]).unwrap_err().contains("there is no emergency notice")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_to_leave_leaves_and_the_city_takes_two() {
    let mut street = Street::open().await;
    street.live_until("the first state", |street| street.operator(&["reports"]).contains("in force 1")).await;
    street.touch(Touch::Begin);
    let id = announce(&street, "city", &["--evacuate"]).to_string();
    assert!(list(&street).contains("proposed evacuate"));
    let refusal = emergency(&street, &["agree", &id, "--by", "li"]).unwrap_err();
    assert!(refusal.contains("ask somebody else"), "{refusal}");
    assert!(over(street.journey()).is_none());
    emergency(&street, &["agree", &id, "--by", "wang"]).unwrap();
    street.live_until("the visit to end", |street| over(street.journey()).is_some()).await;
    assert_eq!(street.journey().emergency().map(|one| one.urgency), Some(Urgency::Evacuate));
    street.live_until("the goodbye to be over", |street| matches!(street.page(), Page::Attract)).await;
    street.touch(Touch::EmergencyRead);
    street.touch(Touch::Begin);
    assert!(matches!(street.page(), Page::Attract), "nobody begins anything");
    let bad = emergency(&street, &["announce", "city", "--chinese", "", "--english", "x", "--by", "li"]);
    assert!(bad.unwrap_err().contains("1 to 90 characters"));
}
