//! How everything stands at one moment, as values.

use super::program::ProgramFacts;
use crate::enrolment::Identity;
use crate::performer::{Hands, last_update};
use crate::services::StoreTrouble;
use crate::startup;
use crate::touch::PanelFacts;
use drivers::DeviceStatus;
use drivers::code_scanner::ScannerStatus;
use drivers::id_card_reader::ReaderStatus;
use drivers::page_printer::{NoPages, PageState};
use drivers::receipt_printer::PrinterStatus;
use drivers::speaker::NoSound;
use jiff::Timestamp;
use offline_cache::Filling;
use std::path::Path;
use std::time::Duration;

/// How long a page printer may take to say how it stands.
const PAGE_PRINTER: Duration = Duration::from_secs(2);

/// How everything stands.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// When.
    pub now: Timestamp,
    /// The card reader.
    pub reader: ReaderStatus,
    /// The receipt printer.
    pub printer: PrinterStatus,
    /// The page printer, where there is one.
    pub pages: Option<Result<PageState, NoPages>>,
    /// The camera.
    pub camera: DeviceStatus,
    /// The camera for papers, where there is one.
    pub documents: Option<DeviceStatus>,
    /// The code scanner, where there is one.
    pub scanner: Option<ScannerStatus>,
    /// Whether the speaker can be played on, where there is one.
    pub speaker: Option<Result<(), NoSound>>,
    /// The touch panels that are plugged in; none where touches are not read from one.
    pub touch: Option<Vec<PanelFacts>>,
    /// Whether a decoder of chip photos is there.
    pub decoder: bool,
    /// Whether the face models are loaded.
    pub models: bool,
    /// The store.
    pub store: Result<StoreFacts, StoreTrouble>,
    /// Until when the certificate is good, or why that can't be read; none where the terminal is not to be enrolled.
    pub certificate: Option<Result<(Timestamp, KeyPlace), String>>,
    /// The program and its last update.
    pub program: ProgramFacts,
}

/// Where the private key lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// In a file, sealed to the machine's security chip (TPM).
    Chip,
    /// In a file that its owner alone reads.
    PrivateFile,
    /// In a file that others can read.
    OpenFile,
}

/// What the store says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreFacts {
    /// The version of the desired state in force; 0 where central was never reached.
    pub desired: u64,
    /// Whether it nears its bounds.
    pub filling: Filling,
    /// Entries that wait.
    pub waiting: u64,
    /// Entries that central refused.
    pub set_aside: u64,
}

/// Looks at everything once.
pub async fn take(hands: &Hands) -> Snapshot {
    let settings = &hands.local;
    let now = Timestamp::now();
    let pages = match &hands.pages {
        None => None,
        Some(printer) => {
            let state = tokio::time::timeout(PAGE_PRINTER, printer.state()).await;
            Some(state.unwrap_or_else(|_| Err(NoPages::Absent("no answer within 2 s".to_owned()))))
        }
    };
    let speaker = match &hands.speaker {
        None => None,
        Some(speaker) => Some(speaker.state().await),
    };
    let store = store(hands, now).await;
    Snapshot {
        now,
        reader: *hands.reader.status().borrow(),
        printer: *hands.printer.status().borrow(),
        pages,
        camera: *hands.camera.status().borrow(),
        documents: hands.documents.as_ref().map(|camera| *camera.status().borrow()),
        scanner: hands.scanner.as_ref().map(|scanner| *scanner.status().borrow()),
        speaker,
        touch: hands.touch.panels(),
        decoder: settings.devices.photo_decoder.as_ref().is_some_and(|program| program.is_file()),
        models: hands.face.borrow().is_some(),
        store,
        certificate: settings.central.as_ref().map(|central| {
            let identity = Identity::new(settings.kiosk.clone(), startup::papers(central));
            let ends_at = identity.ends_at().map_err(|fault| fault.to_string())?;
            let file = if central.key.exists() { &central.key } else { &central.certificate };
            Ok((ends_at, key_place(file)))
        }),
        program: ProgramFacts { running: hands.app, update: last_update(&settings.paths.state) },
    }
}

async fn store(hands: &Hands, now: Timestamp) -> Result<StoreFacts, StoreTrouble> {
    let store = hands.store.as_ref().map_err(|trouble| *trouble)?;
    if let Some(fault) = store.disk_fault() {
        return Err(crate::performer::health::of_disk(fault));
    }
    let facts = store.call(move |store| {
        let counts = store.counts()?;
        Ok(StoreFacts {
            desired: store.desired_version(),
            filling: store.filling(now)?,
            waiting: counts.waiting,
            set_aside: counts.set_aside,
        })
    });
    facts.await.map_err(|_| StoreTrouble::Broken)
}

fn key_place(file: &Path) -> KeyPlace {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(file).map(|data| data.permissions().mode() & 0o077);
    match mode {
        Ok(0) if std::fs::read_to_string(file).is_ok_and(|text| crate::sealed_key::is_sealed(&text)) => {
            KeyPlace::Chip
        }
        Ok(0) => KeyPlace::PrivateFile,
        _ => KeyPlace::OpenFile,
    }
}
