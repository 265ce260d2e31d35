//! The line to central: carries one request there and its answer back, or says why none came. What an answer means is
//! the client's business.

use contract::EntryId;
use jiff::Timestamp;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// The largest answer in bytes that is taken in.
pub const MAX_ANSWER: usize = 1 << 20;

/// How long a request may take whose answer is there already.
const USUAL: Duration = Duration::from_secs(10);

/// How long one may take that central holds for half a minute.
pub const HELD: Duration = Duration::from_secs(45);

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The path, from the root, with its query if it has one.
    pub path: String,
    /// The idempotency key.
    pub key: Option<EntryId>,
    /// JSON to post; without it, it is a GET.
    pub json: Option<Vec<u8>>,
    /// How long it may take, its answer included.
    pub within: Duration,
}

impl Request {
    /// Asks for what is at a path.
    pub fn get(path: impl Into<String>) -> Self {
        Self { path: path.into(), key: None, json: None, within: USUAL }
    }

    /// Posts JSON to a path.
    pub fn post(path: impl Into<String>, json: Vec<u8>) -> Self {
        Self { path: path.into(), key: None, json: Some(json), within: USUAL }
    }
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// When it was answered, by the clock of whoever did (`Date`, to the second).
    pub date: Option<Timestamp>,
    /// `Retry-After` in seconds, if it says so.
    pub retry_after: Option<Duration>,
    /// The body.
    pub body: Vec<u8>,
}

/// Why nothing came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoReply {
    /// Nobody answers.
    Offline,
    /// Who answers is not our central, or central does not believe us.
    ForeignCertificate,
}

/// An answer, later.
pub type Exchange<'a> = Pin<Box<dyn Future<Output = Result<Reply, NoReply>> + Send + 'a>>;

/// A line.
pub trait Line: Send + Sync + std::fmt::Debug + 'static {
    /// One request and its answer.
    fn exchange(&self, request: Request) -> Exchange<'_>;

    /// An answer was a person's: nothing of past answers is held any longer.
    fn forget(&self);

    /// The terminal's papers are new: the next connections show them.
    fn show_new_papers(&self) {}
}
