//! What touches that were aimed at crosses say of a panel: how far they fall beside them, and the calibration that would
//! put them right. Pure.

use super::calibration::Calibration;
use nalgebra::{Matrix3, Matrix3x2, RowVector2, Vector3};

/// The crosses, in tenths of the panel's width and height: near the edges, where a frame is off most, and between them, where
/// one that bends shows.
pub const CROSSES: [(u8, u8); 9] = [(1, 1), (5, 1), (9, 1), (1, 5), (5, 5), (9, 5), (1, 9), (5, 9), (9, 9)];

/// Where a touch was felt, on a panel of which size: hundredths of a millimetre from its top left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Felt {
    /// From the left edge.
    pub x: i32,
    /// From the top edge.
    pub y: i32,
    /// The panel's.
    pub width: i32,
    /// The panel's.
    pub height: i32,
}

/// What the touches say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// How far the worst one fell beside its cross, in millimetres.
    pub worst: f64,
    /// The calibration that leaves the least, and how far the worst would then fall beside its cross, in millimetres. Nothing
    /// where the touches fit none that keeps a touch on the panel.
    pub best: Option<(Calibration, f64)>,
}

/// In parts of the panel's width and height.
fn crosses() -> impl Iterator<Item = (f64, f64)> {
    CROSSES.into_iter().map(|(x, y)| (f64::from(x) / 10.0, f64::from(y) / 10.0))
}

/// Nothing before every cross was touched once, in their order.
pub fn fit(felt: &[Felt]) -> Option<Fit> {
    if felt.len() != CROSSES.len() || felt.iter().any(|felt| felt.width <= 0 || felt.height <= 0) {
        return None;
    }
    let worst = |calibration: Calibration| {
        let beside = crosses().zip(felt).map(|(cross, felt)| {
            let (x, y) = calibration.put(felt.parts());
            let across = (x - cross.0) * f64::from(felt.width) / 100.0;
            let down = (y - cross.1) * f64::from(felt.height) / 100.0;
            across.hypot(down)
        });
        beside.fold(0.0, f64::max)
    };
    let best = least_squares(felt).map(|calibration| (calibration, worst(calibration)));
    Some(Fit { worst: worst(Calibration::NONE), best })
}

/// The normal equations of the six numbers: three for each axis, with the same left side.
fn least_squares(felt: &[Felt]) -> Option<Calibration> {
    let (mut left, mut right) = (Matrix3::zeros(), Matrix3x2::zeros());
    for (cross, felt) in crosses().zip(felt) {
        let (x, y) = felt.parts();
        let felt = Vector3::new(x, y, 1.0);
        left += felt * felt.transpose();
        right += felt * RowVector2::new(cross.0, cross.1);
    }
    let solved = left.try_inverse()? * right;
    let mut numbers = [0.0; 6];
    // Column by column: the three of x, then the three of y.
    for (number, solved) in numbers.iter_mut().zip(solved.iter()) {
        *number = *solved;
    }
    Calibration::new(numbers).ok()
}

impl Felt {
    /// In parts of the panel's width and height.
    fn parts(self) -> (f64, f64) {
        (f64::from(self.x) / f64::from(self.width), f64::from(self.y) / f64::from(self.height))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 21.5 inch, upright.
    const PANEL: (i32, i32) = (26_800, 47_640);

    /// What a panel feels of fingers that aim well, whose frame is off by so much.
    fn aimed(frame: impl Fn((f64, f64)) -> (f64, f64)) -> Vec<Felt> {
        let (width, height) = PANEL;
        #[allow(clippy::cast_possible_truncation, reason = "a panel is small")]
        let felt = |cross| {
            let (x, y) = frame(cross);
            let (x, y) = ((x * f64::from(width)).round() as i32, (y * f64::from(height)).round() as i32);
            Felt { x, y, width, height }
        };
        crosses().map(felt).collect()
    }

    /// Touches are felt to a hundredth of a millimetre, so its numbers are as good as that.
    fn is_near(calibration: Calibration, wanted: &str) -> bool {
        let wanted: Calibration = wanted.parse().unwrap();
        calibration.matrix().iter().zip(wanted.matrix()).all(|(is, wanted)| (is - wanted).abs() < 1e-3)
    }

    #[test]
    fn a_frame_that_is_right_needs_nothing() {
        let fit = fit(&aimed(|cross| cross)).unwrap();
        let (calibration, left) = fit.best.unwrap();
        assert!(fit.worst < 0.01 && left < 0.01, "{fit:?}");
        assert_eq!(calibration, Calibration::NONE);
    }

    #[test]
    fn a_frame_that_is_turned_or_mirrored_is_put_right() {
        let turned = fit(&aimed(|(x, y)| (y, 1.0 - x))).unwrap();
        assert!(turned.worst > 200.0 && turned.best.unwrap().1 < 0.02, "{turned:?}");
        assert!(is_near(turned.best.unwrap().0, "0 -1 1 1 0 0"), "{turned:?}");
        let mirrored = fit(&aimed(|(x, y)| (1.0 - x, y))).unwrap();
        assert!(is_near(mirrored.best.unwrap().0, "-1 0 1 0 1 0"), "{mirrored:?}");
    }

    #[test]
    fn touches_that_mean_nothing_fit_none() {
        assert_eq!(fit(&aimed(|_| (0.5, 0.5))).unwrap().best, None, "all in one place");
        assert_eq!(fit(&aimed(|(x, _)| (x, x))).unwrap().best, None, "all on a line");
        let of_one_finger_elsewhere =
            fit(&aimed(|(x, y)| if (x, y) == (0.5, 0.9) { (0.5, 0.1) } else { (x, y) }));
        assert!(of_one_finger_elsewhere.unwrap().best.is_none_or(|(_, left)| left > 20.0));
        let flat = Felt { x: 1, y: 1, width: 0, height: 5 };
        assert_eq!(fit(&[flat; 9]), None);
        assert_eq!(fit(&aimed(|cross| cross)[..8]), None);
    }

    proptest! {
        /// Whatever a frame does that six numbers can undo is undone, to a tenth of a millimetre, and fingers that aim within two
        /// millimetres leave no more than they bring.
        #[test]
        fn what_a_frame_does_is_undone(
            scale in (0.8_f64..1.25, 0.8_f64..1.25), lean in (-0.2_f64..0.2, -0.2_f64..0.2), shift in (-0.2_f64..0.2, -0.2_f64..0.2),
            finger in proptest::collection::vec((-140_i32..140, -140_i32..140), 9),
        ) {
            let frame = |(x, y): (f64, f64)| {
                (scale.0.mul_add(x, lean.0.mul_add(y, shift.0)), lean.1.mul_add(x, scale.1.mul_add(y, shift.1)))
            };
            let exact = aimed(frame);
            let (_, left) = fit(&exact).unwrap().best.unwrap();
            prop_assert!(left < 0.1, "{left} mm");
            let shaky: Vec<Felt> = exact
                .into_iter()
                .zip(finger)
                .map(|(felt, (x, y))| Felt { x: felt.x + x, y: felt.y + y, ..felt })
                .collect();
            let (_, left) = fit(&shaky).unwrap().best.unwrap();
            prop_assert!(left < 4.5, "{left} mm");
        }

        #[test]
        fn any_touches_are_taken_without_harm(felt in proptest::collection::vec(any::<[i32; 4]>(), 0..12)) {
            let felt: Vec<Felt> = felt.into_iter().map(|[x, y, width, height]| Felt { x, y, width, height }).collect();
            if let Some(Fit { best: Some((_, left)), .. }) = fit(&felt) {
                prop_assert!(left.is_finite());
            }
        }
    }
}
