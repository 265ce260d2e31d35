//! Why central can't start. What goes wrong with one request is a problem document, see `api::problem`.

use crate::accounting::simulated_world::NoWorld;
use crate::ca::CaError;
use crate::deciding::project::PlansFault;
use crate::deciding::rules::RulesFault;
use crate::keys::KeysError;
use crate::registries::SampleFault;
use crate::store::StoreError;
use contract::calendar::CalendarFault;
use contract::form::FormsFault;
use contract::table::TableFaults;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why central can't start or stopped.
#[derive(Debug, thiserror::Error)]
pub enum CentralError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The certificates.
    #[error(transparent)]
    Certificates(#[from] CaError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// TLS does not take the certificates.
    #[error("the certificates can't be used for TLS ({0}): make them again with 'central ca'")]
    Tls(String),
    /// The address.
    #[error("can't listen on {address}: {source}; another program may hold the port")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// The server broke off.
    #[error("the server stopped: {0}")]
    Served(#[source] std::io::Error),
    /// A file of the catalogue can't be read.
    #[error("can't read {path}: {source}; name the folder with services.csv and forms.json by --catalog")]
    Catalogue {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A table of the catalogue is not as it must be.
    #[error(transparent)]
    Table(#[from] TableFaults),
    /// The simulated outside of payments.
    #[error(transparent)]
    Payments(#[from] NoWorld),
    /// The forms are not as they must be.
    #[error(transparent)]
    Forms(#[from] FormsFault),
    /// The working-day calendar is not as it must be.
    #[error(transparent)]
    Calendar(#[from] CalendarFault),
    /// The sample registries are not as they must be.
    #[error(transparent)]
    Sample(#[from] SampleFault),
    /// The rules are not as they must be.
    #[error(transparent)]
    Rules(#[from] RulesFault),
    /// The plans of staged projects are not as they must be.
    #[error(transparent)]
    Plans(#[from] PlansFault),
}
