//! What a resident could answer to a field: samples by kind, right ones and one that is wrong. The first right one that
//! the form takes is used, so that rules between fields choose for themselves.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic, missing_docs)]

use contract::form::{Field, FieldKind};
use jiff::ToSpan;
use jiff::civil::Date;
use std::sync::Mutex;

/// Numbers of cases that central has and nobody has rated.
pub static CASES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// What is typed into a field, best guess first, in its canonical text.
pub fn right(id: &str, kind: &FieldKind, has_pattern: bool, today: Date) -> Vec<String> {
    let days = |offset: i32| today.checked_add(offset.days()).unwrap();
    let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    match kind {
        FieldKind::CnName => own(&["Zhang San"]),
        FieldKind::Id18 => own(&["11010519491231002X", "440304201803070010"]),
        FieldKind::Uscc18 => own(&["91440300MA5TE5T01T"]),
        FieldKind::BirthCertificate => own(&["A123456789"]),
        FieldKind::Either(kinds) => {
            kinds.iter().flat_map(|kind| right(id, kind, has_pattern, today)).collect()
        }
        FieldKind::Mobile => own(&["13800000001"]),
        FieldKind::Date => [500, -1, 1, -200].into_iter().map(|offset| days(offset).to_string()).collect(),
        FieldKind::DateOrLong => vec![days(500).to_string()],
        FieldKind::DateTime => vec![format!("{}T08:30", days(-1))],
        FieldKind::Month | FieldKind::MonthOrQuarter => {
            let month = |day: Date| day.to_string()[..7].to_owned();
            vec![month(today), month(days(-40))]
        }
        FieldKind::Text { min, max } if !has_pattern => ["Fuzhong 3 Road 88 ", "Shennan Avenue 1 "]
            .map(|words| {
                words.repeat(1 + usize::from(*min) / words.len()).chars().take((*max).into()).collect()
            })
            .into(),
        FieldKind::Text { .. } => own(match id {
            "licence_no" => &["SZ-2026-0001"],
            "entity_name" => &["深圳市中心公司"],
            "project_code" => &["2026-440304-47-01-100001"],
            "doc_no" => &["E12345678"],
            "vin_tail" => &["A1B2C3"],
            "cert_no" => &["SZ12345678"],
            "unit_no" => &["440304001001GB00001F00010001"],
            other => panic!("give a sample for the pattern of {other} in tests/support/answers.rs"),
        }),
        FieldKind::Digits { min, .. } if id == "degree_cert_no" => {
            assert_eq!(*min, 18);
            vec![format!("10590120{}05000001", &today.to_string()[2..4])]
        }
        FieldKind::Digits { min, .. } => vec!["1234567890".repeat(4)[..usize::from(*min)].to_owned()],
        FieldKind::Int { min, max } => {
            [100, 10_000, *min].iter().map(|n| n.clamp(min, max).to_string()).collect()
        }
        FieldKind::MoneyFen => own(&["500000", "0"]),
        FieldKind::Plate => own(&["粤B12345"]),
        FieldKind::BankCard => own(&["5555555555554444"]),
        FieldKind::Case => CASES.lock().unwrap().pop().into_iter().collect(),
        FieldKind::Reference => own(&["12345678"]),
        _ => Vec::new(),
    }
}

/// Something typed that the field must refuse; none where every text is right.
pub fn wrong(field: &Field) -> Option<&'static str> {
    Some(match &field.kind {
        FieldKind::CnName => "A",
        FieldKind::Id18 => "110105194912310021",
        FieldKind::Uscc18 | FieldKind::Either(_) => "91440300MA5TE5T011",
        FieldKind::BirthCertificate => "1234567890",
        FieldKind::Mobile => "1380000",
        FieldKind::Date | FieldKind::DateOrLong => "2026-02-31",
        FieldKind::DateTime => "2026-02-31T25:00",
        FieldKind::Month | FieldKind::MonthOrQuarter => "2026-19",
        FieldKind::Text { .. } if field.pattern.is_some() => "?",
        FieldKind::Text { min, .. } if *min > 1 => "A",
        FieldKind::Digits { min, .. } if *min > 1 => "1",
        FieldKind::MoneyFen => "99999999999.",
        FieldKind::Plate => "B1",
        FieldKind::BankCard => "5555555555554440",
        FieldKind::Case | FieldKind::Reference => "1",
        _ => return None,
    })
}
