//! Where are faces in a picture? YuNet's outputs read, and the two looks that find a face well.

use super::net::{Net, NetFault};
use super::picture::{Picture, View};

/// How sure the detector must be.
const SURE: f32 = 0.7;
/// Two boxes that share more than this are one face.
const SAME_FACE: f32 = 0.3;
/// The first look: this many pixels along the longer side.
const FIRST_LOOK: f32 = 320.0;
/// The second look: a square of this many pixels...
const SECOND_LOOK: usize = 256;
/// ...in which the face is so wide. The net was trained for 10 to 300 pixels and separates people best here:
/// d' 8.2, against 7.9 on 640 pixels and 7.2 on 320 (10,390 comparisons).
const FACE_WIDTH: f32 = 128.0;
/// Pixels to a cell of each of the net's three grids.
const GRIDS: [usize; 3] = [8, 16, 32];
/// Boxes that are looked at; a picture full of faces has fewer.
const MOST_BOXES: usize = 512;

/// A place in a picture, in pixels.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) x: f32,
    pub(super) y: f32,
}

/// A face in a picture. It says where a person is, so it has no `Debug`.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Face {
    pub(super) score: f32,
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) width: f32,
    pub(super) height: f32,
    /// The person's right eye (left in the picture), left eye, tip of the nose, right corner of the mouth, left.
    pub(super) points: [Point; 5],
}

impl Face {
    pub(super) const fn centre(&self) -> Point {
        Point { x: self.left + self.width / 2.0, y: self.top + self.height / 2.0 }
    }

    /// What two boxes share, of what both cover.
    fn overlap(&self, other: &Self) -> f32 {
        let wide = (self.left + self.width).min(other.left + other.width) - self.left.max(other.left);
        let high = (self.top + self.height).min(other.top + other.height) - self.top.max(other.top);
        let shared = wide.max(0.0) * high.max(0.0);
        shared / (self.width.mul_add(self.height, other.width * other.height) - shared).max(f32::EPSILON)
    }

    /// From the pixels of a view to those of its picture. Centres of pixels, not corners, fall on each other.
    fn out_of(self, view: View) -> Self {
        let half = (view.step - 1.0) / 2.0;
        let x = |x: f32| x.mul_add(view.step, view.left + half);
        let y = |y: f32| y.mul_add(view.step, view.top + half);
        Self {
            score: self.score,
            left: x(self.left),
            top: y(self.top),
            width: self.width * view.step,
            height: self.height * view.step,
            points: self.points.map(|point| Point { x: x(point.x), y: y(point.y) }),
        }
    }
}

/// YuNet.
pub(super) struct Detector(Box<dyn Net>);

/// How a picture is looked at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// A camera frame: made smaller, never larger.
    Frame,
    /// A chip's photo, which is smaller than what the detector likes: twice as large.
    ChipPhoto,
}

impl Detector {
    pub(super) fn new(net: Box<dyn Net>) -> Self {
        Self(net)
    }

    /// The faces, the widest first; that one was looked at twice.
    #[expect(clippy::cast_precision_loss, reason = "pixels")]
    pub(super) fn find(&self, picture: Picture<'_>, look: Look) -> Result<Vec<Face>, NetFault> {
        let longer = picture.width.max(picture.height) as f32;
        let least = if look == Look::ChipPhoto { 0.5 } else { 1.0 };
        let mut faces = self.faces(picture, whole(picture, (longer / FIRST_LOOK).max(least)))?;
        faces.sort_by(|a, b| b.width.total_cmp(&a.width));
        if let Some(widest) = faces.first_mut() {
            let again = self.faces(picture, around(widest))?;
            if let Some(better) =
                again.into_iter().max_by(|a, b| a.overlap(widest).total_cmp(&b.overlap(widest)))
                && better.overlap(widest) > SAME_FACE
            {
                *widest = better;
            }
        }
        Ok(faces)
    }

    /// The faces in a view, in pixels of the picture, the surest first.
    pub(super) fn faces(&self, picture: Picture<'_>, view: View) -> Result<Vec<Face>, NetFault> {
        let planes = view.take(picture, 32);
        let outputs = self.0.run(&planes)?;
        let outputs: Vec<&[f32]> = outputs.iter().map(|output| output.as_slice()).collect();
        Ok(strongest(read(&outputs, planes.width)).into_iter().map(|face| face.out_of(view)).collect())
    }
}

