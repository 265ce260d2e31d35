//! Putting the terminal together from its settings: what must be there or nothing starts, and what may be missing.

use crate::enrolment::{self, Identity};
use crate::face::FaceEngine;
use crate::performer::health::of_disk;
use crate::performer::{DeviceSecret, Hands, LogDial};
use crate::screens::store_trouble;
use crate::services::StoreTrouble;
use crate::services::{Library, LibraryFault, NoSuchCell};
use crate::settings::{CentralSettings, DeviceSettings, DoorWiring, Settings};
use crate::sync::{CentralClient, HttpsLine, Outside, Papers, SyncError, SyncHandle};
use crate::touch::TouchPanel;
use contract::app_version::AppVersion;
use contract::desired::{NoKey, PublicKey};
use contract::report::Duty;
use contract::settings::Settings as Obeyed;
use drivers::camera::{Camera, CameraConfig, CameraName, Scene};
use drivers::code_scanner::{CodeScanner, ScannerConfig};
use drivers::id_card_reader::{IdCardReader, PhotoDecoder, ReaderConfig};
use drivers::page_printer::{NotAnAddress, PagePrinter};
use drivers::port::FlowControl;
use drivers::receipt_printer::{DoorSwitch, PrinterConfig, Profile, ReceiptPrinter};
use drivers::speaker::Speaker;
use jiff::Timestamp;
use offline_cache::{DiskFault, KioskSecret, Options, Store, StoreHandle};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::watch;

