//! How a device is, in the words of the field (CEN XFS4IoT), and the board where it is published.
//!
//! Knows nothing of any particular device.

use std::fmt;
use tokio::sync::watch;

/// The `device` property of XFS4IoT's common status, with `starting` for the time before the first answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DeviceStatus {
    /// Nothing is known yet.
    #[default]
    Starting,
    /// Present and working.
    Online,
    /// Present, but it does not answer.
    Offline,
    /// Present and switched off.
    PowerOff,
    /// Not plugged in, or unplugged.
    NoDevice,
    /// Broken: it needs service.
    HardwareError,
    /// It needs a person: paper, cover, jam.
    UserError,
    /// Working on something, or waiting to recover by itself.
    DeviceBusy,
    /// It reports an attempt at fraud.
    FraudAttempt,
    /// It reports what may be an attempt at fraud.
    PotentialFraud,
}

impl DeviceStatus {
    /// The word of XFS4IoT, as diagnostics and central show it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Online => "online",
            Self::Offline => "offline",
            Self::PowerOff => "powerOff",
            Self::NoDevice => "noDevice",
            Self::HardwareError => "hardwareError",
            Self::UserError => "userError",
            Self::DeviceBusy => "deviceBusy",
            Self::FraudAttempt => "fraudAttempt",
            Self::PotentialFraud => "potentialFraud",
        }
    }
}

impl fmt::Display for DeviceStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The `paper` property of XFS4IoT's printer status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PaperStatus {
    /// Enough.
    Full,
    /// Near its end: the operator is warned.
    Low,
    /// None: nothing that must end in a receipt may be started.
    Out,
    /// The printer cannot tell.
    #[default]
    Unknown,
    /// Stuck.
    Jammed,
}

impl PaperStatus {
    /// The word of XFS4IoT.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Low => "low",
            Self::Out => "out",
            Self::Unknown => "unknown",
            Self::Jammed => "jammed",
        }
    }
}

impl fmt::Display for PaperStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The cabinet's door, as `doors` of XFS4IoT's auxiliaries has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoorStatus {
    /// Closed.
    Closed,
    /// Open.
    Open,
}

/// Where a device's thread writes its status; those who watch are woken by changes only.
#[derive(Clone, Debug)]
pub struct StatusBoard<S>(watch::Sender<S>);

impl<S: Clone + PartialEq> StatusBoard<S> {
    /// A board with its first status.
    pub fn new(first: S) -> Self {
        Self(watch::Sender::new(first))
    }

    /// Publishes a status if it differs from the last.
    pub fn publish(&self, status: S) {
        self.change(|last| *last = status);
    }

    /// Changes parts of the status, and publishes the result if it differs.
    pub fn change(&self, edit: impl FnOnce(&mut S)) {
        self.0.send_if_modified(|last| {
            let before = last.clone();
            edit(last);
            before != *last
        });
    }

    /// The status as it stands.
    pub fn read(&self) -> S {
        self.0.borrow().clone()
    }

    /// A view for others.
    pub fn watch(&self) -> watch::Receiver<S> {
        self.0.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn watchers_are_woken_by_changes_only() {
        let board = StatusBoard::new(DeviceStatus::Starting);
        let mut view = board.watch();
        board.publish(DeviceStatus::Starting);
        assert!(!view.has_changed().unwrap());
        board.publish(DeviceStatus::Online);
        assert!(view.has_changed().unwrap());
        assert_eq!(*view.borrow_and_update(), DeviceStatus::Online);
    }

    #[test]
    fn the_words_are_those_of_xfs4iot() {
        assert_eq!(DeviceStatus::NoDevice.to_string(), "noDevice");
        assert_eq!(PaperStatus::Out.to_string(), "out");
    }
}
