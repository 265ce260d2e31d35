//! Claim: the whole home page is drawn within a frame by the software renderer, at 1080x1920.

#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use kiosk::journey::{Event, Journey, Rules, Touch};
use kiosk::screens::headless::Headless;
use kiosk::screens::{Panel, Place, Terminal};
use kiosk::services::Library;
use std::alloc::System;
use std::hint::black_box;
use std::sync::Arc;
use support::{FRAME, Times, memory, smaps};
use zeroizing_alloc::ZeroAlloc;

/// As in the terminal's binary: the figures are of what ships.
#[global_allocator]
static WIPED: ZeroAlloc<System> = ZeroAlloc(System);

fn main() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/catalog");
    let library = Arc::new(Library::load(folder.as_ref()).unwrap());
    let panel = Panel::PORTRAIT;
    let screen = Headless::install(panel.width, panel.height).unwrap();
    let (effects, _performed) = tokio::sync::mpsc::unbounded_channel();
    let place = Place { site: "福田区政务服务中心 · 1 号终端".to_owned() };
    let terminal = Terminal::open(Journey::new(library, Rules::default()), place, panel, effects).unwrap();
    terminal.happen(Event::Touch(Touch::Begin));
    let times = Times::of(300, |_| {
        black_box(screen.picture());
    });
    memory("resident memory at home, without the face models", smaps("self", "Rss"), 448);
    times.print("home, full redraw at 1080x1920, software renderer", FRAME);
    let touches = Times::of(300, |round| {
        terminal.happen(Event::Touch(if round % 2 == 0 { Touch::OpenTile(5) } else { Touch::Back }));
    });
    touches
        .print("a touch that opens or leaves the list of all services", std::time::Duration::from_millis(4));
}
