//! Starts twins for stories and tells them what to do.
#![allow(dead_code, unreachable_pub, reason = "each story uses a part of it")]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;
use tokio::sync::watch;

/// The folder of demo data in the repository.
pub fn demo(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo").join(name)
}

/// A running twin; it ends when this is dropped.
pub struct Twin {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Twin {
    pub fn start(program: &str, arguments: &[&str]) -> Self {
        let mut process = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the twin starts");
        let input = process.stdin.take();
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut twin = Self { process, input, output };
        assert!(twin.hear().starts_with("ready "));
        twin
    }

    /// The next line that the twin says.
    pub fn hear(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Gives a control line and waits until it is done. What the twin says of itself meanwhile is passed over.
    pub fn tell(&mut self, words: &str) {
        writeln!(self.input.as_mut().unwrap(), "{words}").unwrap();
        loop {
            let answer = self.hear();
            if answer.starts_with("ok ") {
                return;
            }
            assert!(!answer.is_empty() && !answer.starts_with("error "), "{words}: {answer}");
        }
    }
}

impl Drop for Twin {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.process.wait();
    }
}

/// Waits until a status is as wished; fails the story after ten seconds.
pub async fn until<S: Clone + std::fmt::Debug>(
    view: &mut watch::Receiver<S>,
    wished: impl Fn(&S) -> bool,
) -> S {
    let last_seen = view.clone();
    let seen = tokio::time::timeout(Duration::from_secs(10), view.wait_for(|status| wished(status))).await;
    let Ok(seen) = seen else { panic!("not in ten seconds; last seen: {:?}", last_seen.borrow()) };
    seen.expect("the device's thread runs").clone()
}
