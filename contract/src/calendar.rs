//! The working-day calendar (工作日历): which days of Shenzhen's years count when the law says 'working days'
//! (行政许可法 art. 82), holidays and make-up working days (调休) included.
//!
//! Everything comes from `calendar.csv`; nothing is guessed: a day outside of the years in the file is an error. Knows
//! nothing of cases.

use crate::language::{Language, english_count};
use crate::table::{Row, Table, TableFault, TableFaults};
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// The most rows are thirty years of holidays.
const TABLE: Table =
    Table { file: "calendar.csv", columns: &["day", "kind", "name", "standing", "source"], most: 2_000 };

/// A number of working days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkingDays(pub u16);

impl WorkingDays {
    /// `3 个工作日`, `3 working days`.
    pub fn words(self, language: Language) -> String {
        match language {
            Language::Chinese => format!("{} 个工作日", self.0),
            Language::English => english_count(self.0, "working day"),
        }
    }
}

/// A time that does not count (特别程序): from its first day until the day on which the clock runs again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// The first day that does not count.
    pub from: Date,
    /// The first day that counts again; none while the clock stands.
    pub until: Option<Date>,
}

impl Pause {
    fn covers(&self, day: Date) -> bool {
        day >= self.from && self.until.is_none_or(|until| day < until)
    }
}

/// Whether the State Council has announced a day, or it is derived from the law until it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// 公布
    Announced,
    /// 待公布
    Provisional,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// 休: no working day, whatever weekday it is.
    Off,
    /// 班: a working day, whatever weekday it is.
    Working,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Exception {
    kind: Kind,
    name: String,
    standing: Standing,
}

/// A day that the calendar does not reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the working-day calendar reaches from {first} to {last}, not to {day}: add the year to calendar.csv"
)]
pub struct BeyondCalendar {
    /// The day that was asked for.
    pub day: Date,
    /// The first day that the calendar has.
    pub first: Date,
    /// The last one.
    pub last: Date,
}

/// Why `calendar.csv` can't be used: where, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarFault {
    /// Its rows.
    #[error(transparent)]
    Rows(#[from] TableFaults),
    /// A year between the first and the last has no row.
    #[error("calendar.csv has no row of {0}: a year without holidays is a year that was forgotten")]
    YearMissing(i16),
}

/// The calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    first: Date,
    last: Date,
    exceptions: BTreeMap<Date, Exception>,
}

impl Calendar {
    /// Reads `calendar.csv`. A year is covered when it has rows; the years must follow each other.
    pub fn parse(text: &str) -> Result<Self, CalendarFault> {
        let mut days = HashMap::new();
        let exceptions = TABLE.read(text, |row| {
            row.unique(0, &mut days)?;
            exception(row)
        })?;
        let exceptions = BTreeMap::from_iter(exceptions);
        let (Some((first, _)), Some((last, _))) = (exceptions.first_key_value(), exceptions.last_key_value())
        else {
            return Err(TableFaults::from(TableFault::Empty { file: TABLE.file }).into());
        };
        let (first, last) = (first.year(), last.year());
        for year in first..=last {
            if !exceptions.keys().any(|day| day.year() == year) {
                return Err(CalendarFault::YearMissing(year));
            }
        }
        let ends = Date::new(first, 1, 1).and_then(|start| Ok((start, Date::new(last, 12, 31)?)));
        let (first, last) = ends.map_err(|_| CalendarFault::YearMissing(last))?;
        Ok(Self { first, last, exceptions })
    }

    /// The first and the last day that the calendar reaches.
    pub fn reach(&self) -> (Date, Date) {
        (self.first, self.last)
    }

    /// Whether a day counts.
    pub fn is_working_day(&self, day: Date) -> Result<bool, BeyondCalendar> {
        if !(self.first..=self.last).contains(&day) {
            return Err(BeyondCalendar { day, first: self.first, last: self.last });
        }
        Ok(match self.exceptions.get(&day) {
            Some(exception) => exception.kind == Kind::Working,
            None => !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday),
        })
    }

    /// The name of the holiday that a day belongs to, its make-up working days included.
    pub fn holiday(&self, day: Date) -> Option<&str> {
        self.exceptions.get(&day).map(|exception| exception.name.as_str())
    }

    /// Whether what the calendar says of a year has been announced.
    pub fn standing(&self, year: i16) -> Standing {
        let provisional = |(day, exception): (&Date, &Exception)| {
            day.year() == year && exception.standing == Standing::Provisional
        };
        if self.exceptions.iter().any(provisional) { Standing::Provisional } else { Standing::Announced }
    }

    /// The last day of a limit: the `count`th working day after `from` that no pause covers; `from` itself when `count`
    /// is 0. None while a pause without an end stops the clock before that.
    pub fn add_working_days(
        &self,
        from: Date,
        count: WorkingDays,
        pauses: &[Pause],
    ) -> Result<Option<Date>, BeyondCalendar> {
        let (mut day, mut left) = (from, count.0);
        while left > 0 {
            day = self.day_after(day)?;
            if pauses.iter().any(|pause| pause.until.is_none() && pause.covers(day)) {
                return Ok(None);
            }
            if self.counts(day, pauses)? {
                left -= 1;
            }
        }
        Ok(Some(day))
    }

    /// How many working days lie after `from` up to and with `to`, pauses left out; 0 when `to` is not after `from`.
    pub fn working_days_between(
        &self,
        from: Date,
        to: Date,
        pauses: &[Pause],
    ) -> Result<WorkingDays, BeyondCalendar> {
        let (mut day, mut count) = (from, 0_u16);
        while day < to {
            day = self.day_after(day)?;
            if self.counts(day, pauses)? {
                count = count.saturating_add(1);
            }
        }
        Ok(WorkingDays(count))
    }

    fn counts(&self, day: Date, pauses: &[Pause]) -> Result<bool, BeyondCalendar> {
        Ok(self.is_working_day(day)? && !pauses.iter().any(|pause| pause.covers(day)))
    }

    fn day_after(&self, day: Date) -> Result<Date, BeyondCalendar> {
        day.tomorrow().map_err(|_| BeyondCalendar { day, first: self.first, last: self.last })
    }
}

fn exception(row: &Row<'_>) -> Result<(Date, Exception), TableFault> {
    let day = crate::validate::parse_date(row.text(0))
        .ok_or_else(|| row.fault(0, "a calendar date, YYYY-MM-DD"))?;
    let kind = match row.text(1) {
        "休" => Kind::Off,
        "班" => Kind::Working,
        _ => return Err(row.fault(1, "休 or 班")),
    };
    let standing = match row.text(3) {
        "公布" => Standing::Announced,
        "待公布" => Standing::Provisional,
        _ => return Err(row.fault(3, "公布 or 待公布")),
    };
    row.words(4)?;
    Ok((day, Exception { kind, name: row.words(2)?, standing }))
}

#[cfg(test)]
#[path = "calendar_tests.rs"]
mod tests;
