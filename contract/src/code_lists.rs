//! Closed lists of the national standards that cards and forms use.

use crate::language::Language;

/// One entry of a code list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The code as the standard writes it.
    pub code: &'static str,
    /// Its meaning in Chinese.
    pub name: &'static str,
    english: &'static str,
}

impl Code {
    /// Its meaning.
    pub const fn words(&self, language: Language) -> &'static str {
        language.say(self.name, self.english)
    }
}

const fn code(code: &'static str, name: &'static str, english: &'static str) -> Code {
    Code { code, name, english }
}

/// Sex, GB/T 2261.1.
pub const SEX: &[Code] = &[
    code("0", "未知", "Unknown"),
    code("1", "男", "Male"),
    code("2", "女", "Female"),
    code("9", "未说明", "Not stated"),
];

/// Districts of Shenzhen, GB/T 2260.
pub const DISTRICTS: &[Code] = &[
    code("440303", "罗湖区", "Luohu District"),
    code("440304", "福田区", "Futian District"),
    code("440305", "南山区", "Nanshan District"),
    code("440306", "宝安区", "Bao'an District"),
    code("440307", "龙岗区", "Longgang District"),
    code("440308", "盐田区", "Yantian District"),
    code("440309", "龙华区", "Longhua District"),
    code("440310", "坪山区", "Pingshan District"),
    code("440311", "光明区", "Guangming District"),
];

/// Ethnic groups, GB/T 3304, with the two codes that cards add.
pub const NATIONS: &[Code] = &[
    code("01", "汉", "Han"),
    code("02", "蒙古", "Mongol"),
    code("03", "回", "Hui"),
    code("04", "藏", "Tibetan"),
    code("05", "维吾尔", "Uygur"),
    code("06", "苗", "Miao"),
    code("07", "彝", "Yi"),
    code("08", "壮", "Zhuang"),
    code("09", "布依", "Bouyei"),
    code("10", "朝鲜", "Korean"),
    code("11", "满", "Manchu"),
    code("12", "侗", "Dong"),
    code("13", "瑶", "Yao"),
    code("14", "白", "Bai"),
    code("15", "土家", "Tujia"),
    code("16", "哈尼", "Hani"),
    code("17", "哈萨克", "Kazak"),
    code("18", "傣", "Dai"),
    code("19", "黎", "Li"),
    code("20", "傈僳", "Lisu"),
    code("21", "佤", "Va"),
    code("22", "畲", "She"),
    code("23", "高山", "Gaoshan"),
    code("24", "拉祜", "Lahu"),
    code("25", "水", "Shui"),
    code("26", "东乡", "Dongxiang"),
    code("27", "纳西", "Naxi"),
    code("28", "景颇", "Jingpo"),
    code("29", "柯尔克孜", "Kirgiz"),
    code("30", "土", "Tu"),
    code("31", "达斡尔", "Daur"),
    code("32", "仫佬", "Mulam"),
    code("33", "羌", "Qiang"),
    code("34", "布朗", "Blang"),
    code("35", "撒拉", "Salar"),
    code("36", "毛南", "Maonan"),
    code("37", "仡佬", "Gelao"),
    code("38", "锡伯", "Xibe"),
    code("39", "阿昌", "Achang"),
    code("40", "普米", "Pumi"),
    code("41", "塔吉克", "Tajik"),
    code("42", "怒", "Nu"),
    code("43", "乌孜别克", "Uzbek"),
    code("44", "俄罗斯", "Russian"),
    code("45", "鄂温克", "Ewenki"),
    code("46", "德昂", "De'ang"),
    code("47", "保安", "Bonan"),
    code("48", "裕固", "Yugur"),
    code("49", "京", "Gin"),
    code("50", "塔塔尔", "Tatar"),
    code("51", "独龙", "Derung"),
    code("52", "鄂伦春", "Oroqen"),
    code("53", "赫哲", "Hezhen"),
    code("54", "门巴", "Moinba"),
    code("55", "珞巴", "Lhoba"),
    code("56", "基诺", "Jino"),
    code("97", "其他", "Other"),
    code("98", "外国血统中国籍人士", "Chinese of foreign descent"),
];

/// The meaning of a code in a list.
pub fn name_of(list: &[Code], wanted: &str, language: Language) -> Option<&'static str> {
    list.iter().find(|entry| entry.code == wanted).map(|entry| entry.words(language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_complete() {
        assert_eq!(NATIONS.len(), 58);
        for (index, nation) in NATIONS.iter().take(56).enumerate() {
            assert_eq!(nation.code, format!("{:02}", index + 1), "{}", nation.name);
        }
        assert_eq!(name_of(NATIONS, "08", Language::Chinese), Some("壮"));
        assert_eq!(name_of(SEX, "3", Language::Chinese), None);
        assert_eq!(name_of(SEX, "1", Language::English), Some("Male"));
    }
}
