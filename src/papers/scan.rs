//! From one camera picture to the next: a page is taken when its sheet lies still. Pure; keeps no picture.

use super::{Refusal, Sheet, find, quality};
use image::RgbImage;

/// Pictures in a row in which the sheet lies where it lay: a hand that still pushes it would be in the page.
const STILL: u8 = 3;
/// How far a corner may wander between two of them, of the picture's width: what noise does to it is far less.
const WANDERING: f32 = 0.008;

/// A sheet that somebody lays down. Use a new one for each page.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scan {
    last: Option<Sheet>,
    still: u8,
}

/// What a picture showed.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// No page yet, and what would help.
    NotYet(Refusal),
    /// A sheet lies there; it should be left alone.
    Settling(Sheet),
    /// A sheet lies still, and its page can't be read.
    Poor(Sheet, Refusal),
    /// A page, upright.
    Page(RgbImage),
}

impl Seen {
    /// Where a sheet lies, if one does.
    pub const fn sheet(&self) -> Option<&Sheet> {
        match self {
            Self::Settling(sheet) | Self::Poor(sheet, _) => Some(sheet),
            Self::NotYet(_) | Self::Page(_) => None,
        }
    }
}

impl Scan {
    /// Takes in the next picture.
    pub fn take(&mut self, frame: &RgbImage) -> Seen {
        let sheet = match find(frame) {
            Ok(sheet) => sheet,
            Err(refusal) => {
                *self = Self::default();
                return Seen::NotYet(refusal);
            }
        };
        #[expect(clippy::cast_precision_loss, reason = "pixels of a picture")]
        let wandering = WANDERING * frame.width() as f32;
        let lies_still = self.last.is_some_and(|last| last.lies_as(&sheet, wandering));
        self.still = if lies_still { (self.still + 1).min(STILL) } else { 1 };
        self.last = Some(sheet);
        if self.still < STILL {
            return Seen::Settling(sheet);
        }
        let page = sheet.cut(frame).and_then(|page| quality::judge(&page).map(|()| page));
        match page {
            Ok(page) => Seen::Page(page),
            Err(refusal) => Seen::Poor(sheet, refusal),
        }
    }
}
