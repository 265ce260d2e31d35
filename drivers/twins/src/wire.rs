//! The wire of a serial twin: a pseudo-terminal under a stable name, with the time that a real line would take.
//!
//! The name is a link to the terminal's other side. Unplugging closes the terminal and removes the link, plugging in
//! makes both anew, as udev would. Knows nothing of what is said on the wire.

use crate::control::{ControlLines, say};
use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::pty::openpty;
use nix::sys::termios::{SetArg, cfmakeraw, tcgetattr, tcsetattr};
use std::collections::VecDeque;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Bits on the line for one byte: start, eight, stop.
const BITS_A_BYTE: u32 = 10;
/// Bytes are put on the line in pieces of this size, each when its last bit would have arrived.
const PIECE: usize = 32;
/// While nobody has the terminal open, it is looked at this often.
const NOBODY: Duration = Duration::from_millis(10);

/// A device on the other end of the wire.
pub trait Twin {
    /// Bytes arrived from the host.
    fn receive(&mut self, bytes: &[u8], now: Instant, line: &mut Line);

    /// Time passed; called at least every 50 ms.
    fn tick(&mut self, now: Instant, line: &mut Line);

    /// A control line other than `plug` and `unplug`: the answer, or what is wrong with it.
    fn control(&mut self, words: &[&str], now: Instant, line: &mut Line) -> Result<String, String>;

    /// The plug was pulled: power and state are lost.
    fn unplugged(&mut self);
}

/// What is on its way to the host, with the time at which each piece has arrived.
#[derive(Debug)]
pub struct Line {
    baud: u32,
    pieces: VecDeque<(Instant, Vec<u8>)>,
    /// Cut the wire when everything before has been sent.
    hang_up: bool,
}

impl Line {
    /// A line of a speed in bits a second.
    pub fn new(baud: u32) -> Self {
        Self { baud, pieces: VecDeque::new(), hang_up: false }
    }

    /// How long so many bytes take.
    pub fn time_of(&self, bytes: usize) -> Duration {
        let bits = u64::from(BITS_A_BYTE) * bytes as u64;
        Duration::from_nanos(bits * 1_000_000_000 / u64::from(self.baud.max(1)))
    }

    /// Sends bytes from `begin` on, or when what is sent before has gone.
    pub fn send(&mut self, bytes: &[u8], begin: Instant) {
        self.send_in_pieces(bytes, begin, PIECE, Duration::ZERO);
    }

    /// Sends bytes in pieces with gaps between them.
    pub fn send_in_pieces(&mut self, bytes: &[u8], begin: Instant, size: usize, gap: Duration) {
        let mut at = self.pieces.back().map_or(begin, |(last, _)| (*last).max(begin));
        for piece in bytes.chunks(size.max(1)) {
            at += self.time_of(piece.len()) + gap;
            self.pieces.push_back((at, piece.to_vec()));
        }
    }

    /// Cuts the wire after what is sent already.
    pub fn hang_up(&mut self) {
        self.hang_up = true;
    }

    fn next_due(&self) -> Option<Instant> {
        self.pieces.front().map(|(due, _)| *due)
    }

    fn take_due(&mut self, now: Instant) -> Option<Vec<u8>> {
        if self.next_due()? > now {
            return None;
        }
        self.pieces.pop_front().map(|(_, piece)| piece)
    }
}

/// The pseudo-terminal while the plug is in.
#[derive(Debug)]
struct Terminal {
    master: OwnedFd,
}

