//! librime with `pinyin_simp`, asked beside us. Its own program, for the house has no code that links to it.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// librime, running.
pub(crate) struct Librime {
    child: Child,
    keys: ChildStdin,
    candidates: BufReader<ChildStdout>,
    /// Its user's folder, which it fills.
    _folder: tempfile::TempDir,
}

impl Librime {
    /// Builds and starts it, where it is installed.
    pub(crate) fn start() -> Option<Self> {
        let folder = tempfile::tempdir().ok()?;
        let program = folder.path().join("librime");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/typing/librime.c");
        let built = Command::new("cc")
            .args(["-O2", source, "-lrime", "-o"])
            .arg(&program)
            .stderr(Stdio::null())
            .status()
            .ok()?;
        if !built.success() {
            return None;
        }
        let schemas = "config_version: \"1\"\nschema_list:\n  - schema: pinyin_simp\n";
        std::fs::write(folder.path().join("default.yaml"), schemas).ok()?;
        let mut child = Command::new(program)
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let (keys, candidates) = (child.stdin.take()?, BufReader::new(child.stdout.take()?));
        let mut librime = Self { child, keys, candidates, _folder: folder };
        // Without its data it answers nothing.
        librime.ask("nihao").contains(&"你好".to_owned()).then_some(librime)
    }

    /// The place of a text among the candidates. Digits choose candidates there, so that each run of letters is asked
    /// alone, and the worst place counts.
    pub(crate) fn place(&mut self, keys: &str, text: &str) -> Option<usize> {
        let runs = |text: &str| {
            let runs = text.split(|c: char| c.is_ascii_digit()).filter(|run| !run.is_empty());
            runs.map(str::to_owned).collect::<Vec<_>>()
        };
        let pairs = runs(keys).into_iter().zip(runs(text));
        let places =
            pairs.map(|(keys, text)| self.ask(&keys).iter().position(|candidate| *candidate == text));
        places.collect::<Option<Vec<_>>>()?.into_iter().max()
    }

    fn ask(&mut self, keys: &str) -> Vec<String> {
        let mut line = String::new();
        if writeln!(self.keys, "{keys}").is_err() || self.candidates.read_line(&mut line).is_err() {
            return Vec::new();
        }
        line.trim_end().split('\t').map(str::to_owned).collect()
    }
}

impl Drop for Librime {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
