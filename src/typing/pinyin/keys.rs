//! Which syllables a row of keys can be: spelled out, spelled as the south speaks, by first letters alone, or broken off at
//! the end. Knows no word.

/// The syllables of Mandarin without tone, in alphabetical order; `v` stands for ü.
const SYLLABLES: &str = "a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang \
    cao ce cen ceng cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan chuang chui chun chuo ci \
    cong cou cu cuan cui cun cuo da dai dan dang dao de dei den deng di dia dian diao die ding diu dong dou du duan dui \
    dun duo e ei en eng er fa fan fang fei fen feng fo fou fu ga gai gan gang gao ge gei gen geng gong gou gu gua guai \
    guan guang gui gun guo ha hai han hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo ji jia jian \
    jiang jiao jie jin jing jiong jiu ju juan jue jun ka kai kan kang kao ke kei ken keng kong kou ku kua kuai kuan \
    kuang kui kun kuo la lai lan lang lao le lei leng li lia lian liang liao lie lin ling liu lo long lou lu luan lue \
    lun luo lv ma mai man mang mao me mei men meng mi mian miao mie min ming miu mo mou mu na nai nan nang nao ne nei \
    nen neng ni nian niang niao nie nin ning niu nong nou nu nuan nue nuo nv o ou pa pai pan pang pao pei pen peng pi \
    pian piao pie pin ping po pou pu qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun ran rang rao re ren \
    reng ri rong rou ru ruan rui run ruo sa sai san sang sao se sen seng sha shai shan shang shao she shei shen sheng \
    shi shou shu shua shuai shuan shuang shui shun shuo si song sou su suan sui sun suo ta tai tan tang tao te tei teng \
    ti tian tiao tie ting tong tou tu tuan tui tun tuo wa wai wan wang wei wen weng wo wu xi xia xian xiang xiao xie xin \
    xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin ying yo yong you yu yuan yue yun za zai zan zang zao ze zei \
    zen zeng zha zhai zhan zhang zhao zhe zhei zhen zheng zhi zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun zhuo zi \
    zong zou zu zuan zui zun zuo";
/// The longest syllables are zhuang, chuang and shuang.
const LONGEST: usize = 6;
/// What a person divides syllables with: xi'an.
pub(super) const DIVIDER: u8 = b'\'';

/// What each unlike sound costs that the south hears as one.
const SOUTHERN: f32 = 5.0;
/// What a syllable costs of which only the first letter is there.
const FIRST_LETTER: f32 = 2.2;
/// What the last syllable costs when its end is still to be typed.
const BROKEN_OFF: f32 = 1.2;
/// The same, when what is there would be a syllable by itself.
const LONGER: f32 = 6.0;

/// Beginnings that southern speakers write for one another.
const BEGINNINGS: [(&str, &str); 6] =
    [("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"), ("hu", "f"), ("h", "f")];
/// Ends that they write for one another.
const ENDS: [(&str, &str); 3] = [("ang", "an"), ("eng", "en"), ("ing", "in")];

/// A syllable by its place in the alphabet.
pub(super) type Syllable = u16;

/// What keys from one place to another can be: any syllable of a range.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    /// The place behind its last key, and behind the dividers that follow.
    pub(super) end: usize,
    /// The first syllable that it can be.
    pub(super) first: Syllable,
    /// The last one.
    pub(super) last: Syllable,
    /// How unlikely it is that it was meant.
    pub(super) cost: f32,
}

/// The syllables and their spellings.
#[derive(Debug)]
pub(super) struct Syllables {
    names: Vec<&'static str>,
    /// In alphabetical order.
    spellings: Vec<Spelling>,
}

#[derive(Debug)]
struct Spelling {
    text: String,
    syllable: Syllable,
    cost: f32,
}

impl Syllables {
    pub(super) fn new() -> Self {
        let names: Vec<&'static str> = SYLLABLES.split_whitespace().collect();
        let mut spellings: Vec<Spelling> =
            (0..).zip(&names).flat_map(|(id, name)| spellings(id, name)).collect();
        spellings.sort_by(|one, other| one.text.cmp(&other.text).then(one.cost.total_cmp(&other.cost)));
        Self { names, spellings }
    }

