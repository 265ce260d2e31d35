//! The camera as others see it, and the thread that owns it.
//!
//! It captures only while somebody looks ([`Camera::look`]); when the last looks away the last frame is wiped.

use super::folder::FolderSource;
use super::frame::{CameraFault, Frame, FrameSource};
use crate::status::{DeviceStatus, StatusBoard};
use crate::supervise::{Device, Inbox, SessionEnd, Supervised, Waited};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Between two looks at whether the camera is there, while nobody watches.
const PRESENCE: Duration = Duration::from_millis(500);

/// How a camera is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CameraName {
    /// The n of `/dev/videoN`. It changes with the order of plugging in: for the technician's tests.
    Index(u32),
    /// A link that udev keeps: `/run/kiosk/camera`.
    Path(PathBuf),
}

/// Where pictures come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CameraConfig {
    /// A folder of pictures, for the demo and for tests.
    Folder(PathBuf),
    /// A camera by Video4Linux; without the cargo feature `v4l` it is never there.
    Device(CameraName, Scene),
}

/// What a camera looks at: how large its pictures should be, and how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    /// Whoever stands before the terminal: many pictures, none large.
    Person,
    /// A sheet of paper: print must be read in it.
    Paper,
}

/// A handle on the camera. The thread stops when it and all views are dropped.
#[derive(Debug)]
pub struct Camera {
    thread: Arc<Supervised<Viewers>>,
    status: watch::Receiver<DeviceStatus>,
    frames: watch::Receiver<Option<Arc<Frame>>>,
}

/// Somebody begins or ends to look.
#[derive(Clone, Copy, Debug)]
enum Viewers {
    OneMore,
    OneLess,
}

/// Somebody looks. Dropping it ends that.
#[derive(Debug)]
pub struct CameraView {
    thread: Arc<Supervised<Viewers>>,
    frames: watch::Receiver<Option<Arc<Frame>>>,
}

impl Camera {
    /// Starts the camera's thread; it captures nothing yet.
    pub fn start(config: CameraConfig) -> Self {
        let board = StatusBoard::new(DeviceStatus::Starting);
        let status = board.watch();
        let (sender, frames) = watch::channel(None);
        let device = CameraThread { config, board, frames: sender, viewers: 0 };
        Self { thread: Arc::new(Supervised::start("camera", device)), status, frames }
    }

    /// The status, with every change.
    pub fn status(&self) -> watch::Receiver<DeviceStatus> {
        self.status.clone()
    }

    /// The newest frame, `None` while nobody looks. Watching this alone does not make the camera capture.
    pub fn frames(&self) -> watch::Receiver<Option<Arc<Frame>>> {
        self.frames.clone()
    }

    /// Begins to look: the camera captures until all views are dropped.
    pub fn look(&self) -> CameraView {
        let _ = self.thread.ask(Viewers::OneMore);
        CameraView { thread: Arc::clone(&self.thread), frames: self.frames.clone() }
    }
}

impl CameraView {
    /// The newest frame, with every new one.
    pub fn frames(&self) -> watch::Receiver<Option<Arc<Frame>>> {
        self.frames.clone()
    }

    /// Waits for a frame that this view has not seen. `None`: the camera's thread has ended.
    pub async fn next_frame(&mut self) -> Option<Arc<Frame>> {
        loop {
            self.frames.changed().await.ok()?;
            let frame = self.frames.borrow_and_update().clone();
            if frame.is_some() {
                return frame;
            }
        }
    }
}

impl Drop for CameraView {
    fn drop(&mut self) {
        let _ = self.thread.ask(Viewers::OneLess);
    }
}

struct CameraThread {
    config: CameraConfig,
    board: StatusBoard<DeviceStatus>,
    frames: watch::Sender<Option<Arc<Frame>>>,
    viewers: usize,
}

impl Device for CameraThread {
    type Request = Viewers;

    fn serve(&mut self, inbox: &Inbox<Viewers>) -> SessionEnd {
        loop {
            let fault = if self.viewers == 0 {
                match inbox.wait(PRESENCE) {
                    Waited::Stop => return SessionEnd::Stopped,
                    Waited::Request(viewers) => self.count(viewers),
                    Waited::TimeUp => {}
                }
                self.look_for_it()
            } else {
                self.capture(inbox)
            };
            match fault {
                Ok(()) if inbox.stopping() => return SessionEnd::Stopped,
                Ok(()) => {}
                Err(fault) => return self.lost(&fault),
            }
        }
    }

    fn refuse(&mut self, viewers: Viewers) {
        self.count(viewers);
    }

    fn crashed(&mut self) {
        self.wipe();
        self.board.publish(DeviceStatus::HardwareError);
    }
}

impl CameraThread {
    fn count(&mut self, viewers: Viewers) {
        self.viewers = match viewers {
            Viewers::OneMore => self.viewers + 1,
            Viewers::OneLess => self.viewers.saturating_sub(1),
        };
    }

    /// Captures until nobody looks or the handle is dropped.
    fn capture(&mut self, inbox: &Inbox<Viewers>) -> Result<(), CameraFault> {
        let mut source = open(&self.config)?;
        while self.viewers > 0 {
            match inbox.look() {
                Waited::Stop => break,
                Waited::Request(viewers) => {
                    self.count(viewers);
                    continue;
                }
                Waited::TimeUp => {}
            }
            let frame = source.next_frame()?;
            self.board.publish(DeviceStatus::Online);
            self.frames.send_replace(Some(Arc::new(frame)));
        }
        self.wipe();
        Ok(())
    }

    fn look_for_it(&self) -> Result<(), CameraFault> {
        let there = match &self.config {
            CameraConfig::Folder(folder) => folder.is_dir(),
            CameraConfig::Device(name, _) => device_path(name).exists() && cfg!(feature = "v4l"),
        };
        if !there {
            return Err(CameraFault::NoDevice);
        }
        self.board.publish(DeviceStatus::Online);
        Ok(())
    }

    fn lost(&self, fault: &CameraFault) -> SessionEnd {
        self.wipe();
        let (status, end) = match fault {
            CameraFault::NoDevice => (DeviceStatus::NoDevice, SessionEnd::Gone),
            CameraFault::Stalled => (DeviceStatus::Offline, SessionEnd::Failed),
            CameraFault::Unreadable(_) | CameraFault::Refused(_) => {
                (DeviceStatus::HardwareError, SessionEnd::Failed)
            }
        };
        if self.board.read() != status {
            tracing::warn!(%fault, "the camera is lost");
        }
        self.board.publish(status);
        end
    }

    fn wipe(&self) {
        self.frames.send_if_modified(|last| last.take().is_some());
    }
}

/// The device node of a camera.
pub(super) fn device_path(name: &CameraName) -> PathBuf {
    match name {
        CameraName::Index(index) => PathBuf::from(format!("/dev/video{index}")),
        CameraName::Path(path) => path.clone(),
    }
}

fn open(config: &CameraConfig) -> Result<Box<dyn FrameSource>, CameraFault> {
    match config {
        CameraConfig::Folder(folder) => Ok(Box::new(FolderSource::open(folder.clone())?)),
        #[cfg(feature = "v4l")]
        CameraConfig::Device(name, scene) => Ok(Box::new(super::v4l::V4lSource::open(name, *scene)?)),
        #[cfg(not(feature = "v4l"))]
        CameraConfig::Device(..) => Err(CameraFault::NoDevice),
    }
}
