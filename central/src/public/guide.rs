//! The guide (办事指南) of a service on anybody's phone, behind the code of a printed one.

use super::Public;
use super::page::page;
use crate::Office;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use contract::ServiceCode;
use contract::catalogue::Service;
use contract::handoff;
use maud::html;

/// The guide of a service.
pub(super) async fn show(State(public): State<Public>, Path(code): Path<String>) -> Response {
    let office = public.services.office();
    let service = code.parse::<ServiceCode>().ok().and_then(|code| office.catalogue.find(&code));
    let Some(service) = service else {
        let content = html! { p { "请核对编码，或在终端上搜索事项名称。" } };
        return page(StatusCode::NOT_FOUND, "没有这个事项", "There is no such service", &content);
    };
    let guide = office.guide(service);
    let content = html! {
        p { (guide.department) }
        dl { @for (label, value) in &guide.facts { dt { (label) } dd { (value) } } }
        h2 { "谁可以办" }
        ul { @for line in &guide.conditions { li { (line) } } }
        h2 { "要带什么" }
        ol { @for line in &guide.bring { li { (line) } } }
        h2 { "在哪里办" }
        ul {
            @if guide.at_terminal { li { "任一 24 小时自助终端" } }
            @for window in &guide.windows { li { (window.site) br; (window.address) br; (window.hours) } }
        }
        h2 { "依据哪些规定" }
        ul { @for line in &guide.grounds { li { (line) } } }
        h2 { "事项信息" }
        dl { @for (label, value) in &guide.rows { dt { (label) } dd { (value) } } }
        @if may_begin_here(office, service) {
            p { a href={ "/draft/" (service.code) } { "在手机上先填，到终端刷证取用 "
                span lang="en" { "Begin the form on this phone" } } }
        }
        p.note { "咨询投诉请拨打 12345。" span lang="en" { " Questions and complaints: call 12345." } }
    };
    let mut response = page(StatusCode::OK, &service.name, "Service guide", &content);
    // It is nobody's, and the same for everybody until the next catalogue.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=3600"));
    response
}

/// Whether its form can be begun on a phone.
fn may_begin_here(office: &Office, service: &Service) -> bool {
    service.needs_face
        && office.template(&service.code, None).is_some_and(|template| handoff::fits(&template))
}
