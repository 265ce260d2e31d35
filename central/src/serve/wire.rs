//! The bytes of a connection as HTTP reads and writes them: first some that were read before, then what comes; and whether
//! everything that was written has gone out.

use crate::door::CallerStream;
use bytes::Bytes;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A stream with bytes in front.
#[derive(Debug)]
pub(super) struct Wire {
    stream: CallerStream,
    front: Bytes,
    unsent: Unsent,
}

/// Whether something that was written may not have gone out yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Unsent(Arc<AtomicBool>);

impl Unsent {
    /// Whether it is so.
    pub(super) fn any(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Wire {
    /// A stream that gives `front` before its own bytes.
    pub(super) fn new(stream: CallerStream, front: Vec<u8>) -> Self {
        Self { stream, front: front.into(), unsent: Unsent::default() }
    }

    /// Tells whether something has still to go out.
    pub(super) fn unsent(&self) -> Unsent {
        self.unsent.clone()
    }

    /// The stream, and what of the bytes in front was not read.
    pub(super) fn into_parts(self) -> (CallerStream, Bytes) {
        (self.stream, self.front)
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.front.is_empty() {
            return Pin::new(&mut this.stream).poll_read(cx, buf);
        }
        let now = this.front.split_to(this.front.len().min(buf.remaining()));
        buf.put_slice(&now);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.unsent.0.store(true, Ordering::Relaxed);
        Pin::new(&mut this.stream).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.stream).poll_flush(cx))?;
        this.unsent.0.store(false, Ordering::Relaxed);
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
