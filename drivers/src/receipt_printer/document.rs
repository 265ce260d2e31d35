//! A receipt as its author thinks of it: headings, lines, pairs, a code, a cut. Widths and bytes come later.
//!
//! Texts are personal until proven otherwise: they are `Secret`.

use contract::Secret;

/// Where a line stands on the paper.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// At the left edge.
    #[default]
    Left,
    /// In the middle.
    Centre,
    /// At the right edge.
    Right,
}

/// How heavy the letters are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weight {
    /// As usual.
    #[default]
    Normal,
    /// Emphasised.
    Bold,
}

/// How large the letters are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// 12 x 24 dots, 24 x 24 for a Chinese character.
    #[default]
    Normal,
    /// Twice as wide and twice as high.
    Double,
}

/// A part of a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A title: centred, double size.
    Heading(Secret<String>),
    /// A paragraph; it is wrapped to the paper.
    Line {
        /// The words.
        text: Secret<String>,
        /// Where it stands.
        align: Align,
        /// How heavy.
        weight: Weight,
        /// How large.
        size: Size,
    },
    /// A label at the left edge and its value at the right one.
    Pair {
        /// 业务
        label: String,
        /// 水费缴纳
        value: Secret<String>,
    },
    /// A rule across the paper.
    Rule,
    /// A QR code, centred.
    Qr(Secret<String>),
    /// Empty lines.
    Feed(u8),
    /// Cut the paper here, but for one point.
    Cut,
}

/// A receipt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    blocks: Vec<Block>,
}

impl Document {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Its parts, from the top.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Adds a part.
    #[must_use]
    pub fn with(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// Adds a title.
    #[must_use]
    pub fn heading(self, text: &str) -> Self {
        self.with(Block::Heading(text.into()))
    }

    /// Adds a paragraph in plain letters at the left edge.
    #[must_use]
    pub fn line(self, text: &str) -> Self {
        self.styled(text, Align::Left, Weight::Normal)
    }

    /// Adds an emphasised paragraph.
    #[must_use]
    pub fn bold(self, text: &str) -> Self {
        self.styled(text, Align::Left, Weight::Bold)
    }

    /// Adds a paragraph in letters of normal size.
    #[must_use]
    pub fn styled(self, text: &str, align: Align, weight: Weight) -> Self {
        self.with(Block::Line { text: text.into(), align, weight, size: Size::Normal })
    }

    /// Adds a label with its value.
    #[must_use]
    pub fn pair(self, label: &str, value: &str) -> Self {
        self.with(Block::Pair { label: label.to_owned(), value: value.into() })
    }

    /// Adds a rule.
    #[must_use]
    pub fn rule(self) -> Self {
        self.with(Block::Rule)
    }

    /// Adds a QR code.
    #[must_use]
    pub fn qr(self, data: &str) -> Self {
        self.with(Block::Qr(data.into()))
    }

    /// Adds empty lines.
    #[must_use]
    pub fn feed(self, lines: u8) -> Self {
        self.with(Block::Feed(lines))
    }

    /// Adds a cut.
    #[must_use]
    pub fn cut(self) -> Self {
        self.with(Block::Cut)
    }
}
