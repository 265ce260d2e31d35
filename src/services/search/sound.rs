//! What characters sound like, and how a southern ear hears it. Knows syllables; knows nothing of services.

use pinyin::ToPinyin;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Further syllables of characters, as words of daily life have them: 银行, 重新, 会计, 出差. Dictionaries give many more,
/// which nobody types.
const FURTHER: [(char, &str); 25] = [
    ('行', "hang"),
    ('重', "chong"),
    ('长', "chang"),
    ('调', "tiao"),
    ('会', "kuai"),
    ('参', "shen"),
    ('乐', "yue"),
    ('单', "shan"),
    ('还', "huan"),
    ('传', "zhuan"),
    ('给', "ji"),
    ('觉', "jiao"),
    ('模', "mu"),
    ('省', "xing"),
    ('提', "di"),
    ('校', "jiao"),
    ('便', "pian"),
    ('都', "du"),
    ('藏', "zang"),
    ('朝', "zhao"),
    ('差', "chai"),
    ('率', "shuai"),
    ('露', "lou"),
    ('薄', "bo"),
    ('系', "ji"),
];

/// The syllables that a character can have, the usual one first. A letter or digit sounds like itself.
pub(super) fn sounds(c: char) -> Vec<String> {
    if c.is_ascii() {
        return vec![c.to_string()];
    }
    let usual = c.to_pinyin().map(|reading| reading.plain().replace('ü', "v"));
    let further = FURTHER.iter().filter(|(other, _)| *other == c).map(|(_, syllable)| (*syllable).to_owned());
    let mut all: Vec<String> = usual.into_iter().collect();
    all.extend(further);
    all
}

/// The usual syllable.
pub(super) fn sound(c: char) -> Option<String> {
    sounds(c).into_iter().next()
}

/// Letters as they are when zh and z, ang and an, n, l and r, f and h are not told apart.
pub(super) fn blurred(letters: &str) -> String {
    let mut heard = String::with_capacity(letters.len());
    let mut before = ' ';
    for c in letters.chars() {
        match (before, c) {
            ('z' | 'c' | 's', 'h') | ('n', 'g') => {}
            (_, 'l' | 'r') => heard.push('n'),
            (_, 'f') => heard.push('h'),
            (_, c) => heard.push(c),
        }
        before = c;
    }
    heard
}

/// Every syllable of the language.
static SYLLABLES: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let readings = ('\u{4E00}'..='\u{9FA5}').filter_map(|c| c.to_pinyin());
    let plain = readings.map(pinyin::Pinyin::plain);
    plain
        .filter(|s| s.contains(['a', 'e', 'i', 'o', 'u']) && s.is_ascii())
        .chain(["lv", "nv", "lve", "nve"])
        .collect()
});
const LONGEST_SYLLABLE: usize = 6;

fn is_beginning(letters: &str) -> bool {
    SYLLABLES.range(letters..).next().is_some_and(|syllable| syllable.starts_with(letters))
}

/// Letters as syllables, as few as possible.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Syllables<'a> {
    /// One by one.
    pub(super) all: Vec<&'a str>,
    /// Whether the last is only the beginning of one.
    pub(super) is_unfinished: bool,
}

/// Reads letters as whole syllables; the last may be unfinished, for somebody is typing it.
pub(super) fn syllables(letters: &str) -> Option<Syllables<'_>> {
    if !letters.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    // The fewest syllables from each place to the end, and where the first of them ends.
    let mut best: Vec<Option<(usize, usize)>> = vec![None; letters.len()];
    for start in (0..letters.len()).rev() {
        for end in start + 1..=letters.len().min(start + LONGEST_SYLLABLE) {
            let Some(part) = letters.get(start..end) else { continue };
            let is_whole = SYLLABLES.contains(part);
            let rest = match best.get(end) {
                None if is_whole => Some(0),
                None if is_beginning(part) => Some(1),
                Some(Some((count, _))) if is_whole => Some(*count),
                _ => None,
            };
            if let (Some(count), Some(slot)) = (rest, best.get_mut(start))
                && slot.is_none_or(|(fewest, _)| count < fewest)
            {
                *slot = Some((count + 1, end));
            }
        }
    }
    let (mut all, mut start) = (Vec::new(), 0);
    while start < letters.len() {
        let (_, end) = (*best.get(start)?)?;
        all.push(letters.get(start..end)?);
        start = end;
    }
    let is_unfinished = all.last().is_some_and(|last| !SYLLABLES.contains(last));
    Some(Syllables { all, is_unfinished })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_read_as_syllables() {
        let read = |letters| syllables(letters).map(|s| (s.all.join(" "), s.is_unfinished));
        assert_eq!(read("shenfenzheng"), Some(("shen fen zheng".to_owned(), false)));
        assert_eq!(read("tiqugongjijin"), Some(("ti qu gong ji jin".to_owned(), false)));
        assert_eq!(read("shuif"), Some(("shui f".to_owned(), true)));
        assert_eq!(read("zzxqw"), None);
        assert_eq!(read("a1"), None);
    }

    #[test]
    fn a_further_syllable_is_not_the_usual_one() {
        for (c, further) in FURTHER {
            assert!(sounds(c).len() > 1 && sound(c).as_deref() != Some(further), "{c}");
        }
    }

    #[test]
    fn a_southern_ear_hears_one_sound() {
        for (standard, southern) in
            [("zhang", "zan"), ("fei", "hei"), ("lan", "nan"), ("ranqi", "lanqi"), ("jing", "jin")]
        {
            assert_eq!(blurred(standard), blurred(southern));
        }
        assert_ne!(blurred("shui"), blurred("hui"));
    }
}
