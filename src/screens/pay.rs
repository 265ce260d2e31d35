//! Bills and top-ups.

use super::code;
use super::outcome::print_words;
use super::terminal::{send, sends};
use super::{list, named, refresh};
use crate::forms::words;
use crate::journey::is_settled;
use crate::journey::{
    Bills, Code, Confirm, Journey, MoneyTrouble, Now, OrderOutcome, Page, PayStep, Paying, Touch,
};
use crate::services::Library;
use contract::Fen;
use contract::bill::{Bill, BillState};
use contract::language::{Language, english_count};
use contract::order::{ChannelName, ChoiceFault, OrderState, OrderView, Purchase};
use contract::providers::{PayMode, Provider};
use jiff::civil::Date;
use kiosk_ui::{AmountView, App, BillView, LineView, PageKind, Pay, PrintView, RecentView};
use slint::{ComponentHandle, Image, SharedString};

pub(super) fn listen(app: &App) {
    let pay = app.global::<Pay>();
    pay.on_next(sends(Touch::Next));
    pay.on_have_i_paid(sends(Touch::HaveIPaid));
    pay.on_print_again(sends(Touch::PrintAgain));
    pay.on_more(sends(Touch::More));
    pay.on_pay_by(|alipay| {
        send(Touch::PayBy(if alipay { ChannelName::Alipay } else { ChannelName::Wechat }));
    });
    pay.on_choose_bill(|id| {
        if let Ok(id) = id.parse() {
            send(Touch::ChooseBill(id));
        }
    });
    pay.on_choose_amount(|fen| send(Touch::ChooseAmount(Fen(i64::from(fen)))));
    pay.on_print_order(|number| {
        if let Ok(number) = number.parse() {
            send(Touch::PrintOrder(number));
        }
    });
}

pub(super) const fn page_kind(step: &PayStep) -> PageKind {
    match step {
        PayStep::Account { .. } => PageKind::PayAccount,
        PayStep::Bills(_) => PageKind::PayBills,
        PayStep::Confirm(_) => PageKind::PayConfirm,
        PayStep::Code(_) => PageKind::PayCode,
        PayStep::Outcome(_) => PageKind::PayOutcome,
        PayStep::Away | PayStep::LookingUp { .. } | PayStep::Ordering { .. } => PageKind::Submitting,
    }
}

pub(super) fn show(app: &App, journey: &Journey, now: Now) {
    let view = app.global::<Pay>();
    let Page::Paying(paying) = journey.page() else { return forget(app) };
    let Some(provider) = journey.library().provider(&paying.provider) else { return };
    let language = journey.language();
    show_all(&view, journey, paying, provider);
    match &paying.step {
        PayStep::Account { typing, fault } => {
            view.set_account(format!("{}{}", typing.text(), typing.composing()).into());
            view.set_sample(
                provider.samples.first().map(|sample| sample.expose().into()).unwrap_or_default(),
            );
            view.set_fault(fault.map(|why| trouble(language, why)).unwrap_or_default().into());
        }
        PayStep::Bills(bills) => show_bills(&view, journey, provider, bills, now.today()),
        PayStep::Confirm(confirm) => show_confirm(&view, language, confirm),
        PayStep::Code(code) => show_code(&view, language, code, now),
        PayStep::Outcome(outcome) => show_outcome(&view, language, outcome),
        PayStep::Away | PayStep::LookingUp { .. } | PayStep::Ordering { .. } => {}
    }
}

/// The seconds that are left of a code.
pub(super) fn tick(app: &App, journey: &Journey, now: Now) {
    if let Page::Paying(paying) = journey.page()
        && let PayStep::Code(code) = &paying.step
    {
        app.global::<Pay>().set_left(seconds_left(journey.language(), code, now));
    }
}

fn seconds_left(language: Language, code: &Code, now: Now) -> SharedString {
    words::time_left(language, code.deadline.saturating_sub(now.uptime)).into()
}

/// The words for the page that waits.
pub(super) const fn waiting_words(language: Language, step: &PayStep) -> &'static str {
    match step {
        PayStep::Ordering { .. } => language.say("正在生成付款码…", "Making the code…"),
        _ => language.say("正在查询账单…", "Looking up the bills…"),
    }
}

/// Account, amount and code belong to the visit.
pub(super) fn forget(app: &App) {
    let view = app.global::<Pay>();
    for clear in
        [Pay::set_account, Pay::set_holder, Pay::set_total, Pay::set_number, Pay::set_balance, Pay::set_fault]
    {
        clear(&view, SharedString::new());
    }
    view.set_bills(list([]));
    view.set_recent(list([]));
    view.set_lines(list([]));
    view.set_code(Image::default());
    view.set_has_code(false);
}

