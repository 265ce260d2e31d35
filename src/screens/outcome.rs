//! Being sent, done, goodbye, trouble.

use super::terminal::{send, sends};
use super::{line_view, list, named, refresh, store_trouble};
use crate::journey::{self, Done, Journey, Page, PrintResult, Printing, Touch};
use crate::services::StoreTrouble;
use contract::language::Language;
use contract::message::Rating;
use kiosk_ui::{App, Outcome, PrintView, TagView};
use slint::ComponentHandle;

pub(super) fn listen(app: &App) {
    let outcome = app.global::<Outcome>();
    outcome.on_print_again(sends(Touch::PrintAgain));
    outcome.on_more(sends(Touch::More));
    outcome.on_pay_fee(sends(Touch::PayFee));
    outcome.on_try_again(sends(Touch::TryAgain));
    outcome.on_send_rating(sends(Touch::SendRating));
    outcome.on_tag(move |place| {
        if let Ok(place) = usize::try_from(place) {
            send(Touch::Tag(place));
        }
    });
    outcome.on_rate(move |stars| {
        if let Some(rating) = Rating::ALL.into_iter().find(|rating| i32::from(rating.stars()) == stars) {
            send(Touch::Rate(rating));
        }
    });
}

pub(super) fn show(app: &App, journey: &Journey) {
    let view = app.global::<Outcome>();
    let language = journey.language();
    match journey.page() {
        Page::Done(done) => {
            show_done(&view, journey, done);
            view.set_fee(journey.fee_due().map(|due| due.amount.to_string()).unwrap_or_default().into());
        }
        Page::Trouble(trouble) => {
            let (title, words) = store_trouble::on_the_page(language, trouble.kind);
            view.set_can_submit_again(trouble.kind != StoreTrouble::Unknown);
            view.set_trouble_title(title.into());
            view.set_trouble(words.into());
            view.set_trouble_code(store_trouble::fault(language, trouble.kind).into());
        }
        page => match waiting_words(language, page) {
            Some(words) => view.set_submitting(words.into()),
            None => forget(app),
        },
    }
}

/// The words for a page that waits; none for every other page.
fn waiting_words(language: Language, page: &Page) -> Option<&'static str> {
    let (chinese, english) = match page {
        Page::Submitting(submitting) if submitting.committed.is_some() => SENDING,
        Page::Submitting(_) => SAVING,
        Page::FindingDraft(_) => ("正在打开表单…", "Opening the form…"),
        Page::Paying(paying) => return Some(super::pay::waiting_words(language, &paying.step)),
        Page::Affairs(affairs) => return Some(super::affairs::waiting_words(language, &affairs.step)),
        Page::Handoff(phone) => return Some(super::handoff::waiting_words(language, &phone.step)),
        Page::Booking(_) => ("正在查询空余时间…", "Looking up what is free…"),
        Page::KeepingDraft(_) => ("正在保存草稿…", "Saving the draft…"),
        _ => return None,
    };
    Some(language.say(chinese, english))
}

/// While something is committed, in Chinese and English.
pub(super) const SAVING: (&str, &str) = ("正在保存…", "Saving…");
/// While what is committed goes to central.
pub(super) const SENDING: (&str, &str) = ("已保存，正在发送…", "Saved, sending it…");

/// Number and answer belong to the visit.
pub(super) fn forget(app: &App) {
    let view = app.global::<Outcome>();
    view.set_lines(list([]));
    view.set_number("".into());
    view.set_next("".into());
    view.set_fee("".into());
}

