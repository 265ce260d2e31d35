//! The catalogue of services, after the national implementation list (实施清单): what a row of `services.csv`
//! says, and nothing that is not in it. No Rust code knows a single service.

use crate::{Fen, FormId, ServiceCode};
use std::collections::{BTreeSet, HashMap};

/// The most rows that a catalogue may have; a city has some thousands.
pub const MAX_ROWS: usize = 20_000;

/// The most faults that are named at once.
pub const MAX_FAULTS: usize = 200;

/// A promise about a service that a resident cares for; shown as a badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Badge {
    /// 秒批: rules decide, no human step.
    Instant,
    /// 不见面: no visit to a window.
    ZeroVisit,
    /// 全城通办: any terminal or window of the city takes it.
    CityWide,
    /// 可离线: may be filled and queued without a network.
    OfflineOk,
}

/// Who may ask (服务对象).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audience {
    /// 自然人
    Person,
    /// 法人
    Entity,
    /// Both.
    Both,
}

/// How long it takes (办件类型), in working days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Handling {
    /// 即办件: on the spot.
    OnTheSpot,
    /// 承诺件: within the promised days, never more than the law's.
    Promised {
        /// 承诺办结时限
        promised: u16,
        /// 法定办结时限
        statutory: u16,
    },
}

impl Handling {
    /// Promised working days; 0 is on the spot.
    pub const fn promised_days(self) -> u16 {
        match self {
            Self::OnTheSpot => 0,
            Self::Promised { promised, .. } => promised,
        }
    }
}

/// One service item (业务办理项).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Stable code.
    pub code: ServiceCode,
    /// Full name, unique.
    pub name: String,
    /// The item (事项) that it belongs to.
    pub parent: String,
    /// The body that handles it.
    pub department: String,
    /// 市级, 区级 or 公共服务.
    pub level: String,
    /// 行政许可, 行政给付, 行政确认, 行政裁决, 行政奖励, 其他行政权力 or 公共服务.
    pub kind: String,
    /// Who may ask.
    pub audience: Audience,
    /// Themes; the first is the one for natural persons where there is one.
    pub themes: Vec<String>,
    /// What it promises.
    pub badges: BTreeSet<Badge>,
    /// How long it takes.
    pub handling: Handling,
    /// 法定办结时限, in working days: what the law gives, also for what is done on the spot.
    pub statutory_days: u16,
    /// Fee; zero is free.
    pub fee: Fen,
    /// Whether card and face are needed (L3); otherwise anybody may ask.
    pub needs_face: bool,
    /// Its form.
    pub form: FormId,
    /// Whether a street terminal offers the item itself by default.
    pub at_terminal: bool,
}

impl Service {
    /// Whether the service keeps a promise.
    pub fn has(&self, badge: Badge) -> bool {
        self.badges.contains(&badge)
    }
}

/// A row that cannot be understood: where, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueFault {
    /// The text is not comma-separated values.
    #[error("services.csv line {line}: {detail}; mend the row")]
    Csv {
        /// Line, counted from 1.
        line: u64,
        /// The reader's words.
        detail: String,
    },
    /// The header row names other columns.
    #[error("services.csv line 1: column {column} must be '{expected}', not '{found}'")]
    Header {
        /// Column, counted from 1.
        column: usize,
        /// The name that must stand there.
        expected: &'static str,
        /// The name that stands there.
        found: String,
    },
    /// A cell has a value that it cannot have.
    #[error("services.csv line {line}, column {column} ({name}): '{value}' is not {expected}")]
    Cell {
        /// Line, counted from 1.
        line: u64,
        /// Column, counted from 1.
        column: usize,
        /// The column's name.
        name: &'static str,
        /// What stands there, cut to 40 characters.
        value: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// Two rows have one code or one name.
    #[error("services.csv line {line}, column {column} ({name}): '{value}' stands in line {first} already")]
    Twice {
        /// Line, counted from 1.
        line: u64,
        /// Column, counted from 1.
        column: usize,
        /// The column's name.
        name: &'static str,
        /// The value.
        value: String,
        /// The line of its first appearance.
        first: u64,
    },
    /// More rows than [`MAX_ROWS`].
    #[error("services.csv has more than {MAX_ROWS} rows; it cannot be a catalogue of one city")]
    TooLong,
    /// No row at all.
    #[error("services.csv has no services; lay the full catalogue into the folder")]
    Empty,
}

const COLUMNS: [&str; 19] = [
    "code",
    "name",
    "parent",
    "department",
    "level",
    "type",
    "audience",
    "theme",
    "city_wide",
    "zero_visit",
    "instant",
    "handling",
    "statutory_days",
    "promised_days",
    "fee_fen",
    "requires_face",
    "offline_ok",
    "form",
    "kiosk",
];

/// All services, in the order of the file, found by code.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    services: Vec<Service>,
    by_code: HashMap<ServiceCode, usize>,
}