fn show_all(view: &Pay<'_>, journey: &Journey, paying: &Paying, provider: &Provider) {
    let service = journey.library().find(&paying.service);
    view.set_service(
        service
            .map(|service| named(journey.library(), journey.language(), &service.name))
            .unwrap_or_default(),
    );
    view.set_provider(named(journey.library(), journey.language(), &provider.name));
    view.set_account_label(named(journey.library(), journey.language(), &provider.account_label));
    view.set_prepaid(matches!(provider.mode, PayMode::TopUp { .. }));
}

fn show_bills(view: &Pay<'_>, journey: &Journey, provider: &Provider, bills: &Bills, today: Date) {
    let (language, library) = (journey.language(), journey.library());
    let account = &bills.account;
    view.set_account(account.account_no.masked().into());
    view.set_holder(account.name_masked.as_str().into());
    view.set_balance(account.balance_fen.map(|fen| fen.to_string()).unwrap_or_default().into());
    let rows = account.bills.iter().map(|bill| bill_view(language, library, bill, bills, today)).collect();
    if let Some(rows) = refresh(&view.get_bills(), rows) {
        view.set_bills(rows);
    }
    let steps = match &provider.mode {
        PayMode::TopUp { steps } => steps.as_slice(),
        PayMode::Bill => &[],
    };
    let steps = steps.iter().map(|fen| AmountView {
        fen: i32::try_from(fen.0).unwrap_or(i32::MAX),
        words: fen.to_string().into(),
        chosen: bills.top_up == Some(*fen),
    });
    if let Some(steps) = refresh(&view.get_amounts(), steps.collect()) {
        view.set_amounts(steps);
    }
    let recent = bills.recent.iter().map(|order| RecentView {
        number: order.order_no.as_str().into(),
        words: format!("{} {}", order.amount_fen, order.state.words(language)).into(),
    });
    if let Some(recent) = refresh(&view.get_recent(), recent.collect()) {
        view.set_recent(recent);
    }
    let chosen = account.bills.iter().filter(|bill| bills.chosen.contains(&bill.bill_id));
    let sum = chosen.fold(0_i64, |sum, bill| sum.saturating_add(bill.amount_due_fen.0));
    view.set_total(bills.top_up.unwrap_or(Fen(sum)).to_string().into());
    view.set_fault(
        bills.fault.as_ref().map(|fault| choice_fault(language, fault)).unwrap_or_default().into(),
    );
}

fn bill_view(language: Language, library: &Library, bill: &Bill, bills: &Bills, today: Date) -> BillView {
    let part = |label: String, fen: Fen| LineView { label: label.into(), value: fen.to_string().into() };
    let tiers = bill.tiers.iter().zip(1..).filter(|(tier, _)| tier.amount_fen.0 > 0);
    let tier_words = |number: i32, used: &str| match language {
        Language::Chinese => format!("第 {number} 档 {used}"),
        Language::English => format!("Tier {number}: {used}"),
    };
    let tiers =
        tiers.map(|(tier, number)| part(tier_words(number, &usage(tier.usage_milli)), tier.amount_fen));
    let extras = bill
        .extras
        .iter()
        .map(|extra| part(library.say(language, &extra.name).into_owned(), extra.amount_fen));
    let late = (bill.late_fee_fen.0 > 0)
        .then(|| part(language.say("滞纳金", "Late fee").to_owned(), bill.late_fee_fen));
    let overdue = bill.is_overdue(today);
    let (chinese, english) = match bill.state {
        BillState::Unpaid if overdue => ("已逾期", "Overdue"),
        BillState::Unpaid => ("待缴", "To pay"),
        BillState::Locked => ("缴费中", "Being paid"),
        BillState::Paid => ("已缴", "Paid"),
        BillState::Closed => ("已销账", "Closed"),
        BillState::Disputed => ("有争议，请联系收费单位", "Disputed, please ask the provider"),
    };
    BillView {
        id: bill.bill_id.as_str().into(),
        period: words::month(language, bill.period.first_day()).into(),
        amount: bill.amount_due_fen.to_string().into(),
        parts: list(tiers.chain(extras).chain(late)),
        state: language.say(chinese, english).into(),
        payable: bill.state == BillState::Unpaid,
        overdue,
        chosen: bills.chosen.contains(&bill.bill_id),
    }
}

