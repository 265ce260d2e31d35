//! Asking central for the first certificate, until an operator has approved or nobody was invited so.

use super::identity::{Identity, IdentityFault, NewKey};
use crate::sync::{CentralClient, Failure, HttpsLine, SyncError};
use contract::enrolment::{ClaimCode, EnrolmentAnswer, EnrolmentRequest};
use std::time::Duration;

/// How often it is asked whether somebody has approved.
const ASK_EVERY: Duration = Duration::from_secs(3);

/// How an enrolment ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Enrolled {
    /// The certificate is here.
    Yes,
    /// The code is not right, or not any more; what to do, in the words of central.
    No(String),
}

/// Why asking is of no use.
#[derive(Debug, thiserror::Error)]
pub enum EnrolFault {
    /// The terminal's own files.
    #[error(transparent)]
    Identity(#[from] IdentityFault),
    /// The line can't be made.
    #[error(transparent)]
    Line(#[from] SyncError),
    /// It is not our central that answers.
    #[error(
        "who answers at {0} is not our central: check the address and the authority's certificate (ca.pem)"
    )]
    ForeignCertificate(String),
}

/// Asks with a key and a claim code until it is decided; `tell` hears how it stands.
pub async fn enrol(
    identity: &Identity,
    key: &NewKey,
    code: ClaimCode,
    at: &str,
    mut tell: impl FnMut(&str),
) -> Result<Enrolled, EnrolFault> {
    let client = CentralClient::new(HttpsLine::for_newcomer(at, &identity.papers().authority)?);
    let request = EnrolmentRequest { kiosk: identity.kiosk().clone(), code, request: key.request.clone() };
    let mut told = String::new();
    loop {
        let state = match client.enrol(&request).await {
            Ok(EnrolmentAnswer::Enrolled { certificate }) => {
                identity.take(key, &certificate)?;
                return Ok(Enrolled::Yes);
            }
            Ok(EnrolmentAnswer::Waiting { .. }) => {
                "waiting for an operator to compare the fingerprint and approve"
            }
            Err(Failure::Refused(problem)) => return Ok(Enrolled::No(problem.detail)),
            Err(Failure::ForeignCertificate) => return Err(EnrolFault::ForeignCertificate(at.to_owned())),
            Err(_) => "central can't be reached at present; trying again",
        };
        if told != state {
            state.clone_into(&mut told);
            tell(state);
        }
        tokio::time::sleep(ASK_EVERY).await;
    }
}
