//! Another version of the program: downloaded while people go on, installed when nobody stands there, kept when it works, and the
//! earlier one again when it does not. The updater is a stand-in that writes what the real one would; that one's own story is told
//! by `cargo xtask update-test`.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/street.rs"]
mod street;
mod support;

use contract::app_version::AppVersion;
use kiosk::journey::{Page, Touch};
use offline_cache::{Options, Store};
use std::path::PathBuf;
use street::Street;
use support::{library, repository};

const OLD: AppVersion = AppVersion::new(0, 1, 0);
const NEW: AppVersion = AppVersion::new(0, 2, 0);

/// Does what the terminal asks for, as far as the terminal can see.
struct StandInUpdater {
    requests: PathBuf,
    answers: PathBuf,
}

impl StandInUpdater {
    fn beside(street: &Street) -> Self {
        let state = street.state();
        let home = state.with_file_name(format!("{}-update", state.file_name().unwrap().display()));
        std::fs::create_dir(&home).unwrap();
        Self { requests: state.join("update/wanted"), answers: home.join("outcome") }
    }

    /// What it is asked for.
    fn asked(&self) -> String {
        std::fs::read_to_string(&self.requests).unwrap_or_default().trim_end().to_owned()
    }

    fn says(&self, word: &str, installed: &str) {
        let asked = self.asked();
        let (wish, _) = asked.rsplit_once(' ').unwrap();
        std::fs::write(&self.answers, format!("{wish} {word} {installed}\n")).unwrap();
    }

    async fn is_asked(&self, street: &mut Street, wanted: &str) {
        street.live_until(wanted, |_| self.asked() == wanted).await;
    }

    /// Up to the moment at which it has installed the new program, and starts it.
    async fn installs(&self, street: &mut Street) {
        self.is_asked(street, "0.2.0 2 download").await;
        self.says("downloaded", "0.1.0-1");
        self.is_asked(street, "0.2.0 2 install").await;
    }
}

async fn open() -> (Street, StandInUpdater) {
    let mut street = Street::open().await;
    street.live_until("the first state", |street| street.operator(&["reports"]).contains("in force 1")).await;
    let updater = StandInUpdater::beside(&street);
    (street, updater)
}

fn publish(street: &Street, set: &[&str]) {
    let mut act = vec!["publish", "terminal:ft-0001", "--urgent", "--reason", "a story", "--by", "li"];
    for one in set {
        act.extend(["--set", one]);
    }
    assert!(street.operator(&act).contains("begins"));
}

fn rollout(street: &Street) -> String {
    street.operator(&["rollouts"]).lines().next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_version_is_downloaded_in_a_visit_and_installed_after_it() {
    let (mut street, updater) = open().await;
    street.touch(Touch::Begin);
    publish(&street, &["update.version=\"0.2.0\"", "visit.idle-seconds=90"]);
    updater.is_asked(&mut street, "0.2.0 2 download").await;
    updater.says("downloaded", "0.1.0-1");
    street
        .live_until("central to hear that it takes its time", |street| rollout(street).contains("busy 1"))
        .await;
    assert_eq!(updater.asked(), "0.2.0 2 download", "whoever stands there finishes");
    // It is switched off in between, and has forgotten nothing.
    street.restart().await;
    updater.is_asked(&mut street, "0.2.0 2 install").await;
    assert!(street.journey().is_held());
    street.touch(Touch::Begin);
    assert!(matches!(street.page(), Page::Attract), "nobody begins what would be cut off");
    street.restart_as(NEW).await;
    street.live_until("the new program to wait for the updater", |street| street.journey().is_held()).await;
    assert_eq!(street.journey().settings().idle.duration().as_secs(), 60, "it is not obeyed yet");
    updater.says("installed", "0.2.0-1");
    street.live_until("the state to be in force", |street| rollout(street).contains("done")).await;
    assert_eq!(street.journey().settings().idle.duration().as_secs(), 90);
    street.live_until("visits to begin again", |street| !street.journey().is_held()).await;
    street.until_reported("its new version", |report| report.app == NEW).await;
    let options =
        Options { signer: Some(kiosk::startup::signer(&signer(&street)).unwrap()), ..Options::default() };
    let store = Store::open(&street.state().join("kiosk.db"), &street.settings.kiosk, options).unwrap();
    let journal = format!("{:?}", store.journal_tail(100).unwrap());
    assert_eq!(journal.matches("ProgramAsked").count(), 1, "{journal}");
    assert_eq!(journal.matches("DesiredTried { version: 2 }").count(), 1, "{journal}");
}

fn signer(street: &Street) -> PathBuf {
    street.settings.central.as_ref().unwrap().signer.clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_version_that_does_not_start_stops_the_rollout() {
    let (mut street, updater) = open().await;
    publish(&street, &["update.version=\"0.2.0\"", "visit.idle-seconds=90"]);
    updater.installs(&mut street).await;
    updater.says("not-started", "0.1.0-1");
    street.restart().await;
    street.live_until("the rollout to be taken back", |street| rollout(street).contains("returned")).await;
    let told = street.operator(&["reports"]);
    assert!(told.contains("gave back 2: version 0.2.0 did not start as it should"), "{told}");
    street.live_until("the old state", |street| street.operator(&["reports"]).contains("in force 3")).await;
    assert_eq!(street.journey().settings().idle.duration().as_secs(), 60);
    assert!(!street.journey().is_held());
    assert_eq!(updater.asked(), "0.2.0 2 install", "the program that runs need not come back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_version_that_does_not_work_with_the_state_makes_room_for_the_one_before() {
    let (mut street, updater) = open().await;
    publish(&street, &["update.version=\"0.2.0\"", "services.closed=[\"SZ-ZZ-999999\"]"]);
    updater.installs(&mut street).await;
    street.restart_as(NEW).await;
    updater.says("installed", "0.2.0-1");
    street.live_until("the rollout to be taken back", |street| rollout(street).contains("returned")).await;
    // What was before comes as the next version, and says nothing of programs: the one that ran with it is meant.
    updater.is_asked(&mut street, "0.1.0 3 download").await;
    updater.says("downloaded", "0.2.0-1");
    updater.is_asked(&mut street, "0.1.0 3 install").await;
    street.restart_as(OLD).await;
    updater.says("installed", "0.1.0-1");
    street.live_until("the old state", |street| street.operator(&["reports"]).contains("in force 3")).await;
    street.until_reported("its old version", |report| report.app == OLD).await;
    let told = street.operator(&["reports"]);
    assert!(!told.contains("gave back 3"), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_there_is_no_updater_the_state_is_given_back_with_the_reason() {
    let mut street = Street::open().await;
    street.live_until("the first state", |street| street.operator(&["reports"]).contains("in force 1")).await;
    publish(&street, &["update.version=\"0.2.0\""]);
    street.live_until("the rollout to be taken back", |street| rollout(street).contains("returned")).await;
    let told = street.operator(&["reports"]);
    assert!(
        told.contains("gave back 2: version 0.2.0 can't be installed: this terminal has no updater"),
        "{told}"
    );
}
