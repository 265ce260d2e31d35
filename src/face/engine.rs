//! The face engine: models, and what they make of a picture. Slow (tens of milliseconds): never on the thread of
//! the screen. Decides nothing; that is [`super::Check`]'s.

use super::align::align;
use super::detect::{Detector, Face, Look};
use super::embed::{Embedder, Embedding};
use super::models::{DETECTOR, EMBEDDER, Published};
use super::net::{Net, NetFault, RtenNet};
use super::picture::Picture;
use super::{FaceFault, FaceHint, quality};
use crate::diagnostics::{FaceBox, FaceSight};
use image::RgbImage;
use rten::ThreadPool;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// A second face this wide beside the widest makes two persons before the camera; a smaller one is somebody in
/// the queue behind.
const SECOND_PERSON: f32 = 0.45;

/// What a camera frame shows.
#[derive(Clone, Debug)]
pub enum Seen {
    /// Nobody.
    NoFace,
    /// Two persons or more, near enough to be meant.
    ManyFaces,
    /// One person, not good enough to compare.
    Poor(FaceHint),
    /// One person, well seen.
    Good(Embedding, Place),
}

/// Where a face is in its frame and how wide, all as shares of the frame's width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Of its middle.
    pub x: f32,
    /// Of its middle.
    pub y: f32,
    /// Of its box.
    pub width: f32,
}

/// Detector and embedder, loaded.
pub struct FaceEngine {
    detector: Detector,
    embedder: Embedder,
}

impl fmt::Debug for FaceEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FaceEngine")
    }
}

impl FaceEngine {
    /// Loads the models of a folder, and keeps their unpacked form in `cache`. Takes a second the first time.
    pub fn load(models: &Path, cache: &Path) -> Result<Self, FaceFault> {
        // One core stays for the screen; a second thread is worth its heat only on four.
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = Arc::new(ThreadPool::with_num_threads(if cores >= 4 { 2 } else { 1 }));
        let net = |model: &Published| -> Result<Box<dyn Net>, FaceFault> {
            Ok(Box::new(RtenNet::load(model.file, model.unpacked(models, cache)?, &threads)?))
        };
        Ok(Self { detector: Detector::new(net(&DETECTOR)?), embedder: Embedder::new(net(&EMBEDDER)?) })
    }

    /// The face in a card's picture. `None`: there is no face to be found in it.
    pub fn reference(&self, picture: &RgbImage) -> Option<Embedding> {
        let picture = Picture::new(picture.width(), picture.height(), picture.as_raw())?;
        let embedding = self.detector.find(picture, Look::ChipPhoto).and_then(|faces| {
            let aligned = faces.first().and_then(|face| align(picture, &face.points));
            aligned.map_or(Ok(None), |aligned| self.embedder.embed(&aligned))
        });
        told(embedding).flatten()
    }

    /// What a camera frame shows; `rgb` is three bytes a pixel, row by row.
    pub fn look(&self, width: u32, height: u32, rgb: &[u8]) -> Seen {
        let Some(picture) = Picture::new(width, height, rgb) else {
            tracing::warn!(width, height, bytes = rgb.len(), "a frame is not as large as it says");
            return Seen::NoFace;
        };
        told(self.try_look(picture)).unwrap_or(Seen::NoFace)
    }

    /// The same for whoever looks after the camera: every face's box, and what the person would be told.
    pub fn watch(&self, width: u32, height: u32, rgb: &[u8]) -> FaceSight {
        let nobody = FaceSight { boxes: Vec::new(), hint: Some(FaceHint::NobodyThere) };
        let Some(picture) = Picture::new(width, height, rgb) else { return nobody };
        let faces = self.detector.find(picture, Look::Frame);
        let sight = faces.and_then(|faces| {
            let boxes = faces.iter().map(|face| outline(face, picture)).collect();
            let hint = match self.judge(picture, &faces)? {
                Seen::NoFace => Some(FaceHint::NobodyThere),
                Seen::ManyFaces => Some(FaceHint::OnlyOne),
                Seen::Poor(hint) => Some(hint),
                Seen::Good(..) => None,
            };
            Ok(FaceSight { boxes, hint })
        });
        told(sight).unwrap_or(nobody)
    }

    fn try_look(&self, picture: Picture<'_>) -> Result<Seen, NetFault> {
        self.judge(picture, &self.detector.find(picture, Look::Frame)?)
    }

    fn judge(&self, picture: Picture<'_>, faces: &[Face]) -> Result<Seen, NetFault> {
        let Some((face, others)) = faces.split_first() else {
            return Ok(quality::of_nobody(picture).map_or(Seen::NoFace, Seen::Poor));
        };
        if others.iter().any(|other| other.width > face.width * SECOND_PERSON) {
            return Ok(Seen::ManyFaces);
        }
        if let Some(hint) = quality::of_pose(face, picture) {
            return Ok(Seen::Poor(hint));
        }
        let Some(aligned) = align(picture, &face.points) else { return Ok(Seen::NoFace) };
        if let Some(hint) = quality::of_light(&aligned) {
            return Ok(Seen::Poor(hint));
        }
        let embedding = self.embedder.embed(&aligned)?;
        Ok(embedding.map_or(Seen::NoFace, |embedding| Seen::Good(embedding, place(face, picture))))
    }
}

