//! Why there is no face check on this terminal (故障 E03). Each says what to do next.

use super::FoldFault;
use std::path::PathBuf;

/// Why the face check can't be started. The terminal goes on without it; nobody passes in its place.
#[derive(Debug, thiserror::Error)]
pub enum FaceFault {
    /// A model isn't in the folder.
    #[error("E03: {path} is missing: put the model there as models/README.md says and restart the kiosk")]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// A model is not the published one.
    #[error(
        "E03: {path} is not the published model (its SHA-256 is {found}, not {expected}): replace it, and find out who changed it"
    )]
    Altered {
        /// The file.
        path: PathBuf,
        /// The digest of the published file.
        expected: &'static str,
        /// The digest of the file.
        found: String,
    },
    /// A model is there and can't be read.
    #[error("E03: {path} can't be read ({error}): check its permissions and the disk")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// A published model could not be unpacked.
    #[error(
        "E03: {path} can't be unpacked ({fault}): the memory or the program is damaged, reinstall the kiosk"
    )]
    Unfoldable {
        /// The file.
        path: PathBuf,
        /// At what.
        fault: FoldFault,
    },
    /// The runtime does not take a model.
    #[error("E03: the runtime refuses {model} ({reason}): reinstall the kiosk")]
    Refused {
        /// The model's name.
        model: &'static str,
        /// What the runtime says.
        reason: String,
    },
}
