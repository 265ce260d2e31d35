//! A serial port as a thin hand: bytes out, bytes in, and whether the device is still there.
//!
//! Knows nothing of what the bytes mean. Ports are opened by name (a link such as `/run/kiosk/id-reader` that udev
//! keeps), never by a ttyUSB number.

use crate::status::DeviceStatus;
use crate::supervise::SessionEnd;
use serialport::{ClearBuffer, SerialPort, TTYPort};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The largest piece written at once. A single large write to a stalled line does not come back at its time-out
/// (measured: blocked after 5 s with 300 ms set); 256 bytes do.
const PIECE: usize = 256;

/// Who stops the other when a buffer is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FlowControl {
    /// Nobody.
    #[default]
    None,
    /// The wires RTS and CTS (a printer's DTR/DSR are wired to them).
    Hardware,
}

/// Why a port cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PortFault {
    /// There is nothing under that name.
    #[error("no device under this port name: plug it in, or correct the port in the settings")]
    NoSuchPort,
    /// Another program holds it.
    #[error("another program holds the port: stop it")]
    Busy,
    /// The device went away while the port was open.
    #[error("the device was unplugged")]
    HungUp,
    /// The device does not take bytes.
    #[error("the device took {written} of {length} bytes in time: check flow control, cover and paper")]
    Stalled {
        /// How many it took.
        written: usize,
        /// How many there were.
        length: usize,
    },
    /// The system refuses for another reason.
    #[error("the port failed ({0}): check its permissions and wiring")]
    Failed(ErrorKind),
}

impl PortFault {
    /// What a device is to others whose port fails so, and how its session ends.
    pub(crate) const fn end(self) -> (DeviceStatus, SessionEnd) {
        match self {
            Self::NoSuchPort | Self::HungUp => (DeviceStatus::NoDevice, SessionEnd::Gone),
            Self::Busy | Self::Stalled { .. } | Self::Failed(_) => {
                (DeviceStatus::Offline, SessionEnd::Failed)
            }
        }
    }
}

/// An open port. Dropping it closes it.
#[derive(Debug)]
pub struct Port {
    tty: TTYPort,
}

impl Port {
    /// Opens a port 8N1 for this process alone and discards what arrived before.
    ///
    /// DTR and RTS are asked for and not insisted on: a pseudo-terminal has none.
    pub fn open(name: &Path, baud: u32, flow: FlowControl) -> Result<Self, PortFault> {
        // The name is a link: resolved here, so that a link left dangling reads as 'not plugged in'.
        let device: PathBuf = std::fs::canonicalize(name).map_err(|error| io_fault(&error))?;
        let flow = match flow {
            FlowControl::None => serialport::FlowControl::None,
            FlowControl::Hardware => serialport::FlowControl::Hardware,
        };
        let builder = serialport::new(device.to_string_lossy(), baud).flow_control(flow);
        let mut tty = TTYPort::open(&builder).map_err(|error| open_fault(&error))?;
        let _ = tty.write_data_terminal_ready(true);
        let mut port = Self { tty };
        port.clear_input()?;
        Ok(port)
    }

    /// Discards what has arrived and was not read.
    pub fn clear_input(&mut self) -> Result<(), PortFault> {
        self.tty.clear(ClearBuffer::Input).map_err(|error| open_fault(&error))
    }

    /// Reads what is there, waiting for the first byte at most `wait`. No byte in that time is 0.
    pub fn read(&mut self, buffer: &mut [u8], wait: Duration) -> Result<usize, PortFault> {
        self.tty.set_timeout(wait).map_err(|error| open_fault(&error))?;
        match self.tty.read(buffer) {
            // A terminal that is ready and gives nothing has lost its other end.
            Ok(0) => Err(PortFault::HungUp),
            Ok(count) => Ok(count),
            Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted) => Ok(0),
            Err(error) => Err(io_fault(&error)),
        }
    }

    /// Writes everything in small pieces, all of it within `limit`.
    pub fn write_all(&mut self, bytes: &[u8], limit: Duration) -> Result<(), PortFault> {
        let deadline = Instant::now() + limit;
        let mut written = 0;
        while let Some(rest) = bytes.get(written..).filter(|rest| !rest.is_empty()) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(PortFault::Stalled { written, length: bytes.len() });
            }
            self.tty.set_timeout(left).map_err(|error| open_fault(&error))?;
            match self.tty.write(rest.get(..PIECE).unwrap_or(rest)) {
                Ok(0) => return Err(PortFault::HungUp),
                Ok(count) => written += count,
                Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted) => {}
                Err(error) => return Err(io_fault(&error)),
            }
        }
        Ok(())
    }
}

/// EIO, ENXIO and ENODEV: what Linux says of a terminal whose device has gone.
const GONE: [i32; 3] = [5, 6, 19];

fn io_fault(error: &std::io::Error) -> PortFault {
    match (error.kind(), error.raw_os_error()) {
        (ErrorKind::NotFound, _) => PortFault::NoSuchPort,
        (ErrorKind::BrokenPipe, _) => PortFault::HungUp,
        (ErrorKind::ResourceBusy, _) => PortFault::Busy,
        (_, Some(code)) if GONE.contains(&code) => PortFault::HungUp,
        (kind, _) => PortFault::Failed(kind),
    }
}

fn open_fault(error: &serialport::Error) -> PortFault {
    match error.kind() {
        serialport::ErrorKind::NoDevice => PortFault::Busy,
        serialport::ErrorKind::Io(ErrorKind::NotFound) => PortFault::NoSuchPort,
        serialport::ErrorKind::Io(ErrorKind::BrokenPipe) | serialport::ErrorKind::Unknown => {
            PortFault::HungUp
        }
        serialport::ErrorKind::Io(kind) => PortFault::Failed(kind),
        serialport::ErrorKind::InvalidInput => PortFault::Failed(ErrorKind::InvalidInput),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> (TTYPort, Port) {
        let (master, slave) = TTYPort::pair().unwrap();
        (master, Port { tty: slave })
    }

    #[test]
    fn a_missing_name_and_a_dangling_link_are_no_such_port() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("id-reader");
        assert_eq!(Port::open(&link, 115_200, FlowControl::None).unwrap_err(), PortFault::NoSuchPort);
        std::os::unix::fs::symlink("/dev/pts/no-such", &link).unwrap();
        assert_eq!(Port::open(&link, 115_200, FlowControl::None).unwrap_err(), PortFault::NoSuchPort);
    }

    #[test]
    fn a_silent_line_reads_nothing_and_a_lost_one_hangs_up() {
        let (master, mut port) = pair();
        let mut buffer = [0; 16];
        assert_eq!(port.read(&mut buffer, Duration::from_millis(20)), Ok(0));
        drop(master);
        assert_eq!(port.read(&mut buffer, Duration::from_millis(20)), Err(PortFault::HungUp));
    }

    #[test]
    fn a_stalled_line_ends_a_large_write_in_time() {
        let (_master, mut port) = pair();
        let begun = Instant::now();
        let fault = port.write_all(&vec![0x55; 200_000], Duration::from_millis(200)).unwrap_err();
        assert!(matches!(fault, PortFault::Stalled { written, length: 200_000 } if written > 0), "{fault}");
        assert!(begun.elapsed() < Duration::from_secs(3));
    }
}
