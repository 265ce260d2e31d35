//! A new state comes into force by steps, and wherever the program ends, the last good one is in force at the next start.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that breaks should panic"
)]

mod support;

use contract::app_version::AppVersion;
use contract::desired::{Desired, Refusal, SignedDesired};
use contract::series::SealingKeyId;
use contract::settings::{Layer, LayerSettings, Said};
use contract::suite::Suite;
use offline_cache::{DesiredStanding, Limits, Returned, Step, Store, StoreError, WantedProgram};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use support::{application, heads, kiosk, lane, noon, open_with, options, publish, sign};

const OLD: AppVersion = AppVersion::new(0, 1, 0);
const NEW: AppVersion = AppVersion::new(0, 2, 0);

/// A state of the city that publishes the sealing key of its number and sets how long a visit may be idle.
fn state(dir: &Path, version: u32, idle: u64) -> SignedDesired {
    let of_keys = publish(dir, Suite::International, version);
    let published: Desired = serde_json::from_str(&of_keys.document).unwrap();
    let said = Said { value: idle.into(), since: noon() };
    let city = LayerSettings { layer: Layer::City, set: [("visit.idle-seconds".to_owned(), said)].into() };
    sign(dir, &Desired { layers: vec![city], ..published })
}

/// What is done to the candidate; whether it was the one.
type Act = fn(&mut Store) -> bool;

fn idle(store: &Store) -> u64 {
    store.settings_in_force().unwrap().settings.idle.duration().as_secs()
}

/// A store with version 1 in force, and version 2 taken.
fn with_a_candidate(dir: &Path) -> Store {
    publish(dir, Suite::International, 9);
    let mut store = Store::open(&dir.join("kiosk.db"), &kiosk(), options(dir, Limits::default())).unwrap();
    store.start("story", noon()).unwrap();
    store.adopt(&state(dir, 1, 100), noon()).unwrap();
    assert!(store.begin_trial(1, noon()).unwrap() && store.keep_trial(1, noon()).unwrap());
    store.adopt(&state(dir, 2, 200), noon()).unwrap();
    store
}

/// Tells this very program that it is the one to be killed, where, and after which acts.
const VICTIM: &str = "OFFLINE_CACHE_VICTIM";
const AFTER: &str = "OFFLINE_CACHE_AFTER";
const READY: &str = "ready to be killed";

/// A program of its own takes the steps of a case, and is killed (SIGKILL) in the middle of whatever comes next.
fn killed_after(case: usize, dir: &Path) {
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_kill_at_each_step_leaves_the_last_good_state", "--nocapture"])
        .env(VICTIM, dir)
        .env(AFTER, case.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(victim.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line == READY), "the victim has ended before it was killed");
    victim.kill().unwrap();
    victim.wait().unwrap();
}

