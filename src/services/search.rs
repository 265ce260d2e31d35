//! Search as you type over all service names: by 汉字, by full pinyin and by initials. An in-memory list, because
//! 3,585 names cost a fraction of a frame and a full-text index is silently wrong for words of two characters.

use crate::typing::syllables_of;
use contract::ServiceCode;
use contract::catalogue::Service;
use std::ops::Range;

/// The most results that a list shows.
const MOST_HITS: usize = 60;
/// The longest text that is searched for, in characters.
const LONGEST_QUERY: usize = 40;

/// A service that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The service.
    pub code: ServiceCode,
    /// Which characters of its name were meant.
    pub marked: Range<usize>,
}

impl Hit {
    /// A service of a list that was not searched for.
    pub const fn unmarked(code: ServiceCode) -> Self {
        Self { code, marked: 0..0 }
    }
}

/// One name, prepared.
#[derive(Debug)]
struct Name {
    code: ServiceCode,
    /// Lower-case characters.
    characters: Vec<char>,
    text: String,
    /// First letters of the syllables, one a character.
    initials: String,
    /// All syllables joined.
    pinyin: String,
    /// Where each character's syllable begins in `pinyin`, and its end at last.
    bounds: Vec<usize>,
    at_terminal: bool,
}

/// The prepared names of a catalogue.
#[derive(Debug, Default)]
pub struct SearchIndex(Vec<Name>);

/// Readings that names of services need other than a character's first one.
const READINGS: [(&str, usize, &str); 14] = [
    ("重新", 0, "chong"),
    ("重复", 0, "chong"),
    ("重名", 0, "chong"),
    ("银行", 1, "hang"),
    ("行业", 0, "hang"),
    ("成长", 1, "zhang"),
    ("校长", 1, "zhang"),
    ("调档", 0, "diao"),
    ("调动", 0, "diao"),
    ("调查", 0, "diao"),
    ("会计", 0, "kuai"),
    ("参与", 0, "can"),
    ("银行卡", 1, "hang"),
    ("音乐", 1, "yue"),
];

impl SearchIndex {
    /// Prepares the names.
    pub fn new(services: &[Service]) -> Self {
        Self(services.iter().map(Name::new).collect())
    }

    /// All names, for the keyboard to know our words.
    pub fn corpus(&self) -> String {
        self.0.iter().map(|name| name.text.as_str()).collect()
    }

    /// Finds names, best first: a match at the beginning before one inside, what the terminal does itself before
    /// what it only explains, short names before long ones.
    pub fn search(&self, text: &str) -> Vec<Hit> {
        let query: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .take(LONGEST_QUERY)
            .flat_map(char::to_lowercase)
            .collect();
        if query.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<_> = self.0.iter().filter_map(|name| Some((name.find(&query)?, name))).collect();
        let rank = |(marked, name): &(Range<usize>, &Name)| {
            (marked.start != 0, !name.at_terminal, name.characters.len(), marked.start)
        };
        if found.len() > MOST_HITS {
            found.select_nth_unstable_by_key(MOST_HITS, rank);
            found.truncate(MOST_HITS);
        }
        found.sort_by_key(|hit| (rank(hit), hit.1.code.clone()));
        found.into_iter().map(|(marked, name)| Hit { code: name.code.clone(), marked }).collect()
    }
}

/// The letters by which a name is found fastest.
pub fn initials(name: &str) -> String {
    let characters: Vec<char> = name.to_lowercase().chars().collect();
    let first = |(place, c): (usize, &char)| {
        reading(&characters, place).unwrap_or_else(|| first_reading(*c)).chars().next()
    };
    characters.iter().enumerate().filter_map(first).collect()
}

impl Name {
    fn new(service: &Service) -> Self {
        let text = service.name.to_lowercase();
        let characters: Vec<char> = text.chars().collect();
        let (mut initials, mut pinyin, mut bounds) = (String::new(), String::new(), Vec::new());
        for (place, c) in characters.iter().enumerate() {
            bounds.push(pinyin.len());
            let syllable = reading(&characters, place).unwrap_or_else(|| first_reading(*c));
            initials.push(syllable.chars().next().unwrap_or('·'));
            pinyin.push_str(&syllable);
        }
        bounds.push(pinyin.len());
        Self {
            code: service.code.clone(),
            characters,
            text,
            initials,
            pinyin,
            bounds,
            at_terminal: service.at_terminal,
        }
    }

