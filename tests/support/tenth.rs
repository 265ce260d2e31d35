//! A small catalogue: what many searches without optimisation can bear.

#![allow(unreachable_pub, clippy::unwrap_used, missing_docs)]

use kiosk::services::{CatalogueFiles, Library};
use std::sync::Arc;

pub fn library() -> Arc<Library> {
    let read = |name: &str| {
        std::fs::read_to_string(format!("{}/catalog/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    };
    let [services, aliases, forms, lists, home] =
        ["services.csv", "aliases.csv", "forms.json", "lists.json", "home.json"].map(read);
    let [providers, guides, places, sites, english] =
        ["providers.csv", "guides.csv", "places.csv", "sites.csv", "english.csv"].map(read);
    // A tenth of the services, those that the home page names, and all bills.
    let named = |code: &str| home.contains(code) || providers.contains(code);
    let is_kept = |(line, row): &(usize, &str)| line % 10 == 0 || row.get(..12).is_some_and(named);
    let rows = services.split_inclusive('\n').enumerate().filter(is_kept);
    let services: String = rows.map(|(_, row)| row).collect();
    let files = CatalogueFiles {
        services: &services,
        aliases: &aliases,
        forms: &forms,
        lists: &lists,
        home: &home,
        providers: &providers,
        guides: &guides,
        places: &places,
        sites: &sites,
        english: &english,
    };
    Arc::new(Library::parse(&files).unwrap())
}
