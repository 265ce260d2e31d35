//! The terminal's program takes touches by lines and says what its screen shows.

#![cfg(feature = "tour")]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/driven.rs"]
mod driven;
mod support;

use driven::{NotDone, Place, SMALL};
pub(crate) use support::repository;

#[test]
fn a_finger_that_finds_nothing_says_what_it_missed_and_a_command_that_is_none_is_named() {
    let place = Place::prepare(SMALL);
    let mut kiosk = place.kiosk("info");
    assert!(kiosk.until_ready());
    assert_eq!(kiosk.read().page, "attract");
    for (command, words) in [("dance", "'dance' is no command"), ("works tea", "'tea'")] {
        match kiosk.try_ask(command) {
            Err(NotDone::Because(why)) => assert!(why.contains(words), "{why}"),
            other => panic!("'{command}' was answered {other:?}"),
        }
    }
    kiosk.ask("touch 触摸屏幕开始办理");
    kiosk.ask("until home");
    assert!(kiosk.read().words.iter().any(|words| words == "您想办什么？"));
}

#[test]
fn a_killed_terminal_is_noticed() {
    let place = Place::prepare(SMALL);
    let mut kiosk = place.kiosk("info");
    assert!(kiosk.until_ready());
    kiosk.victim().kill();
    assert!(matches!(kiosk.try_ask("read"), Err(NotDone::Dead)));
}

#[test]
fn an_application_is_acknowledged_as_the_screen_says() {
    let place = Place::prepare(SMALL);
    let central = place.central();
    assert!(central.until_ready());
    let mut kiosk = place.kiosk("info");
    assert!(kiosk.until_ready());
    kiosk.ask("works online");
    // 公厕位置查询: a look-up that needs no card.
    for command in [
        "touch 触摸屏幕开始办理",
        "touch 搜索事项",
        "keys gcwz",
        "touch 公厕位置查询",
        "touch 开始办理",
        "until form",
        "touch 查询内容",
        "keys 20261124",
        "touch 去核对",
        "until review",
        "touch 确认提交",
        "until printed",
    ] {
        kiosk.ask(command);
    }
    let seen = kiosk.read();
    assert_eq!(seen.received, Some(true), "{seen:?}");
    let record = place.record(&seen.number.unwrap());
    assert_eq!(record["entry"]["body"]["fields"]["query_key"], "20261124");
}
