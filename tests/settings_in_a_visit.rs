//! What operators publish takes effect at the terminal: between visits, on probation first, and it goes back where the
//! terminal does not work with it.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/street.rs"]
mod street;
mod support;

use kiosk::journey::{Page, Touch};
use kiosk::services::Obstacle;
use street::Street;
use support::{library, repository};

const SERVICE: &str = "SZ-HZ-000078";

fn obstacle(street: &Street) -> Option<Obstacle> {
    let journey = street.journey();
    journey.obstacle(journey.library().find(&SERVICE.parse().unwrap()).unwrap())
}

fn publish(street: &Street, set: &[&str]) {
    let mut act = vec!["publish", "terminal:ft-0001", "--urgent", "--reason", "a story", "--by", "li"];
    for one in set {
        act.extend(["--set", one]);
    }
    assert!(street.operator(&act).contains("begins"));
}

fn is_in(street: &Street, phase: &str) -> bool {
    street.operator(&["rollouts"]).lines().next().is_some_and(|first| first.contains(phase))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_is_closed_when_the_resident_has_gone() {
    let mut street = Street::open().await;
    street.live_until("the first state", |street| street.operator(&["reports"]).contains("in force 1")).await;
    street.touch(Touch::Begin);
    publish(&street, &[&format!("services.closed=[\"{SERVICE}\"]"), "visit.idle-seconds=90"]);
    street.live_until("central to hear that a visit goes on", |street| is_in(street, "busy 1")).await;
    assert_eq!(obstacle(&street), None, "whoever stands there finishes as they began");
    street.touch(Touch::End);
    street.live_until("the state to be in force", |street| is_in(street, "done")).await;
    assert!(matches!(street.page(), Page::Attract));
    assert_eq!(obstacle(&street), Some(Obstacle::Closed));
    assert_eq!(street.journey().settings().idle.duration().as_secs(), 90);
    street.restart().await;
    assert_eq!(obstacle(&street), Some(Obstacle::Closed), "it is still in force after a restart");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_terminal_does_not_work_with_goes_back_and_is_reported() {
    let mut street = Street::open().await;
    street.live_until("the first state", |street| street.operator(&["reports"]).contains("in force 1")).await;
    publish(&street, &["services.closed=[\"SZ-ZZ-999999\"]", "visit.idle-seconds=90"]);
    street.live_until("the rollout to be taken back", |street| is_in(street, "returned")).await;
    let told = street.operator(&["reports"]);
    assert!(told.contains("gave back 2: services.closed names SZ-ZZ-999999"), "{told}");
    street
        .live_until("the old as a new version", |street| street.operator(&["reports"]).contains("in force 3"))
        .await;
    assert_eq!(street.journey().settings().idle.duration().as_secs(), 60);
}
