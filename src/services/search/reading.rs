//! What a typed text may mean: units (a 汉字 or a syllable) and, over them, slots: a unit by itself, a word of the
//! list, or a run of letters that is no syllable. Knows words and sounds; knows nothing of names.

use super::corpus::Corpus;
use super::run;
use super::sound::{blurred, sound, sounds, syllables};
use super::text::{fold, lookalikes};
use super::words::{By, Kind, Phrases, Word, Words};
use std::ops::Range;

/// The longest text that is read, in characters.
const LONGEST: usize = 40;

/// How freely a text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freedom {
    /// As it is written.
    Strict,
    /// Also for what looks or sounds like it.
    Tolerant,
}

/// The least that stands for one character of a name.
#[derive(Debug)]
pub(super) struct Unit {
    /// How well each glyph of the corpus fits; those that do not are left out.
    pub(super) glyphs: Vec<(usize, f32)>,
    pub(super) weight: f32,
    /// None for a syllable.
    character: Option<char>,
    sound: Option<String>,
}

/// A part of the query that is answered for by itself.
#[derive(Debug)]
pub(super) struct Slot<'a> {
    /// The units that it is made of.
    pub(super) units: Range<usize>,
    /// Its share in the answer.
    pub(super) weight: f32,
    /// What else it means, each with how well.
    pub(super) means: Vec<(&'a Phrases, f32)>,
    /// Whether departments are meant rather than names.
    pub(super) names_department: bool,
    /// Letters that are no syllables.
    pub(super) run: Vec<char>,
}

/// A query, read.
#[derive(Debug, Default)]
pub(super) struct Reading<'a> {
    /// All that counts, without spaces.
    pub(super) whole: Vec<char>,
    pub(super) units: Vec<Unit>,
    pub(super) slots: Vec<Slot<'a>>,
    /// English is not looked for as pinyin.
    pub(super) is_english: bool,
}

/// Weights of words, on the scale of `Corpus::weight`: a word is worth about two rare characters.
const WORD: f32 = 7.0;
const CHARACTER_OF_WORD: f32 = 3.5;
const INTENT: f32 = 3.0;
/// What a word is worth that was heard and not read.
const BY_EAR: f32 = 0.95;
const BY_SOUTHERN_EAR: f32 = 0.85;
/// Each further meaning of a word is a little less likely.
const NEXT_MEANING: f32 = 0.03;

const SAME_SOUND: f32 = 0.75;
const SOUTHERN_SOUND: f32 = 0.6;
const LOOKALIKE: f32 = 0.75;
const SYLLABLE: f32 = 0.95;
const UNFINISHED: f32 = 0.8;

/// Pieces between spaces, each of one kind.
#[derive(Debug)]
enum Piece {
    Character(char),
    Letters(String),
}

impl<'a> Reading<'a> {
    pub(super) fn of(query: &str, corpus: &Corpus, words: &'a Words, freedom: Freedom) -> Self {
        let pieces = pieces(query);
        let mut reading =
            Self { whole: pieces.iter().flat_map(Piece::characters).collect(), ..Self::default() };
        let mut pieces = pieces.as_slice();
        // Units between two runs are cut into words together.
        let mut cut_up_to = 0;
        while let Some((piece, rest)) = pieces.split_first() {
            pieces = rest;
            match piece {
                Piece::Character(c) => reading.units.push(Unit::character(*c, corpus, freedom)),
                Piece::Letters(letters) => {
                    if let Some((slot, left)) = lettered(piece, rest, words, reading.units.len()) {
                        reading.is_english |= slot.weight > 0.0 && letters.len() > 1;
                        reading.cut(&mut cut_up_to, corpus, words, freedom);
                        reading.slots.push(slot);
                        pieces = left;
                    } else if let Some(read) =
                        syllables(letters).filter(|read| read.all.len() > 1 || letters.len() > 1)
                    {
                        let last = read.all.len() - 1;
                        for (place, syllable) in read.all.iter().enumerate() {
                            let is_unfinished = read.is_unfinished && place == last;
                            reading.units.push(Unit::syllable(syllable, is_unfinished, corpus, freedom));
                        }
                    } else {
                        reading.cut(&mut cut_up_to, corpus, words, freedom);
                        reading.slots.push(Slot::run(letters, reading.units.len(), words));
                    }
                }
            }
        }
        reading.cut(&mut cut_up_to, corpus, words, freedom);
        // Who says nothing but small words means them.
        if reading.slots.iter().all(|slot| slot.weight == 0.0) {
            reading.slots = (0..reading.units.len()).map(|place| Slot::unit(place, &reading.units)).collect();
        }
        reading
    }

