//! Emergency notices reach who is concerned at once and are counted; commands go to one terminal, end with its word or with the
//! time, and bring a bundle that nobody else can hand in.

use crate::settings_roll_out::{fetch, report};
use crate::support::{City, Kiosk, on_every_store};
use central::fleet::{self, Announcement, EmergencyOverview, EmergencyPhase, FleetError, Ordered, Scope};
use central::store::{Sql, StoreError};
use contract::KioskId;
use contract::base64::Base64;
use contract::command::{CommandId, CommandOutcome, Errand, ScreenPicture};
use contract::emergency::{EmergencyId, Urgency};
use contract::report::{CommandReport, DesiredReport, Report, ShownReport};
use contract::settings::Text;
use contract::support_bundle::SignedBundle;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

on_every_store!(
    a_notice_reaches_its_district_and_is_counted,
    a_notice_ends_with_its_time,
    a_command_ends_with_the_word_of_its_terminal,
    a_bundle_is_taken_from_whom_it_was_asked,
    a_screen_is_seen_until_somebody_has_seen_enough,
);

async fn announce(city: &City, scope: &str, minutes: i64) -> u64 {
    let new = Announcement {
        scope: scope.parse().unwrap(),
        urgency: Urgency::Warning,
        chinese: Text::of("台风红色预警").unwrap(),
        english: Text::of("Typhoon red alert").unwrap(),
        holds_for: SignedDuration::from_mins(minutes),
        by: "li".parse().unwrap(),
    };
    let now = Timestamp::now();
    let announce = move |sql: &mut dyn Sql| fleet::announce(sql, &new, now);
    city.store().await.change::<_, FleetError, _>(announce).await.unwrap()
}

async fn overview(city: &City, id: u64) -> EmergencyOverview {
    let read = move |sql: &mut dyn Sql| fleet::emergency(sql, id);
    city.store().await.read::<_, StoreError, _>(read).await.unwrap().unwrap()
}

async fn place(city: &City, kiosk: &str, district: &str) {
    let (kiosk, district): (KioskId, _) = (kiosk.parse().unwrap(), district.parse().unwrap());
    let place = move |sql: &mut dyn Sql| fleet::place(sql, &kiosk, Some(&district), None);
    city.store().await.change::<_, FleetError, _>(place).await.unwrap();
}

async fn order(city: &City, kiosk: &str, errand: Errand) -> Result<u64, FleetError> {
    let (kiosk, by, now): (KioskId, _, _) = (kiosk.parse().unwrap(), "li".parse().unwrap(), Timestamp::now());
    let order = move |sql: &mut dyn Sql| fleet::order(sql, &kiosk, errand, &by, now);
    city.store().await.change(order).await
}

async fn commands(city: &City, kiosk: &str) -> Vec<Ordered> {
    let kiosk: KioskId = kiosk.parse().unwrap();
    city.store().await.read::<_, StoreError, _>(move |sql| fleet::commands_of(sql, &kiosk)).await.unwrap()
}

async fn tell(kiosk: &Kiosk, report: &Report) {
    let response = kiosk.post_to("/v1/reports", serde_json::to_vec(report).unwrap()).await;
    assert_eq!(response.status(), 204);
}