impl Catalogue {
    /// Reads `services.csv`. The whole file is taken or none of it.
    pub fn parse(text: &str) -> Result<Self, CatalogueFault> {
        Self::judge(text).map_err(|faults| faults.into_iter().next().unwrap_or(CatalogueFault::Empty))
    }

    /// Reads the whole file and names what is wrong in every row, up to [`MAX_FAULTS`] of them, so that whoever mends it
    /// does so once.
    pub fn judge(text: &str) -> Result<Self, Vec<CatalogueFault>> {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut records = reader.records();
        let header =
            records.next().ok_or(CatalogueFault::Empty).and_then(|header| header.map_err(|e| csv_fault(&e)));
        header.and_then(|header| check_header(&header)).map_err(|fault| vec![fault])?;
        let mut catalogue = Self::default();
        let (mut codes, mut names, mut faults) = (HashMap::new(), HashMap::new(), Vec::new());
        for record in records {
            if faults.len() == MAX_FAULTS {
                break;
            }
            let taken = record
                .map_err(|error| csv_fault(&error))
                .and_then(|record| catalogue.take(&record, &mut codes, &mut names));
            match taken {
                Ok(()) => {}
                Err(fault @ CatalogueFault::TooLong) => return Err(vec![fault]),
                Err(fault) => faults.push(fault),
            }
        }
        if catalogue.services.is_empty() && faults.is_empty() {
            faults.push(CatalogueFault::Empty);
        }
        if faults.is_empty() { Ok(catalogue) } else { Err(faults) }
    }

    fn take(
        &mut self,
        record: &csv::StringRecord,
        codes: &mut HashMap<String, u64>,
        names: &mut HashMap<String, u64>,
    ) -> Result<(), CatalogueFault> {
        let row = Row { line: record.position().map_or(0, csv::Position::line), record };
        let service = row.service()?;
        row.unique(0, codes)?;
        row.unique(1, names)?;
        if self.services.len() == MAX_ROWS {
            return Err(CatalogueFault::TooLong);
        }
        self.by_code.insert(service.code.clone(), self.services.len());
        self.services.push(service);
        Ok(())
    }

    /// All services in the order of the file.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// The service with a code.
    pub fn find(&self, code: &ServiceCode) -> Option<&Service> {
        self.by_code.get(code).and_then(|index| self.services.get(*index))
    }
}

fn check_header(header: &csv::StringRecord) -> Result<(), CatalogueFault> {
    for (index, expected) in COLUMNS.iter().enumerate() {
        let found = header.get(index).unwrap_or("").trim_start_matches('\u{feff}');
        if found != *expected {
            let found = found.chars().take(40).collect();
            return Err(CatalogueFault::Header { column: index + 1, expected, found });
        }
    }
    Ok(())
}

fn csv_fault(error: &csv::Error) -> CatalogueFault {
    let line = error.position().map_or(0, csv::Position::line);
    CatalogueFault::Csv { line, detail: error.to_string() }
}

struct Row<'a> {
    line: u64,
    record: &'a csv::StringRecord,
}

