//! The working-day calendar (工作日历): which days of Shenzhen's years count when the law says 'working days'
//! (行政许可法 art. 82), holidays and make-up working days (调休) included.
//!
//! Everything comes from `calendar.csv`; nothing is guessed: a day outside of the years in the file is an error. Knows
//! nothing of cases.

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The most rows that a calendar may have: thirty years of holidays.
const MAX_ROWS: usize = 2_000;

const COLUMNS: [&str; 5] = ["day", "kind", "name", "standing", "source"];

/// A number of working days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkingDays(pub u16);

impl fmt::Display for WorkingDays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} 个工作日", self.0)
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
    /// Not comma-separated values.
    #[error("calendar.csv line {line}: {detail}; mend the row")]
    Csv {
        /// Line, counted from 1.
        line: u64,
        /// The reader's words.
        detail: String,
    },
    /// A cell has a value that it can't have.
    #[error("calendar.csv line {line}, column {column} ({name}): '{value}' is not {expected}")]
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
    /// A year between the first and the last has no row.
    #[error("calendar.csv has no row of {0}: a year without holidays is a year that was forgotten")]
    YearMissing(i16),
    /// More rows than thirty years have.
    #[error("calendar.csv has more than {MAX_ROWS} rows; lay the real calendar into the folder")]
    TooLong,
    /// No rows.
    #[error("calendar.csv has no days; lay the full catalogue into the folder")]
    Empty,
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
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut exceptions = BTreeMap::new();
        for (index, record) in reader.records().enumerate() {
            let record = record.map_err(|error| CalendarFault::Csv {
                line: error.position().map_or(0, csv::Position::line),
                detail: error.to_string(),
            })?;
            let row = Row { line: record.position().map_or(0, csv::Position::line), record: &record };
            if index == 0 {
                row.expect_header()?;
                continue;
            }
            if exceptions.len() == MAX_ROWS {
                return Err(CalendarFault::TooLong);
            }
            let (day, exception) = row.exception()?;
            if exceptions.insert(day, exception).is_some() {
                return Err(row.fault(0, "a day that stands there once"));
            }
        }
        let (Some((first, _)), Some((last, _))) = (exceptions.first_key_value(), exceptions.last_key_value())
        else {
            return Err(CalendarFault::Empty);
        };
        let (first, last) = (first.year(), last.year());
        for year in first..=last {
            if !exceptions.keys().any(|day| day.year() == year) {
                return Err(CalendarFault::YearMissing(year));
            }
        }
        let ends = Date::new(first, 1, 1).and_then(|start| Ok((start, Date::new(last, 12, 31)?)));
        let (first, last) = ends.map_err(|_| CalendarFault::Empty)?;
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

struct Row<'a> {
    line: u64,
    record: &'a csv::StringRecord,
}

impl Row<'_> {
    fn text(&self, column: usize) -> &str {
        self.record.get(column).unwrap_or("")
    }

    fn fault(&self, column: usize, expected: &'static str) -> CalendarFault {
        CalendarFault::Cell {
            line: self.line,
            column: column + 1,
            name: COLUMNS.get(column).copied().unwrap_or("beyond the last"),
            value: self.text(column).chars().take(40).collect(),
            expected,
        }
    }

    fn expect_header(&self) -> Result<(), CalendarFault> {
        for (column, name) in COLUMNS.iter().enumerate() {
            if self.text(column).trim_start_matches('\u{feff}') != *name {
                return Err(self.fault(column, name));
            }
        }
        Ok(())
    }

    fn exception(&self) -> Result<(Date, Exception), CalendarFault> {
        if self.record.len() != COLUMNS.len() {
            return Err(self.fault(self.record.len().min(COLUMNS.len()), "there: a row has 5 columns"));
        }
        let day = crate::validate::parse_date(self.text(0))
            .ok_or_else(|| self.fault(0, "a calendar date, YYYY-MM-DD"))?;
        let kind = match self.text(1) {
            "休" => Kind::Off,
            "班" => Kind::Working,
            _ => return Err(self.fault(1, "休 or 班")),
        };
        let standing = match self.text(3) {
            "公布" => Standing::Announced,
            "待公布" => Standing::Provisional,
            _ => return Err(self.fault(3, "公布 or 待公布")),
        };
        let words = |column| match self.text(column) {
            text if !text.is_empty() && text.chars().count() <= 80 && !text.contains(char::is_control) => {
                Ok(text.to_owned())
            }
            _ => Err(self.fault(column, "1 to 80 printable characters")),
        };
        words(4)?;
        Ok((day, Exception { kind, name: words(2)?, standing }))
    }
}

#[cfg(test)]
#[path = "calendar_tests.rs"]
mod tests;