async fn a_notice_reaches_its_district_and_is_counted(city: City) {
    let (here, elsewhere) = (city.kiosk("ft-0001"), city.kiosk("lh-0001"));
    place(&city, "ft-0001", "futian").await;
    place(&city, "lh-0001", "luohu").await;
    let (seen, others) = (fetch(&here, 0).await.version, fetch(&elsewhere, 0).await.version);
    let waiting = tokio::spawn({
        let here = here.clone();
        async move { fetch(&here, seen).await }
    });
    let id = announce(&city, "district:futian", 30).await;
    let given = tokio::time::timeout(Duration::from_secs(10), waiting).await.unwrap().unwrap();
    assert_eq!(given.emergencies.iter().map(|one| one.id).collect::<Vec<_>>(), [EmergencyId(id)]);
    assert_eq!(fetch(&elsewhere, others - 1).await.emergencies, [], "nobody else is concerned");
    let shown = vec![ShownReport { emergency: EmergencyId(id), since: Timestamp::now() }];
    for kiosk in [&here, &here, &elsewhere] {
        tell(kiosk, &Report { shown: shown.clone(), ..report(DesiredReport::default()) }).await;
    }
    let counted = overview(&city, id).await;
    assert_eq!((counted.shown, counted.of, counted.phase), (1, 1, EmergencyPhase::Holds));
    assert!(counted.slowest.is_some_and(|slowest| slowest < SignedDuration::from_secs(10)));
    let end = move |sql: &mut dyn Sql| fleet::end(sql, id, Timestamp::now());
    city.store().await.change::<_, FleetError, _>(end).await.unwrap();
    assert_eq!(fetch(&here, given.version).await.emergencies, [], "it is taken back");
}

async fn a_notice_ends_with_its_time(city: City) {
    let kiosk = city.kiosk("ft-0001");
    fetch(&kiosk, 0).await;
    let refused = [0, 73 * 60];
    for minutes in refused {
        let new = Announcement {
            scope: Scope::City,
            urgency: Urgency::Warning,
            chinese: Text::of("x").unwrap(),
            english: Text::of("x").unwrap(),
            holds_for: SignedDuration::from_mins(minutes),
            by: "li".parse().unwrap(),
        };
        let announce = move |sql: &mut dyn Sql| fleet::announce(sql, &new, Timestamp::now());
        let said = city.store().await.change::<_, FleetError, _>(announce).await;
        assert!(matches!(said, Err(FleetError::BadTime(72))), "{minutes} minutes");
    }
    let id = announce(&city, "terminal:ft-0001", 1).await;
    let given = fetch(&kiosk, 1).await;
    assert_eq!(given.emergencies.len(), 1);
    // Its time passes: the row is what central looks at.
    let pass = "UPDATE fleet_emergencies SET until = 1 WHERE id = ?1";
    let pass = move |sql: &mut dyn Sql| sql.execute(pass, &[central::store::Value::from(id)]);
    city.store().await.change::<_, StoreError, _>(pass).await.unwrap();
    // An instance may still hand out the altered row before another one ends it.
    let mut next = fetch(&kiosk, given.version).await;
    while !next.emergencies.is_empty() {
        next = fetch(&kiosk, next.version).await;
    }
    assert_eq!(overview(&city, id).await.phase, EmergencyPhase::Ended);
}

async fn a_command_ends_with_the_word_of_its_terminal(city: City) {
    let (kiosk, other) = (city.kiosk("ft-0001"), city.kiosk("ft-0002"));
    assert!(matches!(order(&city, "ft-0001", Errand::Restart).await, Err(FleetError::NoSuchTerminal(_))));
    fetch(&kiosk, 0).await;
    let id = order(&city, "ft-0001", Errand::SelfTest).await.unwrap();
    let given = fetch(&kiosk, 1).await;
    assert_eq!(
        given.commands.iter().map(|one| (one.id.0, one.errand)).collect::<Vec<_>>(),
        [(id, Errand::SelfTest)]
    );
    let said = |became: CommandOutcome| Report {
        commands: vec![CommandReport { command: CommandId(id), became }],
        ..report(DesiredReport::default())
    };
    tell(&other, &said(CommandOutcome::done("not mine"))).await;
    tell(&kiosk, &said(CommandOutcome::Begun)).await;
    assert_eq!(
        commands(&city, "ft-0001").await[0].became,
        Some(CommandOutcome::Begun),
        "nobody speaks for another"
    );
    tell(&kiosk, &said(CommandOutcome::done("10 of 10 parts are good"))).await;
    tell(&kiosk, &said(CommandOutcome::failed("too late"))).await;
    let ended = &commands(&city, "ft-0001").await[0];
    assert_eq!(ended.became, Some(CommandOutcome::done("10 of 10 parts are good")), "the last word was said");
    assert_eq!(fetch(&kiosk, given.version).await.commands, [], "it is asked for no longer");
    for _ in 0..8 {
        order(&city, "ft-0001", Errand::SelfTest).await.unwrap();
    }
    assert!(matches!(order(&city, "ft-0001", Errand::Restart).await, Err(FleetError::TooManyCommands(8))));
}

