//! The speaker: a PCM device of ALSA on which short signals are played.
//!
//! It says nothing of itself: that it can be opened is all that is known of it, and whether it was heard only ears know.

mod driver;
mod tones;

pub use driver::{NoSound, Speaker};
pub use tones::{RATE, Signal, samples};
