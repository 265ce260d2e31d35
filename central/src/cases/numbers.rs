//! Case numbers, each given once. An instance takes them from the store by the block, so that cases that are opened at
//! the same moment don't wait for each other; what is left of a block when it stops is never given.

use super::DISTRICT;
use crate::store::{Sql, Store, StoreError};
use crate::values;
use contract::CaseNumber;
use jiff::civil::Date;
use tokio::sync::Mutex;

/// Numbers that an instance takes at once.
const BLOCK: u32 = 64;

/// More than a district opens in a day. Nine restores fit into one.
const LEAP: u32 = 1_000_000;

/// The biggest sequence that fits the seven digits of a case number.
const LAST_OF_A_DAY: u32 = 9_999_999;

/// Why there is no number.
#[derive(Debug, thiserror::Error)]
pub enum NoNumberLeft {
    /// All are given.
    #[error("the day has no case numbers left")]
    Today,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The numbers that this instance may give.
#[derive(Debug, Default)]
pub struct Numbers(Mutex<Option<Block>>);

#[derive(Debug)]
struct Block {
    day: Date,
    next: u32,
    last: u32,
}

impl Numbers {
    /// Goes on far beyond what may have been given on a day that is not remembered, after a restore.
    pub fn leap(sql: &mut dyn Sql, day: Date) -> Result<(), StoreError> {
        reserve(sql, day, LEAP).map(drop)
    }

    /// The next number of a day.
    pub async fn take(&self, store: &dyn Store, day: Date) -> Result<CaseNumber, NoNumberLeft> {
        let mut block = self.0.lock().await;
        if block.as_ref().is_none_or(|block| block.day != day || block.next > block.last) {
            let last = store.change(move |sql| reserve(sql, day, BLOCK)).await?;
            *block = Some(Block { day, next: last - BLOCK + 1, last });
        }
        let block = block.as_mut().ok_or(NoNumberLeft::Today)?;
        let sequence = block.next;
        block.next += 1;
        if sequence > LAST_OF_A_DAY {
            return Err(NoNumberLeft::Today);
        }
        CaseNumber::compose(DISTRICT, day, sequence).ok_or(NoNumberLeft::Today)
    }
}

fn reserve(sql: &mut dyn Sql, day: Date, count: u32) -> Result<u32, StoreError> {
    let row = sql.query_one(
        "INSERT INTO case_days (district, day, last) VALUES (?1, ?2, ?3)
         ON CONFLICT (district, day) DO UPDATE SET last = case_days.last + excluded.last RETURNING last",
        values![DISTRICT, day, count],
    )?;
    row.ok_or(StoreError::Stopped)?.number(0)
}
