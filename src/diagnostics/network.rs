//! The way to central, step by step: name, connection, certificate, answer, clock. Each step is timed; the first that fails
//! ends it.

use crate::settings::CentralSettings;
use crate::startup;
use crate::sync::{CentralClient, Failure, HttpsLine};
use jiff::{SignedDuration, Timestamp};
use std::time::{Duration, Instant};
use tokio::net::{TcpStream, lookup_host};

/// How long a step may take.
const STEP: Duration = Duration::from_secs(5);

/// How far it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworkFacts {
    /// The name of central has no address.
    NoAddress(String),
    /// Nobody takes a connection there.
    NoConnection(String),
    /// Somebody takes it who is not our central, or it does not take our certificate.
    NotTrusted,
    /// Central answers, and not with what was asked.
    NoAnswer(String),
    /// All is well.
    Answered {
        /// How long the name took.
        name: Duration,
        /// How long the connection took.
        connection: Duration,
        /// How long handshake and answer took.
        answer: Duration,
        /// By how much our clock is before central's; nothing, where it does not say.
        ahead: Option<SignedDuration>,
    },
}

/// Goes the way once, on a connection of its own.
pub async fn probe(central: &CentralSettings) -> NetworkFacts {
    let host = central.address.trim_start_matches("https://").to_owned();
    let host = if host.contains(':') { host } else { format!("{host}:443") };
    let began = Instant::now();
    let address = match tokio::time::timeout(STEP, lookup_host(&host)).await {
        Ok(Ok(mut found)) => found.next(),
        Ok(Err(_)) | Err(_) => None,
    };
    let Some(address) = address else { return NetworkFacts::NoAddress(host) };
    let (name, began) = (began.elapsed(), Instant::now());
    if !matches!(tokio::time::timeout(STEP, TcpStream::connect(address)).await, Ok(Ok(_))) {
        return NetworkFacts::NoConnection(address.to_string());
    }
    let (connection, began) = (began.elapsed(), Instant::now());
    let line = match HttpsLine::new(&central.address, &startup::papers(central)) {
        Ok(line) => line,
        Err(fault) => return NetworkFacts::NoAnswer(fault.to_string()),
    };
    match CentralClient::new(line).clock().await {
        Ok(theirs) => NetworkFacts::Answered {
            name,
            connection,
            answer: began.elapsed(),
            ahead: theirs.map(|theirs| Timestamp::now().duration_since(theirs)),
        },
        Err(Failure::ForeignCertificate) => NetworkFacts::NotTrusted,
        Err(failure) => NetworkFacts::NoAnswer(format!("{failure:?}")),
    }
}