    /// Cuts the units that are not in slots yet into words and single units: the longest words win.
    fn cut(&mut self, from: &mut usize, corpus: &Corpus, words: &'a Words, freedom: Freedom) {
        let (start, end) = (*from, self.units.len());
        *from = end;
        // From each place to the end: the worth of the best cut, and its first piece.
        let mut best: Vec<(f32, Option<(usize, Found<'a>)>)> = vec![(0.0, None); end - start + 1];
        for place in (start..end).rev() {
            let mut here = (best.get(place + 1 - start).map_or(0.0, |(worth, _)| *worth), None);
            for stop in place + 1..=end.min(place + words.longest()) {
                let Some(found) = self.word(place..stop, corpus, words, freedom) else { continue };
                #[expect(clippy::cast_precision_loss, reason = "a few dozen units")]
                let worth = ((stop - place) as f32).powi(2) * found.sureness
                    + best.get(stop - start).map_or(0.0, |(worth, _)| *worth);
                if worth > here.0 {
                    here = (worth, Some((stop, found)));
                }
            }
            if let Some(slot) = best.get_mut(place - start) {
                *slot = here;
            }
        }
        let mut place = start;
        while place < end {
            let (slot, next) = match best.get_mut(place - start).and_then(|(_, first)| first.take()) {
                Some((stop, found)) => (Slot::word(found.word, place..stop, found.sureness), stop),
                None => (Slot::unit(place, &self.units), place + 1),
            };
            self.slots.push(slot);
            place = next;
        }
    }

    fn word(
        &self,
        range: Range<usize>,
        corpus: &Corpus,
        words: &'a Words,
        freedom: Freedom,
    ) -> Option<Found<'a>> {
        let units = self.units.get(range.clone())?;
        if let Some(text) = units.iter().map(|unit| unit.character).collect::<Option<String>>() {
            if let Some(word) = words.find(By::Writing(&text)) {
                return self.stands_alone(&range, corpus).then_some(Found { word, sureness: 1.0 });
            }
            // Other characters of the same sound are a slip.
            if freedom == Freedom::Strict {
                return None;
            }
        }
        // What was misheard must mean something: to drop it as a filler would lose it (身证 is no 深圳).
        let is_typed = units.iter().all(|unit| unit.character.is_none());
        let fits = |word: &&Word, may_be_filler: bool| {
            word.characters.len() == units.len() && (may_be_filler || word.kind != Kind::Filler)
        };
        let letters = units.iter().map(|unit| unit.sound.as_deref()).collect::<Option<Vec<_>>>()?;
        let heard = words.find(By::Sound(&letters.concat())).filter(|word| fits(word, is_typed));
        if let Some(word) = heard {
            return Some(Found { word, sureness: BY_EAR });
        }
        if freedom == Freedom::Strict {
            return None;
        }
        let southern: String = letters.iter().map(|syllable| blurred(syllable)).collect();
        let word = words.find(By::BlurredSound(&southern)).filter(|word| fits(word, false))?;
        Some(Found { word, sureness: BY_SOUTHERN_EAR })
    }

    /// One character is a word only where it is not a part of one: 交 in 交水费, not in 交通.
    fn stands_alone(&self, range: &Range<usize>, corpus: &Corpus) -> bool {
        let at = |place: usize| self.units.get(place).and_then(|unit| unit.character);
        let joins = |a: Option<char>, b: Option<char>| a.zip(b).is_some_and(|pair| corpus.has_pair(pair));
        range.len() > 1
            || !(joins(range.start.checked_sub(1).and_then(at), at(range.start))
                || joins(at(range.start), at(range.end)))
    }
}

struct Found<'a> {
    word: &'a Word,
    sureness: f32,
}

impl Clone for Found<'_> {
    fn clone(&self) -> Self {
        Self { ..*self }
    }
}

impl Unit {
    fn character(c: char, corpus: &Corpus, freedom: Freedom) -> Self {
        let mut glyphs: Vec<(usize, f32)> = corpus.id(c).map(|id| (id, 1.0)).into_iter().collect();
        if freedom == Freedom::Tolerant {
            glyphs.extend(lookalikes(c).iter().filter_map(|like| Some((corpus.id(*like)?, LOOKALIKE))));
            let heard = sounds(c);
            let southern: Vec<String> = heard.iter().map(|s| blurred(s)).collect();
            for (id, glyph) in corpus.glyphs().iter().enumerate().filter(|(_, glyph)| glyph.character != c) {
                if glyph.sounds.iter().any(|s| heard.contains(s)) {
                    glyphs.push((id, SAME_SOUND));
                } else if glyph.blurred.iter().any(|s| southern.contains(s)) {
                    glyphs.push((id, SOUTHERN_SOUND));
                }
            }
        }
        Self { glyphs, weight: corpus.weight(c), character: Some(c), sound: sound(c) }
    }

    fn syllable(syllable: &str, is_unfinished: bool, corpus: &Corpus, freedom: Freedom) -> Self {
        let southern = blurred(syllable);
        let fit = |sounds: &[String], blurred: &[String]| {
            if sounds.iter().any(|s| s == syllable) {
                Some(SYLLABLE)
            } else if is_unfinished && sounds.iter().any(|s| s.starts_with(syllable)) {
                Some(UNFINISHED)
            } else if freedom == Freedom::Tolerant && blurred.contains(&southern) {
                Some(SOUTHERN_SOUND)
            } else {
                None
            }
        };
        let glyphs = corpus.glyphs().iter().enumerate();
        let glyphs: Vec<(usize, f32)> =
            glyphs.filter_map(|(id, glyph)| Some((id, fit(&glyph.sounds, &glyph.blurred)?))).collect();
        let rarest =
            glyphs.iter().filter_map(|(id, _)| corpus.glyph(*id)).map(|glyph| corpus.weight(glyph.character));
        let weight = rarest.reduce(f32::min).unwrap_or(WORD / 2.0);
        let sound = (!is_unfinished).then(|| syllable.to_owned());
        Self { glyphs, weight, character: None, sound }
    }
}

