//! The network between the terminal and central: a relay on loopback that can be cut and restored.

use anyhow::Result;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

/// The cable.
#[derive(Clone)]
pub(crate) struct Network {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    is_cut: bool,
    open: Vec<TcpStream>,
}

impl Network {
    /// Relays to a port of loopback.
    pub(crate) fn to(port: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let network = Self { address: listener.local_addr()?, state: Arc::default() };
        let relay = network.clone();
        std::thread::spawn(move || {
            for inbound in listener.incoming().map_while(Result::ok) {
                relay.carry(inbound, port);
            }
        });
        Ok(network)
    }

    /// Where the terminal's end is.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Cuts the cable: what is open breaks, what is new is refused.
    pub(crate) fn cut(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.is_cut = true;
        for stream in state.open.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Mends it.
    pub(crate) fn restore(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).is_cut = false;
    }

    fn carry(&self, inbound: TcpStream, port: u16) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let outbound = TcpStream::connect((Ipv4Addr::LOCALHOST, port));
        let (false, Ok(outbound)) = (state.is_cut, outbound) else { return };
        let both = (inbound.try_clone(), outbound.try_clone(), inbound.try_clone(), outbound.try_clone());
        let (Ok(from_terminal), Ok(from_central), Ok(to_terminal), Ok(to_central)) = both else { return };
        state.open.extend([inbound, outbound]);
        std::thread::spawn(move || pump(from_terminal, to_central));
        std::thread::spawn(move || pump(from_central, to_terminal));
    }
}

fn pump(mut from: TcpStream, mut to: TcpStream) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let Some(bytes) = buffer.get(..count) else { break };
        if to.write_all(bytes).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}
