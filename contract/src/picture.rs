//! How large the picture of a page is: in pixels while it is looked at, in bytes where it goes into an entry.

use crate::Secret;
use crate::message::MAX_BODY_BYTES;
use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};

/// The longer side of a page in pixels: A4 at 150 dots an inch.
pub const LONGEST_SIDE: u32 = 1754;
/// The shorter side of the least page that anybody reads.
pub const LEAST_SIDE: u32 = 240;

/// What the rest of an entry takes: its number, its day, the names of the application and the material.
const BESIDE_IT: usize = 2048;

/// As large as a JPEG in an entry may be: base64 makes four bytes of three.
pub const MAX_JPEG_BYTES: usize = (MAX_BODY_BYTES - BESIDE_IT) / 4 * 3;

/// First coarser, then smaller: print survives the one longer than the other.
const TRIES: [(u32, u8); 8] =
    [(100, 80), (100, 65), (100, 50), (80, 60), (80, 45), (65, 50), (50, 50), (40, 35)];

/// The best JPEG of a page of at most so many bytes; `None` where none is, which no page of a camera is.
pub fn encode(page: &RgbImage, most: usize) -> Option<Secret<Vec<u8>>> {
    TRIES.into_iter().find_map(|(percent, quality)| {
        let mut jpeg = Vec::new();
        let encoder = JpegEncoder::new_with_quality(&mut jpeg, quality);
        if percent == 100 {
            page.write_with_encoder(encoder).ok()?;
        } else {
            let side = |full: u32| (full * percent / 100).max(1);
            let smaller =
                imageops::resize(page, side(page.width()), side(page.height()), FilterType::Triangle);
            smaller.write_with_encoder(encoder).ok()?;
        }
        (jpeg.len() <= most).then(|| Secret::new(jpeg))
    })
}

/// The picture as large as a page, where it is larger.
pub fn fitted(picture: RgbImage) -> RgbImage {
    let (width, height) = picture.dimensions();
    let longer = width.max(height);
    if longer <= LONGEST_SIDE {
        return picture;
    }
    let side = |full: u32| {
        let side = u64::from(full) * u64::from(LONGEST_SIDE) / u64::from(longer);
        u32::try_from(side).unwrap_or(LONGEST_SIDE).max(1)
    };
    imageops::resize(&picture, side(width), side(height), FilterType::Triangle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_shape_and_a_small_one_its_size() {
        assert_eq!(fitted(RgbImage::new(4000, 3000)).dimensions(), (1754, 1315));
        assert_eq!(fitted(RgbImage::new(9000, 2)).dimensions(), (1754, 1));
        assert_eq!(fitted(RgbImage::new(640, 480)).dimensions(), (640, 480));
    }
}
