//! What a resident reads about a field: its value in plain words, and days as people say them. What is wrong with it says
//! `FieldFault::sentence`.

use contract::code_lists::name_of;
use contract::form::{FieldKind, Taken, entries, rows};
use contract::language::{Language, Voice, english_count};
use contract::validate::parse_date;
use contract::{Fen, IdNumber, Secret};
use jiff::civil::{Date, DateTime, Weekday};
use std::fmt::Display;
use std::time::Duration;

/// `2026年11月29日`, `29 November 2026`.
pub fn day(language: Language, on: Date) -> String {
    match language {
        Language::Chinese => format!("{}年{}月{}日", on.year(), on.month(), on.day()),
        Language::English => on.strftime("%-d %B %Y").to_string(),
    }
}

/// `2026年11月23日（周一）`, `Monday, 23 November 2026`.
pub fn whole_day(language: Language, on: Date) -> String {
    match language {
        Language::Chinese => format!("{}（周{}）", day(language, on), weekday(on.weekday())),
        Language::English => on.strftime("%A, %-d %B %Y").to_string(),
    }
}

/// `12月1日 周二`, `Tue 1 Dec`.
pub fn short_day(language: Language, on: Date) -> String {
    match language {
        Language::Chinese => format!("{}月{}日 周{}", on.month(), on.day(), weekday(on.weekday())),
        Language::English => on.strftime("%a %-d %b").to_string(),
    }
}

/// `2026年11月`, `November 2026`, after any day of it.
pub fn month(language: Language, within: Date) -> String {
    match language {
        Language::Chinese => format!("{}年{}月", within.year(), within.month()),
        Language::English => within.strftime("%B %Y").to_string(),
    }
}

/// `11月23日 21:15`, `23 Nov 21:15`.
pub fn moment(language: Language, at: DateTime) -> String {
    match language {
        Language::Chinese => format!("{}月{}日 {}", at.month(), at.day(), at.strftime("%H:%M")),
        Language::English => at.strftime("%-d %b %H:%M").to_string(),
    }
}

const fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "一",
        Weekday::Tuesday => "二",
        Weekday::Wednesday => "三",
        Weekday::Thursday => "四",
        Weekday::Friday => "五",
        Weekday::Saturday => "六",
        Weekday::Sunday => "日",
    }
}

/// A value as the resident reads it: numbers masked, codes spelled out, dates as people say them.
pub fn value(voice: Voice<'_>, kind: &FieldKind, text: &str) -> String {
    let Voice { language, names } = voice;
    match kind {
        _ if text.is_empty() => language.say("未填写", "not filled in").to_owned(),
        FieldKind::Id18 => IdNumber::parse(text).map_or_else(|_| text.to_owned(), |number| number.masked()),
        FieldKind::Coded(list) => name_of(list.codes(), text, language).unwrap_or(text).to_owned(),
        FieldKind::DateOrLong if text == "长期" => language.say("长期", "no end").to_owned(),
        FieldKind::Date | FieldKind::DateOrLong => date(language, text),
        FieldKind::Month => {
            parse_date(&format!("{text}-01")).map_or_else(|| text.to_owned(), |first| month(language, first))
        }
        FieldKind::DateTime => match text.split_once('T') {
            Some((day, time)) => format!("{} {time}", date(language, day)),
            None => text.to_owned(),
        },
        FieldKind::MoneyFen => text.parse().map_or_else(|_| text.to_owned(), |fen| Fen(fen).to_string()),
        FieldKind::Choice(_) => names(option(text)),
        FieldKind::Picks { .. } => {
            let picked = entries(text).unwrap_or_default();
            picked.iter().map(|one| names(option(one.expose()))).collect::<Vec<_>>().join(language.comma())
        }
        FieldKind::Rows(_) => {
            let rows = rows(text).unwrap_or_default().into_iter();
            rows.map(|cells| row(voice, &cells)).collect::<Vec<_>>().join(language.semicolon())
        }
        FieldKind::Declaration => declared(language).to_owned(),
        FieldKind::Bool => yes_or_no(language, text == "true").to_owned(),
        FieldKind::Mobile if text.len() == 11 => {
            [text.get(..3), text.get(3..7), text.get(7..)].into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
        FieldKind::Signature => language.say("已签名", "signed").to_owned(),
        _ => text.to_owned(),
    }
}

fn date(language: Language, text: &str) -> String {
    parse_date(text).map_or_else(|| text.to_owned(), |on| day(language, on))
}

/// A declaration that is made.
pub const fn declared(language: Language) -> &'static str {
    language.say("我声明如此", "I declare this")
}