impl<'a> Slot<'a> {
    fn unit(place: usize, units: &[Unit]) -> Self {
        let weight = units.get(place).map_or(0.0, |unit| unit.weight);
        Self { units: place..place + 1, weight, means: Vec::new(), names_department: false, run: Vec::new() }
    }

    fn word(word: &'a Word, units: Range<usize>, sureness: f32) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a few dozen units")]
        let by_length = CHARACTER_OF_WORD * units.len() as f32;
        let weight = match word.kind {
            Kind::Word | Kind::Event | Kind::English | Kind::Department => by_length.max(WORD),
            Kind::Intent => INTENT,
            Kind::Filler => 0.0,
        };
        let mut next = sureness;
        let means = word.means.iter().map(|phrases| {
            let here = next;
            next -= NEXT_MEANING;
            (phrases, here)
        });
        let means = means.collect();
        let names_department = word.kind == Kind::Department;
        Self { units, weight, means, names_department, run: Vec::new() }
    }

    /// Whether the list of words knows it as more than a kind of act.
    pub(super) fn is_known(&self) -> bool {
        !self.means.is_empty() && self.weight >= WORD
    }

    /// Letters that are no syllables: perhaps initials of a name, perhaps those of a word.
    fn run(letters: &str, place: usize, words: &'a Words) -> Self {
        let run: Vec<char> = letters.chars().collect();
        let is_meant = |word: &&Word| {
            !word.is_english
                && !matches!(word.kind, Kind::Filler | Kind::Intent)
                && run.len() > 1
                && run::is_all_of(&run, word.sounded())
        };
        let mut slot = Self {
            units: place..place,
            weight: WORD,
            means: Vec::new(),
            names_department: false,
            run: Vec::new(),
        };
        for word in words.all().iter().filter(is_meant) {
            slot.names_department |= word.kind == Kind::Department;
            slot.means.extend(Self::word(word, place..place, 1.0).means);
        }
        slot.run = run;
        slot
    }
}

fn pieces(query: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut goes_on = false;
    for c in query.chars().take(LONGEST) {
        match fold(c) {
            Some(c) if c.is_ascii() => match pieces.last_mut() {
                Some(Piece::Letters(letters)) if goes_on => letters.push(c),
                _ => pieces.push(Piece::Letters(c.to_string())),
            },
            Some(c) => pieces.push(Piece::Character(c)),
            None => {}
        }
        goes_on = c == '\'' || fold(c).is_some_and(|c| c.is_ascii());
    }
    pieces
}

impl Piece {
    fn characters(&self) -> impl Iterator<Item = char> {
        let (one, more) = match self {
            Self::Character(c) => (Some(*c), ""),
            Self::Letters(letters) => (None, letters.as_str()),
        };
        one.into_iter().chain(more.chars())
    }
}

/// A word of the list that begins with letters, English or mixed (BB入户), and the pieces after it.
fn lettered<'a, 'p>(
    first: &Piece,
    rest: &'p [Piece],
    words: &'a Words,
    place: usize,
) -> Option<(Slot<'a>, &'p [Piece])> {
    const MOST_PIECES: usize = 6;
    (0..MOST_PIECES.min(rest.len() + 1)).rev().find_map(|more| {
        let (taken, left) = rest.split_at_checked(more)?;
        let joined: String = std::iter::once(first).chain(taken).flat_map(Piece::characters).collect();
        let word =
            if joined.is_ascii() { english_word(&joined, words) } else { words.find(By::Writing(&joined)) };
        Some((Slot::word(word?, place..place, 1.0), left))
    })
}

/// As it is written, without the plural, unfinished, or with one slip.
fn english_word<'a>(letters: &str, words: &'a Words) -> Option<&'a Word> {
    const UNFINISHED: usize = 5;
    const SLIPPED: usize = 6;
    let is_english = |word: &&Word| word.is_english;
    let written = |letters: &str| words.find(By::Writing(letters)).filter(is_english);
    let singular = |letters: &str| letters.strip_suffix('s').and_then(written);
    written(letters).or_else(|| singular(letters)).or_else(|| {
        if letters.len() < UNFINISHED || syllables(letters).is_some_and(|read| !read.is_unfinished) {
            return None;
        }
        let letters: Vec<char> = letters.chars().collect();
        let mut english = words.all().iter().filter(is_english).filter(|word| word.kind != Kind::Filler);
        english.clone().find(|word| word.characters.starts_with(&letters)).or_else(|| {
            english.find(|word| {
                word.characters.len() >= SLIPPED && super::slip::is_one(&letters, &word.characters)
            })
        })
    })
}
