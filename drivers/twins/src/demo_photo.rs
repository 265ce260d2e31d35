//! The demo's photo format. It is **not WLT**, the format of real cards, and real decoders refuse it.
//!
//! Exactly 1024 bytes: the mark `BDYPHOT1`, then a lossy WebP file of 102 x 126 pixels, then zeros. It exists so that
//! the demo can show a portrait that went the whole way from a card to the screen without anybody's closed software.

use image::{ImageFormat, RgbImage};

/// What a demo photo begins with.
pub const MARK: &[u8; 8] = b"BDYPHOT1";
/// Bytes of a photo, with the mark.
pub const BYTES: usize = 1024;
/// Width and height in pixels.
pub const SIZE: (u32, u32) = (102, 126);

/// Why there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The mark is missing, or it isn't 1024 bytes.
    NotAPhoto,
    /// The mark is there and what follows is broken.
    Broken,
}

/// Makes a picture of a photo.
pub fn decode(photo: &[u8]) -> Result<RgbImage, Fault> {
    let webp = photo.strip_prefix(MARK).filter(|_| photo.len() == BYTES).ok_or(Fault::NotAPhoto)?;
    // A RIFF file says how long it is: 8 bytes and the number in them.
    let length = match webp {
        [b'R', b'I', b'F', b'F', a, b, c, d, ..] => u32::from_le_bytes([*a, *b, *c, *d]),
        _ => return Err(Fault::Broken),
    };
    let file = usize::try_from(length).ok().and_then(|length| webp.get(..length.checked_add(8)?));
    let picture = image::load_from_memory_with_format(file.ok_or(Fault::Broken)?, ImageFormat::WebP);
    let picture = picture.map_err(|_| Fault::Broken)?.into_rgb8();
    if picture.dimensions() == SIZE { Ok(picture) } else { Err(Fault::Broken) }
}

/// Makes a photo of a picture of the right size: as good as 1016 bytes can be.
#[cfg(feature = "encoder")]
pub fn encode(picture: &RgbImage) -> Result<Vec<u8>, String> {
    if picture.dimensions() != SIZE {
        return Err(format!("the picture must be {} x {}", SIZE.0, SIZE.1));
    }
    let best = (0..=100u8)
        .rev()
        .filter_map(|quality| {
            let mut config = webp::WebPConfig::new().ok()?;
            (config.quality, config.method, config.pass) = (f32::from(quality), 6, 10);
            (config.segments, config.filter_strength, config.filter_sharpness) = (4, 30, 0);
            webp::Encoder::from_rgb(picture.as_raw(), SIZE.0, SIZE.1).encode_advanced(&config).ok()
        })
        .find(|file| file.len() <= BYTES - MARK.len())
        .ok_or("no quality is low enough: the picture is too busy")?;
    let mut photo = MARK.to_vec();
    photo.extend_from_slice(&best);
    photo.resize(BYTES, 0);
    Ok(photo)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_demo_photo_is_told_from_a_broken_one() {
        assert_eq!(decode(&[0; BYTES]), Err(Fault::NotAPhoto));
        assert_eq!(decode(MARK), Err(Fault::NotAPhoto));
        let mut broken = MARK.to_vec();
        broken.resize(BYTES, 0);
        assert_eq!(decode(&broken), Err(Fault::Broken));
        broken.splice(8..16, *b"RIFF\xFF\xFF\xFF\xFF");
        assert_eq!(decode(&broken), Err(Fault::Broken));
    }
}
