//! A draft that is begun on a phone and gone on with at a terminal, and the other way round: one keeps a filled form under
//! a code of six digits, the other opens what a terminal kept. Nothing of it stands in an address or a log, and nothing is
//! applied for here: that takes a card, a face and a signature.

use super::Public;
use super::draft_form::{Filled, Posted, ask_for_code, form};
use super::page::page;
use crate::phone_drafts::{self, Content, Found, NotKept, Way};
use crate::store::StoreError;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use contract::catalogue::Service;
use contract::form::{Party, Setting, Template};
use contract::handoff::{self, DraftCode};
use contract::message::day_in_china;
use contract::{IdNumber, ServiceCode};
use jiff::Timestamp;
use maud::html;
use serde::Deserialize;
use std::sync::Arc;

/// Which service is looked for.
#[derive(Deserialize)]
pub(super) struct Wanted {
    service: Option<String>,
}

/// Where to begin.
pub(super) async fn start(Query(wanted): Query<Wanted>) -> Response {
    let code = wanted.service.map(|code| code.trim().to_ascii_uppercase());
    if let Some(code) = code.as_ref().and_then(|code| code.parse::<ServiceCode>().ok()) {
        return Redirect::to(&format!("/draft/{code}")).into_response();
    }
    let content = html! {
        form method="get" action="/draft" {
            label for="service" { "事项编码（办事指南上有） " span lang="en" { "Code of the service, on its guide" } }
            input #service name="service" required autocomplete="off" maxlength="12" placeholder="SZ-HZ-000001";
            @if code.is_some() { p.bad role="alert" { "编码形如 SZ-HZ-000001，请对照指南核对。" } }
            button { "开始填写 " span lang="en" { "Begin" } }
        }
        p { a href="/draft/open" { "我在终端上填了一半，接着填 " span lang="en" { "Go on with what I began at a terminal" } } }
    };
    page(StatusCode::OK, "手机上先填", "Fill a form in before you come", &content)
}

/// What the pages of one service need.
struct Desk<'a> {
    service: &'a Service,
    template: Template,
    setting: Setting,
}

impl<'a> Desk<'a> {
    fn of(public: &'a Public, code: &str, party: Option<Party>) -> Option<Self> {
        let code: ServiceCode = code.parse().ok()?;
        let office = public.services.office();
        let service = office.catalogue.find(&code).filter(|service| service.needs_face)?;
        let template = office.template(&code, party).filter(handoff::fits)?;
        let setting = Setting { today: day_in_china(Timestamp::now()), identified: true };
        Some(Self { service, template, setting })
    }

    fn show(&self, status: StatusCode, filled: &Filled, note: Option<&str>) -> Response {
        let content = form(&self.service.code, &self.template, self.setting, filled, note);
        page(status, &self.service.name, "Fill in what you know; the rest can wait", &content)
    }
}

/// The empty form of a service.
pub(super) async fn show(State(public): State<Public>, Path(code): Path<String>) -> Response {
    match Desk::of(&public, &code, None) {
        Some(desk) => desk.show(StatusCode::OK, &Filled::default(), None),
        None => not_on_phones(),
    }
}

/// Looks a filled form over, and keeps it where nothing in it is wrong.
pub(super) async fn submit(
    State(public): State<Public>,
    Path(code): Path<String>,
    posted: Result<Form<Posted>, FormRejection>,
) -> Response {
    let Ok(Form(posted)) = posted else { return unreadable() };
    let Some(desk) = Desk::of(&public, &code, posted.party()) else { return not_on_phones() };
    let filled = posted.read(&desk.template, desk.setting);
    if filled.is_wrong() {
        return desk.show(
            StatusCode::UNPROCESSABLE_ENTITY,
            &filled,
            Some("有的地方需要改一改，请看标红的提示。"),
        );
    }
    if filled.has_more {
        return desk.show(StatusCode::OK, &filled, Some("根据您的选择，下面多了几项，请继续填写。"));
    }
    let Some(id_no) = IdNumber::parse(filled.id_no.expose()).ok() else { return unreadable() };
    let content = Content { service: desk.service.code.clone(), id_no, fields: filled.fields };
    let now = Timestamp::now();
    let kept = match phone_drafts::seal(&public.keys, &content) {
        Err(why) => Err(why),
        Ok(drawn) => {
            let keep =
                move |sql: &mut dyn crate::store::Sql| phone_drafts::keep(sql, Way::ToTerminal, &drawn, now);
            public.store.change::<_, NotKept, _>(keep).await
        }
    };
    match kept {
        Ok(code) => kept_page(&desk, &code),
        Err(why) => away(&why),
    }
}

