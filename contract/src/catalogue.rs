//! The catalogue of services, after the national implementation list (实施清单): what a row of `services.csv`
//! says, and nothing that is not in it. No Rust code knows a single service.

use crate::table::{Row, Table, TableFault, TableFaults};
use crate::{Fen, FormId, ServiceCode};
use std::collections::{BTreeSet, HashMap};

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

    /// 秒批: rules decide it at once.
    pub fn is_decided_by_rules(&self) -> bool {
        self.has(Badge::Instant)
    }
}

/// The most rows are far more than the thousands of a city.
const TABLE: Table = Table {
    file: "services.csv",
    columns: &[
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
    ],
    most: 20_000,
};

/// All services, in the order of the file, found by code.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    services: Vec<Service>,
    by_code: HashMap<ServiceCode, usize>,
}

impl Catalogue {
    /// Reads `services.csv`. The whole file is taken or none of it.
    pub fn parse(text: &str) -> Result<Self, TableFaults> {
        let (mut codes, mut names) = (HashMap::new(), HashMap::new());
        let services = TABLE.read(text, |row| {
            row.unique(0, &mut codes)?;
            row.unique(1, &mut names)?;
            service(row)
        })?;
        let by_code =
            services.iter().enumerate().map(|(place, service)| (service.code.clone(), place)).collect();
        Ok(Self { services, by_code })
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

fn service(row: &Row<'_>) -> Result<Service, TableFault> {
    let mut badges = BTreeSet::new();
    for (column, badge) in
        [(8, Badge::CityWide), (9, Badge::ZeroVisit), (10, Badge::Instant), (16, Badge::OfflineOk)]
    {
        if row.flag(column)? {
            badges.insert(badge);
        }
    }
    let audience = match row.text(6) {
        "自然人" => Audience::Person,
        "法人" => Audience::Entity,
        "both" => Audience::Both,
        _ => return Err(row.fault(6, "自然人, 法人 or both")),
    };
    let (statutory, promised) = (row.parse(12, "whole working days")?, row.parse(13, "whole working days")?);
    let handling = match (row.text(11), promised) {
        ("即办件", 0) => Handling::OnTheSpot,
        ("承诺件", 1..) if promised <= statutory => Handling::Promised { promised, statutory },
        ("即办件" | "承诺件", _) => {
            return Err(row.fault(13, "0 for 即办件, or 1 to statutory_days for 承诺件"));
        }
        _ => return Err(row.fault(11, "即办件 or 承诺件")),
    };
    let fee: i64 = row.parse(14, "a whole number of fen")?;
    if fee < 0 {
        return Err(row.fault(14, "a fee of 0 fen or more"));
    }
    Ok(Service {
        code: row.parse(0, "a service code (SZ-, two capital letters, -, six digits)")?,
        name: row.words(1)?,
        parent: row.words(2)?,
        department: row.words(3)?,
        level: row.words(4)?,
        kind: row.words(5)?,
        audience,
        themes: row.words(7)?.split(';').map(str::to_owned).collect(),
        badges,
        handling,
        statutory_days: statutory,
        fee: Fen(fee),
        needs_face: row.flag(15)?,
        form: row.parse(17, "a form id (a-z 0-9 -)")?,
        at_terminal: row.flag(18)?,
    })
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
            Catalogue::parse(&broken).unwrap_err().all().iter().map(ToString::to_string).collect();
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].starts_with("services.csv line 7, column 15 (fee_fen)"));
        assert!(faults[1].starts_with("services.csv line 12, column 1 (code)"));
    }

    proptest! {
        #[test]
        fn any_file_is_taken_or_refused_without_panic(text in "([SZHC0-9,;\"\n\r-]|自然人|即办件|\\PC){0,300}") {
            let header = TABLE.columns.join(",");
            let _ = Catalogue::parse(&text);
            let _ = Catalogue::parse(&format!("{header}\n{text}"));
        }
    }
}