#[expect(clippy::cast_precision_loss, reason = "pixels")]
fn place(face: &Face, picture: Picture<'_>) -> Place {
    let (centre, width) = (face.centre(), picture.width as f32);
    Place { x: centre.x / width, y: centre.y / width, width: face.width / width }
}

/// A box in thousandths of the picture's width.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "shares of a picture, clamped"
)]
fn outline(face: &Face, picture: Picture<'_>) -> FaceBox {
    let share = |pixels: f32| (pixels / picture.width as f32 * 1000.0).clamp(0.0, 4000.0) as u16;
    FaceBox {
        left: share(face.left),
        top: share(face.top),
        width: share(face.width),
        height: share(face.height),
    }
}

/// A runtime that fails is told to the log and shows nobody.
fn told<T>(result: Result<T, NetFault>) -> Option<T> {
    result.inspect_err(|fault| tracing::error!(%fault, "E03")).ok()
}

#[cfg(test)]
mod tests {
    use super::super::align::align;
    use super::super::detect::whole;
    use super::super::quality::measure;
    use super::*;
    use serde_json::Value;

    fn engine() -> FaceEngine {
        let cache = tempfile::tempdir().unwrap();
        FaceEngine::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/models")), cache.path()).unwrap()
    }

    fn astronaut() -> RgbImage {
        image::open(concat!(env!("CARGO_MANIFEST_DIR"), "/drivers/demo/astronaut.png")).unwrap().into_rgb8()
    }

    /// What OpenCV says of the same picture with the same models.
    fn expected() -> Value {
        serde_json::from_str(include_str!("testdata/astronaut.json")).unwrap()
    }

    #[expect(clippy::cast_possible_truncation, reason = "pixels")]
    fn numbers(value: &Value) -> Vec<f32> {
        value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap() as f32).collect()
    }

    #[test]
    fn points_score_and_embedding_are_those_of_opencv() {
        let (engine, image, expected) = (engine(), astronaut(), expected());
        let picture = Picture::new(512, 512, image.as_raw()).unwrap();
        let faces = engine.detector.faces(picture, whole(picture, 1.0)).unwrap();
        let [face] = faces.as_slice() else { panic!("{} faces", faces.len()) };
        assert!((face.score - 0.93133).abs() < 1e-3, "{}", face.score);
        let found = [face.left, face.top, face.width, face.height];
        for (found, expected) in found.iter().zip(numbers(&expected["box"])) {
            assert!((found - expected).abs() < 0.01, "{found} {expected}");
        }
        for (point, expected) in face.points.iter().zip(expected["landmarks"].as_array().unwrap()) {
            let expected = numbers(expected);
            let away = (point.x - expected[0]).hypot(point.y - expected[1]);
            assert!(away < 0.01, "{away} pixels away");
        }
        let aligned = align(picture, &face.points).unwrap();
        let embedding = engine.embedder.embed(&aligned).unwrap().unwrap();
        let likeness = embedding.likeness(&Embedding::new(&numbers(&expected["embedding"])).unwrap());
        println!("likeness to OpenCV's embedding {likeness:.5}");
        assert!(likeness > 0.99, "{likeness}");
    }

    #[test]
    fn whoever_looks_after_the_camera_sees_the_box() {
        let (engine, image) = (engine(), astronaut());
        let sight = engine.watch(512, 512, image.as_raw());
        let [face] = sight.boxes.as_slice() else { panic!("{sight:?}") };
        let [left, top, width, height] = numbers(&expected()["box"]).as_slice().try_into().unwrap();
        for (found, expected) in
            [(face.left, left), (face.top, top), (face.width, width), (face.height, height)]
        {
            assert!((f32::from(found) - expected / 0.512).abs() < 40.0, "{found} {expected}");
        }
        assert_eq!(engine.watch(512, 512, &vec![0; 512 * 512 * 3]).boxes, []);
    }

    /// The thresholds of light and sharpness stand between these.
    #[test]
    fn a_blurred_or_dark_face_measures_apart_from_a_good_one() {
        let (engine, image) = (engine(), astronaut());
        let of = |image: &RgbImage| {
            let picture = Picture::new(image.width(), image.height(), image.as_raw()).unwrap();
            let faces = engine.detector.find(picture, Look::Frame).unwrap();
            let aligned = align(picture, &faces.first().unwrap().points).unwrap();
            let measured = measure(&aligned);
            println!("{measured:?}");
            (measured.sharpness, quality::of_light(&aligned))
        };
        let (sharp, good) = of(&image);
        assert_eq!(good, None);
        let (soft, slightly) = of(&image::imageops::blur(&image, 1.0));
        assert_eq!(slightly, None);
        let (blurred, hint) = of(&image::imageops::blur(&image, 3.0));
        assert_eq!(hint, Some(FaceHint::HoldStill));
        assert!(sharp > soft && soft > blurred);
        let dark =
            RgbImage::from_fn(512, 512, |x, y| image::Rgb(image.get_pixel(x, y).0.map(|value| value / 6)));
        assert_eq!(of(&dark).1, Some(FaceHint::Light));
    }
}
