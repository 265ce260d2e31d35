//! What can be wrong with a card's content (section 5, 'checks on the text'), without a word of the content itself.

use contract::id_number::IdNumberFault;

/// A place in the text, for faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those of the layouts above")]
pub enum Field {
    Name,
    ChineseName,
    Sex,
    Nation,
    Birth,
    Address,
    Number,
    Authority,
    ValidFrom,
    ValidTo,
    TravelPermit,
    Count,
    Nationality,
    Version,
    EarlierCard,
}

/// What is wrong with the card's content; it holds nothing of the content itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DataFault {
    /// Text or photo have a length that no card has.
    #[error("text or photo have a wrong length: the card cannot be used here")]
    Lengths,
    /// The layout is unknown: this is the byte that names it.
    #[error("the card is of the unknown kind {0:02X}")]
    UnknownKind(u8),
    /// Half a surrogate pair or a control character.
    #[error("{0:?} holds a character that cannot be")]
    Character(Field),
    /// Wrong digits, letters or length.
    #[error("{0:?} does not have the form it must have")]
    Form(Field),
    /// No day of the calendar.
    #[error("{0:?} is no date of the calendar")]
    Date(Field),
    /// The number's own check.
    #[error("{0}")]
    Number(#[from] IdNumberFault),
    /// The number's region is not one of this kind of card.
    #[error("the number does not belong to this kind of card")]
    NumberOfAnotherKind,
    /// Date of birth, in text and number.
    #[error("the number names another date of birth than the card")]
    BirthDiffers,
    /// Sex, in text and number.
    #[error("the number names another sex than the card")]
    SexDiffers,
    /// Validity ends before it begins.
    #[error("the card's validity ends before it begins")]
    ValidityOrder,
}
