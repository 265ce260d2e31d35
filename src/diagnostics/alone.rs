//! A terminal that does not run: its devices are opened for this, and given back after it.

use super::desk;
use super::finding::Finding;
use crate::performer::{Hands, LogDial};
use crate::settings::Settings;
use crate::startup::{self, StartupFault};
use crate::touch::TouchPanel;
use contract::support_bundle::SignedBundle;
use drivers::DeviceStatus;
use std::time::Duration;

/// How long devices and face models may take until they have answered.
const PATIENCE: Duration = Duration::from_secs(20);

/// Opens everything, waits until it has answered, looks.
pub async fn look_alone(settings: &Settings) -> Result<Vec<Finding>, StartupFault> {
    Ok(desk::look(&open(settings).await?).await)
}

/// The same for support; the inner fault says why no bundle could be made.
pub async fn bundle_alone(settings: &Settings) -> Result<Result<SignedBundle, String>, StartupFault> {
    Ok(desk::bundle(&open(settings).await?).await)
}

async fn open(settings: &Settings) -> Result<Hands, StartupFault> {
    let library = startup::library(settings)?;
    let hands =
        startup::hands(settings, library, LogDial::new(|_| Ok(())), TouchPanel::of(&settings.paths.state))?;
    // Whatever has not answered by then is found to be so.
    let _ = tokio::time::timeout(PATIENCE, settled(&hands)).await;
    Ok(hands)
}

async fn settled(hands: &Hands) {
    let has_answered = |status: DeviceStatus| status != DeviceStatus::Starting;
    // A device whose thread is gone says nothing more.
    let _ = hands.reader.status().wait_for(|status| has_answered(status.device)).await;
    let _ = hands.printer.status().wait_for(|status| has_answered(status.device)).await;
    let _ = hands.camera.status().wait_for(|status| has_answered(*status)).await;
    if let Some(camera) = &hands.documents {
        let _ = camera.status().wait_for(|status| has_answered(*status)).await;
    }
    if let Some(scanner) = &hands.scanner {
        let _ = scanner.status().wait_for(|status| has_answered(status.device)).await;
    }
    let _ = hands.face.clone().wait_for(Option::is_some).await;
}
