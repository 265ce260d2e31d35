//! Connections that have shown whose they are, for the HTTP server. How they showed it is not known here: `tls` asks for
//! certificates, a simulation knows its kiosks.

use axum::serve::Listener;
use contract::KioskId;
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

/// A connection of a kiosk that has shown who it is.
pub struct KioskStream {
    wire: Pin<Box<dyn Wire>>,
    kiosk: KioskId,
}

impl KioskStream {
    /// A connection, and whose it is.
    pub fn new(wire: impl AsyncRead + AsyncWrite + Send + 'static, kiosk: KioskId) -> Self {
        Self { wire: Box::pin(wire), kiosk }
    }

    /// The kiosk at the other end.
    pub const fn kiosk(&self) -> &KioskId {
        &self.kiosk
    }
}

impl fmt::Debug for KioskStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KioskStream").field("kiosk", &self.kiosk).finish_non_exhaustive()
    }
}

impl AsyncRead for KioskStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.get_mut().wire.as_mut().poll_read(cx, buf)
    }
}

impl AsyncWrite for KioskStream {
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
pub struct KioskListener {
    arrived: mpsc::Receiver<(KioskStream, SocketAddr)>,
    address: SocketAddr,
    door: JoinHandle<()>,
}

impl KioskListener {
    /// Takes what arrives; `door` is the task that lets it in.
    pub const fn new(
        arrived: mpsc::Receiver<(KioskStream, SocketAddr)>,
        address: SocketAddr,
        door: JoinHandle<()>,
    ) -> Self {
        Self { arrived, address, door }
    }
}

impl Drop for KioskListener {
    fn drop(&mut self) {
        self.door.abort();
    }
}

impl Listener for KioskListener {
    type Io = KioskStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (KioskStream, SocketAddr) {
        match self.arrived.recv().await {
            Some(arrival) => arrival,
            // The door is shut: central is going down.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}
