//! Committing an entry, and waiting a little for central's receipt.

use super::Hands;
use super::health::of_disk;
use crate::forms::EnclosedPage;
use crate::journey::{Committed, NoReceipt};
use crate::services::StoreTrouble;
use crate::sync;
use contract::base64::Base64;
use contract::booking::SLOT_TAKEN;
use contract::message::{EntryBody, EntryReceipt, Paper};
use contract::{EntryId, Secret};
use offline_cache::{DiskFault, Lane, Order, StoreError};
use std::time::Duration;

/// How long a resident waits for central before the receipt says 待联网受理.
const RECEIPT_TIME: Duration = Duration::from_secs(8);

/// When this returns well, a power cut can't undo it: neither the entry nor a page of its papers.
pub(super) async fn commit(
    hands: &Hands,
    body: EntryBody,
    pages: Vec<EnclosedPage>,
) -> Result<Committed, StoreTrouble> {
    let store = hands.store.as_ref().map_err(|trouble| *trouble)?;
    let (order, now) = (order(hands, &body), jiff::Timestamp::now());
    let belonging = |application| pages.into_iter().map(|page| paper(application, page)).collect();
    match store.call(move |store| store.append_with(body, belonging, order, now)).await {
        Ok(appended) => {
            if let Some(sync) = &hands.sync {
                sync.notify();
            }
            Ok(Committed { entry: appended.id, number: appended.local_number })
        }
        Err(fault) => {
            tracing::error!(%fault, "an entry was not committed");
            Err(match &fault {
                StoreError::Full { .. } => StoreTrouble::Full,
                StoreError::NoKey => StoreTrouble::NoKey,
                fault => DiskFault::of(fault).map_or(StoreTrouble::Broken, of_disk),
            })
        }
    }
}

fn paper(application: EntryId, page: EnclosedPage) -> EntryBody {
    let EnclosedPage { material, page, pages, taken } = page;
    let jpeg = Secret::new(Base64(taken.jpeg.expose().clone()).to_string());
    EntryBody::Paper(Paper { application, material, page, pages, jpeg })
}

/// A person's entries stay in order, and a rating comes after its application.
fn order(hands: &Hands, body: &EntryBody) -> Order {
    match body {
        EntryBody::Application(application) => {
            let person = application.person();
            person.map_or(Order::Free, |number| Order::In(Lane::of(&hands.secret, number)))
        }
        EntryBody::Evaluation(evaluation) => Order::After(evaluation.application),
        EntryBody::Paper(paper) => Order::After(paper.application),
        EntryBody::FaultTicket(_) => Order::Free,
        EntryBody::CaseReply(reply) => Order::In(Lane::of(&hands.secret, reply.id_no.expose())),
    }
}

/// The receipt, if central gives it in time.
pub(super) async fn await_receipt(hands: &Hands, entry: EntryId) -> Result<EntryReceipt, NoReceipt> {
    let Some(sync) = &hands.sync else { return Err(NoReceipt::StillWaiting) };
    sync.submit_now(entry, RECEIPT_TIME).await.map_err(|none| match none {
        sync::NoReceipt::StillWaiting => NoReceipt::StillWaiting,
        sync::NoReceipt::Refused(problem) => {
            tracing::warn!(%entry, problem = problem.kind, "central refuses an entry");
            if problem.kind == SLOT_TAKEN { NoReceipt::SlotTaken } else { NoReceipt::Refused }
        }
    })
}
