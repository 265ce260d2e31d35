//! A page of A4 to write on: text in the terminal's fonts, rules, shades, codes; what is written becomes a PDF. Knows nothing of what
//! stands on it, and no printer.

use ab_glyph::{Font as _, FontRef};
use contract::Secret;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect, Transform};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, Stroke};
use krilla::surface::Surface;
use krilla::text::{Font, TextDirection};
use krilla::{Data, Document};
use qrcode::{Color, EcLevel, QrCode};
use std::sync::{Arc, LazyLock};

/// Points of a page (ISO 216 A4 at 72 to the inch).
pub(super) const A4: (f32, f32) = (595.28, 841.89);
/// Left and right of the text.
pub(super) const MARGIN: f32 = 72.0;
/// Where values begin.
const VALUES: f32 = 190.0;
/// The side of a code: 28 mm.
pub(super) const CODE: f32 = 80.0;

const REGULAR: &[u8] = include_bytes!("../../ui/fonts/NotoSansSC-Regular.otf");
const BOLD: &[u8] = include_bytes!("../../ui/fonts/NotoSansSC-Bold.otf");

/// Why there is no page.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageFault {
    /// A name holds a character that the terminal's fonts do not have. Nobody gets a certificate with a hole in it.
    #[error("the fonts lack a character of the page: it is printed at a window")]
    Character,
    /// More than a page takes.
    #[error("there is more to say than a page takes: it is printed at a window")]
    TooLong,
    /// The page can't be made.
    #[error("the page can't be made: {0}")]
    Pdf(String),
}

struct Fonts {
    regular: Font,
    bold: Font,
}

static FONTS: LazyLock<Option<Fonts>> = LazyLock::new(|| {
    let font = |bytes: &'static [u8]| Font::new(Data::from(Arc::new(bytes.to_vec())), 0);
    Some(Fonts { regular: font(REGULAR)?, bold: font(BOLD)? })
});

/// The regular font, to measure by: the bold one is as wide where it is Chinese.
static MEASURE: LazyLock<Option<FontRef<'_>>> = LazyLock::new(|| FontRef::try_from_slice(REGULAR).ok());

/// A page, and what is written on it.
pub(super) fn written(
    write: impl FnOnce(Pen<'_>) -> Result<(), PageFault>,
) -> Result<Secret<Vec<u8>>, PageFault> {
    let Some(fonts) = FONTS.as_ref() else { return Err(PageFault::Pdf("no font".to_owned())) };
    let mut document = Document::new();
    let Some(settings) = PageSettings::from_wh(A4.0, A4.1) else {
        return Err(PageFault::Pdf("no page".to_owned()));
    };
    let mut page = document.start_page_with(settings);
    write(Pen { surface: page.surface(), fonts, y: 130.0 })?;
    page.finish();
    let bytes = document.finish().map_err(|fault| PageFault::Pdf(format!("{fault:?}")))?;
    Ok(Secret::new(bytes))
}

/// Writes down the page.
pub(super) struct Pen<'a> {
    surface: Surface<'a>,
    fonts: &'a Fonts,
    /// Where the next line stands, from the top.
    pub(super) y: f32,
}

