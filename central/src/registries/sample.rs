//! 样例数据. The registries as files of invented people and firms, so that the rules have something to decide on.
//!
//! **Nothing here is real**; each file says so in its first line. A city replaces this module by a client of its
//! data-sharing platform. Each registry can be told to be silent or slow.

use super::{Answer, Fact, Registries, Reply, Resource, Resources, Silence};
use contract::Secret;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What stands first in every file.
const MARK: &str = "# 样例数据";

/// How a registry behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manner {
    /// It answers at once.
    #[default]
    Prompt,
    /// It answers after a while.
    Slow(Duration),
    /// It can't be reached.
    Silent,
}

/// Why the sample registries can't be read.
#[derive(Debug, thiserror::Error)]
pub enum SampleFault {
    /// A file is missing or unreadable.
    #[error("can't read {path}: {source}; every registry that data-resources.csv names has a file there")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A file does not say that it is a sample.
    #[error("{0} does not begin with '{MARK}': only sample data may lie there")]
    NotMarked(PathBuf),
    /// A row is not as it must be.
    #[error("{path} line {line}: {detail}")]
    Row {
        /// The file.
        path: PathBuf,
        /// Line, counted from 1.
        line: u64,
        /// What is wrong and what would be right.
        detail: String,
    },
}

/// A record as its row has it: column and text.
type Record = BTreeMap<String, String>;

#[derive(Debug)]
struct Kept {
    as_of: Date,
    record: Record,
}

/// One registry: when it was filled, and its records by key and kind.
#[derive(Debug, Default)]
struct Registry {
    records: HashMap<(String, String), Kept>,
    /// The day of the newest record: what is not there was not there then.
    as_of: Date,
}

/// Files of invented records as [`Registries`].
#[derive(Debug)]
pub struct SampleRegistries {
    registries: HashMap<String, Registry>,
    manners: Arc<Mutex<HashMap<String, Manner>>>,
}

impl SampleRegistries {
    /// Reads one file a registry, `FOLDER/population.csv`.
    pub fn load(folder: &Path, resources: &Resources) -> Result<Self, SampleFault> {
        let names: BTreeSet<&str> = resources.iter().map(|resource| resource.registry.as_str()).collect();
        let mut registries = HashMap::new();
        for name in names {
            let path = folder.join(format!("{name}.csv"));
            registries.insert(name.to_owned(), read(&path, name, resources)?);
        }
        Ok(Self { registries, manners: Arc::default() })
    }

    /// Tells a registry how to behave from now on.
    pub fn behave(&self, registry: &str, manner: Manner) {
        self.manners.lock().unwrap_or_else(PoisonError::into_inner).insert(registry.to_owned(), manner);
    }

    fn manner(&self, registry: &str) -> Manner {
        let manners = self.manners.lock().unwrap_or_else(PoisonError::into_inner);
        manners.get(registry).copied().unwrap_or_default()
    }

    fn look_up(&self, resource: &Resource, key: &Secret<String>) -> Answer {
        let Some(registry) = self.registries.get(&resource.registry) else {
            return Answer::NoAnswer { why: Silence::Unreachable };
        };
        let of_kind = (key.expose().clone(), resource.kind.clone());
        let kept = registry.records.get(&of_kind).or_else(|| {
            let any = |((k, _), _): &(&(String, String), &Kept)| k == key.expose();
            let one_kind = resource.kind.is_empty();
            one_kind.then(|| registry.records.iter().find(any).map(|(_, kept)| kept)).flatten()
        });
        match kept {
            None => Answer::NotFound { as_of: registry.as_of },
            Some(kept) => Answer::Found { fields: facts(resource, &kept.record), as_of: kept.as_of },
        }
    }
}

impl Registries for SampleRegistries {
    fn ask<'a>(&'a self, resource: &'a Resource, key: &'a Secret<String>) -> Reply<'a> {
        Box::pin(async move {
            match self.manner(&resource.registry) {
                Manner::Prompt => {}
                Manner::Slow(time) => tokio::time::sleep(time).await,
                Manner::Silent => return Answer::NoAnswer { why: Silence::Unreachable },
            }
            self.look_up(resource, key)
        })
    }
}

fn facts(resource: &Resource, record: &Record) -> BTreeMap<String, Fact> {
    let fact = |field: &super::ResourceField| {
        let text = record.get(&field.id).filter(|text| !text.is_empty())?;
        Some((field.id.clone(), field.kind.read(text)?))
    };
    resource.fields.iter().filter_map(fact).collect()
}

fn read(path: &Path, registry: &str, resources: &Resources) -> Result<Registry, SampleFault> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| SampleFault::Unreadable { path: path.to_owned(), source })?;
    if !text.starts_with(MARK) {
        return Err(SampleFault::NotMarked(path.to_owned()));
    }
    let fault = |line, detail: String| SampleFault::Row { path: path.to_owned(), line, detail };
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| fault(2, error.to_string()))?.clone();
    if header.iter().take(3).ne(["key", "kind", "as_of"]) {
        return Err(fault(2, "the first columns must be key, kind, as_of".to_owned()));
    }
    let mut kept = Registry::default();
    for row in reader.records() {
        let row =
            row.map_err(|error| fault(error.position().map_or(0, csv::Position::line), error.to_string()))?;
        let line = row.position().map_or(0, csv::Position::line);
        let record: Record = header.iter().map(str::to_owned).zip(row.iter().map(str::to_owned)).collect();
        let text = |column: &str| record.get(column).cloned().unwrap_or_default();
        let (key, kind) = (text("key"), text("kind"));
        let as_of = contract::validate::parse_date(&text("as_of"))
            .ok_or_else(|| fault(line, "as_of must be a calendar date, YYYY-MM-DD".to_owned()))?;
        for resource in resources.iter().filter(|resource| {
            resource.registry == registry && (resource.kind == kind || resource.kind.is_empty())
        }) {
            for field in &resource.fields {
                let cell = text(&field.id);
                if !cell.is_empty() && field.kind.read(&cell).is_none() {
                    return Err(fault(line, format!("{} must be of type {}", field.id, field.kind.name())));
                }
            }
        }
        kept.as_of = kept.as_of.max(as_of);
        if kept.records.insert((key, kind), Kept { as_of, record }).is_some() {
            return Err(fault(line, "the key has a record of this kind already".to_owned()));
        }
    }
    Ok(kept)
}

#[cfg(test)]
#[path = "sample_tests.rs"]
mod tests;
