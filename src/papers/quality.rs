//! Whether a page can be read. Knows no sheet: its page is cut already.

use super::Refusal;
use image::imageops;
use image::{GrayImage, RgbImage};
use imageproc::filter::{gaussian_blur_f32, laplacian_filter};

/// Of a thousand pixels so many are beside strokes, even where only a heading stands on the page.
const STROKES: usize = 5;
/// How strong strokes are after noise is smoothed away, in steps of the Laplacian; print out of focus is far below.
const LEAST_STRENGTH: u16 = 14;
/// A camera that says so sees no more light.
const BURNT: u8 = 251;
/// Paper that is meant to be read is so much darker.
const ABOVE_PAPER: u8 = 10;
/// Of a thousand pixels so many may be burnt.
const MOST_BURNT: usize = 8;

/// Says what is wrong with a page.
pub(super) fn judge(page: &RgbImage) -> Result<(), Refusal> {
    // Sensors make noise that looks like strokes to the eye of a Laplacian.
    let smooth = gaussian_blur_f32(&inside(page), 1.0);
    if is_burnt(&smooth) {
        return Err(Refusal::Glare);
    }
    if strength(&smooth) < LEAST_STRENGTH {
        return Err(Refusal::Blurred);
    }
    Ok(())
}

/// The page without its margin: the sheet's own edge is always a stroke.
fn inside(page: &RgbImage) -> GrayImage {
    let (width, height) = page.dimensions();
    let (x, y) = (width / 25, height / 25);
    imageops::grayscale(&*imageops::crop_imm(page, x, y, width - 2 * x, height - 2 * y))
}

fn is_burnt(page: &GrayImage) -> bool {
    let mut values = page.as_raw().clone();
    let middle = values.len() / 2;
    let (_, paper, _) = values.select_nth_unstable(middle);
    let paper = *paper;
    if paper >= BURNT {
        return true;
    }
    // Where the paper itself is nearly as light, nothing is lost in a little more.
    let burnt = page.as_raw().iter().filter(|value| **value >= BURNT).count();
    paper < BURNT - ABOVE_PAPER && burnt * 1000 > page.as_raw().len() * MOST_BURNT
}

fn strength(page: &GrayImage) -> u16 {
    let mut edges: Vec<u16> =
        laplacian_filter(page).as_raw().iter().map(|value| value.unsigned_abs()).collect();
    let place = edges.len() - 1 - edges.len() * STROKES / 1000;
    *edges.select_nth_unstable(place).1
}
