//! Is a face seen well enough to be compared? If not, the one thing that the person should do.

use super::FaceHint;
use super::align::SIZE;
use super::detect::{Face, Point};
use super::picture::{Picture, Planes};

/// A face narrower than this has fewer pixels than a chip's photo has.
const LEAST_WIDTH: f32 = 64.0;
/// Of the frame's width: further away there are others in the picture as well.
const LEAST_SHARE: f32 = 0.12;
/// Of the frame's shorter side: nearer than this the lens distorts and the box is cut off.
const MOST_SHARE: f32 = 0.8;
/// Where the nose is between the eyes, 0.5 in the middle. The 5th and 95th percentile of ordinary portraits are
/// 0.35 and 0.65; a turned head is below 0.30 or above 0.70.
const NOSE_ACROSS: std::ops::RangeInclusive<f32> = 0.30..=0.70;
/// Where the nose is between the line of the eyes and the mouth; ordinary portraits are at 0.45 to 0.7.
const NOSE_DOWN: std::ops::RangeInclusive<f32> = 0.25..=0.85;
/// How far the head may lean, as the slope of the line of the eyes (20 degrees).
const MOST_LEAN: f32 = 0.364;
/// Mean brightness of the face, of 255.
const BRIGHTNESS: std::ops::RangeInclusive<f32> = 45.0..=215.0;
/// Spread of brightness over the face: below it a face is a silhouette or washed out.
const LEAST_CONTRAST: f32 = 14.0;
/// Spread of the edges (variance of the Laplacian) over that of the brightness. See the test for measured values.
const LEAST_SHARPNESS: f32 = 0.012;
/// A whole frame darker than this shows nobody because it is dark, brighter than that because it is blinded.
const FRAME_BRIGHTNESS: std::ops::RangeInclusive<f32> = 25.0..=240.0;

/// What to say when no face was found.
pub(super) fn of_nobody(picture: Picture<'_>) -> Option<FaceHint> {
    (!FRAME_BRIGHTNESS.contains(&picture.brightness())).then_some(FaceHint::Light)
}

/// Size and pose; `None` is good.
#[expect(clippy::cast_precision_loss, reason = "pixels")]
pub(super) fn of_pose(face: &Face, picture: Picture<'_>) -> Option<FaceHint> {
    let (width, height) = (picture.width as f32, picture.height as f32);
    if face.width < LEAST_WIDTH || face.width < width * LEAST_SHARE {
        return Some(FaceHint::Closer);
    }
    if face.width.max(face.height) > width.min(height) * MOST_SHARE {
        return Some(FaceHint::FurtherAway);
    }
    if face.points.iter().any(|point| point.x < 0.0 || point.y < 0.0 || point.x >= width || point.y >= height)
    {
        return Some(FaceHint::LookHere);
    }
    (!is_straight(&face.points)).then_some(FaceHint::Straight)
}

fn is_straight(points: &[Point; 5]) -> bool {
    let [right_eye, left_eye, nose, right_mouth, left_mouth] = *points;
    let minus = |a: Point, b: Point| Point { x: a.x - b.x, y: a.y - b.y };
    let dot = |a: Point, b: Point| a.x.mul_add(b.x, a.y * b.y);
    let middle = |a: Point, b: Point| Point { x: f32::midpoint(a.x, b.x), y: f32::midpoint(a.y, b.y) };
    let eyes = minus(left_eye, right_eye);
    let down = minus(middle(right_mouth, left_mouth), middle(right_eye, left_eye));
    let across = dot(minus(nose, right_eye), eyes) / dot(eyes, eyes);
    let nose_down = dot(minus(nose, middle(right_eye, left_eye)), down) / dot(down, down);
    eyes.x > 0.0
        && (eyes.y / eyes.x).abs() <= MOST_LEAN
        && NOSE_ACROSS.contains(&across)
        && NOSE_DOWN.contains(&nose_down)
}

