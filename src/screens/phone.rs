//! Pictures from the resident's phone: the code, and how to use it.

use super::code;
use super::terminal::sends;
use crate::forms::words;
use crate::journey::{
    Handover, Journey, Now, OpenPhone, Page, Papers as PapersPage, PapersStep, PhoneTrouble, Touch,
};
use kiosk_ui::{App, Phone};
use slint::{ComponentHandle, Image, SharedString};

pub(super) fn listen(app: &App) {
    let phone = app.global::<Phone>();
    phone.on_again(sends(Touch::TryAgain));
    phone.on_done(sends(Touch::Next));
}

pub(super) fn show(app: &App, journey: &Journey, now: Now) {
    let Page::Papers(papers) = journey.page() else { return forget(app) };
    let PapersStep::Phone(shown) = &papers.step else { return forget(app) };
    let view = app.global::<Phone>();
    let name = papers.material(&shown.material).map(|material| material.name.as_str().into());
    view.set_name(name.unwrap_or_default());
    view.set_count(count(papers).into());
    let trouble = match &shown.handover {
        Handover::Trouble(why) => words_of(*why),
        Handover::Opening(_) | Handover::Open(..) => "",
    };
    view.set_trouble(trouble.into());
    let open = papers.step.shown_code();
    let picture = open.and_then(|open| code::picture(open.address.expose()));
    view.set_has_code(picture.is_some());
    view.set_code(picture.unwrap_or_default());
    view.set_left(open.map(|open| seconds_left(open, now)).unwrap_or_default());
}

/// The seconds that are left of a code.
pub(super) fn tick(app: &App, journey: &Journey, now: Now) {
    if let Page::Papers(papers) = journey.page()
        && let Some(open) = papers.step.shown_code()
    {
        app.global::<Phone>().set_left(seconds_left(open, now));
    }
}

/// Whoever reads a code may send pictures to a visit: it goes with the page.
pub(super) fn forget(app: &App) {
    let view = app.global::<Phone>();
    view.set_name(SharedString::new());
    view.set_count(SharedString::new());
    view.set_code(Image::default());
    view.set_has_code(false);
}

/// 已收下 1 张，还可以传 3 张
fn count(papers: &PapersPage) -> String {
    let PapersStep::Phone(shown) = &papers.step else { return String::new() };
    let Some(material) = papers.material(&shown.material) else { return String::new() };
    let unit = words::unit(material.taken);
    match (papers.enclosures().pages_of(&material.id).count(), papers.room(&material.id)) {
        (0, left) => format!("最多 {left} {unit}"),
        (kept, left) => format!("已收下 {kept} {unit}，还可以传 {left} {unit}"),
    }
}

fn seconds_left(open: &OpenPhone, now: Now) -> SharedString {
    let left = open.until.saturating_sub(now.uptime).as_secs();
    format!("剩余 {}:{:02}", left / 60, left % 60).into()
}

const fn words_of(why: PhoneTrouble) -> &'static str {
    match why {
        PhoneTrouble::Offline => "现在网络不通，暂时不能用手机传。可以先提交，以后补交。",
        PhoneTrouble::NoAnswer => "没有等到答复，请再试一次，或先提交、以后补交。",
        PhoneTrouble::Over => "二维码已失效。还要传的话，请换一个二维码。",
    }
}
