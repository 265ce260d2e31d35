//! The frame of every page: one sheet of style, Chinese first and English below it, large enough to read on a phone held
//! at arm's length.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

/// A page with a heading in both languages.
pub(crate) fn page(status: StatusCode, heading: &str, in_english: &str, content: &Markup) -> Response {
    let markup = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (heading) " · 不打烊" }
                link rel="stylesheet" href="/style.css";
            }
            body {
                header { span.mark { "不打烊" } span { "24 小时自助政务" } }
                main {
                    h1 { (heading) }
                    p.english lang="en" { (in_english) }
                    (content)
                }
                footer { "演示系统，样例数据，不具法律效力 · " span lang="en" { "A demonstration with sample data" } }
            }
        }
    };
    (status, Html(markup.into_string())).into_response()
}

/// The sheet of style.
pub(super) async fn style() -> impl IntoResponse {
    let headers =
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=3600")];
    (headers, include_str!("style.css"))
}

pub(super) async fn not_found() -> Response {
    let content = html! { p { a href="/verify" { "核验证明" } } };
    page(StatusCode::NOT_FOUND, "没有这个页面", "There is no such page", &content)
}

/// An address has to wait so long for its next turn.
pub(super) fn too_often(seconds: u64) -> Response {
    let content = html! { p { "请在 " (seconds) " 秒后再试。 " span lang="en" { "Try again in " (seconds) " seconds." } } };
    let mut response = page(StatusCode::TOO_MANY_REQUESTS, "请求过于频繁", "Too many requests", &content);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}
