//! Claims: whatever way a resident types, what is meant is among the first five; a keystroke in the search field costs a
//! fraction of a frame, over all services.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

#[path = "support/queries.rs"]
mod queries;
mod support;

use kiosk::services::Library;
use queries::{Part, Score};
use std::hint::black_box;
use std::process::ExitCode;
use support::{FRAME, Times};

/// Of the queries that the engine was not tuned by.
const WANTED: f64 = 0.9;

fn main() -> ExitCode {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/catalog");
    let library = Library::load(folder.as_ref()).unwrap();
    let (seen, unseen) = (queries::judge(&library, Part::Seen), queries::judge(&library, Part::Unseen));
    println!("search, wanted among the first five     seen             unseen");
    for (class, score) in &seen {
        line(class, score, unseen.get(class).unwrap_or(&Score::default()));
    }
    let (seen, unseen) = (queries::total(&seen), queries::total(&unseen));
    line("all", &seen, &unseen);
    println!(
        "{:34} {:27.1} %   limit {:5.1} %",
        "search, unseen queries",
        unseen.rate() * 100.0,
        WANTED * 100.0
    );

    let texts: Vec<&str> = queries::all().iter().map(|query| query.text).collect();
    let keystrokes: Vec<String> = texts
        .iter()
        .flat_map(|text| (1..=text.chars().count()).map(|n| text.chars().take(n).collect::<String>()))
        .collect();
    let times = Times::of(keystrokes.len() * 2, |round| {
        black_box(library.search(&keystrokes[round % keystrokes.len()]));
    });
    times.print(&format!("search, one keystroke over {} services", library.services().len()), FRAME);
    if unseen.rate() >= WANTED && times.percentile(99) < FRAME {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn line(class: &str, seen: &Score, unseen: &Score) {
    let of =
        |score: &Score| format!("{:3} of {:3} {:5.1} %", score.hits(), score.queries, score.rate() * 100.0);
    println!("  {class:30} {}   {}", of(seen), of(unseen));
}
