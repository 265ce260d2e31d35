//! One validator a field type. Pure: a text and the day in, a fault or nothing out. The kiosk runs it at every
//! keystroke, central runs it again.

use crate::form::{FieldKind, Rows, entries, rows};
use crate::id_number::{IdNumber, IdNumberFault};
use crate::{CaseNumber, Secret};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The longest text of any field, in bytes: a signature of some 1,500 points.
pub const MAX_FIELD_BYTES: usize = 16 * 1024;

/// A signature has at least so many points: fewer is a tap or a slip.
pub const MIN_SIGNATURE_POINTS: usize = 20;

/// What is wrong with a field. The text is for technicians and logs; the screen has its own words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldFault {
    /// A required field is empty.
    #[error("must be filled")]
    Missing,
    /// The template does not ask this of this applicant.
    #[error("is not asked for")]
    NotAsked,
    /// Not a person's name.
    #[error("must be a name of 2 to 30 characters, Chinese or letters and ·")]
    Name,
    /// Not an ID number.
    #[error(transparent)]
    IdNumber(#[from] IdNumberFault),
    /// Not a unified social credit code.
    #[error("must be an 18-character unified social credit code with a fitting check character")]
    CreditCode,
    /// Not a mobile number.
    #[error("must be a mobile number of 11 digits that begins with 13 to 19")]
    Mobile,
    /// Not a date.
    #[error("must be a calendar date, YYYY-MM-DD")]
    Date,
    /// Not a month.
    #[error("must be a month, YYYY-MM")]
    Month,
    /// In the future where it may not be.
    #[error("must not be in the future")]
    InFuture,
    /// The beginning of a period after its end.
    #[error("must not be after the end of the period")]
    AfterEnd,
    /// Too short.
    #[error("must have at least {min} characters")]
    TooShort {
        /// In characters.
        min: u16,
    },
    /// Too long.
    #[error("must have at most {max} characters")]
    TooLong {
        /// In characters.
        max: u16,
    },
    /// Characters that no form holds.
    #[error("must not hold control characters")]
    ControlCharacter,
    /// Not so many digits.
    #[error("must have {min} to {max} digits and nothing else")]
    Digits {
        /// At least.
        min: u8,
        /// At most.
        max: u8,
    },
    /// Outside of a range.
    #[error("must be a whole number from {min} to {max}")]
    OutOfRange {
        /// At least.
        min: i64,
        /// At most.
        max: i64,
    },
    /// Too few or too many of the options, or rows.
    #[error("must have {min} to {max} entries")]
    Entries {
        /// At least.
        min: u8,
        /// At most.
        max: u8,
    },
    /// A cell of a table is not right.
    #[error("row {row}, column {column}: {fault}")]
    Cell {
        /// Counted from 1.
        row: usize,
        /// Its label.
        column: String,
        /// What is wrong with it.
        fault: Box<FieldFault>,
    },
    /// A value stands in two rows where each may stand once.
    #[error("row {row} repeats what stands above it")]
    Repeated {
        /// Counted from 1.
        row: usize,
    },
    /// The numbers of a column don't add up.
    #[error("the numbers must add up to {total}")]
    Total {
        /// To what they must.
        total: i64,
    },
    /// A rule of the form; its own sentence, in Chinese.
    #[error("{0}")]
    Rule(Arc<str>),
    /// Not one of the options.
    #[error("must be one of the options")]
    NotAnOption,
    /// Neither yes nor no.
    #[error("must be true or false")]
    NotABool,
    /// A consent that was not given.
    #[error("must be agreed to")]
    MustBeYes,
    /// Not a signature.
    #[error("must be a signature of at least {MIN_SIGNATURE_POINTS} points inside the box")]
    Signature,
    /// Not a number plate.
    #[error("must be a number plate such as 粤B12345")]
    Plate,
    /// Not a bank card number.
    #[error("must be a bank card number with a fitting check digit")]
    BankCard,
    /// Not a reference number of another system.
    #[error("must be the number as the other system wrote it: 4 to 40 letters, digits or -")]
    Reference,
    /// Differs from what the ID number says.
    #[error("differs from what the ID number says")]
    NotAsIdNumber,
    /// Not the number of a birth certificate.
    #[error("must be the number of a birth certificate: a letter and nine digits")]
    BirthCertificate,
    /// None of the kinds of numbers that may stand here.
    #[error("is none of the numbers that may stand here")]
    NoSuchNumber,
}

