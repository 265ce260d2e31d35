//! Where the sheet is, and its page as a rectangle. Knows nothing of whether it can be read.

use super::Refusal;
use image::imageops::{self, FilterType};
use image::{GrayImage, Rgb, RgbImage};
use imageproc::contours::{BorderType, find_contours};
use imageproc::contrast::{ThresholdType, otsu_level, threshold};
use imageproc::filter::gaussian_blur_f32;
use imageproc::geometric_transformations::{Border, Interpolation, Projection, warp_into};
use imageproc::geometry::{contour_area, convex_hull};
use imageproc::point::Point;

/// The longer side of the picture that is searched: corners are found to two thousandths of it.
const SEARCHED: u32 = 480;
/// What takes less of the picture is not laid there to be read.
const LEAST_SHARE: f64 = 0.12;
/// How much of its outline four corners must explain; a hand on the sheet explains less.
const FOUR_CORNERED: f64 = 0.95;
/// A sheet is so much lighter than its ground, of 255; noise alone is split into less.
const LEAST_CONTRAST: f64 = 40.0;
/// The longer side by the shorter: A4 is 1.41, a driving licence 1.47; a camera that looks aslant shortens and stretches.
const SHAPES: std::ops::RangeInclusive<f32> = 1.15..=1.75;
/// The longer side of A4 at 150 dots to the inch: what a clerk reads without effort.
const LARGEST: u32 = 1754;
/// What a coarse camera gives is enlarged to half of it; whether it can be read is judged afterwards.
const SMALLEST: u32 = 877;

/// Four corners, clockwise from the top left.
pub type Corners = [(f32, f32); 4];

/// A sheet in a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sheet {
    /// Its corners in pixels of the picture, clockwise; the first becomes the top left of the page. A page is read as it
    /// lies: a certificate that is wider than high stays so.
    pub corners: Corners,
}

/// Finds the sheet: the largest light thing on a darker ground, if it has four corners.
pub fn find(frame: &RgbImage) -> Result<Sheet, Refusal> {
    let (width, height) = frame.dimensions();
    let longer = width.max(height);
    if width.min(height) < SEARCHED / 4 {
        return Err(Refusal::NoSheet);
    }
    let scale = f64::from(longer) / f64::from(SEARCHED.min(longer));
    let small = |side: u32| to_pixels(f64::from(side) / scale);
    let gray = imageops::grayscale(frame);
    let gray = imageops::resize(&gray, small(width), small(height), FilterType::Triangle);
    let gray = gaussian_blur_f32(&gray, 1.5);
    let level = otsu_level(&gray);
    if contrast(&gray, level) < LEAST_CONTRAST {
        return Err(Refusal::NoSheet);
    }
    let light = threshold(&gray, level, ThresholdType::Binary);
    let outlines =
        find_contours::<i32>(&light).into_iter().filter(|found| found.border_type == BorderType::Outer);
    let largest = outlines
        .filter(|found| found.points.len() > 3)
        .map(|found| (convex_hull(found.points.as_slice()), found.points))
        .map(|(hull, outline)| (contour_area(&hull), hull, outline))
        .max_by(|(one, ..), (other, ..)| one.total_cmp(other))
        .filter(|(area, ..)| *area > LEAST_SHARE * f64::from(gray.width()) * f64::from(gray.height()));
    let (area, hull, outline) = largest.ok_or(Refusal::NoSheet)?;
    if hull.iter().any(|point| is_at_edge(*point, &gray)) {
        return Err(Refusal::CutOff);
    }
    let corners = four_corners(hull).ok_or(Refusal::NoSheet)?;
    if contour_area(&corners) < FOUR_CORNERED * area {
        return Err(Refusal::NoSheet);
    }
    let corners = sharpened(corners, &outline).ok_or(Refusal::NoSheet)?;
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a picture")]
    let in_frame = |at: f64| ((at + 0.5) * scale) as f32;
    let sheet = Sheet { corners: from_top_left(corners.map(|(x, y)| (in_frame(x), in_frame(y)))) };
    let (across, down) = sheet.sides();
    let shape = across.max(down) / across.min(down);
    if SHAPES.contains(&shape) { Ok(sheet) } else { Err(Refusal::NoSheet) }
}

impl Sheet {
    /// Cuts it out and makes it rectangular.
    pub fn cut(&self, frame: &RgbImage) -> Result<RgbImage, Refusal> {
        let (across, down) = self.sides();
        let longer = across.max(down);
        let longest = to_pixels(f64::from(longer)).clamp(SMALLEST, LARGEST);
        let [width, height] =
            [across, down].map(|side| to_pixels(f64::from(longest) * f64::from(side / longer)));
        #[expect(clippy::cast_precision_loss, reason = "at most 1,754")]
        let (right, bottom) = (width as f32, height as f32);
        let page = [(0.0, 0.0), (right, 0.0), (right, bottom), (0.0, bottom)];
        let onto = Projection::from_control_points(self.corners, page).ok_or(Refusal::NoSheet)?;
        let mut cut = RgbImage::new(width, height);
        let white = Border::Constant(Rgb([255; 3]));
        warp_into(frame, onto, Interpolation::Bilinear, white, &mut cut);
        Ok(cut)
    }

    /// Whether every corner lies where another sheet's lies, but for so many pixels.
    pub(super) fn lies_as(&self, other: &Self, wandering: f32) -> bool {
        self.corners.iter().zip(&other.corners).all(|(one, other)| distance(*one, *other) <= wandering)
    }

    /// How long it is across and down, in pixels of the picture.
    fn sides(&self) -> (f32, f32) {
        let [a, b, c, d] = self.corners;
        (f32::midpoint(distance(a, b), distance(d, c)), f32::midpoint(distance(b, c), distance(a, d)))
    }
}

