//! A code (二维码) for a phone, as a picture.

use qrcode::{Color, EcLevel, QrCode};
use slint::{Image, Rgb8Pixel, SharedPixelBuffer};

/// A code in modules of one pixel, with the quiet zone of four that the standard asks for.
pub(super) fn picture(text: &str) -> Option<Image> {
    const QUIET: usize = 4;
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let side = width + 2 * QUIET;
    let mut buffer =
        SharedPixelBuffer::<Rgb8Pixel>::new(u32::try_from(side).ok()?, u32::try_from(side).ok()?);
    let dark = |place: usize| {
        let (x, y) = ((place % side).checked_sub(QUIET)?, (place / side).checked_sub(QUIET)?);
        (x < width && y < width).then(|| code[(x, y)] == Color::Dark)
    };
    for (place, pixel) in buffer.make_mut_slice().iter_mut().enumerate() {
        let shade = if dark(place) == Some(true) { 0 } else { 255 };
        *pixel = Rgb8Pixel::new(shade, shade, shade);
    }
    Some(Image::from_rgb8(buffer))
}
