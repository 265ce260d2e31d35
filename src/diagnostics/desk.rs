//! Where `kiosk diagnose` asks a running terminal, which alone may open its devices: a socket in the state folder, for root and
//! the terminal's own user. Whoever connects says in one line what is wanted, all findings or a support bundle, and gets it as
//! JSON; nothing else is taken in.

use super::bundle::{self, StorePart};
use super::facts::{Part, parts};
use super::finding::Finding;
use super::{network, snapshot};
use crate::performer::Hands;
use contract::support_bundle::{MAX_BUNDLE, SignedBundle};
use serde::de::DeserializeOwned;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;

const SOCKET: &str = "diagnostics.sock";
/// How long an answer may take: the way to central is tried for it.
const PATIENCE: Duration = Duration::from_secs(20);
/// More than a bundle takes, whose text is JSON in JSON.
const LONGEST_ANSWER: u64 = 4 * MAX_BUNDLE as u64;
/// What is asked for.
const FINDINGS: &str = "findings";
const BUNDLE: &str = "bundle";
/// More than the longest question takes.
const LONGEST_QUESTION: u64 = 16;

/// Why a running terminal gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoDesk {
    /// None runs.
    #[error("no terminal runs here")]
    NotRunning,
    /// One runs, and this user may not ask it.
    #[error("{0}: only root and the terminal's own user may ask: use sudo")]
    NotForYou(PathBuf),
    /// It did not answer.
    #[error("the running terminal does not answer ({0}): look at its log, then start it again")]
    Silent(String),
}

/// The socket of a running terminal; dropped, it is closed and removed.
#[derive(Debug)]
pub struct Desk {
    path: PathBuf,
    serving: JoinHandle<()>,
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.serving.abort();
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Desk {
    /// Opens it, inside of the runtime. One that a crash left behind is replaced.
    pub fn open(hands: Arc<Hands>) -> io::Result<Self> {
        let path = hands.local.paths.state.join(SOCKET);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&path)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        Ok(Self { path, serving: tokio::spawn(serve(listener, hands)) })
    }
}

/// One after the other: nobody needs two answers at once.
async fn serve(listener: UnixListener, hands: Arc<Hands>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let answered = tokio::time::timeout(PATIENCE, answer(stream, &hands)).await;
                if !matches!(answered, Ok(Ok(()))) {
                    tracing::warn!("whoever asked for a diagnosis got none");
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the socket for diagnoses takes nobody");
                tokio::time::sleep(PATIENCE).await;
            }
        }
    }
}

async fn answer(mut stream: UnixStream, hands: &Hands) -> io::Result<()> {
    let mut question = String::new();
    (&mut stream).take(LONGEST_QUESTION).read_to_string(&mut question).await?;
    let answer = match question.as_str() {
        FINDINGS => serde_json::to_vec(&look(hands).await)?,
        BUNDLE => serde_json::to_vec(&bundle(hands).await)?,
        _ => return Err(io::Error::new(io::ErrorKind::InvalidData, "nobody can be asked that here")),
    };
    stream.write_all(&answer).await?;
    stream.shutdown().await
}

/// Makes a support bundle of everything.
pub(super) async fn bundle(hands: &Hands) -> Result<SignedBundle, String> {
    let findings = look(hands).await;
    let store = match &hands.store {
        Ok(store) => store.call(StorePart::of).await.map_err(|error| error.to_string()),
        Err(trouble) => Err(format!("{trouble:?}")),
    };
    bundle::make(hands, findings, store)
}

/// Looks at everything, the way to central included.
pub(super) async fn look(hands: &Hands) -> Vec<Finding> {
    look_closely(hands).await.into_iter().map(|part| part.finding).collect()
}

/// The same, with what is known of each part beside its verdict.
pub(crate) async fn look_closely(hands: &Hands) -> Vec<Part> {
    let seen = snapshot::take(hands).await;
    let network = match &hands.local.central {
        Some(central) => Some(network::probe(central).await),
        None => None,
    };
    parts(&seen, network.as_ref())
}

/// What a running terminal finds of itself.
pub async fn ask(state: &Path) -> Result<Vec<Finding>, NoDesk> {
    ask_for(state, FINDINGS).await
}

/// A running terminal's support bundle; the inner fault says why none could be made.
pub async fn ask_bundle(state: &Path) -> Result<Result<SignedBundle, String>, NoDesk> {
    ask_for(state, BUNDLE).await
}

async fn ask_for<T: DeserializeOwned>(state: &Path, question: &str) -> Result<T, NoDesk> {
    let path = state.join(SOCKET);
    let silent = |error: io::Error| NoDesk::Silent(error.to_string());
    let mut stream = UnixStream::connect(&path).await.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => NoDesk::NotRunning,
        io::ErrorKind::PermissionDenied => NoDesk::NotForYou(path),
        _ => silent(error),
    })?;
    stream.write_all(question.as_bytes()).await.map_err(silent)?;
    stream.shutdown().await.map_err(silent)?;
    let mut text = Vec::new();
    let reading = stream.take(LONGEST_ANSWER);
    tokio::pin!(reading);
    match tokio::time::timeout(PATIENCE, reading.read_to_end(&mut text)).await {
        Ok(Ok(_)) => serde_json::from_slice(&text).map_err(|error| NoDesk::Silent(error.to_string())),
        Ok(Err(error)) => Err(silent(error)),
        Err(_) => Err(NoDesk::Silent(format!("not within {} s", PATIENCE.as_secs()))),
    }
}
