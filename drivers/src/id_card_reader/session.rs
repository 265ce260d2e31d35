//! A session with a reader: from the open port to its loss. Puts the cycle's questions on the wire and brings the
//! answers back; polls the module while nobody waits for a card.

use super::card_text::Card;
use super::commands::{Command, Find, ReadModuleId, ReadTextAndPhoto, Reset, Select, Status};
use super::cycle::{Ask, CardFault, Goal, ModuleFault, ReadingCycle, Step, Told};
use super::driver::{ReaderStatus, Wish};
use super::protocol::Decoder;
use crate::port::{Port, PortFault};
use crate::status::{DeviceStatus, StatusBoard};
use crate::supervise::{Inbox, SessionEnd, Waited};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Until the header of an answer is complete (section 1).
const HEADER_TIME: Duration = Duration::from_secs(2);
/// Until the whole answer is complete.
const ANSWER_TIME: Duration = Duration::from_secs(5);
/// Between two status polls while nobody waits for a card.
const POLL: Duration = Duration::from_secs(3);
/// A reader that left so many polls unanswered is offline.
const POLLS_LOST: u32 = 3;
/// A blocking wait is cut into such slices, so that dropping the handle or pulling the plug is noticed.
const SLICE: Duration = Duration::from_millis(50);

/// Why a session cannot go on.
pub(super) enum Lost {
    Port(PortFault),
    Silent,
}

impl From<PortFault> for Lost {
    fn from(fault: PortFault) -> Self {
        Self::Port(fault)
    }
}

pub(super) struct Session<'a> {
    port: Port,
    decoder: Decoder,
    inbox: &'a Inbox<Wish>,
    board: &'a StatusBoard<ReaderStatus>,
}

impl<'a> Session<'a> {
    pub(super) fn new(port: Port, inbox: &'a Inbox<Wish>, board: &'a StatusBoard<ReaderStatus>) -> Self {
        Self { port, decoder: Decoder::new(), inbox, board }
    }

    /// Serves wishes until the reader is lost or the handle is dropped. A wish that is open then stays in `wish`.
    pub(super) fn run(
        &mut self,
        cycle: &mut ReadingCycle,
        wish: &mut Option<Wish>,
    ) -> Result<SessionEnd, Lost> {
        self.greet()?;
        let mut next_poll = Instant::now() + POLL;
        loop {
            match self.inbox.wait(SLICE) {
                Waited::Stop => return Ok(SessionEnd::Stopped),
                Waited::Request(new) => {
                    *wish = Some(new);
                    if let Some(end) = self.fulfil(cycle, wish)? {
                        return Ok(end);
                    }
                    next_poll = Instant::now() + POLL;
                }
                Waited::TimeUp => {}
            }
            self.listen_for_hang_up()?;
            if Instant::now() >= next_poll {
                self.poll()?;
                next_poll = Instant::now() + POLL;
            }
        }
    }

    /// Is it a reader, and which?
    fn greet(&mut self) -> Result<(), Lost> {
        self.poll()?;
        let module = match self.exchange(&ReadModuleId)? {
            Outcome::Answer(id) => Some(id),
            _ => None,
        };
        self.board.change(|status| status.module = module);
        Ok(())
    }

    fn poll(&mut self) -> Result<(), Lost> {
        for _ in 0..POLLS_LOST {
            let device = match self.exchange(&Status)? {
                Outcome::Answer(()) => DeviceStatus::Online,
                Outcome::Refused(_) => DeviceStatus::HardwareError,
                Outcome::Garbled | Outcome::Silence => continue,
                Outcome::Stopped => return Ok(()),
            };
            self.board.change(|status| status.device = device);
            return Ok(());
        }
        Err(Lost::Silent)
    }

    /// Nothing is expected: what comes is stale, unless it is the end.
    fn listen_for_hang_up(&mut self) -> Result<(), Lost> {
        let mut stale = Zeroizing::new([0; 256]);
        self.port.read(stale.as_mut_slice(), Duration::ZERO)?;
        Ok(())
    }

    /// Goes through the cycle until the wish is fulfilled, given up or replaced. `Some`: the session ends.
    fn fulfil(
        &mut self,
        cycle: &mut ReadingCycle,
        wish: &mut Option<Wish>,
    ) -> Result<Option<SessionEnd>, Lost> {
        let Some(goal) = wish.as_ref().map(Wish::goal) else { return Ok(None) };
        let mut step = cycle.start(goal);
        loop {
            if wish.as_ref().is_none_or(Wish::is_given_up) {
                *wish = None;
                return Ok(None);
            }
            step = match step {
                Step::Ask(ask) => {
                    let Some(told) = self.put(ask)? else { return Ok(Some(SessionEnd::Stopped)) };
                    cycle.handle(told, Instant::now())
                }
                Step::Pause(pause) => match self.pause(pause, wish)? {
                    Paused::Over => cycle.begin(),
                    Paused::Replaced(goal) => cycle.start(goal),
                    Paused::GivenUp => return Ok(None),
                    Paused::Stopped => return Ok(Some(SessionEnd::Stopped)),
                },
                Step::Deliver(outcome) => {
                    // Only silence costs the session: the answer is given where that is handled.
                    if matches!(outcome, Err(CardFault::Offline)) {
                        return Err(Lost::Silent);
                    }
                    self.deliver(outcome, wish.take());
                    return Ok(None);
                }
                Step::Lifted => {
                    if let Some(Wish::Lifted(answer)) = wish.take() {
                        let _ = answer.send(Ok(()));
                    }
                    return Ok(None);
                }
            };
        }
    }

