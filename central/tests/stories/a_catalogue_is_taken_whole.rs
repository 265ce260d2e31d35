//! A new catalogue is taken as a whole or not at all, and everything that is wrong with it is named by its place.

use central::catalogue_import::{import, judge};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

fn catalogue() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalog")
}

/// A copy of the catalogue with one file changed.
fn with(name: &str, change: impl Fn(&str) -> String) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    import(&catalogue(), &folder.path().join("catalog")).unwrap();
    let file = folder.path().join("catalog").join(name);
    let text = fs::read_to_string(&file).unwrap();
    let changed = change(&text);
    assert_ne!(changed, text, "the story changes {name}");
    fs::write(&file, changed).unwrap();
    folder
}

fn replace(from: &'static str, to: &'static str) -> impl Fn(&str) -> String {
    move |text| text.replacen(from, to, 1)
}

#[test]
fn a_good_catalogue_takes_the_place_of_the_old_one() {
    let place = tempfile::tempdir().unwrap();
    let into = place.path().join("catalog");
    import(&catalogue(), &into).unwrap();
    let newer = with("services.csv", replace("出生登记（婚内生育子女随父入户）", "出生登记（改名）"));
    import(&newer.path().join("catalog"), &into).unwrap();
    assert!(fs::read_to_string(into.join("services.csv")).unwrap().contains("出生登记（改名）"));
    assert!(!place.path().join("catalog.new").exists(), "nothing is left beside it");
}

#[test]
fn a_fault_is_named_by_its_place_and_nothing_is_changed() {
    let cases = [
        (
            "services.csv",
            replace(",即办件,15,0,0,1,1,", ",即办件,15,0,free,1,1,"),
            "services.csv line 2, column 15 (fee_fen)",
        ),
        ("forms.json", replace("\"cn_name\"", "\"cn_nam\""), "type 'cn_nam' is unknown"),
        ("providers.csv", replace("^\\d{16}$", "^\\d{16$"), "providers.csv line 2"),
        ("departments.csv", replace("\nHZ,", "\nhz,"), "departments.csv line 2"),
        ("calendar.csv", replace("2025-01-01", "2025-13-01"), "calendar.csv line"),
    ];
    let place = tempfile::tempdir().unwrap();
    let into = place.path().join("catalog");
    import(&catalogue(), &into).unwrap();
    let before = fs::read(into.join("services.csv")).unwrap();
    for (file, change, words) in cases {
        let folder = with(file, change);
        let said = import(&folder.path().join("catalog"), &into).unwrap_err().to_string();
        assert!(said.contains(words), "{file}: {said}");
        assert_eq!(fs::read(into.join("services.csv")).unwrap(), before);
    }
}

#[test]
fn every_fault_is_told_at_once() {
    let folder = with("services.csv", |text| text.replace(",即办件,15,0,0,1,1,", ",即办件,15,0,free,1,1,"));
    fs::remove_file(folder.path().join("catalog/calendar.csv")).unwrap();
    let said = judge(&folder.path().join("catalog")).unwrap_err().to_string();
    assert!(said.lines().filter(|line| line.contains("(fee_fen)")).count() > 3, "{said}");
    let output = Command::new(env!("CARGO_BIN_EXE_central"))
        .args(["catalogue", "check"])
        .arg(folder.path().join("catalog"))
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        !output.status.success()
            && said.contains("nothing was changed")
            && said.contains("line 2, column 15"),
        "{said}"
    );
}
