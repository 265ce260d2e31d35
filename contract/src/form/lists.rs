//! `lists.json`: the options that many forms share or that hang on each other, as streets on districts.

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
}

/// A named list.
#[derive(Clone, Debug)]
enum List {
    Fixed(Arc<[String]>),
    By(Arc<BTreeMap<String, Vec<String>>>),
}

/// All lists, by name.
#[derive(Clone, Debug, Default)]
pub struct Lists(BTreeMap<String, List>);

impl Lists {
    /// Reads `lists.json`.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let raw: RawFile = serde_json::from_str(text)?;
        let list = |raw: RawList| match (raw.values, raw.by) {
            (Some(values), None) => Some(List::Fixed(values.into())),
            (None, Some(by)) => Some(List::By(Arc::new(by))),
            _ => None,
        };
        Ok(Self(raw.lists.into_iter().filter_map(|(name, raw)| Some((name, list(raw)?))).collect()))
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
