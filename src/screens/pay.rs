//! Bills and top-ups.

use super::code;
use super::outcome::print_words;
use super::terminal::{send, sends};
use super::{list, refresh};
use crate::journey::is_settled;
use crate::journey::{
    Bills, Code, Confirm, Journey, MoneyTrouble, Now, OrderOutcome, Page, PayStep, Paying, Touch,
};
use contract::Fen;
use contract::bill::{Bill, BillState};
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
    show_all(&view, journey, paying, provider);
    match &paying.step {
        PayStep::Account { typing, fault } => {
            view.set_account(format!("{}{}", typing.text(), typing.composing()).into());
            view.set_sample(
                provider.samples.first().map(|sample| sample.expose().into()).unwrap_or_default(),
            );
            view.set_fault(fault.map(trouble).unwrap_or_default().into());
        }
        PayStep::Bills(bills) => show_bills(&view, provider, bills, now.today()),
        PayStep::Confirm(confirm) => show_confirm(&view, confirm),
        PayStep::Code(code) => show_code(&view, code, now),
        PayStep::Outcome(outcome) => show_outcome(&view, outcome),
        PayStep::Away | PayStep::LookingUp { .. } | PayStep::Ordering { .. } => {}
    }
}

/// The seconds that are left of a code.
pub(super) fn tick(app: &App, journey: &Journey, now: Now) {
    if let Page::Paying(paying) = journey.page()
        && let PayStep::Code(code) = &paying.step
    {
        app.global::<Pay>().set_left(seconds_left(code, now));
    }
}

fn seconds_left(code: &Code, now: Now) -> SharedString {
    let left = code.deadline.saturating_sub(now.uptime).as_secs();
    format!("剩余 {}:{:02}", left / 60, left % 60).into()
}

/// The words for the page that waits.
pub(super) const fn waiting_words(step: &PayStep) -> &'static str {
    if matches!(step, PayStep::Ordering { .. }) {
        "正在生成付款码…"
    } else {
        "正在查询账单…"
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
    view.set_service(service.map(|service| service.name.as_str().into()).unwrap_or_default());
    view.set_provider(provider.name.as_str().into());
    view.set_account_label(provider.account_label.as_str().into());
    view.set_prepaid(matches!(provider.mode, PayMode::TopUp { .. }));
}

fn show_bills(view: &Pay<'_>, provider: &Provider, bills: &Bills, today: Date) {
    let account = &bills.account;
    view.set_account(account.account_no.masked().into());
    view.set_holder(account.name_masked.as_str().into());
    view.set_balance(account.balance_fen.map(|fen| fen.to_string()).unwrap_or_default().into());
    let rows = account.bills.iter().map(|bill| bill_view(bill, bills, today)).collect();
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
        words: format!("{} {}", order.amount_fen, order.state.words()).into(),
    });
    if let Some(recent) = refresh(&view.get_recent(), recent.collect()) {
        view.set_recent(recent);
    }
    let chosen = account.bills.iter().filter(|bill| bills.chosen.contains(&bill.bill_id));
    let sum = chosen.fold(0_i64, |sum, bill| sum.saturating_add(bill.amount_due_fen.0));
    view.set_total(bills.top_up.unwrap_or(Fen(sum)).to_string().into());
    view.set_fault(bills.fault.as_ref().map(choice_fault).unwrap_or_default().into());
}

