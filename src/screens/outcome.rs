//! Being sent, done, goodbye, trouble.

use super::terminal::{send, sends};
use super::{list, refresh, store_trouble};
use crate::journey::{self, Done, Journey, Page, PrintResult, Printing, Touch};
use crate::services::{Library, StoreTrouble};
use contract::message::Rating;
use kiosk_ui::{App, LineView, Outcome, PrintView, TagView};
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
    match journey.page() {
        Page::Submitting(submitting) => {
            let words = if submitting.committed.is_some() {
                "已保存，正在发送…"
            } else {
                "正在保存…"
            };
            view.set_submitting(words.into());
        }
        Page::FindingDraft(_) => view.set_submitting("正在打开表单…".into()),
        Page::Paying(paying) => view.set_submitting(super::pay::waiting_words(&paying.step).into()),
        Page::Affairs(affairs) => {
            view.set_submitting(super::affairs::waiting_words(&affairs.step).into());
        }
        Page::Handoff(phone) => view.set_submitting(super::handoff::waiting_words(&phone.step).into()),
        Page::Booking(_) => view.set_submitting("正在查询空余时间…".into()),
        Page::KeepingDraft(_) => view.set_submitting("正在保存草稿…".into()),
        Page::Done(done) => {
            show_done(&view, journey.library(), done);
            view.set_fee(journey.fee_due().map(|due| due.amount.to_string()).unwrap_or_default().into());
        }
        Page::Trouble(trouble) => {
            let (title, words, code) = store_trouble::on_the_page(trouble.kind);
            view.set_can_submit_again(trouble.kind != StoreTrouble::Unknown);
            view.set_trouble_title(title.into());
            view.set_trouble(words.into());
            view.set_trouble_code(code.into());
        }
        _ => forget(app),
    }
}

/// Number and answer belong to the visit.
pub(super) fn forget(app: &App) {
    let view = app.global::<Outcome>();
    view.set_lines(list([]));
    view.set_number("".into());
    view.set_next("".into());
    view.set_fee("".into());
}

fn show_done(view: &Outcome<'_>, library: &Library, done: &Done) {
    let received = matches!(done.outcome, journey::Outcome::Received(_));
    let title = match done.outcome {
        journey::Outcome::Received(_) if done.is_booked => "预约成功",
        journey::Outcome::Received(_) if !done.slip.lines.is_empty() => "已办结，结果如下",
        journey::Outcome::Received(_) => "已受理",
        journey::Outcome::SavedHere => "已保存，待联网受理",
        journey::Outcome::Refused => "未能受理",
    };
    view.set_received(received);
    view.set_title(title.into());
    view.set_number(done.slip.number.as_str().into());
    view.set_next(done.slip.next.as_str().into());
    let lines = done.slip.lines.iter().map(|line| LineView {
        label: line.label.as_str().into(),
        value: line.value.expose().as_str().into(),
    });
    view.set_lines(list(lines));
    let (print, words) = print_words(done.printing);
    view.set_print(print);
    view.set_print_words(words.into());
    let (print, words) = done.page.as_ref().map_or((PrintView::Good, ""), |(_, page)| page_words(*page));
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
        words: tag.as_str().into(),
        chosen: tags.is_some_and(|tags| tags.contains(tag)),
    });
    if let Some(tags) = refresh(&view.get_tags(), tags.collect()) {
        view.set_tags(tags);
    }
    view.set_rated(matches!(done.rating, journey::Rated::Kept(_)));
}

/// How the print of a certificate goes.
const fn page_words(printing: Printing) -> (PrintView, &'static str) {
    match printing {
        Printing::Busy(_) => (PrintView::Busy, "正在打印 A4 证明，请稍候…"),
        Printing::Over(PrintResult::Printed) => (PrintView::Good, "证明已打印，请从下方出纸口取走"),
        Printing::Over(PrintResult::NoPaper) => {
            (PrintView::Bad, "A4 纸用完了，证明没有打印。请到其他终端或窗口打印。（故障 E14）")
        }
        Printing::Over(PrintResult::NoPrinter) => {
            (PrintView::Bad, "A4 打印机没有响应，证明没有打印。可再试一次，或到窗口打印。（故障 E14）")
        }
        Printing::Over(PrintResult::NotWritable) => {
            (PrintView::Bad, "姓名等内容里有本机字库没有的字，证明没有打印。请持回执到窗口打印。")
        }
        Printing::Over(PrintResult::Unknown) => {
            (PrintView::Bad, "不确定证明是否打印完整，请看出纸口；没有就再打印一次。")
        }
    }
}

/// How the print of a receipt goes.
pub(super) const fn print_words(printing: Printing) -> (PrintView, &'static str) {
    match printing {
        Printing::Busy(_) => (PrintView::Busy, "正在打印回执…"),
        Printing::Over(PrintResult::Printed) => (PrintView::Good, "回执已打印，请取走"),
        Printing::Over(PrintResult::NoPaper) => {
            (PrintView::Bad, "打印纸用完了，回执没有打印。请拍下或抄下上面的号码，办理不受影响。（故障 E02）")
        }
        Printing::Over(PrintResult::NoPrinter | PrintResult::NotWritable) => (
            PrintView::Bad,
            "打印机没有响应，回执没有打印。请拍下或抄下上面的号码，办理不受影响。（故障 E02）",
        ),
        Printing::Over(PrintResult::Unknown) => {
            (PrintView::Bad, "不确定回执是否打印完整，可以再打印一次（会注明补打）。")
        }
    }
}
