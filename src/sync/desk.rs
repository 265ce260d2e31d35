//! Where a visit waits for the receipt of what it just confirmed. Receipts can hold a person's data, so what nobody
//! has fetched is forgotten when the visit ends, or after half a minute.

use contract::EntryId;
use contract::message::{EntryReceipt, Problem};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

/// How long a receipt that nobody fetched is kept in memory.
pub(super) const KEPT: Duration = Duration::from_secs(30);

/// Why a visit ends without a receipt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoReceipt {
    /// The entry is safe here and will be sent; the resident gets an offline receipt.
    #[error("central has not answered yet; the entry is safe and will be sent")]
    StillWaiting,
    /// Central refused it; the resident should be told at once.
    #[error("central refused it: {}", .0.title)]
    Refused(Problem),
}

pub(super) type Settled = Result<EntryReceipt, Problem>;

#[derive(Debug, Default)]
struct Slips {
    waiting: HashMap<EntryId, oneshot::Sender<Settled>>,
    unfetched: Vec<(EntryId, Instant, Settled)>,
}

/// The desk between visits and the drain.
#[derive(Debug, Default)]
pub(super) struct Desk {
    slips: Mutex<Slips>,
    /// Rings when there is something to send now.
    pub(super) bell: Notify,
}

impl Desk {
    /// Waits for an entry from now on; what was settled a moment ago is there at once. Dropping the receiver is
    /// giving up.
    pub(super) fn wait_for(&self, id: EntryId) -> oneshot::Receiver<Settled> {
        let (sender, receiver) = oneshot::channel();
        let mut slips = self.slips();
        slips.waiting.retain(|_, waiting| !waiting.is_closed());
        match slips.unfetched.iter().position(|(settled, ..)| *settled == id) {
            Some(at) => {
                let (.., settled) = slips.unfetched.swap_remove(at);
                // The receiver is still in our hands.
                let _ = sender.send(settled);
            }
            None => drop(slips.waiting.insert(id, sender)),
        }
        receiver
    }

    /// An entry got its receipt or was refused.
    pub(super) fn settle(&self, id: EntryId, settled: Settled, now: Instant) {
        let mut slips = self.slips();
        let unfetched = match slips.waiting.remove(&id) {
            Some(waiting) => waiting.send(settled).err(),
            None => Some(settled),
        };
        if let Some(settled) = unfetched {
            slips.unfetched.push((id, now, settled));
        }
    }

    /// Central can't be reached: nobody needs to stand and wait any longer.
    pub(super) fn send_home(&self) {
        self.slips().waiting.clear();
    }

    /// Forgets what nobody fetched in time.
    pub(super) fn tidy(&self, now: Instant) {
        self.slips().unfetched.retain(|(_, at, _)| now.duration_since(*at) < KEPT);
    }

    /// The visit is over: forgets everything.
    pub(super) fn clear(&self) {
        *self.slips() = Slips::default();
    }

    fn slips(&self) -> MutexGuard<'_, Slips> {
        // Every change is one step, so a panic elsewhere leaves nothing half done.
        self.slips.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::message::Outcome;
    use jiff::Timestamp;

    fn receipt(entry: EntryId) -> EntryReceipt {
        EntryReceipt { entry, received_at: Timestamp::UNIX_EPOCH, outcome: Outcome::Noted, rules: Vec::new() }
    }

    fn id(n: u128) -> EntryId {
        EntryId(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn a_receipt_that_came_before_the_visit_asked_is_there() {
        let (desk, now) = (Desk::default(), Instant::now());
        desk.settle(id(1), Ok(receipt(id(1))), now);
        assert_eq!(desk.wait_for(id(1)).try_recv().unwrap(), Ok(receipt(id(1))));
        assert!(desk.wait_for(id(1)).try_recv().is_err(), "it is handed out once");
    }

    #[test]
    fn what_nobody_fetched_is_forgotten() {
        let (desk, now) = (Desk::default(), Instant::now());
        desk.settle(id(1), Ok(receipt(id(1))), now);
        desk.settle(id(2), Ok(receipt(id(2))), now + KEPT);
        desk.tidy(now + KEPT);
        assert!(desk.wait_for(id(1)).try_recv().is_err());
        desk.clear();
        assert!(desk.wait_for(id(2)).try_recv().is_err());
    }

    #[test]
    fn who_waits_is_sent_home_when_central_is_away() {
        let desk = Desk::default();
        let mut waiting = desk.wait_for(id(1));
        desk.send_home();
        assert!(matches!(waiting.try_recv(), Err(oneshot::error::TryRecvError::Closed)));
    }
}
