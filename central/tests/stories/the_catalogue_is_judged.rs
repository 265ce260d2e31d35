//! The real catalogue behind central's one question about services.

use central::{CatalogueServices, CentralError, ServiceKind, Services};
use contract::message::{Application, Assurance};
use contract::{FieldId, Secret};
use jiff::civil::date;
use std::path::Path;

fn catalogue() -> CatalogueServices {
    CatalogueServices::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalog")).unwrap()
}

fn ask(service: &str, form: &str, fields: &[(&str, &str)]) -> Result<(), String> {
    let application = Application {
        service: service.parse().unwrap(),
        form: form.parse().unwrap(),
        assurance: Assurance::Anonymous,
        fields: fields
            .iter()
            .map(|(id, value)| (id.parse::<FieldId>().unwrap(), Secret::from(*value)))
            .collect(),
        licences: std::collections::BTreeSet::new(),
    };
    catalogue().check(&application, date(2026, 11, 23))
}

#[test]
fn a_service_is_described_by_its_row() {
    let kind = |code: &str| catalogue().describe(&code.parse().unwrap()).map(|facts| facts.kind);
    assert_eq!(kind("SZ-CS-000046"), Some(ServiceKind::LookUp));
    assert_eq!(kind("SZ-HZ-000078"), Some(ServiceKind::Certificate));
    assert_eq!(kind("SZ-HZ-000001"), Some(ServiceKind::Ordinary));
    assert_eq!(kind("SZ-XX-999999"), None);
}

#[test]
fn a_form_is_judged_again_and_the_refusal_quotes_nobody() {
    assert_eq!(ask("SZ-CS-000046", "query-only", &[("query_key", "进度")]), Ok(()));
    let refused = |form, fields: &[(&str, &str)]| ask("SZ-CS-000046", form, fields).unwrap_err();
    assert!(refused("person-basic", &[]).contains("takes form query-only"));
    assert!(refused("query-only", &[]).contains("query_key"));
    let long = "张三".repeat(100);
    let words = refused("query-only", &[("query_key", &long), ("name", "李四")]);
    assert!(words.contains("query_key") && words.contains("name"), "{words}");
    assert!(!words.contains('张') && !words.contains('李'), "{words}");
}

#[test]
fn a_folder_without_a_catalogue_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = CatalogueServices::load(folder.path()).unwrap_err();
    assert!(
        matches!(&error, CentralError::Catalogue { .. }) && error.to_string().contains("--catalog"),
        "{error}"
    );
}
