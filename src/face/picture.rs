//! A picture and views of it, as numbers for a net. Everything that shows a person is wiped when it is dropped.

use zeroize::Zeroizing;

/// Red, green and blue of each pixel, row by row; somebody else's memory.
#[derive(Clone, Copy)]
pub(super) struct Picture<'a> {
    pub(super) width: usize,
    pub(super) height: usize,
    rgb: &'a [u8],
}

/// Wider or higher than any camera of ours.
const MOST_PIXELS: u32 = 8192;

impl<'a> Picture<'a> {
    /// `None`: the sizes and the bytes don't fit, or there is nothing to see.
    pub(super) fn new(width: u32, height: u32, rgb: &'a [u8]) -> Option<Self> {
        if width == 0 || height == 0 || width > MOST_PIXELS || height > MOST_PIXELS {
            return None;
        }
        let (width, height) = (usize::try_from(width).ok()?, usize::try_from(height).ok()?);
        (rgb.len() == width * height * 3).then_some(Self { width, height, rgb })
    }

    /// A pixel; outside of the picture it is black.
    pub(super) fn pixel(&self, x: isize, y: isize) -> [f32; 3] {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return [0.0; 3] };
        if x >= self.width || y >= self.height {
            return [0.0; 3];
        }
        let at = (y * self.width + x) * 3;
        match self.rgb.get(at..at + 3) {
            Some([red, green, blue]) => [f32::from(*red), f32::from(*green), f32::from(*blue)],
            _ => [0.0; 3],
        }
    }

    fn row(&self, y: usize) -> &'a [u8] {
        self.rgb.get(y * self.width * 3..(y + 1) * self.width * 3).unwrap_or_default()
    }

    /// How bright the picture is, of 255, looked at in every 61st pixel.
    #[expect(clippy::cast_precision_loss, reason = "a mean")]
    pub(super) fn brightness(&self) -> f32 {
        let (sum, count) = self
            .rgb
            .as_chunks::<3>()
            .0
            .iter()
            .step_by(61)
            .fold((0_u32, 0_u32), |(sum, count), pixel| (sum + u32::from(pixel[1]), count + 1));
        sum as f32 / count.max(1) as f32
    }
}

/// Three planes of numbers 0 to 255, as nets want them.
pub(super) struct Planes {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) values: Zeroizing<Vec<f32>>,
}

impl Planes {
    /// All black.
    pub(super) fn black(width: usize, height: usize) -> Self {
        Self { width, height, values: Zeroizing::new(vec![0.0; width * height * 3]) }
    }

    /// The planes, each for writing.
    pub(super) fn planes_mut(&mut self) -> [&mut [f32]; 3] {
        let size = self.width * self.height;
        let (first, rest) = self.values.split_at_mut(size);
        let (second, third) = rest.split_at_mut(size);
        [first, second, third]
    }
}

/// A part of a picture at a size of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    /// The part's corner, in pixels of the picture; may lie outside.
    pub(super) left: f32,
    pub(super) top: f32,
    /// Pixels of the picture to one of the view.
    pub(super) step: f32,
    /// In pixels of the view.
    pub(super) width: usize,
    pub(super) height: usize,
}

/// One pixel of the picture and how much it counts.
type Taps = Vec<Vec<(usize, f32)>>;

