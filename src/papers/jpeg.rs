//! A page as a JPEG that fits in an entry.

use contract::Secret;
use contract::message::MAX_BODY_BYTES;
use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};

/// What the rest of an entry takes: its number, its day, the names of the application and the material.
const BESIDE_IT: usize = 2048;

/// As large as a JPEG may be: base64 makes four bytes of three.
pub const MAX_JPEG_BYTES: usize = (MAX_BODY_BYTES - BESIDE_IT) / 4 * 3;

/// First coarser, then smaller: print survives the one longer than the other.
const TRIES: [(u32, u8); 8] =
    [(100, 80), (100, 65), (100, 50), (80, 60), (80, 45), (65, 50), (50, 50), (40, 35)];

/// The best JPEG of a page that fits; `None` where none does, which no page of a document camera is.
pub fn encode(page: &RgbImage) -> Option<Secret<Vec<u8>>> {
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
        (jpeg.len() <= MAX_JPEG_BYTES).then(|| Secret::new(jpeg))
    })
}
