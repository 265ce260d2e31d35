//! How likely a word is, alone and behind another: counted from the dictionary, from the names of our services and from what
//! people say at a counter. Counts nothing of what anybody types.

use super::lexicon::{Lexicon, WordId, id};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Stands for digits, and numbers in characters.
pub(super) const NUMBER: WordId = WordId::MAX - 1;
/// Stands for the name of a person.
pub(super) const NAME: WordId = WordId::MAX - 2;
/// Stands before the first word.
pub(super) const START: WordId = WordId::MAX - 3;

/// The share of what is said at a counter, beside what is said everywhere.
const OURS: f32 = 0.25;
/// The same where one word is all that is typed: then it is said anywhere, and seldom ours.
const OURS_ONLY: f32 = 0.05;
/// What it is worth to be one word and not several that sound the same.
const ONE_WORD: f32 = 1.5;
/// How often a word must have been seen before half of what follows it is taken from that.
const DOUBT: f32 = 4.0;
/// The most that is taken from what was seen to follow.
const TRUST: f32 = 0.8;
/// The share of what is typed that is a name and nothing else, beside each stretch of a text.
const NAMES_ALONE: f32 = 0.3;
/// What two words cost that were never seen side by side: most words are not, though each is common.
const STRANGE: f32 = 1.5;
/// What is taken off each count, for what was seen once may be chance.
const CHANCE: f32 = 0.8;
/// The same for the first word, which may be any.
const TRUST_FIRST: f32 = 0.5;
/// The longest word that is looked for in a text, in characters.
const LONGEST: usize = 8;
/// What a character costs that no word begins with.
const UNKNOWN: f32 = 25.0;

/// Costs are natural logarithms of likelihoods, with the sign turned.
#[derive(Debug)]
pub(super) struct Model {
    alone: Vec<f32>,
    only: Vec<f32>,
    number: f32,
    name: f32,
    after: HashMap<WordId, After>,
    after_others: After,
}

/// What is known of the words behind a word.
#[derive(Debug)]
pub(super) struct After {
    /// The likelihood of each that was seen there, by word.
    seen: Vec<(WordId, f32)>,
    /// What any other costs beyond what it costs alone.
    unseen: f32,
    /// What it costs to be another.
    strange: f32,
}

impl Model {
    /// Counts the texts, each line or stretch between signs once.
    pub(super) fn new(lexicon: &Lexicon, texts: &[&str]) -> Self {
        let total: f32 = lexicon.words().iter().map(|word| word.weight + 0.5).sum();
        let everywhere = |weight: f32| (weight + 0.5) / total;
        let alone: Vec<f32> = lexicon.words().iter().map(|word| -everywhere(word.weight).ln()).collect();
        let counts = Counts::of(texts, &Words::new(lexicon, &alone));
        let ours =
            |word: WordId| counts.words.get(&word).map_or(0.0, |n| (n - CHANCE) / counts.total.max(1.0));
        let cost = |word: WordId, weight, share: f32| {
            -((1.0 - share) * everywhere(weight) + share * ours(word)).ln()
        };
        let words = || (0..).zip(lexicon.words());
        Self {
            alone: words().map(|(id, word)| cost(id, word.weight, OURS)).collect(),
            only: words().map(|(id, word)| cost(id, word.weight, OURS_ONLY) - ONE_WORD).collect(),
            number: cost(NUMBER, 0.0, OURS),
            name: cost(NAME, 0.0, OURS),
            after: counts
                .pairs
                .into_iter()
                .map(|(before, seen)| (before, After::new(before, seen)))
                .collect(),
            after_others: After { seen: Vec::new(), unseen: 0.0, strange: STRANGE },
        }
    }

    /// A word's cost wherever it stands.
    pub(super) fn alone(&self, word: WordId) -> f32 {
        match word {
            NUMBER => self.number,
            NAME => self.name,
            word => self.alone.get(word as usize).copied().unwrap_or(UNKNOWN),
        }
    }

    /// What a word costs that is all there is; none for names and numbers, which are judged as parts of a text.
    pub(super) fn only(&self, word: WordId) -> Option<f32> {
        self.only.get(word as usize).copied()
    }

    /// What is known of the words behind this one.
    pub(super) fn after(&self, before: WordId) -> &After {
        self.after.get(&before).unwrap_or(&self.after_others)
    }

