//! Putting the terminal together from its settings: what must be there or nothing starts, and what may be missing.

use crate::face::FaceEngine;
use crate::performer::Hands;
use crate::services::{Library, LibraryFault};
use crate::settings::{CentralSettings, Settings};
use crate::sync::{CentralClient, Papers, SyncError, SyncHandle};
use drivers::camera::{Camera, CameraConfig, CameraName};
use drivers::id_card_reader::{IdCardReader, PhotoDecoder, ReaderConfig};
use drivers::port::FlowControl;
use drivers::receipt_printer::{PrinterConfig, Profile, ReceiptPrinter};
use offline_cache::{Store, StoreError, StoreHandle};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::watch;

/// Why the terminal does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartupFault {
    /// The catalogue.
    #[error("故障 E07: {0}")]
    Library(#[from] LibraryFault),
    /// The store.
    #[error("故障 E05: {path}: {source}", path = path.display())]
    Store {
        /// Its file.
        path: PathBuf,
        /// Why.
        source: StoreError,
    },
    /// The folder that the terminal writes to.
    #[error("故障 E05: {path}: {source}; make the folder and give it to the kiosk's user", path = path.display())]
    State {
        /// The folder.
        path: PathBuf,
        /// The system's word.
        source: std::io::Error,
    },
    /// The terminal's papers for central.
    #[error("故障 E06: {0}")]
    Papers(#[from] SyncError),
}

/// Loads what is on offer.
pub fn library(settings: &Settings) -> Result<Arc<Library>, StartupFault> {
    Ok(Arc::new(Library::load(&settings.paths.catalog)?))
}

/// Opens store and devices and begins to talk to central. Devices and models may be missing: the terminal says so and
/// goes on. Call it inside of the runtime.
pub fn hands(settings: &Settings) -> Result<Hands, StartupFault> {
    let state = &settings.paths.state;
    std::fs::create_dir_all(state).map_err(|source| StartupFault::State { path: state.clone(), source })?;
    let file = state.join("kiosk.db");
    let fault = |source| StartupFault::Store { path: file.clone(), source };
    let store = Store::open(&file, &settings.kiosk).map_err(fault)?;
    let secret = store.kiosk_secret().clone();
    let store = StoreHandle::start(store).map_err(fault)?;
    let sync = settings.central.as_ref().map(|central| start_sync(central, &store)).transpose()?;
    let devices = &settings.devices;
    Ok(Hands {
        reader: IdCardReader::start(ReaderConfig { port: devices.id_reader.clone(), baud: 115_200 }),
        printer: ReceiptPrinter::start(PrinterConfig {
            port: devices.receipt_printer.clone(),
            baud: 115_200,
            flow: FlowControl::None,
            profile: Profile::MM80,
        }),
        camera: Camera::start(camera(&devices.camera)),
        decoder: devices.photo_decoder.clone().map(PhotoDecoder::new),
        face: load_face(settings.paths.models.clone(), state.join("models")),
        store,
        secret,
        sync,
        site: settings.site.clone(),
    })
}

/// A device node is a camera, anything else a folder of pictures.
fn camera(path: &Path) -> CameraConfig {
    if path.starts_with("/dev") {
        CameraConfig::Device(CameraName::Path(path.to_owned()))
    } else {
        CameraConfig::Folder(path.to_owned())
    }
}

fn start_sync(central: &CentralSettings, store: &StoreHandle) -> Result<SyncHandle, SyncError> {
    let papers = Papers {
        authority: central.authority.clone(),
        certificate: central.certificate.clone(),
        key: central.key.clone(),
    };
    Ok(SyncHandle::start(store.clone(), CentralClient::new(&central.address, &papers)?))
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