/// 是, 否.
pub const fn yes_or_no(language: Language, yes: bool) -> &'static str {
    if yes { language.say("是", "Yes") } else { language.say("否", "No") }
}

/// An option: the code that stands before some names is for machines.
pub fn option(text: &str) -> &str {
    /// Shorter ones are numbers that people mean.
    const LEAST: usize = 5;
    let is_code =
        |code: &str| code.len() >= LEAST && code.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    text.split_once(' ').filter(|(code, _)| is_code(code)).map_or(text, |(_, name)| name)
}

/// A row of a table: numbers of persons masked.
pub fn row(Voice { language, names }: Voice<'_>, cells: &[Secret<String>]) -> String {
    let cell = |cell: &Secret<String>| match IdNumber::parse(cell.expose()) {
        Ok(number) => number.masked(),
        Err(_) => names(cell.expose()),
    };
    cells.iter().map(cell).collect::<Vec<_>>().join(language.say("，", ", "))
}

/// The hint in an empty field.
pub const fn hint(language: Language, kind: &FieldKind) -> &'static str {
    let (chinese, english) = match kind {
        FieldKind::Mobile => ("请输入 11 位手机号码", "Mobile number, 11 digits"),
        FieldKind::Month | FieldKind::MonthOrQuarter => {
            ("年-月，例如 2026-11", "Year-month, for example 2026-11")
        }
        FieldKind::Date | FieldKind::DateOrLong => {
            ("年-月-日，例如 2026-11-23", "Year-month-day, for example 2026-11-23")
        }
        FieldKind::Id18 => ("18 位身份证号码", "ID number, 18 characters"),
        FieldKind::DateTime => (
            "年-月-日 时:分，例如 2026-11-23 09:30",
            "Year-month-day hour:minute, for example 2026-11-23 09:30",
        ),
        FieldKind::MoneyFen => ("请输入金额（元）", "Amount in yuan"),
        FieldKind::Uscc18 => ("营业执照上的 18 位代码", "18-character code on the business licence"),
        FieldKind::Plate => ("例如 粤B12345", "For example 粤B12345"),
        _ => ("点这里填写", "Touch to fill in"),
    };
    language.say(chinese, english)
}

/// So many pages of a material: `3 页`, `3 张`, `1 page`, `3 photos`.
pub fn pages<N: Copy + Display + PartialEq + From<u8>>(language: Language, taken: Taken, count: N) -> String {
    match language {
        Language::Chinese => format!("{count} {}", chinese_unit(taken)),
        Language::English => english_count(count, taken_word(taken)),
    }
}

/// One of them, counted from 1: `第 2 页`, `Page 2`.
pub fn page_number(language: Language, taken: Taken, number: usize) -> String {
    match (language, taken) {
        (Language::Chinese, _) => format!("第 {number} {}", chinese_unit(taken)),
        (Language::English, Taken::Paper) => format!("Page {number}"),
        (Language::English, Taken::Photo) => format!("Photo {number}"),
    }
}

/// So many pages that were taken: `已拍 3 页`, `3 pages taken`.
pub fn pages_taken(language: Language, taken: Taken, count: u8) -> String {
    match language {
        Language::Chinese => format!("已拍 {}", pages(language, taken, count)),
        Language::English => format!("{} taken", pages(language, taken, count)),
    }
}

