//! `openapi.json` is what others build against: it changes only on purpose.

use crate::support::City;
use std::path::Path;

#[tokio::test]
async fn the_document_is_the_committed_one() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let document = central::openapi_document();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, &document).unwrap();
    }
    let committed = std::fs::read_to_string(&golden).unwrap_or_default();
    assert!(
        committed == document,
        "central/openapi.json is not what the code says; if the change is meant, run \
         'UPDATE_GOLDEN=1 cargo nextest run -p central' and commit the difference"
    );
    let city = City::open().await;
    assert_eq!(city.kiosk("ft-0001").get("/v1/openapi.json").await.text().await.unwrap(), document);
}

#[test]
fn it_is_openapi_3_1_and_names_what_both_sides_speak() {
    let document: serde_json::Value = serde_json::from_str(&central::openapi_document()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    for path in [
        "/v1/entries",
        "/v1/tail",
        "/v1/journal-heads",
        "/v1/desired",
        "/v1/cases/{case}",
        "/v1/openapi.json",
        "/health",
    ] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
    let application = &document["components"]["schemas"]["Application"];
    assert!(
        application["additionalProperties"].is_null(),
        "a closed body beside its kind could never be valid"
    );
    assert_eq!(document["components"]["securitySchemes"]["terminal"]["type"], "mutualTLS");
    for schema in [
        "SealedEntry",
        "Entry",
        "EntryReceipt",
        "Problem",
        "Tail",
        "HeadReport",
        "SignedDesired",
        "CaseProgress",
    ] {
        assert!(document["components"]["schemas"][schema].is_object(), "{schema}");
    }
}
