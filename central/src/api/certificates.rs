//! A terminal renews its certificate over the one that it came with.

use super::problem::Fault;
use super::{AsTerminal, Central, body};
use crate::ca::RequestedKey;
use crate::enrolment::{self, EnrolmentFault};
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use contract::enrolment::{RenewalRequest, RenewedCertificate};
use contract::message::Problem;
use jiff::Timestamp;
use std::sync::Arc;

/// Certifies a terminal's new key. The old certificate stays good until its own end.
#[utoipa::path(
    post,
    path = "/v1/certificate",
    tag = "terminals",
    request_body = RenewalRequest,
    responses(
        (status = 200, description = "The new certificate", body = RenewedCertificate),
        (status = 400, description = "The body can't be read", body = Problem,
         content_type = "application/problem+json"),
        (status = 403, description = "The caller is no terminal", body = Problem,
         content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "That is no certificate request of a key's own", body = Problem,
         content_type = "application/problem+json"),
        (status = 429, description = "This terminal had too many today", body = Problem,
         content_type = "application/problem+json"),
        (status = 503, description = "The authority's key is not at this central", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(super) async fn post_certificate(
    State(central): State<Central>,
    AsTerminal(terminal): AsTerminal,
    asked: Result<Json<RenewalRequest>, JsonRejection>,
) -> Result<Json<RenewedCertificate>, Fault> {
    let RenewalRequest { request } = body(asked)?;
    let authority = central.authority.as_ref().map(Arc::clone).ok_or(Fault::NoAuthority)?;
    let key = RequestedKey::parse(&request).map_err(|fault| Fault::FormRefused(fault.to_string()))?;
    let now = Timestamp::now();
    let kiosk = terminal.id.clone();
    let renewed =
        central.store.change(move |sql| enrolment::renew(sql, &authority, &terminal, &key, now)).await?;
    tracing::info!(%kiosk, ends_at = %renewed.ends_at, "a terminal has renewed its certificate");
    Ok(Json(RenewedCertificate { certificate: renewed.pem }))
}

impl From<EnrolmentFault> for Fault {
    fn from(fault: EnrolmentFault) -> Self {
        match fault {
            EnrolmentFault::TooMany => Self::TooMany(24 * 3600),
            EnrolmentFault::Store(error) => error.into(),
            EnrolmentFault::Request(fault) => Self::FormRefused(fault.to_string()),
            // An operator's acts; none comes by this interface.
            EnrolmentFault::NothingWaits | EnrolmentFault::OtherKey(_) | EnrolmentFault::RevokedAlready => {
                Self::NotAnAct
            }
            EnrolmentFault::Ca(error) => {
                tracing::error!(%error, "a certificate can't be made");
                Self::Internal
            }
        }
    }
}