fn plug_in(link: &Path) -> std::io::Result<Terminal> {
    let pair = openpty(None, None)?;
    let mut settings = tcgetattr(&pair.slave)?;
    cfmakeraw(&mut settings);
    tcsetattr(&pair.slave, SetArg::TCSANOW, &settings)?;
    fcntl(&pair.master, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    let name = nix::unistd::ttyname(&pair.slave)?;
    // The other side is let go: a host that was killed leaves its lock on the terminal only as long as it is open.
    drop(pair.slave);
    let _ = std::fs::remove_file(link);
    std::os::unix::fs::symlink(name, link)?;
    Ok(Terminal { master: pair.master })
}

/// Runs a twin until its standard input ends. Says `ready LINK` first.
pub fn run(twin: &mut dyn Twin, link: &Path, baud: u32) -> std::io::Result<()> {
    let link = PathBuf::from(link);
    let mut terminal = Some(plug_in(&link)?);
    let mut line = Line::new(baud);
    let mut control = ControlLines::new();
    say(&format!("ready {}", link.display()));
    while !control.ended() {
        wait(terminal.as_ref(), &line, &mut control);
        let mut now = Instant::now();
        while let Some(words) = control.next_line() {
            let answer = match words.as_str() {
                "unplug" => {
                    unplug(&mut terminal, &link, &mut line, twin);
                    Ok("unplugged".to_owned())
                }
                "plug" if terminal.is_some() => Err("it is plugged in".to_owned()),
                "plug" => plug_in(&link).map_err(|error| error.to_string()).map(|plugged| {
                    terminal = Some(plugged);
                    "plugged".to_owned()
                }),
                words => twin.control(&words.split_whitespace().collect::<Vec<_>>(), now, &mut line),
            };
            match answer {
                Ok(done) => say(&format!("ok {done}")),
                Err(fault) => say(&format!("error {fault}")),
            }
        }
        if let Some(open) = &terminal {
            let mut buffer = [0; 4096];
            if let Ok(count @ 1..) = nix::unistd::read(&open.master, &mut buffer) {
                now = Instant::now();
                twin.receive(buffer.get(..count).unwrap_or_default(), now, &mut line);
            }
            twin.tick(now, &mut line);
            while let Some(piece) = line.take_due(now) {
                put(open, &piece);
            }
            if line.hang_up && line.pieces.is_empty() {
                unplug(&mut terminal, &link, &mut line, twin);
            }
        }
    }
    unplug(&mut terminal, &link, &mut line, twin);
    Ok(())
}

fn unplug(terminal: &mut Option<Terminal>, link: &Path, line: &mut Line, twin: &mut dyn Twin) {
    if terminal.take().is_some() {
        let _ = std::fs::remove_file(link);
    }
    line.pieces.clear();
    line.hang_up = false;
    twin.unplugged();
}

/// A line drops what nobody takes: it is not kept for later.
fn put(terminal: &Terminal, piece: &[u8]) {
    let mut rest = piece;
    while let Ok(count @ 1..) = nix::unistd::write(&terminal.master, rest) {
        rest = rest.get(count..).unwrap_or_default();
        if rest.is_empty() {
            return;
        }
    }
}

/// Waits for bytes, a control line, the next piece that is due, or 50 ms.
fn wait(terminal: Option<&Terminal>, line: &Line, control: &mut ControlLines) {
    let longest = Duration::from_millis(50);
    let until_due = line.next_due().map_or(longest, |due| due.saturating_duration_since(Instant::now()));
    let mut at_most = until_due.min(longest);
    let stdin = std::io::stdin();
    let mut watched = vec![PollFd::new(stdin.as_fd(), PollFlags::POLLIN)];
    if let Some(open) = terminal {
        // Nobody has it open: it would report that without end, so it is left out and looked at again soon.
        if nobody_there(open) {
            at_most = at_most.min(NOBODY);
        } else {
            watched.push(PollFd::new(open.master.as_fd(), PollFlags::POLLIN));
        }
    }
    let millis = u16::try_from(at_most.as_micros().div_ceil(1000)).unwrap_or(50);
    match poll(&mut watched, PollTimeout::from(millis)) {
        Ok(_) | Err(Errno::EINTR) => {}
        Err(_) => std::thread::sleep(NOBODY),
    }
    let readable = PollFlags::POLLIN | PollFlags::POLLHUP | PollFlags::POLLERR;
    if watched.first().and_then(PollFd::revents).is_some_and(|seen| seen.intersects(readable)) {
        control.read();
    }
}

fn nobody_there(terminal: &Terminal) -> bool {
    let mut look = [PollFd::new(terminal.master.as_fd(), PollFlags::POLLIN)];
    matches!(poll(&mut look, PollTimeout::ZERO), Ok(1..))
        && look.first().and_then(PollFd::revents).is_some_and(|seen| seen.contains(PollFlags::POLLHUP))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_takes_the_time_of_its_speed() {
        let line = Line::new(115_200);
        assert_eq!(line.time_of(1295).as_millis(), 112);
        assert_eq!(Line::new(9600).time_of(2321).as_millis(), 2417);
    }

    #[test]
    fn pieces_arrive_when_their_last_bit_would() {
        let mut line = Line::new(9600);
        let begin = Instant::now();
        line.send(&[7; 64], begin);
        assert!(line.take_due(begin).is_none());
        assert_eq!(line.take_due(begin + Duration::from_millis(34)).map(|piece| piece.len()), Some(32));
        assert!(line.take_due(begin + Duration::from_millis(34)).is_none());
    }
}
