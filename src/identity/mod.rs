//! Who stands before the terminal: what a card says of a person, and how often a face failed against it.
//! Knows no reader and no camera.

use contract::form::Fields;
use contract::{IdNumber, Secret, Sex};
use jiff::civil::Date;
use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

/// How many failed faces lock a card out.
pub const FAILURES: u8 = 5;
/// For how long.
pub const LOCKED_FOR: Duration = Duration::from_mins(30);
/// The most cards that are counted at a time; the oldest make room.
const MOST_CARDS: usize = 10_000;

/// The end of a card's validity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValidTo {
    /// The last day.
    On(Date),
    /// 长期
    LongTerm,
}

impl ValidTo {
    /// Whether the card is no longer valid on a day.
    pub fn is_over(self, today: Date) -> bool {
        matches!(self, Self::On(last) if last < today)
    }
}

/// The picture in the chip, as the reader handed it on: 1,024 bytes that only the decoder understands.
pub type Portrait = Secret<Vec<u8>>;

/// A card, as a name that says nothing of the person: a hash keyed with the terminal's own secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CardKey(pub [u8; 16]);

/// A person, as the chip of the resident identity card (居民身份证) says. Sex and dates are personal as well: `Debug`
/// tells nothing.
#[derive(Clone)]
pub struct Resident {
    /// 姓名
    pub name: Secret<String>,
    /// 公民身份号码
    pub number: IdNumber,
    /// 性别
    pub sex: Sex,
    /// 民族, the code of GB/T 3304.
    pub nation: Secret<String>,
    /// 出生日期
    pub birth: Date,
    /// 住址
    pub address: Secret<String>,
    /// 签发机关
    pub issuer: Secret<String>,
    /// 有效期限止
    pub valid_to: ValidTo,
    /// The picture; some readers give none.
    pub portrait: Option<Portrait>,
    /// The card's name for counting failures.
    pub card: CardKey,
}

impl fmt::Debug for Resident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Resident(***)")
    }
}

impl Resident {
    /// `张**`: the first character, for greeting and receipt.
    pub fn masked_name(&self) -> Secret<String> {
        let name = self.name.expose();
        let rest = name.chars().count().saturating_sub(1);
        Secret::new(name.chars().take(1).chain(std::iter::repeat_n('*', rest.min(3))).collect())
    }

    /// Everything that the chip says, its picture with it: what only somebody who has the card can say. The picture is
    /// what makes it impossible to guess; without one there is nothing.
    pub fn card_bytes(&self) -> Option<Secret<Vec<u8>>> {
        let portrait = self.portrait.as_ref()?.expose().as_slice();
        let fields = self.card_fields();
        let texts = fields.values().map(|value| value.expose().as_bytes());
        let parts = || texts.clone().chain([portrait]);
        // As large as it gets, at once: growing would leave copies behind.
        let mut bytes = Vec::with_capacity(parts().map(|part| size_of::<u64>() + part.len()).sum());
        for part in parts() {
            // Each part behind its length, so that none slides into the next.
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        Some(Secret::new(bytes))
    }

    /// What the card answers of a form, by the names that the templates use.
    pub fn card_fields(&self) -> Fields {
        let valid_to = match self.valid_to {
            ValidTo::On(last) => last.to_string(),
            ValidTo::LongTerm => "长期".to_owned(),
        };
        let fields = [
            ("name", self.name.clone()),
            ("id_no", Secret::from(self.number.expose())),
            ("sex", Secret::from(self.sex.code())),
            ("nation", self.nation.clone()),
            ("birth", Secret::new(self.birth.to_string())),
            ("card_address", self.address.clone()),
            ("card_issuer", self.issuer.clone()),
            ("card_valid_to", Secret::new(valid_to)),
        ];
        fields.into_iter().filter_map(|(id, value)| Some((id.parse().ok()?, value))).collect()
    }
}

/// Cards whose face check failed, counted over visits. Holds no personal data.
#[derive(Debug, Default)]
pub struct Lockouts(HashMap<CardKey, (u8, Duration)>);

impl Lockouts {
    /// Whether a card must wait.
    pub fn is_locked(&self, card: CardKey, uptime: Duration) -> bool {
        self.0.get(&card).is_some_and(|(failures, last)| {
            *failures >= FAILURES && uptime.saturating_sub(*last) < LOCKED_FOR
        })
    }

    /// Counts a failure; says whether the card is locked from now on.
    pub fn count_failure(&mut self, card: CardKey, uptime: Duration) -> bool {
        self.0.retain(|_, (_, last)| uptime.saturating_sub(*last) < LOCKED_FOR);
        if self.0.len() >= MOST_CARDS
            && let Some(oldest) = self.0.iter().min_by_key(|(_, (_, last))| *last).map(|(card, _)| *card)
        {
            self.0.remove(&oldest);
        }
        let (failures, last) = self.0.entry(card).or_insert((0, uptime));
        *failures = failures.saturating_add(1);
        *last = uptime;
        *failures >= FAILURES
    }

    /// A good face clears the count.
    pub fn clear(&mut self, card: CardKey) {
        self.0.remove(&card);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resident() -> Resident {
        Resident {
            name: Secret::from("测试甲"),
            number: IdNumber::parse("990101199003070015").unwrap(),
            sex: Sex::Male,
            nation: Secret::from("01"),
            birth: jiff::civil::date(1990, 3, 7),
            address: Secret::from("广东省深圳市福田区测试路１号"),
            issuer: Secret::from("测试市公安局福田分局"),
            valid_to: ValidTo::LongTerm,
            portrait: Some(Secret::new(vec![7; 1024])),
            card: CardKey([1; 16]),
        }
    }

    #[test]
    fn a_card_says_the_same_each_time_and_another_card_something_else() {
        let card = resident().card_bytes().unwrap();
        assert_eq!(resident().card_bytes().unwrap(), card);
        let others = [
            Resident { address: Secret::from("广东省深圳市福田区测试路２号"), ..resident() },
            Resident { valid_to: ValidTo::On(jiff::civil::date(2040, 1, 2)), ..resident() },
            Resident { portrait: Some(Secret::new(vec![8; 1024])), ..resident() },
        ];
        assert!(others.iter().all(|other| other.card_bytes().unwrap() != card));
        assert!(Resident { portrait: None, ..resident() }.card_bytes().is_none());
    }

    #[test]
    fn five_failures_lock_a_card_for_half_an_hour() {
        let (mut lockouts, card, other) = (Lockouts::default(), CardKey([1; 16]), CardKey([2; 16]));
        let at = Duration::from_secs;
        assert_eq!((1..=5).map(|s| lockouts.count_failure(card, at(s))).filter(|locked| *locked).count(), 1);
        assert!(lockouts.is_locked(card, at(6)) && !lockouts.is_locked(other, at(6)));
        assert!(!lockouts.is_locked(card, at(5 + 30 * 60)));
    }

    #[test]
    fn a_good_face_clears_the_count() {
        let (mut lockouts, card) = (Lockouts::default(), CardKey([1; 16]));
        for second in 0..4 {
            lockouts.count_failure(card, Duration::from_secs(second));
        }
        lockouts.clear(card);
        assert!(!lockouts.count_failure(card, Duration::from_secs(9)));
    }
}
