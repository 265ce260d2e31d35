//! The model files: which they are, and that they are those. Knows folders and digests; knows no face.
//!
//! A model is checked against a digest in this file, unpacked, and kept unpacked in a cache. Unpacking always gives
//! the same bytes, so the cache is checked against a digest in this file too, at each load: whoever can write to the
//! cache can make the kiosk unpack again, and nothing else.

use super::fold::{InputSize, fold};
use super::{FaceFault, FoldFault};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// A model as its authors published it. `models/README.md` says where it comes from.
#[derive(Debug)]
pub(super) struct Published {
    /// Its file.
    pub(super) file: &'static str,
    /// SHA-256 of the file.
    digest: &'static str,
    /// SHA-256 of the file unpacked.
    folded: &'static str,
    input: InputSize,
}

/// YuNet, 2023-03: faces and five points each.
pub(super) const DETECTOR: Published = Published {
    file: "face_detection_yunet_2023mar_int8bq.onnx",
    digest: "49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10",
    folded: "9666e2970c04a18f9925bc66627f72e389a28e4ff32cdab4dd0275c2acbf6331",
    input: InputSize::Free,
};

/// SFace, 2021-12: 128 numbers for a face.
pub(super) const EMBEDDER: Published = Published {
    file: "face_recognition_sface_2021dec_int8bq.onnx",
    digest: "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee",
    folded: "c5316c76ca95dc277ba686c2b37a9968ac921dc66a38586fe55b08829cc3a34b",
    input: InputSize::Fixed,
};

impl Published {
    /// The model unpacked, from the cache if it is whole there. The published file must be there in any case.
    pub(super) fn unpacked(&self, models: &Path, cache: &Path) -> Result<Vec<u8>, FaceFault> {
        let path = models.join(self.file);
        let published = read(&path)?;
        let found = digest(&published);
        if found != self.digest {
            return Err(FaceFault::Altered { path, expected: self.digest, found });
        }
        let kept = self.kept(cache);
        if let Ok(folded) = fs::read(&kept) {
            if digest(&folded) == self.folded {
                return Ok(folded);
            }
            tracing::warn!(path = %kept.display(), "an unpacked model is not what it should be: unpacking again");
        }
        let folded =
            fold(&published, self.input)
                .and_then(|folded| {
                    if digest(&folded) == self.folded { Ok(folded) } else { Err(FoldFault::OtherResult) }
                })
                .map_err(|fault| FaceFault::Unfoldable { path, fault })?;
        if let Err(error) = keep(&kept, &folded) {
            // Only the next start is slower.
            tracing::warn!(path = %kept.display(), %error, "an unpacked model could not be kept");
        }
        Ok(folded)
    }

    fn kept(&self, cache: &Path) -> PathBuf {
        cache.join(self.file).with_extension("unpacked.onnx")
    }
}

fn read(path: &Path) -> Result<Vec<u8>, FaceFault> {
    fs::read(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => FaceFault::Missing { path: path.to_owned() },
        _ => FaceFault::Unreadable { path: path.to_owned(), error },
    })
}

/// The file appears whole or not at all.
fn keep(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let written = fs::File::create(&beside)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn published() -> &'static Path {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/models"))
    }

    #[test]
    fn unpacking_gives_the_known_bytes_on_every_machine() {
        for model in [DETECTOR, EMBEDDER] {
            let folded = fold(&fs::read(published().join(model.file)).unwrap(), model.input).unwrap();
            assert_eq!(digest(&folded), model.folded, "{}", model.file);
        }
    }

    #[test]
    fn a_damaged_cache_is_made_again() {
        let cache = tempfile::tempdir().unwrap();
        let first = DETECTOR.unpacked(published(), cache.path()).unwrap();
        let kept = DETECTOR.kept(cache.path());
        fs::write(&kept, b"something else").unwrap();
        assert_eq!(DETECTOR.unpacked(published(), cache.path()).unwrap(), first);
        assert_eq!(fs::read(&kept).unwrap(), first);
        assert_eq!(fs::read_dir(cache.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_cache_that_takes_nothing_costs_only_time() {
        let cache = tempfile::NamedTempFile::new().unwrap();
        assert!(DETECTOR.unpacked(published(), cache.path()).is_ok());
    }

    #[test]
    fn a_whole_cache_does_not_stand_in_for_the_published_file() {
        let (models, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        DETECTOR.unpacked(published(), cache.path()).unwrap();
        let fault = DETECTOR.unpacked(models.path(), cache.path()).unwrap_err();
        assert!(matches!(fault, FaceFault::Missing { .. }), "{fault}");
    }
}
