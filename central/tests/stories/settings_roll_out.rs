//! What operators publish reaches the terminals that wait, and what terminals report opens, stops and takes back.

use crate::support::{City, Kiosk, on_every_store, problem};
use central::fleet::{self, Change, FleetError, Overview, Pace, Phase, Proposal, Scope, Seen, Stop};
use central::store::{Sql, StoreError};
use contract::OperatorId;
use contract::app_version::AppVersion;
use contract::desired::{Desired, SignedDesired};
use contract::report::{DesiredReport, Duty, Queue, Report, ReturnedReport};
use contract::settings::{Key, OLDEST_APP, Text};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

on_every_store!(
    a_terminal_that_waits_is_answered_at_once_and_keeps_what_it_tried,
    a_change_of_the_city_needs_two_and_is_taken_back_when_terminals_break,
    an_update_is_rolled_out_like_a_setting_and_the_console_tells_which_version_runs,
    an_abort_is_a_higher_version_with_what_was_before,
    nobody_waits_for_a_terminal_that_is_gone,
    the_last_report_of_a_terminal_is_kept_and_nonsense_is_refused,
);

fn person(name: &str) -> OperatorId {
    name.parse().unwrap()
}

fn idle(scope: Scope, seconds: u64) -> Proposal {
    let change = Change([(Key::VisitIdle, Some(seconds.into()))].into());
    Proposal { scope, change, pace: Pace::AtOnce, reason: Text::of("a story").unwrap(), by: person("li") }
}

async fn publish(city: &City, proposal: Proposal) -> Result<u64, FleetError> {
    let publish = move |sql: &mut dyn Sql| fleet::publish(sql, &proposal, Timestamp::now());
    city.store().await.change(publish).await
}

async fn approve(city: &City, rollout: u64, by: &str) -> Result<(), FleetError> {
    let by = person(by);
    let approve = move |sql: &mut dyn Sql| fleet::approve(sql, rollout, &by, Timestamp::now());
    city.store().await.change(approve).await
}

async fn rollout(city: &City, id: u64) -> Overview {
    let rollouts = city.store().await.read::<_, StoreError, _>(|sql| fleet::rollouts(sql)).await.unwrap();
    rollouts.into_iter().find(|one| one.rollout.id == id).unwrap()
}

/// Waits until a rollout is where it is awaited; central concludes once a second.
async fn until(city: &City, id: u64, is_there: impl Fn(Phase) -> bool) {
    let there = async {
        while !is_there(rollout(city, id).await.rollout.phase) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), there).await.unwrap();
}

/// What a terminal is given that has seen versions up to `after`; it waits for it.
pub(super) async fn fetch(kiosk: &Kiosk, after: u64) -> Desired {
    let response = kiosk.get(&format!("/v1/desired?after={after}")).await;
    assert_eq!(response.status(), 200);
    let signed: SignedDesired = response.json().await.unwrap();
    serde_json::from_str(&signed.document).unwrap()
}

fn idle_of(desired: &Desired) -> u64 {
    desired.in_force().unwrap().settings.idle.duration().as_secs()
}

pub(super) fn report(desired: DesiredReport) -> Report {
    Report {
        app: AppVersion::of_this_build(),
        at: Timestamp::now(),
        uptime_seconds: 60,
        desired,
        devices: BTreeMap::new(),
        paper: None,
        store_trouble: None,
        queue: Queue::default(),
        certificate_until: None,
        shown: Vec::new(),
        commands: Vec::new(),
        duty: Duty::InService,
        door: None,
        counters: BTreeMap::new(),
    }
}

async fn tell(kiosk: &Kiosk, desired: DesiredReport) {
    let body = serde_json::to_vec(&report(desired)).unwrap();
    assert_eq!(kiosk.post_to("/v1/reports", body).await.status(), 204);
}

async fn tell_kept(kiosk: &Kiosk, version: u64) {
    tell(kiosk, DesiredReport { floor: version, in_force: Some(version), ..DesiredReport::default() }).await;
}

