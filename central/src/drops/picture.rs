//! What somebody's phone sends, which may be anything: read within limits, turned upright, made as small as a page, and
//! written anew, so that nothing but the picture itself goes on: no place, no time, no model of a phone.

use contract::picture::{LEAST_SIDE, MAX_JPEG_BYTES, encode, fitted};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};
use std::io::Cursor;

/// As large as one file may be: what a phone of fifty megapixels writes.
pub const MAX_UPLOAD_BYTES: usize = 16 * 1024 * 1024;
/// As large as a picture is on the way to its terminal: better than what an entry holds, for a paper is marked and written
/// once more there.
pub const MOST_BYTES_ON_THE_WAY: usize = 3 * MAX_JPEG_BYTES;

/// As large as a picture may be while it is looked at: 64 megapixels.
const MOST_BYTES_DECODED: u64 = 192 * 1024 * 1024;

/// Why something is no picture for a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureFault {
    /// Neither JPEG nor PNG, or broken.
    #[error("no JPEG and no PNG")]
    NotAPicture,
    /// More bytes or pixels than anybody needs.
    #[error("the picture is too large")]
    TooLarge,
    /// Fewer pixels than anybody can read.
    #[error("the picture is too small")]
    TooSmall,
}

/// The picture as it goes on.
pub fn take_in(bytes: &[u8]) -> Result<Vec<u8>, PictureFault> {
    if bytes.len() > MAX_UPLOAD_BYTES {
        return Err(PictureFault::TooLarge);
    }
    let format = image::guess_format(bytes).ok();
    let format = format.filter(|format| matches!(format, ImageFormat::Jpeg | ImageFormat::Png));
    let reader = ImageReader::with_format(Cursor::new(bytes), format.ok_or(PictureFault::NotAPicture)?);
    let mut decoder = reader.into_decoder().map_err(|_| PictureFault::NotAPicture)?;
    // Before a pixel of it is read: a few bytes can promise a picture that fills every memory.
    if decoder.total_bytes() > MOST_BYTES_DECODED {
        return Err(PictureFault::TooLarge);
    }
    let (width, height) = decoder.dimensions();
    if width.min(height) < LEAST_SIDE {
        return Err(PictureFault::TooSmall);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(|_| PictureFault::NotAPicture)?;
    let mut page = DynamicImage::from(fitted(picture.into_rgb8()));
    page.apply_orientation(orientation);
    let page = page.into_rgb8();
    // One that is long and thin is nothing any more once it has the size of a page.
    if page.width().min(page.height()) < LEAST_SIDE {
        return Err(PictureFault::TooSmall);
    }
    let jpeg = encode(&page, MOST_BYTES_ON_THE_WAY).ok_or(PictureFault::TooLarge)?;
    Ok(jpeg.expose().clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::codecs::jpeg::JpegEncoder;
    use image::codecs::png::PngEncoder;
    use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage};

    /// EXIF that says where the picture was taken, and that its right side is up.
    fn exif() -> Vec<u8> {
        let mut exif = b"II*\0\x08\0\0\0".to_vec();
        exif.extend(2_u16.to_le_bytes());
        for (tag, value) in [(0x0112_u16, 6_u32), (0x8825, 0xdead)] {
            exif.extend(tag.to_le_bytes());
            exif.extend(3_u16.to_le_bytes());
            exif.extend(1_u32.to_le_bytes());
            exif.extend(value.to_le_bytes());
        }
        exif.extend(0_u32.to_le_bytes());
        exif.extend(b"SOMEWHERE IN FUTIAN");
        exif
    }

    /// Red at its left, blue at its right.
    fn photo() -> RgbImage {
        RgbImage::from_fn(800, 600, |x, _| if x < 400 { Rgb([200, 0, 0]) } else { Rgb([0, 0, 200]) })
    }

    #[test]
    fn a_photo_is_turned_upright_and_says_nothing_else() {
        let mut jpeg = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut jpeg, 90);
        encoder.set_exif_metadata(exif()).unwrap();
        let photo = photo();
        encoder.write_image(photo.as_raw(), 800, 600, ExtendedColorType::Rgb8).unwrap();
        let holds = |bytes: &[u8], word: &[u8]| bytes.windows(word.len()).any(|part| part == word);
        assert!(holds(&jpeg, b"SOMEWHERE"), "the phone wrote where it was");
        let taken = take_in(&jpeg).unwrap();
        assert!(!holds(&taken, b"SOMEWHERE") && !holds(&taken, b"Exif"), "nobody is told");
        let upright = image::load_from_memory(&taken).unwrap().into_rgb8();
        assert_eq!(upright.dimensions(), (600, 800));
        let (top, bottom) = (upright.get_pixel(300, 100), upright.get_pixel(300, 700));
        assert!(top.0[0] > 150 && bottom.0[2] > 150, "{top:?} above {bottom:?}");
    }

    #[test]
    fn a_large_picture_becomes_a_page() {
        let mut png = Vec::new();
        let large = RgbImage::from_fn(4000, 3000, |x, y| Rgb([(x % 251) as u8, (y % 241) as u8, 90]));
        let encoder = PngEncoder::new(&mut png);
        encoder.write_image(large.as_raw(), 4000, 3000, ExtendedColorType::Rgb8).unwrap();
        let taken = take_in(&png).unwrap();
        assert!(taken.len() <= MOST_BYTES_ON_THE_WAY);
        assert_eq!(image::load_from_memory(&taken).unwrap().width(), 1754);
    }

    /// The beginning of a PNG that promises so many pixels.
    fn promise(width: u32, height: u32) -> Vec<u8> {
        let mut png = Vec::new();
        let one = RgbImage::new(1, 1);
        PngEncoder::new(&mut png).write_image(one.as_raw(), 1, 1, ExtendedColorType::Rgb8).unwrap();
        png[16..20].copy_from_slice(&width.to_be_bytes());
        png[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = crc(&png[12..29]);
        png[29..33].copy_from_slice(&sum.to_be_bytes());
        png
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |sum, byte| {
            (0..8)
                .fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
        })
    }

    #[test]
    fn what_is_no_picture_is_refused_before_it_costs_anything() {
        assert_eq!(take_in(&promise(60_000, 60_000)), Err(PictureFault::TooLarge));
        assert_eq!(take_in(&promise(100, 5_000)), Err(PictureFault::TooSmall));
        assert_eq!(take_in(&promise(500, 500)), Err(PictureFault::NotAPicture), "its pixels never come");
        assert_eq!(take_in(&vec![0xff; MAX_UPLOAD_BYTES + 1]), Err(PictureFault::TooLarge));
        for bytes in [&b""[..], b"GIF89a", b"\xff\xd8\xff\xe0", b"%PDF-1.7", b"<svg/>"] {
            assert_eq!(take_in(bytes), Err(PictureFault::NotAPicture), "{bytes:?}");
        }
    }
}
