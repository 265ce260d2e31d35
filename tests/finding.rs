//! What residents type finds what they mean: the seen two thirds of the evaluation set, class by class. Whoever changes
//! the engine or the words reads here which queries were lost. The unseen third belongs to the benchmark alone.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "../benches/support/queries.rs"]
mod queries;
mod support;

use queries::Part;

/// Of each class; a class has some twenty queries.
const WANTED: f64 = 0.9;

#[test]
fn every_way_of_typing_finds_what_is_meant() {
    let scores = queries::judge(&support::library(), Part::Seen);
    assert!(scores.len() >= 18, "the set has lost classes: {:?}", scores.keys());
    let poor: Vec<String> = scores
        .iter()
        .filter(|(_, score)| score.rate() < WANTED)
        .map(|(class, score)| {
            format!("{class}: {} of {}, without {:?}", score.hits(), score.queries, score.missed)
        })
        .collect();
    assert!(poor.is_empty(), "not among the first five:\n{}", poor.join("\n"));
}

#[test]
fn the_set_is_large_and_a_third_of_it_is_unseen() {
    let all = queries::all();
    let unseen = all.iter().filter(|query| query.part() == Part::Unseen).count();
    assert!(
        all.len() >= 400 && (3 * unseen).abs_diff(all.len()) < all.len() / 10,
        "{unseen} of {}",
        all.len()
    );
    let mut texts: Vec<&str> = all.iter().map(|query| query.text).collect();
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), all.len(), "a query stands twice");
}
