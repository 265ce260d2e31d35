//! The terminal's real program under a story's fingers, and central's real program beside it. Both can be killed at any
//! moment; both end with the story.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic, missing_docs)]

use crate::corner::{database, make_papers, program, write_settings};
use crate::repository;
use contract::suite::Suite;
use kiosk::screens::Panel;
use reserved_port::ReservedPort;
use serde::Deserialize;
use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Longer than the fingers' own patience: they say what they missed, this says only that nothing came.
const PATIENCE: Duration = Duration::from_mins(1);

/// Looks until there is something to see, for as long as a slow machine takes; `wanted` says what was missing. Every look asks
/// a program or a store, which takes its own time.
pub fn eventually<T>(wanted: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "waited in vain for {wanted}");
    }
}

/// A panel that is quickly drawn.
pub const SMALL: Panel = Panel { width: 540, height: 960, px_per_mm: 2.015 };

/// A process that anybody may kill at any moment.
#[derive(Clone)]
pub struct Victim(Arc<Mutex<Child>>);

impl Victim {
    /// SIGKILL, now; whether it was alive.
    pub fn kill(&self) -> bool {
        let mut child = self.0.lock().unwrap();
        let was_alive = matches!(child.try_wait(), Ok(None));
        let _ = child.kill();
        let _ = child.wait();
        was_alive
    }

    pub fn id(&self) -> u32 {
        self.0.lock().unwrap().id()
    }
}

/// A process and the lines that it says. It ends when this is dropped.
struct Talking {
    victim: Victim,
    input: ChildStdin,
    lines: Receiver<String>,
}

impl Talking {
    /// Starts it; what it writes to standard error is added to `log`.
    fn start(mut command: Command, log: &Path) -> Self {
        let log = OpenOptions::new().create(true).append(true).open(log).unwrap();
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (send, lines) = channel();
        std::thread::spawn(move || {
            BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| send.send(line))
        });
        Self { victim: Victim(Arc::new(Mutex::new(child))), input, lines }
    }

    /// The next line; `None` when the process has ended.
    fn line(&self, wanted: &str) -> Option<String> {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("nothing came in {PATIENCE:?} after '{wanted}'"),
        }
    }
}

impl Drop for Talking {
    fn drop(&mut self) {
        self.victim.kill();
    }
}

/// A folder with papers and settings: where central's program and the terminal's live.
pub struct Place {
    folder: tempfile::TempDir,
    port: ReservedPort,
}

impl Place {
    /// Central is not started yet, but its port is chosen.
    pub fn prepare(panel: Panel) -> Self {
        let folder = tempfile::tempdir().unwrap();
        make_papers(folder.path(), Suite::International);
        let port = ReservedPort::any().unwrap();
        write_settings(folder.path(), port.address(), panel);
        // What the terminal writes besides its state lies apart, so that a story can look through it.
        std::fs::create_dir(folder.path().join("tmp")).unwrap();
        Self { folder, port }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn log(&self) -> PathBuf {
        self.folder().join("kiosk.log")
    }

    pub fn database(&self) -> PathBuf {
        self.folder().join("central.db")
    }

    /// What central holds under a number: its own command line, as a clerk would ask.
    pub fn record(&self, number: &str) -> serde_json::Value {
        let shown = Command::new(program("central"))
            .args(["show", "--db", &database(self.folder()), &number.replace(' ', "")])
            .output()
            .unwrap();
        serde_json::from_slice(&shown.stdout).unwrap_or_else(|_| panic!("central has no {number}: {shown:?}"))
    }

    /// Starts central. Its port is always the same.
    pub fn central(&self) -> Central {
        let mut command = Command::new(program("central"));
        command.args(["serve", "--db", &database(self.folder())]);
        command.args(["--listen", &self.port.address().to_string(), "--public", "127.0.0.1:0"]);
        command.args(["--admin", "127.0.0.1:0", "--ca"]).arg(self.folder().join("ca"));
        command.arg("--keys").arg(self.folder().join("keys"));
        command.arg("--catalog").arg(repository().join("catalog"));
        command.arg("--simulated-payments").arg(self.folder().join("world.db"));
        let talking = Talking::start(command, &self.folder().join("central.log"));
        Central { talking }
    }

    /// Starts the terminal; [`Kiosk::until_ready`] waits for it.
    pub fn kiosk(&self, log_level: &str) -> Kiosk {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kiosk"));
        command.args(["drive", "--config"]).arg(self.folder().join("kiosk.toml"));
        command.env("RUST_LOG", log_level).env("TMPDIR", self.folder().join("tmp"));
        Kiosk { talking: Talking::start(command, &self.log()), log: self.log() }
    }
}

/// Central's program.
pub struct Central {
    talking: Talking,
}

impl Central {
    /// Waits until it answers; whether it does.
    pub fn until_ready(&self) -> bool {
        self.talking.line("central's start").is_some_and(|line| line.starts_with("central ready"))
    }

    pub fn victim(&self) -> Victim {
        self.talking.victim.clone()
    }
}

/// The terminal's program, driven.
pub struct Kiosk {
    talking: Talking,
    log: PathBuf,
}

/// What stood on the screen.
#[derive(Clone, Debug, Deserialize)]
pub struct Seen {
    pub page: String,
    pub words: Vec<String>,
    pub number: Option<String>,
    pub received: Option<bool>,
    pub online: bool,
}

/// Why a command was not carried out.
#[derive(Debug)]
pub enum NotDone {
    /// The terminal's program has ended.
    Dead,
    /// It says why.
    Because(String),
}

impl Kiosk {
    pub fn victim(&self) -> Victim {
        self.talking.victim.clone()
    }

    /// Waits for the first frame; whether it came.
    pub fn until_ready(&self) -> bool {
        self.talking.line("the terminal's start").is_some_and(|line| line.starts_with("kiosk ready"))
    }

    /// Gives a command; its answer.
    pub fn try_ask(&mut self, command: &str) -> Result<String, NotDone> {
        let said = writeln!(self.talking.input, "{command}").and_then(|()| self.talking.input.flush());
        let answer = said.ok().and_then(|()| self.talking.line(command)).ok_or(NotDone::Dead)?;
        match answer.strip_prefix("ok") {
            Some(words) => Ok(words.trim_start().to_owned()),
            None => Err(NotDone::Because(answer)),
        }
    }

    /// Gives a command that must be carried out.
    #[track_caller]
    pub fn ask(&mut self, command: &str) -> String {
        self.try_ask(command).unwrap_or_else(|why| {
            panic!("'{command}': {why:?}\nthe terminal's log is {}:\n{}", self.log.display(), tail(&self.log))
        })
    }

    /// Reads the screen.
    #[track_caller]
    pub fn read(&mut self) -> Seen {
        self.try_read().unwrap_or_else(|why| panic!("the screen can't be read: {why:?}"))
    }

    /// Reads the screen of a terminal that may die.
    pub fn try_read(&mut self) -> Result<Seen, NotDone> {
        Ok(serde_json::from_str(&self.try_ask("read")?).unwrap())
    }
}

/// The last lines of a log.
fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines.iter().skip(lines.len().saturating_sub(12)).copied().collect::<Vec<_>>().join("\n")
}
