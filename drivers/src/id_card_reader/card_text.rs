//! What a card says: the four layouts of section 5 of the wire protocol, as checked values.
//!
//! Everything personal is a `Secret`. A failed check is a [`DataFault`] that names a field and never its content.
//! That a card has expired is no fault but a question ([`CardHolder::valid_on`]). Knows nothing of frames.

use super::data_fault::{DataFault, Field};
use super::fields::ChipText;
use super::photo::Photo;
use contract::{IdNumber, Secret, Sex};
use jiff::civil::Date;
use std::fmt;

/// A card that was read and whose checks passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Whose it is.
    pub holder: CardHolder,
    /// The undecoded photo, if the reader sent one.
    pub photo: Option<Photo>,
}

/// The holder, by kind of card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardHolder {
    /// 居民身份证, layout 5.1.
    Citizen(Citizen),
    /// 港澳台居民居住证, layout 5.2 (type J).
    Permit(Permit),
    /// 外国人永久居留身份证 of 2017, layout 5.3 (type I).
    Foreigner2017(Foreigner2017),
    /// 外国人永久居留身份证 of 2023, layout 5.4 (type Y).
    Foreigner2023(Foreigner2023),
}

/// A citizen's card.
#[derive(Clone, PartialEq, Eq)]
pub struct Citizen {
    /// 姓名
    pub name: Secret<String>,
    /// 性别
    pub sex: Sex,
    /// 民族, two digits after GB/T 3304, or 97, 98.
    pub nation: Secret<String>,
    /// 出生
    pub birth: Date,
    /// 住址
    pub address: Secret<String>,
    /// 公民身份号码
    pub number: IdNumber,
    /// 签发机关
    pub authority: Secret<String>,
    /// First day of validity.
    pub valid_from: Date,
    /// Last day of validity.
    pub valid_to: ValidTo,
}

/// A residence permit for residents of Hong Kong, Macao and Taiwan.
#[derive(Clone, PartialEq, Eq)]
pub struct Permit {
    /// 姓名
    pub name: Secret<String>,
    /// 性别
    pub sex: Sex,
    /// 出生日期
    pub birth: Date,
    /// 住址
    pub address: Secret<String>,
    /// 公民身份号码, beginning 810000, 820000 or 830000.
    pub number: IdNumber,
    /// 签发机关
    pub authority: Secret<String>,
    /// First day of validity.
    pub valid_from: Date,
    /// Last day of validity.
    pub valid_to: ValidTo,
    /// 通行证号码
    pub travel_permit: Secret<String>,
    /// 签发次数, two digits.
    pub issue_count: Secret<String>,
}

/// A foreigner's card of 2017.
#[derive(Clone, PartialEq, Eq)]
pub struct Foreigner2017 {
    /// The name in Latin capitals.
    pub name: Secret<String>,
    /// 中文姓名, may be empty.
    pub chinese_name: Secret<String>,
    /// 性别
    pub sex: Sex,
    /// 证件号码: three letters, twelve digits.
    pub number: Secret<String>,
    /// Three-letter code.
    pub nationality: Secret<String>,
    /// 出生日期
    pub birth: Date,
    /// Day of issue.
    pub valid_from: Date,
    /// Last day of validity.
    pub valid_to: ValidTo,
    /// Version of the card, two digits.
    pub version: Secret<String>,
    /// Code of the issuing authority.
    pub authority: Secret<String>,
}

/// A foreigner's card of 2023.
#[derive(Clone, PartialEq, Eq)]
pub struct Foreigner2023 {
    /// The name in Latin capitals.
    pub name: Secret<String>,
    /// 中文姓名, may be empty.
    pub chinese_name: Secret<String>,
    /// 性别
    pub sex: Sex,
    /// 证件号码: 18 characters, the first a 9.
    pub number: IdNumber,
    /// Three-letter code.
    pub nationality: Secret<String>,
    /// 出生日期
    pub birth: Date,
    /// Day of issue.
    pub valid_from: Date,
    /// Last day of validity.
    pub valid_to: ValidTo,
    /// 换证次数, two digits.
    pub replacements: Secret<String>,
    /// Links to the number of an earlier card; often empty.
    pub earlier_card: Secret<String>,
}

