//! One connection, from its first request to its last.
//!
//! Ten thousand terminals hold a request each, nearly all of the time. hyper keeps two buffers and its own state for each
//! connection, whether it speaks or waits: so a connection comes to hyper with its first byte, and is taken out of it while
//! its request is held. What stays is the stream and the request's head; when the wait is over, a new hyper reads that head
//! again, as if it came now, and writes the answer. Thus reading and writing HTTP is hyper's alone. Knows nothing of what is
//! waited for.

use super::wire::{Unsent, Wire};
use crate::door::CallerStream;
use crate::waiting::{Hold, Patience};
use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Version};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::cell::Cell;
use std::convert::Infallible;
use std::future::{pending, poll_fn};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::watch;
use tokio::time::sleep;
use tower_service::Service;

/// How long the head of a request may take to come, and a connection may be silent between two. More than the minute and a
/// half after which the terminal's own client gives up a connection that it does not use: a request must not meet the end
/// of its connection.
const HEAD_TIME: Duration = Duration::from_secs(100);

/// The longest head of a request; a terminal's has some hundred bytes.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// A connection whose owner is known.
pub(super) struct Connection {
    stream: CallerStream,
    router: Router,
    stopped: watch::Receiver<()>,
    /// What was read and has still to be answered.
    unread: Vec<u8>,
    /// When the request came that is first in `unread`, if it has waited.
    waited: Option<Instant>,
}

/// A request that is to wait.
struct Held {
    head: Vec<u8>,
    since: Instant,
    hold: Hold,
}

/// Where the service leaves a request that is to wait, for whoever polls the connection.
#[derive(Clone, Default)]
struct Shelf(Arc<Mutex<Option<Held>>>);

impl Shelf {
    fn lay(&self, held: Held) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(held);
    }

    fn take(&self) -> Option<Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Connection {
    pub(super) const fn new(stream: CallerStream, router: Router, stopped: watch::Receiver<()>) -> Self {
        Self { stream, router, stopped, unread: Vec::new(), waited: None }
    }

    /// Answers its requests until it ends, or, when central goes down, until the one under way is answered.
    pub(super) async fn answer(mut self) {
        if !self.is_spoken_to().await {
            // Whoever has gone needs no farewell.
            let _ = self.stream.shutdown().await;
            return;
        }
        // In a box of its own, so that what HTTP needs is freed during each wait.
        while let Some((connection, hold)) = Box::pin(self.speak()).await {
            self = connection;
            if !self.wait(hold).await {
                return;
            }
        }
    }

    /// Speaks HTTP until the connection ends, or until a request is to wait.
    async fn speak(self) -> Option<(Self, Hold)> {
        let shelf = Shelf::default();
        let service = self.service(&shelf);
        let Self { stream, router, stopped, unread, .. } = self;
        let mut stopping = stopped.clone();
        let wire = Wire::new(stream, unread);
        let unsent = wire.unsent();
        let mut connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIME)
            .max_header_size(MAX_HEAD_BYTES)
            .serve_connection(TokioIo::new(wire), service);
        let mut is_going_down = false;
        let held = loop {
            tokio::select! {
                biased;
                ended = &mut connection => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a connection broke off");
                    }
                    return None;
                }
                // Whatever changes the shelf or what is unsent happens when the connection is polled, which was now.
                held = poll_fn(|_| taken(&shelf, &unsent)) => break held,
                _ = stopping.changed(), if !is_going_down => {
                    is_going_down = true;
                    std::pin::Pin::new(&mut connection).graceful_shutdown();
                }
            }
        };
        let parts = connection.into_parts();
        let (stream, front) = parts.io.into_inner().into_parts();
        let unread = [held.head.as_slice(), &parts.read_buf, &front].concat();
        Some((Self { stream, router, stopped, unread, waited: Some(held.since) }, held.hold))
    }

    /// Has each request answered, or lays it on the shelf.
    fn service(
        &self,
        shelf: &Shelf,
    ) -> impl hyper::service::Service<Request<Incoming>, Response = Response, Error = Infallible, Future: Send>
    + use<> {
        let (caller, waited) = (self.stream.caller().clone(), Cell::new(self.waited));
        let (router, shelf, stopped) = (self.router.clone(), shelf.clone(), self.stopped.clone());
        service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(caller.clone()));
            let head = be_patient(&mut request, waited.take());
            let (mut router, shelf, stopped) = (router.clone(), shelf.clone(), stopped.clone());
            let since = Instant::now();
            async move {
                let Ok(mut response) = router.call(request).await;
                match (head, response.extensions_mut().remove::<Hold>()) {
                    (Some(head), Some(hold)) => {
                        shelf.lay(Held { head, since, hold });
                        pending().await
                    }
                    _ => Ok(ended_by(&stopped, response)),
                }
            }
        })
    }

    /// Waits for the first byte of the first request, and tells whether it came.
    async fn is_spoken_to(&mut self) -> bool {
        let mut stopped = self.stopped.clone();
        tokio::select! {
            biased;
            is_there = self.next_byte() => is_there,
            _ = stopped.changed() => false,
            () = sleep(HEAD_TIME) => false,
        }
    }

    /// Takes one byte of what comes next; false when the other side has gone.
    async fn next_byte(&mut self) -> bool {
        let mut byte = [0];
        let is_there = matches!(self.stream.read(&mut byte).await, Ok(1..));
        if is_there {
            self.unread.extend(byte);
        }
        is_there
    }

    /// Waits, and tells whether there is still somebody to be answered.
    async fn wait(&mut self, hold: Hold) -> bool {
        let mut stopped = self.stopped.clone();
        tokio::select! {
            () = sleep(hold.wait) => true,
            () = hold.woken.notified() => true,
            _ = stopped.changed() => true,
            () = self.is_left() => false,
        }
    }

    /// Ends when the other side has gone. The first byte of a next request ends the watch: the rest stays unread.
    async fn is_left(&mut self) {
        if self.next_byte().await {
            pending::<()>().await;
        }
    }
}

/// Tells the handler whether the request may be held, and returns its head if so. What has a body may not: the body would
/// have to be kept as well.
fn be_patient(request: &mut Request<Incoming>, waited: Option<Instant>) -> Option<Vec<u8>> {
    let (patience, head) = match waited {
        Some(since) => (Patience::Waited { since }, None),
        None if request.body().is_end_stream() => (Patience::Fresh, Some(head_of(request))),
        None => return None,
    };
    request.extensions_mut().insert(patience);
    head
}

/// The head of a request as it came, or as good: names of headers are small, line ends and spaces are the usual ones.
fn head_of<B>(request: &Request<B>) -> Vec<u8> {
    let version = if request.version() == Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" };
    let mut head = format!("{} {} {version}\r\n", request.method(), request.uri()).into_bytes();
    for (name, value) in request.headers() {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            head.extend_from_slice(part);
        }
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// An answer that says that it is the last, when central goes down. hyper says so by itself only if it hears of it while
/// the request is under way.
fn ended_by(stopped: &watch::Receiver<()>, mut response: Response) -> Response {
    // A dropped sender is a stop as well.
    if stopped.has_changed().unwrap_or(true) {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The request that is to wait, once nothing of the answers before it is still in hyper.
fn taken(shelf: &Shelf, unsent: &Unsent) -> Poll<Held> {
    if unsent.any() {
        return Poll::Pending;
    }
    shelf.take().map_or(Poll::Pending, Poll::Ready)
}
