//! Letters as dots: 12 x 24 for ASCII, 24 x 24 for a Chinese character, from an outline font.

use ab_glyph::{Font, FontVec, PxScale, ScaleFont, point};
use std::collections::HashMap;
use std::path::Path;

/// Height of every letter in dots.
pub const HEIGHT: usize = 24;

/// A letter's dots, row by row.
pub type Dots = Vec<Vec<bool>>;

/// The printer's letters.
pub struct Letters {
    font: FontVec,
    drawn: HashMap<char, Dots>,
}

impl Letters {
    /// Reads a font file.
    pub fn read(path: &Path) -> Result<Self, String> {
        let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let font = FontVec::try_from_vec(bytes).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self { font, drawn: HashMap::new() })
    }

    /// Width of a letter in dots.
    pub fn width(letter: char) -> usize {
        if letter.is_ascii() { 12 } else { 24 }
    }

    /// The dots of a letter; drawn once.
    pub fn dots(&mut self, letter: char) -> Dots {
        if let Some(dots) = self.drawn.get(&letter) {
            return dots.clone();
        }
        let dots = self.draw(letter);
        self.drawn.insert(letter, dots.clone());
        dots
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "dots"
    )]
    fn draw(&self, letter: char) -> Dots {
        let width = Self::width(letter);
        let mut dots = vec![vec![false; width]; HEIGHT];
        // One em is a little more than the height of the cell: Chinese letters leave a margin of their own.
        let scale =
            PxScale::from(self.font.height_unscaled() / self.font.units_per_em().unwrap_or(1000.0) * 23.0);
        let scaled = self.font.as_scaled(scale);
        let id = self.font.glyph_id(letter);
        let left = (width as f32 - scaled.h_advance(id)) / 2.0;
        let glyph = id.with_scale_and_position(scale, point(left, 20.5));
        if let Some(outline) = self.font.outline_glyph(glyph) {
            let bounds = outline.px_bounds();
            outline.draw(|x, y, coverage| {
                let (x, y) = (bounds.min.x + x as f32, bounds.min.y + y as f32);
                if coverage < 0.4 || x < 0.0 || y < 0.0 {
                    return;
                }
                if let Some(dot) = dots.get_mut(y as usize).and_then(|row| row.get_mut(x as usize)) {
                    *dot = true;
                }
            });
        }
        dots
    }
}
