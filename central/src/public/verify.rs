//! Whether a printed certificate is real: by the code on it, typed or scanned. The answer lets one compare the paper with
//! what was issued, and tells nothing about the person that is not on the paper.

use super::Public;
use super::page::page;
use crate::cases::{Certificate, find_certificate};
use crate::store::StoreError;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Asked {
    code: String,
}

/// The form.
pub(super) async fn ask() -> Response {
    page(StatusCode::OK, "核验证明", "Check a printed certificate", &form(""))
}

/// Takes what was typed to the page of that code.
pub(super) async fn submit(asked: Result<Form<Asked>, FormRejection>) -> Response {
    match asked.ok().and_then(|Form(asked)| check_code(&asked.code)) {
        Some(code) => Redirect::to(&format!("/verify/{code}")).into_response(),
        None => ill_formed(),
    }
}

/// What is known under a code.
pub(super) async fn show(State(public): State<Public>, Path(code): Path<String>) -> Response {
    let Some(code) = check_code(&code) else { return ill_formed() };
    let found = public.store.read(move |sql| find_certificate(sql, &code)).await;
    match found {
        Ok(Some(certificate)) => known(&public, &certificate),
        Ok(None) => unknown(),
        Err(error) => away(&error),
    }
}

fn known(public: &Public, certificate: &Certificate) -> Response {
    let service = public.services.describe(&certificate.service);
    let name = service.map_or_else(|| certificate.service.to_string(), |facts| facts.name);
    let content = html! {
        dl {
            dt { "证明名称" } dd { (name) }
            dt { "持有人" } dd { (certificate.holder) }
            dt { "出具日期" } dd { (certificate.issued_on) }
            dt { "办件编号" } dd { (certificate.number.in_groups()) }
        }
        p.note { "请与纸质证明逐项比对：任何一项不一致，该证明即不可采信。"
            span lang="en" { " Compare each line with the paper. If one differs, don't trust it." } }
    };
    page(StatusCode::OK, "该证明由本系统出具", "This certificate was issued here", &content)
}

fn unknown() -> Response {
    let content = html! {
        p.bad { "没有以此编码出具过证明。请核对纸面上的编码；如果无误，该证明不可采信。" }
        p lang="en" { "No certificate was issued under this code. If it is the one on the paper, don't trust the paper." }
        (form(""))
    };
    page(StatusCode::NOT_FOUND, "查无此证明", "Not found", &content)
}

fn ill_formed() -> Response {
    let content =
        form("核验码为 12 位数字和大写字母，没有 0、1、I、O。The code has 12 digits and capital letters.");
    page(StatusCode::BAD_REQUEST, "核验码不完整", "That is no complete code", &content)
}

fn away(error: &StoreError) -> Response {
    tracing::error!(%error, "a certificate could not be looked up");
    let content = html! { p { "请稍后再试。 " span lang="en" { "Try again in a moment." } } };
    let mut response = page(StatusCode::SERVICE_UNAVAILABLE, "暂时无法查询", "Not available now", &content);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

fn form(trouble: &str) -> Markup {
    html! {
        form method="post" action="/verify" {
            label for="code" { "纸质证明上的核验码 " span lang="en" { "Code on the paper" } }
            input #code name="code" required autocomplete="off" maxlength="20" placeholder="XXXX XXXX XXXX";
            @if !trouble.is_empty() { p.bad role="alert" { (trouble) } }
            button { "核验 " span lang="en" { "Check" } }
        }
    }
}

/// A code as it is kept: people type spaces, dashes and small letters.
fn check_code(typed: &str) -> Option<String> {
    let code: String = typed.chars().filter(|c| !matches!(c, ' ' | '-' | '　')).collect();
    let code = code.to_ascii_uppercase();
    let is_whole = code.len() == 12 && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    is_whole.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_may_be_typed_as_people_type() {
        assert_eq!(check_code(" 2345-6789 abcd").as_deref(), Some("23456789ABCD"));
        for bad in ["", "2345", "23456789ABCDE", "23456789ABC'", "二三四五六七八九十甲乙丙"] {
            assert_eq!(check_code(bad), None, "{bad}");
        }
    }
}
