//! Whom a story looks for: an invented person's data, in every form in which it could lie about, and where it was
//! found.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

use encoding_rs::GB18030;
use image::RgbImage;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use traces::{Markers, Report, mask};

/// Pixels in a row that make a piece of a picture recognisable.
const PIXELS: u32 = 32;
/// Fewer shades than this and the piece could be a wall.
const SHADES: usize = 12;

/// Traces to look for.
#[derive(Default)]
pub struct Traces {
    lines: Vec<(String, Vec<u8>)>,
}

impl Traces {
    /// A text in the encodings that chip, form, screen, printer and wire use.
    pub fn text(&mut self, name: &str, text: &str) {
        let utf16 = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let utf32 = text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        let (gb18030, ..) = GB18030.encode(text);
        self.bytes(&format!("{name}, UTF-8"), text.as_bytes().to_vec());
        self.bytes(&format!("{name}, UTF-16LE"), utf16);
        self.bytes(&format!("{name}, UTF-32LE"), utf32);
        if !text.is_ascii() {
            self.bytes(&format!("{name}, GB18030"), gb18030.into_owned());
        }
    }

    pub fn bytes(&mut self, name: &str, bytes: Vec<u8>) {
        self.lines.push((name.to_owned(), bytes));
    }

    /// Pieces of every `step`th row of a picture, where there is something to see, as drivers, decoders and face
    /// check hold pixels.
    pub fn picture(&mut self, name: &str, picture: &RgbImage, step: usize) {
        for y in (0..picture.height()).step_by(step) {
            for x in (0..=picture.width() - PIXELS).step_by(PIXELS as usize) {
                let pixels: Vec<[u8; 3]> = (x..x + PIXELS).map(|x| picture.get_pixel(x, y).0).collect();
                // Memory is full of zeros: what begins like them would be compared a hundred million times.
                let is_dark = pixels[0].contains(&0);
                if is_dark || pixels.iter().collect::<BTreeSet<_>>().len() < SHADES {
                    continue;
                }
                let each = |order: fn(&[u8; 3]) -> Vec<u8>| pixels.iter().flat_map(order).collect();
                self.bytes(&format!("{name}, RGB"), each(|p| p.to_vec()));
                self.bytes(&format!("{name}, BGR"), each(|p| vec![p[2], p[1], p[0]]));
                self.bytes(&format!("{name}, RGBA"), each(|p| vec![p[0], p[1], p[2], 255]));
                self.bytes(&format!("{name}, green"), each(|p| vec![p[1]]));
                let floats = |p: &[u8; 3]| f32::from(p[1]).to_le_bytes().to_vec();
                self.bytes(&format!("{name}, green as numbers"), each(floats));
            }
        }
    }

    /// Writes them for the terminal's own search, masked.
    pub fn write(&self, file: &Path) {
        let mut text = String::new();
        for (name, bytes) in &self.lines {
            let mut masked = bytes.clone();
            mask(&mut masked);
            let _ = write!(text, "{name}\t");
            for byte in masked {
                let _ = write!(text, "{byte:02x}");
            }
            text.push('\n');
        }
        std::fs::write(file, text).unwrap();
    }
}

/// Whether something of that name was found.
pub fn has(report: &Report, name: &str) -> bool {
    report.found.iter().any(|find| find.marker.starts_with(name))
}

/// What was found and where, for people.
pub fn finds(report: &Report) -> String {
    let mut text = String::new();
    for find in &report.found {
        let mut around: Vec<u8> = (0..find.around.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&find.around[at..at + 2], 16).unwrap())
            .collect();
        mask(&mut around);
        let around: String = String::from_utf8_lossy(&around)
            .chars()
            .map(|c| if c.is_control() || c == char::REPLACEMENT_CHARACTER { '.' } else { c })
            .collect();
        let _ = writeln!(text, "{} in {} at {:#x}: {around}", find.marker, find.region, find.offset);
    }
    text
}

/// Every file below a folder; a socket keeps nothing.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.is_file() {
            found.push(path);
        }
    }
    found
}

/// The names of the traces that lie in a file.
pub fn in_file(traces: &Path, file: &Path) -> BTreeSet<String> {
    let mut bytes = std::fs::read(file).unwrap();
    mask(&mut bytes);
    let mut names = BTreeSet::new();
    Markers::read(traces).unwrap().each_in(&bytes, |name, _| {
        names.insert(name.to_owned());
    });
    names
}
