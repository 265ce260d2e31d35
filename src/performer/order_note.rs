//! The number of the order that is under way, kept over a restart of the terminal.

use super::{Hands, Report};
use crate::journey::Event;
use contract::OrderNumber;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedReceiver;

/// An order of longer ago is nobody's any more who waits at the terminal.
const WITHIN: SignedDuration = SignedDuration::from_mins(30);

/// What is to be written down.
pub(super) enum Note {
    /// This order's code is on the screen.
    Keep(OrderNumber),
    /// This order has ended, or its resident has left.
    Drop(OrderNumber),
}

/// Tells of the order that was under way when the terminal went down; then keeps notes, one after the other. A payment
/// goes on without them.
pub(super) async fn tend(hands: Arc<Hands>, report: Report, mut notes: UnboundedReceiver<Note>) {
    let Ok(store) = &hands.store else { return };
    let now = Timestamp::now();
    match store.call(move |store| store.interrupted_order(WITHIN, now)).await {
        Ok(Some(number)) => {
            tracing::warn!(%number, "the terminal went down with an order under way");
            let _ = report(Event::Interrupted(number));
        }
        Ok(None) => {}
        Err(fault) => tracing::warn!(%fault, "whether an order was under way is not known"),
    }
    while let Some(note) = notes.recv().await {
        let now = Timestamp::now();
        let kept = store.call(move |store| match note {
            Note::Keep(number) => store.keep_order(number, now),
            Note::Drop(number) => store.drop_order(&number),
        });
        if let Err(fault) = kept.await {
            tracing::warn!(%fault, "an order's number was not kept");
        }
    }
}
