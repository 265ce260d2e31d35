//! Claim: a card laid down is a resident known little later than its 1295 bytes need on the wire (112 ms at 115200 baud).

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "../tests/support/corner.rs"]
mod corner;
#[path = "../tests/support/mod.rs"]
mod stories;
#[path = "../tests/support/street.rs"]
mod street;
mod support;

pub(crate) use stories::{library, repository};

use kiosk::journey::{LogInStep, Page, Touch};
use std::time::{Duration, Instant};
use street::Street;
use support::Times;

/// 1295 bytes of ten bits at 115200 baud.
const WIRE: Duration = Duration::from_micros(112_413);

#[tokio::main]
async fn main() {
    let mut street = Street::open().await;
    let mut times = Vec::new();
    for _ in 0..12 {
        street.touch(Touch::Begin);
        street.touch(Touch::Choose("SZ-HZ-000078".parse().unwrap()));
        street.touch(Touch::Start);
        let since = Instant::now();
        street.reader.say("lay sample-citizen");
        let known =
            |page: &Page| matches!(page, Page::LogIn(l) if matches!(l.step, LogInStep::AskConsent(_)));
        street.until("the resident to be known", known).await;
        times.push(since.elapsed().saturating_sub(WIRE));
        street.touch(Touch::End);
        street.reader.say("lift");
    }
    // The reader is asked for a card each 300 to 500 ms: half of that is the wait that nobody can help.
    Times::from(times).print("card laid down to resident known, beyond the wire", Duration::from_millis(800));
}
