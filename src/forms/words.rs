//! What a resident reads about a field: its value in plain words. What is wrong with it says `FieldFault::sentence`.

use contract::code_lists::name_of;
use contract::form::{FieldKind, Taken, entries, rows};
use contract::{Fen, IdNumber, Secret};
use jiff::civil::{Date, Weekday};

/// 2026年11月29日
pub fn day(on: Date) -> String {
    format!("{}年{}月{}日", on.year(), on.month(), on.day())
}

/// A value as the resident reads it: numbers masked, codes spelled out, dates in Chinese.
pub fn value(kind: &FieldKind, text: &str) -> String {
    match kind {
        _ if text.is_empty() => "未填写".to_owned(),
        FieldKind::Id18 => IdNumber::parse(text).map_or_else(|_| text.to_owned(), |number| number.masked()),
        FieldKind::Coded(list) => name_of(list.codes(), text).unwrap_or(text).to_owned(),
        FieldKind::Date | FieldKind::DateOrLong => chinese_date(text),
        FieldKind::Month => match text.split_once('-') {
            Some((year, month)) => format!("{year}年{}月", month.trim_start_matches('0')),
            None => text.to_owned(),
        },
        FieldKind::DateTime => match text.split_once('T') {
            Some((day, time)) => format!("{} {time}", chinese_date(day)),
            None => text.to_owned(),
        },
        FieldKind::MoneyFen => text.parse().map_or_else(|_| text.to_owned(), |fen| Fen(fen).to_string()),
        FieldKind::Choice(_) => option(text).to_owned(),
        FieldKind::Picks { .. } => joined(&entries(text).unwrap_or_default()),
        FieldKind::Rows(_) => {
            let rows = rows(text).unwrap_or_default().into_iter();
            rows.map(|row| self::row(&row)).collect::<Vec<_>>().join("；")
        }
        FieldKind::Declaration => "我声明如此".to_owned(),
        FieldKind::Bool => if text == "true" { "是" } else { "否" }.to_owned(),
        FieldKind::Mobile if text.len() == 11 => {
            [text.get(..3), text.get(3..7), text.get(7..)].into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
        FieldKind::Signature => "已签名".to_owned(),
        _ => text.to_owned(),
    }
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
pub fn row(cells: &[Secret<String>]) -> String {
    let cell = |cell: &Secret<String>| match IdNumber::parse(cell.expose()) {
        Ok(number) => number.masked(),
        Err(_) => cell.expose().clone(),
    };
    cells.iter().map(cell).collect::<Vec<_>>().join("，")
}

fn joined(entries: &[Secret<String>]) -> String {
    entries.iter().map(|entry| option(entry.expose())).collect::<Vec<_>>().join("、")
}

/// The hint in an empty field.
pub fn hint(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Mobile => "请输入 11 位手机号码",
        FieldKind::Month | FieldKind::MonthOrQuarter => "年-月，例如 2026-11",
        FieldKind::Date | FieldKind::DateOrLong => "年-月-日，例如 2026-11-23",
        FieldKind::Id18 => "18 位身份证号码",
        FieldKind::DateTime => "年-月-日 时:分，例如 2026-11-23 09:30",
        FieldKind::MoneyFen => "请输入金额（元）",
        FieldKind::Uscc18 => "营业执照上的 18 位代码",
        FieldKind::Plate => "例如 粤B12345",
        _ => "点这里填写",
    }
}

/// `12月1日 周二`
pub fn short_day(day: Date) -> String {
    format!("{}月{}日 周{}", day.month(), day.day(), weekday(day.weekday()))
}

/// 一 to 日.
pub const fn weekday(day: Weekday) -> &'static str {
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

/// `2026年11月23日`.
fn chinese_date(text: &str) -> String {
    let mut parts = text.split('-');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(year), Some(month), Some(day)) => {
            format!("{year}年{}月{}日", month.trim_start_matches('0'), day.trim_start_matches('0'))
        }
        _ => text.to_owned(),
    }
}

/// What pages of a material are counted in.
pub const fn unit(taken: Taken) -> &'static str {
    match taken {
        Taken::Paper => "页",
        Taken::Photo => "张",
    }
}
