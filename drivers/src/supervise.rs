//! One supervised thread a device: it owns the device, is started again when a session ends or panics, and stops
//! when its handle is dropped.
//!
//! Knows nothing of ports or protocols; a [`Device`] says what a session is and how it went.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, TryRecvError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A device that is not there is looked for this often.
const LOOK_AGAIN: Duration = Duration::from_millis(300);
/// The first wait after a failure; it doubles up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_millis(200);
/// The longest wait after a failure.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// A session that lasted this long counts as a success: the next failure waits [`FIRST_WAIT`] again.
const GOOD_SESSION: Duration = Duration::from_secs(10);

/// How a session with a device ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEnd {
    /// The handle was dropped.
    Stopped,
    /// The device is not plugged in.
    Gone,
    /// It failed; wait before the next try.
    Failed,
}

/// What a supervised thread does.
pub trait Device: Send + 'static {
    /// What the handle asks for.
    type Request: Send + 'static;

    /// Opens the device and serves it until it is lost or the inbox says stop.
    fn serve(&mut self, inbox: &Inbox<Self::Request>) -> SessionEnd;

    /// Answers a request that came while there was no session.
    fn refuse(&mut self, request: Self::Request);

    /// A session panicked: publish that the device cannot be used.
    fn crashed(&mut self);
}

/// What waiting at the inbox brought.
#[derive(Debug)]
pub enum Waited<T> {
    /// Somebody asks for something.
    Request(T),
    /// Nobody did, in that time.
    TimeUp,
    /// The handle was dropped: end the session.
    Stop,
}

/// The thread's side: requests and the wish to stop.
#[derive(Debug)]
pub struct Inbox<T> {
    requests: mpsc::Receiver<T>,
    stopping: Arc<AtomicBool>,
}

impl<T> Inbox<T> {
    /// Waits for a request; whatever the last one left on the thread's stack is overwritten before.
    pub fn wait(&self, at_most: Duration) -> Waited<T> {
        if self.stopping() {
            return Waited::Stop;
        }
        contract::wash();
        match self.requests.recv_timeout(at_most) {
            Ok(request) => Waited::Request(request),
            Err(RecvTimeoutError::Timeout) => Waited::TimeUp,
            Err(RecvTimeoutError::Disconnected) => Waited::Stop,
        }
    }

    /// Takes a request if there is one.
    pub fn look(&self) -> Waited<T> {
        match self.requests.try_recv() {
            _ if self.stopping() => Waited::Stop,
            Ok(request) => Waited::Request(request),
            Err(TryRecvError::Empty) => Waited::TimeUp,
            Err(TryRecvError::Disconnected) => Waited::Stop,
        }
    }

    /// Whether the handle was dropped; asked between two reads of a slow device.
    pub fn stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}

/// The handle's side. Dropping it stops the thread and waits for it, so that the port is free afterwards.
#[derive(Debug)]
pub struct Supervised<T> {
    requests: Option<mpsc::Sender<T>>,
    stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl<T: Send + 'static> Supervised<T> {
    /// Starts a device's thread under a name that debuggers and `top` show (at most 15 bytes are shown).
    pub fn start(name: &str, mut device: impl Device<Request = T>) -> Self {
        let (sender, requests) = mpsc::channel();
        let stopping = Arc::new(AtomicBool::new(false));
        let inbox = Inbox { requests, stopping: Arc::clone(&stopping) };
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            keep_alive(&mut device, &inbox);
        });
        if let Err(error) = &thread {
            tracing::error!(device = name, %error, "no thread for the device: the system is out of resources");
        }
        Self { requests: Some(sender), stopping, thread: thread.ok() }
    }

    /// Asks the thread for something. The request comes back if the thread has ended.
    pub fn ask(&self, request: T) -> Result<(), T> {
        match &self.requests {
            Some(sender) => sender.send(request).map_err(|mpsc::SendError(request)| request),
            None => Err(request),
        }
    }
}

impl<T> Drop for Supervised<T> {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.requests = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn keep_alive<D: Device>(device: &mut D, inbox: &Inbox<D::Request>) {
    let mut wait = FIRST_WAIT;
    loop {
        let begun = Instant::now();
        let end = catch_unwind(AssertUnwindSafe(|| device.serve(inbox))).unwrap_or_else(|_| {
            device.crashed();
            SessionEnd::Failed
        });
        if begun.elapsed() > GOOD_SESSION {
            wait = FIRST_WAIT;
        }
        let pause = match end {
            SessionEnd::Stopped => return,
            SessionEnd::Gone => LOOK_AGAIN,
            SessionEnd::Failed => {
                let pause = wait;
                wait = (wait * 2).min(LONGEST_WAIT);
                pause
            }
        };
        if !rest(device, inbox, pause) {
            return;
        }
    }
}

/// Waits between two sessions, refusing what is asked meanwhile. False: stop.
fn rest<D: Device>(device: &mut D, inbox: &Inbox<D::Request>, pause: Duration) -> bool {
    let until = Instant::now() + pause;
    loop {
        match inbox.wait(until.saturating_duration_since(Instant::now())) {
            Waited::Request(request) => device.refuse(request),
            Waited::TimeUp => return true,
            Waited::Stop => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Panics in its first session, fails in its second, then serves.
    struct Shaky {
        sessions: u32,
        heard: mpsc::Sender<&'static str>,
    }

    impl Device for Shaky {
        type Request = &'static str;

        fn serve(&mut self, inbox: &Inbox<&'static str>) -> SessionEnd {
            self.sessions += 1;
            match self.sessions {
                1 => panic!("as a broken driver would"),
                2 => return SessionEnd::Failed,
                _ => self.heard.send("serving").unwrap(),
            }
            loop {
                match inbox.wait(Duration::from_mins(1)) {
                    Waited::Request(request) => self.heard.send(request).unwrap(),
                    Waited::TimeUp => {}
                    Waited::Stop => return SessionEnd::Stopped,
                }
            }
        }

        fn refuse(&mut self, _request: &'static str) {
            self.heard.send("refused").unwrap();
        }

        fn crashed(&mut self) {
            self.heard.send("crashed").unwrap();
        }
    }

    #[test]
    fn a_device_that_panics_and_fails_is_started_again_and_stops_with_its_handle() {
        let (heard, ears) = mpsc::channel();
        let handle = Supervised::start("shaky", Shaky { sessions: 0, heard });
        assert_eq!(ears.recv().unwrap(), "crashed");
        handle.ask("early").unwrap();
        assert_eq!(ears.recv().unwrap(), "refused");
        assert_eq!(ears.recv().unwrap(), "serving");
        handle.ask("work").unwrap();
        assert_eq!(ears.recv().unwrap(), "work");
        drop(handle);
        assert!(ears.recv().is_err(), "the thread has ended and let go of its sender");
    }
}
