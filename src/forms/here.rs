//! The place of the terminal itself as an answer: whoever reports what lies before it chooses it by one touch, and not by
//! street and community.

use super::Draft;
use contract::FieldId;
use contract::Secret;
use contract::form::{Field, FieldKind};

impl Draft {
    /// The answers that say 'here', the first first; none where the form asks for no such place, or the terminal's own is
    /// not known.
    pub fn here(&self) -> Option<Vec<(FieldId, String)>> {
        let here = self.site.as_deref()?;
        let field = self.template.asked(self.setting).find(|field| field.at_site)?;
        self.template.way_to(&field.id, here)
    }

    /// Whether 'here' is what was answered.
    pub fn is_here(&self) -> bool {
        self.here().is_some_and(|way| way.iter().all(|(id, option)| self.value(id) == option))
    }

    /// Answers 'here'.
    pub fn choose_here(&mut self) {
        for (id, option) in self.here().unwrap_or_default() {
            self.set(&id, Secret::from(option.as_str()));
        }
    }

    /// Where one answer leaves nothing to choose from for another, that one is chosen as well.
    pub(super) fn choose_the_only_ones(&mut self) {
        while let Some((id, option)) = self.only_one() {
            self.fields.insert(id, option);
        }
    }

    fn only_one(&self) -> Option<(FieldId, Secret<String>)> {
        let is_open =
            |field: &&Field| field.required && self.is_shown(field) && self.value(&field.id).is_empty();
        self.template.asked(self.setting).filter(is_open).find_map(|field| {
            match (&field.kind, field.hanging_options()?.given(&self.fields)) {
                (FieldKind::Choice(_), [only]) => Some((field.id.clone(), Secret::from(only.as_str()))),
                _ => None,
            }
        })
    }
}
