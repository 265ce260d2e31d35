//! What works: the status of every device, of the line and of the store, as one value for the journey.

use super::{Hands, Report};
use crate::journey::{Connection, Event, Health};
use crate::sync;
use drivers::{DeviceStatus, PaperStatus};
use offline_cache::Filling;
use std::sync::Arc;
use std::time::Duration;

/// The store has no channel of its own; it is asked so often.
const STORE_EVERY: Duration = Duration::from_secs(5);

/// Reports every change until the terminal is gone.
pub(super) async fn watch(hands: Arc<Hands>, report: Report) {
    let (mut reader, mut printer) = (hands.reader.status(), hands.printer.status());
    let (mut camera, mut line) = (hands.camera.status(), hands.sync.as_ref().map(sync::SyncHandle::status));
    let mut face = hands.face.clone();
    let mut reported = None;
    loop {
        let store_full = hands.store.counts().await.is_ok_and(|counts| counts.filling == Filling::NearlyFull);
        let line_now = line.as_mut().map(|line| *line.borrow_and_update());
        let health = Health {
            connection: line_now.map_or(Connection::Offline, |line| match line.connection {
                sync::Connection::Online => Connection::Online,
                sync::Connection::Offline { .. } => Connection::Offline,
                sync::Connection::Untrusted => Connection::Untrusted,
            }),
            reader: works(reader.borrow_and_update().device),
            printer: {
                let status = printer.borrow_and_update();
                works(status.device)
                    && status.paper != PaperStatus::Out
                    && status.paper != PaperStatus::Jammed
            },
            face: works(*camera.borrow_and_update())
                && face.borrow_and_update().is_some()
                && hands.decoder.is_some(),
            store_full,
            waiting: line_now.map_or(0, |line| usize::try_from(line.waiting).unwrap_or(usize::MAX)),
        };
        if reported != Some(health) {
            reported = Some(health);
            tracing::info!(?health, "what works has changed");
            if !report(Event::Health(health)) {
                return;
            }
        }
        let line_changes = async {
            match &mut line {
                Some(line) => line.changed().await.is_ok(),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            changed = reader.changed() => if changed.is_err() { return },
            changed = printer.changed() => if changed.is_err() { return },
            changed = camera.changed() => if changed.is_err() { return },
            going_on = line_changes => if !going_on { return },
            // The sender of the face engine is done once it has loaded; that is no reason to stop.
            Ok(()) = face.changed() => {}
            () = tokio::time::sleep(STORE_EVERY) => {}
        }
    }
}

const fn works(device: DeviceStatus) -> bool {
    matches!(device, DeviceStatus::Online | DeviceStatus::DeviceBusy)
}