/// Thousandths of a unit, without zeros that say nothing.
fn usage(milli: i64) -> String {
    let text = format!("{}.{:03}", milli / 1_000, milli % 1_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn show_confirm(view: &Pay<'_>, language: Language, confirm: &Confirm) {
    view.set_account(confirm.bills.account.account_no.masked().into());
    view.set_holder(confirm.bills.account.name_masked.as_str().into());
    view.set_total(confirm.amount.to_string().into());
    view.set_alipay(confirm.channel == ChannelName::Alipay);
    let what = match (&confirm.purchase, language) {
        (Purchase::Bills { bill_ids }, Language::Chinese) => format!("{} 笔账单", bill_ids.len()),
        (Purchase::Bills { bill_ids }, Language::English) => english_count(bill_ids.len(), "bill"),
        (Purchase::TopUp, _) => language.say("充值", "Top-up").to_owned(),
    };
    view.set_lines(list([line(language.say("缴费内容", "For"), &what)]));
    view.set_fault(confirm.trouble.map(|why| trouble(language, why)).unwrap_or_default().into());
}

fn line(label: &str, value: &str) -> LineView {
    LineView { label: label.into(), value: value.into() }
}

fn show_order(view: &Pay<'_>, language: Language, order: &OrderView) {
    view.set_total(order.amount_fen.to_string().into());
    view.set_account(order.account_masked.as_str().into());
    view.set_number(order.order_no.as_str().into());
    view.set_state(order.state.words(language).into());
    view.set_alipay(order.channel == ChannelName::Alipay);
}

fn show_code(view: &Pay<'_>, language: Language, code: &Code, now: Now) {
    show_order(view, language, &code.order);
    let picture = code.order.code_url.as_deref().and_then(code::picture);
    view.set_has_code(picture.is_some());
    view.set_code(picture.unwrap_or_default());
    view.set_asking(code.asking);
    view.set_left(seconds_left(language, code, now));
}

fn show_outcome(view: &Pay<'_>, language: Language, outcome: &OrderOutcome) {
    let order = &outcome.order;
    show_order(view, language, order);
    view.set_good(order.state == OrderState::Posted);
    view.set_open(!is_settled(order.state));
    let mut lines = vec![line(language.say("支付方式", "Paid with"), order.channel.words(language))];
    let transaction = order.transaction.as_deref();
    lines.extend(transaction.map(|number| line(language.say("支付流水", "Payment number"), number)));
    view.set_lines(list(lines));
    let (print, words) =
        outcome.printing.map_or((PrintView::Good, ""), |printing| print_words(language, printing));
    view.set_print(print);
    view.set_print_words(words.into());
}

const fn trouble(language: Language, why: MoneyTrouble) -> &'static str {
    let (chinese, english) = match why {
        MoneyTrouble::Offline => (
            "现在网络不通，缴费需要联网。没有扣款，请稍后再试。",
            "Paying needs a network, and there is none now. Nothing was charged, please try later.",
        ),
        MoneyTrouble::NotAnAccount => {
            ("没有查到这个号码，请对照账单核对", "This number was not found, please compare with your bill")
        }
        MoneyTrouble::NoAnswer => {
            ("没有等到答复，没有扣款。请稍后再试。", "No answer came, nothing was charged. Please try later.")
        }
        MoneyTrouble::Provider => {
            ("收费单位暂时没有答复，请稍后再试", "The provider does not answer now, please try later")
        }
        MoneyTrouble::Changed => (
            "账单有变化或正在被支付，请返回重新查询",
            "The bill changed or is being paid: please go back and look it up again",
        ),
        MoneyTrouble::NotTaken => (
            "本机暂不受理缴费，可以到窗口或用手机办理",
            "Nothing can be paid here now; please use a counter or your phone",
        ),
    };
    language.say(chinese, english)
}

fn choice_fault(language: Language, fault: &ChoiceFault) -> String {
    let (chinese, english) = match fault {
        ChoiceFault::Nothing => ("请至少选择一笔账单", "Please choose at least one bill"),
        ChoiceFault::OlderFirst(_) => ("请先缴较早的账单", "Please pay the older bills first"),
        ChoiceFault::NotPayable(_) => {
            ("所选账单现在不能缴，请重新选择", "This bill can't be paid now, please choose again")
        }
        ChoiceFault::NoSuchStep(_) => ("请选择一个充值金额", "Please choose an amount"),
        ChoiceFault::OutOfRange { min, max, .. } => {
            return match language {
                Language::Chinese => format!("每次可缴 {min} 到 {max}"),
                Language::English => format!("Between {min} and {max} can be paid at once"),
            };
        }
        ChoiceFault::WrongMode(_) | ChoiceFault::NoSuchBill(_) | ChoiceFault::Twice(_) => {
            ("请返回重新查询", "Please go back and look it up again")
        }
    };
    language.say(chinese, english).to_owned()
}
