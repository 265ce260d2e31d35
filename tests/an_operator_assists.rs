//! An operator sees the screen of a technician who is in, and of nobody else; the technician sees that somebody looks, and ends it
//! by leaving.

#![cfg(feature = "tour")]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/driven.rs"]
mod driven;
mod support;
#[path = "support/way_in.rs"]
mod way_in;

use central::fleet;
use central::store::{self, Sql, StoreError};
use corner::{Twins, database, program};
use driven::{Place, SMALL, eventually};
use std::process::Command;
pub(crate) use support::repository;
use way_in::{knock, opened, try_code, until_said};

fn command(place: &Place, act: &[&str]) -> Option<String> {
    let mut central = Command::new(program("central"));
    let output = central.args(["command", "--db", &database(place.folder())]).args(act).output().unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

fn list(place: &Place) -> String {
    command(place, &["list", "ft-0001"]).unwrap()
}

fn order(place: &Place) -> u64 {
    let said = eventually("the terminal to be known", || {
        command(place, &["order", "ft-0001", "assist", "--by", "li"])
    });
    said.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_technician_is_seen_and_a_resident_is_not() {
    let place = Place::prepare(SMALL);
    let _twins = Twins::start(place.folder());
    let central = place.central();
    assert!(central.until_ready());
    let mut kiosk = place.kiosk("info");
    assert!(kiosk.until_ready());
    kiosk.ask("works reader printer face online store");
    kiosk.ask("begin");
    order(&place);
    eventually("nobody to be seen", || list(&place).contains("failed: no technician is in").then_some(()));
    kiosk.ask("touch 结束");
    kiosk.ask("until attract");

    let sealed = knock(&mut kiosk, &place);
    let code = opened(&place, &sealed).unwrap();
    try_code(&mut kiosk, &code);
    kiosk.ask("until bench");
    let id = order(&place);
    until_said(&mut kiosk, "运维人员正在看本屏幕");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let store = runtime.block_on(store::open_existing(&database(place.folder()))).unwrap();
    let look = || {
        let read = move |sql: &mut dyn Sql| fleet::picture(sql, &"ft-0001".parse().unwrap(), id);
        runtime.block_on(store.read::<_, StoreError, _>(read)).unwrap()
    };
    let (_, jpeg) = eventually("a picture", look);
    let seen = image::load_from_memory(&jpeg).unwrap();
    assert_eq!((seen.width(), seen.height()), (SMALL.width, SMALL.height));
    kiosk.ask("touch 退出维护");
    kiosk.ask("until attract");
    eventually("the end", || list(&place).contains("the technician left").then_some(()));
    assert!(look().is_none(), "no picture outlives it");
    let words = kiosk.read().words.join("");
    assert!(!words.contains("正在看"), "{words}");
}
