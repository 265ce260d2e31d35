//! Who comes on a random walk, and what they kept on another day.

#![allow(clippy::unwrap_used)]

use crate::places;
use contract::{IdNumber, Secret, Sex};
use jiff::civil::date;
use kiosk::identity::{CardKey, Resident, ValidTo};
use kiosk::journey::{Filing, KeptDraft, Touch};
use kiosk::typing::Key;

/// Whose card it is; some are over.
pub(crate) fn resident(rng: &mut fastrand::Rng) -> Resident {
    Resident {
        name: Secret::from("测试甲"),
        number: IdNumber::parse("990101199003070015").unwrap(),
        sex: Sex::Male,
        nation: Secret::from("01"),
        birth: date(1990, 3, 7),
        address: Secret::from("广东省深圳市福田区测试路１号"),
        issuer: Secret::from("测试市公安局福田分局"),
        valid_to: if rng.u8(..8) == 0 { ValidTo::On(date(2020, 1, 1)) } else { ValidTo::LongTerm },
        portrait: (rng.u8(..12) > 0).then(|| Secret::new(vec![7; 1024])),
        card: CardKey([rng.u8(..4); 16]),
    }
}

/// A draft from another day: one answer still fits, the others do not belong into any form of today.
pub(crate) fn kept_draft() -> KeptDraft {
    let typed = [("phone", "13800000001"), ("name", "别人"), ("purpose", "飞上月球"), ("nothing", "x")];
    let typed = typed.map(|(id, value)| (id.parse().unwrap(), Secret::from(value))).into();
    KeptDraft { at: date(2026, 11, 22).at(21, 15, 0, 0), typed }
}

/// What somebody touches who wants to get through a form.
pub(crate) fn fill(filing: &Filing, rng: &mut fastrand::Rng) -> Touch {
    let faulty: Vec<_> = filing.draft.faults_of_step(filing.step).into_iter().map(|(id, _)| id).collect();
    let Some(id) = faulty.first() else { return Touch::Next };
    match (id.as_str(), &filing.typing) {
        ("phone" | "query_key" | "post_address", Some((focused, typing))) if focused == id => {
            let next = "13800000001".chars().nth(typing.text().len() % 11).unwrap();
            Touch::Key(Key::Char(next))
        }
        ("phone" | "query_key" | "post_address", _) => Touch::Focus(id.clone()),
        ("site" | "day" | "slot", _) => places::pick(&filing.draft, id, rng).unwrap_or(Touch::Back),
        ("copies", _) => Touch::Pick(id.clone(), "1".into()),
        ("purpose", _) => Touch::Pick(id.clone(), "求职".into()),
        ("result_delivery", _) => Touch::Pick(id.clone(), "自助打印".into()),
        _ => Touch::Back,
    }
}
