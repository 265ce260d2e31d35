//! What may be asked of the registries (数据资源目录): `data-resources.csv`, one field a row, with its owner, legal
//! ground and freshness. A field that does not stand there can't be pulled.

use super::FactKind;
use contract::FieldId;
use contract::table::{Row, Table, TableFault, TableFaults};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// The most rows are a city's data directory for terminals, with room.
const TABLE: Table = Table {
    file: "data-resources.csv",
    columns: &[
        "resource",
        "resource_name",
        "registry",
        "key_fields",
        "kind",
        "field",
        "field_name",
        "type",
        "owner",
        "legal_ground",
        "freshness",
        "retention",
    ],
    most: 5_000,
};

/// The name of a resource as rules write it, `criminal_record`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ResourceId(String);

impl ResourceId {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ResourceId {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if is_word(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err("a resource is named by 1 to 40 of a-z 0-9 _")
        }
    }
}

impl TryFrom<String> for ResourceId {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ResourceId> for String {
    fn from(id: ResourceId) -> Self {
        id.0
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_word(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// One field of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceField {
    /// Its name in rules.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it holds.
    pub kind: FactKind,
}

/// One question that a registry answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its name.
    pub id: ResourceId,
    /// What people call it.
    pub name: String,
    /// The registry that holds it, `social-insurance`.
    pub registry: String,
    /// The fields of a form that it can be asked with; the first one that is filled is used.
    pub keys: Vec<FieldId>,
    /// The kind of record inside the registry; empty when it has one kind.
    pub kind: String,
    /// What it tells.
    pub fields: Vec<ResourceField>,
    /// The body that owns the data (数据提供部门).
    pub owner: String,
    /// On what legal ground it is pulled.
    pub legal_ground: String,
    /// How old an answer may be (更新频率).
    pub freshness: String,
    /// How long what was pulled is kept.
    pub retention: String,
}

impl Resource {
    /// The kind of a field.
    pub fn kind_of(&self, field: &str) -> Option<FactKind> {
        self.fields.iter().find(|known| known.id == field).map(|known| known.kind)
    }
}

/// All resources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources(BTreeMap<ResourceId, Resource>);

impl Resources {
    /// Reads `data-resources.csv`. The whole file is taken or none of it.
    pub fn parse(text: &str) -> Result<Self, TableFaults> {
        let mut resources = BTreeMap::new();
        TABLE.read(text, |row| add(row, &mut resources))?;
        Ok(Self(resources))
    }

    /// The resource of a name.
    pub fn find(&self, id: &ResourceId) -> Option<&Resource> {
        self.0.get(id)
    }

    /// All of them by name.
    pub fn iter(&self) -> impl Iterator<Item = &Resource> {
        self.0.values()
    }
}

fn add(row: &Row<'_>, resources: &mut BTreeMap<ResourceId, Resource>) -> Result<(), TableFault> {
    let id: ResourceId = row.text(0).parse().map_err(|form| row.fault(0, form))?;
    let field = ResourceField {
        id: row.text(5).to_owned(),
        name: row.words(6)?,
        kind: FactKind::from_name(row.text(7)).ok_or_else(|| row.fault(7, "text, date, int or bool"))?,
    };
    // `found` is what every resource tells.
    if !is_word(&field.id) || field.id == "found" {
        return Err(row.fault(5, "a field name of a-z 0-9 _ other than 'found'"));
    }
    let resource = Resource {
        id: id.clone(),
        name: row.words(1)?,
        registry: row.words(2)?,
        keys: row
            .text(3)
            .split(';')
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map_err(|_| row.fault(3, "one or more form fields apart by ;"))?,
        kind: row.text(4).to_owned(),
        fields: Vec::new(),
        owner: row.words(8)?,
        legal_ground: row.words(9)?,
        freshness: row.words(10)?,
        retention: row.words(11)?,
    };
    let known = resources.entry(id).or_insert_with(|| resource.clone());
    if known.kind_of(&field.id).is_some() {
        return Err(row.fault(5, "a field that the resource has once"));
    }
    let fields = std::mem::take(&mut known.fields);
    let is_the_same = *known == resource;
    known.fields = fields;
    if !is_the_same {
        return Err(row.fault(0, "the resource as its first row has it: only field, name and type differ"));
    }
    known.fields.push(field);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESOURCES: &str = include_str!("../../../catalog/data-resources.csv");

    #[test]
    fn the_whole_directory_loads_and_every_field_says_whose_it_is() {
        let resources = Resources::parse(RESOURCES).unwrap();
        assert!(resources.iter().count() > 15);
        for resource in resources.iter() {
            assert!(!resource.owner.is_empty() && resource.legal_ground.contains('《'), "{}", resource.id);
        }
    }

    #[test]
    fn each_fault_is_named_by_line_and_column() {
        let with = |line: usize, from: &str, to: &str| {
            let lines = RESOURCES.lines().enumerate();
            let text: Vec<String> = lines
                .map(|(n, text)| if n + 1 == line { text.replacen(from, to, 1) } else { text.to_owned() })
                .collect();
            Resources::parse(&text.join("\n")).unwrap_err().to_string()
        };
        assert_eq!(
            with(2, ",text,", ",float,"),
            "data-resources.csv line 2, column 8 (type): 'float' is not text, date, int or bool"
        );
        assert!(with(3, ",status,", ",name,").contains("line 3, column 6 (field): 'name'"));
        assert!(with(3, "深圳市公安局", "某局").contains("line 3, column 1 (resource)"));
        assert!(with(2, "population", "Population").contains("line 2, column 1 (resource)"));
        assert!(with(2, ",name,", ",found,").contains("line 2, column 6 (field)"));
        assert!(with(1, "owner", "boss").contains("line 1: column 9 must be 'owner', not 'boss'"));
        assert!(with(2, ",办件保存期", "").contains("line 2, column 12 (retention)"));
    }
}
