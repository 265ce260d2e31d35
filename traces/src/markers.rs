//! What a search for somebody's traces looks for. Markers stay masked for as long as they live, so that whoever looks
//! through memory does not find the list itself.

use anyhow::{Context, Result};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

/// Every byte of a marker is XORed with this.
const MASK: u8 = 0xA5;
/// The table has two to the power of this places.
const TABLE: u32 = 20;

/// Masks bytes in place, or takes the mask off.
pub fn mask(bytes: &mut [u8]) {
    for byte in bytes {
        *byte ^= MASK;
    }
}

/// Masked markers, by their first four bytes.
#[derive(Debug, Default)]
pub struct Markers {
    all: Vec<(String, Vec<u8>)>,
    by_start: HashMap<u32, Vec<usize>>,
    /// Which places of a table the starts fall into: a look here spares most looks into the map.
    perhaps: Vec<bool>,
}

impl Markers {
    /// Takes a marker of at least four bytes, masked.
    fn add(&mut self, name: &str, masked: Vec<u8>) -> Result<()> {
        let start = start(&masked).with_context(|| format!("{name} is shorter than four bytes"))?;
        self.by_start.entry(start).or_default().push(self.all.len());
        self.perhaps.resize(1 << TABLE, false);
        if let Some(perhaps) = self.perhaps.get_mut(place(start)) {
            *perhaps = true;
        }
        self.all.push((name.to_owned(), masked));
        Ok(())
    }

    /// Reads a file with a name, a tab and masked bytes in hexadecimal a line.
    pub fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| format!("can't read {}", file.display()))?;
        let mut markers = Self::default();
        for line in text.lines() {
            let (name, hex) = line.split_once('\t').context("a marker is a name, a tab and bytes")?;
            let bytes = from_hex(hex).with_context(|| format!("the bytes of {name} are not hexadecimal"))?;
            markers.add(name, bytes)?;
        }
        Ok(markers)
    }

    /// The length of the longest.
    pub fn longest(&self) -> usize {
        self.all.iter().map(|(_, bytes)| bytes.len()).max().unwrap_or(0)
    }

    /// Tells every marker in masked bytes, and where it is.
    pub fn each_in(&self, masked: &[u8], mut tell: impl FnMut(&str, usize)) {
        for (at, window) in masked.windows(4).enumerate() {
            let Some(start) = start(window) else { return };
            if self.perhaps.get(place(start)) != Some(&true) {
                continue;
            }
            let candidates = self.by_start.get(&start).map_or(&[][..], Vec::as_slice);
            for (name, bytes) in candidates.iter().filter_map(|number| self.all.get(*number)) {
                if masked.get(at..).is_some_and(|rest| rest.starts_with(bytes)) {
                    tell(name, at);
                }
            }
        }
    }
}

fn start(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk().map(|first| u32::from_le_bytes(*first))
}

/// Spread by Fibonacci's multiplier: starts of pixels and of numbers have most of their bits in common.
const fn place(start: u32) -> usize {
    (start.wrapping_mul(0x9E37_79B9) >> (32 - TABLE)) as usize
}

/// Bytes in hexadecimal.
pub(crate) fn to_hex<'a>(bytes: impl Iterator<Item = &'a u8>) -> String {
    bytes.fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn markers() -> Markers {
        let mut markers = Markers::default();
        for name in ["annabel", "anna", "bert"] {
            let mut bytes = name.as_bytes().to_vec();
            mask(&mut bytes);
            markers.add(name, bytes).unwrap();
        }
        markers
    }

    #[test]
    fn every_marker_is_told_with_its_place() {
        let mut bytes = b"..annabel.bert".to_vec();
        mask(&mut bytes);
        let mut told = Vec::new();
        markers().each_in(&bytes, |name, place| told.push((name.to_owned(), place)));
        told.sort();
        assert_eq!(told, [("anna".into(), 2), ("annabel".into(), 2), ("bert".into(), 10)]);
    }

    #[test]
    fn what_is_not_masked_is_not_found() {
        markers().each_in(b"..annabel.bert", |name, _| panic!("{name}"));
    }

    #[test]
    fn a_broken_line_is_named() {
        let file = std::env::temp_dir().join(format!("traces-{}", std::process::id()));
        for (text, words) in [("anna", "a tab"), ("anna\tzz", "hexadecimal"), ("anna\ta5", "shorter")] {
            std::fs::write(&file, text).unwrap();
            let fault = Markers::read(&file).unwrap_err().to_string();
            assert!(fault.contains(words), "{fault}");
        }
        std::fs::remove_file(file).unwrap();
    }
}
