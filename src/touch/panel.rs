//! The calibration in force: a small file in the terminal's own folder, and the panels that obey it.

use super::calibration::{Calibration, NoCalibration};
use crate::whole_file;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Its name in the state folder.
const FILE: &str = "touch-calibration";
/// More than six numbers take.
#[cfg(any(feature = "device", test))]
const LONGEST: u64 = 200;

/// The terminal's touch panel, or panels: a second one is treated as the first.
#[derive(Clone, Debug)]
pub struct TouchPanel {
    file: PathBuf,
    /// Those that are plugged in, as the screen's thread sees them come and go; nothing where it reads none.
    seen: Arc<Mutex<Option<Vec<PanelFacts>>>>,
}

/// A panel that is plugged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PanelFacts {
    /// `event3`
    pub node: String,
    /// What it calls itself.
    pub name: String,
    /// What is in force on it.
    pub calibration: Calibration,
}

/// Why a panel was not calibrated.
#[derive(Debug, thiserror::Error)]
pub enum NotCalibrated {
    /// None is plugged in that could be.
    #[error("no touch panel is plugged in that takes a calibration; look at its cable")]
    NoPanel,
    /// The measurement and what is in force make none together.
    #[error(
        "measured over what is in force, touches would leave the panel ({0}); remove the file touch-calibration, restart, measure again"
    )]
    Numbers(#[from] NoCalibration),
    /// The file.
    #[error("{path}: {source}; the state folder must be the terminal's own and writable")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl TouchPanel {
    /// The one of the terminal whose state lies in this folder.
    pub fn of(state: &Path) -> Self {
        Self { file: state.join(FILE), seen: Arc::default() }
    }

    /// Those that are plugged in, a terminal has one; nothing where touches come through a desktop's window, or no screen runs.
    pub fn panels(&self) -> Option<Vec<PanelFacts>> {
        self.with_seen(|seen| seen.clone())
    }

    /// Corrects what is in force by what was measured under it: kept on the disk, and in force at once.
    pub fn correct(&self, measured: Calibration) -> Result<(), NotCalibrated> {
        let in_force = self.with_seen(|seen| seen.iter().flatten().map(|panel| panel.calibration).next());
        let calibration = measured.after(in_force.ok_or(NotCalibrated::NoPanel)?)?;
        let file = |source| NotCalibrated::File { path: self.file.clone(), source };
        whole_file::write(&self.file, format!("{calibration}\n").as_bytes()).map_err(file)?;
        tracing::info!(%calibration, "the touch panel is calibrated");
        #[cfg(feature = "device")]
        super::libinput::put_in_force(self.clone(), calibration);
        Ok(())
    }

    fn with_seen<T>(&self, act: impl FnOnce(&mut Option<Vec<PanelFacts>>) -> T) -> T {
        act(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What the screen's thread tells of panels.
#[cfg(any(feature = "device", test))]
impl TouchPanel {
    /// What a technician measured here and kept; a file that is not that is as good as none.
    pub(super) fn kept(&self) -> Option<Calibration> {
        use std::io::Read;
        let mut text = String::new();
        let read =
            std::fs::File::open(&self.file).and_then(|file| file.take(LONGEST).read_to_string(&mut text));
        match read {
            Ok(_) => text
                .parse()
                .inspect_err(|fault| tracing::error!(%fault, file = %self.file.display(), "touches are not calibrated"))
                .ok(),
            Err(_) => None,
        }
    }

    /// Events come from the kernel, so a panel that is there is told of.
    pub(super) fn is_read(&self) {
        self.with_seen(|seen| {
            seen.get_or_insert_default();
        });
    }

    /// A panel is there, with this in force.
    pub(super) fn has(&self, panel: PanelFacts) {
        tracing::info!(node = panel.node, name = panel.name, calibration = %panel.calibration, "a touch panel");
        self.lost(&panel.node);
        self.with_seen(|seen| seen.get_or_insert_default().push(panel));
    }

    /// It was unplugged.
    pub(super) fn lost(&self, node: &str) {
        self.with_seen(|seen| seen.iter_mut().for_each(|panels| panels.retain(|panel| panel.node != node)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(calibration: Calibration) -> PanelFacts {
        PanelFacts { node: "event3".to_owned(), name: "a panel".to_owned(), calibration }
    }

    #[test]
    fn what_was_measured_is_kept_over_what_was_in_force() {
        let folder = tempfile::tempdir().unwrap();
        let touch = TouchPanel::of(folder.path());
        assert_eq!((touch.kept(), touch.panels()), (None, None));
        touch.is_read();
        let shifted: Calibration = "1 0 0.1 0 1 0".parse().unwrap();
        assert!(matches!(touch.correct(shifted), Err(NotCalibrated::NoPanel)));
        assert_eq!(touch.kept(), None, "nothing is kept that nothing obeys");
        touch.has(panel("0 -1 1 1 0 0".parse().unwrap()));
        touch.correct(shifted).unwrap();
        assert_eq!(touch.kept(), Some("0 -1 1.1 1 0 0".parse().unwrap()));
        touch.has(panel("3 0 0 0 1 0".parse().unwrap()));
        assert!(matches!(touch.correct("2 0 0 0 1 0".parse().unwrap()), Err(NotCalibrated::Numbers(_))));
        assert_eq!(touch.kept(), Some("0 -1 1.1 1 0 0".parse().unwrap()));
        touch.lost("event3");
        assert!(matches!(touch.correct(shifted), Err(NotCalibrated::NoPanel)));
    }

    #[test]
    fn a_file_that_is_no_calibration_is_as_good_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let touch = TouchPanel::of(folder.path());
        for bytes in [&b""[..], b"1 0 0 0 1", b"\xff\xfe", &vec![b'1'; 10_000], b"1 0 9 0 1 0"] {
            std::fs::write(&touch.file, bytes).unwrap();
            assert_eq!(touch.kept(), None, "{bytes:?}");
        }
    }
}