#[test]
fn a_kill_at_each_step_leaves_the_last_good_state() {
    let begin: Act = |store| store.begin_trial(2, noon()).unwrap();
    let postpone: Act = |store| store.postpone_trial(2, noon()).unwrap();
    let keep: Act = |store| store.keep_trial(2, noon()).unwrap();
    let give_back: Act = |store| store.give_trial_back(2, "no screen", noon()).unwrap();
    let restarted = "the terminal was started again while the state was on probation";
    let returned = |reason: &str| Some(Returned { version: 2, reason: reason.to_owned() });
    let standing =
        |in_force, trial, returned| DesiredStanding { floor: 2, in_force: Some(in_force), trial, returned };
    let waiting = Some((2, Step::Waiting));
    let ask: Act = |store| {
        let wanted = WantedProgram { app: NEW, number: 2, before: None, is_awaited: true };
        store.ask_program(wanted, OLD, noon()).unwrap()
    };
    let cases: [(&str, &[Act], u64, DesiredStanding); 8] = [
        ("taken", &[], 100, standing(1, waiting, None)),
        ("on probation", &[begin], 100, standing(1, None, returned(restarted))),
        ("postponed", &[begin, postpone], 100, standing(1, waiting, None)),
        ("kept", &[begin, keep], 200, standing(2, None, None)),
        ("given back", &[begin, give_back], 100, standing(1, None, returned("no screen"))),
        ("another program asked for", &[ask], 100, standing(1, waiting, None)),
        ("another program on probation", &[ask, begin], 100, standing(1, None, returned(restarted))),
        ("another program given back", &[ask, give_back], 100, standing(1, None, returned("no screen"))),
    ];
    if let Some(dir) = std::env::var_os(VICTIM) {
        let (step, acts, ..) = &cases[std::env::var(AFTER).unwrap().parse::<usize>().unwrap()];
        let mut store = with_a_candidate(Path::new(&dir));
        assert!(acts.iter().all(|act| act(&mut store)), "{step}");
        println!("\n{READY}");
        // Nothing comes: whoever started this kills it, or is gone.
        drop(std::io::stdin().read_line(&mut String::new()));
        return;
    }
    for (case, (step, _, wanted, standing)) in cases.into_iter().enumerate() {
        let dir = tempfile::tempdir().unwrap();
        killed_after(case, dir.path());
        let mut store = open_with(dir.path(), Limits::default(), Suite::International);
        store.start("story", noon()).unwrap();
        assert_eq!(idle(&store), wanted, "{step}");
        assert_eq!(store.desired_standing(), standing, "{step}");
        // What ran with the last good state is come back to.
        let before = step.starts_with("another program").then_some(OLD);
        let wanted = store.program_wanted().unwrap().map(|wanted| (wanted.app, wanted.before));
        assert_eq!(wanted, before.map(|before| (before, Some(before))), "{step}");
    }
}

#[test]
fn the_program_that_shall_run_is_what_the_newest_state_says_or_what_ran_before() {
    let dir = tempfile::tempdir().unwrap();
    publish(dir.path(), Suite::International, 9);
    let mut store =
        Store::open(&dir.path().join("kiosk.db"), &kiosk(), options(dir.path(), Limits::default())).unwrap();
    let says = |version: u32, app: Option<&str>| {
        let of_keys = publish(dir.path(), Suite::International, version);
        let published: Desired = serde_json::from_str(&of_keys.document).unwrap();
        let said = app.map(|app| ("update.version".to_owned(), Said { value: app.into(), since: noon() }));
        let city = LayerSettings { layer: Layer::City, set: said.into_iter().collect() };
        sign(dir.path(), &Desired { layers: vec![city], ..published })
    };
    let wanted = |store: &Store| store.program_wanted().unwrap().map(|wanted| (wanted.app, wanted.number));
    assert_eq!(wanted(&store), None, "what is installed stays");
    store.adopt(&says(1, Some("0.2.0")), noon()).unwrap();
    assert_eq!(wanted(&store), Some((NEW, 1)));
    let asked = store.program_wanted().unwrap().unwrap();
    assert!(store.ask_program(asked, OLD, noon()).unwrap());
    // The operator takes it back before anything has come of it.
    store.adopt(&says(2, None), noon()).unwrap();
    assert_eq!(wanted(&store), Some((OLD, 2)));
    store.program_runs(OLD, noon()).unwrap();
    assert_eq!(wanted(&store), Some((OLD, 2)), "until a state is kept with it");
    assert!(store.begin_trial(2, noon()).unwrap() && store.keep_trial(2, noon()).unwrap());
    assert_eq!(wanted(&store), None);
    store.adopt(&says(3, Some("0.2.0")), noon()).unwrap();
    let asked = store.program_wanted().unwrap().unwrap();
    assert!(store.ask_program(asked, OLD, noon()).unwrap());
    store.give_trial_back(3, "it does not start", noon()).unwrap();
    assert_eq!(wanted(&store), Some((OLD, 3)));
    store.program_runs(OLD, noon()).unwrap();
    assert_eq!(wanted(&store), None, "it has come back");
    store.adopt(&says(4, Some("0.2.0")), noon()).unwrap();
    assert!(store.begin_trial(4, noon()).unwrap() && store.keep_trial(4, noon()).unwrap());
    assert_eq!(wanted(&store), Some((NEW, 4)), "also later");
}

