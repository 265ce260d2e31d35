//! Search as you type over all services: by 汉字, pinyin, initials or a mixture of them, through slips of finger, ear and
//! eye, in people's own words. Every text is walked at every keystroke: thousands of short names cost a fraction of a
//! frame, and nothing has to be kept in step with them. Knows names, departments and themes; knows no screen.
//!
//! A query is read ([`reading`]), each part of it is answered by each text ([`evidence`]), and beside that the whole of
//! it may stand in a name as one run ([`run`]). What is neither is looked for with slips ([`slip`]).

mod corpus;
mod evidence;
mod reading;
mod run;
mod slip;
mod sound;
mod text;
mod words;

use contract::ServiceCode;
use contract::catalogue::Service;
use contract::table::TableFaults;
use corpus::Corpus;
use evidence::Evidence;
use reading::{Freedom, Reading, Slot};
use run::{Ear, Run};
use slip::Pattern;
use std::collections::HashMap;
use std::ops::Range;
use words::Words;

/// The most results that a list shows.
const MOST_HITS: usize = 60;
/// Below this an answer is none.
const LEAST: f32 = 0.6;
/// The same where only the known words of a query are answered.
const LEAST_OF_WORDS: f32 = 0.3;
/// What falls so far behind the best is left out.
const BEHIND_THE_BEST: f32 = 0.65;
/// Whoever is answered so well strictly is not asked for slips.
const GOOD: f32 = 0.9;
/// What parts of a query found in any order can reach; a whole that was found reaches 1.
const PARTS: f32 = 0.95;
const SLIPS: f32 = 0.95;
/// What stands only behind the item's name, in the brackets that tell its cases apart.
const CASE: f32 = 0.92;
/// Letters that do not stand at the name's beginning: somebody who types a whole word of the list means that.
const INSIDE: f32 = 0.97;
const DEPARTMENT: f32 = 0.6;
const THEME: f32 = 0.5;
/// Answers that differ by less are alike, and what residents use decides.
const STEP: f32 = 0.04;

/// A service that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The service.
    pub code: ServiceCode,
    /// Which characters of its name were meant; none when only its department or theme was.
    pub marked: Range<usize>,
}

impl Hit {
    /// A service of a list that was not searched for.
    pub const fn unmarked(code: ServiceCode) -> Self {
        Self { code, marked: 0..0 }
    }
}

/// One service, prepared. Texts are numbers of the corpus.
#[derive(Debug)]
struct Entry {
    code: ServiceCode,
    name: usize,
    department: usize,
    themes: Vec<usize>,
    /// All usual syllables of the name.
    letters: String,
    /// Where each syllable begins in it, and the end of the last.
    bounds: Vec<usize>,
    /// How many glyphs of the name are its item's name.
    item: usize,
    is_popular: bool,
    at_terminal: bool,
}

/// How a service was found.
#[derive(Clone, Debug)]
enum Found {
    Whole(Range<usize>),
    Parts(Freedom),
}

/// The prepared services of a catalogue.
#[derive(Debug, Default)]
pub struct SearchIndex {
    corpus: Corpus,
    entries: Vec<Entry>,
    words: Words,
}

impl SearchIndex {
    /// Prepares the services. `aliases` is the list of people's words, `popular` what residents of the site use.
    pub fn new(services: &[Service], aliases: &str, popular: &[ServiceCode]) -> Result<Self, TableFaults> {
        let words = Words::parse(aliases)?;
        let mut corpus = Corpus::default();
        let mut shared: HashMap<&str, usize> = HashMap::new();
        let entries = services.iter().map(|service| {
            let name = corpus.add(&service.name);
            let mut once = |text| *shared.entry(text).or_insert_with(|| corpus.add(text));
            let department = once(&service.department);
            let themes = service.themes.iter().map(|theme| once(theme)).collect();
            let (letters, bounds) = letters(&service.name);
            let item =
                if service.name.starts_with(&service.parent) { &service.parent } else { &service.name };
            let item = text::folded(item).len();
            let is_popular = popular.contains(&service.code);
            let (code, at_terminal) = (service.code.clone(), service.at_terminal);
            Entry { code, name, department, themes, letters, bounds, item, is_popular, at_terminal }
        });
        let entries = entries.collect();
        Ok(Self { corpus, entries, words })
    }

