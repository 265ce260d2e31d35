//! A draft that was found, and one that was kept or not.

use super::store_trouble;
use super::terminal::sends;
use crate::journey::{DraftTrouble, Journey, Page, Touch};
use crate::services::StoreTrouble;
use contract::ServiceCode;
use jiff::civil::DateTime;
use kiosk_ui::{App, Drafts};
use slint::{ComponentHandle, SharedString};

const NOT_KEPT: &str = "草稿没有保存";
/// A draft holds what was typed; pictures of papers live no longer than the visit.
const WITHOUT_PAGES: &str = "拍好的材料不存入草稿，下次请重新拍。";
const CANNOT: &str = "本机暂时不能保存草稿";

pub(super) fn listen(app: &App) {
    let drafts = app.global::<Drafts>();
    drafts.on_take(sends(Touch::TakeDraft));
    drafts.on_start_anew(sends(Touch::StartAnew));
    drafts.on_go_on(sends(Touch::GoOn));
}

pub(super) fn show(app: &App, journey: &Journey) {
    let view = app.global::<Drafts>();
    match journey.page() {
        Page::DraftFound(found) => {
            view.set_service(service_name(journey, found.filing.draft.service()));
            view.set_at(moment(found.kept.at).into());
        }
        Page::DraftKept(kept) => {
            view.set_service(service_name(journey, &kept.service));
            let (title, fault, mut note) = words(kept.result);
            if kept.result.is_ok() && kept.unfinished.filing().enclosures.has_pages() {
                note = WITHOUT_PAGES;
            }
            view.set_title(title.into());
            view.set_fault(fault.into());
            view.set_note(note.into());
        }
        _ => forget(app),
    }
}

/// What somebody applied for, and when, belongs to the visit.
pub(super) fn forget(app: &App) {
    let view = app.global::<Drafts>();
    view.set_service("".into());
    view.set_at("".into());
}

fn service_name(journey: &Journey, service: &ServiceCode) -> SharedString {
    journey.library().find(service).map(|service| service.name.as_str().into()).unwrap_or_default()
}

/// `11月23日 21:15`
fn moment(at: DateTime) -> String {
    format!("{}月{}日 {:02}:{:02}", at.month(), at.day(), at.hour(), at.minute())
}

/// Title, words, and what stands small below them: the failure's code, or why it must be so.
const fn words(result: Result<(), DraftTrouble>) -> (&'static str, &'static str, &'static str) {
    match result {
        Ok(()) => ("草稿已保存", "", ""),
        Err(DraftTrouble::NoPhoto) => (
            NOT_KEPT,
            "没有读到芯片里的照片，不能保存草稿",
            "草稿要用身份证芯片里的照片来加密，没有照片就不安全。",
        ),
        Err(DraftTrouble::NoSecret) => (NOT_KEPT, CANNOT, "故障 E13"),
        Err(DraftTrouble::Store(trouble)) => {
            let code = store_trouble::code(trouble);
            match trouble {
                StoreTrouble::Unknown => ("不确定草稿是否已保存", "本机没有及时回应，请稍后再存一次", code),
                StoreTrouble::Full => (NOT_KEPT, "本机的存储空间已满，暂时不能保存草稿", code),
                _ => (NOT_KEPT, CANNOT, code),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn only_a_kept_draft_is_said_to_be_kept_and_a_failure_says_its_code() {
        let store = [
            StoreTrouble::Full,
            StoreTrouble::Broken,
            StoreTrouble::Unknown,
            StoreTrouble::ReadOnly,
            StoreTrouble::Newer,
        ];
        for trouble in store {
            let (title, fault, note) = words(Err(DraftTrouble::Store(trouble)));
            assert!(title != words(Ok(())).0 && !fault.is_empty() && note.starts_with("故障"), "{trouble:?}");
        }
        assert_eq!(words(Err(DraftTrouble::NoSecret)).2, "故障 E13");
        assert!(words(Ok(())).1.is_empty());
    }

    #[test]
    fn a_moment_in_chinese() {
        assert_eq!(moment(date(2026, 11, 3).at(9, 5, 0, 0)), "11月3日 09:05");
    }
}
