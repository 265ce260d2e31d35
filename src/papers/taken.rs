//! A page that was taken: marked, small enough to be kept, and a picture of it for the screen.

use super::{encode, mark};
use contract::Secret;
use image::RgbImage;
use image::imageops::{self, FilterType};
use jiff::civil::Date;
use std::fmt;

/// The longer side of what the screen shows.
const SHOWN: u32 = 900;
/// The shorter side of the least page that central takes, with something to spare.
const LEAST: u32 = 240;

/// What a page is taken for: it is written over the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purpose {
    /// The service's name.
    pub service: String,
    /// The day.
    pub on: Date,
}

/// A page of a paper. `Debug` shows its size only.
#[derive(Clone, PartialEq, Eq)]
pub struct TakenPage {
    /// The page as it leaves the terminal: marked, a JPEG of at most [`super::MAX_JPEG_BYTES`].
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
    /// Marks and packs a page. `None`: it can't be marked or does not fit, and is no page then.
    pub fn of(page: RgbImage, purpose: &Purpose) -> Option<Self> {
        if page.width().min(page.height()) < LEAST {
            return None;
        }
        let marked = mark(page, &purpose.service, purpose.on)?;
        let jpeg = encode(&marked)?;
        let (width, height) = marked.dimensions();
        let longer = width.max(height).max(SHOWN);
        let side = |full: u32| (full * SHOWN / longer).max(1);
        let shown = imageops::resize(&marked, side(width), side(height), FilterType::Triangle);
        let (width, height) = shown.dimensions();
        Some(Self { jpeg, shown: Shown { width, height, rgb: Secret::new(shown.into_raw()) } })
    }
}

/// The whole picture as a page, for what has no four corners or stands on a ground as light as itself.
pub fn whole(frame: &RgbImage) -> RgbImage {
    /// As large as a page that was cut.
    const LONGEST: u32 = 1754;
    let longer = frame.width().max(frame.height());
    if longer <= LONGEST {
        return frame.clone();
    }
    let side = |full: u32| (full * LONGEST / longer).max(1);
    imageops::resize(frame, side(frame.width()), side(frame.height()), FilterType::Triangle)
}
