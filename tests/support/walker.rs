//! Who comes on a random walk: what they have with them, and what they touch, with sense and without.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::places;
use contract::emergency::{Emergency, EmergencyId, Urgency};
use contract::report::Duty;
use contract::{CaseNumber, FieldId, IdNumber, Secret, Sex};
use jiff::Timestamp;
use jiff::civil::date;
use kiosk::face::FaceHint;
use kiosk::forms::{CONSENT, SIGNATURE};
use kiosk::identity::{CardKey, Resident, ValidTo};
use kiosk::journey::{
    Answer, Ask, CardTrouble, Connection, DraftTrouble, Event, FaceNews, FaceVerdict, Filing, Health,
    KeptDraft, Own, PrintResult, Touch,
};
use kiosk::services::{Library, Shelf, StoreTrouble};
use kiosk::typing::Key;
use std::sync::Arc;
use std::time::Duration;

/// Everything works.
pub(crate) const WORKS: Health = Health {
    connection: Connection::Online,
    reader: true,
    printer: true,
    pages: None,
    documents: Some(true),
    scanner: Some(true),
    phone: true,
    face: true,
    store: None,
    waiting: 0,
    duty: Duty::InService,
    door: None,
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
    let scanner = Some(mostly());
    let phone = mostly();
    let store = (!mostly()).then_some(StoreTrouble::Full);
    Health { connection, reader, printer, pages, documents, scanner, phone, face, store, waiting: 3, ..WORKS }
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

/// What the devices and the store of drafts answer, in all their moods; nothing where others answer.
pub(crate) fn answer(ask: &Ask, rng: &mut fastrand::Rng) -> Option<Answer> {
    Some(match ask {
        Ask::ReadCard => Answer::Card(match rng.u8(..6) {
            0 => Err(CardTrouble::HoldStill),
            1 => Err(CardTrouble::Unreadable),
            _ => Ok(resident(rng)),
        }),
        Ask::CheckFace(_) => Answer::Face(match rng.u8(..6) {
            0 => FaceNews::Verdict(FaceVerdict::Different),
            1 => FaceNews::Verdict(FaceVerdict::NoFace),
            2 => FaceNews::Hint(FaceHint::Closer),
            _ => FaceNews::Verdict(FaceVerdict::Same),
        }),
        Ask::KeepDraft(_, typed) => {
            let not_typed = |id: &FieldId| ["name", "id_no", CONSENT, SIGNATURE].contains(&id.as_str());
            assert!(!typed.is_empty() && !typed.keys().any(not_typed), "more is kept than was typed");
            Answer::DraftKept(match rng.u8(..4) {
                0 => Err(DraftTrouble::Store(StoreTrouble::Full)),
                _ => Ok(()),
            })
        }
        Ask::FindDraft(_) => Answer::DraftFound((rng.u8(..3) == 0).then(kept_draft)),
        Ask::DropDraft(_) => Answer::DraftDropped,
        Ask::Print(_) | Ask::PrintGuide(_) | Ask::PrintPage(_) => {
            Answer::Printed(if rng.bool() { PrintResult::Printed } else { PrintResult::NoPaper })
        }
        _ => return None,
    })
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

/// What operators send in between.
pub(crate) fn news(rng: &mut fastrand::Rng) -> Event {
    let emergency = |id, urgency| {
        let (chinese, english) = ("测试".to_owned(), "a test".to_owned());
        Emergency { id: EmergencyId(id), urgency, chinese, english, until: Timestamp::MAX }
    };
    match rng.u8(..60) {
        0 => Event::GoDown,
        4 => Event::Watched(rng.bool()),
        1 => Event::Emergencies(vec![emergency(1, Urgency::Warning), emergency(2, Urgency::Warning)]),
        2 => Event::Emergencies(vec![emergency(3, Urgency::Evacuate), emergency(4, Urgency::Warning)]),
        3 => Event::Emergencies(Vec::new()),
        5..15 => Event::Scanned(scanned(rng)),
        15 => Event::Hold,
        16..26 => Event::Release,
        _ => Event::Settings(Arc::default()),
    }
}

/// What people hold before a scanner.
fn scanned(rng: &mut fastrand::Rng) -> Secret<String> {
    let case = CaseNumber::compose(440_304, date(2026, 11, 23), rng.u32(1..4)).unwrap();
    Secret::from(match rng.u8(..5) {
        0 => case.as_str(),
        1 => "2026-440304-04-00-000001",
        2 => "L-ft-0001-20261123-00007",
        3 => "https://example.org/guide/SZ-HZ-000035",
        _ => "https://example.org/health-code",
    })
}

/// What ends an emergency: somebody reads it, or it is taken back.
pub(crate) fn heed(rng: &mut fastrand::Rng) -> Event {
    match rng.u8(..4) {
        0 => Event::Emergencies(Vec::new()),
        _ => Event::Touch(Touch::EmergencyRead),
    }
}

/// An event, in the words of a failure.
pub(crate) fn said(event: &Event, uptime: Duration) -> String {
    match event {
        Event::Touch(touch) => format!("{touch:?}"),
        Event::Tick => format!("tick {uptime:?}"),
        Event::Health(health) => format!("{health:?}"),
        Event::Settings(_) => "settings".to_owned(),
        Event::Emergencies(hold) => format!("{hold:?}"),
        Event::Scanned(code) => format!("scanned {}", code.expose()),
        Event::GoDown => "go down".to_owned(),
        Event::Hold => "hold".to_owned(),
        Event::Release => "release".to_owned(),
        Event::Watched(is_watched) => format!("watched: {is_watched}"),
        Event::Interrupted(number) => format!("{number} was interrupted"),
        Event::Answer { visit, job, answer } => format!("{visit:?} {job:?} {answer:?}"),
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
