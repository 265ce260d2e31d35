//! A page that was taken: marked, small enough to be kept, and a picture of it for the screen.

use super::mark;
use contract::Secret;
use contract::picture::{LEAST_SIDE, MAX_JPEG_BYTES, encode};
use image::RgbImage;
use image::imageops::{self, FilterType};
use jiff::civil::Date;
use std::fmt;

/// The longer side of what the screen shows.
const SHOWN: u32 = 900;

/// What a paper is taken for: it is written over the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purpose {
    /// The service's name.
    pub service: String,
    /// The day.
    pub on: Date,
}

/// A page of a material. `Debug` shows its size only.
#[derive(Clone, PartialEq, Eq)]
pub struct TakenPage {
    /// The page as it leaves the terminal: a JPEG of at most [`MAX_JPEG_BYTES`], marked where it is a paper.
    pub jpeg: Secret<Vec<u8>>,
    /// What the screen shows of it.
    pub shown: Shown,
}

/// A picture for the screen.
#[derive(Clone, PartialEq, Eq)]
pub struct Shown {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Red, green and blue of each pixel, row by row from the top left.
    pub rgb: Secret<Vec<u8>>,
}

impl fmt::Debug for TakenPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TakenPage({} bytes)", self.jpeg.expose().len())
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shown({} x {})", self.width, self.height)
    }
}

impl TakenPage {
    /// Packs a page, marked with its purpose where it has one: the photo of a place is of no use to anybody else. `None`:
    /// it can't be marked or does not fit, and is no page then.
    pub fn of(page: RgbImage, purpose: Option<&Purpose>) -> Option<Self> {
        if page.width().min(page.height()) < LEAST_SIDE {
            return None;
        }
        let page = match purpose {
            Some(purpose) => mark(page, &purpose.service, purpose.on)?,
            None => page,
        };
        let jpeg = encode(&page, MAX_JPEG_BYTES)?;
        let (width, height) = page.dimensions();
        let longer = width.max(height).max(SHOWN);
        let side = |full: u32| (full * SHOWN / longer).max(1);
        let shown = imageops::resize(&page, side(width), side(height), FilterType::Triangle);
        let (width, height) = shown.dimensions();
        Some(Self { jpeg, shown: Shown { width, height, rgb: Secret::new(shown.into_raw()) } })
    }
}
