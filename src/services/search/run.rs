//! What was typed as one run of characters: each 汉字 is itself, letters are the syllable of a character, its
//! beginning or its initial, in any mixture (身份zheng, wufanzjl, sfz). Knows sounds; knows nothing of meaning.

use super::corpus::{Corpus, Text};
use std::ops::Range;

/// How letters are heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ear {
    /// As they are written.
    Sharp,
    /// As a southern ear hears them.
    Southern,
}

/// Where a run stands, and how sure that is, up to 1.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Match {
    pub(super) glyphs: Range<usize>,
    pub(super) sureness: f32,
}

/// Initials of many names are alike.
const BY_INITIALS: f32 = 0.92;
/// Some syllables are only begun: shebzk.
const BY_PARTS: f32 = 0.9;
/// All syllables are whole but perhaps the last.
const BY_SYLLABLES: f32 = 0.97;
const BY_SOUTHERN_EAR: f32 = 0.85;

/// A run that is looked for in many texts.
#[derive(Debug)]
pub(super) struct Run<'a> {
    characters: &'a [char],
    corpus: &'a Corpus,
    ear: Ear,
    /// The glyphs that it can begin with.
    begins: Vec<bool>,
}

impl<'a> Run<'a> {
    pub(super) fn new(characters: &'a [char], corpus: &'a Corpus, ear: Ear) -> Self {
        let begins = (0..corpus.glyphs().len()).map(|id| {
            let (character, sounds) = glyph(corpus, id, ear);
            let first = characters.first();
            first == Some(&character) || sounds.iter().any(|sound| sound.chars().next().as_ref() == first)
        });
        Self { characters, corpus, ear, begins: begins.collect() }
    }

    /// The first place in a text.
    pub(super) fn find(&self, text: &Text) -> Option<Match> {
        text.glyphs.iter().enumerate().find_map(|(start, first)| {
            self.begins.get(*first).filter(|begins| **begins)?;
            let rest = text.glyphs.get(start..)?.iter().map(|id| glyph(self.corpus, *id, self.ear));
            let taken = taken(self.characters, rest)?;
            let sureness = sureness(self.characters, taken, self.ear)?;
            Some(Match { glyphs: start..start + taken.characters, sureness })
        })
    }
}

/// Whether a run is all of a word.
pub(super) fn is_all_of<'a>(run: &[char], word: impl ExactSizeIterator<Item = (char, &'a [String])>) -> bool {
    let characters = word.len();
    taken(run, word).is_some_and(|taken| taken.characters == characters)
}

/// What a run takes of a text from its beginning.
#[derive(Clone, Copy, Debug)]
struct Taken {
    characters: usize,
    /// Every syllable but the last is there as a whole.
    is_whole: bool,
}

fn glyph(corpus: &Corpus, id: usize, ear: Ear) -> (char, &[String]) {
    corpus.glyph(id).map_or((' ', &[]), |glyph| {
        (glyph.character, if ear == Ear::Sharp { glyph.sounds.as_slice() } else { glyph.blurred.as_slice() })
    })
}

fn taken<'a>(run: &[char], text: impl Iterator<Item = (char, &'a [String])>) -> Option<Taken> {
    let end = 1_u64 << run.len();
    // A bit for each place of the run that may be reached, and one where that is by whole syllables.
    let (mut reached, mut whole): (u64, u64) = (1, 1);
    for (count, (character, sounds)) in text.enumerate() {
        let (mut next, mut next_whole, mut is_whole) = (0, 0, false);
        let mut open = reached;
        while open != 0 {
            let place = open.trailing_zeros() as usize;
            open &= open - 1;
            let so_far_whole = whole & (1 << place) != 0;
            let mut reach = |taken: usize, is_syllable: bool| {
                let bit = 1 << (place + taken);
                next |= bit;
                is_whole |= so_far_whole && bit == end;
                if so_far_whole && is_syllable {
                    next_whole |= bit;
                }
            };
            let rest = run.get(place..)?;
            match rest.first() {
                Some(c) if *c == character => reach(1, true),
                Some(c) if c.is_ascii_alphabetic() => {
                    for sound in sounds {
                        let alike = sound.chars().zip(rest).take_while(|(a, b)| a == *b).count();
                        (1..=alike).for_each(|taken| reach(taken, taken == sound.len()));
                    }
                }
                _ => {}
            }
        }
        if next & end != 0 {
            return Some(Taken { characters: count + 1, is_whole });
        }
        if next == 0 {
            return None;
        }
        (reached, whole) = (next, next_whole);
    }
    None
}

#[expect(clippy::cast_precision_loss, reason = "a few dozen characters")]
fn sureness(run: &[char], taken: Taken, ear: Ear) -> Option<f32> {
    /// Fewer letters a character than this are nearly initials, and a southern ear hears too many of them alike.
    const SYLLABLE: f32 = 1.6;
    let letters = run.iter().filter(|c| c.is_ascii()).count();
    let characters = taken.characters.saturating_sub(run.len() - letters).max(1);
    let length = letters as f32 / characters as f32;
    match ear {
        _ if letters == 0 => Some(1.0),
        Ear::Southern => (taken.is_whole && length >= SYLLABLE).then_some(BY_SOUTHERN_EAR),
        Ear::Sharp if taken.is_whole && length > 1.0 => Some(BY_SYLLABLES),
        Ear::Sharp if length <= 1.0 => Some(BY_INITIALS),
        Ear::Sharp => Some(BY_PARTS),
    }
}