    fn deliver(&self, outcome: Result<Card, CardFault>, wish: Option<Wish>) {
        match &outcome {
            Ok(_) => self.board.change(|status| status.cards_read += 1),
            Err(fault) => {
                self.board.change(|status| status.cards_failed += 1);
                tracing::info!(%fault, "a card was not read");
                if let CardFault::Module(ModuleFault::SelfTest | ModuleFault::NotAuthorised) = fault {
                    self.board.change(|status| status.device = DeviceStatus::HardwareError);
                }
            }
        }
        match (wish, outcome) {
            (Some(Wish::Card(answer)), outcome) => drop(answer.send(outcome)),
            (Some(wish), Err(fault)) => wish.fail(fault),
            (Some(Wish::Lifted(_)) | None, _) => {}
        }
    }

    fn pause(&mut self, pause: Duration, wish: &mut Option<Wish>) -> Result<Paused, Lost> {
        let until = Instant::now() + pause;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.inbox.wait(left.min(SLICE)) {
                Waited::Stop => return Ok(Paused::Stopped),
                Waited::Request(new) => {
                    let goal = new.goal();
                    if let Some(old) = wish.replace(new) {
                        old.fail(CardFault::TakenOver);
                    }
                    return Ok(Paused::Replaced(goal));
                }
                Waited::TimeUp => {}
            }
            if wish.as_ref().is_none_or(Wish::is_given_up) {
                *wish = None;
                return Ok(Paused::GivenUp);
            }
            self.listen_for_hang_up()?;
            if left <= SLICE {
                return Ok(Paused::Over);
            }
        }
    }

    /// Puts a question of the cycle. `None`: stop.
    fn put(&mut self, ask: Ask) -> Result<Option<Told>, Lost> {
        Ok(match ask {
            Ask::Reset => self.exchange(&Reset)?.told(|()| Told::Done),
            Ask::Find => self.exchange(&Find)?.told(|()| Told::Done),
            Ask::Select => self.exchange(&Select)?.told(|()| Told::Done),
            Ask::Read => {
                let since = Instant::now();
                let told = self.exchange(&ReadTextAndPhoto)?.told(Told::Chip);
                self.board.change(|status| status.last_read = Some(since.elapsed()));
                told
            }
        })
    }

    /// One request, one answer. Stale input is discarded first; an answer that cannot be this command's is ignored.
    fn exchange<C: Command>(&mut self, command: &C) -> Result<Outcome<C::Answer>, Lost> {
        self.port.clear_input()?;
        self.decoder.clear();
        self.port.write_all(&command.bytes(), HEADER_TIME)?;
        let asked_at = Instant::now();
        // Wiped on every way out, also where the line is lost in the middle of a photo.
        let mut buffer = Zeroizing::new([0; 512]);
        let outcome = loop {
            if self.inbox.stopping() {
                break Outcome::Stopped;
            }
            let limit = if self.decoder.in_frame() { ANSWER_TIME } else { HEADER_TIME };
            let left = limit.saturating_sub(asked_at.elapsed());
            if left.is_zero() {
                break Outcome::Silence;
            }
            let count = self.port.read(buffer.as_mut_slice(), left.min(SLICE))?;
            self.decoder.push(buffer.get(..count).unwrap_or_default());
            let answer = loop {
                match self.decoder.next_frame() {
                    Some(Ok(frame)) => {
                        if let Some(answer) = command.read(&frame) {
                            break Some(Ok(answer));
                        }
                        tracing::debug!(?frame, "an answer to an earlier request is ignored");
                    }
                    Some(Err(wrong)) => break Some(Err(wrong)),
                    None => break None,
                }
            };
            match answer {
                Some(Ok(Ok(answer))) => break Outcome::Answer(answer),
                Some(Ok(Err(refusal))) => break Outcome::Refused(refusal),
                Some(Err(_)) => break Outcome::Garbled,
                None => {}
            }
        };
        self.decoder.clear();
        if matches!(outcome, Outcome::Garbled | Outcome::Silence) {
            self.board.change(|status| status.link_errors += 1);
        }
        Ok(outcome)
    }
}

/// How a pause ended.
enum Paused {
    Over,
    Replaced(Goal),
    GivenUp,
    Stopped,
}

/// What became of one exchange.
enum Outcome<A> {
    Answer(A),
    Refused(super::commands::Refusal),
    Garbled,
    Silence,
    Stopped,
}

impl<A> Outcome<A> {
    fn told(self, answer: impl FnOnce(A) -> Told) -> Option<Told> {
        Some(match self {
            Self::Answer(good) => answer(good),
            Self::Refused(refusal) => Told::Refused(refusal),
            Self::Garbled => Told::Garbled,
            Self::Silence => Told::Silence,
            Self::Stopped => return None,
        })
    }
}
