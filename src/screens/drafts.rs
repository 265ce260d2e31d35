//! A draft that was found, and one that was kept or not.

use super::store_trouble;
use super::terminal::sends;
use crate::journey::{DraftTrouble, Journey, Page, Touch};
use crate::services::StoreTrouble;
use contract::ServiceCode;
use jiff::civil::DateTime;
use kiosk_ui::{App, Drafts};
use slint::{ComponentHandle, SharedString};

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
            let (fault, code) = kept.result.err().map_or(("", ""), words);
            view.set_fault(fault.into());
            view.set_code(code.into());
        }
        _ => {
            // What somebody applied for, and when, belongs to the visit.
            view.set_service("".into());
            view.set_at("".into());
        }
    }
}

fn service_name(journey: &Journey, service: &ServiceCode) -> SharedString {
    journey.library().find(service).map(|service| service.name.as_str().into()).unwrap_or_default()
}

/// `11月23日 21:15`
fn moment(at: DateTime) -> String {
    format!("{}月{}日 {:02}:{:02}", at.month(), at.day(), at.hour(), at.minute())
}

/// Why, and the failure's code if it is one.
const fn words(trouble: DraftTrouble) -> (&'static str, &'static str) {
    match trouble {
        DraftTrouble::NoPhoto => ("没有读到身份证芯片里的照片。草稿要用它来加密，这次不能保存。", ""),
        DraftTrouble::NoSecret => ("本机暂时不能保存草稿。", "故障 E13"),
        DraftTrouble::Store(StoreTrouble::Unknown) => {
            ("暂时不知道草稿是否保存成功，请稍后再试一次。", store_trouble::code(StoreTrouble::Unknown))
        }
        DraftTrouble::Store(StoreTrouble::Full) => {
            ("本机的存储空间已满，暂时不能保存草稿。", store_trouble::code(StoreTrouble::Full))
        }
        DraftTrouble::Store(trouble) => ("本机暂时不能保存草稿。", store_trouble::code(trouble)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_moment_in_chinese() {
        assert_eq!(moment(date(2026, 11, 3).at(9, 5, 0, 0)), "11月3日 09:05");
    }
}
