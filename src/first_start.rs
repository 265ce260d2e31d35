//! The first start of a terminal that has no certificate yet: the claim code is typed on the panel, and the terminal goes on when
//! an operator has approved.

use crate::enrolment::{Asking, Enrolled, Identity, IdentityFault, enrol};
use crate::screens::first_start::FirstStart;
use crate::settings::{CentralSettings, Settings};
use crate::startup;
use std::rc::Rc;
use std::sync::Arc;
use tokio::runtime::Handle;

/// Why nobody can be asked.
#[derive(Debug, thiserror::Error)]
pub enum FirstStartFault {
    /// The terminal's key.
    #[error(transparent)]
    Identity(#[from] IdentityFault),
    /// The panel.
    #[error("the panel can't be drawn on: {0}")]
    Window(#[from] slint::PlatformError),
}

/// Central, and where newcomers ask there; none at a terminal that has its certificate, or where no door is set.
pub fn door(settings: &Settings) -> Option<(&CentralSettings, &str)> {
    let central = settings.central.as_ref()?;
    let door = central.enrol.as_deref().filter(|_| !central.certificate.exists())?;
    Some((central, door))
}

/// Opens the window. The event loop ends when the certificate is here.
pub fn open(
    settings: &Settings,
    central: &CentralSettings,
    door: &str,
    runtime: Handle,
) -> Result<Rc<FirstStart>, FirstStartFault> {
    let identity = Identity::new(settings.kiosk.clone(), startup::papers(central));
    let key = Arc::new(identity.key_to_certify()?);
    let (fingerprint, door) = (key.fingerprint, door.to_owned());
    let ask = move |code| {
        let (identity, key, door) = (identity.clone(), Arc::clone(&key), door.clone());
        runtime.spawn(async move {
            let became = match enrol(&identity, &key, code, &door, |_| ()).await {
                Ok(Enrolled::Yes) => Asking::Done,
                Ok(Enrolled::No(detail)) => Asking::Refused(detail),
                Err(fault) => Asking::Refused(fault.to_string()),
            };
            // The window may be gone.
            let _ = FirstStart::heard(became);
        });
    };
    Ok(FirstStart::open(settings.panel(), &settings.kiosk, fingerprint, ask)?)
}
