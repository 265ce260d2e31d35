//! What pages bring along, from this listener alone. `assets/README.md` says where the script comes from.

use axum::http::header;
use axum::response::IntoResponse;

fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "max-age=3600")], text)
}

/// The sheet of style.
pub(super) async fn style() -> impl IntoResponse {
    file("text/css; charset=utf-8", include_str!("assets/console.css"))
}

/// htmx, unchanged.
pub(super) async fn htmx() -> impl IntoResponse {
    file("text/javascript; charset=utf-8", include_str!("assets/htmx.min.js"))
}

/// The extension of htmx for server-sent events, unchanged.
pub(super) async fn sse() -> impl IntoResponse {
    file("text/javascript; charset=utf-8", include_str!("assets/sse.min.js"))
}

/// What stands in the tab.
pub(super) async fn icon() -> impl IntoResponse {
    file("image/svg+xml", include_str!("assets/icon.svg"))
}
