//! Six numbers that put a touch where the finger is (LIBINPUT_CALIBRATION_MATRIX). Pure.

use nalgebra::{Matrix3, Vector3};
use std::fmt;
use std::str::FromStr;

/// One, in the numbers of this file.
const ONE: i32 = 1_000_000;
/// The most that a panel is moved, turned and stretched by is far below: what is beyond comes of touches that mean nothing.
const LARGEST: i32 = 3 * ONE;
/// A touch frame is about as large as its panel.
const AREA: std::ops::RangeInclusive<f64> = 0.25..=4.0;

/// The first two rows of a matrix that takes a touch as the device feels it to where it belongs, both in parts of the
/// panel's width and height from its top left corner: `x' = a x + b y + c`, `y' = d x + e y + f`, as libinput has it
/// (<https://wayland.freedesktop.org/libinput/doc/latest/absolute-axes.html>). In millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calibration([i32; 6]);

/// What is no calibration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not six numbers that keep a touch on the panel, as '1.000000 0.000000 0.000000 0.000000 1.000000 0.000000' does"
)]
pub struct NoCalibration;

impl Calibration {
    /// A touch belongs where the device feels it.
    pub const NONE: Self = Self([ONE, 0, 0, 0, ONE, 0]);

    /// Six numbers, if they can be one.
    pub fn new(numbers: [f64; 6]) -> Result<Self, NoCalibration> {
        let mut millionths = [0; 6];
        for (place, number) in millionths.iter_mut().zip(numbers) {
            let number = (number * f64::from(ONE)).round();
            if number.is_nan() || number.abs() > f64::from(LARGEST) {
                return Err(NoCalibration);
            }
            #[allow(clippy::cast_possible_truncation, reason = "between the bounds of the line above")]
            let whole = number as i32;
            *place = whole;
        }
        let calibration = Self(millionths);
        if AREA.contains(&calibration.whole().determinant().abs()) {
            Ok(calibration)
        } else {
            Err(NoCalibration)
        }
    }

    /// What libinput takes.
    #[allow(clippy::cast_possible_truncation, reason = "six digits are what an f32 holds")]
    pub fn matrix(self) -> [f32; 6] {
        self.numbers().map(|number| number as f32)
    }

    fn numbers(self) -> [f64; 6] {
        self.0.map(|number| f64::from(number) / f64::from(ONE))
    }

    /// With its third row.
    fn whole(self) -> Matrix3<f64> {
        Matrix3::from_row_iterator(self.numbers().into_iter().chain([0.0, 0.0, 1.0]))
    }

    /// Where a touch belongs that is felt there.
    pub(super) fn put(self, (x, y): (f64, f64)) -> (f64, f64) {
        let belongs = self.whole() * Vector3::new(x, y, 1.0);
        (belongs.x, belongs.y)
    }

    /// The one that does what `first` does, then this: touches are measured as they come out of the one in force.
    pub fn after(self, first: Self) -> Result<Self, NoCalibration> {
        let both = self.whole() * first.whole();
        let mut numbers = [0.0; 6];
        // Rows are columns of the transposed one, which are read one after the other.
        for (number, of_both) in numbers.iter_mut().zip(both.transpose().iter()) {
            *number = *of_both;
        }
        Self::new(numbers)
    }
}

impl fmt::Display for Calibration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, number) in self.numbers().into_iter().enumerate() {
            let gap = if place == 0 { "" } else { " " };
            write!(f, "{gap}{number:.6}")?;
        }
        Ok(())
    }
}

impl FromStr for Calibration {
    type Err = NoCalibration;

    fn from_str(text: &str) -> Result<Self, NoCalibration> {
        let mut numbers = [0.0; 6];
        let mut words = text.split_ascii_whitespace();
        for number in &mut numbers {
            *number = words.next().and_then(|word| word.parse().ok()).ok_or(NoCalibration)?;
        }
        if words.next().is_some() { Err(NoCalibration) } else { Self::new(numbers) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn calibration() -> impl Strategy<Value = Calibration> {
        let part = || -1.2_f64..1.2;
        [part(), part(), part(), part(), part(), part()]
            .prop_filter_map("of a panel", |n| Calibration::new(n).ok())
    }

    proptest! {
        #[test]
        fn what_is_written_down_is_read_again(one in calibration()) {
            prop_assert_eq!(one.to_string().parse(), Ok(one));
        }

        #[test]
        fn one_after_another_does_what_both_do(first in calibration(), second in calibration(), x in 0.0_f64..1.0, y in 0.0_f64..1.0) {
            let Ok(both) = second.after(first) else { return Ok(()) };
            let (step, once) = (second.put(first.put((x, y))), both.put((x, y)));
            prop_assert!((step.0 - once.0).abs() < 1e-5 && (step.1 - once.1).abs() < 1e-5, "{step:?} {once:?}");
        }

        #[test]
        fn any_text_is_read_without_harm(text in ".{0,200}") {
            if let Ok(read) = text.parse::<Calibration>() {
                prop_assert_eq!(read.to_string().parse(), Ok(read));
            }
        }
    }

    #[test]
    fn a_panel_that_hangs_turned_is_put_right_by_what_the_servicing_guide_says() {
        let guide = include_str!("../../docs/SERVICING.md");
        let lines: Vec<&str> = guide.lines().filter_map(|line| line.strip_prefix("echo '")).collect();
        // Where the guide says that the finger is, and where it says that the panel feels it.
        let said = [
            ((1.0, 0.0), (0.0, 0.0)),
            ((0.0, 0.0), (1.0, 0.0)),
            ((0.0, 0.0), (1.0, 1.0)),
            ((0.0, 0.3), (1.0, 0.3)),
        ];
        assert_eq!(lines.len(), said.len());
        for (line, (finger, felt)) in lines.iter().zip(said) {
            let (numbers, _) = line.split_once('\'').unwrap();
            assert_eq!(numbers.parse::<Calibration>().unwrap().put(felt), finger, "{line}");
        }
    }

    #[test]
    fn what_would_take_touches_off_the_panel_is_none() {
        for text in [
            "",
            "1 0 0 0 1",
            "1 0 0 0 1 0 0",
            "1 0 0 0 nan 0",
            "1 0 0 0 inf 0",
            "1 0 0 2 0 0",
            "9 0 0 0 0.1 0",
            "1 0 7 0 1 0",
            "0.1 0 0 0 0.1 0",
            "1 0 0 0 1 x",
        ] {
            assert_eq!(text.parse::<Calibration>(), Err(NoCalibration), "{text}");
        }
        assert_eq!(
            "0 -1 1 1 0 0".parse::<Calibration>().unwrap().to_string(),
            "0.000000 -1.000000 1.000000 1.000000 0.000000 0.000000"
        );
    }
}