impl Row<'_> {
    fn text(&self, column: usize) -> &str {
        self.record.get(column).unwrap_or("")
    }

    fn fault(&self, column: usize, expected: &'static str) -> CatalogueFault {
        CatalogueFault::Cell {
            line: self.line,
            column: column + 1,
            name: COLUMNS.get(column).copied().unwrap_or("beyond the last"),
            value: self.text(column).chars().take(40).collect(),
            expected,
        }
    }

    fn unique(&self, column: usize, seen: &mut HashMap<String, u64>) -> Result<(), CatalogueFault> {
        match seen.insert(self.text(column).to_owned(), self.line) {
            None => Ok(()),
            Some(first) => Err(CatalogueFault::Twice {
                line: self.line,
                column: column + 1,
                name: COLUMNS.get(column).copied().unwrap_or(""),
                value: self.text(column).to_owned(),
                first,
            }),
        }
    }

    fn parse<T: std::str::FromStr>(
        &self,
        column: usize,
        expected: &'static str,
    ) -> Result<T, CatalogueFault> {
        self.text(column).parse().map_err(|_| self.fault(column, expected))
    }

    fn words(&self, column: usize, longest: usize) -> Result<String, CatalogueFault> {
        let text = self.text(column);
        let fits =
            !text.trim().is_empty() && text.chars().count() <= longest && !text.contains(char::is_control);
        if fits { Ok(text.to_owned()) } else { Err(self.fault(column, "1 to 80 printable characters")) }
    }

    fn flag(&self, column: usize) -> Result<bool, CatalogueFault> {
        match self.text(column) {
            "0" => Ok(false),
            "1" => Ok(true),
            _ => Err(self.fault(column, "0 or 1")),
        }
    }

    fn service(&self) -> Result<Service, CatalogueFault> {
        if self.record.len() != COLUMNS.len() {
            let column = self.record.len().min(COLUMNS.len());
            return Err(self.fault(column, "there: a row has 19 columns"));
        }
        let mut badges = BTreeSet::new();
        for (column, badge) in
            [(8, Badge::CityWide), (9, Badge::ZeroVisit), (10, Badge::Instant), (16, Badge::OfflineOk)]
        {
            if self.flag(column)? {
                badges.insert(badge);
            }
        }
        let audience = match self.text(6) {
            "自然人" => Audience::Person,
            "法人" => Audience::Entity,
            "both" => Audience::Both,
            _ => return Err(self.fault(6, "自然人, 法人 or both")),
        };
        let (statutory, promised) =
            (self.parse(12, "whole working days")?, self.parse(13, "whole working days")?);
        let handling = match (self.text(11), promised) {
            ("即办件", 0) => Handling::OnTheSpot,
            ("承诺件", 1..) if promised <= statutory => Handling::Promised { promised, statutory },
            ("即办件" | "承诺件", _) => {
                return Err(self.fault(13, "0 for 即办件, or 1 to statutory_days for 承诺件"));
            }
            _ => return Err(self.fault(11, "即办件 or 承诺件")),
        };
        let fee: i64 = self.parse(14, "a whole number of fen")?;
        if fee < 0 {
            return Err(self.fault(14, "a fee of 0 fen or more"));
        }
        Ok(Service {
            code: self.parse(0, "a service code (SZ-, two capital letters, -, six digits)")?,
            name: self.words(1, 80)?,
            parent: self.words(2, 80)?,
            department: self.words(3, 80)?,
            level: self.words(4, 80)?,
            kind: self.words(5, 80)?,
            audience,
            themes: self.words(7, 80)?.split(';').map(str::to_owned).collect(),
            badges,
            handling,
            statutory_days: statutory,
            fee: Fen(fee),
            needs_face: self.flag(15)?,
            form: self.parse(17, "a form id (a-z 0-9 -)")?,
            at_terminal: self.flag(18)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SERVICES: &str = include_str!("../../catalog/services.csv");

    fn with_line(line: usize, change: impl Fn(&str) -> String) -> String {
        let lines: Vec<String> = SERVICES
            .lines()
            .enumerate()
            .map(|(index, text)| if index + 1 == line { change(text) } else { text.to_owned() })
            .collect();
        lines.join("\n")
    }

    #[test]
    fn the_whole_catalogue_loads() {
        let catalogue = Catalogue::parse(SERVICES).unwrap();
        assert_eq!(catalogue.services().len(), 3585);
        assert_eq!(catalogue.services().iter().filter(|s| s.at_terminal).count(), 2120);
        assert_eq!(catalogue.services().iter().filter(|s| s.has(Badge::Instant)).count(), 141);
        let service = catalogue.find(&"SZ-HZ-000078".parse().unwrap()).unwrap();
        assert_eq!(service.name, "无犯罪记录证明（本人申请开具）");
        assert!(service.needs_face && service.handling == Handling::OnTheSpot);
    }

    #[test]
    fn a_broken_row_is_named_by_line_and_column() {
        let broken = with_line(7, |row| row.replacen(",15,0,0,", ",15,0,free,", 1));
        assert_eq!(
            Catalogue::parse(&broken).unwrap_err().to_string(),
            "services.csv line 7, column 15 (fee_fen): 'free' is not a whole number of fen"
        );
        let short = with_line(9, |_| "SZ-HZ-000008,短".to_owned());
        assert!(
            Catalogue::parse(&short)
                .unwrap_err()
                .to_string()
                .starts_with("services.csv line 9, column 3 (parent)")
        );
        let twice = with_line(5, |_| SERVICES.lines().nth(1).unwrap().to_owned());
        assert_eq!(
            Catalogue::parse(&twice).unwrap_err().to_string(),
            "services.csv line 5, column 1 (code): 'SZ-HZ-000001' stands in line 2 already"
        );
        let header = with_line(1, |row| row.replace("fee_fen", "fee"));
        assert_eq!(
            Catalogue::parse(&header).unwrap_err().to_string(),
            "services.csv line 1: column 15 must be 'fee_fen', not 'fee'"
        );
    }

    #[test]
    fn every_broken_row_is_named_at_once() {
        let broken = with_line(7, |row| row.replacen(",15,0,0,", ",15,0,free,", 1));
        let broken = broken.replacen("\nSZ-HZ-000011,", "\nSZ-HZ-11,", 1);
        let faults: Vec<String> =
            Catalogue::judge(&broken).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].starts_with("services.csv line 7, column 15 (fee_fen)"));
        assert!(faults[1].starts_with("services.csv line 12, column 1 (code)"));
    }

    proptest! {
        #[test]
        fn any_file_is_taken_or_refused_without_panic(text in "([SZHC0-9,;\"\n\r-]|自然人|即办件|\\PC){0,300}") {
            let header = COLUMNS.join(",");
            let _ = Catalogue::parse(&text);
            let _ = Catalogue::parse(&format!("{header}\n{text}"));
        }
    }
}
