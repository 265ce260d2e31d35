//! Cases that are under way.

use super::terminal::{send, sends};
use super::{list, texts};
use crate::forms::words::{day, short_day};
use crate::journey::{
    AffairsStep, AffairsTrouble, CaseShown, Journey, NoticeAnswer, Own, Page, Said, SaidKind, Touch,
};
use crate::services::Library;
use contract::ProjectCode;
use contract::booking::Place;
use contract::licence::Licence;
use contract::message::{AnswerLine, CaseProgress, CaseState, Light};
use kiosk_ui::{Affairs, App, CaseMood, CaseView, LicenceView, LineView, PageKind, StepView};
use slint::{ComponentHandle, SharedString};

pub(super) fn listen(app: &App) {
    let affairs = app.global::<Affairs>();
    affairs.on_open(sends(Touch::OpenAffairs));
    affairs.on_own_cases(sends(Touch::Own(Own::Cases)));
    affairs.on_own_licences(sends(Touch::Own(Own::Licences)));
    affairs.on_next(sends(Touch::Next));
    affairs.on_answer(sends(Touch::AnswerPapers));
    affairs.on_pay_fee(sends(Touch::PayFee));
    affairs.on_withdraw(sends(Touch::Withdraw));
    affairs.on_more(sends(Touch::More));
    affairs.on_choose(|number| {
        if let Ok(number) = number.parse() {
            send(Touch::ChooseCase(number));
        }
    });
}

pub(super) const fn page_kind(step: &AffairsStep) -> PageKind {
    match step {
        AffairsStep::Number { .. } => PageKind::Affairs,
        AffairsStep::Own(_) => PageKind::OwnCases,
        AffairsStep::Licences(_) => PageKind::OwnLicences,
        AffairsStep::Case(_) => PageKind::Case,
        AffairsStep::Project(_) => PageKind::Project,
        AffairsStep::Answering { .. } => PageKind::CaseAnswer,
        AffairsStep::Withdrawing(_) => PageKind::CaseWithdraw,
        AffairsStep::Said { .. } => PageKind::CaseSaid,
        AffairsStep::Away | AffairsStep::Asking { .. } | AffairsStep::Saying { .. } => PageKind::Submitting,
    }
}

/// The words for the page that waits.
pub(super) const fn waiting_words(step: &AffairsStep) -> &'static str {
    match step {
        AffairsStep::Saying { is_committed: true, .. } => "已保存，正在发送…",
        AffairsStep::Saying { .. } => "正在保存…",
        _ => "正在查询…",
    }
}

pub(super) fn show(app: &App, journey: &Journey) {
    let view = app.global::<Affairs>();
    let Page::Affairs(affairs) = journey.page() else { return forget(app) };
    let library = journey.library();
    match &affairs.step {
        AffairsStep::Number { typing, fault } => {
            view.set_number(in_groups(typing.text()).into());
            view.set_can_scan(journey.health().scanner == Some(true));
            view.set_fault(fault.map(trouble).unwrap_or_default().into());
        }
        AffairsStep::Own(cases) => {
            let rows = cases.cases.iter().map(|case| case_view(library, case));
            view.set_cases(list(rows));
            view.set_has_older(cases.has_older);
        }
        AffairsStep::Licences(licences) => {
            view.set_licences(list(licences.licences.iter().map(licence_view)));
            view.set_unanswered(licences.unanswered.join("、").into());
        }
        AffairsStep::Case(shown) | AffairsStep::Withdrawing(shown) => {
            let fee = journey.fee_due().map(|due| due.amount.to_string()).unwrap_or_default().into();
            view.set_shown(CaseView { fee, ..shown_view(library, shown) });
        }
        AffairsStep::Answering { answer, is_empty } => {
            let NoticeAnswer { shown, typing, enclosures, .. } = answer;
            view.set_shown(shown_view(library, shown));
            view.set_asked(format!("需要：{}", shown.case.papers.join("；")).into());
            view.set_has_pages(enclosures.has_pages());
            view.set_note(format!("{}{}", typing.text(), typing.composing()).into());
            view.set_fault(if *is_empty { "请先写明补正的内容" } else { "" }.into());
        }
        AffairsStep::Said { kind, case, result } => {
            let (title, words, is_well) = said(*kind, *result);
            view.set_said_title(title.into());
            view.set_said(words.into());
            view.set_said_well(is_well);
            view.set_number(case.in_groups().into());
        }
        // Boards of projects have a file of their own.
        AffairsStep::Project(_)
        | AffairsStep::Away
        | AffairsStep::Asking { .. }
        | AffairsStep::Saying { .. } => {}
    }
}

/// Whose cases they are belongs to the visit.
pub(super) fn forget(app: &App) {
    let view = app.global::<Affairs>();
    for clear in
        [Affairs::set_number, Affairs::set_fault, Affairs::set_asked, Affairs::set_note, Affairs::set_said]
    {
        clear(&view, SharedString::new());
    }
    view.set_cases(list([]));
    view.set_licences(list([]));
    view.set_shown(CaseView::default());
}

fn licence_view(licence: &Licence) -> LicenceView {
    let line = |line: &AnswerLine| LineView {
        label: line.label.as_str().into(),
        value: line.value.expose().as_str().into(),
    };
    LicenceView {
        name: licence.name.as_str().into(),
        source: format!("{} · 数据截至 {}", licence.owner, day(licence.as_of)).into(),
        lines: list(licence.lines.iter().map(line)),
    }
}

