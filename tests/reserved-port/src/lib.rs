//! A port of loopback that is kept for one server of a test, before it starts and while it is down.
//!
//! A number that was only looked up is anybody's again: with stories side by side, some connection soon goes out from it, and the
//! server that was to have it finds it in use. A socket that is bound and never listens keeps it: Linux gives no connection a port
//! that a socket was bound to, and lets a server listen there beside it, as both say `SO_REUSEADDR` (socket(7)), as servers do.

use socket2::{Domain, Socket, Type};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};

/// The port; anybody's again when this is dropped.
#[derive(Debug)]
pub struct ReservedPort {
    port: u16,
    _held: Socket,
}

impl ReservedPort {
    /// Any that is free.
    pub fn any() -> io::Result<Self> {
        let held = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        held.set_reuse_address(true)?;
        held.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
        let bound = held.local_addr()?.as_socket();
        let port = bound.ok_or_else(|| io::Error::other("the socket has no port"))?.port();
        Ok(Self { port, _held: held })
    }

    /// Its number.
    pub const fn number(&self) -> u16 {
        self.port
    }

    /// Where its server is to listen.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that breaks should panic")]
mod tests {
    use super::*;
    use std::net::{TcpListener, TcpStream};

    #[test]
    fn its_server_may_come_and_go_and_nobody_else_has_it_meanwhile() {
        let port = ReservedPort::any().unwrap();
        for _ in 0..2 {
            let other = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
            let taken = other.bind(&port.address().into()).map_err(|why| why.kind());
            assert_eq!(taken, Err(io::ErrorKind::AddrInUse), "kept while nobody listens");
            let silence = TcpStream::connect(port.address()).map_err(|why| why.kind());
            assert_eq!(silence.err(), Some(io::ErrorKind::ConnectionRefused), "a port that answers nobody");
            let server = TcpListener::bind(port.address()).unwrap();
            TcpStream::connect(port.address()).unwrap();
            drop(server);
        }
    }
}