    /// A word's cost there.
    pub(super) fn cost(&self, after: &After, word: WordId) -> f32 {
        let unseen = after.unseen + self.alone(word);
        match after.seen.binary_search_by_key(&word, |(seen, _)| *seen).ok().and_then(|at| after.seen.get(at))
        {
            Some((_, likely)) => -(likely + (-unseen).exp()).ln(),
            None => unseen + after.strange,
        }
    }
}

impl After {
    fn new(before: WordId, counts: BTreeMap<WordId, f32>) -> Self {
        let total: f32 = counts.values().sum();
        let (trust, strange) = match before {
            START => (TRUST_FIRST, 0.0),
            _ => (TRUST * total / (total + DOUBT), STRANGE),
        };
        let likely = |n: f32| trust * (n - CHANCE).max(0.0) / total;
        let seen = counts.into_iter().map(|(word, n)| (word, likely(n))).collect();
        Self { seen, unseen: -(1.0 - trust).ln(), strange }
    }
}

/// The words of the lexicon by their characters, to read texts with.
struct Words<'a> {
    by_text: HashMap<&'static str, WordId>,
    costs: &'a [f32],
}

impl<'a> Words<'a> {
    fn new(lexicon: &Lexicon, costs: &'a [f32]) -> Self {
        let mut by_text: HashMap<&'static str, WordId> = HashMap::with_capacity(lexicon.words().len());
        for (place, word) in lexicon.words().iter().enumerate() {
            let known = by_text.entry(word.text).or_insert_with(|| id(place));
            // Of several sounds the one that is said most.
            if lexicon.word(*known).is_some_and(|known| known.weight < word.weight) {
                *known = id(place);
            }
        }
        Self { by_text, costs }
    }

    /// The likeliest words of a stretch without signs.
    fn of(&self, stretch: &str) -> Vec<WordId> {
        let bounds: Vec<usize> =
            stretch.char_indices().map(|(place, _)| place).chain(std::iter::once(stretch.len())).collect();
        // For each bound: the cost up to there, the word that ends there, and the bound that it begins at.
        let mut best: Vec<Option<(f32, Option<WordId>, usize)>> = vec![None; bounds.len()];
        for start in 0..bounds.len() {
            let so_far =
                if start == 0 { 0.0 } else { best.get(start).copied().flatten().map_or(0.0, |b| b.0) };
            for end in start + 1..bounds.len().min(start + 1 + LONGEST) {
                let Some(piece) =
                    bounds.get(start).zip(bounds.get(end)).and_then(|(from, to)| stretch.get(*from..*to))
                else {
                    continue;
                };
                let word = special(piece).or_else(|| self.by_text.get(piece).copied());
                if word.is_none() && end > start + 1 {
                    continue;
                }
                let cost = word.and_then(|word| self.costs.get(word as usize)).copied().unwrap_or(UNKNOWN);
                if let Some(known) = best.get_mut(end)
                    && known.is_none_or(|known| so_far + cost < known.0)
                {
                    *known = Some((so_far + cost, word, start));
                }
            }
        }
        let mut words = Vec::new();
        let mut end = bounds.len() - 1;
        while let Some((_, word, start)) = best.get(end).copied().flatten() {
            words.extend(word);
            end = start;
        }
        words.reverse();
        words
    }
}

/// The signs that stand for a number and for a name in our own texts.
fn special(piece: &str) -> Option<WordId> {
    match piece {
        "#" => Some(NUMBER),
        "@" => Some(NAME),
        _ => None,
    }
}

/// What was seen in texts.
#[derive(Default)]
struct Counts {
    total: f32,
    words: HashMap<WordId, f32>,
    /// In order, so that sums are the same on every day.
    pairs: HashMap<WordId, BTreeMap<WordId, f32>>,
}

impl Counts {
    fn of(texts: &[&str], words: &Words) -> Self {
        let is_sign = |c: char| !(c == '#' || c == '@' || ('\u{3400}'..='\u{9FFF}').contains(&c));
        // Names of services differ in what stands in brackets: the rest is said once.
        let stretches: HashSet<&str> =
            texts.iter().flat_map(|text| text.split(is_sign)).filter(|stretch| !stretch.is_empty()).collect();
        let mut counts = Self::default();
        for stretch in stretches {
            *counts.pairs.entry(START).or_default().entry(NAME).or_default() += NAMES_ALONE;
            let mut before = START;
            for word in words.of(stretch) {
                counts.total += 1.0;
                *counts.words.entry(word).or_default() += 1.0;
                *counts.pairs.entry(before).or_default().entry(word).or_default() += 1.0;
                before = word;
            }
        }
        counts
    }
}
