//! The on-screen keyboard as a value: keys in, text and candidates out. What was typed wipes itself and nothing is
//! learnt from it. Knows no widget and no field.

mod pinyin;

pub use pinyin::{Candidate, Pinyin};

use contract::Secret;
use pinyin::MOST_KEYS;
use std::fmt;
use zeroize::Zeroize;

/// Which keys are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// 0 to 9.
    Digits,
    /// 0 to 9 and X.
    IdNumber,
    /// 0 to 9; the dashes of a date come by themselves.
    Date,
    /// The same with hours and minutes behind.
    DateTime,
    /// 0 to 9 and a point: yuan.
    Money,
    /// Letters and digits, as they are.
    Latin,
    /// Letters that become Chinese characters.
    Pinyin,
    /// Letters and digits for the search, which reads pinyin itself; Chinese through pinyin as well.
    Search,
}

/// One key. Keys make up what a person writes: `Debug` does not tell which.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A letter, a digit or a sign.
    Char(char),
    /// One character back.
    Backspace,
    /// All of it.
    Clear,
    /// A candidate by its place among those shown.
    Candidate(usize),
    /// The next candidates, and the first ones behind the last.
    More,
    /// 中/英
    Language,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(***)")
    }
}

/// What is being typed.
#[derive(Debug)]
pub struct Typing {
    layout: Layout,
    max: usize,
    text: Secret<String>,
    composing: Secret<String>,
    candidates: Secret<Vec<Candidate>>,
    /// How many candidates were leafed past.
    passed: usize,
    chinese: bool,
}

/// How many candidates are shown at a time.
const SHOWN: usize = 24;

impl Typing {
    /// An empty keyboard for at most `max` characters.
    pub fn new(layout: Layout, max: usize) -> Self {
        Self {
            layout,
            max,
            text: Secret::default(),
            composing: Secret::default(),
            candidates: Secret::default(),
            passed: 0,
            chinese: layout == Layout::Pinyin,
        }
    }

    /// Which keys to show.
    pub const fn layout(&self) -> Layout {
        self.layout
    }

    /// The text so far.
    pub fn text(&self) -> &str {
        self.text.expose()
    }

    /// The keys that are not yet characters.
    pub fn composing(&self) -> &str {
        self.composing.expose()
    }

    /// What the keys can become, best first, as much as is shown at a time.
    pub fn candidates(&self) -> &[Candidate] {
        let shown = self.candidates.expose().chunks(SHOWN).nth(self.passed / SHOWN);
        shown.unwrap_or_default()
    }

    /// Whether there are more than are shown.
    pub fn has_more(&self) -> bool {
        self.candidates.expose().len() > SHOWN
    }

    /// Whether letters become Chinese.
    pub const fn is_chinese(&self) -> bool {
        self.chinese
    }

    /// Starts from a text that stands there already.
    pub fn set_text(&mut self, text: &str) {
        self.text = Secret::new(text.chars().take(self.max).collect());
    }

    /// Takes a key. Keys that the layout does not have change nothing.
    pub fn press(&mut self, key: Key, pinyin: &Pinyin) {
        match key {
            Key::Backspace if !self.composing().is_empty() => {
                self.composing.expose_mut().pop();
            }
            Key::Backspace => self.erase(),
            Key::Clear => {
                self.text.zeroize();
                self.composing.zeroize();
            }
            Key::Candidate(place) => self.choose(place),
            Key::More => {
                let next = self.passed + SHOWN;
                self.passed = if next < self.candidates.expose().len() { next } else { 0 };
                return;
            }
            Key::Language if matches!(self.layout, Layout::Pinyin | Layout::Search) => {
                self.chinese = !self.chinese;
                self.composing.zeroize();
            }
            Key::Language => {}
            Key::Char(c) => self.press_char(c),
        }
        self.passed = 0;
        self.candidates = Secret::new(pinyin.candidates(self.text(), self.composing()));
    }

    fn press_char(&mut self, c: char) {
        match self.layout {
            Layout::Digits if c.is_ascii_digit() => self.push(c),
            Layout::IdNumber if c.is_ascii_digit() || c == 'X' => self.push(c),
            Layout::Money if c.is_ascii_digit() || (c == '.' && !self.text().contains('.')) => self.push(c),
            Layout::Date | Layout::DateTime if c.is_ascii_digit() => {
                let sign = match self.text().len() {
                    4 | 7 => Some('-'),
                    10 => Some(' '),
                    13 => Some(':'),
                    _ => None,
                };
                if let Some(sign) = sign.filter(|_| self.text().len() < self.max) {
                    self.push(sign);
                }
                self.push(c);
            }
            Layout::Pinyin | Layout::Search if self.composes(c) => self.compose(c),
            // The space bar takes the best.
            Layout::Pinyin | Layout::Search if c == ' ' && !self.composing().is_empty() => self.choose(0),
            Layout::Pinyin | Layout::Search | Layout::Latin if c.is_ascii_graphic() || c == ' ' => {
                self.push(c);
            }
            _ => {}
        }
    }

