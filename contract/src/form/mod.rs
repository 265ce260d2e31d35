//! Form templates: which fields a service asks for, of which closed set of kinds, and whether a filled form is complete.
//! Run by the kiosk while a resident types, and again by central before it believes a word.
//!
//! `kind` is what a field may hold, `field` is how one is judged among the others, `file`, `raw` and `lists` read
//! `forms.json` and `lists.json`, `of_service` makes a template the form of one service.

mod field;
mod file;
mod kind;
mod lists;
mod of_service;
mod raw;
mod typed;

pub use field::{AskedOf, Block, Check, Field, Pattern, Prefill, Source};
pub use file::{FormsFault, Templates};
pub use kind::{CodeList, Column, FieldKind, Options, Rows, rows};
pub use lists::Lists;
pub use typed::{read_typed, shown_for_typing};

use crate::condition::{Condition, Fact, Type, Values};
use crate::validate::FieldFault;
use crate::{FieldId, FormId, Secret};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Filled fields, each in the canonical text of its type.
pub type Fields = BTreeMap<FieldId, Secret<String>>;

/// The entries of a list in its canonical text: a JSON list of texts.
pub fn entries(text: &str) -> Option<Vec<Secret<String>>> {
    serde_json::from_str(text).ok()
}

/// A form: its fields in the order in which they are asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its name in the catalogue.
    pub id: FormId,
    /// What the resident reads.
    pub name: String,
    /// Its fields.
    pub fields: Vec<Field>,
    /// The papers that belong to it.
    pub materials: Vec<Material>,
    /// The service that it is the form of; conditions call it `item`.
    pub item: String,
}

/// A paper that belongs to an application (申请材料).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Material {
    /// Its name in the application.
    pub id: FieldId,
    /// What the resident reads.
    pub name: String,
    /// At least so many pages; 0 where it may be left out.
    pub min: u8,
    /// At most so many.
    pub max: u8,
    /// Belongs to it only while this holds.
    pub when: Option<Arc<Condition>>,
    /// The licence (电子证照) that stands for it (免提交).
    pub licence: Option<String>,
    /// What it is a picture of.
    pub taken: Taken,
}

/// What a material is a picture of; it decides with what it is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Taken {
    /// A paper: a document camera sees it as well as a phone, and its purpose is written over it.
    #[default]
    Paper,
    /// A place or a thing: only a phone was there.
    Photo,
}

/// Who applies, as far as the form hangs on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// 个人
    Person,
    /// 单位
    Entity,
}

impl Party {
    /// Both, as they are offered.
    pub const ALL: [Self; 2] = [Self::Person, Self::Entity];

    /// The words in the form.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Person => "个人",
            Self::Entity => "单位",
        }
    }

    /// Who a filled form says applies.
    pub fn said(fields: &Fields) -> Option<Self> {
        let said = fields.iter().find(|(id, _)| id.as_str() == PARTY)?.1;
        Self::ALL.into_iter().find(|party| party.words() == said.expose())
    }
}

/// The field in which the resident says for whom, where a service is for persons and bodies both.
pub const PARTY: &str = "on_behalf_of";

/// What the judgement of a form hangs on besides its fields.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The day, in Shenzhen.
    pub today: Date,
    /// Whether the applicant's card was read.
    pub identified: bool,
}

/// The field that says how the result goes out (结果领取方式).
pub const RESULT_DELIVERY: &str = "result_delivery";
/// The way that needs a visit.
pub const AT_A_WINDOW: &str = "窗口自取";

impl Template {
    /// The fields that this applicant may see, whatever else is filled.
    pub fn asked(&self, setting: Setting) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(move |field| field.is_asked(setting))
    }

    /// The papers that belong to the form while it is filled so.
    pub fn papers(&self, fields: &Fields, setting: Setting) -> impl Iterator<Item = &Material> {
        let belongs = move |material: &&Material| {
            material.when.as_ref().is_none_or(|when| self.holds(when, fields, setting))
        };
        self.materials.iter().filter(belongs)
    }

    /// The answers that lead to an option of a field, that field's own last: to a cell its street and community. None where
    /// it is no option.
    pub fn way_to(&self, id: &FieldId, option: &str) -> Option<Vec<(FieldId, String)>> {
        let mut way = Vec::new();
        let (mut id, mut option) = (id, option);
        // As long as it may be without going in a circle.
        for _ in 0..self.fields.len() {
            let field = self.fields.iter().find(|field| field.id == *id)?;
            let FieldKind::Choice(options) = &field.kind else { return None };
            way.push((id.clone(), option.to_owned()));
            match options {
                Options::Fixed(options) => {
                    way.reverse();
                    return options.iter().any(|one| one == option).then_some(way);
                }
                Options::By { field, lists } => {
                    let before = lists.iter().find(|(_, of)| of.iter().any(|one| one == option));
                    (id, option) = (field, before?.0);
                }
            }
        }
        None
    }

    /// Everything that is wrong with a filled form, in the order of its fields.
    pub fn check(&self, fields: &Fields, setting: Setting) -> Vec<(FieldId, FieldFault)> {
        let unknown = fields.keys().filter(|id| !self.asked(setting).any(|field| field.id == **id));
        let unknown = unknown.map(|id| (id.clone(), FieldFault::NotAsked));
        let wrong = self
            .asked(setting)
            .filter_map(|field| Some((field.id.clone(), self.check_field(field, fields, setting).err()?)));
        unknown.chain(wrong).collect()
    }

    /// The types of its fields in conditions.
    pub fn types(&self) -> impl Iterator<Item = (String, Type)> {
        self.fields.iter().filter_map(|field| Some((field.id.to_string(), field.kind.type_in_conditions()?)))
    }

    /// Whether a condition holds; one that can't be computed does not.
    fn holds(&self, condition: &Condition, fields: &Fields, setting: Setting) -> bool {
        self.compute(condition, fields, setting) == Some(true)
    }

    /// What a condition says; none where it needs a value that is not there.
    fn compute(&self, condition: &Condition, fields: &Fields, setting: Setting) -> Option<bool> {
        let named = |field: &&Field| condition.form_fields().any(|name| name == field.id.as_str());
        let facts: Vec<(&str, Fact)> = self
            .fields
            .iter()
            .filter(named)
            .filter_map(|field| Some((field.id.as_str(), Self::fact(field, fields, setting)?)))
            .collect();
        let values = Values::new(setting.today, facts.iter().map(|(id, fact)| (*id, fact))).ok()?;
        condition.holds(&values.with_item(&self.item)).ok()
    }

    fn fact(field: &Field, fields: &Fields, setting: Setting) -> Option<Fact> {
        let text = fields.get(&field.id).map_or("", |value| value.expose().as_str());
        match &field.kind {
            FieldKind::Picks { .. } | FieldKind::Rows(_) if text.is_empty() => Some(Fact::Int(0)),
            _ if text.is_empty() => None,
            // What is not right yet is no value.
            kind => crate::validate::check(kind, text, setting.today).ok().and_then(|()| kind.fact(text)),
        }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