async fn a_terminal_that_waits_is_answered_at_once_and_keeps_what_it_tried(city: City) {
    let (kiosk, other) = (city.kiosk("ft-0001"), city.kiosk("ft-0002"));
    assert_eq!(fetch(&kiosk, 0).await.version, 1);
    assert_eq!(fetch(&other, 0).await.version, 1);
    let waiting = tokio::spawn({
        let kiosk = kiosk.clone();
        async move { fetch(&kiosk, 1).await }
    });
    let id = publish(&city, idle(Scope::Terminal("ft-0001".parse().unwrap()), 90)).await.unwrap();
    let given = tokio::time::timeout(Duration::from_secs(10), waiting).await.unwrap().unwrap();
    assert_eq!((given.version, idle_of(&given)), (2, 90));
    assert!(given.previous.is_some());
    let busy = DesiredReport { floor: 2, in_force: Some(1), on_its_way: Some(2), ..DesiredReport::default() };
    tell(&kiosk, busy).await;
    assert_eq!(rollout(&city, id).await.tally.busy, 1, "a visit goes on");
    tell_kept(&kiosk, 2).await;
    until(&city, id, |phase| phase == Phase::Done).await;
    assert_eq!(fetch(&other, 0).await.version, 1, "nobody else's document has changed");
    let again = fetch(&kiosk, 1).await;
    assert_eq!(again.version, 2, "what the scope says now is what the rollout brought");
}

async fn an_update_is_rolled_out_like_a_setting_and_the_console_tells_which_version_runs(city: City) {
    let kiosk = city.kiosk("ft-0001");
    assert_eq!(fetch(&kiosk, 0).await.version, 1);
    let change = Change([(Key::UpdateVersion, Some("0.2.0".into()))].into());
    let update = Proposal { change, ..idle(Scope::Terminal("ft-0001".parse().unwrap()), 90) };
    let id = publish(&city, update).await.unwrap();
    let given = fetch(&kiosk, 1).await;
    let wanted = given.in_force().unwrap().settings.update_version;
    assert_eq!((wanted, given.min_app), (Some(AppVersion::new(0, 2, 0)), OLDEST_APP));
    let busy = DesiredReport { floor: 2, in_force: Some(1), on_its_way: Some(2), ..DesiredReport::default() };
    tell(&kiosk, busy).await;
    assert_eq!(rollout(&city, id).await.tally.busy, 1, "downloading takes its time");
    let mut li = city.operator("li", "city").await;
    let page = li.page("/kiosks/ft-0001").await;
    let running = AppVersion::of_this_build().to_string();
    assert!(page.contains("应运行的版本") && page.contains("0.2.0") && page.contains(&running), "{page}");
    let reason = "version 0.2.0 did not start as it should".to_owned();
    let returned = Some(ReturnedReport { version: 2, reason });
    tell(&kiosk, DesiredReport { floor: 2, in_force: Some(1), returned, ..DesiredReport::default() }).await;
    until(&city, id, |phase| phase == Phase::Returned { why: Stop::Failures }).await;
    assert_eq!(fetch(&kiosk, 2).await.in_force().unwrap().settings.update_version, None);
    let page = li.page("/kiosks/ft-0001").await;
    assert!(page.contains("保持已安装的版本") && page.contains("did not start as it should"), "{page}");
}

