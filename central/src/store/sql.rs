//! SQL as it is written here, once for both engines: statements, values, rows.
//!
//! The dialect is what SQLite and PostgreSQL agree on, with three words of our own: parameters are `?1`, `?2`; a
//! `SELECT … FOR UPDATE [SKIP LOCKED]` locks rows where the engine has locks; `STRICT` and `WITHOUT ROWID` end the
//! tables of a migration. Integers are 64 bits, times are milliseconds since 1970, days are `YYYY-MM-DD`.

use super::StoreError;
use contract::phone::DropId;
use contract::{BillId, CaseNumber, EntryId, KioskId, OperatorId, OrderNumber, ProviderId, Seq, ServiceCode};
use jiff::Timestamp;
use jiff::civil::Date;
use std::str::FromStr;

/// One open transaction. It is synchronous on purpose: rules that need it read like plain code, and whoever runs them
/// decides on what thread.
pub trait Sql {
    /// Runs one statement; how many rows it changed.
    fn execute(&mut self, sql: &'static str, values: &[Value]) -> Result<u64, StoreError>;

    /// Runs one query.
    fn query(&mut self, sql: &'static str, values: &[Value]) -> Result<Vec<Row>, StoreError>;

    /// The first row of a query.
    fn query_one(&mut self, sql: &'static str, values: &[Value]) -> Result<Option<Row>, StoreError> {
        Ok(self.query(sql, values)?.into_iter().next())
    }
}

/// One value, going in or coming out.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A number.
    Int(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// Values are often personal: only their kind is shown.
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Null => "NULL",
            Self::Int(_) => "INTEGER",
            Self::Text(_) => "TEXT",
            Self::Bytes(_) => "BLOB",
        })
    }
}

/// The values of a statement, each made by `Value::from`.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::store::Value::from($value)),*] };
}

macro_rules! from_numbers {
    ($($number:ty),*) => { $(
        impl From<$number> for Value {
            fn from(number: $number) -> Self {
                Self::Int(i64::from(number))
            }
        }
    )* };
}
from_numbers!(i64, i32, u32, u16, u8);

impl From<usize> for Value {
    fn from(count: usize) -> Self {
        Self::Int(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

/// A place in a series has at most 53 bits (see the API); anything above would not be found again either.
impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<Seq> for Value {
    fn from(seq: Seq) -> Self {
        Self::from(seq.0)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl From<[u8; 32]> for Value {
    fn from(digest: [u8; 32]) -> Self {
        Self::Bytes(digest.to_vec())
    }
}

impl From<DropId> for Value {
    fn from(id: DropId) -> Self {
        Self::Bytes(id.0.as_bytes().to_vec())
    }
}

impl From<EntryId> for Value {
    fn from(id: EntryId) -> Self {
        Self::Bytes(id.0.as_bytes().to_vec())
    }
}

impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        Self::Int(at.as_millisecond())
    }
}

impl From<Date> for Value {
    fn from(day: Date) -> Self {
        Self::Text(day.to_string())
    }
}

macro_rules! from_names {
    ($($name:ty),*) => { $(
        impl From<&$name> for Value {
            fn from(name: &$name) -> Self {
                Self::Text(name.as_str().to_owned())
            }
        }
    )* };
}
from_names!(KioskId, CaseNumber, ServiceCode, OrderNumber, OperatorId, ProviderId, BillId);

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// One row of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row(Vec<Value>);

impl Row {
    pub(super) const fn new(values: Vec<Value>) -> Self {
        Self(values)
    }

    /// All of its values.
    pub fn into_values(self) -> Vec<Value> {
        self.0
    }

    fn value(&self, column: usize) -> &Value {
        self.0.get(column).unwrap_or(&Value::Null)
    }

    /// A number.
    pub fn int(&self, column: usize) -> Result<i64, StoreError> {
        self.optional_int(column)?.ok_or(StoreError::Column(column))
    }

    /// A number that may be missing.
    pub fn optional_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.value(column) {
            Value::Int(number) => Ok(Some(*number)),
            Value::Null => Ok(None),
            Value::Text(_) | Value::Bytes(_) => Err(StoreError::Column(column)),
        }
    }

    /// A number of a narrower type.
    pub fn number<T: TryFrom<i64>>(&self, column: usize) -> Result<T, StoreError> {
        T::try_from(self.int(column)?).map_err(|_| StoreError::Column(column))
    }

    /// A text.
    pub fn text(&self, column: usize) -> Result<&str, StoreError> {
        self.optional_text(column)?.ok_or(StoreError::Column(column))
    }

    /// A text that may be missing.
    pub fn optional_text(&self, column: usize) -> Result<Option<&str>, StoreError> {
        match self.value(column) {
            Value::Text(text) => Ok(Some(text)),
            Value::Null => Ok(None),
            Value::Int(_) | Value::Bytes(_) => Err(StoreError::Column(column)),
        }
    }

    /// Bytes.
    pub fn bytes(&self, column: usize) -> Result<&[u8], StoreError> {
        match self.value(column) {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(StoreError::Column(column)),
        }
    }

    /// A text that means something.
    pub fn parsed<T: FromStr>(&self, column: usize) -> Result<T, StoreError> {
        self.text(column)?.parse().map_err(|_| StoreError::Column(column))
    }

    /// A text that means something and may be missing.
    pub fn optional_parsed<T: FromStr>(&self, column: usize) -> Result<Option<T>, StoreError> {
        self.optional_text(column)?
            .map(|text| text.parse().map_err(|_| StoreError::Column(column)))
            .transpose()
    }

    /// A moment.
    pub fn at(&self, column: usize) -> Result<Timestamp, StoreError> {
        Timestamp::from_millisecond(self.int(column)?).map_err(|_| StoreError::Column(column))
    }

    /// A moment, or nothing.
    pub fn optional_at(&self, column: usize) -> Result<Option<Timestamp>, StoreError> {
        let at = self.optional_int(column)?.map(Timestamp::from_millisecond).transpose();
        at.map_err(|_| StoreError::Column(column))
    }

    /// The key of an entry.
    pub fn entry_id(&self, column: usize) -> Result<EntryId, StoreError> {
        let id = uuid::Uuid::from_slice(self.bytes(column)?).map_err(|_| StoreError::Column(column))?;
        Ok(EntryId(id))
    }

    /// A digest.
    pub fn digest(&self, column: usize) -> Result<[u8; 32], StoreError> {
        self.bytes(column)?.try_into().map_err(|_| StoreError::Column(column))
    }
}
