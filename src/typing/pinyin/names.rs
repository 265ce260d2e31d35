//! Names of persons: a surname and one or two characters that people are called by. A likelihood, not a list of people.

use super::keys::{Reading, Syllable, Syllables};
use std::collections::HashMap;

/// The share of given names that have one character.
const SINGLE: f32 = 0.3;
/// The share of the others that are among those listed as a whole.
const LISTED: f32 = 0.4;
/// The most characters that are tried for a syllable, and names that are offered for the same keys.
const MOST: usize = 8;

/// A name that keys can mean.
#[derive(Debug)]
pub(super) struct Name {
    /// The place behind its last key.
    pub(super) end: usize,
    /// Its characters.
    pub(super) text: String,
    /// How unlikely it is among names.
    pub(super) cost: f32,
}

type Choices<Sound> = HashMap<Sound, Vec<(&'static str, f32)>>;

/// Surnames and given names by their sounds.
#[derive(Debug)]
pub(super) struct Names {
    one: Choices<Syllable>,
    two: Choices<(Syllable, Syllable)>,
    single: Choices<Syllable>,
    listed: Choices<(Syllable, Syllable)>,
}

impl Names {
    /// From tables of characters, syllables and how many of all are called so.
    pub(super) fn new(surnames: &'static str, given: &'static str, syllables: &Syllables) -> Self {
        let (one, two) = choices(surnames, syllables);
        let (single, listed) = choices(given, syllables);
        Self { one, two, single, listed }
    }

    /// The names that begin at a place.
    pub(super) fn at(&self, readings: &[Vec<Reading>], start: usize) -> Vec<Name> {
        let mut found = Vec::new();
        for (first, end) in spelled(readings, start) {
            self.given(readings, end, of(&self.one, &first), &mut found);
            for (second, end) in spelled(readings, end) {
                self.given(readings, end, of(&self.two, &(first, second)), &mut found);
            }
        }
        found
    }

    /// The surnames with all that can follow.
    fn given(
        &self,
        readings: &[Vec<Reading>],
        start: usize,
        surnames: &[(&'static str, f32)],
        found: &mut Vec<Name>,
    ) {
        if surnames.is_empty() {
            return;
        }
        for (first, end) in spelled(readings, start) {
            let singles = of(&self.single, &first);
            let alone = singles.iter().map(|(text, cost)| ((*text).to_owned(), cost - SINGLE.ln()));
            join(surnames, &alone.collect::<Vec<_>>(), end, found);
            for (second, end) in spelled(readings, end) {
                let mut pairs: HashMap<String, f32> = HashMap::new();
                let likely = (1.0 - SINGLE) * LISTED;
                for (text, cost) in of(&self.listed, &(first, second)) {
                    *pairs.entry((*text).to_owned()).or_default() += likely * (-cost).exp();
                }
                let likely = (1.0 - SINGLE) * (1.0 - LISTED);
                for (one, cost) in singles {
                    for (other, more) in of(&self.single, &second) {
                        *pairs.entry(format!("{one}{other}")).or_default() += likely * (-cost - more).exp();
                    }
                }
                let pairs: Vec<_> = pairs.into_iter().map(|(text, share)| (text, -share.ln())).collect();
                join(surnames, &pairs, end, found);
            }
        }
    }
}

/// The likeliest names of surnames and given names.
fn join(surnames: &[(&'static str, f32)], given: &[(String, f32)], end: usize, found: &mut Vec<Name>) {
    let with = |(given, more): &(String, f32)| {
        let names = surnames.iter().map(|(surname, cost)| Name {
            end,
            text: format!("{surname}{given}"),
            cost: cost + more,
        });
        names.collect::<Vec<_>>()
    };
    let mut names: Vec<Name> = given.iter().flat_map(with).collect();
    names.sort_by(|one, other| one.cost.total_cmp(&other.cost).then_with(|| one.text.cmp(&other.text)));
    names.truncate(MOST);
    found.append(&mut names);
}

/// The syllables that are spelled out at a place, and where they end.
fn spelled(readings: &[Vec<Reading>], start: usize) -> impl Iterator<Item = (Syllable, usize)> {
    let here = readings.get(start).map(Vec::as_slice).unwrap_or_default();
    here.iter().filter(|reading| reading.cost == 0.0).map(|reading| (reading.first, reading.end))
}

fn of<'a, Sound: std::hash::Hash + Eq>(
    choices: &'a Choices<Sound>,
    sound: &Sound,
) -> &'a [(&'static str, f32)] {
    choices.get(sound).map(Vec::as_slice).unwrap_or_default()
}

/// The rows of one syllable and those of two, each with its cost among its like.
fn choices(table: &'static str, syllables: &Syllables) -> (Choices<Syllable>, Choices<(Syllable, Syllable)>) {
    let (mut one, mut two): (Choices<Syllable>, Choices<(Syllable, Syllable)>) = Default::default();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let (Some(text), Some(sound)) = (columns.next(), columns.next()) else { continue };
        let weight: f32 = columns.next().and_then(|weight| weight.parse().ok()).unwrap_or(1.0);
        let mut sounds = sound.split(' ').filter_map(|name| syllables.find(name));
        match (sounds.next(), sounds.next()) {
            (Some(sound), None) => one.entry(sound).or_default().push((text, weight)),
            (Some(first), Some(second)) => two.entry((first, second)).or_default().push((text, weight)),
            (None, _) => {}
        }
    }
    (weigh(one), weigh(two))
}

fn weigh<Sound: std::hash::Hash + Eq>(mut choices: Choices<Sound>) -> Choices<Sound> {
    let total: f32 = choices.values().flatten().map(|(_, weight)| weight).sum();
    for texts in choices.values_mut() {
        texts.sort_by(|one, other| other.1.total_cmp(&one.1));
        texts.truncate(MOST);
        for (_, weight) in texts {
            *weight = -(*weight / total).ln();
        }
    }
    choices
}
