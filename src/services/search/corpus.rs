//! The texts that are searched, character by character: where each stands, how rare it is, what it sounds like. Knows
//! texts by number; knows nothing of what they name.

use super::sound::{blurred, sounds};
use super::text::fold;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// A character of the texts.
#[derive(Debug)]
pub(super) struct Glyph {
    pub(super) character: char,
    /// Its syllables.
    pub(super) sounds: Vec<String>,
    /// The same as a southern ear hears them.
    pub(super) blurred: Vec<String>,
    /// In how many texts it stands.
    texts: u32,
    /// Where: text, place in it.
    places: Vec<(usize, usize)>,
}

/// A text without spaces and marks.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) glyphs: Vec<usize>,
    /// Where each glyph stands in the text as it is written.
    origin: Vec<usize>,
}

impl Text {
    /// A range of glyphs as a range of the written text.
    pub(super) fn written(&self, range: &Range<usize>) -> Range<usize> {
        match (self.origin.get(range.start), self.origin.get(range.end.saturating_sub(1))) {
            (Some(first), Some(last)) if range.start < range.end => *first..last + 1,
            _ => 0..0,
        }
    }
}

/// All texts.
#[derive(Debug, Default)]
pub(super) struct Corpus {
    glyphs: Vec<Glyph>,
    ids: HashMap<char, usize>,
    texts: Vec<Text>,
    pairs: HashSet<(char, char)>,
}

impl Corpus {
    /// Adds a text; its number.
    pub(super) fn add(&mut self, written: &str) -> usize {
        let number = self.texts.len();
        let mut text = Text { glyphs: Vec::new(), origin: Vec::new() };
        let mut before = None;
        for (place, c) in written.chars().enumerate().filter_map(|(place, c)| Some((place, fold(c)?))) {
            let id = *self.ids.entry(c).or_insert_with(|| {
                let sounds = sounds(c);
                let blurred = sounds.iter().map(|s| blurred(s)).collect();
                self.glyphs.push(Glyph { character: c, sounds, blurred, texts: 0, places: Vec::new() });
                self.glyphs.len() - 1
            });
            if let Some(glyph) = self.glyphs.get_mut(id) {
                if glyph.places.last().is_none_or(|(last, _)| *last != number) {
                    glyph.texts += 1;
                }
                glyph.places.push((number, text.glyphs.len()));
            }
            self.pairs.extend(before.map(|before| (before, c)));
            before = Some(c);
            text.glyphs.push(id);
            text.origin.push(place);
        }
        self.texts.push(text);
        number
    }

    pub(super) fn texts(&self) -> &[Text] {
        &self.texts
    }

    pub(super) fn text(&self, number: usize) -> Option<&Text> {
        self.texts.get(number)
    }

    pub(super) fn glyphs(&self) -> &[Glyph] {
        &self.glyphs
    }

    pub(super) fn glyph(&self, id: usize) -> Option<&Glyph> {
        self.glyphs.get(id)
    }

    pub(super) fn id(&self, c: char) -> Option<usize> {
        self.ids.get(&c).copied()
    }

    /// Whether two characters stand side by side anywhere.
    pub(super) fn has_pair(&self, pair: (char, char)) -> bool {
        self.pairs.contains(&pair)
    }

    /// How much is known when a character is known: rare ones tell more (inverse document frequency).
    pub(super) fn weight(&self, c: char) -> f32 {
        /// What a character tells that no text has: that the query means something else.
        const UNKNOWN: f32 = 2.5;
        let Some(glyph) = self.id(c).and_then(|id| self.glyph(id)) else { return UNKNOWN };
        #[expect(clippy::cast_precision_loss, reason = "thousands of texts")]
        let rarity = (self.texts.len() as f32 / glyph.texts.max(1) as f32).ln();
        rarity.clamp(1.0, 5.0)
    }

    /// Where a phrase stands: text and glyphs. Looked up by its rarest character.
    pub(super) fn find<'a>(&'a self, phrase: &'a [char]) -> impl Iterator<Item = (usize, Range<usize>)> + 'a {
        let ids: Option<Vec<usize>> = phrase.iter().map(|c| self.id(*c)).collect();
        let ids = ids.unwrap_or_default();
        let rarest = ids
            .iter()
            .enumerate()
            .filter_map(|(offset, id)| Some((offset, &self.glyph(*id)?.places)))
            .min_by_key(|(_, places)| places.len());
        let (offset, places) =
            rarest.map_or((0, [].as_slice()), |(offset, places)| (offset, places.as_slice()));
        places.iter().filter_map(move |(text, place)| {
            let range = place.checked_sub(offset)?..place.checked_sub(offset)? + ids.len();
            (self.text(*text)?.glyphs.get(range.clone())? == ids.as_slice()).then_some((*text, range))
        })
    }
}