/// Sex and date of birth are personal too: a holder's `Debug` tells the kind of card and nothing else.
macro_rules! hide_in_debug {
    ($($holder:ident),*) => {$(
        impl fmt::Debug for $holder {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($holder), "(***)"))
            }
        }
    )*};
}

hide_in_debug!(Citizen, Permit, Foreigner2017, Foreigner2023);

/// The last day of validity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValidTo {
    /// Until this day, included.
    On(Date),
    /// 长期: without an end.
    LongTerm,
}

impl CardHolder {
    /// Reads and checks the 256 bytes of text.
    pub fn parse(text: &[u8]) -> Result<Self, DataFault> {
        let chip = ChipText::new(text)?;
        match chip.card_type() {
            b' ' | 0 => read_citizen(&chip).map(Self::Citizen),
            b'J' => read_permit(&chip).map(Self::Permit),
            b'I' => read_foreigner_2017(&chip).map(Self::Foreigner2017),
            b'Y' => read_foreigner_2023(&chip).map(Self::Foreigner2023),
            other => Err(DataFault::UnknownKind(other)),
        }
    }

    /// The name to greet with: Chinese where there is one.
    pub fn name(&self) -> &Secret<String> {
        let (name, chinese_name) = match self {
            Self::Citizen(card) => return &card.name,
            Self::Permit(card) => return &card.name,
            Self::Foreigner2017(card) => (&card.name, &card.chinese_name),
            Self::Foreigner2023(card) => (&card.name, &card.chinese_name),
        };
        if chinese_name.expose().is_empty() { name } else { chinese_name }
    }

    /// Sex as the card states it.
    pub fn sex(&self) -> Sex {
        match self {
            Self::Citizen(card) => card.sex,
            Self::Permit(card) => card.sex,
            Self::Foreigner2017(card) => card.sex,
            Self::Foreigner2023(card) => card.sex,
        }
    }

    /// Date of birth.
    pub fn birth(&self) -> Date {
        match self {
            Self::Citizen(card) => card.birth,
            Self::Permit(card) => card.birth,
            Self::Foreigner2017(card) => card.birth,
            Self::Foreigner2023(card) => card.birth,
        }
    }

    /// The 18-character number; the card of 2017 has none.
    pub fn id_number(&self) -> Option<&IdNumber> {
        match self {
            Self::Citizen(card) => Some(&card.number),
            Self::Permit(card) => Some(&card.number),
            Self::Foreigner2017(_) => None,
            Self::Foreigner2023(card) => Some(&card.number),
        }
    }

    /// Address, where the card has one.
    pub fn address(&self) -> Option<&Secret<String>> {
        match self {
            Self::Citizen(card) => Some(&card.address),
            Self::Permit(card) => Some(&card.address),
            Self::Foreigner2017(_) | Self::Foreigner2023(_) => None,
        }
    }

    /// First and last day of validity.
    pub fn validity(&self) -> (Date, ValidTo) {
        match self {
            Self::Citizen(card) => (card.valid_from, card.valid_to),
            Self::Permit(card) => (card.valid_from, card.valid_to),
            Self::Foreigner2017(card) => (card.valid_from, card.valid_to),
            Self::Foreigner2023(card) => (card.valid_from, card.valid_to),
        }
    }

    /// Whether the card is valid on a day. What an expired card may still do is not decided here.
    pub fn valid_on(&self, today: Date) -> bool {
        match self.validity() {
            (from, ValidTo::On(to)) => (from..=to).contains(&today),
            (from, ValidTo::LongTerm) => from <= today,
        }
    }
}

fn read_citizen(chip: &ChipText<'_>) -> Result<Citizen, DataFault> {
    let (sex, birth) = (chip.sex(30)?, chip.date(36, Field::Birth)?);
    let (valid_from, valid_to) = read_validity(chip)?;
    Ok(Citizen {
        name: read_name(chip)?,
        sex,
        nation: read_nation(chip)?,
        birth,
        address: chip.text(52..122, Field::Address)?,
        number: read_number(chip, birth, sex)?,
        authority: chip.text(158..188, Field::Authority)?,
        valid_from,
        valid_to,
    })
}

