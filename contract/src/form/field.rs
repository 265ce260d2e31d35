//! One field of a template, and how its value is judged among the others.

use super::{FieldKind, Fields, Options, Setting, Template};
use crate::condition::Condition;
use crate::validate::{self, FieldFault};
use crate::{FieldId, IdNumber};
use serde::Deserialize;
use std::sync::Arc;

/// Where a field's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The chip of the ID card; the resident can't change it.
    Card,
    /// The resident.
    Manual,
    /// A registry of the city; asked of the resident where it has no answer.
    Lookup,
    /// The service item.
    Item,
    /// The face check. Nothing of a face leaves the terminal: the application says by its assurance that it passed.
    Face,
}

/// Who is asked for a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskedOf {
    /// Every applicant.
    #[default]
    Everyone,
    /// Only somebody whose card was read.
    Identified,
    /// Only somebody who asks without a card.
    Anonymous,
}

/// The shared blocks that forms are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// 申请人: a natural person.
    Applicant,
    /// 单位
    Entity,
    /// 经办人
    Agent,
    /// 地址
    Address,
    /// 许可证
    Licence,
    /// 结果领取
    Delivery,
    /// 告知与签名
    Consent,
}

impl Block {
    /// Whether it says who applies; left out where nobody says it.
    pub const fn is_party(self) -> bool {
        matches!(self, Self::Applicant | Self::Entity | Self::Agent)
    }
}

/// Something that must hold among the fields of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What.
    pub must: Arc<Condition>,
    /// The kind sentence when it does not.
    pub says: Arc<str>,
}

/// The form of a text.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The expression, anchored.
    pub regex: regex_lite::Regex,
    /// The kind sentence when it does not fit.
    pub says: Arc<str>,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.regex.as_str() == other.regex.as_str()
    }
}

impl Eq for Pattern {}

/// A fact of a registry that fills a field.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prefill {
    /// The resource of `data-resources.csv`.
    pub resource: String,
    /// Its field.
    pub field: String,
    /// Whether the applicant may write something else.
    #[serde(default)]
    pub editable: bool,
}

/// One field of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub id: FieldId,
    /// What the resident reads.
    pub label: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether it must be filled when it is asked for.
    pub required: bool,
    /// Where the value comes from.
    pub source: Source,
    /// Who is asked.
    pub asked_of: AskedOf,
    /// The block that it belongs to, or the form's own.
    pub block: Option<Block>,
    /// Which registry fills it in.
    pub prefill: Option<Prefill>,
    /// Whether the place of the terminal itself is one of its options, to be chosen by one touch.
    pub at_site: bool,
    /// Which of the card's facts it takes; its own name where nothing else is said.
    pub card: Option<FieldId>,
    /// Asked for only while this holds.
    pub when: Option<Arc<Condition>>,
    /// Must be filled while this holds.
    pub required_when: Option<Arc<Condition>>,
    /// What must hold.
    pub checks: Vec<Check>,
    /// The form of its text.
    pub pattern: Option<Pattern>,
    /// A date or month that must not be after another field's, or after `today`.
    pub not_after: Option<String>,
}

impl Field {
    /// Its options, where those that stand depend on another field.
    pub const fn hanging_options(&self) -> Option<&Options> {
        match &self.kind {
            FieldKind::Choice(options @ Options::By { .. })
            | FieldKind::Picks { options: options @ Options::By { .. }, .. } => Some(options),
            _ => None,
        }
    }

    /// Whether it is asked of this applicant at all, whatever else is filled.
    pub(super) fn is_asked(&self, setting: Setting) -> bool {
        if matches!(self.source, Source::Face) || self.kind == FieldKind::Pulled {
            return false;
        }
        if !setting.identified && self.block.is_some_and(Block::is_party) {
            return false;
        }
        match self.asked_of {
            AskedOf::Everyone => setting.identified || self.source != Source::Card,
            AskedOf::Identified => setting.identified,
            AskedOf::Anonymous => !setting.identified,
        }
    }

