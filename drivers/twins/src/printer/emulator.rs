//! The virtual printer itself (section 10 of the wire protocol): queue, modes, current line, paper and answers.

use super::glyphs::Letters;
use super::page::{Letter, Page, enlarge};
use super::qr::CodeMaker;
use super::stream::{Command, Mode, next_command, real_time_length};
use super::switches::{State, Switches};
use crate::control::say;
use crate::wire::{Line, Twin};
use encoding_rs::GB18030;
use std::path::PathBuf;
use std::time::Instant;

/// Dots of a line of text with its gap.
const LINE: usize = 30;
/// From the print head to the cutter, in dots.
const TO_CUTTER: usize = 72;

/// Modes that initialising puts back.
#[derive(Debug)]
struct Modes {
    align: u8,
    emphasis: u8,
    size: u8,
    chinese: Mode,
}

impl Modes {
    /// As after power on. Many printers for the Chinese market begin with the mode on; a stream must not rely on it.
    const POWER_ON: Self = Self { align: 0, emphasis: 0, size: 0, chinese: Mode::Off };
}

/// The virtual printer.
pub struct Printer {
    letters: Letters,
    width: usize,
    out: PathBuf,
    switches: Switches,
    arrived: Vec<u8>,
    queue: Vec<u8>,
    modes: Modes,
    /// The first byte of a Chinese character whose second has not come.
    half: Option<u8>,
    line: Vec<Letter>,
    page: Page,
    codes: CodeMaker,
    receipts: usize,
    automatic: bool,
    /// Pull the plug after so many more bytes.
    hang_up_after: Option<usize>,
}

impl Printer {
    /// A printer with a full roll that writes its receipts into a folder.
    pub fn new(letters: Letters, width: usize, out: PathBuf) -> Self {
        Self {
            letters,
            width,
            out,
            switches: Switches::GOOD,
            arrived: Vec::new(),
            queue: Vec::new(),
            modes: Modes::POWER_ON,
            half: None,
            line: Vec::new(),
            page: Page::new(width),
            codes: CodeMaker::default(),
            receipts: 0,
            automatic: false,
            hang_up_after: None,
        }
    }

    /// Real-time commands are taken out of the stream on arrival; the rest is queued.
    fn sort(&mut self, now: Instant, line: &mut Line) {
        let mut at = 0;
        while let Some(rest) = self.arrived.get(at..).filter(|rest| !rest.is_empty()) {
            match real_time_length(rest) {
                Some(0) => break,
                Some(length) => {
                    match rest.get(..3) {
                        Some([0x10, 0x04, n]) => line.send(&[self.switches.real_time(*n)], now),
                        Some([0x10, 0x05, 0x02]) => {
                            self.queue.clear();
                            self.line.clear();
                        }
                        _ => {}
                    }
                    at += length;
                }
                None => {
                    self.queue.extend(rest.first());
                    at += 1;
                }
            }
        }
        self.arrived.drain(..at.min(self.arrived.len()));
    }

    /// Works through the queue until it is empty or the printer goes offline.
    fn work(&mut self, now: Instant, line: &mut Line) {
        while self.switches.online() {
            let Some((command, length)) = next_command(&self.queue) else { return };
            self.queue.drain(..length.min(self.queue.len()));
            self.obey(command, now, line);
        }
    }

    fn obey(&mut self, command: Command, now: Instant, line: &mut Line) {
        match command {
            Command::Text(byte) => self.put(byte),
            Command::LineFeed => self.end_line(),
            Command::Initialise => {
                self.modes = Modes::POWER_ON;
                self.line.clear();
                self.half = None;
            }
            Command::Align(n) => self.modes.align = n % 0x30,
            Command::Emphasis(n) => self.modes.emphasis = n & 1,
            Command::Size(n) => self.modes.size = n,
            Command::FeedLines(n) => {
                self.finish_line();
                self.page.feed(usize::from(n) * LINE);
            }
            Command::FeedDots(n) => {
                self.finish_line();
                self.page.feed(usize::from(n));
            }
            Command::Chinese(mode) => {
                self.modes.chinese = mode;
                self.half = None;
            }
            Command::Cut(dots) => self.cut(usize::from(dots)),
            Command::Code(parameters) => {
                if let Some((picture, data)) = self.codes.obey(&parameters) {
                    self.finish_line();
                    self.page.print(&picture, self.modes.align);
                    self.page.note(&format!("[QR] {data}"));
                }
            }
            Command::Raster(mode, width, data) => {
                self.finish_line();
                self.print_raster(mode, width, &data);
            }
            Command::AutomaticStatus(n) => {
                self.automatic = n != 0;
                if self.automatic {
                    line.send(&self.switches.automatic(), now);
                }
            }
            Command::PaperInSequence => line.send(&[self.switches.in_sequence()], now),
            Command::Mark(mark) => line.send(&[&[0x37, 0x22][..], &mark, &[0x00]].concat(), now),
            Command::Identity(n) => line.send(&identity(n), now),
            Command::Ignored => {}
            Command::Unknown(bytes) => say(&format!("event unknown-command {bytes:02X?}")),
        }
    }

