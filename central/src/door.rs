//! Connections that have shown whose they are, for the HTTP server. How they showed it is not known here: `tls` asks for
//! certificates, a simulation knows its callers.

use crate::caller::Caller;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Bytes both ways.
trait Wire: AsyncRead + AsyncWrite + Send {}
impl<T: AsyncRead + AsyncWrite + Send> Wire for T {}

/// A connection of a caller that has shown who it is.
pub struct CallerStream {
    wire: Pin<Box<dyn Wire>>,
    caller: Caller,
    /// Ends with the connection.
    _guard: Option<Box<dyn Send + Sync>>,
}

impl CallerStream {
    /// A connection, and whose it is.
    pub fn new(wire: impl AsyncRead + AsyncWrite + Send + 'static, caller: Caller) -> Self {
        Self { wire: Box::pin(wire), caller, _guard: None }
    }

    /// The same, with something that is dropped when the connection ends.
    #[must_use]
    pub(crate) fn guarded_by(self, guard: impl Send + Sync + 'static) -> Self {
        Self { _guard: Some(Box::new(guard)), ..self }
    }

    /// Who is at the other end.
    pub const fn caller(&self) -> &Caller {
        &self.caller
    }
}

impl fmt::Debug for CallerStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallerStream").field("caller", &self.caller).finish_non_exhaustive()
    }
}

impl AsyncRead for CallerStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.get_mut().wire.as_mut().poll_read(cx, buf)
    }
}

impl AsyncWrite for CallerStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.get_mut().wire.as_mut().poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().wire.as_mut().poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().wire.as_mut().poll_shutdown(cx)
    }
}

/// Where such connections arrive. What lets them in ends with it.
#[derive(Debug)]
pub struct CallerListener {
    arrived: mpsc::Receiver<CallerStream>,
    address: SocketAddr,
    door: JoinHandle<()>,
}

impl CallerListener {
    /// Takes what arrives; `door` is the task that lets it in.
    pub const fn new(
        arrived: mpsc::Receiver<CallerStream>,
        address: SocketAddr,
        door: JoinHandle<()>,
    ) -> Self {
        Self { arrived, address, door }
    }
}

impl Drop for CallerListener {
    fn drop(&mut self) {
        self.door.abort();
    }
}

impl CallerListener {
    /// The next connection that was let in.
    pub(crate) async fn accept(&mut self) -> CallerStream {
        match self.arrived.recv().await {
            Some(stream) => stream,
            // The door is shut: central is going down.
            None => std::future::pending().await,
        }
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }
}
