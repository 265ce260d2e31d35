//! The document that another implementation of central is written from, and that a kiosk depends on.

use axum::http::header;
use axum::response::IntoResponse;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Budayang central",
        description = "What the 24-hour terminals ask of a city. Every caller shows a client certificate of the \
                       city's terminal authority; its common name is the kiosk.",
        license(name = "GPL-3.0-only", identifier = "GPL-3.0-only"),
        version = "1"
    ),
    paths(
        super::entries::post_entry,
        super::reads::get_tail,
        super::reads::get_case,
        super::reads::get_health,
        get_document
    )
)]
struct Document;

/// The OpenAPI 3.1 document, as `central/openapi.json` has it.
pub fn openapi_document() -> String {
    let mut text = Document::openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// This document.
#[utoipa::path(get, path = "/v1/openapi.json", responses((status = 200, description = "This document",
    content_type = "application/json")))]
pub(super) async fn get_document() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], openapi_document())
}
