//! `guides.csv`: who may ask for a service (受理条件) and by which law it is decided (设定依据). A row belongs to every service
//! that all its columns fit, so that a law that stands behind fifty services is written once.

use crate::catalogue::{Audience, Service};
use crate::language::Voice;
use crate::table::{Row, Table, TableFault, TableFaults};
use crate::{DepartmentCode, FormId};

/// A city's services stand on some hundreds of laws.
const TABLE: Table = Table {
    file: "guides.csv",
    columns: &["part", "departments", "words", "kinds", "forms", "party", "text", "source"],
    most: 5_000,
};

/// What a row adds to a guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// 条件: who may ask.
    Condition,
    /// 依据: the law.
    Ground,
}

/// Which services a row belongs to: whatever it does not name, it leaves open.
#[derive(Clone, Debug)]
struct Line {
    part: Part,
    departments: Vec<DepartmentCode>,
    words: Vec<String>,
    kinds: Vec<String>,
    forms: Vec<FormId>,
    party: Option<Audience>,
    text: String,
}

/// What guides say beyond the columns of `services.csv`, in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct GuideBook(Vec<Line>);

impl GuideBook {
    /// Reads `guides.csv`.
    pub fn parse(text: &str) -> Result<Self, TableFaults> {
        TABLE.read(text, line).map(Self)
    }

    /// What a part of a service's guide says. Where persons and bodies may ask and a line is for one of them, it says for
    /// whom.
    pub fn of(&self, part: Part, service: &Service, voice: Voice<'_>) -> Vec<String> {
        let Voice { language, names } = voice;
        let lines = self.0.iter().filter(|line| line.part == part && line.fits(service));
        let told = lines.map(|line| match (service.audience, line.party) {
            (Audience::Both, Some(Audience::Person)) => {
                format!("{}{}", language.say("个人：", "Persons: "), names(&line.text))
            }
            (Audience::Both, Some(Audience::Entity)) => {
                format!("{}{}", language.say("单位：", "Organisations: "), names(&line.text))
            }
            _ => names(&line.text),
        });
        told.collect()
    }
}

impl Line {
    fn fits(&self, service: &Service) -> bool {
        let department = service.code.department();
        (self.departments.is_empty() || self.departments.contains(&department))
            && (self.words.is_empty() || self.words.iter().any(|word| service.name.contains(word)))
            && (self.kinds.is_empty() || self.kinds.contains(&service.kind))
            && (self.forms.is_empty() || self.forms.contains(&service.form))
            && self.party.is_none_or(|party| service.audience == party || service.audience == Audience::Both)
    }
}

fn line(row: &Row<'_>) -> Result<Line, TableFault> {
    let part = match row.text(0) {
        "条件" => Part::Condition,
        "依据" => Part::Ground,
        _ => return Err(row.fault(0, "条件 or 依据")),
    };
    let party = match row.text(5) {
        "" => None,
        "个人" => Some(Audience::Person),
        "单位" => Some(Audience::Entity),
        _ => return Err(row.fault(5, "个人, 单位 or nothing")),
    };
    row.words(7)?;
    Ok(Line {
        part,
        departments: names(row, 1, "department codes (two capital letters), ; between")?,
        words: names(row, 2, "words of names, ; between")?,
        kinds: names(row, 3, "kinds of items, ; between")?,
        forms: names(row, 4, "form ids, ; between")?,
        party,
        text: row.words(6)?,
    })
}

fn names<T: std::str::FromStr>(
    row: &Row<'_>,
    column: usize,
    expected: &'static str,
) -> Result<Vec<T>, TableFault> {
    let parts = row.text(column).split(';').filter(|_| !row.text(column).is_empty());
    parts.map(|part| part.parse().map_err(|_| row.fault(column, expected))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    const BOOK: &str = include_str!("../../catalog/guides.csv");

    fn shipped() -> (Catalogue, GuideBook) {
        let catalogue = Catalogue::parse(include_str!("../../catalog/services.csv")).unwrap();
        (catalogue, GuideBook::parse(BOOK).unwrap())
    }

    #[test]
    fn every_service_names_who_may_ask_and_by_which_law() {
        let (catalogue, book) = shipped();
        for service in catalogue.services() {
            assert_ne!(
                book.of(Part::Condition, service, Voice::CHINESE),
                [""; 0],
                "{}: guides.csv has no 条件",
                service.name
            );
            assert_ne!(
                book.of(Part::Ground, service, Voice::CHINESE),
                [""; 0],
                "{}: guides.csv has no 依据",
                service.name
            );
        }
    }

    #[test]
    fn a_row_that_belongs_to_no_service_is_a_slip() {
        let (catalogue, book) = shipped();
        for line in &book.0 {
            let is_used = catalogue.services().iter().any(|service| line.fits(service));
            assert!(is_used, "guides.csv: no service has '{}'; mend its columns or take it out", line.text);
        }
    }

    #[test]
    fn a_line_for_some_says_for_whom_where_all_may_ask() {
        let (catalogue, book) = shipped();
        let conditions = |code: &str| {
            book.of(Part::Condition, catalogue.find(&code.parse().unwrap()).unwrap(), Voice::CHINESE)
        };
        let both = catalogue.services().iter().find(|service| {
            service.audience == Audience::Both && service.form.as_str() == "certificate-print"
        });
        let told = book.of(Part::Condition, both.unwrap(), Voice::CHINESE);
        assert!(told.iter().any(|line| line.starts_with("个人：")), "{told:?}");
        assert!(told.iter().any(|line| line.starts_with("单位：")), "{told:?}");
        let own = conditions("SZ-HZ-000078");
        assert_eq!(own, ["申请人持有效的居民身份证件", "本人的记录在发证机关可以查询到"]);
    }

    #[test]
    fn a_row_that_can_not_be_is_named_by_line_and_column() {
        let with = |row: &str| {
            let header = BOOK.lines().next().unwrap();
            GuideBook::parse(&format!("{header}\n{row}\n")).unwrap_err().to_string()
        };
        for (row, place) in [
            ("别的,,,,,,《法》,样例数据", "column 1 (part)"),
            ("依据,HZ;hz,,,,,《法》,样例数据", "column 2 (departments)"),
            ("依据,,,,Form!,,《法》,样例数据", "column 5 (forms)"),
            ("依据,,,,,both,《法》,样例数据", "column 6 (party)"),
            ("依据,,,,,,,样例数据", "column 7 (text)"),
            ("依据,,,,,,《法》,", "column 8 (source)"),
        ] {
            assert!(with(row).contains(place), "{row}: {}", with(row));
        }
    }
}
