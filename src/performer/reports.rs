//! Tells central how the terminal is: when something has changed with its desired states, and every few minutes.

use super::Hands;
use crate::journey::Health;
use crate::screens::store_trouble;
use crate::sync::{SyncHandle, SyncStatus};
use contract::report::{
    CommandReport, Counters, DesiredReport, Device, DeviceState, Door, Duty, LONGEST_REASON, Paper, Queue,
    Report, ReturnedReport,
};
use drivers::PaperStatus;
use jiff::Timestamp;
use offline_cache::{Begun, DesiredStanding, Store};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio::time::timeout;

/// How often a terminal reports, between half and one and a half of it: terminals that were switched on together do not
/// report together.
const REPORT_EVERY: Duration = Duration::from_mins(5);

/// How soon a report is tried again that central did not get.
const AGAIN: Duration = Duration::from_secs(20);

/// Reports for as long as it is polled; `told` rings when there is something that central should know now.
pub(super) async fn tell(hands: Arc<Hands>, told: Arc<Notify>) {
    let (Ok(store), Some(sync)) = (hands.store.clone(), hands.sync.clone()) else { return };
    let (started, mut health) = (Instant::now(), hands.health.subscribe());
    loop {
        let told_of = urgent(*health.borrow_and_update());
        let look = |store: &mut Store| {
            Ok((store.desired_standing(), store.commands_begun().iter().map(command).collect()))
        };
        let every = match store.call(look).await {
            Ok((standing, commands)) => {
                let report = report(&hands, &sync, standing, commands, started.elapsed());
                let sent = sync.client().report(&report).await;
                sent.map_or(AGAIN, |()| REPORT_EVERY)
            }
            Err(_) => AGAIN,
        };
        let spread = getrandom::u32().map_or(0.5, |random| f64::from(random) / f64::from(u32::MAX));
        let news = async {
            tokio::select! {
                () = told.notified() => {}
                // The sender lives as long as the hands.
                _ = health.wait_for(|now| urgent(*now) != told_of) => {}
            }
        };
        // Both ways of ending the wait lead to a report.
        let _ = timeout(every.mul_f64(0.5 + spread), news).await;
    }
}

/// What an operator has to know now, and not with the next report.
const fn urgent(health: Health) -> (Duty, Option<Door>) {
    (health.duty, health.door)
}

fn command(begun: &Begun) -> CommandReport {
    CommandReport { command: begun.id, became: begun.became.clone() }
}

fn report(
    hands: &Hands,
    sync: &SyncHandle,
    standing: DesiredStanding,
    commands: Vec<CommandReport>,
    uptime: Duration,
) -> Report {
    let SyncStatus { waiting, set_aside, .. } = *sync.status().borrow();
    let health = *hands.health.borrow();
    let paper = match hands.printer.status().borrow().paper {
        PaperStatus::Full => Some(Paper::Full),
        PaperStatus::Low => Some(Paper::Low),
        PaperStatus::Out => Some(Paper::Out),
        PaperStatus::Jammed => Some(Paper::Jammed),
        PaperStatus::Unknown => None,
    };
    let code = health.store.map(|trouble| store_trouble::code(trouble).to_owned());
    Report {
        app: hands.app,
        at: Timestamp::now(),
        uptime_seconds: uptime.as_secs(),
        desired: desired(standing, sync),
        devices: devices(health),
        paper,
        store_trouble: code.and_then(|code| code.try_into().ok()),
        queue: Queue { waiting, set_aside },
        // It is read anew: the certificate is renewed while the program runs.
        certificate_until: hands.identity.as_ref().and_then(|identity| identity.ends_at().ok()),
        shown: hands.shown.borrow().clone(),
        commands,
        duty: health.duty,
        door: health.door,
        counters: counters(hands),
    }
}

/// What the devices that count have counted.
fn counters(hands: &Hands) -> BTreeMap<Device, Counters> {
    let (reader, printer) = (*hands.reader.status().borrow(), *hands.printer.status().borrow());
    BTreeMap::from([
        (Device::CardReader, Counters { done: reader.cards_read, failed: reader.cards_failed }),
        (Device::ReceiptPrinter, Counters { done: printer.printed, failed: printer.failed }),
    ])
}

fn desired(standing: DesiredStanding, sync: &SyncHandle) -> DesiredReport {
    let DesiredStanding { floor, in_force, trial, returned } = standing;
    let returned = returned.map(|returned| ReturnedReport {
        version: returned.version,
        reason: returned.reason.chars().take(LONGEST_REASON).collect(),
    });
    let on_its_way = trial.map(|(version, _)| version);
    DesiredReport { floor, in_force, on_its_way, returned, refused: sync.news().refused() }
}

fn devices(health: Health) -> BTreeMap<Device, DeviceState> {
    let state = |works: bool| if works { DeviceState::Online } else { DeviceState::Offline };
    let mut devices = BTreeMap::from([
        (Device::CardReader, state(health.reader)),
        (Device::ReceiptPrinter, state(health.printer)),
        (Device::FaceEngine, state(health.face)),
    ]);
    devices.extend(health.pages.map(|works| (Device::PagePrinter, state(works))));
    devices.extend(health.documents.map(|works| (Device::DocumentCamera, state(works))));
    devices.extend(health.scanner.map(|works| (Device::CodeScanner, state(works))));
    devices
}
