//! The document that another implementation of central is written from, and that a kiosk depends on.

use axum::http::header;
use axum::response::IntoResponse;
use utoipa::openapi::security::{SecurityRequirement, SecurityScheme};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{Modify, OpenApi, openapi};

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
        super::series::get_tail,
        super::series::post_journal_head,
        super::series::get_desired,
        super::certificates::post_certificate,
        super::enrolment::post_enrolment,
        super::series::post_report,
        super::bundles::post_bundle,
        super::bundles::post_picture,
        super::reads::get_case,
        super::bookings::get_places,
        super::people::post_cases_of_person,
        super::people::post_licences_of_person,
        super::licences::post_licences_held,
        super::licences::post_prefill,
        super::projects::get_progress,
        super::drafts::post_draft,
        super::drafts::post_claim,
        super::registries::get_data_resources,
        super::clerk_cases::get_queue,
        super::clerk_cases::get_clerk_case,
        super::papers::get_page,
        super::clerk_cases::post_act,
        super::clerk_cases::get_decision,
        super::clerk_cases::post_replay,
        super::clerk_projects::get_projects,
        super::clerk_projects::get_project,
        super::clerk_projects::post_project_act,
        super::clerk_projects::get_inbox,
        super::reads::get_health,
        super::bills::post_look_up,
        super::orders::post_order,
        super::orders::get_orders,
        super::orders::get_order,
        super::orders::post_ask,
        super::orders::post_leave,
        super::drops::post_drop,
        super::drops::post_next_picture,
        super::drops::post_close,
        get_document
    ),
    components(schemas(contract::message::Entry)),
    modifiers(&MutualTls, &OpenBodies)
)]
struct Document;

/// Every path asks for a certificate.
struct MutualTls;

impl Modify for MutualTls {
    fn modify(&self, document: &mut openapi::OpenApi) {
        const NAME: &str = "terminal";
        let description =
            Some("a certificate of the terminal authority; its common name is the kiosk".to_owned());
        let scheme = SecurityScheme::MutualTls { description, deprecated: None, extensions: None };
        if let Some(components) = document.components.as_mut() {
            components.security_schemes.insert(NAME.to_owned(), RefOr::T(scheme));
        }
        document.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>(NAME, [])]);
    }
}

/// The bodies of an entry stand in an `allOf` beside their `kind`. Closed schemas would forbid each other's
/// properties there, and no entry at all would be valid.
struct OpenBodies;

impl Modify for OpenBodies {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let Some(components) = document.components.as_mut() else { return };
        for name in ["Application", "Evaluation"] {
            if let Some(RefOr::T(Schema::Object(body))) = components.schemas.get_mut(name) {
                body.additional_properties = None;
            }
        }
    }
}

/// The OpenAPI 3.1 document, as `central/openapi.json` has it.
pub fn openapi_document() -> String {
    let mut text = Document::openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// This document.
#[utoipa::path(get, path = "/v1/openapi.json", tag = "central", responses((status = 200, description = "This document",
    content_type = "application/json")))]
pub(super) async fn get_document() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], openapi_document())
}
