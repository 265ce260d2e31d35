//! Whether a terminal works with new settings: asked while they are on probation, in words that an operator reads.

use super::Hands;
use contract::settings::{Closed, Settings};
use offline_cache::{Store, StoreHandle};

/// What was found wrong, if anything.
pub(super) async fn run(hands: &Hands, store: &StoreHandle, settings: &Settings) -> Result<(), String> {
    let library = &hands.library;
    let is_known = |closed: &&Closed| match closed {
        Closed::Service(code) => library.find(code).is_some(),
        Closed::Department(department) => {
            library.services().iter().any(|service| service.code.department() == *department)
        }
    };
    // Closing what does not exist closes nothing: somebody has mistyped what ought to be closed.
    if let Some(unknown) = settings.services_closed.iter().find(|closed| !is_known(closed)) {
        return Err(format!(
            "services.closed names {unknown}, which the catalogue of this terminal does not have"
        ));
    }
    let written = store.call(Store::prove_writable).await;
    written.map_err(|error| format!("the store takes nothing: {error}"))
}
