//! A shelf with a document camera for the random walk, and a phone: sheets that lie well and badly, licences that spare them,
//! registries that fill in a form, and somebody who lays the sheets down.

#![allow(dead_code, clippy::unwrap_used)]

use contract::Secret;
use contract::form::Material;
use contract::licence::{HeldLicence, HeldLicences, Prefilled, PrefilledFact};
use contract::phone::{DropId, MOST_PICTURES};
use jiff::civil::date;
use kiosk::forms::Enclosed;
use kiosk::journey::{Answer, Ask, OpenDrop, PaperNews, Papers, PapersStep, PhoneTrouble, Touch};
use kiosk::papers::{Refusal, Shown, TakenPage};
use std::time::Duration;

/// What the outside answers to a question about papers; none for another question.
pub(crate) fn answer(ask: &Ask, rng: &mut fastrand::Rng) -> Option<Answer> {
    match ask {
        Ask::FindLicences(wanted) => {
            assert!(!wanted.id_no.expose().is_empty());
            Some(Answer::LicencesFound((rng.u8(..4) > 0).then(|| held(&["居民户口簿", "房屋租赁凭证"]))))
        }
        Ask::Prefill(keys) => {
            let known = keys.uscc.is_some().then(|| told("entity_name", "深圳市样例科技有限公司"));
            let facts = known.into_iter().chain([told("name", "别人"), told("nothing", "x")]).collect();
            Some(Answer::Prefilled((rng.u8(..4) > 0).then_some(Prefilled { facts })))
        }
        Ask::Scan(_) => Some(Answer::Paper(match rng.u8(..6) {
            0 => PaperNews::NoPicture,
            1 => PaperNews::NotYet { why: Some(Refusal::CutOff), sheet: None },
            2 => PaperNews::NotYet { why: None, sheet: Some(CORNERS) },
            _ => PaperNews::Taken(page(rng.u8(..))),
        })),
        Ask::ScanWhole(_) => Some(Answer::Paper(PaperNews::Taken(page(rng.u8(..))))),
        Ask::OpenDrop(most) => {
            assert!((1..=MOST_PICTURES).contains(most));
            Some(Answer::DropOpened(match rng.u8(..5) {
                0 => Err(PhoneTrouble::NoAnswer),
                _ => Ok(drop(rng.u128(..), Duration::from_secs(30))),
            }))
        }
        Ask::AwaitPicture(_) => Some(Answer::Picture((rng.u8(..5) > 0).then(|| page(rng.u8(..))))),
        Ask::CloseDrop(_) => Some(Answer::DropClosed),
        _ => None,
    }
}

/// A drop that is open for so long.
pub(crate) fn drop(n: u128, lives: Duration) -> OpenDrop {
    OpenDrop {
        id: DropId(uuid::Uuid::from_u128(n)),
        address: Secret::new(format!("http://127.0.0.1:8080/drop/{n:040x}")),
        lives,
    }
}

/// A fact as a registry tells it.
fn told(field: &str, value: &str) -> PrefilledFact {
    PrefilledFact {
        field: field.parse().unwrap(),
        value: Secret::from(value),
        owner: "深圳市市场监督管理局".to_owned(),
        as_of: date(2026, 11, 20),
    }
}

/// Where a sheet may lie, in thousandths of the picture's width.
pub(crate) const CORNERS: [(f32, f32); 4] = [(300.0, 90.0), (700.0, 110.0), (690.0, 660.0), (290.0, 650.0)];

/// Licences that are there.
pub(crate) fn held(names: &[&str]) -> HeldLicences {
    let licence = |name: &&str| HeldLicence {
        name: (*name).to_owned(),
        owner: "深圳市公安局".to_owned(),
        as_of: date(2026, 11, 20),
    };
    HeldLicences { held: names.iter().map(licence).collect() }
}

/// A page of one shade.
pub(crate) fn page(shade: u8) -> TakenPage {
    let shown = Shown { width: 62, height: 88, rgb: Secret::new(vec![shade; 62 * 88 * 3]) };
    TakenPage { jpeg: Secret::new(vec![shade; 512]), shown }
}

/// What somebody touches who wants to get through.
pub(crate) fn touch(papers: &Papers, rng: &mut fastrand::Rng) -> Touch {
    let asked = papers.materials();
    let missing = asked.iter().find(|paper| matches!(papers.enclosures().of(paper), Enclosed::Missing));
    match (&papers.step, missing) {
        (PapersStep::List, _) if rng.u8(..12) == 0 => Touch::KeepDraft,
        (PapersStep::List, _) if rng.u8(..6) == 0 => Touch::ShowPage(asked[0].id.clone(), 0),
        (PapersStep::List, Some(paper)) if rng.u8(..8) > 0 => take(paper, rng),
        (PapersStep::List, None) if rng.u8(..3) == 0 => take(asked[0], rng),
        (PapersStep::Look(_), _) if rng.u8(..4) == 0 => Touch::ScanWhole,
        (PapersStep::Look(_), _) => Touch::KeepGoing,
        (PapersStep::Phone(_), _) if rng.u8(..6) == 0 => Touch::Next,
        (PapersStep::Phone(_), _) => Touch::TryAgain,
        (PapersStep::Judge { .. }, _) if rng.u8(..4) == 0 => Touch::TryAgain,
        (PapersStep::Judge { .. }, _) => Touch::KeepPage,
        (PapersStep::Kept { .. }, _) if rng.bool() => Touch::DropPage,
        (PapersStep::List | PapersStep::Kept { .. }, _) => Touch::Next,
        (PapersStep::NoPicture { .. }, _) => Touch::Back,
    }
}

/// By camera or by phone.
fn take(material: &Material, rng: &mut fastrand::Rng) -> Touch {
    if rng.bool() { Touch::Scan(material.id.clone()) } else { Touch::UsePhone(material.id.clone()) }
}
