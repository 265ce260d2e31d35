//! The paper: rows of dots, and beside them what a person reads there.

use super::glyphs::{Dots, Letters};
use image::{GrayImage, Luma};

/// Between two lines of text, in dots.
const LINE_GAP: usize = 6;
/// White paper around the picture, in dots.
const MARGIN: u32 = 24;

/// Paper since the last cut.
#[derive(Debug)]
pub struct Page {
    width: usize,
    rows: Vec<Vec<bool>>,
    text: String,
}

impl Page {
    /// Empty paper of so many printable dots.
    pub fn new(width: usize) -> Self {
        Self { width, rows: Vec::new(), text: String::new() }
    }

    /// Whether nothing has been printed on it.
    pub fn is_blank(&self) -> bool {
        self.rows.iter().all(|row| row.iter().all(|dot| !dot))
    }

    /// What was printed, as Unicode.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Feeds white paper.
    pub fn feed(&mut self, dots: usize) {
        self.rows.extend(std::iter::repeat_n(vec![false; self.width], dots));
    }

    /// Notes what cannot be read as letters.
    pub fn note(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// Prints a block of dots at an alignment (0 left, 1 centre, 2 right).
    pub fn print(&mut self, block: &[Vec<bool>], align: u8) {
        let width = block.iter().map(Vec::len).max().unwrap_or_default();
        let free = self.width.saturating_sub(width);
        let left = match align {
            1 => free / 2,
            2 => free,
            _ => 0,
        };
        for dots in block {
            let mut row = vec![false; self.width];
            for (place, dot) in row.iter_mut().skip(left).zip(dots) {
                *place = *dot;
            }
            self.rows.push(row);
        }
    }

    /// Prints a line of letters.
    pub fn print_line(&mut self, line: &[Letter], letters: &mut Letters, align: u8) {
        let height =
            line.iter().map(|letter| letter.dots(letters).len()).max().unwrap_or(super::glyphs::HEIGHT);
        let mut block: Dots = vec![Vec::new(); height];
        for letter in line {
            let dots = letter.dots(letters);
            let above = height - dots.len();
            let width = dots.first().map_or(0, Vec::len);
            for (at, row) in block.iter_mut().enumerate() {
                match at.checked_sub(above).and_then(|inside| dots.get(inside)) {
                    Some(dots) => row.extend(dots),
                    None => row.extend(std::iter::repeat_n(false, width)),
                }
            }
        }
        self.print(&block, align);
        self.feed(LINE_GAP);
        let text: String = line.iter().map(|letter| letter.character).collect();
        self.note(&text);
    }

    /// The paper as a picture.
    pub fn picture(&self) -> GrayImage {
        let (width, height) =
            (u32::try_from(self.width).unwrap_or(0), u32::try_from(self.rows.len()).unwrap_or(0));
        GrayImage::from_fn(width + 2 * MARGIN, height + 2 * MARGIN, |x, y| {
            let dot = x.checked_sub(MARGIN).zip(y.checked_sub(MARGIN)).and_then(|(x, y)| {
                self.rows.get(usize::try_from(y).ok()?)?.get(usize::try_from(x).ok()?).copied()
            });
            Luma([if dot == Some(true) { 0 } else { 255 }])
        })
    }
}

/// A letter with its style.
#[derive(Clone, Copy, Debug)]
pub struct Letter {
    /// Which.
    pub character: char,
    /// 1 to 8 times as wide.
    pub wide: usize,
    /// 1 to 8 times as high.
    pub high: usize,
    /// Dots are doubled to the right.
    pub emphasis: u8,
}

impl Letter {
    /// Width on the paper in dots.
    pub fn width(&self) -> usize {
        Letters::width(self.character) * self.wide
    }

    fn dots(&self, letters: &mut Letters) -> Dots {
        let mut dots = letters.dots(self.character);
        if self.emphasis & 1 == 1 {
            for row in &mut dots {
                let shifted: Vec<bool> = std::iter::once(false).chain(row.iter().copied()).collect();
                row.iter_mut().zip(shifted).for_each(|(dot, left)| *dot |= left);
            }
        }
        enlarge(&dots, self.wide, self.high)
    }
}

/// Every dot so many times as wide and as high.
pub fn enlarge(dots: &[Vec<bool>], wide: usize, high: usize) -> Dots {
    let row = |row: &Vec<bool>| -> Vec<bool> {
        row.iter().flat_map(|dot| std::iter::repeat_n(*dot, wide)).collect()
    };
    dots.iter().flat_map(|dots| std::iter::repeat_n(row(dots), high)).collect()
}