fn show_done(view: &Outcome<'_>, journey: &Journey, done: &Done) {
    let (language, library) = (journey.language(), journey.library());
    let lines = library.speak(language, |voice| done.slip.lines(voice));
    let received = matches!(done.outcome, journey::Outcome::Received(_));
    let (chinese, english) = match done.outcome {
        journey::Outcome::Received(_) if done.is_booked => ("预约成功", "Booked"),
        journey::Outcome::Received(_) if !lines.is_empty() => {
            ("已办结，结果如下", "Completed, this is the result")
        }
        journey::Outcome::Received(_) => ("已受理", "Accepted"),
        journey::Outcome::SavedHere => ("已保存，待联网受理", "Saved, waiting for the network"),
        journey::Outcome::Refused => ("未能受理", "Not accepted"),
    };
    view.set_received(received);
    view.set_title(language.say(chinese, english).into());
    view.set_number(done.slip.number.as_str().into());
    view.set_next(named(library, language, &done.slip.next.words(language)));
    let lines = lines.iter().map(|line| line_view(language, library, line));
    view.set_lines(list(lines));
    let (print, words) = print_words(language, done.printing);
    view.set_print(print);
    view.set_print_words(words.into());
    let page = done.page.as_ref().map(|(_, page)| page_words(language, *page));
    let (print, words) = page.unwrap_or((PrintView::Good, ""));
    view.set_page_print(print);
    view.set_page_words(words.into());
    view.set_rating(done.rating.chosen().map_or(0, |rating| i32::from(rating.stars())));
    view.set_asks_why(matches!(done.rating, journey::Rated::Why { .. }));
    view.set_has_reason(matches!(&done.rating, journey::Rated::Why { tags, .. } if !tags.is_empty()));
    let (known, tags) = match &done.rating {
        journey::Rated::Why { rating, tags } => (library.rating_tags(*rating), Some(tags)),
        _ => (&[][..], None),
    };
    let tags = known.iter().map(|tag| TagView {
        words: named(library, language, tag),
        chosen: tags.is_some_and(|tags| tags.contains(tag)),
    });
    if let Some(tags) = refresh(&view.get_tags(), tags.collect()) {
        view.set_tags(tags);
    }
    view.set_rated(matches!(done.rating, journey::Rated::Kept(_)));
}

/// How the print of a certificate goes.
const fn page_words(language: Language, printing: Printing) -> (PrintView, &'static str) {
    let (view, chinese, english) = match printing {
        Printing::Busy(_) => {
            (PrintView::Busy, "正在打印 A4 证明，请稍候…", "Printing the A4 certificate, one moment…")
        }
        Printing::Over(PrintResult::Printed) => (
            PrintView::Good,
            "证明已打印，请从下方出纸口取走",
            "The certificate is printed, please take it from the tray below",
        ),
        Printing::Over(PrintResult::NoPaper) => (
            PrintView::Bad,
            "A4 纸用完了，证明没有打印。请到其他终端或窗口打印。（故障 E14）",
            "Out of A4 paper, not printed. Please print it at another terminal or a counter. (fault E14)",
        ),
        Printing::Over(PrintResult::NoPrinter) => (
            PrintView::Bad,
            "A4 打印机没有响应，证明没有打印。可再试一次，或到窗口打印。（故障 E14）",
            "The A4 printer does not answer, not printed. Try again, or go to a counter. (fault E14)",
        ),
        Printing::Over(PrintResult::NotWritable) => (
            PrintView::Bad,
            "姓名等内容里有本机字库没有的字，证明没有打印。请持回执到窗口打印。",
            "A character can't be written here, not printed. Please take the receipt to a counter.",
        ),
        Printing::Over(PrintResult::Unknown) => (
            PrintView::Bad,
            "不确定证明是否打印完整，请看出纸口；没有就再打印一次。",
            "Perhaps not printed completely: please look at the tray, and print again if it is empty.",
        ),
    };
    (view, language.say(chinese, english))
}

/// How the print of a receipt goes.
pub(super) const fn print_words(language: Language, printing: Printing) -> (PrintView, &'static str) {
    let (view, chinese, english) = match printing {
        Printing::Busy(_) => (PrintView::Busy, "正在打印回执…", "Printing the receipt…"),
        Printing::Over(PrintResult::Printed) => {
            (PrintView::Good, "回执已打印，请取走", "The receipt is printed, please take it")
        }
        Printing::Over(PrintResult::NoPaper) => (
            PrintView::Bad,
            "打印纸用完了，回执没有打印。请拍下或抄下上面的号码，办理不受影响。（故障 E02）",
            "Out of paper, no receipt. Please note the number above; your matter goes on. (fault E02)",
        ),
        Printing::Over(PrintResult::NoPrinter | PrintResult::NotWritable) => (
            PrintView::Bad,
            "打印机没有响应，回执没有打印。请拍下或抄下上面的号码，办理不受影响。（故障 E02）",
            "The printer does not answer. Please note the number above; your matter goes on. (fault E02)",
        ),
        Printing::Over(PrintResult::Unknown) => (
            PrintView::Bad,
            "不确定回执是否打印完整，可以再打印一次（会注明补打）。",
            "Perhaps not printed completely. You can print it again (marked as a copy).",
        ),
    };
    (view, language.say(chinese, english))
}
