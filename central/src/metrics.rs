//! What central counts, in the text form of Prometheus. Labels are routes, states and kinds of callers: never who asks,
//! never what about.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::sync::Arc;
use std::time::Duration;

/// Bounds in seconds: a quick read, a group commit, a busy disk, a time-out.
const BOUNDS: [f64; 9] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.0, 10.0];

/// What a request was and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Request {
    /// As the router has it, without what stands in it.
    pub(crate) route: String,
    /// The method.
    pub(crate) method: String,
    /// The HTTP status.
    pub(crate) status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Fate {
    fate: &'static str,
}

/// What became of an entry that a kiosk handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntryFate {
    /// It took effect.
    Taken,
    /// It had taken effect before.
    Again,
    /// It never will.
    Refused,
}

/// What central counts.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    took: Histogram,
    entries: Family<Fate, Counter>,
    connections: Gauge,
    held: Gauge,
    turned_away: Counter,
}

/// Something that is counted while it lasts.
#[derive(Debug)]
pub(crate) struct Counted(Gauge);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

fn count(gauge: &Gauge) -> Counted {
    gauge.inc();
    Counted(gauge.clone())
}

impl Metrics {
    /// Nothing counted yet.
    pub fn new() -> Arc<Self> {
        let mut registry = Registry::with_prefix("central");
        let (requests, entries) = <(Family<_, _>, Family<_, _>)>::default();
        let (connections, held) = <(Gauge, Gauge)>::default();
        let took = Histogram::new(BOUNDS);
        registry.register("requests", "Requests answered", requests.clone());
        registry.register_with_unit("request", "How long they took", Unit::Seconds, took.clone());
        registry.register("entries", "Entries handed over, by what became of them", entries.clone());
        registry.register(
            "connections",
            "Connections of terminals and clerks that are open",
            connections.clone(),
        );
        let turned_away = Counter::default();
        registry.register(
            "turned_away",
            "Requests with a certificate of a terminal that is not let in any more",
            turned_away.clone(),
        );
        registry.register("held", "Requests that wait for something new", held.clone());
        Arc::new(Self { registry, requests, took, entries, connections, held, turned_away })
    }

    /// A request was answered.
    pub(crate) fn answered(&self, request: &Request, took: Duration) {
        self.requests.get_or_create(request).inc();
        self.took.observe(took.as_secs_f64());
    }

    /// An entry was judged.
    pub(crate) fn entry(&self, fate: EntryFate) {
        let fate = match fate {
            EntryFate::Taken => "taken",
            EntryFate::Again => "again",
            EntryFate::Refused => "refused",
        };
        self.entries.get_or_create(&Fate { fate }).inc();
    }

    /// A terminal came with a certificate that is not let in any more.
    pub(crate) fn turned_away(&self) {
        self.turned_away.inc();
    }

    /// A connection is open.
    pub(crate) fn connection(&self) -> Counted {
        count(&self.connections)
    }

    /// A request is held.
    pub(crate) fn held(&self) -> Counted {
        count(&self.held)
    }

    /// All of it as text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_told_by_route_and_fate() {
        let metrics = Metrics::new();
        let request = Request { route: "/v1/cases/{case}".into(), method: "GET".into(), status: 404 };
        metrics.answered(&request, Duration::from_millis(3));
        metrics.entry(EntryFate::Taken);
        metrics.entry(EntryFate::Taken);
        let text = metrics.text();
        for line in [
            r#"central_requests_total{route="/v1/cases/{case}",method="GET",status="404"} 1"#,
            r#"central_entries_total{fate="taken"} 2"#,
            r#"central_request_seconds_bucket{le="0.005"} 1"#,
        ] {
            assert!(text.contains(line), "{text}");
        }
    }
}
