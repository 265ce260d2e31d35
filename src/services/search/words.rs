//! The words that people use and the words that services have: `aliases.csv`. A word stands for phrases of names or of
//! departments, asks for a kind of act, or says nothing at all. Knows no service; any city may have its own list.

use super::sound::{blurred, sound};
use super::text::folded;
use contract::table::{Row, Table, TableFault, TableFaults};
use std::collections::HashMap;

/// What a word does in a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Another name of something: 驾照, 揸车牌.
    Word,
    /// A life event, which stands for several services (一件事).
    Event,
    /// What shall be done: 丢了, 到期. Helps to choose and excludes nothing.
    Intent,
    /// A department's short name.
    Department,
    /// An English word.
    English,
    /// Says nothing: 我要, 怎么.
    Filler,
}

/// Phrases that must all stand in a text.
pub(super) type Phrases = Vec<Vec<char>>;

/// A word of the list.
#[derive(Debug)]
pub(super) struct Word {
    pub(super) characters: Vec<char>,
    /// Their usual syllables.
    sounds: Vec<String>,
    pub(super) kind: Kind,
    /// Whether it is of letters alone. Asked of every word at every letter that is typed, so it is known beforehand.
    pub(super) is_english: bool,
    /// What it means, best first.
    pub(super) means: Vec<Phrases>,
}

const TABLE: Table =
    Table { file: "aliases.csv", columns: &["word", "means", "kind", "source"], most: 20_000 };

/// All words, found as they are written or as they sound.
#[derive(Debug, Default)]
pub(super) struct Words {
    all: Vec<Word>,
    written: HashMap<String, usize>,
    heard: HashMap<String, usize>,
    misheard: HashMap<String, usize>,
    longest: usize,
}

/// How a word is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By<'a> {
    /// Its characters.
    Writing(&'a str),
    /// Its syllables.
    Sound(&'a str),
    /// Its syllables as a southern ear hears them.
    BlurredSound(&'a str),
}

impl Words {
    /// Reads `aliases.csv`. The whole file is taken or none of it.
    pub(super) fn parse(text: &str) -> Result<Self, TableFaults> {
        let mut seen = HashMap::new();
        let all = TABLE.read(text, |row| {
            row.unique(0, &mut seen)?;
            word(row)
        })?;
        let mut words = Self::default();
        for (place, word) in all.iter().enumerate() {
            words.written.entry(word.characters.iter().collect()).or_insert(place);
            // A single sound is too many words.
            if word.characters.len() > 1 && !word.is_english {
                words.heard.entry(word.sounds.concat()).or_insert(place);
                let southern: Vec<String> = word.sounds.iter().map(|s| blurred(s)).collect();
                words.misheard.entry(southern.concat()).or_insert(place);
            }
            words.longest = words.longest.max(word.characters.len());
        }
        words.all = all;
        Ok(words)
    }

    /// The most characters that a word has.
    pub(super) const fn longest(&self) -> usize {
        self.longest
    }

    /// All words.
    pub(super) fn all(&self) -> &[Word] {
        &self.all
    }

    /// A word.
    pub(super) fn find(&self, by: By<'_>) -> Option<&Word> {
        let place = match by {
            By::Writing(text) => self.written.get(text),
            By::Sound(letters) => self.heard.get(letters),
            By::BlurredSound(letters) => self.misheard.get(letters),
        };
        place.and_then(|place| self.all.get(*place))
    }
}

impl Word {
    /// Its characters with what they sound like.
    pub(super) fn sounded(&self) -> impl ExactSizeIterator<Item = (char, &[String])> {
        self.characters.iter().copied().zip(self.sounds.chunks(1))
    }
}

fn word(row: &Row<'_>) -> Result<Word, TableFault> {
    let kind = match row.text(2) {
        "word" => Kind::Word,
        "event" => Kind::Event,
        "intent" => Kind::Intent,
        "department" => Kind::Department,
        "english" => Kind::English,
        "filler" => Kind::Filler,
        _ => return Err(row.fault(2, "word, event, intent, department, english or filler")),
    };
    let means: Vec<Phrases> = row
        .text(1)
        .split(';')
        .filter(|means| !means.is_empty())
        .map(|means| means.split('+').map(folded).collect())
        .collect();
    let is_right =
        means.iter().flatten().all(|phrase| !phrase.is_empty()) && (kind == Kind::Filler) == means.is_empty();
    if !is_right {
        return Err(row.fault(1, "phrases with ; between and + for all of several; none for a filler"));
    }
    row.words(3)?;
    let characters = folded(&row.words(0)?);
    let sounds: Vec<String> = characters.iter().map(|c| sound(*c).unwrap_or_default()).collect();
    if characters.is_empty() {
        Err(row.fault(0, "a word"))
    } else {
        let is_english = characters.iter().all(char::is_ascii);
        Ok(Word { characters, sounds, kind, is_english, means })
    }
}
