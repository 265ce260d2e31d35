//! On the way to a place: nothing to choose from, or somebody else was faster.

use super::terminal::sends;
use crate::journey::{Booking, BookingStep, BookingTrouble, Journey, Page, Touch};
use contract::language::Language;
use kiosk_ui::{App, Bookings, PageKind};
use slint::{ComponentHandle, SharedString};

pub(super) fn listen(app: &App) {
    app.global::<Bookings>().on_again(sends(Touch::TryAgain));
}

pub(super) const fn page_kind(booking: &Booking) -> PageKind {
    match booking.step {
        BookingStep::Asking { .. } => PageKind::Submitting,
        BookingStep::Trouble(_) | BookingStep::Taken => PageKind::Booking,
    }
}

pub(super) fn show(app: &App, journey: &Journey) {
    let view = app.global::<Bookings>();
    let Page::Booking(booking) = journey.page() else { return forget(app) };
    view.set_service(super::filing::title(journey, &booking.filing.draft).into());
    view.set_was_taken(booking.step == BookingStep::Taken);
    let (title, words, ways) = said(journey.language(), booking.step);
    view.set_title(title.into());
    view.set_words(words.into());
    view.set_ways(super::texts(ways.iter().copied()));
    view.set_keeps(booking.is_open);
}

/// What somebody wants to come for belongs to the visit.
pub(super) fn forget(app: &App) {
    app.global::<Bookings>().set_service(SharedString::new());
}

/// Title, what happened, and what works instead.
type Words = (&'static str, &'static str, &'static [&'static str]);

const fn said(language: Language, step: BookingStep) -> Words {
    let (chinese, english): (Words, Words) = match step {
        BookingStep::Asking { .. } => (("", "", &[]), ("", "", &[])),
        BookingStep::Taken => (
            (
                "这个时间刚刚被约满了",
                "名额已被约满，或时段已经开始，这次没有约上。",
                &["点“另选时间”，看看还有哪些空位"],
            ),
            (
                "This time was just taken",
                "It is full or has begun already: nothing is booked yet.",
                &["touch 'Another time' and see what is free"],
            ),
        ),
        BookingStep::Trouble(BookingTrouble::Offline) => (
            (
                "现在网络不通，暂时约不了",
                "预约要当场确认名额，不能先存在本机。",
                &["稍后再试一次", "到窗口现场取号", "拨打 12345 咨询"],
            ),
            (
                "No network now, nothing can be booked",
                "A place must be confirmed at once; it can't be kept here first.",
                &["try again later", "take a number at a counter", "call 12345"],
            ),
        ),
        BookingStep::Trouble(BookingTrouble::NoAnswer) => (
            (
                "暂时查不到空余时间",
                "系统没有及时答复，还没有约任何时间。",
                &["再试一次", "到窗口现场取号", "拨打 12345 咨询"],
            ),
            (
                "What is free is not known now",
                "No answer came in time; nothing is booked yet.",
                &["try again", "take a number at a counter", "call 12345"],
            ),
        ),
        BookingStep::Trouble(BookingTrouble::NothingFree) => (
            (
                "近 30 天都约满了",
                "有人取消时会放出名额，每天也会开放新的一天。",
                &["过一会儿再看一次", "到窗口现场取号", "拨打 12345 咨询"],
            ),
            (
                "The next 30 days are full",
                "Places come free when somebody cancels, and each day opens another day.",
                &["look again in a while", "take a number at a counter", "call 12345"],
            ),
        ),
    };
    language.say(chinese, english)
}