/// Why the terminal does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartupFault {
    /// The catalogue.
    #[error("故障 E07: {0}")]
    Library(#[from] LibraryFault),
    /// The terminal's own place.
    #[error("故障 E08: {0}")]
    Cell(#[from] NoSuchCell),
    /// The signer's public key.
    #[error("故障 E06: {path}: {reason}; lay central's signer.pub there", path = path.display())]
    Signer {
        /// The file.
        path: PathBuf,
        /// Why it can't be used.
        reason: String,
    },
    /// The page printer's address.
    #[error("故障 E08: page_printer: {0}")]
    PagePrinter(NotAnAddress),
    /// The terminal's papers for central.
    #[error("故障 E06: {0}")]
    Papers(#[from] SyncError),
}

/// Loads what is on offer. The keyboard's dictionary is read beside whatever comes next, for nobody types yet.
pub fn library(settings: &Settings) -> Result<Arc<Library>, StartupFault> {
    let library = Library::load(&settings.paths.catalog)?;
    let library = Arc::new(match &settings.cell {
        Some(cell) => library.standing_in(cell)?,
        None => library,
    });
    let reader = Arc::clone(&library);
    std::thread::spawn(move || reader.pinyin().get_ready());
    Ok(library)
}

/// The page printer, where there is one. Its fault is told once, with what to write instead.
fn page_printer(devices: &DeviceSettings) -> Result<Option<PagePrinter>, StartupFault> {
    let address = devices.page_printer.as_deref();
    address.map(PagePrinter::at).transpose().map_err(StartupFault::PagePrinter)
}

/// Opens store and devices and begins to talk to central. Devices, models and even the store may be missing: the
/// terminal says so on its screen and shows guides. Call it inside of the runtime.
pub fn hands(
    settings: &Settings,
    library: Arc<Library>,
    log: LogDial,
    touch: TouchPanel,
) -> Result<Hands, StartupFault> {
    let state = &settings.paths.state;
    let signer = settings.central.as_ref().map(|central| signer(&central.signer)).transpose()?;
    let line = settings.central.as_ref().map(line).transpose()?;
    let Opened { store, secret, obeyed, duty } = open_store(settings, signer);
    let device_secret = DeviceSecret::open(state, &settings.kiosk)
        .inspect_err(|fault| tracing::error!("故障 E13: {fault}; no drafts are kept"))
        .ok();
    let client = line.map(CentralClient::new);
    let identity =
        settings.central.as_ref().map(|central| Identity::new(settings.kiosk.clone(), papers(central)));
    if let Some((client, identity)) = client.clone().zip(identity.clone()) {
        tokio::spawn(enrolment::tend(identity, client));
    }
    let sync = store
        .as_ref()
        .ok()
        .zip(client)
        .map(|(store, client)| SyncHandle::start(store.clone(), client, Outside::real()));
    let devices = &settings.devices;
    Ok(Hands {
        app: AppVersion::of_this_build(),
        reader: IdCardReader::start(ReaderConfig { port: devices.id_reader.clone(), baud: 115_200 }),
        printer: ReceiptPrinter::start(PrinterConfig {
            port: devices.receipt_printer.clone(),
            baud: 115_200,
            flow: FlowControl::None,
            profile: Profile { door: door_switch(devices.door_switch), ..Profile::MM80 },
        }),
        pages: page_printer(devices)?,
        camera: Camera::start(camera(&devices.camera, Scene::Person)),
        documents: devices.document_camera.as_deref().map(|path| Camera::start(camera(path, Scene::Paper))),
        scanner: devices
            .code_scanner
            .clone()
            .map(|port| CodeScanner::start(ScannerConfig { port, baud: 9600 })),
        speaker: devices.speaker.clone().map(Speaker::at),
        touch,
        decoder: devices.photo_decoder.clone().map(PhotoDecoder::new),
        face: load_face(settings.paths.models.clone(), state.join("models")),
        store,
        secret,
        device_secret,
        sync,
        local: settings.clone(),
        site: settings.site.clone(),
        library,
        obeyed: watch::Sender::new(Arc::new(obeyed)),
        health: watch::Sender::default(),
        identity,
        shown: watch::Sender::default(),
        duty: watch::Sender::new(duty),
        log,
        public: settings.central.as_ref().and_then(|central| central.public.clone()),
    })
}

const fn door_switch(wiring: Option<DoorWiring>) -> DoorSwitch {
    match wiring {
        None => DoorSwitch::Absent,
        Some(DoorWiring::HighWhenOpen) => DoorSwitch::HighWhenOpen,
        Some(DoorWiring::HighWhenClosed) => DoorSwitch::HighWhenClosed,
    }
}

/// A device node is a camera, anything else a folder of pictures.
fn camera(path: &Path, scene: Scene) -> CameraConfig {
    if path.starts_with("/dev") {
        CameraConfig::Device(CameraName::Path(path.to_owned()), scene)
    } else {
        CameraConfig::Folder(path.to_owned())
    }
}

/// Where the terminal's store is.
pub fn store_file(settings: &Settings) -> PathBuf {
    settings.paths.state.join("kiosk.db")
}

/// Whose desired states this terminal believes.
pub fn signer(path: &Path) -> Result<PublicKey, StartupFault> {
    let fault = |reason: String| StartupFault::Signer { path: path.to_owned(), reason };
    let text = std::fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
    text.parse().map_err(|error: NoKey| fault(error.to_string()))
}

/// A store, and what it says at the start.
struct Opened {
    store: Result<StoreHandle, StoreTrouble>,
    secret: KioskSecret,
    /// What operators set before the terminal went down.
    obeyed: Obeyed,
    /// What a technician said before that.
    duty: Duty,
}

/// A store that does not open is left as it is, for recovery. Cards are then counted under a secret of this run.
fn open_store(settings: &Settings, signer: Option<PublicKey>) -> Opened {
    let file = store_file(settings);
    // A folder that can't be made shows as a file that can't be opened.
    let _ = std::fs::create_dir_all(&settings.paths.state);
    let open = || {
        let mut store = Store::open(&file, &settings.kiosk, Options { signer, ..Options::default() })?;
        store.start(env!("CARGO_PKG_VERSION"), Timestamp::now())?;
        let (secret, obeyed) = (store.kiosk_secret().clone(), store.settings_in_force()?.settings);
        let duty = store.duty()?;
        Ok((StoreHandle::start(store)?, secret, obeyed, duty))
    };
    match open() {
        Ok((store, secret, obeyed, duty)) => {
            examine(file, store.clone());
            Opened { store: Ok(store), secret, obeyed, duty }
        }
        Err(error) => {
            let trouble = DiskFault::of(&error).map_or(StoreTrouble::Broken, of_disk);
            tracing::error!(
                "故障 {}: {}: {error}; the terminal takes no applications",
                store_trouble::code(trouble),
                file.display()
            );
            Opened {
                store: Err(trouble),
                secret: KioskSecret::of_this_run(),
                obeyed: Obeyed::default(),
                duty: Duty::default(),
            }
        }
    }
}

/// Reads the whole file for damage behind the first frame: the start does not wait for it, however much waits in it.
fn examine(file: PathBuf, store: StoreHandle) {
    tokio::task::spawn_blocking(move || {
        if let Err(error) = offline_cache::examine(&file) {
            tracing::error!("故障 E05: {}: {error}", file.display());
            store.report(DiskFault::of(&error).unwrap_or(DiskFault::Damaged));
        }
    });
}

fn line(central: &CentralSettings) -> Result<HttpsLine, SyncError> {
    HttpsLine::new(&central.address, &papers(central))
}

/// Where the terminal's papers are.
pub fn papers(central: &CentralSettings) -> Papers {
    Papers {
        authority: central.authority.clone(),
        certificate: central.certificate.clone(),
        key: central.key.clone(),
    }
}

/// Folding and loading take their time; the terminal does not wait for them.
fn load_face(models: PathBuf, cache: PathBuf) -> watch::Receiver<Option<Arc<FaceEngine>>> {
    let (sender, receiver) = watch::channel(None);
    tokio::task::spawn_blocking(move || match FaceEngine::load(&models, &cache) {
        Ok(engine) => {
            tracing::info!("the face models are loaded");
            let _ = sender.send(Some(Arc::new(engine)));
        }
        Err(fault) => tracing::error!("故障 E03: {fault}"),
    });
    receiver
}
