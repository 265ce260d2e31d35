//! A support bundle (诊断包): what support needs to know of a terminal, as one JSON document that the terminal's own
//! certificate signs. What stands in it is the terminal's; this is how it travels.

use crate::base64::Base64;
use serde::{Deserialize, Serialize};

/// The largest document in bytes: more is neither sent nor taken. As JSON in JSON it may double, and fits a request then.
pub const MAX_BUNDLE: usize = 160 * 1024;

/// A bundle as it travels: the signature is over the very bytes of the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignedBundle {
    /// The JSON of the bundle.
    pub document: String,
    /// Who made it; none at a terminal that has no certificate.
    pub signed: Option<BundleSignature>,
}

/// The signature of a terminal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BundleSignature {
    /// The terminal's certificate, DER.
    pub certificate: Base64,
    /// ECDSA over P-256 and SHA-256, in ASN.1, of [`SignedBundle::message`].
    pub signature: Base64,
}

impl SignedBundle {
    /// What is signed, so that a signature over one kind of document is none over another.
    pub fn message(document: &str) -> Vec<u8> {
        [b"budayang support bundle\n", document.as_bytes()].concat()
    }
}