    /// The characters that a query means.
    fn find(&self, query: &str) -> Option<Range<usize>> {
        if !query.is_ascii() {
            let start = self.text.find(query)?;
            let first = self.text.get(..start)?.chars().count();
            return Some(first..first + query.chars().count());
        }
        if let Some(start) = self.initials.find(query) {
            let first = self.initials.get(..start)?.chars().count();
            return Some(first..first + query.len());
        }
        // Pinyin is taken from the beginning of a syllable only, so that 'an' does not find 山.
        self.pinyin.match_indices(query).find_map(|(start, _)| {
            let first = self.bounds.binary_search(&start).ok()?;
            let end = start + query.len();
            let last = self.bounds.partition_point(|bound| *bound < end);
            Some(first..last)
        })
    }
}

/// What a character sounds like in these surroundings.
fn reading(characters: &[char], place: usize) -> Option<String> {
    READINGS.iter().find_map(|(word, offset, syllable)| {
        let start = place.checked_sub(*offset)?;
        let matches = word.chars().enumerate().all(|(i, c)| characters.get(start + i) == Some(&c));
        matches.then(|| (*syllable).to_owned())
    })
}

fn first_reading(c: char) -> String {
    use pinyin::ToPinyin;
    match c.to_pinyin() {
        Some(reading) => reading.plain().replace('ü', "v"),
        None if c.is_ascii_alphanumeric() => c.to_string(),
        None => syllables_of(c).into_iter().next().unwrap_or_else(|| "·".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::catalogue::Catalogue;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static CATALOGUE: LazyLock<Catalogue> =
        LazyLock::new(|| Catalogue::parse(include_str!("../../catalog/services.csv")).unwrap());
    static INDEX: LazyLock<SearchIndex> = LazyLock::new(|| SearchIndex::new(CATALOGUE.services()));

    #[track_caller]
    fn top(query: &str, wanted: &str) -> Hit {
        let hits = INDEX.search(query);
        let names: Vec<_> =
            hits.iter().take(5).map(|h| CATALOGUE.find(&h.code).unwrap().name.clone()).collect();
        let place = names.iter().position(|name| name.contains(wanted));
        hits[place.unwrap_or_else(|| panic!("'{query}' should find {wanted} among {names:?}"))].clone()
    }

    #[test]
    fn by_characters_pinyin_and_initials() {
        assert_eq!(top("无犯罪", "无犯罪记录证明").marked, 0..3);
        assert_eq!(top("wufanzui", "无犯罪记录证明").marked, 0..3);
        assert_eq!(top("wfzjl", "无犯罪记录证明").marked, 0..5);
        top("水费", "水费");
        top("sf", "");
        top("shuifei", "水费");
        top("gongjijin", "公积金");
        top("zhuzhai", "住宅");
        top("ETC", "ETC");
        top("etc", "ETC");
    }

    #[test]
    fn polyphones_are_found_by_their_sound_in_the_word() {
        top("yinhang", "银行");
        top("kuaiji", "会计");
    }

    #[test]
    fn half_a_syllable_at_the_end_is_enough_while_typing() {
        top("wufanz", "无犯罪记录证明");
    }

    #[test]
    fn nonsense_finds_nothing() {
        for query in ["zzxqw", "龘龘", "", "   ", "!!!"] {
            assert_eq!(INDEX.search(query), vec![], "{query}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_searched_without_panic_and_marks_lie_in_the_name(text in "\\PC{0,50}|[a-z]{1,8}|[水电费证明社保]{1,4}") {
            for hit in INDEX.search(&text) {
                let length = CATALOGUE.find(&hit.code).unwrap().name.chars().count();
                prop_assert!(hit.marked.start < hit.marked.end && hit.marked.end <= length);
            }
        }
    }
}
