//! Brings emergency notices onto the screen: as soon as they are in the store, after each start, and until their time is over.
//! They wait for nobody.

use super::{Hands, Report};
use crate::journey::Event;
use contract::emergency::{Emergency, EmergencyId};
use contract::report::ShownReport;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How often it is looked whether the time of a notice is over.
const LOOK: Duration = Duration::from_secs(10);

/// Tends the emergency notices for as long as it is polled.
pub(super) async fn tend(hands: Arc<Hands>, report: Report) {
    let Ok(store) = &hands.store else { return };
    let Some(mut news) = hands.sync.as_ref().map(|sync| sync.news().listen()) else { return };
    let mut shown: Vec<Emergency> = Vec::new();
    loop {
        let now = Timestamp::now();
        match store.call(move |store| store.emergencies(now)).await {
            Ok(hold) if hold == shown => {}
            Ok(hold) => {
                shown.clone_from(&hold);
                if !report(Event::Emergencies(hold)) {
                    return;
                }
            }
            Err(error) => tracing::error!(%error, "the emergency notices can't be read"),
        }
        // Both ways of ending the wait lead to a look.
        let _ = timeout(LOOK, news.changed()).await;
    }
}

/// These are on the screen from now on; whether one of them is new there.
pub(super) fn shown(hands: &Hands, ids: &[EmergencyId]) -> bool {
    let now = Timestamp::now();
    let mut is_any_new = false;
    hands.shown.send_modify(|before| {
        is_any_new = ids.iter().any(|id| before.iter().all(|shown| shown.emergency != *id));
        let since = |id: &EmergencyId| {
            let before = before.iter().find(|shown| shown.emergency == *id);
            before.copied().unwrap_or(ShownReport { emergency: *id, since: now })
        };
        *before = ids.iter().map(since).collect();
    });
    is_any_new
}
