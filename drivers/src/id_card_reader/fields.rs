//! Fields of the chip's text: UTF-16LE at fixed places, padded with spaces at the end.
//!
//! Knows how a field is written; the layouts are in `card_text`.

use super::commands::TEXT_BYTES;
use super::data_fault::{DataFault, Field};
use contract::{Secret, Sex};
use jiff::civil::Date;
use std::ops::Range;
use zeroize::Zeroizing;

/// What to do with half a surrogate pair at the very end of a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CutPair {
    /// The writer cut a long name there: drop the half.
    Drop,
    /// No such thing can be.
    Refuse,
}

/// The whole text of a chip.
pub(super) struct ChipText<'a>(&'a [u8; TEXT_BYTES]);

impl<'a> ChipText<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, DataFault> {
        bytes.try_into().map(Self).map_err(|_| DataFault::Lengths)
    }

    /// The low byte of the unit that tells the layout.
    pub(super) fn card_type(&self) -> u8 {
        self.0.get(248).copied().unwrap_or_default()
    }

    /// A field of any text.
    pub(super) fn text(&self, range: Range<usize>, field: Field) -> Result<Secret<String>, DataFault> {
        self.joined([range], field, CutPair::Refuse)
    }

    /// A name: it may end in half a surrogate pair, which is dropped.
    pub(super) fn name(&self, range: Range<usize>, field: Field) -> Result<Secret<String>, DataFault> {
        self.joined([range], field, CutPair::Drop)
    }

    /// A name in two parts.
    pub(super) fn long_name(
        &self,
        first: Range<usize>,
        rest: Range<usize>,
        field: Field,
    ) -> Result<Secret<String>, DataFault> {
        self.joined([first, rest], field, CutPair::Drop)
    }

    /// Parts are joined before trimming: the second may begin with a space that belongs to the name.
    fn joined(
        &self,
        parts: impl IntoIterator<Item = Range<usize>>,
        field: Field,
        cut: CutPair,
    ) -> Result<Secret<String>, DataFault> {
        let mut units = Zeroizing::new(Vec::with_capacity(TEXT_BYTES / 2));
        for part in parts {
            let bytes = self.0.get(part).ok_or(DataFault::Lengths)?;
            let (pairs, _) = bytes.as_chunks::<2>();
            units.extend(pairs.iter().map(|pair| u16::from_le_bytes(*pair)));
        }
        // A half pair at the field's very end, before trimming: trimmed spaces would mean it stood alone.
        if cut == CutPair::Drop && units.last().is_some_and(|unit| (0xD800..0xDC00).contains(unit)) {
            units.pop();
        }
        while units.last().is_some_and(|unit| matches!(unit, 0x20 | 0x00)) {
            units.pop();
        }
        let mut text = Zeroizing::new(String::with_capacity(units.len() * 4));
        for decoded in char::decode_utf16(units.iter().copied()) {
            match decoded {
                Ok(character) if !character.is_control() => text.push(character),
                _ => return Err(DataFault::Character(field)),
            }
        }
        Ok(Secret::new(std::mem::take(&mut *text)))
    }

    /// A field of exactly so many ASCII digits.
    pub(super) fn digits(&self, range: Range<usize>, field: Field) -> Result<Secret<String>, DataFault> {
        let length = range.len() / 2;
        let text = self.text(range, field)?;
        let fits = text.expose().len() == length && text.expose().bytes().all(|byte| byte.is_ascii_digit());
        if fits { Ok(text) } else { Err(DataFault::Form(field)) }
    }

    /// YYYYMMDD that the calendar knows.
    pub(super) fn date(&self, at: usize, field: Field) -> Result<Date, DataFault> {
        let text = self.digits(at..at + 16, field)?;
        let number = |range: Range<usize>| text.expose().get(range).and_then(|part| part.parse::<i16>().ok());
        let small = |range| number(range).and_then(|value| i8::try_from(value).ok());
        let date = match (number(0..4), small(4..6), small(6..8)) {
            (Some(year), Some(month), Some(day)) => Date::new(year, month, day).ok(),
            _ => None,
        };
        date.ok_or(DataFault::Date(field))
    }

    /// One digit after GB/T 2261.1.
    pub(super) fn sex(&self, at: usize) -> Result<Sex, DataFault> {
        let text = self.text(at..at + 2, Field::Sex)?;
        Sex::from_code(text.expose()).ok_or(DataFault::Form(Field::Sex))
    }

    /// Three capital letters after GB/T 2659.
    pub(super) fn country(&self, at: usize) -> Result<Secret<String>, DataFault> {
        let text = self.text(at..at + 6, Field::Nationality)?;
        let fits = text.expose().len() == 3 && text.expose().bytes().all(|byte| byte.is_ascii_uppercase());
        if fits { Ok(text) } else { Err(DataFault::Form(Field::Nationality)) }
    }
}