/// Judges a text that is not empty against its kind, on a day.
pub fn check(kind: &FieldKind, text: &str, today: Date) -> Result<(), FieldFault> {
    if text.len() > MAX_FIELD_BYTES {
        return Err(FieldFault::TooLong { max: u16::MAX });
    }
    if text.contains(char::is_control) {
        return Err(FieldFault::ControlCharacter);
    }
    match kind {
        FieldKind::CnName => ensure(is_name(text), FieldFault::Name),
        FieldKind::Id18 => check_id(text, today),
        FieldKind::Uscc18 => ensure(is_credit_code(text), FieldFault::CreditCode),
        FieldKind::Mobile => ensure(is_mobile(text), FieldFault::Mobile),
        FieldKind::Date => ensure(parse_date(text).is_some(), FieldFault::Date),
        FieldKind::BirthCertificate => ensure(is_birth_certificate(text), FieldFault::BirthCertificate),
        FieldKind::Either(kinds) => {
            let fits = kinds.iter().any(|kind| check(kind, text, today).is_ok());
            ensure(fits, FieldFault::NoSuchNumber)
        }
        FieldKind::DateOrLong => ensure(text == "长期" || parse_date(text).is_some(), FieldFault::Date),
        FieldKind::DateTime => {
            let parts =
                text.split_once('T').and_then(|(date, time)| Some((parse_date(date)?, is_time(time))));
            ensure(matches!(parts, Some((_, true))), FieldFault::Date)
        }
        FieldKind::Month => ensure(is_month(text), FieldFault::Month),
        FieldKind::MonthOrQuarter => ensure(is_month(text) || is_quarter(text), FieldFault::Month),
        FieldKind::Text { min, max } => {
            let length = text.chars().count();
            ensure(length >= usize::from(*min), FieldFault::TooShort { min: *min })?;
            ensure(length <= usize::from(*max), FieldFault::TooLong { max: *max })
        }
        FieldKind::Digits { min, max } => {
            let fits = is_digits(text) && (usize::from(*min)..=usize::from(*max)).contains(&text.len());
            ensure(fits, FieldFault::Digits { min: *min, max: *max })
        }
        FieldKind::Int { min, max } => check_range(text, *min, *max),
        FieldKind::MoneyFen => check_range(text, 0, 10_000_000_000),
        FieldKind::Choice(options) => ensure(options.knows(text), FieldFault::NotAnOption),
        FieldKind::Picks { min, max, options } => {
            let picked = entries(text).ok_or(FieldFault::NotAnOption)?;
            ensure(is_count(picked.len(), *min, *max), FieldFault::Entries { min: *min, max: *max })?;
            let mut seen = BTreeSet::new();
            let fits = picked.iter().all(|one| options.knows(one.expose()) && seen.insert(one.expose()));
            ensure(fits, FieldFault::NotAnOption)
        }
        FieldKind::Rows(table) => check_rows(table, text, today),
        FieldKind::Coded(list) => {
            ensure(list.codes().iter().any(|c| c.code == text), FieldFault::NotAnOption)
        }
        FieldKind::Bool => ensure(matches!(text, "true" | "false"), FieldFault::NotABool),
        FieldKind::Declaration => ensure(text == "true", FieldFault::MustBeYes),
        FieldKind::Signature => {
            ensure(signature_points(text) >= Some(MIN_SIGNATURE_POINTS), FieldFault::Signature)
        }
        FieldKind::Item => ensure(text.chars().count() <= 80, FieldFault::TooLong { max: 80 }),
        FieldKind::Plate => ensure(is_plate(text), FieldFault::Plate),
        FieldKind::BankCard => ensure(is_bank_card(text), FieldFault::BankCard),
        FieldKind::Case => ensure(text.parse::<CaseNumber>().is_ok(), FieldFault::Reference),
        FieldKind::Reference => ensure(is_reference(text), FieldFault::Reference),
        FieldKind::Score => check_range(text, 1, 5),
        FieldKind::Pulled => Err(FieldFault::NotAsked),
    }
}