/// The whole picture.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixels, at least one"
)]
pub(super) fn whole(picture: Picture<'_>, step: f32) -> View {
    let size = |pixels: usize| (pixels as f32 / step).round().max(1.0) as usize;
    View { left: 0.0, top: 0.0, step, width: size(picture.width), height: size(picture.height) }
}

/// The surroundings of a face.
#[expect(clippy::cast_precision_loss, reason = "a constant")]
fn around(face: &Face) -> View {
    let step = (face.width / FACE_WIDTH).max(0.05);
    let (centre, half) = (face.centre(), step * SECOND_LOOK as f32 / 2.0);
    // Whole pixels: at step 1 nothing is interpolated.
    let (left, top) = ((centre.x - half).round(), (centre.y - half).round());
    View { left, top, step, width: SECOND_LOOK, height: SECOND_LOOK }
}

/// Reads the net's twelve outputs: of each of three grids how sure it is, that it is an object, box and points.
#[expect(clippy::cast_precision_loss, reason = "cells of a grid")]
fn read(outputs: &[&[f32]], width: usize) -> Vec<Face> {
    let (grids, _) = outputs.as_chunks::<3>();
    let [classes, objects, boxes, points] = grids else { return Vec::new() };
    let mut faces = Vec::new();
    for (((class, object), (boxes, points)), cell) in
        classes.iter().zip(objects).zip(boxes.iter().zip(points)).zip(GRIDS)
    {
        let columns = (width / cell).max(1);
        let (boxes, points) = (boxes.as_chunks::<4>().0, points.as_chunks::<10>().0);
        for (place, ((class, object), (corner, points))) in
            class.iter().zip(*object).zip(boxes.iter().zip(points)).enumerate()
        {
            let score = (class.clamp(0.0, 1.0) * object.clamp(0.0, 1.0)).sqrt();
            if score.is_nan() || score < SURE {
                continue;
            }
            let (row, column, size) = ((place / columns) as f32, (place % columns) as f32, cell as f32);
            let [x, y, wide, high] = *corner;
            let (width, height) = (wide.exp() * size, high.exp() * size);
            let at = |x: f32, y: f32| Point { x: (x + column) * size, y: (y + row) * size };
            let centre = at(x, y);
            let [ax, ay, bx, by, cx, cy, dx, dy, ex, ey] = *points;
            let points = [at(ax, ay), at(bx, by), at(cx, cy), at(dx, dy), at(ex, ey)];
            let sane =
                [width, height, centre.x, centre.y].into_iter().chain(points.iter().flat_map(|p| [p.x, p.y]));
            if sane.into_iter().all(f32::is_finite) {
                let (left, top) = (centre.x - width / 2.0, centre.y - height / 2.0);
                faces.push(Face { score, left, top, width, height, points });
            }
        }
    }
    faces
}

/// Of boxes that are one face, the surest.
fn strongest(mut faces: Vec<Face>) -> Vec<Face> {
    faces.sort_by(|a, b| b.score.total_cmp(&a.score));
    faces.truncate(MOST_BOXES);
    let mut kept: Vec<Face> = Vec::new();
    for face in faces {
        if kept.iter().all(|other| other.overlap(&face) <= SAME_FACE) {
            kept.push(face);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn face(left: f32, width: f32, score: f32) -> Face {
        Face { score, left, top: 0.0, width, height: width, points: [Point { x: 0.0, y: 0.0 }; 5] }
    }

    #[test]
    fn of_boxes_upon_each_other_the_surest_stays() {
        let kept = strongest(vec![face(0.0, 10.0, 0.8), face(1.0, 10.0, 0.9), face(50.0, 10.0, 0.75)]);
        assert_eq!(kept.iter().map(|face| face.score).collect::<Vec<_>>(), [0.9, 0.75]);
    }

    #[test]
    fn outputs_that_are_not_twelve_show_nobody() {
        assert!(read(&[[1.0].as_slice(); 11], 32).is_empty());
    }

    proptest! {
        #[test]
        fn whatever_a_net_says_is_read_without_harm(
            numbers in proptest::collection::vec(any::<f32>(), 0..40), width in 0..70_usize
        ) {
            for face in strongest(read(&[numbers.as_slice(); 12], width)) {
                prop_assert!(face.left.is_finite() && face.score <= 1.0);
            }
        }
    }
}
