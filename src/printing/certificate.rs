//! A certificate (证明) as a page of A4: what it says, whom it names, and how anyone checks it. A value becomes a PDF; knows
//! no printer.

use crate::journey::Certificate;
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
const A4: (f32, f32) = (595.28, 841.89);
/// Left and right of the text.
const MARGIN: f32 = 72.0;
/// Where values begin.
const VALUES: f32 = 190.0;
/// Where the foot begins: what a certificate says has to end above it.
const FOOT: f32 = A4.1 - 188.0;
/// The side of the code by which it is checked: 28 mm.
const CODE: f32 = 80.0;

const REGULAR: &[u8] = include_bytes!("../../ui/fonts/NotoSansSC-Regular.otf");
const BOLD: &[u8] = include_bytes!("../../ui/fonts/NotoSansSC-Bold.otf");

/// Why there is no page.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateFault {
    /// A name holds a character that the terminal's fonts do not have. Nobody gets a certificate with a hole in it.
    #[error("the fonts lack a character of the certificate: it is printed at a window")]
    Character,
    /// More than a page takes.
    #[error("the certificate says more than a page takes: it is printed at a window")]
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

/// Lays a certificate out on a page. `verify_at` is the page on which anyone checks a code; none where the city has given
/// none.
pub fn page(certificate: &Certificate, verify_at: Option<&str>) -> Result<Secret<Vec<u8>>, CertificateFault> {
    let Some(fonts) = FONTS.as_ref() else { return Err(CertificateFault::Pdf("no font".to_owned())) };
    let mut document = Document::new();
    let Some(settings) = PageSettings::from_wh(A4.0, A4.1) else {
        return Err(CertificateFault::Pdf("no page".to_owned()));
    };
    let mut page = document.start_page_with(settings);
    Pen { surface: page.surface(), fonts, y: 130.0 }.certificate(certificate, verify_at)?;
    page.finish();
    let bytes = document.finish().map_err(|fault| CertificateFault::Pdf(format!("{fault:?}")))?;
    Ok(Secret::new(bytes))
}

/// The label by which made-up answers say what they are.
const SAMPLE: &str = "样例数据";

/// Writes down the page.
struct Pen<'a> {
    surface: Surface<'a>,
    fonts: &'a Fonts,
    y: f32,
}

impl Pen<'_> {
    fn certificate(
        mut self,
        certificate: &Certificate,
        verify_at: Option<&str>,
    ) -> Result<(), CertificateFault> {
        if certificate.lines.iter().any(|line| line.label == SAMPLE) {
            self.across(SAMPLE)?;
        }
        self.centred(&certificate.title, 24.0)?;
        self.y += 54.0;
        self.pair("姓名", certificate.holder.expose())?;
        self.pair("公民身份号码", certificate.number.expose())?;
        for line in &certificate.lines {
            self.pair(&line.label, line.value.expose())?;
        }
        self.y += 40.0;
        self.right(&certificate.issuer)?;
        let day = certificate.issued_on;
        self.right(&format!("{}年{}月{}日", day.year(), day.month(), day.day()))?;
        if self.y > FOOT {
            return Err(CertificateFault::TooLong);
        }
        self.foot(certificate, verify_at)
    }

    fn write(
        &mut self,
        (x, y): (f32, f32),
        size: f32,
        text: &str,
        is_bold: bool,
    ) -> Result<(), CertificateFault> {
        if !text.chars().all(has_glyph) {
            return Err(CertificateFault::Character);
        }
        let font = if is_bold { &self.fonts.bold } else { &self.fonts.regular };
        let place = Point::from_xy(x, y);
        self.surface.draw_text(place, font.clone(), size, text, false, TextDirection::LeftToRight);
        Ok(())
    }

    fn ink(&mut self, shade: u8) {
        let paint = rgb::Color::new(shade, shade, shade).into();
        self.surface.set_fill(Some(Fill { paint, opacity: NormalizedF32::ONE, rule: FillRule::default() }));
    }

    fn centred(&mut self, text: &str, size: f32) -> Result<(), CertificateFault> {
        self.ink(0);
        // A long name of a service stands on as many lines as it needs.
        for line in broken(text, size, A4.0 - 2.0 * MARGIN) {
            self.write(((A4.0 - width(&line, size)) / 2.0, self.y), size, &line, true)?;
            self.y += size * 1.5;
        }
        Ok(())
    }

    fn pair(&mut self, label: &str, value: &str) -> Result<(), CertificateFault> {
        const SIZE: f32 = 13.0;
        self.write((MARGIN, self.y), SIZE, label, true)?;
        for line in broken(value, SIZE, A4.0 - MARGIN - VALUES) {
            self.write((VALUES, self.y), SIZE, &line, false)?;
            self.y += SIZE * 1.9;
        }
        Ok(())
    }

    fn right(&mut self, text: &str) -> Result<(), CertificateFault> {
        const SIZE: f32 = 13.0;
        self.write((A4.0 - MARGIN - width(text, SIZE), self.y), SIZE, text, false)?;
        self.y += SIZE * 1.9;
        Ok(())
    }

    /// What it is if it is not real, across the whole page and behind everything.
    fn across(&mut self, text: &str) -> Result<(), CertificateFault> {
        const SIZE: f32 = 110.0;
        let (x, y) = (A4.0 / 2.0, A4.1 / 2.0);
        self.ink(228);
        self.surface.push_transform(&Transform::from_rotate_at(-45.0, x, y));
        let written = self.write((x - width(text, SIZE) / 2.0, y + SIZE / 3.0), SIZE, text, true);
        self.surface.pop();
        written
    }

    /// The code, and how it is checked.
    fn foot(&mut self, certificate: &Certificate, verify_at: Option<&str>) -> Result<(), CertificateFault> {
        const SIZE: f32 = 10.0;
        let top = FOOT + 18.0;
        self.rule(FOOT);
        let code = certificate.check_code.expose();
        let target = verify_at.map_or_else(|| code.clone(), |page| format!("{page}/{code}"));
        self.code(&target, (MARGIN, top))?;
        self.ink(0);
        let x = MARGIN + CODE + 20.0;
        let how = match verify_at {
            Some(page) => format!("扫码，或在 {page} 输入核验码，可核对本证明的真伪。"),
            None => "在市政务服务网的核验页输入核验码，可核对本证明的真伪。".to_owned(),
        };
        let mut lines = vec![format!("核验码：{code}"), format!("办件编号：{}", certificate.case)];
        lines.extend(broken(&how, SIZE, A4.0 - MARGIN - x));
        lines.push("由福田区 24 小时自助政务终端打印。".to_owned());
        let mut y = top + 14.0;
        for line in lines {
            self.write((x, y), SIZE, &line, false)?;
            y += SIZE * 1.8;
        }
        Ok(())
    }

    fn rule(&mut self, y: f32) {
        let mut path = PathBuilder::new();
        path.move_to(MARGIN, y);
        path.line_to(A4.0 - MARGIN, y);
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(Stroke {
            paint: rgb::Color::new(150, 150, 150).into(),
            width: 0.7,
            ..Stroke::default()
        }));
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
        self.surface.set_stroke(None);
    }

    fn code(&mut self, text: &str, (left, top): (f32, f32)) -> Result<(), CertificateFault> {
        let pdf = |fault: &dyn std::fmt::Display| CertificateFault::Pdf(fault.to_string());
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
}

