//! The scanner as others see it, and the thread that owns its port. A code that nobody waits for is dropped. Logs hold no code.

use super::protocol::{Code, Garbled, Lines};
use crate::port::{FlowControl, Port, PortFault};
use crate::status::{DeviceStatus, StatusBoard};
use crate::supervise::{Device, Inbox, SessionEnd, Supervised, Waited};
use std::convert::Infallible;
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::{broadcast, watch};
use zeroize::{Zeroize, Zeroizing};

/// Longer than between two bytes of a line at 9600 bits a second; whoever stops the thread waits no longer.
const SILENCE: Duration = Duration::from_millis(200);
/// Codes that one who waits may be behind.
const BEHIND: usize = 4;

/// How to reach a scanner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScannerConfig {
    /// The port's name, a link that udev keeps: `/dev/kiosk/code-scanner`.
    pub port: PathBuf,
    /// 9600 as most come; one on USB has no speed of its own.
    pub baud: u32,
}

/// How a scanner is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScannerStatus {
    /// Whether its port is there: nothing else is known of one that says nothing of itself.
    pub device: DeviceStatus,
    /// Codes that were read since the start.
    pub codes_read: u64,
    /// Lines since the start that were no codes, or broke off.
    pub garbled: u64,
}

/// A handle on the scanner. Dropping it stops the thread and frees the port.
#[derive(Debug)]
pub struct CodeScanner {
    _thread: Supervised<Infallible>,
    status: watch::Receiver<ScannerStatus>,
    codes: broadcast::Sender<Code>,
}

impl CodeScanner {
    /// Starts the scanner's thread. It looks for the port until it is there.
    pub fn start(config: ScannerConfig) -> Self {
        let board = StatusBoard::new(ScannerStatus::default());
        let (status, codes) = (board.watch(), broadcast::Sender::new(BEHIND));
        let thread = ScannerThread { config, board, codes: codes.clone() };
        Self { _thread: Supervised::start("code-scanner", thread), status, codes }
    }

    /// The status, with every change.
    pub fn status(&self) -> watch::Receiver<ScannerStatus> {
        self.status.clone()
    }

    /// Every code that is read from now on.
    pub fn listen(&self) -> Listener {
        Listener(self.codes.subscribe())
    }
}

/// Somebody who waits for codes.
#[derive(Debug)]
pub struct Listener(broadcast::Receiver<Code>);

impl Listener {
    /// The next code; none once the handle is gone. Whoever comes too late for some goes on with the next.
    pub async fn next(&mut self) -> Option<Code> {
        loop {
            match self.0.recv().await {
                Ok(code) => return Some(code),
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}

struct ScannerThread {
    config: ScannerConfig,
    board: StatusBoard<ScannerStatus>,
    codes: broadcast::Sender<Code>,
}

impl Device for ScannerThread {
    type Request = Infallible;

    fn serve(&mut self, inbox: &Inbox<Infallible>) -> SessionEnd {
        match self.read(inbox) {
            Ok(end) => end,
            Err(fault) => self.lost(fault),
        }
    }

    fn refuse(&mut self, request: Infallible) {
        match request {}
    }

    fn crashed(&mut self) {
        self.board.change(|status| status.device = DeviceStatus::HardwareError);
    }
}

impl ScannerThread {
    fn read(&self, inbox: &Inbox<Infallible>) -> Result<SessionEnd, PortFault> {
        let mut port = Port::open(&self.config.port, self.config.baud, FlowControl::None)?;
        self.board.change(|status| status.device = DeviceStatus::Online);
        let (mut lines, mut buffer) = (Lines::new(), Zeroizing::new([0; 256]));
        loop {
            if let Waited::Stop = inbox.look() {
                return Ok(SessionEnd::Stopped);
            }
            let count = port.read(&mut *buffer, SILENCE)?;
            if count == 0
                && let Some(fault) = lines.break_off()
            {
                self.heard(Err(fault));
            }
            buffer.iter().take(count).filter_map(|byte| lines.take(*byte)).for_each(|line| self.heard(line));
            // It may be a person's number, and the next code may come tomorrow.
            buffer.zeroize();
        }
    }

    fn heard(&self, line: Result<Code, Garbled>) {
        match line {
            Ok(code) => {
                // Nobody waits: it is dropped. Before it is counted, so that whoever listens from then on does not hear it.
                let _ = self.codes.send(code);
                self.board.change(|status| status.codes_read += 1);
            }
            Err(fault) => {
                tracing::info!(%fault, "the scanner read something that is no code");
                self.board.change(|status| status.garbled += 1);
            }
        }
    }

    fn lost(&self, fault: PortFault) -> SessionEnd {
        let (device, end) = fault.end();
        if self.board.read().device != device {
            tracing::warn!(%fault, "the code scanner is lost");
        }
        self.board.change(|status| status.device = device);
        end
    }
}