    /// A syllable by its name.
    pub(super) fn find(&self, name: &str) -> Option<Syllable> {
        self.names.binary_search(&name).ok().and_then(|place| Syllable::try_from(place).ok())
    }

    /// What each place of the keys can begin.
    pub(super) fn read(&self, keys: &[u8]) -> Vec<Vec<Reading>> {
        (0..keys.len()).map(|start| self.read_from(keys, start)).collect()
    }

    fn read_from(&self, keys: &[u8], start: usize) -> Vec<Reading> {
        let mut readings = Vec::new();
        for end in start + 1..=keys.len().min(start + LONGEST) {
            let Some(piece) = keys.get(start..end).and_then(|piece| std::str::from_utf8(piece).ok()) else {
                break;
            };
            let behind = keys.iter().skip(end).take_while(|key| **key == DIVIDER).count() + end;
            let before = readings.len();
            readings.extend(self.spelled(piece).map(|spelling| Reading {
                end: behind,
                first: spelling.syllable,
                last: spelling.syllable,
                cost: spelling.cost,
            }));
            let is_whole = readings.len() > before;
            let cost = match piece {
                "zh" | "ch" | "sh" => Some(FIRST_LETTER),
                _ if piece.len() == 1 => Some(FIRST_LETTER),
                _ if end < keys.len() => None,
                _ if is_whole => Some(LONGER),
                _ => Some(BROKEN_OFF),
            };
            if let Some((cost, (first, last))) = cost.zip(self.beginning_with(piece)) {
                readings.push(Reading { end: behind, first, last, cost });
            }
        }
        readings
    }

    fn spelled<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a Spelling> {
        let first = self.spellings.partition_point(|spelling| spelling.text.as_str() < text);
        self.spellings.iter().skip(first).take_while(move |spelling| spelling.text == text)
    }

    /// The first and the last syllable that begin so.
    fn beginning_with(&self, text: &str) -> Option<(Syllable, Syllable)> {
        let first = self.names.partition_point(|name| *name < text);
        let count = self.names.iter().skip(first).take_while(|name| name.starts_with(text)).count();
        let last = (first + count).checked_sub(1).filter(|last| *last >= first)?;
        Some((Syllable::try_from(first).ok()?, Syllable::try_from(last).ok()?))
    }
}

/// All ways to spell a syllable, the cheapest of each.
fn spellings(syllable: Syllable, name: &str) -> Vec<Spelling> {
    let mut found = vec![Spelling { text: name.to_owned(), syllable, cost: 0.0 }];
    let umlaut = match name {
        "lue" => Some("lve".to_owned()),
        "nue" => Some("nve".to_owned()),
        _ => name.strip_prefix(['j', 'q', 'x', 'y']).and_then(|rest| rest.strip_prefix('u')).map(|rest| {
            let letter = name.get(..1).unwrap_or_default();
            format!("{letter}v{rest}")
        }),
    };
    found.extend(umlaut.map(|text| Spelling { text, syllable, cost: 0.0 }));
    for begun in
        alike(name, &BEGINNINGS, |text, from, to| text.strip_prefix(from).map(|rest| format!("{to}{rest}")))
    {
        for ended in
            alike(&begun.0, &ENDS, |text, from, to| text.strip_suffix(from).map(|rest| format!("{rest}{to}")))
        {
            let cost = begun.1 + ended.1;
            if cost > 0.0 && !found.iter().any(|known| known.text == ended.0) {
                found.push(Spelling { text: ended.0, syllable, cost });
            }
        }
    }
    found
}

/// The text itself, and with one part in the place of its like.
fn alike(
    text: &str,
    pairs: &[(&str, &str)],
    replace: impl Fn(&str, &str, &str) -> Option<String>,
) -> Vec<(String, f32)> {
    let both = pairs.iter().flat_map(|(one, other)| [(*one, *other), (*other, *one)]);
    let changed = both.filter_map(|(from, to)| Some((replace(text, from, to)?, SOUTHERN)));
    std::iter::once((text.to_owned(), 0.0)).chain(changed).collect()
}