fn ensure(fits: bool, fault: FieldFault) -> Result<(), FieldFault> {
    if fits { Ok(()) } else { Err(fault) }
}

fn check_range(text: &str, min: i64, max: i64) -> Result<(), FieldFault> {
    let canonical = text == "0" || (is_digits(text) && !text.starts_with('0'));
    let value = text.parse::<i64>().ok().filter(|value| canonical && (min..=max).contains(value));
    ensure(value.is_some(), FieldFault::OutOfRange { min, max })
}

fn check_id(text: &str, today: Date) -> Result<(), FieldFault> {
    let number = IdNumber::parse(text)?;
    ensure(number.birth_date() <= today, FieldFault::IdNumber(IdNumberFault::BirthDate))
}

fn is_count(count: usize, min: u8, max: u8) -> bool {
    (usize::from(min)..=usize::from(max)).contains(&count)
}

fn is_birth_certificate(text: &str) -> bool {
    text.split_at_checked(1).is_some_and(|(letter, number)| {
        letter.bytes().all(|b| b.is_ascii_uppercase()) && number.len() == 9 && is_digits(number)
    })
}

fn check_rows(table: &Rows, text: &str, today: Date) -> Result<(), FieldFault> {
    let rows = rows(text).ok_or(FieldFault::Entries { min: table.min, max: table.max })?;
    ensure(
        is_count(rows.len(), table.min, table.max),
        FieldFault::Entries { min: table.min, max: table.max },
    )?;
    let (mut seen, mut sum) = (BTreeSet::new(), 0_i64);
    for (place, row) in rows.iter().enumerate() {
        check_row(table, place + 1, row, today)?;
        let cell = |column: usize| row.get(column).map_or("", |cell| cell.expose().as_str());
        if table.unique.is_some_and(|column| !seen.insert(cell(column).to_owned())) {
            return Err(FieldFault::Repeated { row: place + 1 });
        }
        let share = table.total.and_then(|(column, _)| cell(column).parse::<i64>().ok());
        sum = sum.saturating_add(share.unwrap_or(0));
    }
    match table.total {
        Some((_, total)) if !rows.is_empty() && sum != total => Err(FieldFault::Total { total }),
        _ => Ok(()),
    }
}

