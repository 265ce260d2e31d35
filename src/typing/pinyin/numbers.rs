//! Numbers: digits as they are, and what is said for them in characters.

/// What each syllable of a number costs among numbers: one of about ten.
const SYLLABLE: f32 = 2.3;
/// The longest number in characters.
const LONGEST: u8 = 7;

/// The characters of numbers, and what they sound like.
const SAID: [(&str, &str); 15] = [
    ("yi", "一"),
    ("er", "二"),
    ("san", "三"),
    ("si", "四"),
    ("wu", "五"),
    ("liu", "六"),
    ("qi", "七"),
    ("ba", "八"),
    ("jiu", "九"),
    ("ling", "零"),
    ("liang", "两"),
    ("shi", "十"),
    ("bai", "百"),
    ("qian", "千"),
    ("wan", "万"),
];
/// Characters that say how much the one before counts; two of them do not follow each other, but for 万.
const UNITS: &str = "十百千万";

/// The digits at the beginning.
pub(super) fn digits(keys: &str) -> &str {
    let end = keys.find(|c: char| !c.is_ascii_digit()).unwrap_or(keys.len());
    keys.get(..end).unwrap_or_default()
}

/// The numbers in characters at the beginning: how many keys, the text, its cost.
pub(super) fn said(keys: &str) -> Vec<(usize, String, f32)> {
    let mut found = Vec::new();
    let mut open = vec![(0, String::new(), 0_u8)];
    while let Some((end, text, count)) = open.pop() {
        let rest = keys.get(end..).unwrap_or_default();
        for (sound, character) in SAID {
            let fits = rest.starts_with(sound) && may_follow(&text, character);
            if fits && count < LONGEST {
                let longer = (end + sound.len(), format!("{text}{character}"), count + 1);
                found.push((longer.0, longer.1.clone(), SYLLABLE * f32::from(longer.2)));
                open.push(longer);
            }
        }
    }
    found
}

fn may_follow(text: &str, character: &str) -> bool {
    let is_unit = |text: &str| text.chars().next_back().is_some_and(|last| UNITS.contains(last));
    match (text.is_empty(), is_unit(character)) {
        (true, true) => character == "十",
        (false, true) => !is_unit(text) || character == "万",
        (true, false) => true,
        // Two plain digits in a row are a number of a house or a telephone, which is typed in digits.
        (false, false) => is_unit(text) || character == "零" || text.ends_with('零'),
    }
}
