//! Turns, moves and sizes a face so that its five points lie where the embedder was trained to have them.

use super::detect::Point;
use super::picture::{Picture, Planes};

/// Width and height of an aligned face.
pub(super) const SIZE: usize = 112;

/// Where the points belong (the ArcFace template, as in OpenCV's FaceRecognizerSF).
const TEMPLATE: [Point; 5] = [
    Point { x: 38.2946, y: 51.6963 },
    Point { x: 73.5318, y: 51.5014 },
    Point { x: 56.0252, y: 71.7366 },
    Point { x: 41.5493, y: 92.3655 },
    Point { x: 70.7299, y: 92.2041 },
];

/// A turn, a size and a shift: `(a x - b y, b x + a y)` and then `at`.
#[derive(Clone, Copy)]
struct Similarity {
    a: f32,
    b: f32,
    at: Point,
}

impl Similarity {
    /// The one that brings `from` nearest to `to` in the sense of least squares. `None`: the points are one point.
    #[expect(clippy::many_single_char_names, reason = "the letters of the closed form")]
    fn between(from: &[Point; 5], to: &[Point; 5]) -> Option<Self> {
        let (centre, target) = (mean(from), mean(to));
        let (mut size, mut a, mut b) = (0.0, 0.0, 0.0);
        for (from, to) in from.iter().zip(to) {
            let (x, y, u, v) = (from.x - centre.x, from.y - centre.y, to.x - target.x, to.y - target.y);
            size += x.mul_add(x, y * y);
            a += x.mul_add(u, y * v);
            b += x.mul_add(v, -(y * u));
        }
        let (a, b) = (a / size, b / size);
        let at = Point {
            x: target.x - a.mul_add(centre.x, -(b * centre.y)),
            y: target.y - b.mul_add(centre.x, a * centre.y),
        };
        (a.hypot(b) > 1e-6 && [a, b, at.x, at.y].into_iter().all(f32::is_finite)).then_some(Self { a, b, at })
    }

    /// The way back.
    fn turned_round(self) -> Self {
        let size = self.a.mul_add(self.a, self.b * self.b);
        let (a, b) = (self.a / size, -self.b / size);
        let Point { x, y } = self.at;
        Self { a, b, at: Point { x: b.mul_add(y, -(a * x)), y: -b.mul_add(x, a * y) } }
    }

    const fn apply(self, point: Point) -> Point {
        Point {
            x: self.a * point.x - self.b * point.y + self.at.x,
            y: self.b * point.x + self.a * point.y + self.at.y,
        }
    }
}

fn mean(points: &[Point; 5]) -> Point {
    let sum = points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.x, y + point.y));
    Point { x: sum.0 / 5.0, y: sum.1 / 5.0 }
}

/// The face, aligned: red, green, blue. `None`: its points are one point.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixels; casts of floats saturate"
)]
pub(super) fn align(picture: Picture<'_>, points: &[Point; 5]) -> Option<Planes> {
    // Found towards the template, as for the embedder's training, and then turned round, so that each pixel is
    // fetched once. The least squares the other way are another fit (likeness to OpenCV's 0.984, not 0.9998).
    let back = Similarity::between(points, &TEMPLATE)?.turned_round();
    // A face larger than the template is averaged over several places, or fine lines would turn into noise.
    let places = ((back.a.hypot(back.b) / 1.5).round() as usize).clamp(1, 3);
    let mut planes = Planes::black(SIZE, SIZE);
    let [red, green, blue] = planes.planes_mut();
    let inner = |place: usize| (place as f32 + 0.5) / places as f32 - 0.5;
    for (place, ((red, green), blue)) in red.iter_mut().zip(green).zip(blue).enumerate() {
        let (x, y) = ((place % SIZE) as f32, (place / SIZE) as f32);
        let mut sum = [0.0; 3];
        for part in 0..places * places {
            let from = back.apply(Point { x: x + inner(part % places), y: y + inner(part / places) });
            for (sum, value) in sum.iter_mut().zip(between_pixels(picture, from)) {
                *sum += value;
            }
        }
        let count = (places * places) as f32;
        [*red, *green, *blue] = sum.map(|sum| sum / count);
    }
    Some(planes)
}

/// A pixel between four others.
#[expect(clippy::cast_possible_truncation, reason = "casts of floats saturate; outside it is black")]
fn between_pixels(picture: Picture<'_>, at: Point) -> [f32; 3] {
    let (left, top) = (at.x.floor(), at.y.floor());
    let (right_part, lower_part) = (at.x - left, at.y - top);
    let (x, y) = (left as isize, top as isize);
    let mut sum = [0.0; 3];
    for (dx, dy, weight) in [
        (0, 0, (1.0 - right_part) * (1.0 - lower_part)),
        (1, 0, right_part * (1.0 - lower_part)),
        (0, 1, (1.0 - right_part) * lower_part),
        (1, 1, right_part * lower_part),
    ] {
        let pixel = picture.pixel(x.saturating_add(dx), y.saturating_add(dy));
        for (sum, value) in sum.iter_mut().zip(pixel) {
            *sum += weight * value;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The closed form finds any turn, size and shift that was applied.
        #[test]
        fn a_moved_face_is_moved_back(
            a in -3.0..3.0_f32, b in 0.2..3.0_f32, x in -500.0..500.0_f32, y in -500.0..500.0_f32
        ) {
            let moved = Similarity { a, b, at: Point { x, y } };
            let found = Similarity::between(&TEMPLATE, &TEMPLATE.map(|point| moved.apply(point))).unwrap();
            prop_assert!((found.a - a).abs() < 1e-3 && (found.b - b).abs() < 1e-3);
            prop_assert!((found.at.x - x).abs() < 0.1 && (found.at.y - y).abs() < 0.1);
            let there = moved.apply(TEMPLATE[0]);
            let back = moved.turned_round().apply(there);
            prop_assert!((back.x - TEMPLATE[0].x).hypot(back.y - TEMPLATE[0].y) < 0.05);
        }
    }

    #[test]
    fn five_points_in_one_place_are_no_face() {
        let rgb = vec![0; 12];
        let picture = Picture::new(2, 2, &rgb).unwrap();
        assert!(align(picture, &[Point { x: 1.0, y: 1.0 }; 5]).is_none());
    }

    #[test]
    fn a_face_that_lies_right_already_is_left_alone() {
        let rgb: Vec<u8> = (0..112 * 112 * 3_u32).map(|place| (place * 37 % 251) as u8).collect();
        let picture = Picture::new(112, 112, &rgb).unwrap();
        let aligned = align(picture, &TEMPLATE).unwrap();
        let [red, ..] = [&aligned.values[..SIZE * SIZE]];
        // The last row and column have no neighbour.
        let worst = (0..111 * 112)
            .filter(|place| place % 112 < 111)
            .map(|place| (red[place] - f32::from(rgb[place * 3])).abs())
            .fold(0.0, f32::max);
        assert!(worst < 0.1, "{worst}");
    }
}