/// Judges one row of a table, which is the `number`th, from 1.
pub fn check_row(table: &Rows, number: usize, row: &[Secret<String>], today: Date) -> Result<(), FieldFault> {
    ensure(row.len() == table.columns.len(), FieldFault::Missing)?;
    for (column, cell) in table.columns.iter().zip(row) {
        let judged = if cell.expose().is_empty() {
            Err(FieldFault::Missing)
        } else {
            check(&column.kind, cell.expose(), today)
        };
        judged.map_err(|fault| FieldFault::Cell {
            row: number,
            column: column.label.clone(),
            fault: Box::new(fault),
        })?;
    }
    Ok(())
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Chinese characters of any plane, or Latin letters with spaces, `·` and `-`; private-use characters are
/// what cards carry for rare ones.
fn is_name(text: &str) -> bool {
    let fits = |c: char| {
        c.is_ascii_alphabetic()
            || matches!(c, '·' | ' ' | '-' | ',' | '\'')
            || matches!(u32::from(c), 0x3400..=0x9FFF | 0xE000..=0xF8FF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF)
    };
    (2..=30).contains(&text.chars().count()) && text.chars().all(fits) && text.trim() == text
}

fn is_mobile(text: &str) -> bool {
    text.len() == 11
        && is_digits(text)
        && text.starts_with('1')
        && matches!(text.as_bytes().get(1), Some(b'3'..=b'9'))
}

/// `2026-11-23`, a day that the calendar has.
pub fn parse_date(text: &str) -> Option<Date> {
    if text.len() == 10 { text.parse().ok() } else { None }
}

fn is_month(text: &str) -> bool {
    text.len() == 7 && parse_date(&format!("{text}-01")).is_some()
}

fn is_quarter(text: &str) -> bool {
    let parts = text.split_once("-Q");
    parts.is_some_and(|(year, quarter)| {
        is_month(&format!("{year}-01")) && matches!(quarter, "1" | "2" | "3" | "4")
    })
}

fn is_time(text: &str) -> bool {
    text.len() == 5 && text.parse::<jiff::civil::Time>().is_ok()
}

/// GB 32100-2015: weights 3^i mod 31 over an alphabet without I O S V Z.
fn is_credit_code(text: &str) -> bool {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let values: Option<Vec<usize>> = text.chars().map(|c| ALPHABET.find(c)).collect();
    let Some((check, body)) = values.as_deref().and_then(<[usize]>::split_last) else { return false };
    let (mut weight, mut sum) = (1, 0);
    for value in body {
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    body.len() == 17 && *check == (31 - sum % 31) % 31
}

/// ISO/IEC 7812-1: the Luhn check digit.
fn is_bank_card(text: &str) -> bool {
    let doubled = |(index, digit): (usize, u32)| match (index % 2, digit) {
        (0, _) => digit,
        (_, 0..=4) => digit * 2,
        _ => digit * 2 - 9,
    };
    let sum: u32 = text.chars().rev().filter_map(|c| c.to_digit(10)).enumerate().map(doubled).sum();
    (16..=19).contains(&text.len()) && is_digits(text) && sum.is_multiple_of(10)
}

/// The short names of provinces on number plates (GA 36-2018).
const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";

fn is_plate(text: &str) -> bool {
    let mut characters = text.chars();
    let province = characters.next().is_some_and(|c| PROVINCES.contains(c));
    let city = characters.next().is_some_and(|c| c.is_ascii_uppercase());
    let rest: Vec<char> = characters.collect();
    province
        && city
        && matches!(rest.len(), 5 | 6)
        && rest.iter().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

fn is_reference(text: &str) -> bool {
    (4..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Counts the points of `x,y x,y;x,y`: strokes apart by `;`, coordinates whole numbers from 0 to 9999.
pub fn signature_points(text: &str) -> Option<usize> {
    let number = |part: &str| is_digits(part) && part.len() <= 4;
    let mut points = 0;
    for point in text.split([';', ' ']) {
        let (x, y) = point.split_once(',')?;
        if !number(x) || !number(y) {
            return None;
        }
        points += 1;
    }
    Some(points)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::{CodeList, Options};
    use jiff::civil::date;
    use proptest::prelude::*;

    const TODAY: Date = date(2026, 11, 23);

    fn every_kind() -> Vec<FieldKind> {
        vec![
            FieldKind::CnName,
            FieldKind::Id18,
            FieldKind::Uscc18,
            FieldKind::Mobile,
            FieldKind::Date,
            FieldKind::DateOrLong,
            FieldKind::DateTime,
            FieldKind::Month,
            FieldKind::MonthOrQuarter,
            FieldKind::Text { min: 1, max: 5 },
            FieldKind::Digits { min: 6, max: 6 },
            FieldKind::Int { min: 1, max: 3 },
            FieldKind::MoneyFen,
            FieldKind::Choice(Options::Fixed(["求职".to_owned(), "入学".to_owned()].into())),
            FieldKind::Coded(CodeList::Nation),
            FieldKind::Bool,
            FieldKind::Signature,
            FieldKind::Item,
            FieldKind::Plate,
            FieldKind::BankCard,
            FieldKind::Case,
            FieldKind::BirthCertificate,
            FieldKind::Declaration,
            FieldKind::Score,
            FieldKind::Reference,
            FieldKind::Pulled,
        ]
    }

    #[track_caller]
    fn judge(kind: &FieldKind, right: &[&str], wrong: &[&str]) {
        for text in right {
            assert_eq!(check(kind, text, TODAY), Ok(()), "{kind:?} should take {text}");
        }
        for text in wrong {
            assert!(check(kind, text, TODAY).is_err(), "{kind:?} should refuse {text}");
        }
    }

    #[test]
    fn persons_and_entities() {
        judge(
            &FieldKind::CnName,
            &["张三", "买买提·阿不都", "𠮷田", "TESTER, PERSON ONE"],
            &["张", "张3", " 张三", "张三。"],
        );
        judge(&FieldKind::Id18, &["440304199001010011"], &["440304199001010012", "990101209903070019"]);
        judge(
            &FieldKind::Mobile,
            &["13800000001", "19900000000"],
            &["12800000001", "1380000000", "138000000011", "１3800000001"],
        );
        // Codes of public bodies; their check characters are published with them.
        judge(
            &FieldKind::Uscc18,
            &["12441500196720244T"],
            &["124415001967202440", "12441500196720244", "12441500196720244t", "I2441500196720244T"],
        );
        judge(
            &FieldKind::Plate,
            &["粤B12345", "粤BD12345"],
            &["B12345", "粤b12345", "粤B1234", "粤B1234567"],
        );
        judge(
            &FieldKind::BankCard,
            &["5555555555554444", "4111111111111111"],
            &["4111111111111112", "411111111111111"],
        );
    }

    #[test]
    fn days_and_months() {
        judge(&FieldKind::Date, &["2024-02-29"], &["2026-02-29", "2026-2-9", "20260209"]);
        judge(&FieldKind::DateOrLong, &["长期", "2026-11-22"], &["2026-11-31", "永久"]);
        judge(&FieldKind::DateTime, &["2026-11-23T09:30"], &["2026-11-23", "2026-11-23T25:00"]);
        judge(&FieldKind::Month, &["2026-11"], &["2026-13", "2026-1"]);
        judge(&FieldKind::MonthOrQuarter, &["2026-11", "2026-Q4"], &["2026-Q5"]);
    }

    #[test]
    fn numbers_texts_and_choices() {
        judge(&FieldKind::Text { min: 1, max: 5 }, &["五个字以内"], &["超过五个字了", "换\n行"]);
        judge(&FieldKind::Digits { min: 6, max: 6 }, &["012345"], &["12345", "1234567", "12345a"]);
        judge(&FieldKind::Int { min: 1, max: 3 }, &["1", "3"], &["0", "4", "01", "+1", "1.0"]);
        judge(&FieldKind::MoneyFen, &["0", "12850"], &["-1", "128.50"]);
        judge(&FieldKind::Choice(Options::Fixed(["求职".to_owned()].into())), &["求职"], &["入学"]);
        judge(&FieldKind::Coded(CodeList::District), &["440304"], &["440300"]);
        judge(&FieldKind::Bool, &["true", "false"], &["yes"]);
        judge(&FieldKind::Score, &["5"], &["6"]);
        judge(&FieldKind::Reference, &["SZ-0001"], &["编号一", "a b c d"]);
        judge(&FieldKind::Pulled, &[], &["[]"]);
    }

    #[test]
    fn a_signature_is_more_than_a_tap() {
        let stroke = |n: usize| (0..n).map(|i| format!("{i},{i}")).collect::<Vec<_>>().join(" ");
        let two_strokes = format!("{};{}", stroke(12), stroke(8));
        judge(&FieldKind::Signature, &[&two_strokes], &[&stroke(19), "1,1 ,", "-1,2", "12345,1", ";"]);
    }

    proptest! {
        #[test]
        fn any_text_is_judged_without_panic(text in "\\PC{0,60}|[0-9,; .T-]{0,60}") {
            for kind in every_kind() {
                let _ = check(&kind, &text, TODAY);
            }
        }
    }
}
