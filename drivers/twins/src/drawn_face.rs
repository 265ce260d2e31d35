//! A face that nobody has: drawn by numbers, for the demo's card of somebody else.
//!
//! Soft shading and the usual proportions, so that a face detector takes it for a face.

use image::{Rgb, RgbImage};

/// Width and height of the drawing.
pub const SIZE: (u32, u32) = (408, 504);

/// A soft ellipse: how much of it covers a point, 0 to 1.
fn cover(x: f32, y: f32, centre: (f32, f32), radius: (f32, f32), soft: f32) -> f32 {
    let (dx, dy) = ((x - centre.0) / radius.0, (y - centre.1) / radius.1);
    let distance = (dx * dx + dy * dy).sqrt();
    ((1.0 - distance) / soft + 0.5).clamp(0.0, 1.0)
}

type Colour = [f32; 3];

fn mix(under: Colour, over: Colour, share: f32) -> Colour {
    std::array::from_fn(|n| {
        let (under, over) = (under.get(n).copied().unwrap_or(0.0), over.get(n).copied().unwrap_or(0.0));
        under + (over - under) * share
    })
}

const WALL: Colour = [232.0, 236.0, 240.0];
const SHIRT: Colour = [58.0, 72.0, 104.0];
const SKIN: Colour = [222.0, 180.0, 150.0];
const SHADE: Colour = [176.0, 128.0, 102.0];
const HAIR: Colour = [34.0, 28.0, 26.0];
const WHITE: Colour = [240.0, 238.0, 234.0];
const IRIS: Colour = [46.0, 32.0, 26.0];
const LIPS: Colour = [168.0, 88.0, 82.0];

/// Draws the face.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixels"
)]
pub fn draw() -> RgbImage {
    RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
        let colour = colour_at(x as f32, y as f32);
        Rgb(colour.map(|part| part.round().clamp(0.0, 255.0) as u8))
    })
}

fn colour_at(x: f32, y: f32) -> Colour {
    let mut colour = WALL;
    let mut lay = |over, share: f32| colour = mix(colour, over, share.clamp(0.0, 1.0));
    // Hair behind, neck, shoulders.
    lay(HAIR, cover(x, y, (204.0, 200.0), (128.0, 150.0), 0.05));
    lay(SHADE, cover(x, y, (204.0, 380.0), (52.0, 90.0), 0.08));
    lay(SHIRT, cover(x, y, (204.0, 560.0), (210.0, 150.0), 0.04));
    // Ears, then the face, darker towards its edge and the light from the left.
    for ear in [96.0, 312.0] {
        lay(SHADE, cover(x, y, (ear, 256.0), (16.0, 34.0), 0.2));
    }
    lay(SKIN, cover(x, y, (204.0, 250.0), (108.0, 142.0), 0.03));
    let inside = cover(x, y, (204.0, 250.0), (108.0, 142.0), 0.03);
    lay(SHADE, inside * (1.0 - cover(x, y, (190.0, 246.0), (112.0, 146.0), 0.5)) * 0.9);
    // Fringe.
    lay(
        HAIR,
        cover(x, y, (204.0, 128.0), (112.0, 52.0), 0.12)
            * (1.0 - cover(x, y, (214.0, 190.0), (96.0, 50.0), 0.2)),
    );
    for eye in [156.0, 252.0] {
        lay(SHADE, cover(x, y, (eye, 228.0), (38.0, 24.0), 1.1) * 0.55);
        lay(HAIR, cover(x, y, (eye, 202.0 + (x - eye).abs() * 0.12), (32.0, 6.5), 0.4) * 0.9);
        lay(HAIR, cover(x, y, (eye, 229.0), (25.0, 12.5), 0.2));
        lay(WHITE, cover(x, y, (eye, 232.0), (22.0, 9.0), 0.2));
        lay(IRIS, cover(x, y, (eye, 231.0), (10.0, 10.0), 0.2));
        lay(WHITE, cover(x, y, (eye - 3.5, 227.5), (2.6, 2.6), 0.4));
    }
    // Nose: its shaded side, its tip and nostrils.
    lay(SHADE, cover(x, y, (217.0, 262.0), (9.0, 40.0), 1.2) * 0.6);
    lay(SHADE, cover(x, y, (204.0, 300.0), (27.0, 12.0), 0.9) * 0.7);
    lay(WHITE, cover(x, y, (201.0, 286.0), (9.0, 9.0), 1.4) * 0.35);
    for nostril in [192.0, 216.0] {
        lay(HAIR, cover(x, y, (nostril, 303.0), (6.0, 3.2), 0.6) * 0.75);
    }
    // Mouth: two lips and the line between.
    lay(LIPS, cover(x, y, (204.0, 337.0), (40.0, 9.0), 0.35));
    lay(LIPS, cover(x, y, (204.0, 346.0), (33.0, 12.0), 0.35));
    lay(HAIR, cover(x, y, (204.0, 340.0), (38.0, 2.2), 0.6) * 0.7);
    lay(SHADE, cover(x, y, (204.0, 366.0), (24.0, 6.0), 1.2) * 0.6);
    // Cheeks.
    for cheek in [142.0, 266.0] {
        lay(LIPS, cover(x, y, (cheek, 300.0), (34.0, 26.0), 1.6) * 0.16);
    }
    colour
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_face_is_skin_in_the_middle_and_wall_at_the_edge() {
        let face = super::draw();
        assert_eq!(face.get_pixel(2, 2).0, [232, 236, 240]);
        let cheek = face.get_pixel(170, 280).0;
        assert!(cheek[0] > cheek[1] && cheek[1] > cheek[2]);
    }
}
