//! Who comes on a random walk: what they have with them, and what they touch, with sense and without.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::places;
use contract::{IdNumber, Secret, Sex};
use jiff::civil::date;
use kiosk::identity::{CardKey, Resident, ValidTo};
use kiosk::journey::{Connection, Duty, Filing, Health, KeptDraft, Own, Touch};
use kiosk::services::{Library, Shelf, StoreTrouble};
use kiosk::typing::Key;

/// Everything works.
pub(crate) const WORKS: Health = Health {
    connection: Connection::Online,
    reader: true,
    printer: true,
    pages: None,
    documents: Some(true),
    phone: true,
    face: true,
    store: None,
    waiting: 0,
    duty: Duty::InService,
};

/// Something does not work, or all does again.
pub(crate) fn health(rng: &mut fastrand::Rng) -> Health {
    let connection = match rng.u8(..4) {
        0 => Connection::Offline,
        1 => Connection::Untrusted,
        _ => Connection::Online,
    };
    let mut mostly = || rng.u8(..8) > 0;
    let (reader, printer, pages, face) = (mostly(), mostly(), Some(mostly()), mostly());
    let documents = Some(mostly());
    let phone = mostly();
    let store = (!mostly()).then_some(StoreTrouble::Full);
    Health { connection, reader, printer, pages, documents, phone, face, store, waiting: 3, ..WORKS }
}

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

/// What somebody does who does not.
pub(crate) fn any_touch(library: &Library, rng: &mut fastrand::Rng) -> Touch {
    let field = ["phone", "id_no", "purpose", "nothing", "site", "day"][rng.usize(..6)].parse().unwrap();
    let services = library.services();
    match rng.u8(..32) {
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
        25 => Touch::Scan(field),
        26 => Touch::ShowPage(field, 1),
        27 => Touch::KeepPage,
        28 => Touch::BookWindow,
        29 => Touch::PayFee,
        31 => Touch::UsePhone(field),
        30 => Touch::ChooseHere,
        _ => Touch::PrintAgain,
    }
}
