//! `lists.json`: the options that many forms share or that hang on each other, as streets on districts.

use super::FormsFault;
use crate::FieldId;
use crate::form::Options;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[expect(dead_code, reason = "for the people who read the file")]
    note: String,
    lists: BTreeMap<String, RawList>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawList {
    #[expect(dead_code, reason = "for the people who read the file")]
    source: String,
    values: Option<Vec<String>>,
    by: Option<BTreeMap<String, Vec<String>>>,
    /// How many entries it has, where somebody counted.
    count: Option<usize>,
    /// The list whose entries it lies under, one branch each, as cells under communities.
    under: Option<String>,
}

/// A named list.
#[derive(Clone, Debug)]
enum List {
    Fixed(Arc<[String]>),
    By(Arc<BTreeMap<String, Vec<String>>>),
}

impl List {
    fn entries(&self) -> Vec<&String> {
        match self {
            Self::Fixed(values) => values.iter().collect(),
            Self::By(by) => by.values().flatten().collect(),
        }
    }
}

/// All lists, by name.
#[derive(Clone, Debug, Default)]
pub struct Lists(BTreeMap<String, List>);

impl Lists {
    /// Reads `lists.json`.
    pub fn parse(text: &str) -> Result<Self, FormsFault> {
        let raw: RawFile = serde_json::from_str(text).map_err(FormsFault::Lists)?;
        let (mut lists, mut claims) = (Self::default(), Vec::new());
        for (name, RawList { values, by, count, under, .. }) in raw.lists {
            let list = match (values, by) {
                (Some(values), None) => List::Fixed(values.into()),
                (None, Some(by)) => List::By(Arc::new(by)),
                _ => return Err(fault(&name, "a list has 'values' or 'by'".to_owned())),
            };
            claims.push((name.clone(), count, under));
            lists.0.insert(name, list);
        }
        for (name, count, under) in claims {
            lists.check(&name, count, under.as_deref()).map_err(|detail| fault(&name, detail))?;
        }
        Ok(lists)
    }

    /// Whether a list is as long as it says, and lies under another as a tree does: no orphan, nothing without a branch,
    /// nothing in two branches, every code beginning with the one above.
    fn check(&self, name: &str, count: Option<usize>, under: Option<&str>) -> Result<(), String> {
        let Some(list) = self.0.get(name) else { return Ok(()) };
        let entries = list.entries().len();
        if let Some(count) = count.filter(|count| *count != entries) {
            return Err(format!("'count' says {count}, and there are {entries}"));
        }
        let Some(under) = under else { return Ok(()) };
        let above =
            self.0.get(under).ok_or_else(|| format!("there is no list '{under}' for it to be under"))?;
        let List::By(by) = list else { return Err("what is under another list has 'by'".to_owned()) };
        let above = above.entries();
        if let Some(orphan) = by.keys().find(|key| !above.contains(key)) {
            return Err(format!("'{orphan}' does not stand in {under}"));
        }
        if let Some(bare) = above.iter().find(|entry| by.get(**entry).is_none_or(Vec::is_empty)) {
            return Err(format!("'{bare}' of {under} has nothing under it"));
        }
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        for (key, entry) in by.iter().flat_map(|(key, entries)| entries.iter().map(move |entry| (key, entry)))
        {
            let own = code(entry).strip_prefix(code(key)).and_then(|rest| rest.strip_prefix('-'));
            if own.is_none_or(str::is_empty) {
                return Err(format!("'{entry}' must begin with the code of '{key}', a hyphen and its own"));
            }
            if let Some(other) = seen.insert(code(entry), key) {
                return Err(format!("{} stands twice: under '{other}' and under '{key}'", code(entry)));
            }
        }
        Ok(())
    }

    /// The options of a list, by the field that it hangs on where it hangs on one.
    pub(super) fn options(&self, name: &str, by: Option<&FieldId>) -> Option<Options> {
        Some(match (self.0.get(name)?, by) {
            (List::Fixed(options), None) => Options::Fixed(Arc::clone(options)),
            (List::By(lists), Some(field)) => Options::By { field: field.clone(), lists: Arc::clone(lists) },
            _ => return None,
        })
    }
}

fn fault(list: &str, detail: String) -> FormsFault {
    FormsFault::List { list: list.to_owned(), detail }
}

/// What stands before an entry's name.
fn code(entry: &str) -> &str {
    entry.split_once(' ').map_or(entry, |(code, _)| code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(streets: &str, cells: &str) -> String {
        format!(
            r#"{{"note": "", "lists": {{
                "streets": {{"source": "", "values": [{streets}]}},
                "cells": {{"source": "", "count": 3, "under": "streets", "by": {{{cells}}}}}
            }}}}"#
        )
    }

    #[test]
    fn a_tree_that_does_not_add_up_is_refused_by_name() {
        let (streets, cells) =
            (r#""1-1 A", "1-2 B""#, r#""1-1 A": ["1-1-1 a", "1-1-2 b"], "1-2 B": ["1-2-1 c"]"#);
        assert!(Lists::parse(&file(streets, cells)).is_ok());
        let fault = |streets: &str, cells: &str| Lists::parse(&file(streets, cells)).unwrap_err().to_string();
        let wrong = [
            (fault(streets, &cells.replace(r#", "1-1-2 b""#, "")), "'count' says 3, and there are 2"),
            (fault(r#""1-1 A""#, cells), "'1-2 B' does not stand in streets"),
            (fault(r#""1-1 A", "1-2 B", "1-3 C""#, cells), "'1-3 C' of streets has nothing under it"),
            (
                fault(streets, &cells.replace("1-2-1 c", "1-1-3 c")),
                "'1-1-3 c' must begin with the code of '1-2 B'",
            ),
            (fault(streets, &cells.replace("1-1-2 b", "1-1-1 b")), "1-1-1 stands twice: under '1-1 A'"),
        ];
        for (fault, said) in wrong {
            assert!(fault.starts_with("lists.json: list cells: ") && fault.contains(said), "{fault}");
        }
    }
}
