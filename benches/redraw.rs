//! Claims: every page is drawn whole within a frame by the software renderer at 1080x1920, and a touch is answered before
//! anybody feels it. The ten pages that take longest are printed.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[path = "../tests/support/affairs_pages.rs"]
mod affairs_pages;
#[path = "../tests/support/booking_pages.rs"]
mod booking_pages;
#[path = "../tests/support/decided_pages.rs"]
mod decided_pages;
#[path = "../tests/support/desk.rs"]
mod desk;
#[path = "../tests/support/every_page.rs"]
mod every_page;
#[path = "support/mod.rs"]
mod figures;
#[path = "../tests/support/handoff_pages.rs"]
mod handoff_pages;
#[path = "../tests/support/papers_pages.rs"]
mod papers_pages;
#[path = "../tests/support/places.rs"]
mod places;
#[path = "../tests/support/rules.rs"]
mod rules;
#[path = "../tests/support/shelf.rs"]
mod shelf;
#[path = "../tests/support/stage.rs"]
mod stage;
#[path = "../tests/support/mod.rs"]
mod support;
#[path = "../tests/support/till.rs"]
mod till;

use figures::{FRAME, Times, memory, smaps};
use kiosk::journey::{Rules, Touch};
use kiosk::screens::Panel;
use stage::Stage;
use std::alloc::System;
use std::time::Duration;
use zeroizing_alloc::ZeroAlloc;

/// As in the terminal's binary: the figures are of what ships.
#[global_allocator]
static WIPED: ZeroAlloc<System> = ZeroAlloc(System);

/// How often each page is drawn.
const ROUNDS: usize = 100;

fn main() {
    let mut stage = Stage::open(Panel::PORTRAIT, Rules::default());
    stage.touch(Touch::Begin);
    memory("resident memory at home, without the face models", smaps("self", "Rss"), 448);
    let touches = Times::of(300, |round| {
        stage.touch(if round % 2 == 0 { Touch::OpenTile(5) } else { Touch::Back });
    });
    touches.print("a touch that opens or leaves the list of all services", Duration::from_millis(4));
    stage.touch(Touch::End);
    stage.terminal.happen(kiosk::journey::Event::Tick);

    stage.rounds = ROUNDS;
    stage.visit();
    let mut pages: Vec<(String, Times)> =
        stage.drawn.drain(..).map(|(name, times)| (name, Times::from(times))).collect();
    pages.sort_by_key(|(_, times)| std::cmp::Reverse(times.percentile(50)));
    println!("of {} pages, the ten that take longest, whole at 1080x1920:", pages.len());
    for (name, times) in pages.iter().take(10) {
        times.print(name, FRAME);
    }
}
