//! The number of the order whose code is on the screen: a terminal that is started again asks central what became of it.
//! Nothing else of the order is kept, and it goes with the order or with whoever made it.

use crate::standing::{read, write};
use crate::{Store, StoreError};
use contract::OrderNumber;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

const NOTE: &str = "order_under_way";

#[derive(Serialize, Deserialize)]
struct Note {
    number: OrderNumber,
    at: Timestamp,
}

impl Store {
    /// Keeps the number of the order that is under way; the one before it is no longer.
    pub fn keep_order(&mut self, number: OrderNumber, now: Timestamp) -> Result<(), StoreError> {
        let at = self.clock(now)?;
        write(&self.db, NOTE, &Note { number, at })
    }

    /// This order is no longer under way. Another that is stays.
    pub fn drop_order(&mut self, number: &OrderNumber) -> Result<(), StoreError> {
        if read::<Note>(&self.db, NOTE)?.is_some_and(|note| note.number == *number) {
            self.db.execute("DELETE FROM meta WHERE name = ?1", [NOTE])?;
        }
        Ok(())
    }

    /// The order that was under way when the terminal went down, unless that is too long ago.
    pub fn interrupted_order(
        &mut self,
        within: SignedDuration,
        now: Timestamp,
    ) -> Result<Option<OrderNumber>, StoreError> {
        let now = self.clock(now)?;
        let Some(Note { number, at }) = read(&self.db, NOTE)? else { return Ok(None) };
        if now.duration_since(at) <= within {
            return Ok(Some(number));
        }
        self.drop_order(&number)?;
        Ok(None)
    }
}
