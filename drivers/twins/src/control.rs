//! How a twin is told what to do: lines on standard input, one line on standard output for each.
//!
//! Knows the words of no particular twin.

use std::collections::VecDeque;
use std::io::Write;
use std::os::fd::AsFd;

/// Lines of standard input, read without blocking.
#[derive(Debug, Default)]
pub struct ControlLines {
    partial: Vec<u8>,
    lines: VecDeque<String>,
    ended: bool,
}

impl ControlLines {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads what standard input holds; call when it is readable.
    pub fn read(&mut self) {
        let mut buffer = [0; 4096];
        match nix::unistd::read(std::io::stdin().as_fd(), &mut buffer) {
            Ok(0) => self.ended = true,
            Ok(count) => {
                for byte in buffer.iter().take(count) {
                    if *byte == b'\n' {
                        let line = std::mem::take(&mut self.partial);
                        self.lines.push_back(String::from_utf8_lossy(&line).trim().to_owned());
                    } else {
                        self.partial.push(*byte);
                    }
                }
            }
            Err(nix::errno::Errno::EINTR | nix::errno::Errno::EAGAIN) => {}
            Err(_) => self.ended = true,
        }
    }

    /// The next whole line.
    pub fn next_line(&mut self) -> Option<String> {
        self.lines.pop_front()
    }

    /// Whether whoever controls the twin has gone: the twin ends.
    pub fn ended(&self) -> bool {
        self.ended && self.lines.is_empty()
    }
}

/// Writes a line to standard output at once.
pub fn say(line: &str) {
    let mut output = std::io::stdout().lock();
    let _ = writeln!(output, "{line}").and_then(|()| output.flush());
}

/// The value after an option, `--link PATH`.
pub fn option(name: &str) -> Option<String> {
    let mut arguments = std::env::args().skip(1);
    arguments.find(|argument| argument == name)?;
    arguments.next()
}
