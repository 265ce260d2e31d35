//! The tables put together, and asked.

use super::Candidate;
use super::keys::{DIVIDER, Reading, Syllables};
use super::lattice::{self, Found};
use super::lexicon::{self, Lexicon, WordId};
use super::model::{Model, NUMBER, START};
use super::names::Names;
use std::collections::HashSet;

/// The most candidates that are offered.
const MOST: usize = 400;
/// The most candidates for all of the keys that are put together.
const MOST_WHOLE: usize = 8;
/// What it is worth to a word to stand for one more key.
const EACH_KEY: f32 = 2.5;

/// A dictionary for general use; `data/README.md` tells where it is from.
const DICTIONARY: &str = include_str!("../data/pinyin_simp.dict.yaml");
/// Our own words, and how often each is said, in the measure of the dictionary.
const WORDS: [(&str, f32); 3] = [
    (include_str!("../data/places.tsv"), 2_000.0),
    (include_str!("../data/government.tsv"), 1_000.0),
    (include_str!("../data/everyday.tsv"), 500.0),
];
/// What people say at a counter and write into forms: @ is a name, # a number.
const SAYINGS: &str = include_str!("../data/sayings.txt");
const SURNAMES: &str = include_str!("../data/surnames.tsv");
const GIVEN_NAMES: &str = include_str!("../data/given_names.tsv");

/// Everything that is known of the language.
#[derive(Debug)]
pub(super) struct Engine {
    syllables: Syllables,
    lexicon: Lexicon,
    model: Model,
    names: Names,
}

impl Engine {
    /// Reads the dictionary, and learns from `ours`, the names of what we offer, which words follow which.
    pub(super) fn new(ours: &str) -> Self {
        let syllables = Syllables::new();
        let mut words = Vec::new();
        lexicon::parse(DICTIONARY, 0.0, &syllables, &mut words);
        for (table, weight) in WORDS {
            lexicon::parse(table, weight, &syllables, &mut words);
        }
        let lexicon = Lexicon::new(words);
        let model = Model::new(&lexicon, &[ours, SAYINGS]);
        let names = Names::new(SURNAMES, GIVEN_NAMES, &syllables);
        Self { syllables, lexicon, model, names }
    }

    /// What the keys can become behind a text: all of them first, best first; then words and characters for a part.
    pub(super) fn candidates(&self, before: &str, keys: &str) -> Vec<Candidate> {
        let readable = keys.trim_start_matches(char::from(DIVIDER));
        if readable.is_empty() {
            return Vec::new();
        }
        let skipped = keys.len() - readable.len();
        let readings = self.syllables.read(readable.as_bytes());
        let parts = (&self.lexicon, &self.model, &self.names);
        let mut whole = lattice::whole(readable, &readings, last_word(before), parts);
        whole.truncate(MOST_WHOLE);
        if whole.is_empty() {
            // Letters that are no pinyin can be meant as they are.
            whole.push(keys.to_owned());
        }
        let whole = whole.into_iter().map(|text| Candidate { text, keys: keys.len() });
        let parts = self.parts(&readings).map(|part| Candidate { keys: part.keys + skipped, ..part });
        let mut offered = HashSet::new();
        whole.chain(parts).filter(|candidate| offered.insert(candidate.text.clone())).take(MOST).collect()
    }

    /// The words and characters that the keys begin with; each key that a word stands for makes it likelier.
    fn parts(&self, readings: &[Vec<Reading>]) -> impl Iterator<Item = Candidate> {
        let mut words = lattice::words_at(readings, 0, (&self.lexicon, &self.model), MOST);
        let cost = |word: &Found| word.cost - f32::from(u8::try_from(word.end).unwrap_or(u8::MAX)) * EACH_KEY;
        words.sort_by(|one, other| cost(one).total_cmp(&cost(other)));
        words.into_iter().filter_map(|found| {
            let text = self.lexicon.word(found.word)?.text.to_owned();
            Some(Candidate { text, keys: found.end })
        })
    }
}

/// What a text ends with, for what follows it.
fn last_word(text: &str) -> WordId {
    if text.ends_with(|c: char| c.is_ascii_digit()) { NUMBER } else { START }
}
