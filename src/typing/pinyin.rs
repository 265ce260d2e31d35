//! Pinyin for the characters of GB 2312, one syllable at a time: which characters a syllable can be, the ones that
//! our own words use first. Whole sentences are a matter for a dictionary that is not in the house yet.

use pinyin::ToPinyinMulti;
use std::collections::{BTreeMap, HashMap};

/// Syllables without tone to characters, best first.
#[derive(Debug, Default)]
pub struct Pinyin(BTreeMap<String, Vec<char>>);

impl Pinyin {
    /// Orders the characters by how often they stand in `corpus`, then as GB 2312 does: its first level is the
    /// 3,755 characters in common use.
    pub fn new(corpus: &str) -> Self {
        let mut count: HashMap<char, usize> = HashMap::new();
        for c in corpus.chars() {
            *count.entry(c).or_default() += 1;
        }
        let mut table: BTreeMap<String, Vec<char>> = BTreeMap::new();
        for c in gb2312() {
            for syllable in syllables_of(c) {
                table.entry(syllable).or_default().push(c);
            }
        }
        for characters in table.values_mut() {
            // A stable sort keeps the order of the standard among equals.
            characters.sort_by_key(|c| std::cmp::Reverse(count.get(c).copied().unwrap_or(0)));
        }
        Self(table)
    }

    /// The characters of the syllable, then those of the syllables that it begins.
    pub fn candidates<'a>(&'a self, typed: &'a str) -> impl Iterator<Item = char> + 'a {
        let exact = self.0.get(typed).into_iter().flatten().copied();
        let longer = self
            .0
            .range(typed.to_owned()..)
            .take_while(move |(syllable, _)| syllable.starts_with(typed))
            .filter(move |(syllable, _)| *syllable != typed)
            .flat_map(|(_, characters)| characters.iter().take(6).copied());
        exact.chain(longer)
    }
}

/// The syllables of a character, without tone; `v` stands for ü.
pub fn syllables_of(c: char) -> Vec<String> {
    let mut syllables: Vec<String> =
        c.to_pinyin_multi().into_iter().flatten().map(|reading| reading.plain().replace('ü', "v")).collect();
    syllables.sort();
    syllables.dedup();
    syllables
}

/// The Chinese characters of GB 2312, in its order.
fn gb2312() -> impl Iterator<Item = char> {
    (0xB0_u8..=0xF7).flat_map(|row| {
        (0xA1_u8..=0xFE).filter_map(move |cell| {
            let bytes = [row, cell];
            let (text, _, faulty) = encoding_rs::GBK.decode(&bytes);
            text.chars().next().filter(|_| !faulty)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_can_be_typed() {
        let pinyin = Pinyin::new("");
        let reachable: std::collections::HashSet<char> = pinyin.0.values().flatten().copied().collect();
        let missing: Vec<char> = gb2312().filter(|c| !reachable.contains(c)).collect();
        assert!(reachable.len() >= 6763 - missing.len() && missing.len() < 20, "no pinyin for {missing:?}");
    }

    #[test]
    fn a_full_syllable_comes_before_longer_ones() {
        let pinyin = Pinyin::new("");
        let xi: Vec<char> = pinyin.candidates("xi").collect();
        assert!(xi.iter().position(|c| *c == '西') < xi.iter().position(|c| *c == '下').or(Some(usize::MAX)));
    }
}
