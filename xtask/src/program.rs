//! A program that is spoken with by lines: one in, one answer out, news in between. It ends when this is dropped.

use anyhow::{Context, Result, bail};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A child process.
pub(crate) struct Program {
    name: String,
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
}

impl Program {
    /// Starts it; what it writes to standard error goes to a file in `logs`.
    pub(crate) fn start(name: &str, mut command: Command, logs: &Path) -> Result<Self> {
        let log =
            File::create(logs.join(format!("{name}.log"))).with_context(|| format!("no log for {name}"))?;
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("{name} can't be started"))?;
        let input = child.stdin.take();
        let output = child.stdout.take().with_context(|| format!("{name} has no output"))?;
        let (send, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Self { name: name.to_owned(), child, input, lines })
    }

    /// The next line; `None` when it has ended.
    pub(crate) fn line(&self) -> Option<String> {
        self.lines.recv().ok()
    }

    /// The line that begins with a word, within the time that anything may take.
    pub(crate) fn line_with(&self, beginning: &[&str]) -> Result<String> {
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) if beginning.iter().any(|word| line.starts_with(word)) => return Ok(line),
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => {
                    bail!("{} did not answer in {} s", self.name, PATIENCE.as_secs())
                }
                Err(RecvTimeoutError::Disconnected) => bail!("{} has ended: see its log", self.name),
            }
        }
    }

    /// Says a line.
    pub(crate) fn say(&mut self, words: &str) -> Result<()> {
        let input = self.input.as_mut().with_context(|| format!("{} takes no words", self.name))?;
        writeln!(input, "{words}")
            .and_then(|()| input.flush())
            .with_context(|| format!("{} is gone", self.name))
    }

    /// Says a line and gives the answer.
    pub(crate) fn ask(&mut self, words: &str) -> Result<String> {
        self.say(words)?;
        self.line_with(&["ok", "error"])
    }

    /// Waits until it has ended; whether well.
    pub(crate) fn wait(&mut self) -> Result<bool> {
        self.input = None;
        Ok(self.child.wait()?.success())
    }

    /// Whether it still runs.
    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