fn read_permit(chip: &ChipText<'_>) -> Result<Permit, DataFault> {
    let (sex, birth) = (chip.sex(30)?, chip.date(36, Field::Birth)?);
    let (valid_from, valid_to) = read_validity(chip)?;
    let number = read_number(chip, birth, sex)?;
    if !["810000", "820000", "830000"].iter().any(|region| number.expose().starts_with(region)) {
        return Err(DataFault::NumberOfAnotherKind);
    }
    Ok(Permit {
        name: read_name(chip)?,
        sex,
        birth,
        address: chip.text(52..122, Field::Address)?,
        number,
        authority: chip.text(158..188, Field::Authority)?,
        valid_from,
        valid_to,
        travel_permit: chip.text(220..238, Field::TravelPermit)?,
        issue_count: chip.digits(238..242, Field::Count)?,
    })
}

fn read_foreigner_2017(chip: &ChipText<'_>) -> Result<Foreigner2017, DataFault> {
    let number = chip.text(122..152, Field::Number)?;
    let fits = number.expose().split_at_checked(3).is_some_and(|(letters, digits)| {
        letters.bytes().all(|byte| byte.is_ascii_uppercase())
            && digits.len() == 12
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    if !fits {
        return Err(DataFault::Form(Field::Number));
    }
    let (valid_from, valid_to) = read_validity(chip)?;
    Ok(Foreigner2017 {
        name: chip.name(0..120, Field::Name).and_then(not_empty)?,
        chinese_name: chip.name(158..188, Field::ChineseName)?,
        sex: chip.sex(120)?,
        number,
        nationality: chip.country(152)?,
        birth: chip.date(220, Field::Birth)?,
        valid_from,
        valid_to,
        version: chip.digits(236..240, Field::Version)?,
        authority: chip.text(240..248, Field::Authority)?,
    })
}

fn read_foreigner_2023(chip: &ChipText<'_>) -> Result<Foreigner2023, DataFault> {
    let (sex, birth) = (chip.sex(30)?, chip.date(36, Field::Birth)?);
    let (valid_from, valid_to) = read_validity(chip)?;
    let number = read_number(chip, birth, sex)?;
    if !number.expose().starts_with('9') {
        return Err(DataFault::NumberOfAnotherKind);
    }
    Ok(Foreigner2023 {
        name: chip.long_name(52..122, 220..242, Field::Name).and_then(not_empty)?,
        chinese_name: chip.name(0..30, Field::ChineseName)?,
        sex,
        number,
        nationality: chip.country(242)?,
        birth,
        valid_from,
        valid_to,
        replacements: chip.digits(32..36, Field::Count)?,
        earlier_card: chip.text(250..256, Field::EarlierCard)?,
    })
}

fn read_name(chip: &ChipText<'_>) -> Result<Secret<String>, DataFault> {
    chip.name(0..30, Field::Name).and_then(not_empty)
}

fn not_empty(name: Secret<String>) -> Result<Secret<String>, DataFault> {
    if name.expose().is_empty() { Err(DataFault::Form(Field::Name)) } else { Ok(name) }
}

/// 01 to 56, 97 (other) and 98 (naturalised citizen).
fn read_nation(chip: &ChipText<'_>) -> Result<Secret<String>, DataFault> {
    let nation = chip.digits(32..36, Field::Nation)?;
    match nation.expose().parse::<u8>() {
        Ok(1..=56 | 97 | 98) => Ok(nation),
        _ => Err(DataFault::Form(Field::Nation)),
    }
}

fn read_number(chip: &ChipText<'_>, birth: Date, sex: Sex) -> Result<IdNumber, DataFault> {
    let number = IdNumber::parse(chip.text(122..158, Field::Number)?.expose())?;
    if number.birth_date() != birth {
        return Err(DataFault::BirthDiffers);
    }
    if matches!(sex, Sex::Male | Sex::Female) && number.sex() != sex {
        return Err(DataFault::SexDiffers);
    }
    Ok(number)
}

fn read_validity(chip: &ChipText<'_>) -> Result<(Date, ValidTo), DataFault> {
    let from = chip.date(188, Field::ValidFrom)?;
    if chip.text(204..220, Field::ValidTo)?.expose() == "长期" {
        return Ok((from, ValidTo::LongTerm));
    }
    let to = chip.date(204, Field::ValidTo)?;
    if from > to { Err(DataFault::ValidityOrder) } else { Ok((from, ValidTo::On(to))) }
}

#[cfg(test)]
#[path = "card_text_tests.rs"]
mod tests;
