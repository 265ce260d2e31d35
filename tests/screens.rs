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

use i_slint_backend_testing::{AccessibleRole, ElementQuery};
use kiosk::journey::{Rules, Touch};
use kiosk::screens::Panel;
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

fn judge(panel: Panel) {
    let mut stage = Stage::open(panel, Rules::default());
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
    judge(Panel::PORTRAIT);
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
    judge(Panel::LANDSCAPE);
}