    /// The fact of the card that fills it.
    pub fn card_fact(&self) -> &FieldId {
        self.card.as_ref().unwrap_or(&self.id)
    }

    fn check_order(&self, value: &str, fields: &Fields, setting: Setting) -> Result<(), FieldFault> {
        match self.not_after.as_deref() {
            None => Ok(()),
            Some("today") => {
                let today = setting.today.to_string();
                if value <= today.get(..value.len()).unwrap_or(&today) {
                    Ok(())
                } else {
                    Err(FieldFault::InFuture)
                }
            }
            Some(other) => {
                let other =
                    fields.iter().find(|(id, _)| id.as_str() == other).map(|(_, v)| v.expose().as_str());
                match other {
                    Some(end) if !end.is_empty() && value > end => Err(FieldFault::AfterEnd),
                    _ => Ok(()),
                }
            }
        }
    }

    /// What the chip says must fit the number that it says.
    fn check_against_id(&self, value: &str, fields: &Fields) -> Result<(), FieldFault> {
        if self.source != Source::Card {
            return Ok(());
        }
        let number = fields.iter().find(|(id, _)| id.as_str() == "id_no");
        let Some(number) = number.and_then(|(_, v)| IdNumber::parse(v.expose()).ok()) else { return Ok(()) };
        let fits = match self.id.as_str() {
            "birth" => value == number.birth_date().to_string(),
            "sex" => matches!(value, "0" | "9") || value == number.sex().code(),
            _ => true,
        };
        if fits { Ok(()) } else { Err(FieldFault::NotAsIdNumber) }
    }

    fn check_options(&self, value: &str, fields: &Fields) -> Result<(), FieldFault> {
        let fits = match &self.kind {
            FieldKind::Choice(options) => options.given(fields).iter().any(|option| option == value),
            FieldKind::Picks { options, .. } => {
                let given = options.given(fields);
                super::entries(value)
                    .is_some_and(|picked| picked.iter().all(|one| given.contains(one.expose())))
            }
            _ => true,
        };
        if fits { Ok(()) } else { Err(FieldFault::NotAnOption) }
    }
}

impl Template {
    /// Whether a field is asked for while the form is filled so. A condition that can't be computed yet does not hold: the
    /// field that it waits for comes first.
    pub fn is_relevant(&self, field: &Field, fields: &Fields, setting: Setting) -> bool {
        field.when.as_ref().is_none_or(|when| self.holds(when, fields, setting))
    }

    /// Whether a field must be filled while the form is filled so.
    pub fn is_required(&self, field: &Field, fields: &Fields, setting: Setting) -> bool {
        let by_condition =
            || field.required_when.as_ref().is_some_and(|when| self.holds(when, fields, setting));
        self.is_relevant(field, fields, setting) && (field.required || by_condition())
    }

    /// Judges a field's value among the others.
    pub fn check_field(&self, field: &Field, fields: &Fields, setting: Setting) -> Result<(), FieldFault> {
        let value = fields.get(&field.id).map_or("", |value| value.expose().as_str());
        if value.is_empty() {
            let required = self.is_required(field, fields, setting);
            return if required { Err(FieldFault::Missing) } else { Ok(()) };
        }
        if !self.is_relevant(field, fields, setting) {
            return Err(FieldFault::NotAsked);
        }
        validate::check(&field.kind, value, setting.today)?;
        field.check_options(value, fields)?;
        if let Some(pattern) = field.pattern.as_ref().filter(|pattern| !pattern.regex.is_match(value)) {
            return Err(FieldFault::Rule(Arc::clone(&pattern.says)));
        }
        field.check_order(value, fields, setting)?;
        field.check_against_id(value, fields)?;
        for check in &field.checks {
            // What it compares with may not be filled yet; that is a fault of its own, at its own place.
            if self.compute(&check.must, fields, setting) == Some(false) {
                return Err(FieldFault::Rule(Arc::clone(&check.says)));
            }
        }
        Ok(())
    }
}
