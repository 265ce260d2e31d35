//! A virtual camera: a folder of pictures in which somebody, or nobody, stands in a hall.

use crate::drawn_face;
use crate::pictures::{PictureFolder, add_noise, answer};
use image::{ImageFormat, Rgb, RgbImage};
use std::path::PathBuf;

/// Width and height of a picture.
const SIZE: (u32, u32) = (640, 480);
/// Pictures until the motion begins again.
const FRAMES: u32 = 12;
/// How a person sways: shift to the right and down in pixels of the picture, and size.
const SWAY: [(f32, f32, f32); FRAMES as usize] = [
    (0.0, 0.0, 1.0),
    (2.0, 1.0, 1.002),
    (4.0, 1.5, 1.005),
    (5.0, 0.5, 1.008),
    (4.0, -1.0, 1.010),
    (2.0, -2.0, 1.010),
    (0.0, -2.0, 1.008),
    (-2.0, -1.0, 1.006),
    (-4.0, 0.0, 1.004),
    (-5.0, 1.0, 1.002),
    (-4.0, 1.5, 1.0),
    (-2.0, 1.0, 0.999),
];

/// Who stands before the camera.
#[derive(Debug)]
enum Scene {
    Nobody,
    Somebody(Portrait),
}

/// A picture of a person and the part of it that the camera sees.
#[derive(Debug)]
struct Portrait {
    picture: RgbImage,
    window: Window,
}

/// In pixels of the portrait; three quarters as high as it is wide.
#[derive(Clone, Copy, Debug)]
struct Window {
    left: f32,
    top: f32,
    width: f32,
}

impl Portrait {
    /// Reads a picture; without a window, the one for a person from the waist up with the head in the upper half.
    fn open(path: &str, window: Option<Window>) -> Result<Self, String> {
        if path == "drawn" {
            return Ok(Self {
                picture: drawn_face::draw(),
                window: Window { left: -180.0, top: -20.0, width: 768.0 },
            });
        }
        let picture = image::open(path).map_err(|error| format!("{path}: {error}"))?.into_rgb8();
        let window = window.unwrap_or_else(|| usual_window(&picture));
        Ok(Self { picture, window })
    }
}

#[expect(clippy::cast_precision_loss, reason = "pixels")]
fn usual_window(picture: &RgbImage) -> Window {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    Window { left: width * 0.135, top: height * 0.01, width: width * 0.625 }
}

/// The virtual camera; while it is plugged in its folder exists.
#[derive(Debug)]
pub struct Camera {
    folder: PictureFolder,
    scene: Scene,
}

impl Camera {
    /// A camera that shows a portrait.
    pub fn new(folder: PathBuf, portrait: &str) -> Result<Self, String> {
        let folder = PictureFolder::new(folder, ImageFormat::Png);
        Ok(Self { folder, scene: Scene::Somebody(Portrait::open(portrait, None)?) })
    }

    /// Makes the folder and obeys standard input until it ends. Says `ready FOLDER` first.
    pub fn run(mut self) -> Result<(), String> {
        self.folder.plug()?;
        self.folder.show(self.scene.pictures())?;
        let Self { folder, scene } = &mut self;
        let mut serving = folder.serve();
        while let Some(line) = serving.next_line() {
            answer(&line, obey(folder, scene, &line.split_whitespace().collect::<Vec<_>>()));
        }
        Ok(())
    }
}

fn obey(folder: &PictureFolder, scene: &mut Scene, words: &[&str]) -> Result<(), String> {
    match words {
        ["show", image] => *scene = Scene::Somebody(Portrait::open(image, None)?),
        ["show", image, left, top, width] => {
            let number = |text: &str| text.parse().map_err(|_| format!("'{text}' is no number of pixels"));
            let window = Window { left: number(left)?, top: number(top)?, width: number(width)? };
            *scene = Scene::Somebody(Portrait::open(image, Some(window))?);
        }
        ["nobody"] => *scene = Scene::Nobody,
        ["unplug"] => folder.unplug(),
        ["plug"] => folder.plug()?,
        _ => return Err("say show IMAGE [LEFT TOP WIDTH], show drawn, nobody, unplug or plug".into()),
    }
    folder.show(scene.pictures())
}

impl Scene {
    fn pictures(&self) -> impl Iterator<Item = RgbImage> {
        (0..FRAMES).map(|frame| self.picture(frame))
    }

    fn picture(&self, frame: u32) -> RgbImage {
        let mut picture = match self {
            Self::Nobody => hall(),
            Self::Somebody(portrait) => stand(portrait, frame),
        };
        add_noise(&mut picture, frame, i16::try_from(frame % 3).unwrap_or(0));
        picture
    }
}

/// A person before a kiosk, swaying a little: the window of the portrait fills the picture. Where the window reaches
/// past the portrait, the hall is seen.
#[expect(clippy::cast_precision_loss, reason = "pixels")]
fn stand(portrait: &Portrait, frame: u32) -> RgbImage {
    let (right, down, size) = SWAY.get(frame as usize).copied().unwrap_or((0.0, 0.0, 1.0));
    let scale = portrait.window.width / SIZE.0 as f32 / size;
    let (left, top) = (portrait.window.left - right * scale, portrait.window.top - down * scale);
    let mut picture = hall();
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let (across, along) = (left + x as f32 * scale, top + y as f32 * scale);
        if let Some(seen) = interpolate(&portrait.picture, across, along) {
            *pixel = seen;
        }
    }
    picture
}

/// Between four pixels; `None` outside of the picture.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked against the picture's edge"
)]
fn interpolate(picture: &RgbImage, x: f32, y: f32) -> Option<Rgb<u8>> {
    if x < 0.0 || y < 0.0 {
        return None;
    }
    let (left, top) = (x as u32, y as u32);
    let at = |dx, dy| picture.get_pixel_checked(left + dx, top + dy);
    let corners = [at(0, 0)?, at(1, 0)?, at(0, 1)?, at(1, 1)?];
    let (u, v) = (x.fract(), y.fract());
    let shares = [(1.0 - u) * (1.0 - v), u * (1.0 - v), (1.0 - u) * v, u * v];
    let mut parts = [0.0; 3];
    for (corner, share) in corners.iter().zip(shares) {
        for (part, value) in parts.iter_mut().zip(corner.0) {
            *part += share * f32::from(value);
        }
    }
    Some(Rgb(parts.map(|part| part.round() as u8)))
}

/// A hall without people: wall, floor, a column and a lamp.
fn hall() -> RgbImage {
    RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
        let light = u8::try_from(y / 8).unwrap_or(0);
        if y > 360 {
            Rgb([120 + light / 4, 112 + light / 4, 104])
        } else if (430..500).contains(&x) {
            Rgb([168, 164, 158])
        } else if y < 40 && (200..360).contains(&x) {
            Rgb([250, 250, 244])
        } else {
            Rgb([206 - light, 210 - light, 212 - light])
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_have_the_size_of_a_camera_and_differ_from_each_other() {
        let (first, second) = (Scene::Nobody.picture(0), Scene::Nobody.picture(1));
        assert_eq!(first.dimensions(), SIZE);
        assert_ne!(first, second);
        let drawn = Scene::Somebody(Portrait::open("drawn", None).unwrap());
        assert_ne!(drawn.picture(0), drawn.picture(3));
    }
}
