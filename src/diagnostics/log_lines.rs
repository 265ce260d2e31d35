//! The last lines of the log, kept in memory for the technician's page. Bounded in number and length; the lines are those of the
//! log itself, which holds nothing of a person.

use jiff::Timestamp;
use std::collections::VecDeque;
use std::fmt::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// How many lines are kept.
const MOST: usize = 500;
/// How many characters of one.
const LONGEST: usize = 300;

/// How bad a line is, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gravity {
    /// What happened.
    Note,
    /// Somebody should know.
    Warning,
    /// Something does not work.
    Error,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// When.
    pub at: Timestamp,
    /// How bad.
    pub gravity: Gravity,
    /// Which module said it, and what.
    pub text: String,
}

/// The lines; clone it freely.
#[derive(Clone, Debug, Default)]
pub struct LogLines(Arc<Mutex<VecDeque<LogLine>>>);

impl LogLines {
    /// The lines, the newest first.
    pub fn newest_first(&self) -> Vec<LogLine> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().rev().cloned().collect()
    }

    fn keep(&self, line: LogLine) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() >= MOST {
            lines.pop_front();
        }
        lines.push_back(line);
    }
}

impl<S: Subscriber> Layer<S> for LogLines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let gravity = match *event.metadata().level() {
            Level::ERROR => Gravity::Error,
            Level::WARN => Gravity::Warning,
            _ => Gravity::Note,
        };
        let mut words = Words { text: format!("{}:", event.metadata().target()) };
        event.record(&mut words);
        let text = words.text.chars().take(LONGEST).collect();
        self.keep(LogLine { at: Timestamp::now(), gravity, text });
    }
}

/// The message, then each field by its name.
struct Words {
    text: String,
}

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing into a text does not fail.
        let _ = match field.name() {
            "message" => write!(self.text, " {value:?}"),
            name => write!(self.text, " {name}={value:?}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing_subscriber::layer::SubscriberExt;

    #[test]
    fn the_last_lines_are_kept_and_no_more() {
        let lines = LogLines::default();
        let subscriber = tracing_subscriber::registry().with(lines.clone());
        tracing::subscriber::with_default(subscriber, || {
            for n in 0..MOST + 20 {
                tracing::info!(n, "a line");
            }
            tracing::warn!(cause = %"x".repeat(1000), "long");
            tracing::error!("the last");
        });
        let kept = lines.newest_first();
        assert_eq!(kept.len(), MOST);
        let gravities: Vec<Gravity> = kept.iter().take(3).map(|line| line.gravity).collect();
        assert_eq!(gravities, [Gravity::Error, Gravity::Warning, Gravity::Note]);
        assert!(kept.first().is_some_and(|line| line.text.ends_with(": the last")), "{kept:?}");
        assert!(kept.get(1).is_some_and(|line| line.text.chars().count() == LONGEST));
        assert!(kept.get(2).is_some_and(|line| line.text.ends_with(": a line n=519")), "{kept:?}");
    }
}
