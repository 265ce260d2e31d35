//! Stories of the schema: what is taken, what is refused, who is heard.

use super::*;
use jiff::Timestamp;
use jiff::civil::{DateTime, date};
use proptest::prelude::*;
use serde_json::{Value, json};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

#[expect(clippy::needless_pass_by_value, reason = "a story makes its value where it says it")]
fn layer(layer: Layer, since: i64, set: Value) -> LayerSettings {
    let set = set.as_object().unwrap().iter();
    let said = |value: &Value| Said { value: value.clone(), since: at(since) };
    LayerSettings { layer, set: set.map(|(key, value)| (key.clone(), said(value))).collect() }
}

#[expect(clippy::needless_pass_by_value, reason = "a story makes its value where it says it")]
fn fault(name: &str, value: Value) -> String {
    in_force(&[layer(Layer::City, 1, json!({ name: value }))]).unwrap_err().to_string()
}

#[test]
fn every_default_is_a_value_of_its_key_and_is_what_holds() {
    let mut set = serde_json::Map::new();
    for key in Key::ALL.iter().filter(|key| !key.default().is_null() && key.layers().contains(&Layer::City)) {
        key.check(&key.default()).unwrap();
        set.insert(key.name().to_owned(), key.default());
    }
    let said = in_force(&[layer(Layer::City, 1, Value::Object(set))]).unwrap();
    assert_eq!(said.settings, Settings::default());
}

#[test]
fn keys_are_known_by_their_names_and_no_other() {
    for key in Key::ALL {
        assert_eq!(key.name().parse::<Key>(), Ok(*key));
        assert!(!key.chinese().is_empty() && !key.english().is_empty() && !key.layers().is_empty());
    }
    assert_eq!("visit.idle".parse::<Key>(), Err(UnknownKey("visit.idle".to_owned())));
}

#[test]
fn a_document_is_for_every_app_that_knows_the_keys_in_it() {
    assert_eq!(oldest_app(&[]), OLDEST_APP);
    for key in Key::ALL {
        let said = layer(Layer::City, 1, json!({ "log.level": "info", key.name(): key.default() }));
        assert_eq!(oldest_app(&[said]), key.since().max(Key::LogLevel.since()));
    }
    // The key by which an app is updated is known to all of them.
    assert_eq!(Key::UpdateVersion.since(), OLDEST_APP);
}

#[test]
fn the_narrower_layer_is_heard_over_the_wider_one() {
    let city = layer(Layer::City, 1, json!({ "visit.idle-seconds": 60, "visit.grace-seconds": 30 }));
    let group = layer(Layer::Group, 2, json!({ "visit.idle-seconds": 90 }));
    let terminal = layer(Layer::Terminal, 3, json!({ "site.name": "福田口岸 · 2 号终端" }));
    let found = in_force(&[city, group, terminal]).unwrap();
    assert_eq!(found.settings.idle.duration().as_secs(), 90);
    assert_eq!(found.settings.grace.duration().as_secs(), 30);
    assert_eq!(found.settings.site_name.as_ref().map(Text::as_str), Some("福田口岸 · 2 号终端"));
    let origin = Origin { layer: Layer::Group, since: at(2) };
    assert_eq!(found.said(Key::VisitIdle), [(origin, json!(90))]);
    assert_eq!(found.said(Key::LogLevel), [], "the default holds");
}

#[test]
fn what_any_layer_closes_is_closed_and_notices_stand_together() {
    let city = layer(
        Layer::City,
        1,
        json!({ "services.closed": ["HZ"], "notices": [{ "text": "元旦放假", "priority": 1 }] }),
    );
    let terminal = layer(
        Layer::Terminal,
        2,
        json!({ "services.closed": ["SZ-CG-000107"], "notices": [{ "text": "本机检修", "priority": 5 }] }),
    );
    let found = in_force(&[city, terminal]).unwrap();
    let closed = |code: &str| found.settings.services_closed.contains(&code.parse().unwrap());
    assert!(closed("SZ-HZ-000078") && closed("SZ-CG-000107") && !closed("SZ-CG-000001"));
    let shown = found.settings.notices.shown(date(2026, 12, 1).at(9, 0, 0, 0));
    assert_eq!(shown.iter().map(|notice| notice.text.as_str()).collect::<Vec<_>>(), ["本机检修", "元旦放假"]);
    assert_eq!(found.said(Key::ServicesClosed).len(), 2);
}