async fn a_change_of_the_city_needs_two_and_is_taken_back_when_terminals_break(city: City) {
    let kiosks: Vec<Kiosk> = (1..=4).map(|n| city.kiosk(&format!("ft-000{n}"))).collect();
    for kiosk in &kiosks {
        fetch(kiosk, 0).await;
    }
    let id = publish(&city, idle(Scope::City, 90)).await.unwrap();
    assert!(matches!(approve(&city, id, "li").await, Err(FleetError::NotNow(_))), "li proposed it");
    let second = publish(&city, idle(Scope::City, 120)).await;
    assert!(matches!(second, Err(FleetError::Busy(busy)) if busy == id));
    approve(&city, id, "wang").await.unwrap();
    for kiosk in &kiosks {
        assert_eq!(idle_of(&fetch(kiosk, 1).await), 90);
    }
    let reason = "the screen did not answer".to_owned();
    let returned = Some(ReturnedReport { version: 2, reason });
    tell(&kiosks[0], DesiredReport { floor: 2, in_force: Some(1), returned, ..DesiredReport::default() })
        .await;
    until(&city, id, |phase| phase == Phase::Returned { why: Stop::Failures }).await;
    for kiosk in &kiosks {
        let back = fetch(kiosk, 2).await;
        assert_eq!((back.version, back.layers), (3, Vec::new()), "the old again, as a higher version");
    }
}

async fn an_abort_is_a_higher_version_with_what_was_before(city: City) {
    let kiosk = city.kiosk("ft-0001");
    fetch(&kiosk, 0).await;
    let scope = || Scope::Terminal("ft-0001".parse().unwrap());
    let first = publish(&city, idle(scope(), 90)).await.unwrap();
    assert_eq!(fetch(&kiosk, 1).await.version, 2);
    tell_kept(&kiosk, 2).await;
    until(&city, first, |phase| phase == Phase::Done).await;
    let second = publish(&city, idle(scope(), 120)).await.unwrap();
    assert_eq!(idle_of(&fetch(&kiosk, 2).await), 120);
    let abort = move |sql: &mut dyn Sql| fleet::abort(sql, second);
    city.store().await.change::<_, FleetError, _>(abort).await.unwrap();
    let back = fetch(&kiosk, 3).await;
    assert_eq!((back.version, idle_of(&back)), (4, 90));
    assert!(matches!(publish(&city, idle(scope(), 90)).await, Err(FleetError::NothingNew(_))));
}

async fn nobody_waits_for_a_terminal_that_is_gone(city: City) {
    let (kiosk, gone) = (city.kiosk("ft-0001"), city.kiosk("ft-0002"));
    fetch(&kiosk, 0).await;
    fetch(&gone, 0).await;
    let id = publish(&city, idle(Scope::City, 90)).await.unwrap();
    approve(&city, id, "wang").await.unwrap();
    assert_eq!(idle_of(&fetch(&kiosk, 1).await), 90);
    tell_kept(&kiosk, 2).await;
    assert_eq!(rollout(&city, id).await.tally.silent, 1);
    let now = Timestamp::now();
    let forget = move |sql: &mut dyn Sql| fleet::forget(sql, &"ft-0002".parse().unwrap(), now);
    city.store().await.change::<_, FleetError, _>(forget).await.unwrap();
    until(&city, id, |phase| phase == Phase::Done).await;
    let again = city.store().await.change::<_, FleetError, _>(forget).await;
    assert!(matches!(again, Err(FleetError::NoSuchTerminal(_))));
    assert_eq!(fetch(&gone, 5).await.version, 6, "one that comes back goes on above what it has seen");
}

async fn the_last_report_of_a_terminal_is_kept_and_nonsense_is_refused(city: City) {
    let kiosk = city.kiosk("ft-0001");
    tell_kept(&kiosk, 3).await;
    tell_kept(&kiosk, 4).await;
    for body in [
        "{}".to_owned(),
        serde_json::to_string(&report(DesiredReport::default()))
            .unwrap()
            .replace("\"queue\"", "\"resident\""),
        "x".repeat(64),
    ] {
        let (status, kind) = problem(kiosk.post_to("/v1/reports", body.into_bytes()).await).await;
        assert_eq!((status, kind.as_str()), (422, "not-an-entry"));
    }
    let seen = city.store().await.read::<_, StoreError, _>(|sql| fleet::last_reports(sql)).await.unwrap();
    let [Seen { kiosk, report, .. }] = seen.as_slice() else { panic!("one terminal, not {}", seen.len()) };
    assert_eq!((kiosk.as_str(), report.desired.in_force), ("ft-0001", Some(4)));
}
