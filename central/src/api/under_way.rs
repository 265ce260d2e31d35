//! Keys that are being worked on: the same key from a second connection is told to come back, instead of doing the work
//! twice. What takes effect once is decided by the store, not here.

use contract::EntryId;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The keys.
#[derive(Clone, Debug, Default)]
pub(super) struct UnderWay(Arc<Mutex<HashSet<EntryId>>>);

/// Held while a key is worked on.
#[derive(Debug)]
pub(super) struct Claim {
    id: EntryId,
    keys: UnderWay,
}

impl UnderWay {
    /// Takes a key; nothing when somebody else has it.
    pub(super) fn claim(&self, id: EntryId) -> Option<Claim> {
        let is_free = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        is_free.then(|| Claim { id, keys: self.clone() })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.keys.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_worked_on_by_one_at_a_time() {
        let (keys, id) = (UnderWay::default(), EntryId(uuid::Uuid::from_u128(1)));
        let claim = keys.claim(id);
        assert!(claim.is_some() && keys.claim(id).is_none());
        drop(claim);
        assert!(keys.claim(id).is_some());
    }
}