#[test]
fn a_notice_is_seen_in_its_time_only() {
    let notices = json!([{
        "text": "系统升级", "start": "2026-12-01T08:00", "end": "2026-12-31T18:00", "weekdays": ["tue", "sat"]
    }]);
    let found = in_force(&[layer(Layer::City, 1, json!({ "notices": notices }))]).unwrap();
    let seen = |now: DateTime| !found.settings.notices.shown(now).is_empty();
    assert!(seen(date(2026, 12, 1).at(8, 0, 0, 0)), "a Tuesday");
    assert!(!seen(date(2026, 12, 2).at(8, 0, 0, 0)), "a Wednesday");
    assert!(!seen(date(2026, 12, 1).at(7, 59, 0, 0)) && !seen(date(2027, 1, 2).at(9, 0, 0, 0)));
}

#[test]
fn what_is_out_of_range_is_named_with_what_would_be_right() {
    assert_eq!(fault("visit.idle-seconds", json!(29)), "visit.idle-seconds: it must be 30 to 300 seconds");
    assert_eq!(fault("visit.idle-seconds", json!("60")), "visit.idle-seconds: it must be 30 to 300 seconds");
    assert_eq!(
        fault("face.pass-hundredths", json!(39)),
        "face.pass-hundredths: it must be 40 to 50 hundredths"
    );
    assert_eq!(fault("log.level", json!("loud")), "log.level: it must be error, warn, info, debug");
    for none in [json!("0.2"), json!("0.02.0"), json!("+0.2.0"), json!("0.2.0-1"), json!("latest"), json!(2)]
    {
        assert_eq!(
            fault("update.version", none),
            "update.version: it must be a version, three numbers as 0.2.0"
        );
    }
    assert_eq!(fault("services.open", json!(1)), "services.open: it must be true or false");
    assert!(fault("services.closed", json!(["hz"])).contains("'hz' is neither a service"));
    assert!(
        fault("notices", json!([{ "text": "x".repeat(61) }])).contains("notice 1: text: it must be 1 to 60")
    );
    assert!(fault("notices", json!([{ "text": "x", "colour": "red" }])).contains("unknown field `colour`"));
    assert!(fault("notices", json!([{ "text": "a\nb" }])).contains("on one line"));
    assert!(fault("visit.idle", json!(60)).contains("there is no setting 'visit.idle'"));
    assert_eq!(fault("site.name", json!("x")), "site.name is not set by a city");
}

#[test]
fn layers_stand_once_and_in_order() {
    let (city, group) = (layer(Layer::City, 1, json!({})), layer(Layer::Group, 1, json!({})));
    assert_eq!(in_force(&[group.clone(), city.clone()]), Err(SettingFault::Order));
    assert_eq!(in_force(&[city.clone(), city]), Err(SettingFault::Order));
    assert!(in_force(&[group]).is_ok());
}

proptest! {
    /// Whatever JSON comes under whatever key: it is taken or refused, and what is taken keeps its range.
    #[test]
    fn no_value_gets_past_its_range(number in any::<i64>(), text in ".{0,80}", which in 0..4_usize) {
        let value = [json!(number), json!(text), json!([text]), json!({ "text": number })][which].clone();
        for key in Key::ALL {
            let layer_of = *key.layers().first().unwrap();
            let set = layer(layer_of, 1, json!({ key.name(): value }));
            if let Ok(found) = in_force(&[set]) {
                let settings = found.settings;
                prop_assert!((30..=300).contains(&settings.idle.duration().as_secs()));
                prop_assert!((20..=120).contains(&settings.grace.duration().as_secs()));
                prop_assert!((0.40..=0.50).contains(&settings.face_pass.share()));
            }
        }
    }
}
