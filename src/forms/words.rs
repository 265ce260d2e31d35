//! What a resident reads about a field: its value in plain words, and what is wrong with it in one kind sentence.

use contract::code_lists::name_of;
use contract::form::{FieldKind, Taken, entries, rows};
use contract::id_number::IdNumberFault;
use contract::validate::FieldFault;
use contract::{Fen, IdNumber, Secret};
use jiff::civil::{Date, Weekday};

/// 2026年11月29日
pub fn day(on: Date) -> String {
    format!("{}年{}月{}日", on.year(), on.month(), on.day())
}

/// The sentence for a fault.
pub fn fault(fault: &FieldFault) -> String {
    match fault {
        FieldFault::Missing | FieldFault::TooShort { min: 1 } => "这一项需要填写".to_owned(),
        FieldFault::NotAsked => "这一项请到窗口办理".to_owned(),
        FieldFault::Name => "请填写 2 到 30 个字的姓名".to_owned(),
        FieldFault::IdNumber(IdNumberFault::Form) => "身份证号码是 18 位，请核对".to_owned(),
        FieldFault::IdNumber(IdNumberFault::BirthDate) => "第 7 到 14 位应是出生日期，请核对".to_owned(),
        FieldFault::IdNumber(IdNumberFault::Check) => "号码和校验位不符，请对照证件核对".to_owned(),
        FieldFault::CreditCode => "请对照营业执照核对 18 位统一社会信用代码".to_owned(),
        FieldFault::Mobile => "请填写 11 位手机号码".to_owned(),
        FieldFault::Date => "请按 年-月-日 填写，例如 2026-11-23".to_owned(),
        FieldFault::Month => "请按 年-月 填写，例如 2026-11".to_owned(),
        FieldFault::InFuture => "不能晚于现在".to_owned(),
        FieldFault::AfterEnd => "起始月份不能晚于截止月份".to_owned(),
        FieldFault::TooShort { min } => format!("至少 {min} 个字"),
        FieldFault::TooLong { max } => format!("最多 {max} 个字"),
        FieldFault::ControlCharacter => "有无法识别的字符，请重新填写".to_owned(),
        FieldFault::Digits { min, max } if min == max => format!("请填写 {min} 位数字"),
        FieldFault::Digits { min, max } => format!("请填写 {min} 到 {max} 位数字"),
        FieldFault::OutOfRange { min, max } => format!("请填写 {min} 到 {max} 之间的整数"),
        FieldFault::NotAnOption | FieldFault::NotABool => "请选择其中一项".to_owned(),
        FieldFault::MustBeYes => "请阅读并勾选同意".to_owned(),
        FieldFault::Signature => "请在框内签写完整姓名".to_owned(),
        FieldFault::Plate => "请填写车牌号码，例如 粤B12345".to_owned(),
        FieldFault::BankCard => "请对照银行卡核对卡号".to_owned(),
        FieldFault::BirthCertificate => "请填写出生证编号：1 个字母和 9 位数字".to_owned(),
        FieldFault::NoSuchNumber => "号码不对，请对照证件核对".to_owned(),
        FieldFault::Entries { min: 0, max } => format!("最多 {max} 项"),
        FieldFault::Entries { min, max } if min == max => format!("请选择 {min} 项"),
        FieldFault::Entries { min, max } => format!("请填 {min} 到 {max} 项"),
        FieldFault::Cell { column, fault: of_cell, .. } => format!("{column}：{}", self::fault(of_cell)),
        FieldFault::Repeated { .. } => "这一位已经填过了".to_owned(),
        FieldFault::Total { total } => format!("各方比例合计应为 {total}"),
        FieldFault::Rule(says) => says.to_string(),
        FieldFault::Reference => "请填写 4 到 40 位编号".to_owned(),
        FieldFault::NotAsIdNumber => "与身份证号码不一致".to_owned(),
    }
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