fn kept_page(desk: &Desk<'_>, code: &DraftCode) -> Response {
    let content = html! {
        p.code { (code.in_groups()) }
        p { "24 小时内有效，只能用一次，只能由同一身份证号码的本人取用。"
            span lang="en" { " Good once, for 24 hours, for the same ID number only." } }
        ol {
            li { "带身份证到任一 24 小时自助终端" }
            li { "找到“" (desk.service.name) "”，刷身份证并核对本人" }
            li { "点“我有手机上的码”，输入这 6 位数字" }
            li { "核对内容、签名、提交" }
        }
        p.note { "现在还没有提交申请，请截图或记下这个码。 "
            span lang="en" { "Nothing is applied for yet: keep this code." } }
    };
    page(StatusCode::OK, "已保存，请记下这个码", "Kept: this is your code", &content)
}

/// Where a code of a terminal is typed.
pub(super) async fn ask() -> Response {
    page(StatusCode::OK, "接着填终端上的表", "Go on with a form of a terminal", &ask_for_code(None))
}

/// What is typed there.
#[derive(Deserialize)]
pub(super) struct Opening {
    code: String,
    id_no: contract::Secret<String>,
}

/// Opens what a terminal kept, once.
pub(super) async fn open(
    State(public): State<Public>,
    opening: Result<Form<Opening>, FormRejection>,
) -> Response {
    let Ok(Form(opening)) = opening else { return unreadable() };
    let digits: String = opening.code.chars().filter(char::is_ascii_digit).collect();
    let id_no = IdNumber::parse(opening.id_no.expose().trim());
    let (Ok(code), Ok(id_no)) = (digits.parse::<DraftCode>(), id_no) else { return no_such_draft() };
    let (keys, person, now) = (Arc::clone(&public.keys), id_no.clone(), Timestamp::now());
    let found =
        public.store.change(move |sql| phone_drafts::open_on_phone(sql, &keys, &code, &person, now)).await;
    match found {
        Ok(Found::Draft(service, draft)) => {
            let Some(desk) = Desk::of(&public, service.as_str(), Party::said(&draft.fields)) else {
                return not_on_phones();
            };
            let filled = Filled::again(draft.fields, id_no.expose().into());
            desk.show(StatusCode::OK, &filled, Some("以下是您在终端上填的内容。填好后取码，回到终端提交。"))
        }
        Ok(Found::OtherService(_) | Found::None | Found::Locked(_)) => no_such_draft(),
        Err(error) => away(&error.into()),
    }
}

fn no_such_draft() -> Response {
    let trouble = "没有找到：请核对 6 位码和身份证号码。码 24 小时内有效，只能用一次，输错 5 次就失效。";
    page(StatusCode::NOT_FOUND, "没有这份草稿", "There is no such draft", &ask_for_code(Some(trouble)))
}

fn not_on_phones() -> Response {
    let content = html! {
        p { "请核对编码。有的事项不能在手机上先填，请直接到终端或窗口办理。" }
        p { a href="/draft" { "重新输入编码" } }
    };
    page(StatusCode::NOT_FOUND, "手机上不能填这个事项", "Not a form for phones", &content)
}

fn unreadable() -> Response {
    let content = html! { p { "内容过长或无法识别，请返回重新填写。" } p { a href="/draft" { "从头开始" } } };
    page(StatusCode::BAD_REQUEST, "无法识别", "That can't be read", &content)
}

fn away(why: &NotKept) -> Response {
    if !matches!(why, NotKept::Store(StoreError::Busy) | NotKept::TooMany) {
        tracing::error!(%why, "a draft was not kept or opened");
    }
    let content = html! { p { "请稍后再试。 " span lang="en" { "Try again in a moment." } } };
    let mut response = page(StatusCode::SERVICE_UNAVAILABLE, "暂时不能保存", "Not available now", &content);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    response
}
