//! Documents that a terminal must not take, one file each in `data/desired`, with the refusal that each must get.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a story that breaks should panic")]

use contract::app_version::AppVersion;
use contract::base64::Base64;
use contract::desired::{Refusal, SignedDesired};
use contract::suite::{KeyPair, Suite};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;

/// The highest version that the terminal has seen.
const FLOOR: u64 = 7;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nasty {
    #[serde(rename = "about")]
    _about: String,
    /// What is signed, or its text where it is no JSON.
    document: Option<Value>,
    text: Option<String>,
    /// `stranger`: somebody else's signer.
    signer: Option<String>,
    /// What is replaced after it was signed.
    altered: Option<(String, String)>,
    /// None: it is taken.
    refusal: Option<Value>,
}

impl Nasty {
    fn signed(&self, city: &KeyPair, stranger: &KeyPair) -> SignedDesired {
        let document = self.text.clone().unwrap_or_else(|| self.document.as_ref().unwrap().to_string());
        let pair = if self.signer.is_some() { stranger } else { city };
        let message = format!("budayang desired state\n{document}");
        let signature = Suite::International.signer(&pair.private).unwrap().sign(message.as_bytes()).unwrap();
        let document = match &self.altered {
            Some((from, to)) => document.replace(from, to),
            None => document,
        };
        SignedDesired { document, signature: Base64(signature) }
    }
}

#[test]
fn each_gets_the_refusal_that_is_written_beside_it() {
    let pair = || Suite::International.make_signing_pair().unwrap();
    let (city, stranger) = (pair(), pair());
    let verifier = Suite::International.verifier(&city.public).unwrap();
    let (kiosk, app) = ("ft-0001".parse().unwrap(), AppVersion::of_this_build());
    let now: Timestamp = "2026-12-01T00:00:00Z".parse().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/desired");
    let mut reasons = std::collections::BTreeSet::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let nasty: Nasty = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let read = nasty.signed(&city, &stranger).read(verifier.as_ref(), &kiosk, app);
        let taken = read.and_then(|desired| desired.admit(FLOOR, now));
        let wanted = nasty.refusal.map(|refusal| serde_json::from_value::<Refusal>(refusal).unwrap());
        assert_eq!(taken.err(), wanted, "{}", path.display());
        reasons
            .extend(wanted.map(|refusal| std::mem::discriminant(&refusal)).map(|kind| format!("{kind:?}")));
    }
    assert_eq!(reasons.len(), 9, "every refusal of a document has one at least");
}
