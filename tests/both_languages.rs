//! Everything that a resident may read has English beside its Chinese, with the same places to fill in.

#![allow(clippy::unwrap_used, missing_docs)]

use contract::form::{Field, FieldKind, Options, Party};
use contract::language::Language;
use kiosk::forms::words;
use kiosk::services::{Library, Shelf};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What technicians alone see stays Chinese.
const FOR_TECHNICIANS: [&str; 5] =
    ["technician.slint", "bench.slint", "bench-touch.slint", "ticket.slint", "first-start.slint"];

fn slint_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        match entry.path() {
            path if path.is_dir() => slint_files(&path, into),
            path if path.extension().is_some_and(|extension| extension == "slint") => into.push(path),
            _ => {}
        }
    }
}

/// The texts of a file that are to be translated: `@tr("…"`.
fn marked(text: &str) -> impl Iterator<Item = &str> {
    text.split("@tr(\"").skip(1).filter_map(|rest| rest.split_once('"')).map(|(text, _)| text)
}

/// The Chinese of the translations, with its English.
fn translated() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(format!("{ROOT}/ui/lang/en/LC_MESSAGES/kiosk-ui.po")).unwrap();
    let after = |line: &str, word: &str| {
        line.strip_prefix(word).and_then(|rest| rest.strip_suffix('"')).map(str::to_owned)
    };
    let lines: Vec<&str> = text.lines().collect();
    let pairs = lines.windows(2).filter_map(|pair| match pair {
        [id, words] => after(id, "msgid \"").zip(after(words, "msgstr \"")),
        _ => None,
    });
    pairs.filter(|(id, _)| !id.is_empty()).collect()
}

#[test]
fn every_text_of_a_page_is_there_in_english_and_no_other() {
    let translated = translated();
    let (mut paths, mut residents, mut all) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    slint_files(&Path::new(ROOT).join("ui"), &mut paths);
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let is_technicians = FOR_TECHNICIANS.iter().any(|name| path.ends_with(name));
        all.extend(marked(&text).map(str::to_owned));
        if !is_technicians {
            residents.extend(marked(&text).map(str::to_owned));
        }
    }
    let missing: Vec<_> = residents.iter().filter(|text| !translated.contains_key(*text)).collect();
    assert!(missing.is_empty(), "kiosk-ui.po has no English of {missing:#?}");
    let unused: Vec<_> = translated.keys().filter(|text| !all.contains(*text)).collect();
    assert!(unused.is_empty(), "no page says what kiosk-ui.po has as {unused:#?}");
    for (chinese, english) in &translated {
        let places = |text: &str| text.matches("{}").count();
        assert_eq!(places(chinese), places(english), "{chinese}: {english}");
        assert!(!english.is_empty(), "{chinese}");
    }
}

/// What has no English, of texts.
fn missing<'a>(library: &Library, texts: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let is_chinese =
        |text: &str| text.chars().any(|character| ('\u{4e00}'..='\u{9fff}').contains(&character));
    let left = texts.filter(|text| is_chinese(text) && library.say(Language::English, text) == *text);
    left.map(str::to_owned).collect()
}

#[test]
fn every_service_of_the_terminal_and_where_it_lies_has_an_english_name() {
    let library = Library::load(&Path::new(ROOT).join("catalog")).unwrap();
    let offered = library.services().iter().filter(|service| service.at_terminal);
    let names = offered.clone().map(|service| service.name.as_str());
    assert_eq!(missing(&library, names), BTreeSet::new(), "english.csv lacks these services");
    let departments = library.services().iter().map(|service| service.department.as_str());
    assert_eq!(missing(&library, departments), BTreeSet::new(), "english.csv lacks these departments");
    let tiles = library.tiles().iter().flat_map(|tile| [tile.title.as_str(), tile.note.as_str()]);
    let shelves = [Shelf::Person, Shelf::Entity].map(|shelf| library.groups(shelf));
    let themes = shelves.into_iter().flatten().map(|group| group.title.as_str());
    let home = tiles.chain(themes).chain([library.notice()]);
    assert_eq!(
        missing(&library, home),
        BTreeSet::new(),
        "english.csv lacks these of the home page and shelves"
    );
}

#[test]
fn every_form_is_asked_in_english() {
    let library = Library::load(&Path::new(ROOT).join("catalog")).unwrap();
    let mut texts = BTreeSet::new();
    for service in library.services().iter().filter(|service| service.at_terminal) {
        for party in [Party::Person, Party::Entity] {
            let Some(form) = library.form(service, party) else { continue };
            for field in &form.fields {
                take(field, &mut texts);
            }
            texts.extend(form.materials.iter().map(|paper| paper.name.clone()));
        }
    }
    let missing = missing(&library, texts.iter().map(String::as_str));
    assert_eq!(missing, BTreeSet::new(), "english.csv lacks these of the forms");
}

/// A field's label and its own options. The long lists that hang on other fields, of places, keep their names.
fn take(field: &Field, texts: &mut BTreeSet<String>) {
    texts.insert(field.label.clone());
    if let FieldKind::Choice(Options::Fixed(options)) = &field.kind {
        texts.extend(options.iter().map(|option| words::option(option).to_owned()));
    }
}
