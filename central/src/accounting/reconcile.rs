//! The daily reconciliation (对账): the channels' files, the providers' files and the money book of one day, line against
//! line. Pure: files in, differences out. What becomes of a difference is `matters`' business.

use super::books::BookLine;
use super::order::LineKind;
use super::outside::{ChannelLine, ChannelMove, ProviderLine};
use super::question::Payment;
use contract::Fen;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What a day's files and book say of one order and one way of money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The order's number, or what a file calls one.
    pub subject: String,
    /// Which way.
    pub kind: LineKind,
    /// By the money book; nothing when it has no line.
    pub ours: Option<Fen>,
    /// By the file; nothing when it has no line.
    pub theirs: Option<Theirs>,
}

/// What a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theirs {
    /// How much, all lines together.
    pub amount: Fen,
    /// The last line's number.
    pub transaction: String,
    /// The last line's moment.
    pub at: Timestamp,
}

impl Theirs {
    /// As a channel would tell of it in a notice.
    pub fn as_payment(&self) -> Payment {
        Payment { amount: self.amount, transaction: self.transaction.clone(), at: self.at }
    }
}

/// How a difference is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Only the channel has it (长款).
    ChannelOnly,
    /// Only the provider has it.
    ProviderOnly,
    /// Only we have it (短款).
    OursOnly,
    /// Both have it, with different amounts.
    AmountDiffers,
}

impl Class {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::ChannelOnly => "channel only",
            Self::ProviderOnly => "provider only",
            Self::OursOnly => "ours only",
            Self::AmountDiffers => "amount differs",
        }
    }

    /// The class of what two sides say about one way of money.
    pub const fn of(kind: LineKind, has_ours: Side, has_theirs: Side) -> Self {
        match (has_ours, has_theirs, kind) {
            (Side::Has, Side::Has, _) => Self::AmountDiffers,
            (Side::Has, Side::HasNot, _) => Self::OursOnly,
            (Side::HasNot, _, LineKind::Posted) => Self::ProviderOnly,
            (Side::HasNot, _, LineKind::Paid | LineKind::Refunded) => Self::ChannelOnly,
        }
    }
}

/// Whether a side has a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// It has.
    Has,
    /// It has not.
    HasNot,
}

impl<T> From<&Option<T>> for Side {
    fn from(line: &Option<T>) -> Self {
        if line.is_some() { Self::Has } else { Self::HasNot }
    }
}

impl Difference {
    /// How it is called.
    pub fn class(&self) -> Class {
        Class::of(self.kind, Side::from(&self.ours), Side::from(&self.theirs))
    }
}

/// What came of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Lines that agree.
    pub equal: usize,
    /// The others, by order.
    pub differences: Vec<Difference>,
}

/// Compares one day. All lines of an order and a way are taken together, so a line that was taken back and written
/// again is none.
pub fn compare(book: &[BookLine], channels: &[ChannelLine], providers: &[ProviderLine]) -> Comparison {
    let mut ours: BTreeMap<(String, LineKind), i64> = BTreeMap::new();
    for BookLine { number, line } in book {
        *ours.entry((number.to_string(), line.kind)).or_default() += line.amount.0;
    }
    ours.retain(|_, amount| *amount != 0);
    let mut theirs: BTreeMap<(String, LineKind), Theirs> = BTreeMap::new();
    let from_channels = channels.iter().map(|line| {
        let kind = match line.moved {
            ChannelMove::Payment => LineKind::Paid,
            ChannelMove::Refund => LineKind::Refunded,
        };
        (line.order.clone(), kind, line.amount, line.transaction.as_str(), line.at)
    });
    let from_providers =
        providers.iter().map(|line| (line.key.clone(), LineKind::Posted, line.amount, "", line.at));
    for (subject, kind, amount, transaction, at) in from_channels.chain(from_providers) {
        let line = theirs.entry((subject, kind)).or_insert_with(|| Theirs {
            amount: Fen::ZERO,
            transaction: String::new(),
            at,
        });
        line.amount.0 = line.amount.0.saturating_add(amount.0);
        transaction.clone_into(&mut line.transaction);
        line.at = line.at.max(at);
    }
    let mut found = Comparison::default();
    for ((subject, kind), amount) in ours {
        let theirs = theirs.remove(&(subject.clone(), kind));
        if theirs.as_ref().is_some_and(|theirs| theirs.amount.0 == amount) {
            found.equal += 1;
        } else {
            found.differences.push(Difference { subject, kind, ours: Some(Fen(amount)), theirs });
        }
    }
    let rest = theirs.into_iter();
    found.differences.extend(rest.map(|((subject, kind), theirs)| Difference {
        subject,
        kind,
        ours: None,
        theirs: Some(theirs),
    }));
    found.differences.sort_by(|a, b| (&a.subject, a.kind).cmp(&(&b.subject, b.kind)));
    found
}

