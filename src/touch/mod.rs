//! The touch panel: how far touches fall beside what they are aimed at, and the calibration that puts them right
//! (触摸校准, decision 0043). `calibration` are its six numbers, `fit` finds them, `panel` keeps them and has them in force,
//! `libinput` is where the panel's touches come from. Nothing here knows what is touched.

mod calibration;
mod fit;
#[cfg(feature = "device")]
mod libinput;
mod panel;

pub use calibration::{Calibration, NoCalibration};
pub use fit::{CROSSES, Felt, Fit, fit};
pub use panel::{NotCalibrated, PanelFacts, TouchPanel};
