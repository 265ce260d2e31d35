//! The page of all settings is printed from the schema, and says nothing else.
#![allow(clippy::unwrap_used, missing_docs, reason = "a story that breaks should panic")]

use contract::settings::reference;
use std::path::Path;

#[test]
fn the_page_of_all_settings_is_the_one_that_is_printed() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/SETTINGS.md");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&page, reference()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&page).unwrap(), reference(), "print it anew with UPDATE_GOLDEN=1");
}
