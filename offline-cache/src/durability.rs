//! How hard a commit is pressed onto the disk, so that the choice can be measured.

use crate::{Store, StoreError, open};

/// SQLite's `synchronous`, as far as it makes sense with a write-ahead log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// The log is on the disk when a commit returns. Every store opens with it.
    #[default]
    Full,
    /// The log reaches the disk at the next checkpoint: a power cut takes the commits since then.
    Normal,
}

impl Store {
    /// Presses commits otherwise from now on. Only for measuring: no terminal calls this.
    pub fn set_durability(&mut self, durability: Durability) -> Result<(), StoreError> {
        let (word, number) = match durability {
            Durability::Full => ("full", 2_i64),
            Durability::Normal => ("normal", 1),
        };
        self.db.pragma_update(None, "synchronous", word)?;
        open::insist(&self.db, "synchronous", &number)
    }
}