fn shown_view(library: &Library, shown: &CaseShown) -> CaseView {
    CaseView {
        can_answer: shown.can_answer(),
        can_withdraw: shown.can_withdraw(),
        ..case_view(library, &shown.case)
    }
}

fn case_view(library: &Library, case: &CaseProgress) -> CaseView {
    let service = library.find(&case.service);
    CaseView {
        number: case.case.in_groups().into(),
        code: case.case.to_string().into(),
        service: service.map_or_else(|| case.service.to_string(), |service| service.name.clone()).into(),
        department: service.map(|service| service.department.as_str()).unwrap_or_default().into(),
        state: if case.is_awaited() { "已预约" } else { case.state.words() }.into(),
        mood: mood(case),
        due: due(case).into(),
        next: case.next_step.as_str().into(),
        papers: texts(case.papers.iter().map(String::as_str)),
        reasons: texts(case.reasons.iter().map(String::as_str)),
        steps: list(
            case.steps
                .iter()
                .map(|step| StepView { day: day(step.on).into(), words: step.words.as_str().into() }),
        ),
        rules: super::decided::rows(&case.rules),
        booked: case.booked.as_ref().map(place).unwrap_or_default().into(),
        fee: SharedString::new(),
        fee_paid: case
            .fee
            .filter(|fee| fee.is_paid)
            .map(|fee| fee.amount_fen.to_string())
            .unwrap_or_default()
            .into(),
        can_answer: false,
        can_withdraw: false,
    }
}

/// `12月1日 周二 09:00-09:30 福田区政务服务中心`
fn place(place: &Place) -> String {
    format!("{} {} {}", short_day(place.day), place.slot, place.site)
}

const fn mood(case: &CaseProgress) -> CaseMood {
    match (case.state, case.light) {
        (CaseState::PapersAsked, _) => CaseMood::Asks,
        (CaseState::Approved | CaseState::Completed, _) => CaseMood::Good,
        (CaseState::Refused | CaseState::NotAccepted | CaseState::Withdrawn, _) => CaseMood::Over,
        (CaseState::Received | CaseState::Accepted | CaseState::Paused, Light::Red) => CaseMood::Late,
        (CaseState::Received | CaseState::Accepted | CaseState::Paused, _) => CaseMood::Waiting,
    }
}

/// Until when, and how long that is; nothing where no time runs.
fn due(case: &CaseProgress) -> String {
    // A booking is settled by coming, on its day.
    let due = case.due_on.filter(|_| !case.is_awaited());
    let (Some(last), Some(left)) = (due, case.days_left) else { return String::new() };
    match (case.light, left.0) {
        (Light::Red, _) => format!("应于{}前办结，已超期", day(last)),
        (_, 0) => format!("今天（{}）办结", day(last)),
        (_, left) => format!("{}前办结，还有 {left} 个工作日", day(last)),
    }
}

/// A number as it is typed. A project code begins with its year; a case's number stands in the groups in which the receipt
/// shows it: district, day, sequence with its check character.
fn in_groups(typed: &str) -> String {
    if typed.starts_with("20") {
        return ProjectCode::in_groups(typed);
    }
    let mut words = String::with_capacity(typed.len() + 2);
    for (place, c) in typed.chars().enumerate() {
        if matches!(place, 6 | 14 | 21) {
            words.push(' ');
        }
        words.push(c);
    }
    words
}

const fn said(kind: SaidKind, result: Said) -> (&'static str, &'static str, bool) {
    match (kind, result) {
        (SaidKind::Supplement, Said::Noted) => ("已提交补正", "部门已收到，会继续办理。", true),
        (SaidKind::Withdrawal, Said::Noted) => ("已撤回", "这件申请不再办理。", true),
        (_, Said::SavedHere) => {
            ("已保存，待联网提交", "现在网络不通，内容已存在本机，联网后会自动提交。", true)
        }
        (_, Said::Refused) => {
            ("没有提交成功", "这件申请的状态已经变化，请看最新进程；有疑问请拨打 12345。", false)
        }
        (_, Said::NotKept(trouble)) => {
            let (title, words, _) = super::store_trouble::on_the_page(trouble);
            (title, words, false)
        }
    }
}

const fn trouble(why: AffairsTrouble) -> &'static str {
    match why {
        AffairsTrouble::NotANumber => "请核对：办件编号共 22 位，项目代码共 20 位数字",
        AffairsTrouble::NoSuchCase => "没有查到这个编号，请对照回执核对",
        AffairsTrouble::NoSuchProject => "没有查到这个项目代码，请对照立项文件核对",
        AffairsTrouble::NotReceived => "打印这张回执时还没有联网受理，请刷身份证查本人办件",
        AffairsTrouble::OtherCode => "这不是办件回执上的码，请扫回执下方的二维码，或输入编号",
        AffairsTrouble::Offline => "现在网络不通，暂时查不了进度，请稍后再试",
        AffairsTrouble::NoAnswer => "没有等到答复，请稍后再试",
        AffairsTrouble::NoCard => "读卡器或面部核对暂不可用，请输入办件编号查询",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_number_stands_in_the_groups_of_the_receipt() {
        assert_eq!(in_groups("44030420261"), "440304 20261");
        assert_eq!(in_groups("4403042026112300000017"), "440304 20261123 0000001 7");
        assert_eq!(in_groups("20264403044"), "2026-440304-4");
    }
}
