//! Committing an entry, and waiting a little for central's receipt.

use super::Hands;
use crate::journey::{Committed, StoreTrouble};
use contract::EntryId;
use contract::message::{EntryBody, EntryReceipt};
use offline_cache::{Lane, StoreError};
use std::time::Duration;

/// How long a resident waits for central before the receipt says 待联网受理.
const RECEIPT_TIME: Duration = Duration::from_secs(8);

/// When this returns well, a power cut can't undo it.
pub(super) async fn commit(hands: &Hands, body: EntryBody) -> Result<Committed, StoreTrouble> {
    let entry = async {
        let lane = lane(hands, &body)?;
        hands.store.append(body, lane, jiff::Timestamp::now()).await
    };
    match entry.await {
        Ok(appended) => {
            if let Some(sync) = &hands.sync {
                sync.notify();
            }
            Ok(Committed { entry: appended.id, number: appended.local_number })
        }
        Err(fault) => {
            tracing::error!(%fault, "an entry was not committed");
            Err(match fault {
                StoreError::Full { .. } | StoreError::DiskFull => StoreTrouble::Full,
                _ => StoreTrouble::Broken,
            })
        }
    }
}

/// One lane a person; what names nobody has a lane of its own.
fn lane(hands: &Hands, body: &EntryBody) -> Result<Lane, StoreError> {
    match body {
        EntryBody::Application(application) => {
            let number = application.fields.iter().find(|(id, _)| id.as_str() == "id_no");
            number.map_or_else(Lane::alone, |(_, number)| Ok(Lane::of(&hands.secret, number.expose())))
        }
        // A rating follows its application.
        EntryBody::Evaluation(evaluation) => Ok(Lane::of(&hands.secret, &evaluation.application.to_string())),
    }
}

/// The receipt, if central gives it in time.
pub(super) async fn await_receipt(hands: &Hands, entry: EntryId) -> Option<EntryReceipt> {
    hands.sync.as_ref()?.submit_now(entry, RECEIPT_TIME).await.ok()
}
