//! The printer as others see it, and the thread that owns its port.
//!
//! The question after every job is 'did it print?' (section 6.3): *printed* if the printer's answer in sequence came
//! and no fault was seen on the way, *not printed* if a fault was there before the first byte, *unknown* otherwise.

use super::document::Document;
use super::encoder::{DocumentFault, Encoded, encode};
use super::profile::{Confirmation, Profile};
use super::status_protocol::{
    CLEAR_ERROR, Cause, Listener, Mark, RealTime, Said, StatusBytes, ask_mark, ask_now, ask_paper_in_sequence,
};
use crate::port::{FlowControl, Port, PortFault};
use crate::status::{DeviceStatus, DoorStatus, PaperStatus, StatusBoard};
use crate::supervise::{Device, Inbox, SessionEnd, Supervised, Waited};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::sync::{oneshot, watch};

/// How long a real-time answer may take.
const ANSWER_TIME: Duration = Duration::from_millis(500);
/// The pause before a silent printer is asked once more.
const SILENCE: Duration = Duration::from_secs(2);
/// Between two status polls.
const POLL: Duration = Duration::from_secs(1);
/// A blocking wait is cut into such slices.
const SLICE: Duration = Duration::from_millis(50);
/// Between two questions while a job is on paper.
const WATCH: Duration = Duration::from_millis(300);
/// The longest that one piece of a job may wait for room in the printer.
const PIECE_TIME: Duration = Duration::from_secs(2);
/// The longest that a busy printer (head too hot, offline without a cause) is waited for (section 7).
const BUSY_TIME: Duration = Duration::from_mins(1);
/// Bytes sent between two looks at the printer.
const PIECE: usize = 1024;
/// The longest that a job may take from its last byte to its confirmation.
const JOB_TIME: Duration = Duration::from_secs(30);
/// After the answer of GS r, the time in which that of GS ( H must come if the printer knows it.
const MARK_TIME: Duration = Duration::from_millis(500);

/// How to reach a printer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrinterConfig {
    /// The port's name, a link that udev keeps: `/run/kiosk/receipt-printer`.
    pub port: PathBuf,
    /// 9600, 19200, 38400 or 115200, as the printer is set.
    pub baud: u32,
    /// Who stops the sender.
    pub flow: FlowControl,
    /// What kind of printer.
    pub profile: Profile,
}

/// How a printer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PrinterStatus {
    /// The device.
    pub device: DeviceStatus,
    /// The paper.
    pub paper: PaperStatus,
    /// What a person must see to.
    pub cause: Option<Cause>,
    /// The cabinet's door; none where its switch is not wired to the printer, or the printer does not answer.
    pub door: Option<DoorStatus>,
    /// Receipts printed since the start.
    pub printed: u64,
    /// Lines and codes on them.
    pub lines: u64,
    /// Cuts.
    pub cuts: u64,
    /// Receipts that were not printed, or perhaps not, since the start.
    pub failed: u64,
}

/// Why a document was not printed: not one byte of it reached the printer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPrinted {
    /// Not plugged in.
    #[error("no receipt printer: plug it in")]
    NoPrinter,
    /// It does not answer.
    #[error("the receipt printer does not answer: check its power and cable")]
    Offline,
    /// It needs a person.
    #[error("{0}")]
    Refused(#[from] Cause),
    /// The document cannot be printed on it.
    #[error("{0}")]
    Document(#[from] DocumentFault),
}

/// What became of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum JobResult {
    /// On paper. `replaced` characters, which the printer has no letter for, appear as 〓.
    Printed {
        /// How many.
        replaced: usize,
    },
    /// Nothing was printed; it may be tried again.
    NotPrinted(NotPrinted),
    /// Something went wrong on the way: ask a person to look, and print again only as a copy.
    Unknown,
}

/// A handle on the printer. Dropping it stops the thread and frees the port.
#[derive(Debug)]
pub struct ReceiptPrinter {
    thread: Supervised<Job>,
    status: watch::Receiver<PrinterStatus>,
}

#[derive(Debug)]
struct Job {
    document: Document,
    answer: oneshot::Sender<JobResult>,
}

impl ReceiptPrinter {
    /// Starts the printer's thread. It looks for the port until it is there.
    pub fn start(config: PrinterConfig) -> Self {
        let board = StatusBoard::new(PrinterStatus::default());
        let status = board.watch();
        Self {
            thread: Supervised::start("receipt-printer", PrinterThread { config, board, jobs: 0 }),
            status,
        }
    }

    /// The status, with every change.
    pub fn status(&self) -> watch::Receiver<PrinterStatus> {
        self.status.clone()
    }

    /// Prints a document after those asked for before. Once begun it is not stopped by dropping the future.
    pub async fn print(&self, document: Document) -> JobResult {
        let (answer, result) = oneshot::channel();
        if self.thread.ask(Job { document, answer }).is_err() {
            return JobResult::NotPrinted(NotPrinted::NoPrinter);
        }
        result.await.unwrap_or(JobResult::Unknown)
    }
}

struct PrinterThread {
    config: PrinterConfig,
    board: StatusBoard<PrinterStatus>,
    jobs: u32,
}

