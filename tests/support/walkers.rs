//! Who walks through random visits: what they have with them, and what they touch without sense.

#![allow(unreachable_pub, clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use contract::{IdNumber, Secret, Sex};
use jiff::civil::date;
use kiosk::identity::{CardKey, Resident, ValidTo};
use kiosk::journey::{Connection, Health, KeptDraft, Own, Touch};
use kiosk::services::{Library, Shelf};
use kiosk::typing::Key;

/// Everything works.
pub const WORKS: Health = Health {
    connection: Connection::Online,
    reader: true,
    printer: true,
    pages: None,
    face: true,
    store: None,
    waiting: 0,
};

pub fn resident(rng: &mut fastrand::Rng) -> Resident {
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
pub fn kept_draft() -> KeptDraft {
    let typed = [("phone", "13800000001"), ("name", "别人"), ("purpose", "飞上月球"), ("nothing", "x")];
    let typed = typed.map(|(id, value)| (id.parse().unwrap(), Secret::from(value))).into();
    KeptDraft { at: date(2026, 11, 22).at(21, 15, 0, 0), typed }
}

/// What somebody does who does not.
pub fn any_touch(library: &Library, rng: &mut fastrand::Rng) -> Touch {
    let field = ["phone", "id_no", "purpose", "nothing"][rng.usize(..4)].parse().unwrap();
    let services = library.services();
    match rng.u8(..26) {
        0 => Touch::Begin,
        1 => Touch::End,
        2 => Touch::Home,
        3 => Touch::Back,
        4 => Touch::KeepGoing,
        5 => Touch::OpenSearch,
        6 => Touch::OpenTile(rng.usize(..9)),
        7 => Touch::Choose(services[rng.usize(..services.len())].code.clone()),
        8 => Touch::Start,
        9 => Touch::AgreeToFace,
        10 => Touch::TryAgain,
        11 => Touch::Key(Key::Candidate(rng.usize(..40))),
        12 => Touch::Focus(field),
        13 => Touch::Pick(field, "求职".into()),
        14 => Touch::Change(field),
        15 => Touch::Stroke("1,1 x".into()),
        16 => Touch::Submit,
        17 => Touch::KeepDraft,
        18 => Touch::TakeDraft,
        19 => Touch::StartAnew,
        20 => Touch::GoOn,
        21 => Touch::OpenShelf(Shelf::Person),
        22 => Touch::OpenGroup(rng.usize(..95)),
        23 => Touch::OpenAffairs,
        24 => Touch::Own(Own::Cases),
        _ => Touch::PrintAgain,
    }
}