    /// Whether a key waits to become characters: letters do, and the number of a house among them.
    fn composes(&self, c: char) -> bool {
        let goes_on = !self.composing().is_empty() && (c.is_ascii_digit() || c == '\'');
        self.chinese && (c.is_ascii_lowercase() || goes_on)
    }

    fn compose(&mut self, c: char) {
        if self.composing().len() < MOST_KEYS {
            self.composing.expose_mut().push(c);
        }
    }

    /// Takes a candidate; the keys that it does not stand for go on waiting.
    fn choose(&mut self, place: usize) {
        let Some(Candidate { text, keys }) = self.candidates().get(place).cloned() else { return };
        text.chars().for_each(|c| self.push(c));
        let rest = self.composing().get(keys..).unwrap_or_default().to_owned();
        self.composing = Secret::new(rest);
    }

    fn push(&mut self, c: char) {
        if self.text().chars().count() < self.max {
            self.text.expose_mut().push(c);
        }
    }

    fn erase(&mut self) {
        let text = self.text.expose_mut();
        text.pop();
        if matches!(self.layout, Layout::Date | Layout::DateTime) && text.ends_with(['-', ' ', ':']) {
            text.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static PINYIN: LazyLock<Pinyin> = LazyLock::new(|| Pinyin::new("福田水费证明"));

    fn typed(layout: Layout, max: usize, keys: &str) -> Typing {
        let mut typing = Typing::new(layout, max);
        for c in keys.chars() {
            let key = match c {
                '<' => Key::Backspace,
                '!' => Key::Candidate(0),
                '>' => Key::More,
                '~' => Key::Language,
                c => Key::Char(c),
            };
            typing.press(key, &PINYIN);
        }
        typing
    }

    #[test]
    fn a_date_writes_its_own_dashes() {
        assert_eq!(typed(Layout::Date, 10, "20261123").text(), "2026-11-23");
        assert_eq!(typed(Layout::Date, 7, "20261123").text(), "2026-11");
        assert_eq!(typed(Layout::Date, 10, "202611<").text(), "2026-1");
        assert_eq!(typed(Layout::Date, 10, "20261<").text(), "2026");
    }

    #[test]
    fn pinyin_becomes_our_own_words_first() {
        assert_eq!(typed(Layout::Pinyin, 10, "shuifei!").text(), "水费");
        assert_eq!(typed(Layout::Pinyin, 10, "futian!zhengming!").text(), "福田证明");
        let typing = typed(Layout::Pinyin, 10, "shu");
        assert_eq!((typing.text(), typing.composing()), ("", "shu"));
        assert!(typing.candidates().len() > 5);
    }

    #[test]
    fn what_a_candidate_leaves_goes_on_waiting() {
        let mut typing = typed(Layout::Pinyin, 20, "woyaobanlijuzhuzheng");
        let place = typing.candidates().iter().position(|candidate| candidate.text == "我要").unwrap();
        typing.press(Key::Candidate(place), &PINYIN);
        assert_eq!((typing.text(), typing.composing()), ("我要", "banlijuzhuzheng"));
        typing.press(Key::Candidate(0), &PINYIN);
        assert_eq!((typing.text(), typing.composing()), ("我要办理居住证", ""));
    }

    #[test]
    fn a_house_number_is_typed_with_its_street() {
        assert_eq!(typed(Layout::Pinyin, 20, "fuhuasanlu88hao ").text(), "福华三路88号");
        assert_eq!(typed(Layout::Pinyin, 20, "88hao ").text(), "88号");
    }

    #[test]
    fn leafing_comes_back_to_the_first() {
        let first = typed(Layout::Pinyin, 10, "yi");
        let second = typed(Layout::Pinyin, 10, "yi>");
        assert!(first.has_more() && first.candidates() != second.candidates());
        let pages = first.candidates.expose().len().div_ceil(SHOWN);
        assert_eq!(
            typed(Layout::Pinyin, 10, &format!("yi{}", ">".repeat(pages))).candidates(),
            first.candidates()
        );
    }

    #[test]
    fn debug_tells_neither_text_nor_keys() {
        let told = format!("{:?} {:?}", typed(Layout::Search, 10, "secret~shu"), Key::Char('7'));
        for part in ["secret", "shu", "书", "7"] {
            assert!(!told.contains(part), "{told}");
        }
    }

    #[test]
    fn letters_stay_letters_in_english() {
        assert_eq!(typed(Layout::Pinyin, 10, "~abc1").text(), "abc1");
        assert_eq!(typed(Layout::Search, 10, "sf").text(), "sf");
        assert_eq!(typed(Layout::Digits, 3, "12a345").text(), "123");
    }

    proptest! {
        #[test]
        fn any_keys_keep_the_bound(keys in "[a-z0-9<!>~X ,]{0,60}", max in 1usize..12) {
            for layout in [Layout::Digits, Layout::IdNumber, Layout::Date, Layout::Latin, Layout::Pinyin, Layout::Search] {
                prop_assert!(typed(layout, max, &keys).text().chars().count() <= max);
            }
        }
    }
}
