//! Where the terminal and its updater leave word for each other: a file in the terminal's own folder that it writes, and one in
//! the updater's folder beside it, which is root's, that it only reads.

use super::plan::{LONGEST_OUTCOME, Request, Updater};
use crate::whole_file;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Both places.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// `/var/lib/kiosk/update`
    ours: PathBuf,
    /// `/var/lib/kiosk-update`
    theirs: PathBuf,
}

impl Word {
    /// Beside the terminal's state, as packaging/update/kiosk-update has them.
    pub(super) fn beside(state: &Path) -> Self {
        let mut theirs = state.file_name().unwrap_or_default().to_owned();
        theirs.push("-update");
        Self { ours: state.join("update"), theirs: state.with_file_name(theirs) }
    }

    /// What is seen of the updater.
    pub(super) fn look(&self) -> Updater {
        if !self.theirs.is_dir() {
            return Updater::Absent;
        }
        let mut line = String::new();
        let bound = u64::try_from(LONGEST_OUTCOME).unwrap_or(u64::MAX);
        let read = File::open(self.theirs.join("outcome"))
            .and_then(|file| file.take(bound).read_to_string(&mut line));
        match (read, line.parse()) {
            (Ok(_), Ok(outcome)) => Updater::Said(outcome),
            _ => Updater::Silent,
        }
    }

    /// Asks it, as a whole or not at all, and again when it was asked the same before: whoever watches the file is woken.
    pub(super) fn ask(&self, request: Request) -> io::Result<()> {
        fs::create_dir_all(&self.ours)?;
        whole_file::write(&self.ours.join("wanted"), format!("{request}\n").as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::super::last_update;
    use super::super::plan::{Phase, Wish};
    use super::*;
    use crate::diagnostics::{NoUpdate, UpdateFacts};
    use contract::app_version::AppVersion;

    #[test]
    fn what_is_asked_lies_in_a_file_and_what_is_answered_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let word = Word::beside(&folder.path().join("kiosk/"));
        assert_eq!(word.look(), Updater::Absent);
        let theirs = folder.path().join("kiosk-update");
        fs::create_dir(&theirs).unwrap();
        assert_eq!(word.look(), Updater::Silent);
        let wish = Wish { app: AppVersion::new(0, 2, 0), number: 6 };
        for phase in [Phase::Download, Phase::Install] {
            word.ask(Request { wish, phase }).unwrap();
        }
        let asked = fs::read_to_string(folder.path().join("kiosk/update/wanted")).unwrap();
        assert_eq!(asked, "0.2.0 6 install\n");
        fs::write(theirs.join("outcome"), "0.2.0 6 downloaded 0.1.0-1\n").unwrap();
        assert_eq!(word.look(), Updater::Said("0.2.0 6 downloaded 0.1.0-1".parse().unwrap()));
        let told = |line: &str| {
            fs::write(theirs.join("outcome"), line).unwrap();
            last_update(&folder.path().join("kiosk"))
        };
        let app = AppVersion::new(0, 2, 0);
        assert_eq!(told("0.2.0 6 downloaded 0.1.0-1\n"), UpdateFacts::Fetched(app));
        let not_started = UpdateFacts::Failed { app, number: 6, why: NoUpdate::NotStarted };
        assert_eq!(told("0.2.0 6 not-started 0.1.0-1\n"), not_started);
        assert_eq!(told("hello"), UpdateFacts::Nothing);
        for unreadable in [&b"\xff\xfe"[..], b"hello", &vec![b'0'; 100_000]] {
            fs::write(theirs.join("outcome"), unreadable).unwrap();
            assert_eq!(word.look(), Updater::Silent);
        }
    }
}
