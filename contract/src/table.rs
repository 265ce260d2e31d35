//! A file of the catalogue as a table: comma-separated values under a header row of fixed names. Every row is judged, so
//! that whoever mends a file learns of all its faults at once, each by line and column. Knows no file.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

/// The most faults that are named at once.
const MAX_FAULTS: usize = 200;

/// What a file must look like.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// The file's name.
    pub file: &'static str,
    /// The names of its columns.
    pub columns: &'static [&'static str],
    /// The most rows that it may have.
    pub most: usize,
}

/// What is wrong with a file: where, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableFault {
    /// The text is not comma-separated values.
    #[error("{file} line {line}: {detail}; mend the row")]
    Csv {
        /// The file.
        file: &'static str,
        /// Line, counted from 1.
        line: u64,
        /// The reader's words.
        detail: String,
    },
    /// The header row names other columns.
    #[error("{file} line 1: column {column} must be '{expected}', not '{found}'")]
    Header {
        /// The file.
        file: &'static str,
        /// Column, counted from 1.
        column: usize,
        /// The name that must stand there.
        expected: &'static str,
        /// The name that stands there.
        found: String,
    },
    /// A row has too few or too many columns.
    #[error("{file} line {line}, column {column} ({name}): a row has {wanted} columns")]
    Length {
        /// The file.
        file: &'static str,
        /// Line, counted from 1.
        line: u64,
        /// The first column that is missing or too many, counted from 1.
        column: usize,
        /// The column's name.
        name: &'static str,
        /// Columns that a row has.
        wanted: usize,
    },
    /// A cell has a value that it can't have.
    #[error("{file} line {line}, column {column} ({name}): '{value}' is not {expected}")]
    Cell {
        /// The file.
        file: &'static str,
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
    /// Two rows have one name.
    #[error("{file} line {line}, column {column} ({name}): '{value}' stands in line {first} already")]
    Twice {
        /// The file.
        file: &'static str,
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
    /// More rows than such a file can have.
    #[error("{file} has more than {most} rows; lay the real file into the folder")]
    TooLong {
        /// The file.
        file: &'static str,
        /// The most that it may have.
        most: usize,
    },
    /// No rows.
    #[error("{file} has no rows; lay the full file into the folder")]
    Empty {
        /// The file.
        file: &'static str,
    },
}

/// Everything that is wrong with a file, a line each; of a long list the first 200.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableFaults(Vec<TableFault>);

impl TableFaults {
    /// One by one; there is at least one.
    pub fn all(&self) -> &[TableFault] {
        &self.0
    }
}

impl From<TableFault> for TableFaults {
    fn from(fault: TableFault) -> Self {
        Self(vec![fault])
    }
}

impl fmt::Display for TableFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.0.iter().enumerate() {
            let between = if n == 0 { "" } else { "\n" };
            write!(f, "{between}{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for TableFaults {}

impl Table {
    /// Reads every row, or says what is wrong with every row that can't be read. A table without rows is a fault.
    pub fn read<T>(
        &self,
        text: &str,
        mut take: impl FnMut(&Row<'_>) -> Result<T, TableFault>,
    ) -> Result<Vec<T>, TableFaults> {
        let file = self.file;
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut records = reader.records();
        let header =
            records.next().ok_or(TableFault::Empty { file })?.map_err(|error| self.unreadable(&error))?;
        self.check_header(&header)?;
        let (mut rows, mut faults) = (Vec::new(), Vec::new());
        for record in records {
            if rows.len() + faults.len() >= self.most {
                return Err(TableFault::TooLong { file, most: self.most }.into());
            }
            match record.map_err(|error| self.unreadable(&error)).and_then(|record| take(&self.row(&record)?))
            {
                Ok(row) => rows.push(row),
                Err(fault) => faults.push(fault),
            }
            if faults.len() == MAX_FAULTS {
                break;
            }
        }
        if !faults.is_empty() {
            Err(TableFaults(faults))
        } else if rows.is_empty() {
            Err(TableFault::Empty { file }.into())
        } else {
            Ok(rows)
        }
    }

    fn check_header(&self, header: &csv::StringRecord) -> Result<(), TableFault> {
        for (index, expected) in self.columns.iter().enumerate() {
            let found = header.get(index).unwrap_or("").trim_start_matches('\u{feff}');
            if found != *expected {
                let found = found.chars().take(40).collect();
                return Err(TableFault::Header { file: self.file, column: index + 1, expected, found });
            }
        }
        Ok(())
    }

    fn row<'a>(&'a self, record: &'a csv::StringRecord) -> Result<Row<'a>, TableFault> {
        let row = Row { table: self, line: record.position().map_or(0, csv::Position::line), record };
        if record.len() == self.columns.len() {
            return Ok(row);
        }
        let (file, wanted, column) = (self.file, self.columns.len(), record.len().min(self.columns.len()));
        Err(TableFault::Length { file, line: row.line, column: column + 1, name: row.name(column), wanted })
    }

    fn unreadable(&self, error: &csv::Error) -> TableFault {
        let line = error.position().map_or(0, csv::Position::line);
        TableFault::Csv { file: self.file, line, detail: error.to_string() }
    }
}

/// One row, as long as it must be. Columns are counted from 0.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    table: &'a Table,
    line: u64,
    record: &'a csv::StringRecord,
}

impl Row<'_> {
    /// What stands in a column.
    pub fn text(&self, column: usize) -> &str {
        self.record.get(column).unwrap_or("")
    }

    /// What stands there can't be: what would be right.
    pub fn fault(&self, column: usize, expected: &'static str) -> TableFault {
        TableFault::Cell {
            file: self.table.file,
            line: self.line,
            column: column + 1,
            name: self.name(column),
            value: self.text(column).chars().take(40).collect(),
            expected,
        }
    }

    /// A value that means something.
    pub fn parse<T: FromStr>(&self, column: usize, expected: &'static str) -> Result<T, TableFault> {
        self.text(column).parse().map_err(|_| self.fault(column, expected))
    }

    /// Words that people read: 1 to 80 printable characters.
    pub fn words(&self, column: usize) -> Result<String, TableFault> {
        let text = self.text(column);
        let fits = !text.trim().is_empty() && text.chars().count() <= 80 && !text.contains(char::is_control);
        if fits { Ok(text.to_owned()) } else { Err(self.fault(column, "1 to 80 printable characters")) }
    }

    /// 0 or 1.
    pub fn flag(&self, column: usize) -> Result<bool, TableFault> {
        match self.text(column) {
            "0" => Ok(false),
            "1" => Ok(true),
            _ => Err(self.fault(column, "0 or 1")),
        }
    }

    /// Values with `;` between; an empty cell has none.
    pub fn list<T: FromStr>(&self, column: usize, expected: &'static str) -> Result<Vec<T>, TableFault> {
        let parts = self.text(column).split(';').filter(|part| !part.is_empty());
        parts.map(|part| part.parse().map_err(|_| self.fault(column, expected))).collect()
    }

    /// What stands in this column stands in no row before; `seen` remembers in which line.
    pub fn unique(&self, column: usize, seen: &mut HashMap<String, u64>) -> Result<(), TableFault> {
        match seen.insert(self.text(column).to_owned(), self.line) {
            None => Ok(()),
            Some(first) => Err(TableFault::Twice {
                file: self.table.file,
                line: self.line,
                column: column + 1,
                name: self.name(column),
                value: self.text(column).to_owned(),
                first,
            }),
        }
    }

    fn name(&self, column: usize) -> &'static str {
        self.table.columns.get(column).copied().unwrap_or("beyond the last")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PETS: Table = Table { file: "pets.csv", columns: &["name", "legs"], most: 3 };

    fn read(text: &str) -> Result<Vec<u8>, String> {
        let mut names = HashMap::new();
        let legs = PETS.read(text, |row| {
            row.unique(0, &mut names)?;
            row.parse(1, "a number of legs")
        });
        legs.map_err(|faults| faults.to_string())
    }

    #[test]
    fn rows_are_read_or_every_fault_is_named() {
        assert_eq!(read("name,legs\ncat,4\nhen,2"), Ok(vec![4, 2]));
        let said = read("name,legs\ncat,four\nhen\ncat,4").unwrap_err();
        let said: Vec<&str> = said.lines().collect();
        assert_eq!(
            said,
            [
                "pets.csv line 2, column 2 (legs): 'four' is not a number of legs",
                "pets.csv line 3, column 2 (legs): a row has 2 columns",
                "pets.csv line 4, column 1 (name): 'cat' stands in line 2 already",
            ]
        );
    }

    #[test]
    fn a_table_is_neither_empty_nor_endless_nor_another() {
        for (text, words) in [
            ("", "has no rows"),
            ("name,legs\n", "has no rows"),
            ("name,feet\ncat,4", "line 1: column 2 must be 'legs', not 'feet'"),
            ("name,legs\na,1\nb,1\nc,1\nd,1", "more than 3 rows"),
            ("name,legs\na,1,2", "line 2, column 3 (beyond the last): a row has 2 columns"),
        ] {
            let said = read(text).unwrap_err();
            assert!(said.contains(words), "{text:?}: {said}");
        }
    }
}
