//! The words by their sound, as a tree of syllables. Knows nothing of sentences.

use super::keys::{Reading, Syllable, Syllables};
use std::ops::Range;

/// Bits of a syllable in a sound; zero is 'no more'.
const BITS: u32 = 9;
/// Syllables that a sound holds.
const LONGEST: u32 = 128 / BITS;

/// The syllables of a word in one number that sorts as they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sound(u128);

impl Sound {
    fn parse(text: &str, syllables: &Syllables) -> Option<Self> {
        let (mut bits, mut left) = (0_u128, LONGEST);
        for name in text.split(' ') {
            left = left.checked_sub(1)?;
            bits |= u128::from(syllables.find(name)? + 1) << (left * BITS);
        }
        Some(Self(bits))
    }

    fn syllable(self, depth: u32) -> Option<Syllable> {
        let left = LONGEST.checked_sub(depth + 1)?;
        let bits = (self.0 >> (left * BITS)) & ((1 << BITS) - 1);
        Syllable::try_from(bits).ok()?.checked_sub(1)
    }
}

/// A word.
#[derive(Debug)]
pub(super) struct Word {
    sound: Sound,
    /// Its characters.
    pub(super) text: &'static str,
    /// How often it is said among all others.
    pub(super) weight: f32,
}

/// A word by its place in the lexicon.
pub(super) type WordId = u32;

/// The words that begin with the same syllables.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    syllable: Syllable,
    children: Range<u32>,
    words: Range<u32>,
}

impl Node {
    /// The words that end here, those most said first.
    pub(super) fn words(&self) -> Range<WordId> {
        self.words.clone()
    }
}

/// All words.
#[derive(Debug)]
pub(super) struct Lexicon {
    words: Vec<Word>,
    nodes: Vec<Node>,
}

/// Takes the words of a table: characters, syllables and, where it is known, how often; `otherwise` stands where it is not.
pub(super) fn parse(table: &'static str, otherwise: f32, syllables: &Syllables, into: &mut Vec<Word>) {
    for line in table.lines() {
        let mut columns = line.split('\t');
        let (Some(text), Some(sound)) = (columns.next(), columns.next()) else { continue };
        let Some(sound) = Sound::parse(sound, syllables) else { continue };
        let weight = columns.next().and_then(|weight| weight.parse().ok()).unwrap_or(otherwise);
        into.push(Word { sound, text, weight });
    }
}

impl Lexicon {
    pub(super) fn new(mut words: Vec<Word>) -> Self {
        words.sort_unstable_by(|one, other| {
            (one.sound, one.text).cmp(&(other.sound, other.text)).then(other.weight.total_cmp(&one.weight))
        });
        words.dedup_by(|next, first| (next.sound, next.text) == (first.sound, first.text));
        words.sort_by(|one, other| one.sound.cmp(&other.sound).then(other.weight.total_cmp(&one.weight)));
        let nodes = grow(&words);
        Self { words, nodes }
    }

    pub(super) fn words(&self) -> &[Word] {
        &self.words
    }

    pub(super) fn word(&self, id: WordId) -> Option<&Word> {
        self.words.get(id as usize)
    }

    /// Before the first syllable.
    pub(super) fn root(&self) -> Option<&Node> {
        self.nodes.first()
    }

    /// The words that go on as it was read.
    pub(super) fn follow(&self, node: &Node, reading: Reading) -> &[Node] {
        let all =
            self.nodes.get(node.children.start as usize..node.children.end as usize).unwrap_or_default();
        let first = all.partition_point(|child| child.syllable < reading.first);
        let rest = all.get(first..).unwrap_or_default();
        let count = rest.partition_point(|child| child.syllable <= reading.last);
        rest.get(..count).unwrap_or_default()
    }
}

/// The tree over sorted words, breadth first, so that the children of a node lie side by side.
fn grow(words: &[Word]) -> Vec<Node> {
    let mut nodes = vec![Node::default()];
    // What is still to be divided: the words below each node, by places.
    let mut below = vec![(0..words.len(), 0_u32)];
    let mut place = 0;
    while let Some((range, depth)) = below.get(place).cloned() {
        let syllable = |word: &Word| word.sound.syllable(depth);
        let mut rest = words.get(range.clone()).unwrap_or_default();
        let ending = rest.partition_point(|word| syllable(word).is_none());
        let mut start = range.start + ending;
        let first_child = nodes.len();
        rest = rest.get(ending..).unwrap_or_default();
        while let Some(next) = rest.first().and_then(syllable) {
            let count = rest.partition_point(|word| syllable(word) <= Some(next));
            nodes.push(Node { syllable: next, ..Node::default() });
            below.push((start..start + count, depth + 1));
            start += count;
            rest = rest.get(count..).unwrap_or_default();
        }
        let children = id(first_child)..id(nodes.len());
        if let Some(node) = nodes.get_mut(place) {
            node.children = children;
            node.words = id(range.start)..id(range.start + ending);
        }
        place += 1;
    }
    nodes
}

/// Places fit: the tables are ours, and far shorter.
pub(super) fn id(place: usize) -> WordId {
    WordId::try_from(place).unwrap_or(WordId::MAX)
}