impl Device for PrinterThread {
    type Request = Job;

    fn serve(&mut self, inbox: &Inbox<Job>) -> SessionEnd {
        let port = match Port::open(&self.config.port, self.config.baud, self.config.flow) {
            Ok(port) => port,
            Err(fault) => return self.lost(Lost::Port(fault)),
        };
        let profile = self.config.profile;
        let mut session = Session {
            port,
            listener: Listener::new(),
            profile,
            inbox,
            board: &self.board,
            jobs: &mut self.jobs,
        };
        match session.run() {
            Ok(()) => SessionEnd::Stopped,
            Err(lost) => self.lost(lost),
        }
    }

    fn refuse(&mut self, job: Job) {
        let reason = match self.board.read().device {
            DeviceStatus::NoDevice | DeviceStatus::Starting => NotPrinted::NoPrinter,
            _ => NotPrinted::Offline,
        };
        let _ = job.answer.send(JobResult::NotPrinted(reason));
    }

    fn crashed(&mut self) {
        self.board.change(|status| status.device = DeviceStatus::HardwareError);
    }
}

impl PrinterThread {
    fn lost(&self, lost: Lost) -> SessionEnd {
        let (device, end) = match lost {
            Lost::Port(fault) => fault.end(),
            Lost::Silent => (DeviceStatus::Offline, SessionEnd::Failed),
        };
        if self.board.read().device != device {
            tracing::warn!(status = %device, "the receipt printer is lost");
        }
        self.board.change(|status| {
            (status.device, status.paper, status.cause) = (device, PaperStatus::Unknown, None);
            status.door = None;
        });
        end
    }
}

/// Why a session cannot go on.
#[derive(Clone, Copy, Debug)]
enum Lost {
    Port(PortFault),
    Silent,
}

impl Lost {
    fn before_printing(self) -> NotPrinted {
        match self {
            Self::Port(PortFault::HungUp | PortFault::NoSuchPort) => NotPrinted::NoPrinter,
            Self::Port(_) | Self::Silent => NotPrinted::Offline,
        }
    }
}

impl From<PortFault> for Lost {
    fn from(fault: PortFault) -> Self {
        Self::Port(fault)
    }
}

struct Session<'a> {
    port: Port,
    listener: Listener,
    profile: Profile,
    inbox: &'a Inbox<Job>,
    board: &'a StatusBoard<PrinterStatus>,
    jobs: &'a mut u32,
}

