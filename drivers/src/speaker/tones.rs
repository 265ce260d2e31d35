//! Signals as samples: a few notes each, made by the formula. Pure; knows no device.

use std::f32::consts::PI;

/// Samples a second and side.
pub const RATE: u32 = 48_000;
/// The same, of a millisecond.
const FRAMES_PER_MILLI: u16 = 48;
/// How loud, of the most: what is above it distorts on small speakers.
const LOUDNESS: f32 = 0.5;
/// How long a note takes to come and to go, so that it does not click.
const FADE_MILLIS: u16 = 10;

/// What is said without words. The first two are signals of XFS4IoT's auxiliaries (`audio`); the third is the technician's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Mind something: a card that may lie there, a visit that will end. Two notes that rise.
    Exclamation,
    /// Something urgent is on the screen: three times high and low.
    Critical,
    /// One note on the left, a higher one on the right, both together.
    Check,
}

#[derive(Clone, Copy)]
struct Note {
    left_hertz: f32,
    right_hertz: f32,
    millis: u16,
}

const fn both(hertz: f32, millis: u16) -> Note {
    Note { left_hertz: hertz, right_hertz: hertz, millis }
}

const REST: Note = both(0.0, 60);
/// E5 and A5: a fourth that rises.
const EXCLAMATION: [Note; 2] = [both(659.26, 160), both(880.0, 240)];
const CRITICAL: [Note; 9] = [
    both(988.0, 250),
    both(740.0, 250),
    REST,
    both(988.0, 250),
    both(740.0, 250),
    REST,
    both(988.0, 250),
    both(740.0, 250),
    REST,
];
const CHECK: [Note; 5] = [
    Note { left_hertz: 440.0, right_hertz: 0.0, millis: 600 },
    REST,
    Note { left_hertz: 0.0, right_hertz: 880.0, millis: 600 },
    REST,
    Note { left_hertz: 440.0, right_hertz: 880.0, millis: 600 },
];

/// A signal as pairs of left and right, 16 bits each, little end first, [`RATE`] a second.
pub fn samples(signal: Signal) -> Vec<u8> {
    let notes: &[Note] = match signal {
        Signal::Exclamation => &EXCLAMATION,
        Signal::Critical => &CRITICAL,
        Signal::Check => &CHECK,
    };
    let mut bytes = Vec::new();
    for note in notes {
        let frames = note.millis.saturating_mul(FRAMES_PER_MILLI);
        for frame in 0..frames {
            let loudness = LOUDNESS * swell(frame, frames);
            for hertz in [note.left_hertz, note.right_hertz] {
                bytes.extend(sample(hertz, frame, loudness).to_le_bytes());
            }
        }
    }
    bytes
}

/// From nothing to all and back to nothing, over a cosine at both ends.
fn swell(frame: u16, frames: u16) -> f32 {
    let fade = FADE_MILLIS * FRAMES_PER_MILLI;
    let from_end = frame.min(frames - frame).min(fade);
    0.5 - 0.5 * (PI * f32::from(from_end) / f32::from(fade)).cos()
}

#[expect(clippy::cast_possible_truncation, reason = "no louder than half of what a sample takes")]
fn sample(hertz: f32, frame: u16, loudness: f32) -> i16 {
    let turns = hertz * f32::from(frame) / (1_000.0 * f32::from(FRAMES_PER_MILLI));
    ((2.0 * PI * turns).sin() * loudness * f32::from(i16::MAX)) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sides(signal: Signal) -> Vec<[i16; 2]> {
        let side = |bytes: &[u8]| i16::from_le_bytes(bytes.try_into().unwrap());
        samples(signal).chunks_exact(4).map(|pair| [side(&pair[..2]), side(&pair[2..])]).collect()
    }

    #[test]
    fn no_signal_clicks_distorts_or_takes_long() {
        for signal in [Signal::Exclamation, Signal::Critical, Signal::Check] {
            let sides = sides(signal);
            assert!(sides.len() < 2 * RATE as usize, "{signal:?} is over within two seconds");
            let steepest = sides.windows(2).map(|pair| (i32::from(pair[1][0]) - i32::from(pair[0][0])).abs());
            assert!(steepest.max() < Some(2_500), "{signal:?} jumps");
            let loudest = sides.iter().flatten().map(|sample| sample.unsigned_abs()).max();
            assert!((15_000..17_000).contains(&loudest.unwrap()), "{signal:?}: {loudest:?}");
        }
    }

    #[test]
    fn the_check_tells_left_from_right() {
        let sides = sides(Signal::Check);
        let is_heard = |from: usize, side: usize| {
            sides[from..from + 9_600].iter().any(|pair| pair[side].unsigned_abs() > 9_000)
        };
        let second = 660 * usize::from(FRAMES_PER_MILLI) + 4_800;
        assert!(is_heard(4_800, 0) && !is_heard(4_800, 1), "left first");
        assert!(is_heard(second, 1) && !is_heard(second, 0), "then right");
    }
}
