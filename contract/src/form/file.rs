//! `forms.json`: the templates as people write them, read into types or refused by form, field and column.

use super::raw::{RawFile, RawForm, part};
use super::{Block, Field, FieldKind, Lists, Material, Template};
use crate::condition::{ConditionFault, Scope};
use crate::message::Rating;
use crate::{FormId, Secret};
use std::collections::HashMap;

/// Why the forms can't be used.
#[derive(Debug, thiserror::Error)]
pub enum FormsFault {
    /// Not the JSON that it should be.
    #[error("forms.json: {0}")]
    Json(serde_json::Error),
    /// Not the JSON that it should be.
    #[error("lists.json: {0}")]
    Lists(serde_json::Error),
    /// A list does not fit into itself or another.
    #[error("lists.json: list {list}: {detail}")]
    List {
        /// The list.
        list: String,
        /// What is wrong and what would be right.
        detail: String,
    },
    /// A field is not right.
    #[error("forms.json: form {form}, field {field}: {detail}")]
    Field {
        /// The form or the block.
        form: String,
        /// The field or the material.
        field: String,
        /// What is wrong and what would be right.
        detail: String,
    },
    /// A condition is not right.
    #[error("forms.json: form {form}, field {field}, {place}: {fault}")]
    Condition {
        /// The form.
        form: String,
        /// The field or the material.
        field: String,
        /// `when`, `required_when` or `checks`.
        place: &'static str,
        /// What is wrong, and in which column.
        fault: ConditionFault,
    },
    /// Two forms of one name.
    #[error("forms.json: form {0} stands there twice")]
    Twice(String),
    /// A block that the file does not have.
    #[error("forms.json: form {0} names a block that 'blocks' does not have")]
    Block(String),
}

/// Fields and papers that belong together.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub fields: Vec<Field>,
    pub materials: Vec<Material>,
}

#[derive(Clone, Debug)]
pub(super) struct Form {
    pub blocks: Vec<Block>,
    pub own: Part,
    /// With the blocks that it names.
    pub template: Template,
}

/// All templates, by name.
#[derive(Clone, Debug, Default)]
pub struct Templates {
    pub(super) blocks: HashMap<Block, Part>,
    pub(super) forms: HashMap<FormId, Form>,
}

/// The blocks before a form's own fields, and those behind them.
const BEFORE: [Block; 5] = [Block::Applicant, Block::Entity, Block::Agent, Block::Address, Block::Licence];
const BEHIND: [Block; 2] = [Block::Delivery, Block::Consent];

impl Templates {
    /// Reads `forms.json` with the options of `lists.json`.
    pub fn parse(forms: &str, lists: &str) -> Result<Self, FormsFault> {
        let raw: RawFile = serde_json::from_str(forms).map_err(FormsFault::Json)?;
        let lists = Lists::parse(lists)?;
        let RawFile { blocks, block_materials, forms } = raw;
        // A condition may name any field that can stand in its form: all kinds are known before the first is read.
        let mut read = HashMap::new();
        for (block, fields) in &blocks {
            let name = format!("{block:?}").to_lowercase();
            let fields = fields.iter().map(|field| field.plain(&name, Some(*block), &lists));
            read.insert(*block, fields.collect::<Result<Vec<_>, _>>()?);
        }
        let mut templates = Self::default();
        for form in &forms {
            let name = form.id.as_str();
            let own: Vec<Field> =
                form.fields.iter().map(|field| field.plain(name, None, &lists)).collect::<Result<_, _>>()?;
            let plain = Part { fields: own, materials: Vec::new() };
            let plain = compose(form, &plain, &form.blocks, |block| {
                Some(Part { fields: read.get(&block)?.clone(), materials: Vec::new() })
            })?;
            let parties = [Block::Applicant, Block::Entity, Block::Agent];
            let others = parties.iter().filter_map(|block| read.get(block)).flatten();
            let scope = Scope::of_form(
                others
                    .filter_map(|f| Some((f.id.to_string(), f.kind.type_in_conditions()?)))
                    .chain(plain.types()),
            )
            .with_item();
            let own = form.part(&scope, &lists)?;
            // The conditions of a block are checked in each form that it stands in.
            for block in &form.blocks {
                let fields = blocks.get(block).ok_or_else(|| FormsFault::Block(name.to_owned()))?;
                let materials = block_materials.get(block).map_or(&[][..], Vec::as_slice);
                let part = part(name, Some(*block), fields, materials, &scope, &lists)?;
                templates.blocks.insert(*block, part);
            }
            let form_of = Form { blocks: form.blocks.clone(), own, template: plain };
            if templates.forms.insert(form.id.clone(), form_of).is_some() {
                return Err(FormsFault::Twice(form.id.to_string()));
            }
        }
        for raw in &forms {
            let composed = templates.forms.get(&raw.id).map(|form| {
                compose(raw, &form.own, &form.blocks, |block| templates.blocks.get(&block).cloned())
            });
            if let (Some(composed), Some(form)) = (composed, templates.forms.get_mut(&raw.id)) {
                form.template = composed?;
            }
        }
        Ok(templates)
    }

    /// The template of a name, with the blocks that it names.
    pub fn find(&self, id: &FormId) -> Option<&Template> {
        self.forms.get(id).map(|form| &form.template)
    }

    /// The reasons (评价指标) that belong to a level of 好差评, as the form of ratings has them.
    pub fn rating_tags(&self, rating: Rating) -> &[String] {
        let form = self.iter().find(|form| form.id.as_str() == "evaluation");
        let named = |name: &str| form?.fields.iter().find(|field| field.id.as_str() == name);
        match (named("level"), named("tags").map(|field| &field.kind)) {
            (Some(level), Some(FieldKind::Picks { options, .. })) => {
                options.given(&[(level.id.clone(), Secret::new(rating.stars().to_string()))].into())
            }
            _ => &[],
        }
    }

    /// All of them, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &Template> {
        self.forms.values().map(|form| &form.template)
    }
}

fn compose(
    raw: &RawForm,
    own: &Part,
    blocks: &[Block],
    part: impl Fn(Block) -> Option<Part>,
) -> Result<Template, FormsFault> {
    let (fields, materials) =
        joined(own, blocks, part).ok_or_else(|| FormsFault::Block(raw.id.to_string()))?;
    Ok(Template { id: raw.id.clone(), name: raw.name.clone(), fields, materials, item: String::new() })
}

/// The blocks and a form's own part, in the order in which they are asked.
pub(super) fn joined(
    own: &Part,
    blocks: &[Block],
    part: impl Fn(Block) -> Option<Part>,
) -> Option<(Vec<Field>, Vec<Material>)> {
    let wanted = |order: &[Block]| -> Option<Vec<Part>> {
        order.iter().filter(|block| blocks.contains(block)).map(|block| part(*block)).collect()
    };
    let parts = || Some(wanted(&BEFORE)?.into_iter().chain([own.clone()]).chain(wanted(&BEHIND)?));
    let fields = parts()?.flat_map(|part| part.fields).collect();
    let materials = parts()?.flat_map(|part| part.materials).collect();
    Some((fields, materials))
}