impl Session<'_> {
    fn run(&mut self) -> Result<(), Lost> {
        self.poll()?;
        let mut next_poll = Instant::now() + POLL;
        loop {
            match self.inbox.wait(SLICE) {
                Waited::Stop => return Ok(()),
                Waited::Request(job) => {
                    self.print(job)?;
                    self.poll()?;
                    next_poll = Instant::now() + POLL;
                }
                Waited::TimeUp => {}
            }
            // Nothing is expected: this notices the plug being pulled.
            self.listen(Duration::ZERO)?;
            if Instant::now() >= next_poll {
                self.poll()?;
                next_poll = Instant::now() + POLL;
            }
        }
    }

    /// Asks for the status and publishes it.
    fn poll(&mut self) -> Result<StatusBytes, Lost> {
        let bytes = self.ask_all()?;
        self.board.change(|status| {
            status.device = bytes.device(&self.profile);
            status.paper = bytes.paper(&self.profile);
            status.cause = bytes.cause(&self.profile);
            status.door = bytes.door(&self.profile);
        });
        Ok(bytes)
    }

    fn ask_all(&mut self) -> Result<StatusBytes, Lost> {
        // The first question is the one that finds out whether anybody is there; low-cost printers answer only the
        // first and the last, and what they leave out counts as well.
        let printer = self.ask_patiently(RealTime::Printer)?;
        let offline = self.ask(RealTime::OfflineCause)?.unwrap_or(StatusBytes::WELL.offline);
        let error = match offline & 0x40 {
            0 => StatusBytes::WELL.error,
            _ => self.ask(RealTime::ErrorCause)?.unwrap_or(StatusBytes::WELL.error),
        };
        let paper = self.ask(RealTime::Paper)?.unwrap_or(StatusBytes::WELL.paper);
        Ok(StatusBytes { printer, offline, error, paper })
    }

    /// Twice, and once more after two seconds (section 5).
    fn ask_patiently(&mut self, which: RealTime) -> Result<u8, Lost> {
        for _ in 0..2 {
            if let Some(byte) = self.ask(which)? {
                return Ok(byte);
            }
        }
        let until = Instant::now() + SILENCE;
        while Instant::now() < until && !self.inbox.stopping() {
            self.listen(SLICE)?;
        }
        self.ask(which)?.ok_or(Lost::Silent)
    }

    fn ask(&mut self, which: RealTime) -> Result<Option<u8>, Lost> {
        self.listen(Duration::ZERO)?;
        self.port.write_all(&ask_now(which), ANSWER_TIME)?;
        let until = Instant::now() + ANSWER_TIME;
        while Instant::now() < until && !self.inbox.stopping() {
            let answer = self.listen(SLICE)?.into_iter().find_map(|said| match said {
                Said::Now(byte) => Some(byte),
                _ => None,
            });
            if answer.is_some() {
                return Ok(answer);
            }
        }
        Ok(None)
    }

    /// What the printer says within a time.
    fn listen(&mut self, wait: Duration) -> Result<Vec<Said>, Lost> {
        let mut buffer = [0; 256];
        let count = self.port.read(&mut buffer, wait)?;
        Ok(buffer.iter().take(count).filter_map(|byte| self.listener.hear(*byte)).collect())
    }

    /// Prints a job and answers it, whatever happens.
    fn print(&mut self, job: Job) -> Result<(), Lost> {
        let (result, session) = match encode(&job.document, &self.profile) {
            Ok(encoded) => self.print_encoded(&encoded),
            Err(fault) => (JobResult::NotPrinted(fault.into()), Ok(())),
        };
        if !matches!(result, JobResult::Printed { .. }) {
            self.board.change(|status| status.failed += 1);
        }
        let _ = job.answer.send(result);
        session
    }

    /// What became of the job, and whether the printer is still there.
    fn print_encoded(&mut self, encoded: &Encoded) -> (JobResult, Result<(), Lost>) {
        match self.clear_to_print() {
            Ok(None) => {}
            Ok(Some(cause)) => return (JobResult::NotPrinted(cause.into()), Ok(())),
            Err(lost) => return (JobResult::NotPrinted(lost.before_printing()), Err(lost)),
        }
        if encoded.replaced > 0 {
            tracing::warn!(characters = encoded.replaced, "characters without a letter are printed as 〓");
        }
        match self.put_on_paper(encoded) {
            Ok(true) => {
                self.board.change(|status| {
                    status.printed += 1;
                    status.lines += encoded.lines;
                    status.cuts += encoded.cuts;
                });
                (JobResult::Printed { replaced: encoded.replaced }, Ok(()))
            }
            outcome => {
                tracing::warn!("whether a receipt was printed is unknown");
                (JobResult::Unknown, outcome.map(|_| ()))
            }
        }
    }

    /// What stands in the way of the first byte. A cutter error is cleared once: a person may have seen to it.
    fn clear_to_print(&mut self) -> Result<Option<Cause>, Lost> {
        let until = Instant::now() + BUSY_TIME;
        let mut cause = self.poll()?.cause(&self.profile);
        while matches!(cause, Some(Cause::HeadHot | Cause::Busy)) && Instant::now() < until {
            self.listen(WATCH)?;
            if self.inbox.stopping() {
                return Ok(cause);
            }
            cause = self.poll()?.cause(&self.profile);
        }
        if cause != Some(Cause::CutterJam) {
            return Ok(cause);
        }
        self.port.write_all(&CLEAR_ERROR, ANSWER_TIME)?;
        Ok(self.poll()?.cause(&self.profile))
    }

    /// Sends a job and waits for its confirmation. False: a fault was seen or no confirmation came.
    fn put_on_paper(&mut self, encoded: &Encoded) -> Result<bool, Lost> {
        *self.jobs = self.jobs.wrapping_add(1);
        let mark = Mark::number(*self.jobs);
        for piece in encoded.bytes.chunks(PIECE) {
            match self.port.write_all(piece, PIECE_TIME) {
                Ok(()) => {}
                // It takes nothing more: cover, paper or cutter. The next poll says which.
                Err(PortFault::Stalled { .. }) => return Ok(false),
                Err(fault) => return Err(fault.into()),
            }
        }
        if self.profile.confirmation == Confirmation::Mark {
            self.port.write_all(&ask_mark(mark), PIECE_TIME)?;
        }
        self.port.write_all(&ask_paper_in_sequence(), PIECE_TIME)?;
        self.await_confirmation(mark)
    }

    fn await_confirmation(&mut self, mark: Mark) -> Result<bool, Lost> {
        let deadline = Instant::now() + JOB_TIME;
        let mut next_watch = Instant::now() + WATCH;
        let mut processed_at: Option<Instant> = None;
        while Instant::now() < deadline && !self.inbox.stopping() {
            for said in self.listen(SLICE)? {
                match said {
                    Said::Mark(confirmed) if confirmed == mark => return Ok(true),
                    Said::PaperInSequence(_) if self.profile.confirmation == Confirmation::PaperStatus => {
                        return Ok(true);
                    }
                    Said::PaperInSequence(_) => processed_at = processed_at.or(Some(Instant::now())),
                    // The answer to the question below.
                    Said::Now(byte) if byte & 0x08 != 0 => return Ok(false),
                    Said::Now(_) | Said::Mark(_) => {}
                }
            }
            // The firmware does not know GS ( H: what follows it in sequence was answered.
            if processed_at.is_some_and(|at| at.elapsed() > MARK_TIME) {
                return Ok(true);
            }
            if Instant::now() >= next_watch {
                self.port.write_all(&ask_now(RealTime::Printer), ANSWER_TIME)?;
                next_watch = Instant::now() + WATCH;
            }
        }
        Ok(false)
    }
}
