//! Claim: a keystroke in the search field costs a fraction of a frame, over all services.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

mod support;

use kiosk::services::Library;
use std::hint::black_box;
use support::{FRAME, Times};

fn main() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/catalog");
    let library = Library::load(folder.as_ref()).unwrap();
    let words = ["wufanzuijilu", "shuifei", "gjj", "社保卡挂失", "居住证", "zzxqw", "shenfenzheng", "e"];
    let queries: Vec<String> = words
        .iter()
        .flat_map(|word| (1..=word.chars().count()).map(|n| word.chars().take(n).collect::<String>()))
        .collect();
    let times = Times::of(4_000, |round| {
        black_box(library.search(&queries[round % queries.len()]));
    });
    times.print(&format!("search, one keystroke over {} services", library.services().len()), FRAME);
}