#[test]
fn what_was_given_back_is_not_taken_again_and_a_higher_version_is() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = with_a_candidate(dir.path());
    store.begin_trial(2, noon()).unwrap();
    store.give_trial_back(2, "no screen", noon()).unwrap();
    let again = store.adopt(&state(dir.path(), 2, 200), noon());
    assert!(matches!(again, Err(StoreError::Refused(Refusal::Version { got: 2, floor: 2 }))));
    store.adopt(&state(dir.path(), 3, 150), noon()).unwrap();
    assert_eq!(store.settings_waiting().unwrap().map(|(version, _)| version), Some(3));
    assert!(store.begin_trial(3, noon()).unwrap() && store.keep_trial(3, noon()).unwrap());
    assert_eq!((idle(&store), store.desired_standing().returned), (150, None));
}

#[test]
fn a_newer_state_takes_the_place_of_one_that_waits_or_is_tried() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = with_a_candidate(dir.path());
    store.begin_trial(2, noon()).unwrap();
    store.adopt(&state(dir.path(), 3, 250), noon()).unwrap();
    assert!(!store.keep_trial(2, noon()).unwrap(), "it is not the candidate any more");
    assert!(!store.begin_trial(2, noon()).unwrap());
    assert_eq!(idle(&store), 100);
    assert_eq!(store.desired_standing().trial, Some((3, Step::Waiting)));
}

#[test]
fn the_key_of_a_state_counts_from_the_moment_that_it_is_taken_and_goes_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = with_a_candidate(dir.path());
    store.append(application("x"), lane(1), noon()).unwrap();
    assert_eq!(heads(&store)[0].key, SealingKeyId(2));
    store.begin_trial(2, noon()).unwrap();
    store.give_trial_back(2, "no screen", noon()).unwrap();
    store.append(application("x"), lane(2), noon()).unwrap();
    assert_eq!(heads(&store)[1].key, SealingKeyId(1));
}

/// A version is not taken twice: a terminal that lost its only keys with its first state would take nothing until operators
/// publish again.
#[test]
fn a_first_state_that_was_given_back_leaves_its_keys() {
    let dir = tempfile::tempdir().unwrap();
    let begin = |store: &mut Store| {
        store.start("story", noon()).unwrap();
        store.begin_trial(1, noon()).unwrap();
    };
    publish(dir.path(), Suite::International, 9);
    let open = || {
        Store::open(&dir.path().join("kiosk.db"), &kiosk(), options(dir.path(), Limits::default())).unwrap()
    };
    let mut store = open();
    store.adopt(&state(dir.path(), 1, 100), noon()).unwrap();
    begin(&mut store);
    let default = idle(&store);
    // The power is cut while it is on probation; at the second start nothing is on its way.
    for lane_number in 1..=2 {
        drop(store);
        store = open();
        begin(&mut store);
        let standing = store.desired_standing();
        assert_eq!((standing.floor, standing.in_force, standing.trial), (1, None, None));
        assert_eq!(idle(&store), default, "its settings are not obeyed");
        store.append(application("x"), lane(lane_number), noon()).unwrap();
        assert_eq!(heads(&store).last().unwrap().key, SealingKeyId(1));
    }
    store.adopt(&state(dir.path(), 2, 200), noon()).unwrap();
    assert!(store.begin_trial(2, noon()).unwrap() && store.keep_trial(2, noon()).unwrap());
    store.append(application("x"), lane(3), noon()).unwrap();
    assert_eq!(heads(&store).last().unwrap().key, SealingKeyId(2));
}