impl View {
    /// What the view shows: blue, green, red, black to the right and below up to a multiple of `pad`. Many pixels
    /// are averaged into one, few are interpolated; at `step` 1 they are the picture's own.
    pub(super) fn take(self, picture: Picture<'_>, pad: usize) -> Planes {
        let columns = taps(self.left, self.step, self.width, picture.width);
        let rows = taps(self.top, self.step, self.height, picture.height);
        let mut planes = Planes::black(self.width.next_multiple_of(pad), self.height.next_multiple_of(pad));
        let width = planes.width;
        let [blue, green, red] = planes.planes_mut();
        let mut line = Zeroizing::new(vec![[0.0_f32; 3]; picture.width]);
        let outputs =
            red.chunks_exact_mut(width).zip(green.chunks_exact_mut(width)).zip(blue.chunks_exact_mut(width));
        for (taps, ((red, green), blue)) in rows.iter().zip(outputs) {
            if taps.is_empty() {
                continue;
            }
            line.fill([0.0; 3]);
            for (y, weight) in taps {
                for (sum, pixel) in line.iter_mut().zip(picture.row(*y).as_chunks::<3>().0) {
                    sum[0] += weight * f32::from(pixel[0]);
                    sum[1] += weight * f32::from(pixel[1]);
                    sum[2] += weight * f32::from(pixel[2]);
                }
            }
            for (taps, ((red, green), blue)) in columns.iter().zip(red.iter_mut().zip(green).zip(blue)) {
                for (x, weight) in taps {
                    if let Some(pixel) = line.get(*x) {
                        *red += weight * pixel[0];
                        *green += weight * pixel[1];
                        *blue += weight * pixel[2];
                    }
                }
            }
        }
        planes
    }
}

/// Which pixels of a line make each pixel of the view: a triangle as wide as one of the coarser pixels. A place
/// outside of the picture gets none.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places within a picture of at most 8192 pixels; casts of floats saturate"
)]
fn taps(start: f32, step: f32, length: usize, limit: usize) -> Taps {
    let reach = step.max(1.0);
    let end = limit as f32 - 0.5;
    (0..length)
        .map(|place| {
            let centre = (place as f32 + 0.5).mul_add(step, start) - 0.5;
            if !(-0.5..=end).contains(&centre) {
                return Vec::new();
            }
            let first = (centre - reach).ceil().max(0.0) as usize;
            let last = ((centre + reach).floor() as usize).min(limit - 1);
            let mut taps: Vec<_> = (first..=last)
                .map(|x| (x, 1.0 - (x as f32 - centre).abs() / reach))
                .filter(|(_, weight)| *weight > 1e-4)
                .collect();
            let sum: f32 = taps.iter().map(|(_, weight)| weight).sum();
            for (_, weight) in &mut taps {
                *weight /= sum;
            }
            taps
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_that_lie_are_no_picture() {
        assert!(Picture::new(2, 2, &[0; 12]).is_some());
        for (width, height, bytes) in [(2, 2, 11), (0, 2, 0), (2, 0, 0), (u32::MAX, u32::MAX, 3), (2, 3, 12)]
        {
            assert!(Picture::new(width, height, &vec![0; bytes]).is_none());
        }
    }

    #[test]
    fn a_view_at_step_one_is_the_picture_itself_padded_black() {
        let rgb: Vec<u8> = (0..18).collect();
        let picture = Picture::new(3, 2, &rgb).unwrap();
        let planes = View { left: 0.0, top: 0.0, step: 1.0, width: 3, height: 2 }.take(picture, 4);
        assert_eq!((planes.width, planes.height), (4, 4));
        let blue = &planes.values[..16];
        assert_eq!(blue, [2., 5., 8., 0., 11., 14., 17., 0., 0., 0., 0., 0., 0., 0., 0., 0.]);
    }

    #[test]
    fn a_coarse_view_averages_and_a_grey_picture_stays_grey() {
        let picture_bytes = vec![120; 40 * 30 * 3];
        let picture = Picture::new(40, 30, &picture_bytes).unwrap();
        let planes = View { left: 0.0, top: 0.0, step: 2.5, width: 16, height: 12 }.take(picture, 1);
        assert!(planes.values.iter().all(|value| (value - 120.0).abs() < 1e-3));
    }

    #[test]
    fn beyond_the_picture_it_is_black() {
        let picture_bytes = vec![200; 8 * 8 * 3];
        let picture = Picture::new(8, 8, &picture_bytes).unwrap();
        let planes = View { left: -4.0, top: -4.0, step: 1.0, width: 16, height: 16 }.take(picture, 1);
        let lit = planes.values.iter().filter(|value| **value > 0.0).count();
        assert_eq!(lit, 8 * 8 * 3);
    }
}