/// How much lighter the light part is than the dark one.
fn contrast(gray: &GrayImage, level: u8) -> f64 {
    let mean = |of: &dyn Fn(u8) -> bool| {
        let (sum, count) = gray
            .as_raw()
            .iter()
            .filter(|value| of(**value))
            .fold((0.0, 0_u32), |(sum, count), value| (sum + f64::from(*value), count + 1));
        (count > 0).then(|| sum / f64::from(count))
    };
    match (mean(&|value| value > level), mean(&|value| value <= level)) {
        (Some(light), Some(dark)) => light - dark,
        _ => 0.0,
    }
}

fn is_at_edge(point: Point<i32>, picture: &GrayImage) -> bool {
    let near = |at: i32, side: u32| at <= 1 || i64::from(at) + 2 >= i64::from(side);
    near(point.x, picture.width()) || near(point.y, picture.height())
}

/// Takes corners away, the flattest first, until four are left.
fn four_corners(mut hull: Vec<Point<i32>>) -> Option<[Point<i32>; 4]> {
    while hull.len() > 4 {
        let before = hull.iter().cycle().skip(hull.len() - 1);
        let after = hull.iter().cycle().skip(1);
        let triangles = before.zip(&hull).zip(after).map(|((before, here), after)| {
            let (ax, ay) = (i64::from(here.x - before.x), i64::from(here.y - before.y));
            let (bx, by) = (i64::from(after.x - before.x), i64::from(after.y - before.y));
            (ax * by - ay * bx).abs()
        });
        let (flattest, _) = triangles.enumerate().min_by_key(|(_, area)| *area)?;
        hull.remove(flattest);
    }
    hull.try_into().ok()
}

/// Corners where the sides would meet: smoothing rounds every corner off, and the sides stay where they were.
fn sharpened(corners: [Point<i32>; 4], outline: &[Point<i32>]) -> Option<[(f64, f64); 4]> {
    let [a, b, c, d] = corners;
    let [ab, bc, cd, da] = [(a, b), (b, c), (c, d), (d, a)].map(|(from, to)| side(from, to, outline));
    let (ab, bc, cd, da) = (ab?, bc?, cd?, da?);
    Some([da.meets(&ab)?, ab.meets(&bc)?, bc.meets(&cd)?, cd.meets(&da)?])
}

/// A straight line: a point of it and its direction.
struct Line {
    through: (f64, f64),
    along: (f64, f64),
}

impl Line {
    fn meets(&self, other: &Self) -> Option<(f64, f64)> {
        let across = self.along.0 * other.along.1 - self.along.1 * other.along.0;
        let apart = (other.through.0 - self.through.0, other.through.1 - self.through.1);
        let far = (apart.0 * other.along.1 - apart.1 * other.along.0) / across;
        let at = (self.through.0 + far * self.along.0, self.through.1 + far * self.along.1);
        // Nearly parallel sides meet nowhere near a sheet.
        (across.abs() > 0.2 && at.0.is_finite() && at.1.is_finite()).then_some(at)
    }
}

/// The line that lies best along the middle of a side of the outline.
fn side(from: Point<i32>, to: Point<i32>, outline: &[Point<i32>]) -> Option<Line> {
    /// Of a side, where its corners have no influence.
    const MIDDLE: std::ops::RangeInclusive<f64> = 0.15..=0.85;
    /// What is further from the side is of another.
    const NEAR: f64 = 5.0;
    let (dx, dy) = (f64::from(to.x - from.x), f64::from(to.y - from.y));
    let length = dx.hypot(dy);
    let of_side = |point: &&Point<i32>| {
        let (x, y) = (f64::from(point.x - from.x), f64::from(point.y - from.y));
        MIDDLE.contains(&((x * dx + y * dy) / (length * length))) && ((x * dy - y * dx) / length).abs() < NEAR
    };
    let points: Vec<(f64, f64)> =
        outline.iter().filter(of_side).map(|point| (f64::from(point.x), f64::from(point.y))).collect();
    if points.len() < 8 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "points of an outline")]
    let count = points.len() as f64;
    let sum = points.iter().fold((0.0, 0.0), |sum, point| (sum.0 + point.0, sum.1 + point.1));
    let through = (sum.0 / count, sum.1 / count);
    let (xx, xy, yy) = points.iter().fold((0.0, 0.0, 0.0), |(xx, xy, yy), point| {
        let (x, y) = (point.0 - through.0, point.1 - through.1);
        (xx + x * x, xy + x * y, yy + y * y)
    });
    let angle = 0.5 * (2.0 * xy).atan2(xx - yy);
    Some(Line { through, along: (angle.cos(), angle.sin()) })
}

/// The corners clockwise from the top left.
fn from_top_left(mut corners: Corners) -> Corners {
    let [a, b, c, d] = corners;
    let middle = ((a.0 + b.0 + c.0 + d.0) / 4.0, (a.1 + b.1 + c.1 + d.1) / 4.0);
    let angle = |corner: &(f32, f32)| (corner.1 - middle.1).atan2(corner.0 - middle.0);
    corners.sort_by(|one, other| angle(one).total_cmp(&angle(other)));
    let first =
        (0..4).zip(corners).min_by(|(_, one), (_, other)| (one.0 + one.1).total_cmp(&(other.0 + other.1)));
    corners.rotate_left(first.map_or(0, |(place, _)| place));
    corners
}

fn distance(one: (f32, f32), other: (f32, f32)) -> f32 {
    (one.0 - other.0).hypot(one.1 - other.1)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float saturates")]
fn to_pixels(length: f64) -> u32 {
    (length.round() as u32).max(1)
}