impl Pen<'_> {
    pub(super) fn write(
        &mut self,
        (x, y): (f32, f32),
        size: f32,
        text: &str,
        is_bold: bool,
    ) -> Result<(), PageFault> {
        if !text.chars().all(has_glyph) {
            return Err(PageFault::Character);
        }
        let font = if is_bold { &self.fonts.bold } else { &self.fonts.regular };
        let place = Point::from_xy(x, y);
        self.surface.draw_text(place, font.clone(), size, text, false, TextDirection::LeftToRight);
        Ok(())
    }

    pub(super) fn ink(&mut self, shade: u8) {
        let paint = rgb::Color::new(shade, shade, shade).into();
        self.surface.set_fill(Some(Fill { paint, opacity: NormalizedF32::ONE, rule: FillRule::default() }));
    }

    pub(super) fn centred(&mut self, text: &str, size: f32) -> Result<(), PageFault> {
        self.ink(0);
        // A long name of a service stands on as many lines as it needs.
        for line in broken(text, size, A4.0 - 2.0 * MARGIN) {
            self.write(((A4.0 - width(&line, size)) / 2.0, self.y), size, &line, true)?;
            self.y += size * 1.5;
        }
        Ok(())
    }

    pub(super) fn pair(&mut self, label: &str, value: &str) -> Result<(), PageFault> {
        const SIZE: f32 = 13.0;
        self.write((MARGIN, self.y), SIZE, label, true)?;
        for line in broken(value, SIZE, A4.0 - MARGIN - VALUES) {
            self.write((VALUES, self.y), SIZE, &line, false)?;
            self.y += SIZE * 1.9;
        }
        Ok(())
    }

    pub(super) fn right(&mut self, text: &str) -> Result<(), PageFault> {
        const SIZE: f32 = 13.0;
        self.write((A4.0 - MARGIN - width(text, SIZE), self.y), SIZE, text, false)?;
        self.y += SIZE * 1.9;
        Ok(())
    }

    /// What it is if it is not real, across the whole page and behind everything.
    pub(super) fn across(&mut self, text: &str) -> Result<(), PageFault> {
        const SIZE: f32 = 110.0;
        let (x, y) = (A4.0 / 2.0, A4.1 / 2.0);
        self.ink(228);
        self.surface.push_transform(&Transform::from_rotate_at(-45.0, x, y));
        let written = self.write((x - width(text, SIZE) / 2.0, y + SIZE / 3.0), SIZE, text, true);
        self.surface.pop();
        written
    }

    pub(super) fn rule(&mut self, y: f32) {
        let mut path = PathBuilder::new();
        path.move_to(MARGIN, y);
        path.line_to(A4.0 - MARGIN, y);
        self.stroke(path, 150);
    }

    fn stroke(&mut self, path: PathBuilder, shade: u8) {
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(Stroke {
            paint: rgb::Color::new(shade, shade, shade).into(),
            width: 0.7,
            ..Stroke::default()
        }));
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
        self.surface.set_stroke(None);
    }

    pub(super) fn code(&mut self, text: &str, (left, top): (f32, f32)) -> Result<(), PageFault> {
        let pdf = |fault: &dyn std::fmt::Display| PageFault::Pdf(fault.to_string());
        let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|fault| pdf(&fault))?;
        let side = u16::try_from(code.width()).map_err(|fault| pdf(&fault))?;
        let module = CODE / f32::from(side);
        let mut path = PathBuilder::new();
        for row in 0..side {
            for column in 0..side {
                if code[(usize::from(column), usize::from(row))] == Color::Dark {
                    let at = (left + f32::from(column) * module, top + f32::from(row) * module);
                    if let Some(square) = Rect::from_xywh(at.0, at.1, module, module) {
                        path.push_rect(square);
                    }
                }
            }
        }
        self.ink(0);
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
        Ok(())
    }

    /// A frame along the edges of what any printer prints: 6 mm from those of the paper.
    pub(super) fn frame(&mut self) {
        const EDGE: f32 = 17.0;
        let mut path = PathBuilder::new();
        if let Some(edge) = Rect::from_ltrb(EDGE, EDGE, A4.0 - EDGE, A4.1 - EDGE) {
            path.push_rect(edge);
        }
        self.stroke(path, 0);
    }

    /// Squares from black to nearly white.
    pub(super) fn shades(&mut self) {
        const SIDE: f32 = 48.0;
        let mut left = MARGIN;
        for shade in [0, 64, 128, 176, 208, 232, 246] {
            self.ink(shade);
            let mut path = PathBuilder::new();
            if let Some(square) = Rect::from_xywh(left, self.y, SIDE, SIDE) {
                path.push_rect(square);
            }
            if let Some(path) = path.finish() {
                self.surface.draw_path(&path);
            }
            left += SIDE + 16.0;
        }
        self.ink(0);
        self.y += SIDE;
    }
}

/// Whether the fonts have it: the characters of GB 2312, Latin letters and signs (see `ui/fonts/cut-fonts.sh`).
fn has_glyph(c: char) -> bool {
    MEASURE.as_ref().is_some_and(|font| font.glyph_id(c).0 != 0)
}

/// How wide a text is.
pub(super) fn width(text: &str, size: f32) -> f32 {
    let Some(font) = MEASURE.as_ref() else { return 0.0 };
    let units = font.units_per_em().unwrap_or(1_000.0);
    text.chars().map(|c| font.h_advance_unscaled(font.glyph_id(c)) * size / units).sum()
}

/// A text in lines that are no wider than so much. None begins with a sign that closes (标点避头): such a one hangs over.
pub(super) fn broken(text: &str, size: f32, most: f32) -> Vec<String> {
    let mut lines = vec![String::new()];
    for c in text.chars() {
        if let Some(line) = lines.last_mut()
            && ("，。、；：！？）》”".contains(c)
                || width(line, size) + width(c.encode_utf8(&mut [0; 4]), size) <= most)
        {
            line.push(c);
            continue;
        }
        lines.push(c.to_string());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_broken_and_nothing_of_it_is_lost() {
        let text = "一二三四五六七八九十".repeat(9);
        let lines = broken(&text, 13.0, 330.0);
        assert_eq!(lines.concat(), text);
        let closed = broken("一二三四。", 10.0, 40.0);
        assert_eq!(closed, ["一二三四。"], "no line begins with a stop");
        assert!(lines.len() > 3 && lines.iter().all(|line| width(line, 13.0) <= 330.0));
    }
}
