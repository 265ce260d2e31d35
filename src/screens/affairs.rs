//! Cases that are under way.

use super::outcome::{SAVING, SENDING};
use super::terminal::{send, sends};
use super::{line_view, list, named, store_trouble};
use crate::forms::words::{day, short_day};
use crate::journey::{
    AffairsStep, AffairsTrouble, CaseShown, Journey, NoticeAnswer, Own, Page, Said, SaidKind, Touch,
};
use crate::services::Library;
use contract::ProjectCode;
use contract::booking::Place;
use contract::language::{Language, english_count};
use contract::licence::Licence;
use contract::message::{AnswerLine, CaseProgress, CaseState, Light};
use kiosk_ui::{Affairs, App, CaseMood, CaseView, LicenceView, PageKind, StepView};
use slint::{ComponentHandle, SharedString};
use std::borrow::Cow;

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
pub(super) const fn waiting_words(language: Language, step: &AffairsStep) -> &'static str {
    let (chinese, english) = match step {
        AffairsStep::Saying { is_committed: true, .. } => SENDING,
        AffairsStep::Saying { .. } => SAVING,
        _ => ("正在查询…", "Looking it up…"),
    };
    language.say(chinese, english)
}

pub(super) fn show(app: &App, journey: &Journey) {
    let view = app.global::<Affairs>();
    let Page::Affairs(affairs) = journey.page() else { return forget(app) };
    let (library, language) = (journey.library(), journey.language());
    match &affairs.step {
        AffairsStep::Number { typing, fault } => {
            view.set_number(in_groups(typing.text()).into());
            view.set_can_scan(journey.health().scanner == Some(true));
            view.set_fault(fault.map(|why| trouble(language, why)).unwrap_or_default().into());
        }
        AffairsStep::Own(cases) => {
            let rows = cases.cases.iter().map(|case| case_view(language, library, case));
            view.set_cases(list(rows));
            view.set_has_older(cases.has_older);
        }
        AffairsStep::Licences(licences) => {
            view.set_licences(list(licences.licences.iter().map(|one| licence_view(language, library, one))));
            view.set_unanswered(
                said_all(language, library, &licences.unanswered).join(language.comma()).into(),
            );
        }
        AffairsStep::Case(shown) | AffairsStep::Withdrawing(shown) => {
            let fee = journey.fee_due().map(|due| due.amount.to_string()).unwrap_or_default().into();
            view.set_shown(CaseView { fee, ..shown_view(language, library, shown) });
        }
        AffairsStep::Answering { answer, is_empty } => {
            let NoticeAnswer { shown, typing, enclosures, .. } = answer;
            view.set_shown(shown_view(language, library, shown));
            let papers = said_all(language, library, &shown.case.papers).join(language.semicolon());
            view.set_asked(format!("{}{papers}", language.say("需要：", "Asked for: ")).into());
            view.set_has_pages(enclosures.has_pages());
            view.set_note(format!("{}{}", typing.text(), typing.composing()).into());
            let empty = language.say("请先写明补正的内容", "Please write what was asked for first");
            view.set_fault(if *is_empty { empty } else { "" }.into());
        }
        AffairsStep::Said { kind, case, result } => {
            let (title, words, is_well) = said(language, *kind, *result);
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

fn licence_view(language: Language, library: &Library, licence: &Licence) -> LicenceView {
    let line = |line: &AnswerLine| line_view(language, library, line);
    let owner = library.say(language, &licence.owner);
    LicenceView {
        name: named(library, language, &licence.name),
        source: super::decided::as_of(language, &owner, licence.as_of).into(),
        lines: list(licence.lines.iter().map(line)),
    }
}

fn shown_view(language: Language, library: &Library, shown: &CaseShown) -> CaseView {
    CaseView {
        can_answer: shown.can_answer(),
        can_withdraw: shown.can_withdraw(),
        ..case_view(language, library, &shown.case)
    }
}

fn case_view(language: Language, library: &Library, case: &CaseProgress) -> CaseView {
    let service = library.find(&case.service);
    CaseView {
        number: case.case.in_groups().into(),
        code: case.case.to_string().into(),
        service: service
            .map_or_else(|| case.service.as_str().into(), |service| named(library, language, &service.name)),
        department: service.map(|service| named(library, language, &service.department)).unwrap_or_default(),
        state: state(language, case).into(),
        mood: mood(case),
        due: due(language, case).into(),
        next: named(library, language, &case.next_step),
        papers: list(case.papers.iter().map(|paper| named(library, language, paper))),
        reasons: list(case.reasons.iter().map(|reason| named(library, language, reason))),
        steps: list(case.steps.iter().map(|step| StepView {
            day: day(language, step.on).into(),
            words: named(library, language, &step.words),
        })),
        rules: super::decided::rows(language, library, &case.rules),
        booked: case
            .booked
            .as_ref()
            .map(|booked| place(language, library, booked))
            .unwrap_or_default()
            .into(),
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

fn said_all<'a>(language: Language, library: &'a Library, texts: &'a [String]) -> Vec<Cow<'a, str>> {
    texts.iter().map(|text| library.say(language, text)).collect()
}

fn state(language: Language, case: &CaseProgress) -> &'static str {
    if case.is_awaited() { language.say("已预约", "Booked") } else { case.state.words(language) }
}

/// `12月1日 周二 09:00-09:30 福田区政务服务中心`
fn place(language: Language, library: &Library, place: &Place) -> String {
    format!("{} {} {}", short_day(language, place.day), place.slot, library.say(language, &place.site))
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
fn due(language: Language, case: &CaseProgress) -> String {
    // A booking is settled by coming, on its day.
    let due = case.due_on.filter(|_| !case.is_awaited());
    let (Some(last), Some(left)) = (due, case.days_left) else { return String::new() };
    let day = day(language, last);
    match (language, case.light, left.0) {
        (Language::Chinese, Light::Red, _) => format!("应于{day}前办结，已超期"),
        (Language::Chinese, _, 0) => format!("今天（{day}）办结"),
        (Language::Chinese, _, left) => format!("{day}前办结，还有 {left} 个工作日"),
        (Language::English, Light::Red, _) => format!("Was due by {day}, late"),
        (Language::English, _, 0) => format!("Due today ({day})"),
        (Language::English, _, left) => format!("Due by {day}, {} left", english_count(left, "working day")),
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

const fn said(language: Language, kind: SaidKind, result: Said) -> (&'static str, &'static str, bool) {
    let (chinese, english, is_well) = match (kind, result) {
        (SaidKind::Supplement, Said::Noted) => (
            ("已提交补正", "部门已收到，会继续办理。"),
            ("Submitted", "The department has it and goes on."),
            true,
        ),
        (SaidKind::Withdrawal, Said::Noted) => (
            ("已撤回", "这件申请不再办理。"),
            ("Withdrawn", "Nobody works on this application any more."),
            true,
        ),
        (_, Said::SavedHere) => (
            ("已保存，待联网提交", "现在网络不通，内容已存在本机，联网后会自动提交。"),
            (
                "Saved, waiting for the network",
                "It is kept here and submitted by itself once there is a network.",
            ),
            true,
        ),
        (_, Said::Refused) => (
            ("没有提交成功", "这件申请的状态已经变化，请看最新进程；有疑问请拨打 12345。"),
            ("Not submitted", "The application has changed meanwhile: please look at it. Questions: 12345."),
            false,
        ),
        (_, Said::NotKept(trouble)) => {
            let (title, words) = store_trouble::on_the_page(language, trouble);
            return (title, words, false);
        }
    };
    let (title, words) = language.say(chinese, english);
    (title, words, is_well)
}

const fn trouble(language: Language, why: AffairsTrouble) -> &'static str {
    let (chinese, english) = match why {
        AffairsTrouble::NotANumber => (
            "请核对：办件编号共 22 位，项目代码共 20 位数字",
            "Please check: a case number has 22 digits, a project code 20",
        ),
        AffairsTrouble::NoSuchCase => {
            ("没有查到这个编号，请对照回执核对", "No such number was found, please compare with the receipt")
        }
        AffairsTrouble::NoSuchProject => (
            "没有查到这个项目代码，请对照立项文件核对",
            "No such project was found, please compare with your documents",
        ),
        AffairsTrouble::NotReceived => (
            "打印这张回执时还没有联网受理，请刷身份证查本人办件",
            "This receipt was printed without a network; please use your ID card",
        ),
        AffairsTrouble::OtherCode => (
            "这不是办件回执上的码，请扫回执下方的二维码，或输入编号",
            "This is not the code of a receipt: scan the one at its bottom, or enter the number",
        ),
        AffairsTrouble::Offline => {
            ("现在网络不通，暂时查不了进度，请稍后再试", "There is no network now, please try later")
        }
        AffairsTrouble::NoAnswer => ("没有等到答复，请稍后再试", "No answer came, please try later"),
        AffairsTrouble::NoCard => (
            "读卡器或面部核对暂不可用，请输入办件编号查询",
            "The card reader or face check does not work; please enter the case number",
        ),
    };
    language.say(chinese, english)
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
