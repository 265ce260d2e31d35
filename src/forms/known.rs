//! What a registry says of a form: filled in without being typed, with who says it, and not to be changed where the form
//! says so. Pure; knows no central.

use super::Draft;
use contract::FieldId;
use contract::form::Prefill;
use contract::licence::{Prefilled, PrefilledFact};
use jiff::civil::Date;

/// Who says what stands in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The body that says it.
    pub owner: String,
    /// The day on which its registry stood so.
    pub as_of: Date,
    /// Whether the applicant may write something else.
    pub editable: bool,
}

impl Draft {
    /// Whether a registry could fill in anything.
    pub fn can_be_prefilled(&self) -> bool {
        self.template.asked(self.setting).any(|field| field.prefill.is_some())
    }

    /// Takes over what registries say. What somebody typed stays where they may write; a fact that does not fit its field
    /// is left out.
    pub fn prefill(&mut self, told: &Prefilled) {
        for PrefilledFact { field: id, value, owner, as_of } in &told.facts {
            let fits = |prefill: &Prefill| {
                let field = self.field(id)?;
                let is_free = self.value(id).is_empty() || !prefill.editable;
                let is_right =
                    contract::validate::check(&field.kind, value.expose(), self.setting.today).is_ok();
                (is_free && is_right).then_some(prefill.editable)
            };
            let prefill = self.field(id).and_then(|field| field.prefill.clone());
            if let Some(editable) = prefill.as_ref().and_then(fits) {
                self.fields.insert(id.clone(), value.clone());
                self.known.insert(id.clone(), Known { owner: owner.clone(), as_of: *as_of, editable });
            }
        }
        self.drop_meaningless();
    }

    /// The number that the facts hang on is another one: they are no longer what stands there.
    pub fn forget_known(&mut self) {
        for id in std::mem::take(&mut self.known).into_keys() {
            self.fields.remove(&id);
        }
    }

    /// Who says what stands in a field; none where the applicant wrote it.
    pub fn known(&self, id: &FieldId) -> Option<&Known> {
        self.known.get(id)
    }

    /// Whether a field stands as a registry has it.
    pub(super) fn is_settled(&self, id: &FieldId) -> bool {
        self.known.get(id).is_some_and(|known| !known.editable)
    }
}
