//! The reader as others see it, and the thread that owns its port.
//!
//! A card is read only while somebody waits for one. Logs hold directions and codes, never content (section 11).

use super::card_text::Card;
use super::commands::ModuleId;
use super::cycle::{CardFault, Goal, ReadingCycle};
use super::session::{Lost, Session};
use crate::port::{FlowControl, Port, PortFault};
use crate::status::{DeviceStatus, StatusBoard};
use crate::supervise::{Device, Inbox, SessionEnd, Supervised};
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::{oneshot, watch};

/// How to reach a reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderConfig {
    /// The port's name, a link that udev keeps: `/run/kiosk/id-reader`.
    pub port: PathBuf,
    /// 115200 on nearly all readers.
    pub baud: u32,
}

/// How a reader is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReaderStatus {
    /// The device.
    pub device: DeviceStatus,
    /// Which security module it holds: a change means that the reader was swapped.
    pub module: Option<ModuleId>,
    /// Cards read since the start.
    pub cards_read: u64,
    /// Cards that were laid down since the start and could not be read.
    pub cards_failed: u64,
    /// How long the chip of the last card took.
    pub last_read: Option<Duration>,
    /// Answers lost or garbled since the start.
    pub link_errors: u64,
}

/// A handle on the reader. Dropping it stops the thread and frees the port.
#[derive(Debug)]
pub struct IdCardReader {
    thread: Supervised<Wish>,
    status: watch::Receiver<ReaderStatus>,
}

/// What is waited for.
#[derive(Debug)]
pub(super) enum Wish {
    Card(oneshot::Sender<Result<Card, CardFault>>),
    Lifted(oneshot::Sender<Result<(), CardFault>>),
}

impl IdCardReader {
    /// Starts the reader's thread. It looks for the port until it is there.
    pub fn start(config: ReaderConfig) -> Self {
        let board = StatusBoard::new(ReaderStatus::default());
        let status = board.watch();
        let thread =
            Supervised::start("id-card-reader", ReaderThread { config, board, cycle: ReadingCycle::new() });
        Self { thread, status }
    }

    /// The status, with every change.
    pub fn status(&self) -> watch::Receiver<ReaderStatus> {
        self.status.clone()
    }

    /// Waits for the next card that is laid down, and reads it. One caller at a time: a later call takes over.
    /// Dropping the future ends the waiting. A card that was read and stays where it is does not count again.
    pub async fn read_card(&self) -> Result<Card, CardFault> {
        let (answer, card) = oneshot::channel();
        self.thread.ask(Wish::Card(answer)).map_err(|_| CardFault::NoReader)?;
        card.await.unwrap_or(Err(CardFault::NoReader))
    }

    /// Waits until no card lies on the reader. Best effort: the module is reset to look again, which some modules
    /// take a moment for.
    pub async fn wait_until_lifted(&self) -> Result<(), CardFault> {
        let (answer, lifted) = oneshot::channel();
        self.thread.ask(Wish::Lifted(answer)).map_err(|_| CardFault::NoReader)?;
        lifted.await.unwrap_or(Err(CardFault::NoReader))
    }
}

impl Wish {
    pub(super) fn is_given_up(&self) -> bool {
        match self {
            Self::Card(answer) => answer.is_closed(),
            Self::Lifted(answer) => answer.is_closed(),
        }
    }

    pub(super) fn goal(&self) -> Goal {
        match self {
            Self::Card(_) => Goal::Read,
            Self::Lifted(_) => Goal::Lift,
        }
    }

    pub(super) fn fail(self, fault: CardFault) {
        match self {
            Self::Card(answer) => drop(answer.send(Err(fault))),
            Self::Lifted(answer) => drop(answer.send(Err(fault))),
        }
    }
}

struct ReaderThread {
    config: ReaderConfig,
    board: StatusBoard<ReaderStatus>,
    cycle: ReadingCycle,
}

impl Device for ReaderThread {
    type Request = Wish;

    fn serve(&mut self, inbox: &Inbox<Wish>) -> SessionEnd {
        let port = match Port::open(&self.config.port, self.config.baud, FlowControl::None) {
            Ok(port) => port,
            Err(fault) => return self.lost(fault),
        };
        let mut session = Session::new(port, inbox, &self.board);
        let mut wish = None;
        match session.run(&mut self.cycle, &mut wish) {
            Ok(end) => end,
            Err(Lost::Port(fault)) => {
                if let Some(wish) = wish {
                    wish.fail(CardFault::NoReader);
                }
                self.lost(fault)
            }
            Err(Lost::Silent) => {
                tracing::warn!("the card reader does not answer");
                if let Some(wish) = wish {
                    wish.fail(CardFault::Offline);
                }
                self.board.change(|status| status.device = DeviceStatus::Offline);
                SessionEnd::Failed
            }
        }
    }

    fn refuse(&mut self, wish: Wish) {
        wish.fail(match self.board.read().device {
            DeviceStatus::NoDevice | DeviceStatus::Starting => CardFault::NoReader,
            _ => CardFault::Offline,
        });
    }

    fn crashed(&mut self) {
        self.board.change(|status| status.device = DeviceStatus::HardwareError);
        self.cycle = ReadingCycle::new();
    }
}

impl ReaderThread {
    fn lost(&self, fault: PortFault) -> SessionEnd {
        let (device, end) = fault.end();
        if self.board.read().device != device {
            tracing::warn!(%fault, "the card reader is lost");
        }
        self.board.change(|status| (status.device, status.module) = (device, None));
        end
    }
}
