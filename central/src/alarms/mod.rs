//! Alarms (告警): what is wrong with a terminal, found from what it reported, kept until it is over, told to whoever should
//! know. Knows no page.
//!
//! `watch` puts together what is known of a terminal, `rules` decides, without IO; `book` writes down what was decided, in
//! one transaction with the messages that tell it;
//! `outbox` and `routes` bring each message to its end. Several instances may watch the same terminals: the store lets one
//! alarm of a kind be open for a terminal, and one instance bring a message.

mod book;
mod outbox;
mod routes;
mod rules;
mod watch;

pub use book::{Alarm, NoAlarm, list, note, open_kinds, take};
pub use outbox::{Message, deliver};
pub use routes::{Mail, RouteFault, Routes, Webhook};
pub use rules::{Change, Condition, Finding, Kind, Paper, judge};
pub use watch::watch;
