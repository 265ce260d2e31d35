//! Pictures from the resident's phone: the code, and how to use it.

use super::terminal::sends;
use super::{code, named};
use crate::forms::words;
use crate::journey::{
    Handover, Journey, Now, OpenPhone, Page, Papers as PapersPage, PapersStep, PhoneTrouble, Touch,
};
use contract::language::Language;
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
    let (view, language) = (app.global::<Phone>(), journey.language());
    let name = papers.material(&shown.material);
    let name = name.map(|material| named(journey.library(), language, &material.name));
    view.set_name(name.unwrap_or_default());
    view.set_count(count(language, papers).into());
    let trouble = match &shown.handover {
        Handover::Trouble(why) => words_of(language, *why),
        Handover::Opening(_) | Handover::Open(..) => "",
    };
    view.set_trouble(trouble.into());
    let open = papers.step.shown_code();
    let picture = open.and_then(|open| code::picture(open.address.expose()));
    view.set_has_code(picture.is_some());
    view.set_code(picture.unwrap_or_default());
    view.set_left(open.map(|open| seconds_left(language, open, now)).unwrap_or_default());
}

/// The seconds that are left of a code.
pub(super) fn tick(app: &App, journey: &Journey, now: Now) {
    if let Page::Papers(papers) = journey.page()
        && let Some(open) = papers.step.shown_code()
    {
        app.global::<Phone>().set_left(seconds_left(journey.language(), open, now));
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

/// `已收下 1 张，还可以传 3 张`, `1 photo kept, room for 3 photos`
fn count(language: Language, papers: &PapersPage) -> String {
    let PapersStep::Phone(shown) = &papers.step else { return String::new() };
    let Some(material) = papers.material(&shown.material) else { return String::new() };
    let kept = papers.enclosures().pages_of(&material.id).count();
    let left = words::pages(language, material.taken, papers.room(&material.id));
    match language {
        _ if kept == 0 => words::at_most(language, &left),
        Language::Chinese => {
            format!("已收下 {}，还可以传 {left}", words::pages(language, material.taken, kept))
        }
        Language::English => {
            format!("{} kept, room for {left}", words::pages(language, material.taken, kept))
        }
    }
}

fn seconds_left(language: Language, open: &OpenPhone, now: Now) -> SharedString {
    words::time_left(language, open.until.saturating_sub(now.uptime)).into()
}

const fn words_of(language: Language, why: PhoneTrouble) -> &'static str {
    let (chinese, english) = match why {
        PhoneTrouble::Offline => (
            "现在网络不通，暂时不能用手机传。可以先提交，以后补交。",
            "No network now, phones can't send. You can submit first and add papers later.",
        ),
        PhoneTrouble::NoAnswer => (
            "没有等到答复，请再试一次，或先提交、以后补交。",
            "No answer came. Please try again, or submit first and add papers later.",
        ),
        PhoneTrouble::Over => (
            "二维码已失效。还要传的话，请换一个二维码。",
            "The code is no longer good. To send more, please take a new one.",
        ),
    };
    language.say(chinese, english)
}