async fn a_bundle_is_taken_from_whom_it_was_asked(city: City) {
    let (kiosk, other) = (city.kiosk("ft-0001"), city.kiosk("ft-0002"));
    fetch(&kiosk, 0).await;
    let id = order(&city, "ft-0001", Errand::SupportBundle).await.unwrap();
    let bundle = SignedBundle { document: "{}".to_owned(), signed: None };
    let hand_in = async |kiosk: &Kiosk, id: u64, bundle: &SignedBundle| {
        let path = format!("/v1/commands/{id}/bundle");
        kiosk.post_to(&path, serde_json::to_vec(bundle).unwrap()).await.status().as_u16()
    };
    assert_eq!(hand_in(&other, id, &bundle).await, 404, "it was asked of another");
    assert_eq!(hand_in(&kiosk, id + 1, &bundle).await, 404);
    assert_eq!(hand_in(&kiosk, id, &bundle).await, 204);
    assert_eq!(kiosk.post_to(&format!("/v1/commands/{id}/bundle"), b"{}".to_vec()).await.status(), 422);
    let large = SignedBundle { document: "x".repeat(contract::support_bundle::MAX_BUNDLE + 1), signed: None };
    assert_eq!(hand_in(&kiosk, id, &large).await, 413);
    assert!(commands(&city, "ft-0001").await[0].has_bundle);
    let name: KioskId = "ft-0001".parse().unwrap();
    let kept = move |sql: &mut dyn Sql| fleet::bundle(sql, &name, id);
    let kept = city.store().await.read::<_, StoreError, _>(kept).await.unwrap().unwrap();
    assert_eq!(serde_json::from_slice::<SignedBundle>(&kept).unwrap(), bundle);
}

async fn a_screen_is_seen_until_somebody_has_seen_enough(city: City) {
    let (kiosk, other) = (city.kiosk("ft-0001"), city.kiosk("ft-0002"));
    fetch(&kiosk, 0).await;
    let id = order(&city, "ft-0001", Errand::Assist).await.unwrap();
    let hand_in = async |kiosk: &Kiosk, jpeg: &[u8]| {
        let picture = ScreenPicture { jpeg: Base64(jpeg.to_vec()) };
        let path = format!("/v1/commands/{id}/picture");
        kiosk.post_to(&path, serde_json::to_vec(&picture).unwrap()).await.status().as_u16()
    };
    let jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 7];
    assert_eq!(hand_in(&other, &jpeg).await, 404, "it was asked of another");
    assert_eq!(hand_in(&kiosk, b"<script>").await, 422);
    assert_eq!(hand_in(&kiosk, &jpeg.repeat(100_000)).await, 413);
    assert_eq!(hand_in(&kiosk, &jpeg).await, 204);
    let look = async || {
        let name: KioskId = "ft-0001".parse().unwrap();
        let look = move |sql: &mut dyn Sql| fleet::picture(sql, &name, id);
        city.store().await.read::<_, StoreError, _>(look).await.unwrap().map(|(_, jpeg)| jpeg)
    };
    assert_eq!(look().await.as_deref(), Some(&jpeg[..]));
    let name: KioskId = "ft-0001".parse().unwrap();
    let stop = move |sql: &mut dyn Sql| fleet::stop(sql, &name, id, Timestamp::now());
    assert!(city.store().await.change::<_, FleetError, _>(stop).await.unwrap(), "it was under way");
    assert_eq!(hand_in(&kiosk, &jpeg).await, 404, "nobody looks any more");
    assert_eq!(look().await, None, "no picture outlives it");
}
