//! Drafts that residents asked to keep: locked bytes under a name that says nothing. Who locks them, and to what key, is
//! not the store's business; it keeps them across a power cut, for 72 hours, and overwrites them then.

use crate::{Act, Store, StoreError, journal};
use contract::suite::Suite;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

/// How long a draft is kept: 72 hours.
const KEPT_MS: i64 = 72 * 60 * 60 * 1000;

/// The most drafts; the one that was kept first makes room.
pub const MOST_DRAFTS: usize = 500;

/// The largest draft.
pub const LARGEST_DRAFT: usize = 256 * 1024;

/// A draft as it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptDraft {
    /// When.
    pub kept_at: Timestamp,
    /// What whoever kept it locked.
    pub locked: Vec<u8>,
}

impl Store {
    /// Keeps a draft in the place of an earlier one of this name. When this returns, it is on the disk.
    pub fn keep_draft(&mut self, name: &[u8; 32], locked: &[u8], now: Timestamp) -> Result<(), StoreError> {
        if locked.len() > LARGEST_DRAFT {
            return Err(StoreError::DraftTooLarge { bytes: locked.len() });
        }
        let (suite, at) = (self.suite, self.clock(now)?);
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        drop_old(&change, suite, at)?;
        change
            .prepare_cached("INSERT OR REPLACE INTO drafts (name, kept_at, locked) VALUES (?1, ?2, ?3)")?
            .execute((name, at.as_millisecond(), locked))?;
        let crowded = change
            .prepare_cached(
                "DELETE FROM drafts WHERE place IN (SELECT place FROM drafts ORDER BY place DESC LIMIT -1 OFFSET ?1)",
            )?
            .execute([MOST_DRAFTS])?;
        note_dropped(&change, suite, at, crowded)?;
        journal::write(&change, suite, at, &Act::DraftKept)?;
        Ok(change.commit()?)
    }

    /// The draft of this name, if it is not too old. It stays.
    pub fn find_draft(&mut self, name: &[u8; 32], now: Timestamp) -> Result<Option<KeptDraft>, StoreError> {
        let (suite, at) = (self.suite, self.clock(now)?);
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        drop_old(&change, suite, at)?;
        let found: Option<(i64, Vec<u8>)> = change
            .prepare_cached("SELECT kept_at, locked FROM drafts WHERE name = ?1")?
            .query_row([name], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        if found.is_some() {
            journal::write(&change, suite, at, &Act::DraftTaken)?;
        }
        change.commit()?;
        let draft = |(kept_at, locked)| KeptDraft {
            kept_at: Timestamp::from_millisecond(kept_at).unwrap_or(at),
            locked,
        };
        Ok(found.map(draft))
    }

    /// Nobody needs the draft of this name any more, if there is one.
    pub fn drop_draft(&mut self, name: &[u8; 32], now: Timestamp) -> Result<(), StoreError> {
        let (suite, at) = (self.suite, self.clock(now)?);
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let dropped = change.prepare_cached("DELETE FROM drafts WHERE name = ?1")?.execute([name])?;
        note_dropped(&change, suite, at, dropped)?;
        Ok(change.commit()?)
    }

    /// Drops the drafts that are too old, and says how many. [`Store::tidy`] wipes the last trace of them.
    pub fn drop_old_drafts(&mut self, now: Timestamp) -> Result<usize, StoreError> {
        let (suite, at) = (self.suite, self.clock(now)?);
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let dropped = drop_old(&change, suite, at)?;
        change.commit()?;
        Ok(dropped)
    }
}

/// A draft from far in the future was kept by a clock that was wrong; it must not stay until that time comes.
fn drop_old(change: &Connection, suite: Suite, at: Timestamp) -> Result<usize, StoreError> {
    let now = at.as_millisecond();
    let dropped = change
        .prepare_cached("DELETE FROM drafts WHERE kept_at <= ?1 OR kept_at > ?2")?
        .execute((now.saturating_sub(KEPT_MS), now.saturating_add(KEPT_MS)))?;
    note_dropped(change, suite, at, dropped)?;
    Ok(dropped)
}

fn note_dropped(change: &Connection, suite: Suite, at: Timestamp, dropped: usize) -> Result<(), StoreError> {
    if dropped > 0 {
        let count = u64::try_from(dropped).unwrap_or(u64::MAX);
        journal::write(change, suite, at, &Act::DraftsDropped { count })?;
    }
    Ok(())
}
