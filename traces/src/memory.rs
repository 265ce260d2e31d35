//! Looks for markers in every byte that this process can read of itself: heap, stacks of all threads, program data,
//! mapped files. From the inside, because then it needs no privilege over a process that nobody may trace, and no
//! thread of it can be forgotten.
//!
//! The scanner must not find itself: markers come masked and stay so; memory is masked chunk by chunk as it is read.

use crate::markers::to_hex;
use crate::{Markers, mask};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// Read at a time.
const CHUNK: usize = 1 << 20;
/// Most memory was never written to; a page of zeros holds no marker.
const PAGE: usize = 4096;
/// Bytes shown around a find, masked.
const AROUND: usize = 48;
/// Finds that are listed of one marker.
const LISTED: usize = 4;

/// The way into the process's own memory.
#[derive(Debug)]
pub struct Scanner(File);

/// What was looked through and what was found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// Regions that are mapped.
    pub regions: usize,
    /// Bytes in them.
    pub bytes: u64,
    /// Regions that the kernel does not let anybody read.
    pub skipped: Vec<String>,
    /// What is there, at most four finds of a marker.
    pub found: Vec<Find>,
}

/// A marker that is there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Find {
    /// The marker's name.
    pub marker: String,
    /// Heap, stack, a file, or `anonymous`.
    pub region: String,
    /// From the region's beginning.
    pub offset: u64,
    /// What lies around it; masked, in hexadecimal.
    pub around: String,
}

struct Region {
    from: u64,
    to: u64,
    name: String,
}

impl Scanner {
    /// Open it before the process becomes undumpable: afterwards the file belongs to root.
    pub fn open() -> Result<Self> {
        File::open("/proc/self/mem").map(Self).context("/proc/self/mem can't be opened")
    }

    /// Looks for the markers of a file: a name, a tab and masked bytes in hexadecimal a line.
    pub fn look(&self, file: &Path) -> Result<Report> {
        let markers = Markers::read(file)?;
        let regions = regions()?;
        let mut report = Report { regions: regions.len(), bytes: 0, skipped: Vec::new(), found: Vec::new() };
        let mut chunk = vec![0; CHUNK];
        for region in &regions {
            self.look_through(region, &markers, &mut chunk, &mut report);
        }
        Ok(report)
    }

    fn look_through(&self, region: &Region, markers: &Markers, chunk: &mut [u8], report: &mut Report) {
        let mut at = region.from;
        while at < region.to {
            let length = usize::try_from(region.to - at).unwrap_or(CHUNK).min(CHUNK);
            let Some(memory) = chunk.get_mut(..length) else { return };
            if self.0.read_exact_at(memory, at).is_err() {
                // A thread may have ended meanwhile and taken its memory with it.
                if regions().is_ok_and(|now| now.iter().any(|r| r.from == region.from)) {
                    report.skipped.push(region.name.clone());
                }
                return;
            }
            report.bytes += length as u64;
            if !is_empty(memory) {
                mask(memory);
                markers.each_in(memory, |marker, place| {
                    if report.found.iter().filter(|find| find.marker == marker).count() < LISTED {
                        report.found.push(Find::new(marker, region, at, place, memory));
                    }
                });
                memory.fill(0);
            }
            // A marker may lie across two chunks.
            let step = if length == CHUNK { CHUNK - markers.longest() } else { length };
            at += step as u64;
        }
    }
}

fn is_empty(memory: &[u8]) -> bool {
    memory.chunks(PAGE).all(|page| [0; PAGE].get(..page.len()) == Some(page))
}

impl Find {
    fn new(marker: &str, region: &Region, chunk: u64, place: usize, memory: &[u8]) -> Self {
        let around = memory.get(place.saturating_sub(AROUND)..).unwrap_or_default();
        Self {
            marker: marker.to_owned(),
            region: region.name.clone(),
            offset: chunk + place as u64 - region.from,
            around: to_hex(around.iter().take(3 * AROUND)),
        }
    }
}

/// Every region that is mapped, whatever its permissions.
fn regions() -> Result<Vec<Region>> {
    let maps = std::fs::read_to_string("/proc/self/maps").context("/proc/self/maps can't be read")?;
    let read = |line: &str| {
        let (addresses, rest) = line.split_once(' ')?;
        let (from, to) = addresses.split_once('-')?;
        let name = rest.split_whitespace().skip(4).collect::<Vec<_>>().join(" ");
        Some(Region {
            from: u64::from_str_radix(from, 16).ok()?,
            to: u64::from_str_radix(to, 16).ok()?,
            name: if name.is_empty() { "anonymous".to_owned() } else { name },
        })
    };
    Ok(maps.lines().filter_map(read).collect())
}
