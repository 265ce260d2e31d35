//! The support bundle (诊断包): what support needs to know of this terminal, as one signed JSON document. What a resident said
//! is not masked here but has no way in: each part is made of findings, counts, codes and versions, and sealed entries are
//! not read.

use super::finding::Finding;
use super::log_lines::LogLine;
use crate::performer::Hands;
use contract::settings::{InForce, Key};
use contract::support_bundle::{MAX_BUNDLE, SignedBundle};
use jiff::Timestamp;
use offline_cache::{Store, StoreError, journal};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::read_to_string;

/// How many lines of the journal, the last ones.
const LINES: u32 = 300;

/// How much of the log, in bytes: a quarter of a bundle.
const LOG_BYTES: usize = MAX_BUNDLE / 4;

/// What support reads.
#[derive(Debug, Serialize)]
struct Bundle {
    kiosk: String,
    made_at: Timestamp,
    app: &'static str,
    system: System,
    findings: Vec<Finding>,
    store: Result<StorePart, String>,
    /// The last of the log of a running program.
    log: Vec<String>,
}

/// The machine.
#[derive(Debug, Serialize)]
struct System {
    os: String,
    kernel: String,
    up_seconds: Option<u64>,
    memory: BTreeMap<String, String>,
}

/// What the store says of itself.
#[derive(Debug, Serialize)]
pub(super) struct StorePart {
    desired_floor: u64,
    desired_in_force: Option<u64>,
    /// What operators set, by key.
    settings: BTreeMap<&'static str, Value>,
    waiting: u64,
    refused: Vec<Refused>,
    journal: Vec<journal::Line>,
}

/// An entry that central refused: its place and the kind of the problem. What the problem says in detail may repeat what a
/// resident wrote, and stays here.
#[derive(Debug, Serialize)]
struct Refused {
    seq: u64,
    kind: String,
    problem: Option<String>,
}

impl StorePart {
    /// Looks at a store.
    pub(super) fn of(store: &mut Store) -> Result<Self, StoreError> {
        let (counts, standing) = (store.counts()?, store.desired_standing());
        let refused = store.set_aside_entries()?.into_iter();
        let refused = refused.map(|entry| Refused {
            seq: entry.place.seq.0,
            kind: entry.kind,
            problem: entry.problem.map(|problem| problem.kind),
        });
        Ok(Self {
            desired_floor: standing.floor,
            desired_in_force: standing.in_force,
            settings: said(&store.settings_in_force()?),
            waiting: counts.waiting,
            refused: refused.collect(),
            journal: store.journal_tail(LINES)?,
        })
    }
}

/// What the narrowest layer says of each key that is set.
fn said(in_force: &InForce) -> BTreeMap<&'static str, Value> {
    let of = |key: Key| in_force.said(key).last().map(|(_, value)| (key.name(), value.clone()));
    Key::ALL.iter().filter_map(|key| of(*key)).collect()
}

/// Puts a bundle together and signs it.
pub(super) fn make(
    hands: &Hands,
    findings: Vec<Finding>,
    store: Result<StorePart, String>,
) -> Result<SignedBundle, String> {
    let bundle = Bundle {
        kiosk: hands.local.kiosk.to_string(),
        made_at: Timestamp::now(),
        app: env!("CARGO_PKG_VERSION"),
        system: System::look(),
        findings,
        store,
        log: last_lines(&hands.log.lines().newest_first()),
    };
    let document = serde_json::to_string(&bundle).map_err(|error| error.to_string())?;
    if document.len() > MAX_BUNDLE {
        return Err(format!("it has {} bytes, more than {MAX_BUNDLE}", document.len()));
    }
    let identity = hands.identity.as_ref().filter(|identity| identity.papers().certificate.exists());
    let signed = identity.map(|identity| identity.sign(&SignedBundle::message(&document)));
    let signed = signed.transpose().map_err(|fault| fault.to_string())?;
    Ok(SignedBundle { document, signed })
}

/// As many of the last lines of the log as the bundle has room for, the newest last.
fn last_lines(newest_first: &[LogLine]) -> Vec<String> {
    let mut room = LOG_BYTES;
    let lines = newest_first.iter().map(|LogLine { at, text, .. }| format!("{at:.3} {text}"));
    let fits = |line: &String| room.checked_sub(line.len()).map(|left| room = left).is_some();
    let mut lines: Vec<String> = lines.take_while(fits).collect();
    lines.reverse();
    lines
}

impl System {
    fn look() -> Self {
        let read = |path: &str| read_to_string(path).unwrap_or_default();
        let os = read("/etc/os-release");
        let os = os.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
        let wanted = ["MemTotal", "MemAvailable", "SwapTotal"];
        let memory = read("/proc/meminfo");
        let memory = memory.lines().filter_map(|line| line.split_once(':'));
        Self {
            os: os.unwrap_or_default().trim_matches('"').to_owned(),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            up_seconds: read("/proc/uptime").split('.').next().and_then(|seconds| seconds.parse().ok()),
            memory: memory
                .filter(|(name, _)| wanted.contains(name))
                .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
                .collect(),
        }
    }
}