    fn put(&mut self, byte: u8) {
        if let Some(first) = self.half.take() {
            let bytes = [first, byte];
            let (text, _, wrong) = GB18030.decode(&bytes);
            let character = if wrong { '\u{FFFD}' } else { text.chars().next().unwrap_or('\u{FFFD}') };
            self.set(character);
        } else if byte < 0x80 {
            self.set(char::from(byte));
        } else if self.modes.chinese == Mode::On {
            self.half = Some(byte);
        } else {
            // A byte of the code page: no stream of Chinese should ever send one outside the mode.
            self.set('\u{FFFD}');
        }
    }

    fn set(&mut self, character: char) {
        let (wide, high) = (usize::from(self.modes.size >> 4 & 7) + 1, usize::from(self.modes.size & 7) + 1);
        let letter = Letter { character, wide, high, emphasis: self.modes.emphasis };
        let taken: usize = self.line.iter().map(Letter::width).sum();
        if taken + letter.width() > self.width {
            say("event line-wrapped-at-the-printer");
            self.end_line();
        }
        self.line.push(letter);
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.page.print_line(&line, &mut self.letters, self.modes.align);
    }

    fn finish_line(&mut self) {
        if !self.line.is_empty() {
            self.end_line();
        }
    }

    fn print_raster(&mut self, mode: u8, width: usize, data: &[u8]) {
        let rows: Vec<Vec<bool>> = data
            .chunks(width.max(1))
            .map(|row| row.iter().flat_map(|byte| (0..8).map(move |bit| byte & (0x80 >> bit) != 0)).collect())
            .collect();
        let (wide, high) = (usize::from(mode & 1) + 1, usize::from(mode >> 1 & 1) + 1);
        self.page.print(&enlarge(&rows, wide, high), self.modes.align);
    }

    fn cut(&mut self, dots: usize) {
        self.finish_line();
        self.page.feed(TO_CUTTER + dots);
        let page = std::mem::replace(&mut self.page, Page::new(self.width));
        if page.is_blank() {
            return;
        }
        self.receipts += 1;
        let picture = self.out.join(format!("receipt-{:03}.png", self.receipts));
        let text = picture.with_extension("txt");
        let written = std::fs::create_dir_all(&self.out)
            .and_then(|()| std::fs::write(text, page.text()))
            .map_err(|error| error.to_string())
            .and_then(|()| page.picture().save(&picture).map_err(|error| error.to_string()));
        match written {
            Ok(()) => say(&format!("printed {}", picture.display())),
            Err(error) => say(&format!("event receipt-not-written {error}")),
        }
    }
}

/// GS I n (section 6.4).
fn identity(n: u8) -> Vec<u8> {
    let text = match n {
        41 => "0.1",
        42 => "Budayang",
        43 => "Virtual receipt printer",
        44 => "VIRTUAL-0001",
        45 => "CHINA GB18030",
        1..=3 => return vec![0x02],
        _ => "",
    };
    [&[0x5F][..], text.as_bytes(), &[0x00]].concat()
}

impl Twin for Printer {
    fn receive(&mut self, bytes: &[u8], now: Instant, line: &mut Line) {
        if self.switches.power == State::Bad {
            return;
        }
        self.hang_up_after = self.hang_up_after.map(|left| left.saturating_sub(bytes.len()));
        if self.hang_up_after.take_if(|left| *left == 0).is_some() {
            return line.hang_up();
        }
        self.arrived.extend(bytes);
        self.sort(now, line);
        self.work(now, line);
    }

    fn tick(&mut self, now: Instant, line: &mut Line) {
        if self.switches.power == State::Good {
            self.work(now, line);
        }
    }

    fn control(&mut self, words: &[&str], now: Instant, line: &mut Line) -> Result<String, String> {
        if let ["hang-up", bytes] = words {
            self.hang_up_after = Some(bytes.parse().map_err(|_| format!("'{bytes}' is no number of bytes"))?);
            return Ok(format!("the plug is pulled after {bytes} bytes"));
        }
        let before = self.switches;
        self.switches.obey(words)?;
        if before.power != self.switches.power {
            self.unplugged();
        }
        if self.automatic && before.automatic() != self.switches.automatic() {
            line.send(&self.switches.automatic(), now);
        }
        Ok(words.join(" "))
    }

    /// What is on the paper stays, queue and modes are lost.
    fn unplugged(&mut self) {
        self.arrived.clear();
        self.queue.clear();
        self.line.clear();
        self.half = None;
        self.modes = Modes::POWER_ON;
        self.automatic = false;
    }
}