#[cfg(test)]
mod tests {
    use super::super::order::Line;
    use super::*;

    const AT: Timestamp = Timestamp::UNIX_EPOCH;

    fn book(number: &str, kind: LineKind, amount: i64) -> BookLine {
        let number = format!("ft-0001-20261125-{number}").parse().unwrap();
        BookLine { number, line: Line { kind, amount: Fen(amount), at: AT } }
    }

    fn channel(number: &str, moved: ChannelMove, amount: i64) -> ChannelLine {
        let order = format!("ft-0001-20261125-{number}");
        ChannelLine { order, moved, amount: Fen(amount), transaction: "T1".into(), at: AT }
    }

    fn provider(number: &str, amount: i64) -> ProviderLine {
        ProviderLine { key: format!("ft-0001-20261125-{number}"), amount: Fen(amount), at: AT }
    }

    #[test]
    fn a_day_on_which_all_three_agree_has_no_difference() {
        let ours = [book("00001", LineKind::Paid, 5), book("00001", LineKind::Posted, 5)];
        let compared = compare(&ours, &[channel("00001", ChannelMove::Payment, 5)], &[provider("00001", 5)]);
        assert_eq!(compared, Comparison { equal: 2, differences: Vec::new() });
    }

    #[test]
    fn every_class_of_difference_is_told_apart() {
        let ours = [
            book("00001", LineKind::Paid, 5),
            book("00002", LineKind::Posted, 7),
            book("00003", LineKind::Refunded, 9),
        ];
        let channels = [
            channel("00001", ChannelMove::Payment, 4),
            channel("00003", ChannelMove::Refund, 9),
            channel("00004", ChannelMove::Payment, 1),
            ChannelLine { order: "not ours".into(), ..channel("00005", ChannelMove::Payment, 2) },
        ];
        let compared = compare(&ours, &channels, &[provider("00006", 3)]);
        let classes: Vec<(&str, Class)> = compared
            .differences
            .iter()
            .map(|difference| (difference.subject.as_str(), difference.class()))
            .collect();
        assert_eq!(
            classes,
            [
                ("ft-0001-20261125-00001", Class::AmountDiffers),
                ("ft-0001-20261125-00002", Class::OursOnly),
                ("ft-0001-20261125-00004", Class::ChannelOnly),
                ("ft-0001-20261125-00006", Class::ProviderOnly),
                ("not ours", Class::ChannelOnly),
            ]
        );
        assert_eq!(compared.equal, 1);
    }

    #[test]
    fn two_payments_of_one_order_are_an_amount_that_differs() {
        let twice = [channel("00001", ChannelMove::Payment, 5), channel("00001", ChannelMove::Payment, 5)];
        let compared = compare(&[book("00001", LineKind::Paid, 5)], &twice, &[]);
        let theirs = compared.differences.first().and_then(|difference| difference.theirs.clone());
        assert_eq!(theirs.map(|theirs| theirs.amount), Some(Fen(10)));
    }

    #[test]
    fn a_line_that_was_taken_back_is_none() {
        let ours = [book("00001", LineKind::Posted, 5), book("00001", LineKind::Posted, -5)];
        assert_eq!(compare(&ours, &[], &[]), Comparison::default());
    }
}
