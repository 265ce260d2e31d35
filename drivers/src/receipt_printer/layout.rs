//! Lines of the paper: a document cut to the columns of a printer before anything is sent.
//!
//! A line must never wrap at the printer. A character that takes two bytes in GB18030 takes two columns, one that
//! takes one byte takes one. Characters that would take four bytes are not in most printers' letters: each is
//! replaced by 〓 and counted (a picture of the line is later work). Control characters never reach the printer.

use super::document::{Align, Block, Document, Size, Weight};
use super::profile::Profile;
use encoding_rs::GB18030;
use std::fmt;
use std::iter::repeat_n;
use zeroize::{Zeroize, Zeroizing};

/// What stands for a character that the printer has no letter for.
const MISSING: char = '〓';
/// Never at the beginning of a line.
const CLOSING: &str = "，。、；：？！）》〉」』】〕％,.;:?!)]}%";
/// Between a label and its value.
const GAP: usize = 2;

/// One thing on the paper.
#[derive(PartialEq, Eq)]
pub enum Row {
    /// A line of text that fits.
    Text {
        /// The characters; all of them can be printed.
        text: Zeroizing<String>,
        /// Where.
        align: Align,
        /// How heavy.
        weight: Weight,
        /// How large.
        size: Size,
    },
    /// A QR code.
    Qr(Zeroizing<String>),
    /// Empty lines.
    Feed(u8),
    /// A cut.
    Cut,
}

/// What a receipt says is personal.
impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Row(***)")
    }
}

/// A document as rows.
#[derive(Debug, PartialEq, Eq)]
pub struct Layout {
    /// From the top.
    pub rows: Vec<Row>,
    /// How many characters were replaced by 〓.
    pub replaced: usize,
}

/// Columns of a character, 1 or 2.
fn columns_of(character: char) -> usize {
    if character.is_ascii() { 1 } else { 2 }
}

