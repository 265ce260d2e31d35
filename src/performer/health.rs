//! What works: the status of every device, of the line and of the store, as one value for the journey.

use super::{Hands, Report, pages};
use crate::journey::{Connection, Event, Health};
use crate::services::StoreTrouble;
use crate::sync;
use contract::report::Door;
use drivers::code_scanner::CodeScanner;
use drivers::{DeviceStatus, DoorStatus, PaperStatus};
use jiff::Timestamp;
use offline_cache::{DiskFault, Filling};
use std::sync::Arc;
use std::time::Duration;

/// The store has no channel of its own; it is asked so often.
const STORE_EVERY: Duration = Duration::from_secs(5);

/// Reports every change until the terminal is gone.
pub(super) async fn watch(hands: Arc<Hands>, report: Report) {
    let (mut reader, mut printer) = (hands.reader.status(), hands.printer.status());
    let (mut camera, mut line) = (hands.camera.status(), hands.sync.as_ref().map(sync::SyncHandle::status));
    let mut documents = hands.documents.as_ref().map(drivers::camera::Camera::status);
    let mut scanner = hands.scanner.as_ref().map(CodeScanner::status);
    let mut face = hands.face.clone();
    let mut duty = hands.duty.subscribe();
    let mut reported = None;
    loop {
        let line_now = line.as_mut().map(|line| *line.borrow_and_update());
        let store = store_trouble(&hands, line_now).await;
        let pages = match &hands.pages {
            Some(printer) => Some(pages::would_print(printer).await),
            None => None,
        };
        let printer_now = *printer.borrow_and_update();
        let documents = documents.as_mut().map(|camera| works(*camera.borrow_and_update()));
        let scanner = scanner.as_mut().map(|scanner| works(scanner.borrow_and_update().device));
        let health = Health {
            pages,
            documents,
            scanner,
            phone: hands.sync.is_some() && hands.public.is_some(),
            connection: line_now.map_or(Connection::Offline, |line| match line.connection {
                sync::Connection::Online => Connection::Online,
                sync::Connection::Offline { .. } => Connection::Offline,
                sync::Connection::Untrusted => Connection::Untrusted,
                sync::Connection::Forked => Connection::Refused,
            }),
            reader: works(reader.borrow_and_update().device),
            printer: works(printer_now.device)
                && printer_now.paper != PaperStatus::Out
                && printer_now.paper != PaperStatus::Jammed,
            face: works(*camera.borrow_and_update())
                && face.borrow_and_update().is_some()
                && hands.decoder.is_some(),
            store,
            waiting: line_now.map_or(0, |line| usize::try_from(line.waiting).unwrap_or(usize::MAX)),
            duty: *duty.borrow_and_update(),
            door: printer_now.door.map(|door| match door {
                DoorStatus::Closed => Door::Closed,
                DoorStatus::Open => Door::Open,
            }),
        };
        if reported != Some(health) {
            reported = Some(health);
            hands.health.send_replace(health);
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
            Ok(()) = duty.changed() => {}
            () = tokio::time::sleep(STORE_EVERY) => {}
        }
    }
}

/// Why the store takes nothing, if so. A disk that was full or read-only is tried again here.
async fn store_trouble(hands: &Hands, line: Option<sync::SyncStatus>) -> Option<StoreTrouble> {
    let store = match &hands.store {
        Ok(store) => store,
        Err(trouble) => return Some(*trouble),
    };
    // Whether it worked shows in the fault that is left.
    let _ = store.try_again().await;
    if let Some(fault) = store.disk_fault() {
        return Some(of_disk(fault));
    }
    if line.is_some_and(|line| line.connection == sync::Connection::Forked) {
        return Some(StoreTrouble::Copied);
    }
    let now = Timestamp::now();
    match store.call(move |store| Ok((store.has_key(), store.filling(now)?))).await {
        Ok((false, _)) => Some(StoreTrouble::NoKey),
        Ok((_, Filling::NearlyFull { .. })) => Some(StoreTrouble::Full),
        Ok((_, Filling::Roomy)) => None,
        Err(_) => Some(StoreTrouble::Broken),
    }
}

/// What a fault of the disk means to a resident.
pub(crate) const fn of_disk(fault: DiskFault) -> StoreTrouble {
    match fault {
        DiskFault::Full => StoreTrouble::Full,
        DiskFault::ReadOnly => StoreTrouble::ReadOnly,
        DiskFault::Newer => StoreTrouble::Newer,
        DiskFault::Damaged | DiskFault::Unusable => StoreTrouble::Broken,
    }
}

const fn works(device: DeviceStatus) -> bool {
    matches!(device, DeviceStatus::Online | DeviceStatus::DeviceBusy)
}