/// Whether the fonts have it: the characters of GB 2312, Latin letters and signs (see `ui/fonts/cut-fonts.sh`).
fn has_glyph(c: char) -> bool {
    MEASURE.as_ref().is_some_and(|font| font.glyph_id(c).0 != 0)
}

/// How wide a text is.
fn width(text: &str, size: f32) -> f32 {
    let Some(font) = MEASURE.as_ref() else { return 0.0 };
    let units = font.units_per_em().unwrap_or(1_000.0);
    text.chars().map(|c| font.h_advance_unscaled(font.glyph_id(c)) * size / units).sum()
}

/// A text in lines that are no wider than so much. None begins with a sign that closes (标点避头): such a one hangs over.
fn broken(text: &str, size: f32, most: f32) -> Vec<String> {
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
    use contract::message::AnswerLine;
    use jiff::civil::date;

    const CHECK: Option<&str> = Some("https://central.example/verify");

    fn certificate(holder: &str, lines: &[(&str, &str)]) -> Certificate {
        let line = |(label, value): &(&str, &str)| AnswerLine {
            label: (*label).to_owned(),
            value: Secret::from(*value),
        };
        Certificate {
            title: "无犯罪记录证明（本人申请开具）".to_owned(),
            holder: holder.into(),
            number: "440304199001010011".into(),
            lines: lines.iter().map(line).collect(),
            issuer: "深圳市公安局（户政管理）".to_owned(),
            case: "440304 20261123 0000001 7".to_owned(),
            check_code: "ABCD-EFGH-JKLM".into(),
            issued_on: date(2026, 11, 23),
            copies: 1,
        }
    }

    #[test]
    fn a_page_carries_only_the_characters_that_it_needs() {
        let page = page(&certificate("陈小福", &[("核查结果", "未发现异常记录")]), CHECK).unwrap();
        assert!(page.expose().starts_with(b"%PDF-"));
        assert!(page.expose().len() < 120_000, "{} bytes: the whole font is in it", page.expose().len());
    }

    #[test]
    fn nobody_gets_a_certificate_with_a_hole_in_the_name() {
        assert_eq!(page(&certificate("陈𬎆", &[]), None), Err(CertificateFault::Character));
    }

    #[test]
    fn what_does_not_fit_above_the_foot_is_no_page() {
        let with = |lines: &[(&str, &str)]| page(&certificate("陈小福", lines), CHECK).map(drop);
        assert_eq!(with(&[("项目", "内容"); 8]), Ok(()));
        assert_eq!(with(&[("项目", "内容"); 20]), Err(CertificateFault::TooLong));
        let long = "长".repeat(600);
        assert_eq!(with(&[("项目", &long)]), Err(CertificateFault::TooLong), "lines that are broken count");
    }

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
