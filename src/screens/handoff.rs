//! Drafts between a phone and this terminal.

use super::code::picture;
use super::named;
use super::terminal::sends;
use crate::forms::words::{day, moment};
use crate::journey::{HandoffStep, HandoffTicket, HandoffTrouble, Journey, Page, Touch};
use contract::language::Language;
use kiosk_ui::{App, Handoff, PageKind};
use slint::{ComponentHandle, Image, SharedString};

pub(super) fn listen(app: &App) {
    let phone = app.global::<Handoff>();
    phone.on_open(sends(Touch::OpenPhoneCode));
    phone.on_hand(sends(Touch::ToPhone));
    phone.on_next(sends(Touch::Next));
    phone.on_go_on(sends(Touch::GoOn));
}

pub(super) const fn page_kind(step: &HandoffStep) -> PageKind {
    match step {
        HandoffStep::Code { .. } => PageKind::PhoneCode,
        HandoffStep::Claiming { .. } | HandoffStep::Handing { .. } => PageKind::Submitting,
        HandoffStep::Handed(_) | HandoffStep::NotHanded(_) => PageKind::PhoneHanded,
    }
}

/// The words for the page that waits.
pub(super) const fn waiting_words(language: Language, step: &HandoffStep) -> &'static str {
    match step {
        HandoffStep::Handing { .. } => language.say("正在取码…", "Getting a code…"),
        _ => language.say("正在取您在手机上填的内容…", "Fetching what you filled in on your phone…"),
    }
}

pub(super) fn show(app: &App, journey: &Journey) {
    let (view, language) = (app.global::<Handoff>(), journey.language());
    view.set_can_use(journey.can_hand_off());
    view.set_lacks_line(journey.lacks_line_for_phone());
    view.set_from(from(language, journey.page()).into());
    let Page::Handoff(phone) = journey.page() else { return forget(app) };
    let service = journey.library().find(&phone.service);
    view.set_service(
        service
            .map(|service| named(journey.library(), journey.language(), &service.name))
            .unwrap_or_default(),
    );
    match &phone.step {
        HandoffStep::Code { typing, fault } => {
            view.set_code(in_groups(typing.text()).into());
            view.set_fault(fault.map(|why| trouble(language, why)).unwrap_or_default().into());
        }
        HandoffStep::Handed(HandoffTicket { code, until, address }) => {
            view.set_code(code.in_groups().into());
            view.set_fault("".into());
            let until = format!("{} {}", day(language, until.date()), until.strftime("%H:%M"));
            view.set_until(until.into());
            let address = address.as_deref().unwrap_or_default();
            let qr = Some(address).filter(|address| !address.is_empty()).and_then(picture);
            view.set_has_picture(qr.is_some());
            view.set_picture(qr.unwrap_or_default());
            view.set_address(address.into());
        }
        HandoffStep::NotHanded(why) => view.set_fault(trouble(language, *why).into()),
        HandoffStep::Claiming { .. } | HandoffStep::Handing { .. } => {}
    }
}

/// A code opens what somebody typed: it belongs to the visit.
pub(super) fn forget(app: &App) {
    let view = app.global::<Handoff>();
    for clear in [Handoff::set_code, Handoff::set_fault, Handoff::set_service, Handoff::set_until] {
        clear(&view, SharedString::new());
    }
    view.set_picture(Image::default());
}

/// Where the content of the form came from; empty where it was typed here.
fn from(language: Language, page: &Page) -> String {
    let Page::Filing(filing) = page else { return String::new() };
    let Some(at) = filing.from_phone.map(|at| moment(language, at)) else { return String::new() };
    match language {
        Language::Chinese => format!("已放入您 {at} 在手机上填的内容，请逐项核对"),
        Language::English => format!("This is what you filled in on your phone, {at}; please check it"),
    }
}

/// `123 456`
fn in_groups(typed: &str) -> String {
    match typed.split_at_checked(3) {
        Some((first, last)) if !last.is_empty() => format!("{first} {last}"),
        _ => typed.to_owned(),
    }
}

const fn trouble(language: Language, why: HandoffTrouble) -> &'static str {
    let (chinese, english) = match why {
        HandoffTrouble::NotACode => ("请输入手机上的 6 位数字", "Please enter the 6 digits from your phone"),
        HandoffTrouble::NoSuchDraft => (
            "没有找到。请核对数字，并确认手机上填的是您本人的身份证号码；码 24 小时内有效，只能用一次",
            "Not found. Check the digits and the ID number on the phone; a code works for 24 hours, once.",
        ),
        HandoffTrouble::OtherService => (
            "这个码是另一个事项的，请打开那个事项再输入",
            "This code is for another service: please open that one first",
        ),
        HandoffTrouble::Locked => (
            "输错次数较多，请 15 分钟后再试，或直接在这里填写",
            "Too many wrong codes: please wait 15 minutes, or fill in here",
        ),
        HandoffTrouble::Offline => (
            "现在网络不通，暂时用不了手机上的内容，可直接在这里填写",
            "No network now: nothing comes from your phone; please fill in here",
        ),
        HandoffTrouble::NoAnswer => (
            "没有等到答复，请稍后再试，或直接在这里填写",
            "No answer came: please try later, or fill in here",
        ),
    };
    language.say(chinese, english)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_shown_in_two_groups() {
        assert_eq!(in_groups("12"), "12");
        assert_eq!(in_groups("123"), "123");
        assert_eq!(in_groups("1234"), "123 4");
    }
}
