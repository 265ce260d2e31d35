//! Letters into Chinese: whole sentences, words, single characters, out of a dictionary, our own words and what people say
//! at a counter. Nothing is learnt from what is typed. Knows no keyboard.

mod engine;
mod keys;
mod lattice;
mod lexicon;
mod model;
mod names;
mod numbers;

use engine::Engine;
use std::sync::OnceLock;
use zeroize::Zeroize;

/// The most keys that are read at a time.
pub(super) const MOST_KEYS: usize = 60;

/// What keys can become.
#[derive(Clone, Debug, PartialEq, Eq, Zeroize)]
pub struct Candidate {
    /// Its characters.
    pub text: String,
    /// How many of the keys it stands for, from the first.
    pub keys: usize,
}

/// Pinyin for the keyboard. The dictionary is read when it is first asked, or told to get ready.
#[derive(Debug, Default)]
pub struct Pinyin {
    ours: String,
    engine: OnceLock<Engine>,
}

impl Pinyin {
    /// Knows which words follow which in `ours`, the names of what we offer.
    pub fn new(ours: &str) -> Self {
        Self { ours: ours.to_owned(), engine: OnceLock::new() }
    }

    /// Reads the dictionary, so that the first key does not wait for it.
    pub fn get_ready(&self) {
        let _ = self.engine();
    }

    /// What the keys can become behind a text: all of them first, best first; then words and characters for a part.
    pub fn candidates(&self, before: &str, keys: &str) -> Vec<Candidate> {
        if keys.is_empty() || keys.len() > MOST_KEYS || !keys.is_ascii() {
            return Vec::new();
        }
        self.engine().candidates(before, keys)
    }

    fn engine(&self) -> &Engine {
        self.engine.get_or_init(|| Engine::new(&self.ours))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;
    use std::sync::LazyLock;

    static PINYIN: LazyLock<Pinyin> = LazyLock::new(|| Pinyin::new("不动产登记（首次登记）老年人优待证"));

    fn first(keys: &str) -> String {
        PINYIN.candidates("", keys).into_iter().next().map_or_else(String::new, |candidate| candidate.text)
    }

    /// The syllables of a character, without tone, as the pinyin crate has them; `v` stands for ü.
    fn syllables_of(c: char) -> impl Iterator<Item = String> {
        use ::pinyin::ToPinyinMulti;
        c.to_pinyin_multi().into_iter().flatten().map(|reading| reading.plain().replace('ü', "v"))
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

    /// A look at what is listed as missing tells whether a name could not be written.
    #[test]
    fn every_character_in_common_use_can_be_typed() {
        let mut reachable = HashSet::new();
        for syllable in gb2312().flat_map(syllables_of).collect::<HashSet<_>>() {
            let candidates = PINYIN.candidates("", &syllable);
            reachable.extend(candidates.iter().filter_map(|candidate| candidate.text.chars().next()));
        }
        let missing: Vec<char> = gb2312().filter(|c| !reachable.contains(c)).collect();
        assert!(missing.len() < 20, "no way to type {missing:?}");
    }

    #[test]
    fn words_places_and_sentences_come_first() {
        for (keys, text) in [
            ("nihao", "你好"),
            ("budongchandengji", "不动产登记"),
            ("futianquxiangmihujiedao", "福田区香蜜湖街道"),
            ("woyaobanlijuzhuzheng", "我要办理居住证"),
            ("lijianguo", "李建国"),
            ("nvshi", "女士"),
        ] {
            assert_eq!(first(keys), text);
        }
    }

    #[test]
    fn numbers_stay_and_what_is_counted_follows() {
        for (keys, text) in [
            ("fuhuasanlu88hao", "福华三路88号"),
            ("3dong2danyuan501shi", "3栋2单元501室"),
            ("ershisanhao", "二十三号"),
            ("2026nian", "2026年"),
        ] {
            assert_eq!(first(keys), text);
        }
        let behind = PINYIN.candidates("福华三路88", "hao");
        assert_eq!(behind.first().map(|candidate| candidate.text.as_str()), Some("号"));
    }

    #[test]
    fn first_letters_southern_sounds_and_half_syllables_are_understood() {
        for (keys, text) in [
            ("szs", "深圳市"),
            ("senfenzeng", "身份证"),
            ("shenfenzh", "身份证"),
            ("xi'an", "西安"),
            ("xian", "先"),
        ] {
            let found = PINYIN.candidates("", keys);
            let place = found.iter().position(|candidate| candidate.text == text);
            assert!(place.is_some_and(|place| place < 5), "{keys}: {text} at {place:?} of {found:?}");
        }
    }

    #[test]
    fn what_all_keys_can_be_comes_before_what_a_part_can_be() {
        let found = PINYIN.candidates("", "woyaobanli");
        let whole = found.iter().take_while(|candidate| candidate.keys == 10).count();
        assert!(whole >= 3, "{found:?}");
        assert!(found.iter().any(|candidate| candidate.text == "我要" && candidate.keys == 5));
        assert!(found.iter().any(|candidate| candidate.text == "我" && candidate.keys == 2));
    }

    proptest! {
        #[test]
        fn any_keys_are_answered_within_themselves(keys in "[a-z0-9']{0,60}|[a-z]{1,12}|[zcs'hnlg0-9 ]{1,60}", before in "\\PC{0,8}") {
            for candidate in PINYIN.candidates(&before, &keys) {
                prop_assert!((1..=keys.len()).contains(&candidate.keys) && !candidate.text.is_empty());
            }
        }
    }
}
