//! Every page on both panels, drawn by the real renderer: nothing touchable is too small, nothing stands outside of the
//! window, and each page has its pictures in `target/screens` for a person to look at.

#![cfg(feature = "tour")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[path = "support/affairs_pages.rs"]
mod affairs_pages;
#[path = "support/booking_pages.rs"]
mod booking_pages;
#[path = "support/decided_pages.rs"]
mod decided_pages;
#[path = "support/desk.rs"]
mod desk;
#[path = "support/every_page.rs"]
mod every_page;
#[path = "support/handoff_pages.rs"]
mod handoff_pages;
#[path = "support/papers_pages.rs"]
mod papers_pages;
#[path = "support/places.rs"]
mod places;
#[path = "support/rules.rs"]
mod rules;
#[path = "support/shelf.rs"]
mod shelf;
#[path = "support/stage.rs"]
mod stage;
mod support;
#[path = "support/technician_pages.rs"]
mod technician_pages;
#[path = "support/till.rs"]
mod till;

use contract::language::Language;
use contract::settings::{Layer, LayerSettings, Said, in_force};
use i_slint_backend_testing::{AccessibleRole, ElementQuery};
use kiosk::journey::{Event, Rules, Touch};
use kiosk::screens::Panel;
use slint::ComponentHandle;
use stage::Stage;
use std::time::Duration;

/// A countdown that starts at once.
fn count_down(panel: Panel) {
    let mut stage = Stage::open(panel, Rules { idle: Duration::ZERO, ..Rules::default() });
    stage.touch(Touch::Begin);
    stage.look("30-countdown");
    let ways_on = ElementQuery::from_root(stage.terminal.app())
        .match_predicate(|element| {
            element.accessible_role() == Some(AccessibleRole::Button)
                && element.accessible_label().is_some_and(|label| label == "继续办理")
        })
        .find_all();
    assert_eq!(ways_on.len(), 1, "the countdown offers one way to go on");
    assert!(stage.faults.is_empty(), "{}", stage.faults.join("\n"));
}

#[test]
fn the_countdown_lies_over_everything() {
    count_down(Panel::PORTRAIT);
}

#[test]
fn the_countdown_fits_the_lying_panel() {
    count_down(Panel::LANDSCAPE);
}

/// An hour around now is quiet: the screen is dim while nobody is here, and bright at a touch.
#[test]
fn a_terminal_that_nobody_uses_is_dim_in_quiet_hours() {
    let mut stage = Stage::open(Panel::PORTRAIT, Rules::default());
    let brightness = |stage: &Stage| {
        let picture = stage.terminal.app().window().take_snapshot().unwrap();
        picture.as_bytes().iter().map(|byte| u64::from(*byte)).sum::<u64>()
    };
    let bright = brightness(&stage);
    let now = jiff::tz::offset(8).to_datetime(jiff::Timestamp::now());
    let time =
        |hours: i32| (now + jiff::SignedDuration::from_hours(hours.into())).strftime("%H:%M").to_string();
    let mut city = LayerSettings { layer: Layer::City, set: [].into() };
    let said = Said { value: format!("{}-{}", time(-1), time(1)).into(), since: jiff::Timestamp::UNIX_EPOCH };
    city.set.insert("quiet.hours".to_owned(), said);
    let settings = in_force(&[city]).unwrap().settings;
    stage.terminal.happen(Event::Settings(std::sync::Arc::new(settings)));
    stage.look("01-attract-quiet");
    let dim = brightness(&stage);
    assert!(dim < bright * 9 / 10, "it is darker than by day: {dim} of {bright}");
    stage.touch(Touch::Begin);
    stage.touch(Touch::End);
    stage.touch(Touch::Begin);
    assert!(brightness(&stage) > dim, "bright at a touch");
    assert!(stage.faults.is_empty(), "{}", stage.faults.join("\n"));
}

fn judge(panel: Panel, language: Language) {
    let mut stage = Stage::open(panel, Rules::default());
    stage.language = language;
    stage.visit();
    assert!(stage.faults.is_empty(), "look at target/screens:\n{}", stage.faults.join("\n"));
}

fn judge_troubles(panel: Panel) {
    let mut stage = Stage::open(panel, Rules { goodbye: Duration::ZERO, ..Rules::default() });
    stage.store_troubles();
    stage.interrupted();
    stage.emergencies();
    assert!(stage.faults.is_empty(), "look at target/screens:\n{}", stage.faults.join("\n"));
}

fn judge_technician(panel: Panel) {
    let mut stage = Stage::open(panel, Rules::default());
    stage.technician_comes();
    assert!(stage.faults.is_empty(), "look at target/screens:\n{}", stage.faults.join("\n"));
}

#[test]
fn a_technician_s_pages_fit_the_upright_panel() {
    judge_technician(Panel::PORTRAIT);
}

#[test]
fn a_technician_s_pages_fit_the_lying_panel() {
    judge_technician(Panel::LANDSCAPE);
}

#[test]
fn every_page_fits_the_upright_panel() {
    judge(Panel::PORTRAIT, Language::Chinese);
}

#[test]
fn every_page_fits_the_upright_panel_in_english() {
    judge(Panel::PORTRAIT, Language::English);
}

#[test]
fn every_page_fits_the_lying_panel_in_english() {
    judge(Panel::LANDSCAPE, Language::English);
}

#[test]
fn a_store_that_takes_nothing_is_said_on_the_upright_panel() {
    judge_troubles(Panel::PORTRAIT);
}

#[test]
fn a_store_that_takes_nothing_is_said_on_the_lying_panel() {
    judge_troubles(Panel::LANDSCAPE);
}

#[test]
fn every_page_fits_the_lying_panel() {
    judge(Panel::LANDSCAPE, Language::Chinese);
}
