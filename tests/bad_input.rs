//! Bad input to the program: each gets one clear sentence that names what and where, and an exit that is not zero; what
//! may be missing is said on the screen instead.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

/// The files that a terminal reads.
const CATALOGUE: [&str; 10] = [
    "services.csv",
    "aliases.csv",
    "forms.json",
    "lists.json",
    "home.json",
    "providers.csv",
    "guides.csv",
    "places.csv",
    "sites.csv",
    "english.csv",
];

/// A folder with everything that a terminal needs, for one thing to be spoilt in it.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        std::fs::create_dir(place.path("catalog")).unwrap();
        for name in CATALOGUE {
            std::fs::copy(root.join("catalog").join(name), place.path("catalog").join(name)).unwrap();
        }
        place.write(
            "kiosk.toml",
            "kiosk = \"ft-0001\"\nsite = \"测试\"\n[devices]\nid_reader = \"DIR/none\"\nreceipt_printer = \"DIR/none\"\n\
             camera = \"DIR/none\"\n[paths]\ncatalog = \"DIR/catalog\"\nmodels = \"DIR/models\"\nstate = \"DIR/state\"\n",
        );
        place
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text.replace("DIR", &self.0.path().display().to_string())).unwrap();
    }

    fn edit(&self, name: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.path(name)).unwrap();
        assert!(text.contains(from), "{name} has no {from}");
        std::fs::write(self.path(name), text.replacen(from, to, 1)).unwrap();
    }

    /// Starts the terminal, which must show its first page; what it wrote by then.
    fn log_of_a_start(&self) -> String {
        let mut kiosk = Command::new(env!("CARGO_BIN_EXE_kiosk"))
            .args(["run", "--headless", "--config"])
            .arg(self.path("kiosk.toml"))
            .env("RUST_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(self.path("kiosk.log")).unwrap())
            .spawn()
            .unwrap();
        let mut first = String::new();
        BufReader::new(kiosk.stdout.take().unwrap()).read_line(&mut first).unwrap();
        kiosk.kill().unwrap();
        kiosk.wait().unwrap();
        assert!(first.starts_with("kiosk ready"), "{first}");
        std::fs::read_to_string(self.path("kiosk.log")).unwrap()
    }

    /// Starts the terminal, which must refuse; its one sentence.
    #[track_caller]
    fn refusal(&self) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_kiosk"))
            .args(["run", "--headless", "--config"])
            .arg(self.path("kiosk.toml"))
            .env("RUST_LOG", "off")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let words = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{words}");
        assert_eq!(words.trim().lines().count(), 1, "one sentence, not this:\n{words}");
        words.trim().to_owned()
    }
}

#[track_caller]
fn says(words: &str, wanted: &[&str]) {
    for part in wanted {
        assert!(words.contains(part), "'{words}' should say '{part}'");
    }
}

#[test]
fn a_broken_row_of_the_catalogue() {
    let place = Place::new();
    place.edit(
        "catalog/services.csv",
        ",即办件,15,0,0,1,1,person-with-family",
        ",即办件,15,0,gratis,1,1,person-with-family",
    );
    says(&place.refusal(), &["E07", "services.csv line 2", "column 15 (fee_fen)", "'gratis'"]);
}

#[test]
fn a_missing_catalogue() {
    let place = Place::new();
    std::fs::remove_file(place.path("catalog/forms.json")).unwrap();
    says(&place.refusal(), &["E07", "forms.json", "No such file"]);
}

#[test]
fn an_unknown_key_in_the_settings() {
    let place = Place::new();
    place.edit("kiosk.toml", "site =", "sight =");
    says(&place.refusal(), &["kiosk.toml line 2", "unknown field `sight`"]);
}

#[test]
fn a_cell_that_is_nowhere() {
    let place = Place::new();
    place.edit("kiosk.toml", "site =", "cell = \"440304-99\"\nsite =");
    says(&place.refusal(), &["E08", "'440304-99' is no cell of lists.json"]);
}

#[test]
fn no_settings() {
    let place = Place::new();
    std::fs::remove_file(place.path("kiosk.toml")).unwrap();
    says(&place.refusal(), &["kiosk.toml", "No such file", "--config"]);
}

/// What is done to the place, and what the terminal must say of it.
type Spoilt<'a> = (&'a dyn Fn(&Place), &'a [&'a str]);

#[test]
fn a_store_that_does_not_open_leaves_the_guides_and_the_file() {
    let newer = |place: &Place| {
        let db = rusqlite::Connection::open(place.path("state/kiosk.db")).unwrap();
        db.pragma_update(None, "user_version", 99).unwrap();
    };
    let damaged = |place: &Place| place.write("state/kiosk.db", &"this is no database ".repeat(200));
    let cases: [Spoilt<'_>; 2] =
        [(&damaged, &["E05", "kiosk.db", "damaged"]), (&newer, &["E11", "kiosk.db", "version 99"])];
    for (spoil, wanted) in cases {
        let place = Place::new();
        std::fs::create_dir(place.path("state")).unwrap();
        spoil(&place);
        let before = std::fs::read(place.path("state/kiosk.db")).unwrap();
        says(&place.log_of_a_start(), wanted);
        assert_eq!(std::fs::read(place.path("state/kiosk.db")).unwrap(), before, "it is kept for recovery");
    }
}

#[test]
fn a_state_folder_that_cannot_be_made_leaves_the_guides() {
    let place = Place::new();
    place.write("state", "a file where the folder should be");
    says(&place.log_of_a_start(), &["E05", "state/kiosk.db", "directory"]);
}

#[test]
fn missing_papers_for_central() {
    let place = Place::new();
    let text = std::fs::read_to_string(place.path("kiosk.toml")).unwrap();
    let central = "[central]\naddress = \"https://127.0.0.1:1\"\nauthority = \"DIR/ca.pem\"\n\
                   certificate = \"DIR/kiosk.pem\"\nkey = \"DIR/key.pem\"\nsigner = \"DIR/signer.pub\"\n";
    place.write("kiosk.toml", &format!("{text}{central}"));
    says(&place.refusal(), &["E06", "signer.pub", "central's"]);
    place.write("signer.pub", "garbage");
    says(&place.refusal(), &["E06", "signer.pub", "no key"]);
    place.write("signer.pub", "international:AQID");
    says(&place.refusal(), &["E06", "ca.pem", "enrol"]);
}
