//! Fields and papers as `forms.json` writes them, and how each becomes a type or is refused.

use super::file::{FormsFault, Part};
use super::{
    AskedOf, Block, Check, CodeList, Column, Field, FieldKind, Lists, Material, Options, Pattern, Prefill,
    Rows, Source, Taken,
};
use crate::condition::{Condition, Scope};
use crate::{FieldId, FormId};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;

#[derive(Deserialize)]
pub(super) struct RawFile {
    pub blocks: HashMap<Block, Vec<RawField>>,
    #[serde(default)]
    pub block_materials: HashMap<Block, Vec<RawMaterial>>,
    pub forms: Vec<RawForm>,
}

#[derive(Deserialize)]
pub(super) struct RawForm {
    pub id: FormId,
    pub name: String,
    pub blocks: Vec<Block>,
    pub fields: Vec<RawField>,
    pub materials: Vec<RawMaterial>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawField {
    id: FieldId,
    label: String,
    #[serde(rename = "type")]
    kind: String,
    required: bool,
    source: Source,
    /// The rule in words; something must enforce it.
    rule: String,
    /// By what, in the words of [`enforces`].
    #[serde(default)]
    enforced: Vec<String>,
    /// Which part of the rule nothing enforces yet, and why.
    unenforced: Option<String>,
    #[serde(default)]
    asked_of: AskedOf,
    #[serde(default)]
    options: Vec<String>,
    list: Option<String>,
    by: Option<FieldId>,
    #[serde(default)]
    columns: Vec<RawColumn>,
    unique: Option<String>,
    total: Option<RawTotal>,
    prefill: Option<Prefill>,
    #[serde(default)]
    at_site: bool,
    card: Option<FieldId>,
    when: Option<String>,
    required_when: Option<String>,
    #[serde(default)]
    checks: Vec<RawCheck>,
    pattern: Option<RawPattern>,
    not_after: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawColumn {
    id: String,
    label: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    options: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTotal {
    column: String,
    is: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCheck {
    must: String,
    says: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPattern {
    regex: String,
    says: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMaterial {
    id: FieldId,
    name: String,
    pages: (u8, u8),
    when: Option<String>,
    licence: Option<String>,
    #[serde(default)]
    taken: Taken,
}

impl RawForm {
    pub(super) fn part(&self, scope: &Scope, lists: &Lists) -> Result<Part, FormsFault> {
        part(self.id.as_str(), None, &self.fields, &self.materials, scope, lists)
    }
}

pub(super) fn part(
    form: &str,
    block: Option<Block>,
    fields: &[RawField],
    materials: &[RawMaterial],
    scope: &Scope,
    lists: &Lists,
) -> Result<Part, FormsFault> {
    let fields = fields.iter().map(|field| field.typed(form, block, scope, lists));
    let materials = materials.iter().map(|material| material.typed(form, scope));
    Ok(Part {
        fields: fields.collect::<Result<_, FormsFault>>()?,
        materials: materials.collect::<Result<_, FormsFault>>()?,
    })
}

impl RawMaterial {
    fn typed(&self, form: &str, scope: &Scope) -> Result<Material, FormsFault> {
        let fault = |detail: &str| FormsFault::Field {
            form: form.to_owned(),
            field: self.id.to_string(),
            detail: detail.to_owned(),
        };
        let (min, max) = self.pages;
        if max == 0 || min > max {
            return Err(fault("'pages' is the least and the most, the most at least 1"));
        }
        if self.id.as_str().starts_with("asked-") {
            return Err(fault("'asked-' names the papers of a notice"));
        }
        if self.taken == Taken::Photo && self.licence.is_some() {
            return Err(fault("no licence stands for a photo: leave out 'licence', or 'taken'"));
        }
        Ok(Material {
            id: self.id.clone(),
            name: self.name.clone(),
            min,
            max,
            when: condition(form, &self.id, "when", self.when.as_deref(), scope)?,
            licence: self.licence.clone(),
            taken: self.taken,
        })
    }
}

fn condition(
    form: &str,
    field: &FieldId,
    place: &'static str,
    source: Option<&str>,
    scope: &Scope,
) -> Result<Option<Arc<Condition>>, FormsFault> {
    let Some(source) = source else { return Ok(None) };
    let checked = Condition::checked(source, scope).map_err(|fault| FormsFault::Condition {
        form: form.to_owned(),
        field: field.to_string(),
        place,
        fault,
    })?;
    Ok(Some(Arc::new(checked)))
}

impl RawField {
    /// Without its conditions.
    pub(super) fn plain(&self, form: &str, block: Option<Block>, lists: &Lists) -> Result<Field, FormsFault> {
        let fault =
            |detail: String| FormsFault::Field { form: form.to_owned(), field: self.id.to_string(), detail };
        let kind = self.kind(lists).map_err(fault)?;
        let pattern = self.pattern.as_ref().map(|pattern| {
            let regex = regex_lite::Regex::new(&pattern.regex).map_err(|error| fault(error.to_string()))?;
            Ok::<_, FormsFault>(Pattern { regex, says: pattern.says.as_str().into() })
        });
        Ok(Field {
            id: self.id.clone(),
            label: self.label.clone(),
            kind,
            required: self.required,
            source: self.source,
            asked_of: self.asked_of,
            block,
            prefill: self.prefill.clone(),
            at_site: self.at_site,
            card: self.card.clone(),
            when: None,
            required_when: None,
            checks: Vec::new(),
            pattern: pattern.transpose()?,
            not_after: self.not_after.clone(),
        })
    }

    fn typed(
        &self,
        form: &str,
        block: Option<Block>,
        scope: &Scope,
        lists: &Lists,
    ) -> Result<Field, FormsFault> {
        let mut field = self.plain(form, block, lists)?;
        field.when = condition(form, &self.id, "when", self.when.as_deref(), scope)?;
        field.required_when =
            condition(form, &self.id, "required_when", self.required_when.as_deref(), scope)?;
        for check in &self.checks {
            let must = condition(form, &self.id, "checks", Some(&check.must), scope)?;
            field.checks.extend(must.map(|must| Check { must, says: check.says.as_str().into() }));
        }
        self.check_rule(form, &field).map_err(|detail| FormsFault::Field {
            form: form.to_owned(),
            field: self.id.to_string(),
            detail,
        })?;
        Ok(field)
    }

    /// A rule in words that nothing enforces is only a wish.
    fn check_rule(&self, form: &str, field: &Field) -> Result<(), String> {
        if !self.rule.is_empty() && self.enforced.is_empty() && self.unenforced.is_none() {
            return Err(format!("the rule '{}' must name in 'enforced' what enforces it", self.rule));
        }
        match self.enforced.iter().find(|by| !enforces(by, form, field)) {
            Some(by) => Err(format!("'{by}' does not enforce anything here; see `enforces` in form/raw.rs")),
            None => Ok(()),
        }
    }

    fn kind(&self, lists: &Lists) -> Result<FieldKind, String> {
        let options = || match &self.list {
            None => Ok(Options::Fixed(self.options.as_slice().into())),
            Some(list) => lists
                .options(list, self.by.as_ref())
                .ok_or_else(|| format!("lists.json has no list '{list}' of that shape")),
        };
        let (name, rest) =
            self.kind.split_once(':').map_or((self.kind.as_str(), ""), |(name, rest)| (name, rest));
        let unknown = || format!("type '{}' is unknown; see FieldKind for the closed set", self.kind);
        match name {
            "enum" if rest.is_empty() => {
                let options = options()?;
                let is_empty = matches!(&options, Options::Fixed(options) if options.is_empty());
                match self.source {
                    Source::Item if is_empty => Ok(FieldKind::Item),
                    _ if is_empty => Err("an enum needs 'options' or a 'list'".to_owned()),
                    _ => Ok(FieldKind::Choice(options)),
                }
            }
            "list" => {
                let (min, max) = range(rest).ok_or_else(unknown)?;
                let (min, max) =
                    (min.try_into().map_err(|_| unknown())?, max.try_into().map_err(|_| unknown())?);
                if self.columns.is_empty() {
                    Ok(FieldKind::Picks { min, max, options: options()? })
                } else {
                    self.rows(min, max).map(|rows| FieldKind::Rows(Arc::new(rows)))
                }
            }
            _ => plain_kind(&self.kind).ok_or_else(unknown),
        }
    }

    fn rows(&self, min: u8, max: u8) -> Result<Rows, String> {
        let place = |id: &str| {
            let place = self.columns.iter().position(|column| column.id == id);
            place.ok_or_else(|| format!("there is no column '{id}'"))
        };
        let columns = self.columns.iter().map(|column| {
            let kind = match (column.kind.as_str(), column.options.as_slice()) {
                ("enum", options) if !options.is_empty() => FieldKind::Choice(Options::Fixed(options.into())),
                (kind, _) => plain_kind(kind).ok_or_else(|| format!("a column can't be '{kind}'"))?,
            };
            Ok::<_, String>(Column { label: column.label.clone(), kind })
        });
        Ok(Rows {
            columns: columns.collect::<Result<_, _>>()?,
            min,
            max,
            unique: self.unique.as_deref().map(place).transpose()?,
            total: match &self.total {
                Some(total) => Some((place(&total.column)?, total.is)),
                None => None,
            },
        })
    }
}

/// Whether a mechanism is at work on a field of a form. Those of the last lines work outside of the form: `payment` in the
/// course of an order, `registries` and `stages` where central decides, `ratings` and `places` in its store.
fn enforces(mechanism: &str, form: &str, field: &Field) -> bool {
    match mechanism {
        "type" => field.kind != FieldKind::Pulled,
        "options" => matches!(field.kind, FieldKind::Choice(_) | FieldKind::Picks { .. }),
        "rows" => {
            matches!(&field.kind, FieldKind::Rows(rows) if rows.unique.is_some() || rows.total.is_some())
        }
        "pattern" => field.pattern.is_some(),
        "check" => !field.checks.is_empty(),
        "when" => field.when.is_some() || field.required_when.is_some() || field.kind == FieldKind::Bool,
        "order" => field.not_after.is_some(),
        "item" => field.source == Source::Item,
        "prefill" => field.prefill.is_some(),
        "card" | "id_number" => field.source == Source::Card,
        "face" => field.source == Source::Face,
        "asked_of" => field.asked_of != AskedOf::Everyone,
        "shown" => field.kind == FieldKind::Id18,
        "blocks" => field.block.is_some(),
        "payment" => matches!(form, "payment-bill" | "payment-fee"),
        "registries" => form == "instant-approve" && field.kind == FieldKind::Pulled,
        "stages" => form == "staged-project",
        "ratings" => form == "evaluation",
        "places" => crate::booking::FORM == form && crate::booking::PLACE.contains(&field.id.as_str()),
        _ => false,
    }
}

/// `5-60`, or `6` for both ends.
fn range(text: &str) -> Option<(i64, i64)> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    Some((from.parse().ok()?, to.parse().ok()?))
}

fn plain_kind(text: &str) -> Option<FieldKind> {
    if text.contains('|') {
        return text.split('|').map(plain_kind).collect::<Option<_>>().map(FieldKind::Either);
    }
    let (name, rest) = text.split_once(':').map_or((text, None), |(name, rest)| (name, Some(rest)));
    Some(match name {
        "cn_name" => FieldKind::CnName,
        "id18" => FieldKind::Id18,
        "uscc18" => FieldKind::Uscc18,
        "birth_certificate" => FieldKind::BirthCertificate,
        "mobile" => FieldKind::Mobile,
        "date" => FieldKind::Date,
        "date_or_long" => FieldKind::DateOrLong,
        "datetime" => FieldKind::DateTime,
        "month" => FieldKind::Month,
        "month_or_quarter" => FieldKind::MonthOrQuarter,
        "text" => match rest?.split_once('-') {
            None => FieldKind::Text { min: 1, max: rest?.parse().ok()? },
            Some((min, max)) => FieldKind::Text { min: min.parse().ok()?, max: max.parse().ok()? },
        },
        "digits" => {
            let (min, max) = rest.map_or(Some((1, 32)), range)?;
            FieldKind::Digits { min: min.try_into().ok()?, max: max.try_into().ok()? }
        }
        "int" => {
            let (min, max) = rest.map_or(Some((0, 1_000_000)), range)?;
            FieldKind::Int { min, max }
        }
        "money_fen" => FieldKind::MoneyFen,
        "enum" => match rest? {
            "GB/T 2261.1" => FieldKind::Coded(CodeList::Sex),
            "GB/T 3304" => FieldKind::Coded(CodeList::Nation),
            "GB/T 2260" => FieldKind::Coded(CodeList::District),
            "1-5" => FieldKind::Score,
            _ => return None,
        },
        "bool" => FieldKind::Bool,
        "declaration" => FieldKind::Declaration,
        "signature" => FieldKind::Signature,
        "item" => FieldKind::Item,
        "plate" => FieldKind::Plate,
        "bank_card" => FieldKind::BankCard,
        "case" => FieldKind::Case,
        "score" => FieldKind::Score,
        "account" => FieldKind::Reference,
        "map" => FieldKind::Pulled,
        _ => return None,
    })
}
