//! The rules of the house that a compiler does not hold: who may know what.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::path::{Path, PathBuf};

fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|_| panic!("no {}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == ending) {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty(), "no .{ending} files in {folder}");
    found
}

#[track_caller]
fn nobody_says(folder: &str, ending: &str, words: &[&str], why: &str) {
    for (path, text) in files(folder, ending) {
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            for word in words {
                assert!(!code.contains(word), "{}:{} says '{word}': {why}", path.display(), number + 1);
            }
        }
    }
}

#[test]
fn the_journey_is_pure() {
    let outside = [
        "std::fs",
        "std::net",
        "std::thread",
        "Instant",
        "SystemTime",
        "Timestamp::now",
        "tokio",
        "slint",
        "drivers::",
        "offline_cache",
        "reqwest",
        "rusqlite",
        "async ",
        "fastrand",
        "getrandom",
    ];
    nobody_says("src/journey", "rs", &outside, "the journey has no IO, no clock, no async");
    nobody_says("src/forms", "rs", &outside, "forms are values");
    nobody_says("src/typing", "rs", &outside, "the keyboard is a value");
    nobody_says("src/identity", "rs", &outside, "identity knows no reader and no camera");
}

#[test]
fn drivers_know_nothing_of_services() {
    let services =
        ["contract::catalogue", "contract::form", "contract::message", "ServiceCode", "offline_cache"];
    nobody_says("drivers/src", "rs", &services, "drivers know devices only");
}

#[test]
fn a_twin_shares_no_code_with_its_driver() {
    nobody_says(
        "drivers/twins/src",
        "rs",
        &["drivers::", "contract::"],
        "a twin is written from the specification",
    );
}

#[test]
fn the_store_knows_no_devices_and_no_http() {
    nobody_says("offline-cache/src", "rs", &["drivers", "reqwest", "axum", "slint"], "the store is a store");
}

#[test]
fn the_screens_take_colours_and_sizes_from_the_theme() {
    for (path, text) in files("ui", "slint") {
        if path.ends_with("theme.slint") {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            let place = format!("{}:{}", path.display(), number + 1);
            let colour =
                code.split('#').skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_hexdigit()));
            assert!(!colour, "{place}: a colour outside of the theme");
            let is_literal = |word: &str| {
                word.strip_suffix("px").is_some_and(|n| n.parse::<f32>().is_ok_and(|n| n > 1.0))
                    && !path.ends_with("app.slint")
            };
            let literal =
                code.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).find(|word| is_literal(word));
            assert!(literal.is_none(), "{place}: {literal:?} is a size outside of the theme");
        }
    }
}

#[test]
fn every_word_on_the_screens_can_be_translated() {
    for (path, text) in files("ui", "slint") {
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            let chinese = |text: &str| text.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c));
            let untranslated = code
                .split('"')
                .skip(1)
                .step_by(2)
                .zip(code.split('"').step_by(2))
                .any(|(words, before)| chinese(words) && !before.trim_end().ends_with("@tr("));
            let is_title = code.trim_start().starts_with("title: \"Budayang");
            assert!(!untranslated || is_title, "{}:{}: words without @tr", path.display(), number + 1);
        }
    }
}

#[test]
fn the_console_says_its_words_in_one_folder() {
    for (path, text) in files("central/src/console", "rs") {
        let without_tests = text.split("#[cfg(test)]\nmod tests").next().unwrap_or("");
        for (number, line) in without_tests.lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            let chinese = code.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c));
            assert!(
                !chinese || path.parent().is_some_and(|folder| folder.ends_with("words")),
                "{}:{}: words of a page",
                path.display(),
                number + 1
            );
        }
    }
}

#[test]
fn what_the_console_may_and_what_is_wrong_are_values() {
    let outside = ["crate::store", "Sql", "axum", "tokio", "reqwest", "Timestamp::now", "async "];
    for file in
        ["central/src/operators/role.rs", "central/src/operators/totp.rs", "central/src/alarms/rules.rs"]
    {
        let (folder, name) = file.rsplit_once('/').unwrap();
        let (_, text) = files(folder, "rs").into_iter().find(|(path, _)| path.ends_with(name)).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or("");
        for word in outside {
            assert!(!code.contains(word), "{file} says '{word}': it decides and does nothing");
        }
    }
}

#[test]
fn files_stay_small() {
    for folder in ["src", "contract/src", "drivers", "offline-cache", "central/src", "xtask/src", "tests"] {
        for (path, text) in files(folder, "rs") {
            let lines = text.lines().count();
            assert!(lines <= 520, "{} has {lines} lines: one idea a file", path.display());
        }
    }
}
