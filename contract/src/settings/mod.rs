//! What operators set at terminals from afar: one schema of keys, the layers that say something about them, and what is
//! in force of it.
//!
//! A key stands here only if the terminal obeys it. A value passes its key's check at the edge ([`Key::check`]) and is
//! typed behind it ([`Settings`]). Knows nothing of signatures, stores or screens.

mod closed;
mod kind;
mod layers;
mod notice;
mod quiet;
mod reference;
mod schema;
#[cfg(test)]
mod tests;

pub use closed::{Closed, ClosedServices, NotCloseable};
pub(crate) use kind::line;
pub use kind::{Hundredths, Kind, LogLevel, Seconds, Setting, Text, Wrong};
pub use layers::{InForce, Layer, LayerSettings, Origin, Said, SettingFault, in_force, oldest_app};
pub use notice::{NoNotice, Notice, Notices, Weekday};
pub use quiet::QuietHours;
pub use reference::reference;
pub use schema::{Key, OLDEST_APP, Settings, UnknownKey};
