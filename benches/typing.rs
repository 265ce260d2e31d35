//! Claim: the keyboard offers what a person means among its first candidates, at a counter's words far more often than
//! librime on the same dictionary, within a fraction of a frame.
//!
//! Two thirds of the entries were looked at while it was made. `cargo bench --bench typing -- unseen` asks the rest.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_precision_loss, missing_docs)]

#[path = "typing/librime.rs"]
mod librime;
mod support;

use kiosk::services::Library;
use kiosk::typing::Pinyin;
use librime::Librime;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Duration;
use support::{FRAME, Times, line, memory, smaps};

const EVALUATION: &str = include_str!("typing/evaluation.tsv");
const DICTIONARY: &str = include_str!("../src/typing/data/pinyin_simp.dict.yaml");
/// Candidates that are looked at.
const LOOKED_AT: usize = 5;

/// What a person means and types.
struct Entry {
    class: &'static str,
    text: &'static str,
    keys: String,
}

fn main() {
    let unseen = std::env::args().any(|argument| argument == "unseen");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/catalog");
    let library = Library::load(folder.as_ref()).unwrap();
    let pinyin = library.pinyin();
    let entries: Vec<Entry> = chosen(unseen, evaluation()).chain(chosen(unseen, common_words())).collect();
    weight(pinyin);
    score(pinyin, &entries, Librime::start().as_mut());
    time(pinyin, &entries);
}

fn evaluation() -> impl Iterator<Item = Entry> {
    EVALUATION.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        Entry { class: columns[0], text: columns[1], keys: columns[2].to_owned() }
    })
}

/// Every eighth of the 8,000 words of the dictionary that are said most.
fn common_words() -> impl Iterator<Item = Entry> {
    let columns = DICTIONARY.lines().filter_map(|line| {
        let mut columns = line.split('\t');
        let (text, sound) = (columns.next()?, columns.next()?);
        Some((columns.next()?.parse::<u32>().ok()?, text, sound))
    });
    let mut words: Vec<_> = columns.filter(|(_, text, _)| text.chars().count() > 1).collect();
    words.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
    words.into_iter().take(8_000).step_by(8).map(|(_, text, sound)| Entry {
        class: "common words",
        text,
        keys: sound.replace(' ', ""),
    })
}

/// Every third entry of a class is unseen.
fn chosen(unseen: bool, entries: impl Iterator<Item = Entry>) -> impl Iterator<Item = Entry> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    entries.filter(move |entry| {
        let place = places.entry(entry.class).or_default();
        *place += 1;
        place.is_multiple_of(3) == unseen
    })
}

/// How many were first and among the first five, of how many.
#[derive(Clone, Copy, Default)]
struct Score {
    first: usize,
    five: usize,
    all: usize,
}

impl Score {
    fn count(&mut self, place: Option<usize>) {
        self.first += usize::from(place == Some(0));
        self.five += usize::from(place.is_some_and(|place| place < LOOKED_AT));
        self.all += 1;
    }

    fn shares(self) -> String {
        let share = |n: usize| n as f64 / self.all.max(1) as f64 * 100.0;
        format!("{:5.1} % first, {:5.1} % in five", share(self.first), share(self.five))
    }
}

fn score(pinyin: &Pinyin, entries: &[Entry], mut peer: Option<&mut Librime>) {
    if peer.is_none() {
        println!("librime is not here (librime-dev, rime-data-pinyin-simp): ours alone");
    }
    let mut scores: BTreeMap<&str, (Score, Score)> = BTreeMap::new();
    for Entry { class, text, keys } in entries {
        let (ours, theirs) = scores.entry(class).or_default();
        let candidates = pinyin.candidates("", keys);
        ours.count(candidates.iter().position(|candidate| candidate.text == *text));
        if let Some(peer) = &mut peer {
            theirs.count(peer.place(keys, text));
        }
    }
    for (class, (ours, theirs)) in scores {
        let beside = if theirs.all > 0 { format!("   librime {}", theirs.shares()) } else { String::new() };
        println!("{class:14} {:4} entries   ours {}{beside}", ours.all, ours.shares());
    }
}

fn time(pinyin: &Pinyin, entries: &[Entry]) {
    let keys: Vec<&str> =
        entries.iter().flat_map(|entry| (1..=entry.keys.len()).map(|end| &entry.keys[..end])).collect();
    let times = Times::of(keys.len(), |round| {
        black_box(pinyin.candidates("", keys[round % keys.len()]));
    });
    times.print("a key, over all entries", FRAME);
    let long = "shenzhenshifutianquxiangmihujiedaozhuzhushequgongzuozhan2026";
    let times = Times::of(300, |_| {
        black_box(pinyin.candidates("", long));
    });
    times.print("the last of 60 keys", FRAME);
    let initials = "szsftqxmhjdbscsqgzzszsftqxmhjdbscsqgzzszsftqxmhjdbscsqgzzszs";
    let times = Times::of(300, |_| {
        black_box(pinyin.candidates("", initials));
    });
    times.print("the last of 60 first letters", FRAME);
}

/// What the dictionary costs at the start.
fn weight(pinyin: &Pinyin) {
    let before = smaps("self", "Private_Dirty");
    let times = Times::of(1, |_| pinyin.get_ready());
    line("reading the dictionary, once", times.percentile(50), Duration::from_millis(100));
    memory("private memory of the dictionary", smaps("self", "Private_Dirty").saturating_sub(before), 25);
}
