//! `forms.json`: the templates as people write them, read into types or refused by name.

use crate::form::{AskedOf, CodeList, Field, FieldKind, RequiredWhen, Source, Template};
use crate::{FieldId, FormId};
use serde::Deserialize;
use std::collections::HashMap;

/// Why `forms.json` can't be used.
#[derive(Debug, thiserror::Error)]
pub enum FormsFault {
    /// Not the JSON that it should be.
    #[error("forms.json: {0}")]
    Json(#[from] serde_json::Error),
    /// A field has a type outside the closed set.
    #[error(
        "forms.json: form {form}, field {field}: type '{kind}' is unknown; see FieldKind for the closed set"
    )]
    Kind {
        /// The form.
        form: String,
        /// The field.
        field: String,
        /// What stands there.
        kind: String,
    },
    /// Two forms of one name.
    #[error("forms.json: form {0} stands there twice")]
    Twice(String),
}

#[derive(Deserialize)]
struct RawFile {
    forms: Vec<RawForm>,
}

#[derive(Deserialize)]
struct RawForm {
    id: FormId,
    name: String,
    fields: Vec<RawField>,
}

#[derive(Deserialize)]
struct RawField {
    id: FieldId,
    label: String,
    #[serde(rename = "type")]
    kind: String,
    required: bool,
    source: Source,
    #[serde(default)]
    asked_of: AskedOf,
    #[serde(default)]
    options: Vec<String>,
    required_when: Option<RequiredWhen>,
    not_after: Option<String>,
}

/// All templates, by name.
#[derive(Clone, Debug, Default)]
pub struct Templates(HashMap<FormId, Template>);

impl Templates {
    /// Reads `forms.json`.
    pub fn parse(text: &str) -> Result<Self, FormsFault> {
        let raw: RawFile = serde_json::from_str(text)?;
        let mut templates = HashMap::new();
        for form in raw.forms {
            let fields =
                form.fields.into_iter().map(|field| field.typed(&form.id)).collect::<Result<_, _>>()?;
            let template = Template { id: form.id.clone(), name: form.name, fields };
            if templates.insert(form.id.clone(), template).is_some() {
                return Err(FormsFault::Twice(form.id.to_string()));
            }
        }
        Ok(Self(templates))
    }

    /// The template of a name.
    pub fn find(&self, id: &FormId) -> Option<&Template> {
        self.0.get(id)
    }

    /// All of them, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &Template> {
        self.0.values()
    }
}

impl RawField {
    fn typed(self, form: &FormId) -> Result<Field, FormsFault> {
        let kind = kind_of(&self.kind, &self.options).ok_or_else(|| FormsFault::Kind {
            form: form.to_string(),
            field: self.id.to_string(),
            kind: self.kind.clone(),
        })?;
        Ok(Field {
            id: self.id,
            label: self.label,
            kind,
            required: self.required,
            source: self.source,
            asked_of: self.asked_of,
            required_when: self.required_when,
            not_after: self.not_after,
        })
    }
}

fn kind_of(text: &str, options: &[String]) -> Option<FieldKind> {
    let (name, rest) = text.split_once(':').map_or((text, None), |(name, rest)| (name, Some(rest)));
    let range = || match rest {
        None => Some(None),
        Some(rest) => {
            let (from, to) = rest.split_once('-').unwrap_or((rest, rest));
            Some(Some((from.parse::<i64>().ok()?, to.parse::<i64>().ok()?)))
        }
    };
    Some(match name {
        "cn_name" => FieldKind::CnName,
        "id18" => FieldKind::Id18,
        "uscc18" => FieldKind::Uscc18,
        "mobile" => FieldKind::Mobile,
        "date" => FieldKind::Date,
        "date_or_long" => FieldKind::DateOrLong,
        "datetime" => FieldKind::DateTime,
        "month" => FieldKind::Month,
        "month_or_quarter" => FieldKind::MonthOrQuarter,
        "text" => FieldKind::Text { max: rest?.parse().ok()? },
        "digits" => {
            let (min, max) = range()?.unwrap_or((1, 32));
            FieldKind::Digits { min: min.try_into().ok()?, max: max.try_into().ok()? }
        }
        "int" => {
            let (min, max) = range()?.unwrap_or((0, 1_000_000));
            FieldKind::Int { min, max }
        }
        "money_fen" => FieldKind::MoneyFen,
        "enum" => match rest {
            Some("GB/T 2261.1") => FieldKind::Coded(CodeList::Sex),
            Some("GB/T 3304") => FieldKind::Coded(CodeList::Nation),
            Some("GB/T 2260") => FieldKind::Coded(CodeList::District),
            Some("1-5") => FieldKind::Score,
            Some(_) => return None,
            // A list that hangs on another field is not yet data: the window fills it.
            None if options.is_empty() => FieldKind::Structured,
            None => FieldKind::Choice(options.to_vec()),
        },
        "bool" => FieldKind::Bool,
        "signature" => FieldKind::Signature,
        "item" => FieldKind::Item,
        "plate" => FieldKind::Plate,
        "bank_card" => FieldKind::BankCard,
        "case" => FieldKind::Case,
        "travel_doc" => FieldKind::TravelDoc,
        "score" => FieldKind::Score,
        "account" | "project" | "grid" => FieldKind::Reference,
        "list" | "map" => FieldKind::Structured,
        _ => return None,
    })
}
