//! The bodies that take payments (出账机构): what a row of `providers.csv` says. No Rust code knows a single one.

use crate::account::AccountNumber;
use crate::table::{Row, Table, TableFault, TableFaults};
use crate::{Fen, ProviderId, ServiceCode};
use regex_lite::{Regex, RegexBuilder};
use std::collections::HashMap;

/// A compiled pattern takes at most so many bytes.
const MAX_PATTERN_BYTES: usize = 64 * 1024;

/// How a provider is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayMode {
    /// 账单: bills are paid as they stand.
    Bill,
    /// 充值: credit is bought, in one of these steps.
    TopUp {
        /// What may be bought at once, from small to large.
        steps: Vec<Fen>,
    },
}

/// Whether a newer bill may be paid while an older one is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OldestBill {
    /// The oldest is paid first.
    First,
    /// Any may be chosen.
    MayWait,
}

/// A body that takes payments.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Its short name.
    pub id: ProviderId,
    /// Its name.
    pub name: String,
    /// What it sells: power, water, gas, mobile and so on.
    pub kind: String,
    /// Service items under which its bills are looked up.
    pub query_items: Vec<ServiceCode>,
    /// Service items under which it is paid.
    pub pay_items: Vec<ServiceCode>,
    /// What it calls an account number, 用电户号.
    pub account_label: String,
    /// How it is paid.
    pub mode: PayMode,
    /// The least that an order may have.
    pub min: Fen,
    /// The most that an order may have.
    pub max: Fen,
    /// Whether bills may be paid out of order.
    pub oldest: OldestBill,
    /// How it counts late fees (滞纳金), in words; it counts them itself.
    pub late_fee: String,
    /// Accounts of the demonstration.
    pub samples: Vec<AccountNumber>,
    pattern: Regex,
}

impl Provider {
    /// Whether this can be an account of the provider.
    pub fn accepts(&self, account: &AccountNumber) -> bool {
        self.pattern.is_match(account.expose())
    }

    /// The form of its account numbers, as a regular expression.
    pub fn account_pattern(&self) -> &str {
        self.pattern.as_str()
    }
}

/// The most rows are far more than the dozens of a city.
const TABLE: Table = Table {
    file: "providers.csv",
    columns: &[
        "provider",
        "name",
        "kind",
        "query_items",
        "pay_items",
        "account_label",
        "account_pattern",
        "pay_mode",
        "min_fen",
        "max_fen",
        "topup_steps_fen",
        "skip_oldest_allowed",
        "late_fee",
        "sample_accounts",
    ],
    most: 1_000,
};

/// All providers, in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Providers(Vec<Provider>);

impl Providers {
    /// Reads `providers.csv`. The whole file is taken or none of it.
    pub fn parse(text: &str) -> Result<Self, TableFaults> {
        let mut ids = HashMap::new();
        let providers = TABLE.read(text, |row| {
            row.unique(0, &mut ids)?;
            provider(row)
        })?;
        Ok(Self(providers))
    }

    /// All providers in the order of the file.
    pub fn all(&self) -> &[Provider] {
        &self.0
    }

    /// Who is asked or paid under a service item.
    pub fn of_service(&self, service: &ServiceCode) -> Option<&Provider> {
        let pays = |provider: &&Provider| provider.pay_items.contains(service);
        let asks = |provider: &&Provider| provider.query_items.contains(service);
        self.0.iter().find(pays).or_else(|| self.0.iter().find(asks))
    }

    /// The provider of a name.
    pub fn find(&self, id: &ProviderId) -> Option<&Provider> {
        self.0.iter().find(|provider| provider.id == *id)
    }
}

fn amount(row: &Row<'_>, column: usize, text: &str) -> Result<Fen, TableFault> {
    match text.parse() {
        Ok(fen @ 1..) => Ok(Fen(fen)),
        _ => Err(row.fault(column, "a whole number of fen, 1 or more")),
    }
}

fn pattern(row: &Row<'_>) -> Result<Regex, TableFault> {
    let text = row.text(6);
    let is_whole = text.starts_with('^') && text.ends_with('$') && text.len() > 2;
    let pattern = RegexBuilder::new(text).size_limit(MAX_PATTERN_BYTES).build();
    pattern.ok().filter(|_| is_whole).ok_or_else(|| row.fault(6, "a regular expression from ^ to $"))
}

fn mode(row: &Row<'_>, min: Fen, max: Fen) -> Result<PayMode, TableFault> {
    let steps = row.text(10).split(';').filter(|part| !part.is_empty());
    let steps: Vec<Fen> = steps.map(|part| amount(row, 10, part)).collect::<Result<_, _>>()?;
    match row.text(7) {
        "bill" if steps.is_empty() => Ok(PayMode::Bill),
        "bill" => Err(row.fault(10, "empty: bills are paid as they stand")),
        "topup" if !steps.is_empty() && steps.is_sorted_by(|a, b| a < b) => {
            let is_inside = steps.iter().all(|step| (min..=max).contains(step));
            let outside = || row.fault(10, "a list of steps between min_fen and max_fen");
            is_inside.then_some(PayMode::TopUp { steps }).ok_or_else(outside)
        }
        "topup" => Err(row.fault(10, "a list of steps in fen, small to large, with ; between")),
        _ => Err(row.fault(7, "bill or topup")),
    }
}

