//! Somebody opens the cabinet while a resident stands before it: the screen shows nothing of them any more, and central knows
//! long before the next report is due.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/street.rs"]
mod street;
mod support;

use contract::report::Door;
use kiosk::journey::{Page, Touch};
use street::Street;
use support::{library, repository};

#[tokio::test(flavor = "multi_thread")]
async fn the_visit_ends_and_central_knows() {
    let mut street = Street::open_with_door_switch().await;
    street.until_health("the door to be seen closed", |health| health.door == Some(Door::Closed)).await;
    street.touch(Touch::Begin);
    street.printer.say("drawer high");
    street.until("the visit to end", |page| matches!(page, Page::Goodbye { .. })).await;
    street.until_reported("an open door", |report| report.door == Some(Door::Open)).await;
    street.printer.say("drawer low");
    street.until_reported("a closed door", |report| report.door == Some(Door::Closed)).await;
}
