//! One run of the machine, from power on to power off. It ends when this is dropped, and nothing else does.

use super::image::Image;
use super::write_log::SECTOR;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long it may run. In software it boots in about 5 s and files the most that it is asked for in about 20 s; a
/// busy computer takes several times that.
const LONGEST_LIFE: Duration = Duration::from_mins(3);

/// Writes and flushes are written down on their way to the disk.
const LOGGED: &str = "driver=blklogwrites,node-name=disk,file=data,log=log";

/// A QEMU process and its serial line.
pub(super) struct Machine {
    child: Child,
    lines: Receiver<String>,
    end: Instant,
}

impl Machine {
    /// Power on. `words` are what its program is told.
    pub(super) fn start(image: &Image, words: &[&str]) -> Result<Self> {
        let mut child = Command::new("qemu-system-x86_64")
            // Never KVM: what this computer's processor can do must not decide whether the test runs.
            .args([
                "-accel",
                "tcg",
                "-cpu",
                "max",
                "-m",
                "512",
                "-nodefaults",
                "-no-user-config",
                "-no-reboot",
            ])
            .args(["-display", "none", "-serial", "stdio", "-monitor", "none"])
            .arg("-kernel")
            .arg(&image.kernel)
            .arg("-initrd")
            .arg(&image.first_file_system)
            .args(["-append", &format!("console=ttyS0 quiet loglevel=3 panic=-1 -- {}", words.join(" "))])
            .args(["-blockdev", &format!("driver=file,node-name=data,filename={}", image.disk.display())])
            .args(["-blockdev", &format!("driver=file,node-name=log,filename={}", image.log.display())])
            .args(["-blockdev", &format!("{LOGGED},log-sector-size={SECTOR}")])
            // A disk with a cache of its own: the guest has to ask for a flush.
            .args(["-device", "virtio-blk-pci,drive=disk,write-cache=on,discard=off,write-zeroes=off"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("qemu-system-x86_64 can't be started")?;
        let serial = child.stdout.take().context("the machine has no serial line")?;
        let (send, lines) = channel();
        std::thread::spawn(move || {
            let mut serial = BufReader::new(serial);
            loop {
                // With its end of line, which tells a whole line from one that the cut has shortened.
                let mut line = Vec::new();
                match serial.read_until(b'\n', &mut line) {
                    Ok(1..) if send.send(String::from_utf8_lossy(&line).into_owned()).is_ok() => {}
                    _ => break,
                }
            }
        });
        Ok(Self { child, lines, end: Instant::now() + LONGEST_LIFE })
    }

    /// The next line that its program says.
    pub(super) fn line(&mut self) -> Result<String> {
        match self.lines.recv_timeout(self.end.saturating_duration_since(Instant::now())) {
            Ok(line) if line.starts_with("fault:") || line.starts_with("power_cut:") => {
                bail!("the machine says '{}'", line.trim_end())
            }
            Ok(line) => Ok(line),
            Err(RecvTimeoutError::Timeout) => {
                bail!("the machine is not ready after {} s", LONGEST_LIFE.as_secs())
            }
            Err(RecvTimeoutError::Disconnected) => bail!("the machine has ended by itself"),
        }
    }

    /// The lines before the one that ends with `last`; the firmware's words may stand before a first line.
    pub(super) fn lines_until(&mut self, last: &str) -> Result<Vec<String>> {
        let mut before = Vec::new();
        loop {
            let line = self.line()?;
            if line.trim_end().ends_with(last) {
                return Ok(before);
            }
            before.push(line);
        }
    }

    /// Waits for a line.
    pub(super) fn wait_for(&mut self, line: &str) -> Result<()> {
        self.lines_until(line).map(|_| ())
    }

    /// Power off, without a warning (SIGKILL), and what it had still said.
    pub(super) fn cut_power(mut self) -> Result<Vec<String>> {
        self.child.kill().context("the machine can't be ended")?;
        self.child.wait()?;
        Ok(self.lines.iter().collect())
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // It may have ended already, and that is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
