//! What of a request's body was not read for its answer.
//!
//! A body that is too large is refused before its end. A connection that is closed then is reset under whoever still sends, and
//! the answer is lost with it (RFC 9112, 9.6): a resident with a large photo would see a broken page instead of why. So the rest
//! is read and dropped before the answer goes out, as far as patience goes.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

/// Photos of a phone and more; whoever sends without end is cut off.
const MOST: usize = 64 * 1024 * 1024;

/// As long as a photo takes on a slow line.
const LONGEST: Duration = Duration::from_secs(30);

/// A layer that answers when the body has been read, or may be left.
pub(crate) async fn drop_unread(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let mut rest = Shared(Arc::new(Mutex::new(body)));
    let response = next.run(Request::from_parts(parts, Body::new(rest.clone()))).await;
    // One who is still sending after that is slow or has no end.
    let _ = tokio::time::timeout(LONGEST, rest.read_and_drop()).await;
    response
}

/// A body that is still there when its handler has dropped it.
#[derive(Clone)]
struct Shared(Arc<Mutex<Body>>);

impl Shared {
    fn body(&self) -> MutexGuard<'_, Body> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn read_and_drop(&mut self) {
        let mut read = 0;
        while read < MOST
            && let Some(Ok(frame)) = self.frame().await
        {
            read += frame.data_ref().map_or(0, Bytes::len);
        }
    }
}

impl HttpBody for Shared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut *self.body()).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body().size_hint()
    }
}