    /// Finds services, best first: by match, then what the site's residents use, then what the terminal does itself.
    pub fn search(&self, query: &str) -> Vec<Hit> {
        let strict = Reading::of(query, &self.corpus, &self.words, Freedom::Strict);
        if strict.whole.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<(f32, Found)> = vec![(0.0, Found::Whole(0..0)); self.entries.len()];
        if !strict.is_english {
            self.find_whole(&strict.whole, Ear::Sharp, &mut found);
        }
        self.find_parts(&strict, Freedom::Strict, &mut found);
        let mut tolerant = None;
        if best(&found) < GOOD && strict.whole.len() > 1 {
            let reading = Reading::of(query, &self.corpus, &self.words, Freedom::Tolerant);
            self.find_parts(&reading, Freedom::Tolerant, &mut found);
            if !strict.is_english {
                self.find_whole(&southern(&strict.whole), Ear::Southern, &mut found);
                self.find_slipped(&strict.whole, &mut found);
            }
            tolerant = Some(reading);
        }
        let least = LEAST.max(best(&found) * BEHIND_THE_BEST);
        let mut ranked: Vec<_> =
            found.iter().zip(&self.entries).filter(|((score, _), _)| *score >= least).collect();
        ranked.sort_by_cached_key(|((score, found), entry)| self.rank(*score, found, entry));
        ranked.truncate(MOST_HITS);
        let hits = ranked.into_iter().map(|((_, found), entry)| {
            let glyphs = match found {
                Found::Whole(glyphs) => glyphs.clone(),
                Found::Parts(Freedom::Strict) => evidence::marked(&strict, &self.corpus, entry.name),
                Found::Parts(Freedom::Tolerant) => {
                    evidence::marked(tolerant.as_ref().unwrap_or(&strict), &self.corpus, entry.name)
                }
            };
            let marked = self.corpus.text(entry.name).map_or(0..0, |text| text.written(&glyphs));
            Hit { code: entry.code.clone(), marked }
        });
        hits.collect()
    }

    fn rank(&self, score: f32, found: &Found, entry: &Entry) -> impl Ord + use<> {
        #[expect(clippy::cast_possible_truncation, reason = "between 0 and 250")]
        let steps = |step: f32| -(score / step).round() as i32;
        let start = match found {
            Found::Whole(glyphs) if glyphs.start == 0 => 0,
            Found::Whole(glyphs) if glyphs.start >= entry.item => 2,
            Found::Whole(_) | Found::Parts(_) => 1,
        };
        let length = self.corpus.text(entry.name).map_or(0, |text| text.glyphs.len());
        (
            steps(STEP),
            !entry.is_popular,
            start,
            !entry.at_terminal,
            steps(STEP / 10.0),
            length,
            entry.code.clone(),
        )
    }

    fn find_whole(&self, run: &[char], ear: Ear, found: &mut [(f32, Found)]) {
        let run = Run::new(run, &self.corpus, ear);
        for (entry, best) in self.entries.iter().zip(found) {
            let Some(whole) = self.corpus.text(entry.name).and_then(|text| run.find(text)) else { continue };
            let place = match whole.glyphs.start {
                0 => 1.0,
                start if start >= entry.item => CASE,
                _ if whole.sureness < 1.0 => INSIDE,
                _ => 1.0,
            };
            let score = whole.sureness * place;
            if score > best.0 {
                *best = (score, Found::Whole(whole.glyphs));
            }
        }
    }

