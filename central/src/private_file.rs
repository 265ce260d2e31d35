//! Writing files that hold keys: never over another one, on the disk before it is used.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// For its owner alone.
pub(crate) const SECRET: u32 = 0o600;
/// For everyone to read.
pub(crate) const PUBLIC: u32 = 0o644;

/// Writes a new file; one that is there already is an error.
pub(crate) fn write_new(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
