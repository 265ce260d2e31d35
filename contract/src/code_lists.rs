//! Closed lists of the national standards that cards and forms use.

/// One entry of a code list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The code as the standard writes it.
    pub code: &'static str,
    /// Its meaning in Chinese.
    pub name: &'static str,
}

const fn code(code: &'static str, name: &'static str) -> Code {
    Code { code, name }
}

/// Sex, GB/T 2261.1.
pub const SEX: &[Code] = &[code("0", "未知"), code("1", "男"), code("2", "女"), code("9", "未说明")];

/// Districts of Shenzhen, GB/T 2260.
pub const DISTRICTS: &[Code] = &[
    code("440303", "罗湖区"),
    code("440304", "福田区"),
    code("440305", "南山区"),
    code("440306", "宝安区"),
    code("440307", "龙岗区"),
    code("440308", "盐田区"),
    code("440309", "龙华区"),
    code("440310", "坪山区"),
    code("440311", "光明区"),
];

/// Ethnic groups, GB/T 3304, with the two codes that cards add.
pub const NATIONS: &[Code] = &[
    code("01", "汉"),
    code("02", "蒙古"),
    code("03", "回"),
    code("04", "藏"),
    code("05", "维吾尔"),
    code("06", "苗"),
    code("07", "彝"),
    code("08", "壮"),
    code("09", "布依"),
    code("10", "朝鲜"),
    code("11", "满"),
    code("12", "侗"),
    code("13", "瑶"),
    code("14", "白"),
    code("15", "土家"),
    code("16", "哈尼"),
    code("17", "哈萨克"),
    code("18", "傣"),
    code("19", "黎"),
    code("20", "傈僳"),
    code("21", "佤"),
    code("22", "畲"),
    code("23", "高山"),
    code("24", "拉祜"),
    code("25", "水"),
    code("26", "东乡"),
    code("27", "纳西"),
    code("28", "景颇"),
    code("29", "柯尔克孜"),
    code("30", "土"),
    code("31", "达斡尔"),
    code("32", "仫佬"),
    code("33", "羌"),
    code("34", "布朗"),
    code("35", "撒拉"),
    code("36", "毛南"),
    code("37", "仡佬"),
    code("38", "锡伯"),
    code("39", "阿昌"),
    code("40", "普米"),
    code("41", "塔吉克"),
    code("42", "怒"),
    code("43", "乌孜别克"),
    code("44", "俄罗斯"),
    code("45", "鄂温克"),
    code("46", "德昂"),
    code("47", "保安"),
    code("48", "裕固"),
    code("49", "京"),
    code("50", "塔塔尔"),
    code("51", "独龙"),
    code("52", "鄂伦春"),
    code("53", "赫哲"),
    code("54", "门巴"),
    code("55", "珞巴"),
    code("56", "基诺"),
    code("97", "其他"),
    code("98", "外国血统中国籍人士"),
];

/// The meaning of a code in a list.
pub fn name_of(list: &[Code], wanted: &str) -> Option<&'static str> {
    list.iter().find(|entry| entry.code == wanted).map(|entry| entry.name)
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
        assert_eq!(name_of(NATIONS, "08"), Some("壮"));
        assert_eq!(name_of(SEX, "3"), None);
    }
}