fn provider(row: &Row<'_>) -> Result<Provider, TableFault> {
    let (min, max) = (amount(row, 8, row.text(8))?, amount(row, 9, row.text(9))?);
    if min > max {
        return Err(row.fault(9, "at least min_fen"));
    }
    let items = "a list of service codes with ; between";
    let provider = Provider {
        id: row.parse(0, "a provider id (a-z 0-9 - _)")?,
        name: row.words(1)?,
        kind: row.words(2)?,
        query_items: row.list(3, items)?,
        pay_items: row.list(4, items)?,
        account_label: row.words(5)?,
        mode: mode(row, min, max)?,
        min,
        max,
        oldest: if row.flag(11)? { OldestBill::MayWait } else { OldestBill::First },
        late_fee: row.text(12).to_owned(),
        samples: row.list(13, "a list of accounts with ; between")?,
        pattern: pattern(row)?,
    };
    if provider.samples.iter().all(|sample| provider.accepts(sample)) {
        Ok(provider)
    } else {
        Err(row.fault(13, "a list of accounts that fit account_pattern"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PROVIDERS: &str = include_str!("../../catalog/providers.csv");

    fn broken(line: usize, from: &str, to: &str) -> String {
        let lines = PROVIDERS.lines().enumerate();
        let lines: Vec<String> = lines
            .map(|(index, text)| if index + 1 == line { text.replacen(from, to, 1) } else { text.to_owned() })
            .collect();
        Providers::parse(&lines.join("\n")).unwrap_err().to_string()
    }

    #[test]
    fn the_whole_list_loads() {
        let providers = Providers::parse(PROVIDERS).unwrap();
        assert_eq!(providers.all().len(), 22);
        let water = providers.find(&"szwater".parse().unwrap()).unwrap();
        assert!(water.accepts(&"1030400017".parse().unwrap()));
        assert!(!water.accepts(&"103040001".parse().unwrap()));
        assert_eq!((&water.mode, water.oldest), (&PayMode::Bill, OldestBill::First));
        let mobile = providers.find(&"cmcc".parse().unwrap()).unwrap();
        assert!(matches!(&mobile.mode, PayMode::TopUp { steps } if steps.first() == Some(&Fen(1000))));
        assert!(!mobile.accepts(&"1380000000１".parse().unwrap()), "a digit is a digit of ASCII");
        let parking = providers.find(&"parking".parse().unwrap()).unwrap();
        assert!(parking.accepts(&"粤B00002".parse().unwrap()));
    }

    #[test]
    fn each_fault_is_named_by_line_and_column() {
        let cases = [
            (4, "szwater,", "SZ Water,", "line 4, column 1 (provider): 'SZ Water' is not a provider id"),
            (4, r"^\d{10}$", r"\d{10}", "line 4, column 7 (account_pattern)"),
            (4, r"^\d{10}$", "^(1{10}$", "line 4, column 7 (account_pattern)"),
            (4, ",bill,", ",cash,", "line 4, column 8 (pay_mode): 'cash' is not bill or topup"),
            (4, ",1,20000000,", ",0,20000000,", "line 4, column 9 (min_fen)"),
            (4, ",1,20000000,", ",2,1,", "line 4, column 10 (max_fen): '1' is not at least min_fen"),
            (3, "5000;10000", "10000;5000", "line 3, column 11 (topup_steps_fen)"),
            (3, "5000;10000", "1;10000", "line 3, column 11 (topup_steps_fen)"),
            (4, ",0,0.1%", ",no,0.1%", "line 4, column 12 (skip_oldest_allowed): 'no' is not 0 or 1"),
            (4, "1030400025", "10304000255", "line 4, column 14 (sample_accounts)"),
            (4, "szwater,", "szpower,", "line 4, column 1 (provider): 'szpower' stands in line 2 already"),
            (1, "min_fen", "least", "line 1: column 9 must be 'min_fen', not 'least'"),
            (4, ",bill,1", "", "line 4, column 13 (late_fee)"),
        ];
        for (line, from, to, said) in cases {
            let fault = broken(line, from, to);
            assert!(fault.starts_with(&format!("providers.csv {said}")), "{fault}");
        }
        let header = PROVIDERS.lines().next().unwrap();
        assert!(Providers::parse(header).unwrap_err().to_string().contains("no rows"));
    }

    proptest! {
        #[test]
        fn any_file_is_taken_or_refused_without_panic(text in "([a-z0-9,;\"\n\r^$-]|bill|topup|\\PC){0,300}") {
            let header = TABLE.columns.join(",");
            let _ = Providers::parse(&text);
            let _ = Providers::parse(&format!("{header}\n{text}"));
        }
    }
}
