//! What a text is once nobody cares how it was written: half-width, lower case, simplified, without spaces and marks.
//! Knows characters; knows nothing of sounds or services.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A line is a simplified character and the traditional ones that mean it: the characters of OpenCC's TSCharacters
/// (Apache-2.0, see LICENSE-OpenCC.txt beside it) that fold into GB 2312.
static TRADITIONAL: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let mut simplified = HashMap::new();
    for line in include_str!("data/traditional.txt").lines() {
        let mut characters = line.chars();
        if let Some(simple) = characters.next() {
            simplified.extend(characters.map(|traditional| (traditional, simple)));
        }
    }
    simplified
});

/// A line is a set of characters that are taken for one another by the eye.
static LOOKALIKES: LazyLock<HashMap<char, Vec<char>>> = LazyLock::new(|| {
    let mut like: HashMap<char, Vec<char>> = HashMap::new();
    for line in include_str!("data/lookalikes.txt").lines() {
        for c in line.chars() {
            like.entry(c).or_default().extend(line.chars().filter(|other| *other != c));
        }
    }
    like
});

/// The character that counts; none for what is neither letter, digit nor 汉字.
pub(super) fn fold(c: char) -> Option<char> {
    let narrow = match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        c => c,
    };
    let simple = TRADITIONAL.get(&narrow).copied().unwrap_or(narrow);
    simple.is_alphanumeric().then(|| simple.to_lowercase().next().unwrap_or(simple))
}

/// All characters that count.
pub(super) fn folded(text: &str) -> Vec<char> {
    text.chars().filter_map(fold).collect()
}

/// What the eye may have taken for this character.
pub(super) fn lookalikes(c: char) -> &'static [char] {
    LOOKALIKES.get(&c).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_however_it_is_written() {
        for written in ["無犯罪記錄", "无 犯罪-记录", "无犯罪（记录）"] {
            assert_eq!(folded(written), folded("无犯罪记录"), "{written}");
        }
        assert_eq!(folded("ＥＴＣ 充值！"), folded("etc充值"));
    }

    #[test]
    fn the_eye_errs_both_ways() {
        assert!(lookalikes('往').contains(&'住') && lookalikes('住').contains(&'往'));
        assert!(lookalikes('龘').is_empty());
    }
}