/// Light and sharpness of an aligned face; `None` is good.
pub(super) fn of_light(aligned: &Planes) -> Option<FaceHint> {
    let Measured { brightness, contrast, sharpness } = measure(aligned);
    if !BRIGHTNESS.contains(&brightness) || contrast < LEAST_CONTRAST {
        return Some(FaceHint::Light);
    }
    (sharpness < LEAST_SHARPNESS).then_some(FaceHint::HoldStill)
}

/// What light makes of a face.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measured {
    pub(super) brightness: f32,
    pub(super) contrast: f32,
    pub(super) sharpness: f32,
}

/// Measures the middle of an aligned face: eyes to mouth, no hair and no hall.
#[expect(clippy::cast_precision_loss, reason = "pixels")]
pub(super) fn measure(aligned: &Planes) -> Measured {
    const MIDDLE: std::ops::Range<usize> = 24..SIZE - 12;
    let size = SIZE * SIZE;
    let light = |x: usize, y: usize| {
        let plane =
            |number: usize| aligned.values.get(number * size + y * SIZE + x).copied().unwrap_or_default();
        plane(0).mul_add(0.299, plane(1).mul_add(0.587, plane(2) * 0.114))
    };
    let (mut sum, mut squares, mut edges, mut edge_squares) = (0.0, 0.0, 0.0, 0.0);
    for (y, x) in MIDDLE.flat_map(|y| MIDDLE.map(move |x| (y, x))) {
        let here = light(x, y);
        let edge = here.mul_add(-4.0, light(x - 1, y) + light(x + 1, y) + light(x, y - 1) + light(x, y + 1));
        sum += here;
        squares += here * here;
        edges += edge;
        edge_squares += edge * edge;
    }
    let count = (MIDDLE.len() * MIDDLE.len()) as f32;
    let variance = (squares / count - (sum / count).powi(2)).max(0.0);
    let edge_variance = (edge_squares / count - (edges / count).powi(2)).max(0.0);
    Measured {
        brightness: sum / count,
        contrast: variance.sqrt(),
        sharpness: edge_variance / variance.max(1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRONTAL: [(f32, f32); 5] = [(38., 52.), (74., 52.), (56., 72.), (42., 92.), (71., 92.)];

    fn points(points: [(f32, f32); 5]) -> [Point; 5] {
        points.map(|(x, y)| Point { x: x * 2.0 + 200.0, y: y * 2.0 + 100.0 })
    }

    fn hint(width: f32, points: [Point; 5]) -> Option<FaceHint> {
        let rgb = vec![0; 640 * 480 * 3];
        let face = Face { score: 0.9, left: 250.0, top: 150.0, width, height: width * 1.25, points };
        of_pose(&face, Picture::new(640, 480, &rgb).unwrap())
    }

    #[test]
    fn a_frontal_face_of_a_good_size_is_good() {
        assert_eq!(hint(180.0, points(FRONTAL)), None);
    }

    #[test]
    fn far_and_near_faces_are_told_where_to_go() {
        assert_eq!(hint(50.0, points(FRONTAL)), Some(FaceHint::Closer));
        assert_eq!(hint(420.0, points(FRONTAL)), Some(FaceHint::FurtherAway));
    }

    #[test]
    fn a_turned_raised_or_leaning_head_is_not_straight() {
        let mut turned = FRONTAL;
        turned[2].0 = 42.0;
        let mut raised = FRONTAL;
        raised[2].1 = 58.0;
        let leaning = [(40., 40.), (70., 60.), (50., 70.), (30., 85.), (55., 100.)];
        for pose in [turned, raised, leaning] {
            assert_eq!(hint(180.0, points(pose)), Some(FaceHint::Straight));
        }
    }

    #[test]
    fn a_dark_frame_without_a_face_is_about_light() {
        let (dark, hall) = (vec![3; 300], vec![90; 300]);
        assert_eq!(of_nobody(Picture::new(10, 10, &dark).unwrap()), Some(FaceHint::Light));
        assert_eq!(of_nobody(Picture::new(10, 10, &hall).unwrap()), None);
    }

    #[test]
    fn an_even_face_is_a_silhouette() {
        let mut planes = Planes::black(SIZE, SIZE);
        planes.values.fill(120.0);
        assert_eq!(of_light(&planes), Some(FaceHint::Light));
    }
}
