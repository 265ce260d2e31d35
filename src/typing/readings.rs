//! What a single character sounds like.

use pinyin::ToPinyinMulti;

/// The syllables of a character, without tone; `v` stands for ü.
pub fn syllables_of(c: char) -> Vec<String> {
    let mut syllables: Vec<String> =
        c.to_pinyin_multi().into_iter().flatten().map(|reading| reading.plain().replace('ü', "v")).collect();
    syllables.sort();
    syllables.dedup();
    syllables
}