    fn find_parts(&self, reading: &Reading<'_>, freedom: Freedom, found: &mut [(f32, Found)]) {
        let evidence = Evidence::gather(reading, &self.corpus);
        let parts = if reading.slots.len() == 1 { 1.0 } else { PARTS };
        let reach = parts * if freedom == Freedom::Strict { 1.0 } else { SLIPS };
        let slots = reading.slots.iter().enumerate();
        self.judge(&slots.clone().collect::<Vec<_>>(), &evidence, freedom, |score| score * reach, found);
        // A sentence says more than its known words; where nothing answers all of it, what answers those is a way on.
        if freedom == Freedom::Tolerant && best(found) < LEAST {
            let reach =
                |score: f32| if score < LEAST_OF_WORDS { 0.0 } else { LEAST + score * (GOOD - LEAST) };
            let known: Vec<_> = slots.filter(|(_, slot)| slot.is_known()).collect();
            self.judge(&known, &evidence, freedom, reach, found);
        }
    }

    fn judge(
        &self,
        slots: &[(usize, &Slot<'_>)],
        evidence: &Evidence,
        freedom: Freedom,
        reach: impl Fn(f32) -> f32,
        found: &mut [(f32, Found)],
    ) {
        let all: f32 = slots.iter().map(|(_, slot)| slot.weight).sum();
        for (entry, best) in self.entries.iter().zip(found) {
            let name = evidence.of(entry.name);
            let department = evidence.of(entry.department);
            let answer = |(place, slot): &(usize, &Slot<'_>)| {
                let at = |figures: &[f32]| figures.get(*place).copied().unwrap_or(0.0);
                let by_department = at(department) * if slot.names_department { 1.0 } else { DEPARTMENT };
                let themes = entry.themes.iter().map(|theme| at(evidence.of(*theme)));
                slot.weight * at(name).max(by_department).max(themes.fold(0.0, f32::max) * THEME)
            };
            let score = reach(slots.iter().map(answer).sum::<f32>() / all.max(1.0));
            if score > best.0 {
                *best = (score, Found::Parts(freedom));
            }
        }
    }

    /// Letters with one slip, or two where there are many.
    fn find_slipped(&self, letters: &[char], found: &mut [(f32, Found)]) {
        const FEWEST: usize = 5;
        const MANY: usize = 9;
        let Some(pattern) = Pattern::new(letters).filter(|_| letters.len() >= FEWEST) else { return };
        let most = if letters.len() < MANY { 1 } else { 2 };
        for (entry, best) in self.entries.iter().zip(found) {
            let (slips, end) = pattern.find(&entry.letters);
            let score = if slips <= 1 { 0.8 } else { 0.7 };
            if slips <= most && score > best.0 {
                let start = (end + slips).saturating_sub(letters.len());
                let first = entry
                    .bounds
                    .partition_point(|bound| *bound < start)
                    .min(entry.bounds.len().saturating_sub(2));
                let last = entry.bounds.partition_point(|bound| *bound < end).max(first + 1);
                *best = (score, Found::Whole(first..last));
            }
        }
    }
}

fn best(found: &[(f32, Found)]) -> f32 {
    found.iter().map(|(score, _)| *score).fold(0.0, f32::max)
}

fn southern(run: &[char]) -> Vec<char> {
    sound::blurred(&run.iter().collect::<String>()).chars().collect()
}

/// A name as letters, and where each of its syllables begins in them.
fn letters(name: &str) -> (String, Vec<usize>) {
    let mut letters = String::new();
    let mut bounds = vec![0];
    for c in text::folded(name) {
        letters.push_str(&sound::sound(c).unwrap_or_default());
        bounds.push(letters.len());
    }
    (letters, bounds)
}

/// The letters by which a name is found fastest.
pub fn initials(name: &str) -> String {
    text::folded(name).into_iter().filter_map(|c| sound::sound(c)?.chars().next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::catalogue::Catalogue;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static CATALOGUE: LazyLock<Catalogue> =
        LazyLock::new(|| Catalogue::parse(include_str!("../../../catalog/services.csv")).unwrap());
    static INDEX: LazyLock<SearchIndex> = LazyLock::new(|| {
        SearchIndex::new(CATALOGUE.services(), include_str!("../../../catalog/aliases.csv"), &[]).unwrap()
    });

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
        assert_eq!(top("wfzjlz", "无犯罪记录证明").marked, 0..6);
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
        for (letters, word) in
            [("yinhang", "银行"), ("kuaiji", "会计"), ("chongxin", "重新"), ("chengzhang", "成长")]
        {
            top(letters, word);
        }
    }

    #[test]
    fn half_a_syllable_at_the_end_is_enough_while_typing() {
        top("wufanz", "无犯罪记录证明");
    }

    #[test]
    fn the_marks_are_on_what_was_meant() {
        let marked = |query: &str, wanted: &str| {
            let hit = top(query, wanted);
            let name = &CATALOGUE.find(&hit.code).unwrap().name;
            name.chars().skip(hit.marked.start).take(hit.marked.len()).collect::<String>()
        };
        assert_eq!(marked("驾照", "驾驶证"), "机动车驾驶证");
        assert_eq!(marked("社宝卡", "社会保障卡"), "社会保障卡");
        assert_eq!(marked("wufanzuijiliu", "无犯罪记录"), "无犯罪记录");
        assert_eq!(marked("sfz补领", "身份证"), "居民身份证（丢失补领");
        assert_eq!(marked("税务局", "税"), "", "a department's name is no part of a service's");
    }

    #[test]
    fn what_residents_use_comes_first_among_equals() {
        let popular = CATALOGUE
            .services()
            .iter()
            .rev()
            .find(|service| service.name.starts_with("居民身份证（"))
            .unwrap();
        let aliases = include_str!("../../../catalog/aliases.csv");
        let index =
            SearchIndex::new(CATALOGUE.services(), aliases, std::slice::from_ref(&popular.code)).unwrap();
        assert_eq!(index.search("居民身份证").first().unwrap().code, popular.code);
    }

    #[test]
    fn a_word_of_the_list_without_a_service_is_a_mistake() {
        for word in INDEX.words.all() {
            for phrases in &word.means {
                let stands = |text: usize| {
                    phrases.iter().all(|phrase| INDEX.corpus.find(phrase).any(|(found, _)| found == text))
                };
                let found = phrases.first().into_iter().flat_map(|phrase| INDEX.corpus.find(phrase));
                let said = |characters: &[char]| characters.iter().collect::<String>();
                assert!(
                    found.map(|(text, _)| text).any(stands),
                    "{}: no text has {:?}",
                    said(&word.characters),
                    phrases
                );
            }
        }
    }

    #[test]
    fn a_wrong_list_of_words_is_named_by_line_and_column() {
        let fault = |row: &str| {
            let text = format!("word,means,kind,source\n{row}");
            SearchIndex::new(CATALOGUE.services(), &text, &[]).unwrap_err().to_string()
        };
        assert!(fault("驾照,驾驶证,name,own list").contains("line 2, column 3 (kind)"));
        assert!(fault("驾照,,word,own list").contains("line 2, column 2 (means)"));
        assert!(fault("我要,驾驶证,filler,own list").contains("line 2, column 2 (means)"));
        assert!(fault("（）,驾驶证,word,own list").contains("line 2, column 1 (word)"));
        assert!(fault("驾照,驾驶证,word,").contains("line 2, column 4 (source)"));
    }

    #[test]
    fn nonsense_finds_nothing() {
        for query in ["zzxqw", "龘龘", "", "   ", "!!!"] {
            assert_eq!(INDEX.search(query), vec![], "{query}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_searched_without_panic_and_marks_lie_in_the_name(text in "\\PC{0,50}|[a-z]{1,70}|[水电费证明社保]{1,70}|[a-z水电费]{1,12}|[居往证丢了 ]{1,9}") {
            for hit in INDEX.search(&text) {
                let length = CATALOGUE.find(&hit.code).unwrap().name.chars().count();
                prop_assert!(hit.marked.start <= hit.marked.end && hit.marked.end <= length);
            }
        }
    }
}
