//! Models that are missing or altered: the face check is unavailable, with a reason that says what to do.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that breaks should panic"
)]

use kiosk::face::{FaceEngine, FaceFault};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const DETECTOR: &str = "face_detection_yunet_2023mar_int8bq.onnx";
const EMBEDDER: &str = "face_recognition_sface_2021dec_int8bq.onnx";

/// A folder with copies of the published models.
fn models() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in [DETECTOR, EMBEDDER] {
        let published: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(file);
        fs::copy(published, folder.path().join(file)).unwrap();
    }
    folder
}

fn fault(models: &TempDir) -> FaceFault {
    FaceEngine::load(models.path(), &models.path().join("cache")).unwrap_err()
}

#[test]
fn a_missing_model_is_named() {
    for file in [DETECTOR, EMBEDDER] {
        let models = models();
        fs::remove_file(models.path().join(file)).unwrap();
        let fault = fault(&models);
        assert!(matches!(&fault, FaceFault::Missing { path } if path.ends_with(file)), "{fault}");
        assert!(fault.to_string().starts_with("E03: ") && fault.to_string().contains("models/README.md"));
    }
}

#[test]
fn a_model_with_one_bit_flipped_is_altered() {
    let models = models();
    let path = models.path().join(EMBEDDER);
    let mut bytes = fs::read(&path).unwrap();
    bytes[5_000_000] ^= 1;
    fs::write(&path, bytes).unwrap();
    let fault = fault(&models);
    let FaceFault::Altered { path, expected, found } = &fault else { panic!("{fault}") };
    assert!(path.ends_with(EMBEDDER) && expected.len() == 64 && found.len() == 64 && expected != found);
}

#[test]
fn a_truncated_model_is_altered() {
    let models = models();
    let file = fs::OpenOptions::new().write(true).open(models.path().join(DETECTOR)).unwrap();
    file.set_len(100_000).unwrap();
    assert!(matches!(fault(&models), FaceFault::Altered { .. }));
}

#[test]
fn a_model_that_is_a_folder_can_not_be_read() {
    let models = models();
    fs::remove_file(models.path().join(DETECTOR)).unwrap();
    fs::create_dir(models.path().join(DETECTOR)).unwrap();
    assert!(matches!(fault(&models), FaceFault::Unreadable { .. }));
}
