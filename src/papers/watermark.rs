//! What a picture of a paper may be used for, written over all of it (仅用于…): one that gets out is of no other use.

use ab_glyph::{FontRef, PxScale};
use image::{GrayImage, Luma, RgbImage};
use imageproc::drawing::{draw_text_mut, text_size};
use imageproc::geometric_transformations::{Border, Interpolation, rotate_about_center};
use jiff::civil::Date;
use std::sync::LazyLock;

const FONT: &[u8] = include_bytes!("../../ui/fonts/NotoSansSC-Regular.otf");

static LETTERS: LazyLock<Option<FontRef<'_>>> = LazyLock::new(|| FontRef::try_from_slice(FONT).ok());

/// Of a page's width, how high a character is.
const HEIGHT: f32 = 1.0 / 36.0;
/// Of 255, how much of the ink is seen: what lies beneath is read through it.
const INK: u16 = 90;
/// Grey of the ink.
const GREY: u16 = 90;
/// Up to the right, as on copies in offices.
const SLOPE: f32 = -0.45;

/// Writes over a page what it is for. `None`: the font can't be read, and a page without its mark is none.
pub fn mark(mut page: RgbImage, service: &str, on: Date) -> Option<RgbImage> {
    let letters = LETTERS.as_ref()?;
    let words = format!("仅用于{service} {on}");
    let (width, height) = page.dimensions();
    // The layer is larger than the page, so that it covers the corners when it is turned.
    let side = i32::try_from(width + height).ok()?;
    #[expect(clippy::cast_precision_loss, reason = "at most 1,754")]
    let scale = PxScale::from(width as f32 * HEIGHT);
    let (long, high) = text_size(scale, letters, &words);
    let (across, down) = (i32::try_from(long + 2 * high).ok()?, i32::try_from(6 * high.max(1)).ok()?);
    let mut layer = GrayImage::new(width + height, width + height);
    for (row, y) in (0..side).step_by(usize::try_from(down).ok()?).enumerate() {
        let begin = if row % 2 == 0 { 0 } else { -across / 2 };
        for x in (begin..side).step_by(usize::try_from(across).ok()?) {
            draw_text_mut(&mut layer, Luma([255]), x, y, scale, letters, &words);
        }
    }
    let layer = rotate_about_center(&layer, SLOPE, Interpolation::Bilinear, Border::Constant(Luma([0])));
    for (x, y, pixel) in page.enumerate_pixels_mut() {
        let Luma([ink]) = *layer.get_pixel(x + height / 2, y + width / 2);
        let share = u16::from(ink) * INK / 255;
        pixel.0 = pixel.0.map(|value| {
            let mixed = (u16::from(value) * (255 - share) + GREY * share) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        });
    }
    Some(page)
}
