//! The evaluation set of search: what residents type, by class, and what must be among the first five. A third of it is
//! kept unseen: the engine is tuned by the other two.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use kiosk::services::Library;
use std::collections::BTreeMap;

/// How far down a resident looks.
const FIRST: usize = 5;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Seen,
    Unseen,
}

pub struct Query {
    pub text: &'static str,
    pub class: &'static str,
    /// Alternatives with `|` between, phrases of one with `+`; empty when nothing must be found.
    want: &'static str,
}

/// How the queries of a class fared.
#[derive(Default)]
pub struct Score {
    pub queries: usize,
    pub missed: Vec<&'static str>,
}

impl Score {
    pub fn hits(&self) -> usize {
        self.queries - self.missed.len()
    }

    #[expect(clippy::cast_precision_loss, reason = "hundreds of queries")]
    pub fn rate(&self) -> f64 {
        self.hits() as f64 / self.queries.max(1) as f64
    }
}

pub fn all() -> Vec<Query> {
    let rows = include_str!("../data/search-queries.csv").lines().skip(1);
    let query = |row: &'static str| {
        let cells: Vec<&str> = row.split(',').collect();
        Query { text: cells[0], class: cells[1], want: cells[2] }
    };
    rows.map(query).collect()
}

impl Query {
    /// By a hash (FNV-1a) of its text, so that a new query moves no other.
    pub fn part(&self) -> Part {
        let hash = self.text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        if hash.is_multiple_of(3) { Part::Unseen } else { Part::Seen }
    }

    fn is_answered(&self, library: &Library) -> bool {
        let hits = library.search(self.text);
        if self.want.is_empty() {
            return hits.is_empty();
        }
        hits.iter().take(FIRST).filter_map(|hit| library.find(&hit.code)).any(|service| {
            let text = format!("{}\n{}\n{}", service.name, service.parent, service.department);
            self.want.split('|').any(|want| want.split('+').all(|phrase| text.contains(phrase)))
        })
    }
}

/// Scores of a part by class.
pub fn judge(library: &Library, part: Part) -> BTreeMap<&'static str, Score> {
    let mut scores: BTreeMap<&str, Score> = BTreeMap::new();
    for query in all().into_iter().filter(|query| query.part() == part) {
        let score = scores.entry(query.class).or_default();
        score.queries += 1;
        if !query.is_answered(library) {
            score.missed.push(query.text);
        }
    }
    scores
}

pub fn total(scores: &BTreeMap<&'static str, Score>) -> Score {
    let queries = scores.values().map(|score| score.queries).sum();
    Score { queries, missed: scores.values().flat_map(|score| score.missed.iter().copied()).collect() }
}
