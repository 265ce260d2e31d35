//! A draft that was found, and one that was kept or not.

use super::terminal::sends;
use super::{named, store_trouble};
use crate::forms::words::moment;
use crate::journey::{DraftTrouble, Journey, Page, Touch};
use crate::services::StoreTrouble;
use contract::ServiceCode;
use contract::language::Language;
use kiosk_ui::{App, Drafts};
use slint::{ComponentHandle, SharedString};

pub(super) fn listen(app: &App) {
    let drafts = app.global::<Drafts>();
    drafts.on_take(sends(Touch::TakeDraft));
    drafts.on_start_anew(sends(Touch::StartAnew));
    drafts.on_go_on(sends(Touch::GoOn));
}

pub(super) fn show(app: &App, journey: &Journey) {
    let (view, language) = (app.global::<Drafts>(), journey.language());
    match journey.page() {
        Page::DraftFound(found) => {
            view.set_service(service_name(journey, found.filing.draft.service()));
            view.set_at(moment(language, found.kept.at).into());
        }
        Page::DraftKept(kept) => {
            view.set_service(service_name(journey, &kept.service));
            let (title, fault, mut note) = words(language, kept.result);
            if kept.result.is_ok() && kept.unfinished.filing().enclosures.has_pages() {
                without_pages(language).clone_into(&mut note);
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
    journey
        .library()
        .find(service)
        .map(|service| named(journey.library(), journey.language(), &service.name))
        .unwrap_or_default()
}

/// A draft holds what was typed; pictures of papers live no longer than the visit.
const fn without_pages(language: Language) -> &'static str {
    language.say(
        "拍好的材料不存入草稿，下次请重新拍。",
        "Pictures of papers are not in the draft; please take them again next time.",
    )
}

/// Title, words, and what stands small below them: the failure's code, or why it must be so.
fn words(language: Language, result: Result<(), DraftTrouble>) -> (&'static str, &'static str, String) {
    let not_kept = language.say("草稿没有保存", "The draft is not saved");
    let cannot = language.say("本机暂时不能保存草稿", "Drafts can't be saved here now");
    match result {
        Ok(()) => (language.say("草稿已保存", "The draft is saved"), "", String::new()),
        Err(DraftTrouble::NoPhoto) => (
            not_kept,
            language.say("没有读到芯片里的照片，不能保存草稿", "The photo in the card's chip was not read"),
            language
                .say(
                    "草稿要用身份证芯片里的照片来加密，没有照片就不安全。",
                    "A draft is encrypted with the photo in the chip; without it, it would not be safe.",
                )
                .to_owned(),
        ),
        Err(DraftTrouble::NoSecret) => (not_kept, cannot, language.say("故障 E13", "Fault E13").to_owned()),
        Err(DraftTrouble::Store(trouble)) => {
            let fault = store_trouble::fault(language, trouble);
            match trouble {
                StoreTrouble::Unknown => (
                    language.say("不确定草稿是否已保存", "Perhaps the draft is not saved"),
                    language.say(
                        "本机没有及时回应，请稍后再存一次",
                        "The terminal did not answer in time, please save it again later",
                    ),
                    fault,
                ),
                StoreTrouble::Full => (
                    not_kept,
                    language.say(
                        "本机的存储空间已满，暂时不能保存草稿",
                        "This terminal is full and saves no drafts for now",
                    ),
                    fault,
                ),
                _ => (not_kept, cannot, fault),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_kept_draft_is_said_to_be_kept_and_a_failure_says_its_code() {
        let store = [
            StoreTrouble::Full,
            StoreTrouble::Broken,
            StoreTrouble::Unknown,
            StoreTrouble::ReadOnly,
            StoreTrouble::Newer,
        ];
        for (language, named) in [(Language::Chinese, "故障"), (Language::English, "Fault")] {
            let kept = words(language, Ok(()));
            for trouble in store {
                let (title, fault, note) = words(language, Err(DraftTrouble::Store(trouble)));
                assert!(title != kept.0 && !fault.is_empty() && note.starts_with(named), "{trouble:?}");
            }
            assert!(words(language, Err(DraftTrouble::NoSecret)).2.ends_with("E13"));
            assert!(kept.1.is_empty());
        }
    }
}