fn width(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// Lays a document out.
pub fn lay_out(document: &Document, profile: &Profile) -> Layout {
    let mut replaced = 0;
    let mut rows = Vec::new();
    for block in document.blocks() {
        let mut clean = |text: &str| printable(text, &mut replaced);
        match block {
            Block::Heading(text) => {
                paragraph(
                    &mut rows,
                    &clean(text.expose()),
                    profile,
                    (Align::Centre, Weight::Normal, Size::Double),
                );
            }
            Block::Line { text, align, weight, size } => {
                paragraph(&mut rows, &clean(text.expose()), profile, (*align, *weight, *size));
            }
            Block::Pair { label, value } => pair(&mut rows, &clean(label), &clean(value.expose()), profile),
            Block::Rule => rows.push(plain("-".repeat(profile.columns).into())),
            Block::Qr(data) => rows.push(Row::Qr(data.expose().clone().into())),
            Block::Feed(lines) => rows.push(Row::Feed(*lines)),
            Block::Cut => rows.push(Row::Cut),
        }
    }
    Layout { rows, replaced }
}

fn plain(text: Zeroizing<String>) -> Row {
    Row::Text { text, align: Align::Left, weight: Weight::Normal, size: Size::Normal }
}

fn paragraph(rows: &mut Vec<Row>, text: &str, profile: &Profile, style: (Align, Weight, Size)) {
    let (align, weight, size) = style;
    let columns = match size {
        Size::Normal => profile.columns,
        Size::Double => profile.columns / 2,
    };
    for line in text.split('\n').flat_map(|line| wrap(line, columns)) {
        rows.push(Row::Text { text: line, align, weight, size });
    }
}

/// Label and value on one line where they fit, else the value on lines of its own at the right edge.
fn pair(rows: &mut Vec<Row>, label: &str, value: &str, profile: &Profile) {
    let taken = width(label) + GAP + width(value);
    if taken <= profile.columns && !value.contains('\n') {
        let gap = repeat_n(' ', profile.columns - taken + GAP);
        let mut line = Zeroizing::new(String::with_capacity(label.len() + value.len() + profile.columns));
        line.push_str(label);
        line.extend(gap);
        line.push_str(value);
        rows.push(plain(line));
        return;
    }
    paragraph(rows, label, profile, (Align::Left, Weight::Normal, Size::Normal));
    paragraph(rows, value, profile, (Align::Right, Weight::Normal, Size::Normal));
}

/// Characters that the printer can print, and line ends.
fn printable(text: &str, replaced: &mut usize) -> Zeroizing<String> {
    let mut clean = Zeroizing::new(String::with_capacity(text.len() + 16));
    let mut bytes = [0; 4];
    for character in text.chars() {
        match character {
            '\n' => clean.push('\n'),
            '\t' => clean.push(' '),
            _ if character.is_control() => {}
            _ if character.is_ascii() => clean.push(character),
            _ => {
                let (encoded, _, unmappable) = GB18030.encode(character.encode_utf8(&mut bytes));
                if encoded.len() == 2 && !unmappable {
                    clean.push(character);
                } else {
                    *replaced += 1;
                    clean.push(MISSING);
                }
            }
        }
    }
    bytes.zeroize();
    clean
}

/// Cuts a line to columns: words of Latin letters and numbers stay whole if they fit a line at all, and no line
/// begins with a closing mark.
fn wrap(line: &str, columns: usize) -> Vec<Zeroizing<String>> {
    let mut lines = Vec::new();
    let mut current = Zeroizing::new(String::new());
    for piece in pieces(line) {
        if width(&current) + width(piece) > columns && !current.is_empty() {
            lines.push(finish(&mut current));
            if piece == " " {
                continue;
            }
        }
        // A word longer than a line is cut where the line ends.
        for character in piece.chars() {
            if width(&current) + columns_of(character) > columns {
                lines.push(finish(&mut current));
            }
            current.push(character);
        }
    }
    lines.push(finish(&mut current));
    lines
}

fn finish(current: &mut Zeroizing<String>) -> Zeroizing<String> {
    let line = std::mem::take(current);
    // Spaces before a break are not printed; a line of its own keeps its spaces at the front.
    Zeroizing::new(line.trim_end_matches(' ').to_owned())
}

/// The parts of a line that are kept whole.
fn pieces(line: &str) -> Vec<&str> {
    let mut cuts = vec![0];
    let mut previous: Option<char> = None;
    for (at, character) in line.char_indices() {
        if let Some(previous) = previous {
            let in_word = previous.is_ascii_graphic() && character.is_ascii_graphic();
            if !in_word && !CLOSING.contains(character) {
                cuts.push(at);
            }
        }
        previous = Some(character);
    }
    cuts.push(line.len());
    cuts.windows(2)
        .filter_map(|ends| line.get(*ends.first()?..*ends.last()?))
        .filter(|piece| !piece.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(document: &Document) -> Vec<String> {
        lay_out(document, &Profile::MM58)
            .rows
            .iter()
            .filter_map(|row| if let Row::Text { text, .. } = row { Some(text.to_string()) } else { None })
            .collect()
    }

    #[test]
    fn lines_are_wrapped_by_columns_and_words_stay_whole() {
        let long = Document::new().line("深圳市福田区政务服务数据管理局综合窗口，电话 0755-12345678");
        assert_eq!(texts(&long), ["深圳市福田区政务服务数据管理局综", "合窗口，电话 0755-12345678"]);
        let closing = Document::new().line("一二三四五六七八九十一二三四五六，七");
        assert_eq!(texts(&closing), ["一二三四五六七八九十一二三四五", "六，七"]);
    }

    #[test]
    fn pairs_stand_at_both_edges_or_below_each_other() {
        assert_eq!(texts(&Document::new().pair("业务", "水费缴纳")), ["业务                    水费缴纳"]);
        let long = Document::new().pair("受理编号", "440304202611230000017000000000");
        assert_eq!(texts(&long), ["受理编号", "440304202611230000017000000000"]);
    }

    #[test]
    fn headings_have_half_the_columns() {
        assert_eq!(texts(&Document::new().heading("福田政务服务中心自助")), ["福田政务服务中心", "自助"]);
    }

    #[test]
    fn what_the_printer_has_no_letter_for_is_replaced_and_counted() {
        let layout = lay_out(&Document::new().line("𠮷龘€\u{1B}@😀"), &Profile::MM58);
        assert_eq!(layout.replaced, 2);
        assert_eq!(texts(&Document::new().line("𠮷龘€\u{1B}@😀")), ["〓龘€@〓"]);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_paper(text in "[ -~一-龥，。\n]{0,200}") {
            for line in texts(&Document::new().line(&text).pair(&text, &text)) {
                prop_assert!(width(&line) <= 32, "{:?}", line);
            }
        }

        #[test]
        fn nothing_but_spaces_is_lost(text in "[!-~一-龥，。 ]{0,200}") {
            let printed: String = texts(&Document::new().line(&text)).concat();
            let solid = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(solid(&printed), solid(&text));
        }
    }
}