fn bill_view(bill: &Bill, bills: &Bills, today: Date) -> BillView {
    let part = |label: String, fen: Fen| LineView { label: label.into(), value: fen.to_string().into() };
    let tiers = bill.tiers.iter().zip(1..).filter(|(tier, _)| tier.amount_fen.0 > 0);
    let tiers = tiers
        .map(|(tier, number)| part(format!("第 {number} 档 {}", usage(tier.usage_milli)), tier.amount_fen));
    let extras = bill.extras.iter().map(|extra| part(extra.name.clone(), extra.amount_fen));
    let late = (bill.late_fee_fen.0 > 0).then(|| part("滞纳金".to_owned(), bill.late_fee_fen));
    let overdue = bill.is_overdue(today);
    let state = match bill.state {
        BillState::Unpaid if overdue => "已逾期",
        BillState::Unpaid => "待缴",
        BillState::Locked => "缴费中",
        BillState::Paid => "已缴",
        BillState::Closed => "已销账",
        BillState::Disputed => "有争议，请联系收费单位",
    };
    let period = bill.period.to_string();
    let (year, month) = period.split_at_checked(4).unwrap_or((&period, ""));
    BillView {
        id: bill.bill_id.as_str().into(),
        period: format!("{year}年{}月", month.trim_start_matches('0')).into(),
        amount: bill.amount_due_fen.to_string().into(),
        parts: list(tiers.chain(extras).chain(late)),
        state: state.into(),
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

fn show_confirm(view: &Pay<'_>, confirm: &Confirm) {
    view.set_account(confirm.bills.account.account_no.masked().into());
    view.set_holder(confirm.bills.account.name_masked.as_str().into());
    view.set_total(confirm.amount.to_string().into());
    view.set_alipay(confirm.channel == ChannelName::Alipay);
    let what = match &confirm.purchase {
        Purchase::Bills { bill_ids } => format!("{} 笔账单", bill_ids.len()),
        Purchase::TopUp => "充值".to_owned(),
    };
    view.set_lines(list([LineView { label: "缴费内容".into(), value: what.into() }]));
    view.set_fault(confirm.trouble.map(trouble).unwrap_or_default().into());
}

fn show_order(view: &Pay<'_>, order: &OrderView) {
    view.set_total(order.amount_fen.to_string().into());
    view.set_account(order.account_masked.as_str().into());
    view.set_number(order.order_no.as_str().into());
    view.set_state(order.state.words().into());
    view.set_alipay(order.channel == ChannelName::Alipay);
}

fn show_code(view: &Pay<'_>, code: &Code, now: Now) {
    show_order(view, &code.order);
    let picture = code.order.code_url.as_deref().and_then(code::picture);
    view.set_has_code(picture.is_some());
    view.set_code(picture.unwrap_or_default());
    view.set_asking(code.asking);
    view.set_left(seconds_left(code, now));
}

fn show_outcome(view: &Pay<'_>, outcome: &OrderOutcome) {
    let order = &outcome.order;
    show_order(view, order);
    view.set_good(order.state == OrderState::Posted);
    view.set_open(!is_settled(order.state));
    let mut lines = vec![LineView { label: "支付方式".into(), value: order.channel.words().into() }];
    lines.extend(
        order
            .transaction
            .as_deref()
            .map(|transaction| LineView { label: "支付流水".into(), value: transaction.into() }),
    );
    view.set_lines(list(lines));
    let (print, words) = outcome.printing.map_or((PrintView::Good, ""), print_words);
    view.set_print(print);
    view.set_print_words(words.into());
}

const fn trouble(why: MoneyTrouble) -> &'static str {
    match why {
        MoneyTrouble::Offline => "现在网络不通，缴费需要联网。没有扣款，请稍后再试。",
        MoneyTrouble::NotAnAccount => "没有查到这个号码，请对照账单核对",
        MoneyTrouble::NoAnswer => "没有等到答复，没有扣款。请稍后再试。",
        MoneyTrouble::Provider => "收费单位暂时没有答复，请稍后再试",
        MoneyTrouble::Changed => "账单有变化或正在被支付，请返回重新查询",
        MoneyTrouble::NotTaken => "本机暂不受理缴费，可以到窗口或用手机办理",
    }
}

fn choice_fault(fault: &ChoiceFault) -> String {
    match fault {
        ChoiceFault::Nothing => "请至少选择一笔账单".to_owned(),
        ChoiceFault::OlderFirst(_) => "请先缴较早的账单".to_owned(),
        ChoiceFault::NotPayable(_) => "所选账单现在不能缴，请重新选择".to_owned(),
        ChoiceFault::NoSuchStep(_) => "请选择一个充值金额".to_owned(),
        ChoiceFault::OutOfRange { min, max, .. } => format!("每次可缴 {min} 到 {max}"),
        ChoiceFault::WrongMode(_) | ChoiceFault::NoSuchBill(_) | ChoiceFault::Twice(_) => {
            "请返回重新查询".to_owned()
        }
    }
}