/// `最多 3 页`, `up to 3 pages`.
pub fn at_most(language: Language, pages: &str) -> String {
    format!("{}{pages}", language.say("最多 ", "up to "))
}

/// `剩余 2:05`, `2:05 left`.
pub fn time_left(language: Language, left: Duration) -> String {
    let (minutes, seconds) = (left.as_secs() / 60, left.as_secs() % 60);
    match language {
        Language::Chinese => format!("剩余 {minutes}:{seconds:02}"),
        Language::English => format!("{minutes}:{seconds:02} left"),
    }
}

const fn chinese_unit(taken: Taken) -> &'static str {
    match taken {
        Taken::Paper => "页",
        Taken::Photo => "张",
    }
}

const fn taken_word(taken: Taken) -> &'static str {
    match taken {
        Taken::Paper => "page",
        Taken::Photo => "photo",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::form::{CodeList, Options};
    use jiff::civil::date;

    const BOTH: [Language; 2] = [Language::Chinese, Language::English];

    #[test]
    fn days_are_said_as_people_say_them() {
        let on = date(2026, 11, 3);
        assert_eq!(BOTH.map(|language| day(language, on)), ["2026年11月3日", "3 November 2026"]);
        assert_eq!(
            BOTH.map(|language| whole_day(language, on)),
            ["2026年11月3日（周二）", "Tuesday, 3 November 2026"]
        );
        assert_eq!(BOTH.map(|language| short_day(language, on)), ["11月3日 周二", "Tue 3 Nov"]);
        assert_eq!(BOTH.map(|language| month(language, on)), ["2026年11月", "November 2026"]);
        let at = on.at(9, 5, 0, 0);
        assert_eq!(BOTH.map(|language| moment(language, at)), ["11月3日 09:05", "3 Nov 09:05"]);
    }

    #[test]
    fn pages_are_counted() {
        let counted = |taken, count: u8| BOTH.map(|language| pages(language, taken, count));
        assert_eq!(counted(Taken::Paper, 1), ["1 页", "1 page"]);
        assert_eq!(counted(Taken::Photo, 3), ["3 张", "3 photos"]);
        assert_eq!(BOTH.map(|language| page_number(language, Taken::Photo, 2)), ["第 2 张", "Photo 2"]);
        assert_eq!(
            BOTH.map(|language| pages_taken(language, Taken::Paper, 2)),
            ["已拍 2 页", "2 pages taken"]
        );
    }

    #[test]
    fn values_are_said_in_both_languages() {
        let names = |chinese: &str| if chinese == "甲" { "A".to_owned() } else { chinese.to_owned() };
        let both = [Voice::CHINESE, Voice { language: Language::English, names: &names }];
        let said = |kind: FieldKind, text: &str| both.map(|voice| value(voice, &kind, text));
        assert_eq!(said(FieldKind::Date, "2026-11-23"), ["2026年11月23日", "23 November 2026"]);
        assert_eq!(said(FieldKind::DateOrLong, "长期"), ["长期", "no end"]);
        assert_eq!(said(FieldKind::Month, "2026-01"), ["2026年1月", "January 2026"]);
        assert_eq!(
            said(FieldKind::DateTime, "2026-11-23T09:30"),
            ["2026年11月23日 09:30", "23 November 2026 09:30"]
        );
        assert_eq!(said(FieldKind::Coded(CodeList::Nation), "08"), ["壮", "Zhuang"]);
        assert_eq!(said(FieldKind::Bool, "false"), ["否", "No"]);
        let options = Options::Fixed(["甲".to_owned(), "乙".to_owned()].into());
        let picks = FieldKind::Picks { min: 1, max: 2, options };
        assert_eq!(said(picks, "[\"甲\",\"乙\"]"), ["甲、乙", "A, 乙"]);
    }
}
