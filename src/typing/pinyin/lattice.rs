//! The likeliest ways through all that keys can mean.

use super::keys::Reading;
use super::lexicon::{Lexicon, Node, WordId};
use super::model::{Model, NAME, NUMBER, START};
use super::names::Names;
use super::numbers;
use std::borrow::Cow;

/// Ways that are followed at each place.
const WAYS: usize = 9;
/// Words that are followed between two places.
const WORDS: usize = 14;
/// Steps into the tree of words from one place: a bound that long rows of first letters reach.
const STEPS: usize = 700;

/// Something that keys can mean: a word, a number, a name.
#[derive(Debug)]
struct Arc {
    /// The place behind its last key.
    end: usize,
    /// Its characters.
    text: Cow<'static, str>,
    /// What it is to the model.
    word: WordId,
    /// What reading the keys so costs, beyond the word itself.
    cost: f32,
}

/// A word that keys can mean.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// The place behind its last key.
    pub(super) end: usize,
    /// The word.
    pub(super) word: WordId,
    /// What reading the keys so costs.
    reading: f32,
    /// That and the word itself.
    pub(super) cost: f32,
}

/// The words that keys can mean at a place, at most so many of each length, the likeliest.
pub(super) fn words_at(
    readings: &[Vec<Reading>],
    start: usize,
    (lexicon, model): (&Lexicon, &Model),
    most: usize,
) -> Vec<Found> {
    let mut found = Vec::new();
    let mut open: Vec<(&Node, usize, f32)> =
        lexicon.root().map(|root| (root, start, 0.0)).into_iter().collect();
    let mut steps = 0;
    while let Some((node, place, so_far)) = open.pop() {
        for reading in readings.get(place).into_iter().flatten() {
            let most = if reading.first == reading.last { most } else { WORDS };
            for child in lexicon.follow(node, *reading) {
                let (end, cost) = (reading.end, so_far + reading.cost);
                let words = child.words().take(most);
                found.extend(words.map(|word| Found {
                    end,
                    word,
                    reading: cost,
                    cost: cost + model.alone(word),
                }));
                steps += 1;
                if steps < STEPS {
                    open.push((child, end, cost));
                }
            }
        }
    }
    found.sort_unstable_by(|one, other| {
        (one.end.cmp(&other.end)).then(one.cost.total_cmp(&other.cost)).then(one.word.cmp(&other.word))
    });
    let mut taken = (0, 0);
    found.retain(|word| {
        taken = if taken.0 == word.end { (word.end, taken.1 + 1) } else { (word.end, 1) };
        taken.1 <= most
    });
    found
}

/// Names and numbers at a place.
fn others_at(keys: &str, readings: &[Vec<Reading>], start: usize, names: &Names) -> Vec<Arc> {
    let rest = keys.get(start..).unwrap_or_default();
    let digits = numbers::digits(rest);
    let mut arcs = Vec::new();
    if !digits.is_empty() {
        let end = start + digits.len();
        arcs.push(Arc { end, text: Cow::Owned(digits.to_owned()), word: NUMBER, cost: 0.0 });
    }
    arcs.extend(numbers::said(rest).into_iter().map(|(length, text, cost)| Arc {
        end: start + length,
        text: Cow::Owned(text),
        word: NUMBER,
        cost,
    }));
    arcs.extend(names.at(readings, start).into_iter().map(|name| Arc {
        end: name.end,
        text: Cow::Owned(name.text),
        word: NAME,
        cost: name.cost,
    }));
    arcs
}

/// A way up to a place.
#[derive(Clone, Copy, Debug)]
struct Way {
    cost: f32,
    last: WordId,
    /// The same for the same text.
    text: u64,
    /// The place and the way that it goes on from, and the arc.
    from: Option<(usize, usize, usize)>,
}

/// The likeliest texts for all of the keys, best first.
pub(super) fn whole(
    keys: &str,
    readings: &[Vec<Reading>],
    before: WordId,
    (lexicon, model, names): (&Lexicon, &Model, &Names),
) -> Vec<String> {
    let start = Way { cost: 0.0, last: before, text: 0, from: None };
    let mut ways: Vec<Vec<Way>> = vec![Vec::new(); keys.len() + 1];
    let mut arcs: Vec<Vec<Arc>> = Vec::new();
    if let Some(first) = ways.first_mut() {
        first.push(start);
    }
    for place in 0..keys.len() {
        let here = best(ways.get_mut(place));
        let mut leaving = Vec::new();
        if !here.is_empty() {
            let words = words_at(readings, place, (lexicon, model), WORDS);
            leaving.extend(words.into_iter().filter_map(|found| {
                let text = Cow::Borrowed(lexicon.word(found.word)?.text);
                Some(Arc { end: found.end, text, word: found.word, cost: found.reading })
            }));
            leaving.extend(others_at(keys, readings, place, names));
        }
        for (way_place, way) in here.iter().enumerate() {
            let after = model.after(way.last);
            for (arc_place, arc) in leaving.iter().enumerate() {
                let Some(there) = ways.get_mut(arc.end) else { continue };
                let is_only = before == START && (place, arc.end) == (0, keys.len());
                let only = model.only(arc.word).filter(|_| is_only);
                let cost = way.cost + arc.cost + only.unwrap_or_else(|| model.cost(after, arc.word));
                let from = Some((place, way_place, arc_place));
                there.push(Way { cost, last: arc.word, text: append(way.text, &arc.text), from });
            }
        }
        arcs.push(leaving);
    }
    let last = best(ways.get_mut(keys.len()));
    last.into_iter().map(|way| spell(way, &ways, &arcs)).collect()
}

/// Keeps the best ways of a place, one for each text.
fn best(ways: Option<&mut Vec<Way>>) -> Vec<Way> {
    let Some(ways) = ways else { return Vec::new() };
    ways.sort_unstable_by(|one, other| one.cost.total_cmp(&other.cost));
    let mut kept: Vec<Way> = Vec::with_capacity(WAYS);
    for way in ways.iter() {
        if kept.len() < WAYS && !kept.iter().any(|known| known.text == way.text) {
            kept.push(*way);
        }
    }
    ways.clone_from(&kept);
    kept
}

/// The mark of a text with more behind it: character by character, so that it is the same however the text is divided.
fn append(text: u64, more: &str) -> u64 {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    more.chars().fold(text, |text, c| (text ^ u64::from(c)).wrapping_mul(PRIME).rotate_left(23))
}

fn spell(mut way: Way, ways: &[Vec<Way>], arcs: &[Vec<Arc>]) -> String {
    let mut parts: Vec<&str> = Vec::new();
    while let Some((place, way_place, arc_place)) = way.from {
        parts.extend(arcs.get(place).and_then(|arcs| arcs.get(arc_place)).map(|arc| arc.text.as_ref()));
        let Some(earlier) = ways.get(place).and_then(|ways| ways.get(way_place)) else { break };
        way = *earlier;
    }
    parts.reverse();
    parts.concat()
}
