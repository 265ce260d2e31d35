//! The guide (办事指南) of a service on anybody's phone, behind the code of a printed one.

use super::Public;
use super::page::page;
use crate::Office;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use contract::ServiceCode;
use contract::catalogue::{Audience, Badge, Handling, Service};
use contract::form::Party;
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
    let party = if service.audience == Audience::Entity { Party::Entity } else { Party::Person };
    let form = office.templates.for_service(service, Some(party));
    let papers = form.map(|form| form.materials).unwrap_or_default();
    let content = html! {
        p { (service.department) }
        dl {
            dt { "多久办结" } dd { (time(service)) }
            dt { "多少费用" } dd { @if service.fee.0 == 0 { "免费" } @else { (service.fee) } }
            dt { "要跑几次" } dd { @if service.has(Badge::ZeroVisit) { "0 次" } @else { "1 次" } }
            dt { "要带什么" } dd { @if service.needs_face { "本人二代身份证原件" } @else { "不用带证件" } }
            dt { "在哪里办" } dd { @if service.at_terminal { "任一 24 小时自助终端，或办理部门窗口" } @else { "办理部门窗口" } }
            dt { "事项编码" } dd { (service.code) }
        }
        @if !papers.is_empty() {
            h2 { "申请材料" }
            ol { @for paper in &papers {
                li { (paper.name) @if paper.min == 0 || paper.when.is_some() { "（如有）" } }
            } }
        }
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
    service.needs_face && office.template(&service.code, None).is_some_and(|template| handoff::fits(&template))
}

fn time(service: &Service) -> String {
    match service.handling {
        Handling::OnTheSpot => "即时办结".to_owned(),
        Handling::Promised { promised, statutory } => {
            format!("{promised} 个工作日（法定 {statutory} 个工作日）")
        }
    }
}
