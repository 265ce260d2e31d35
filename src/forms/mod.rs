//! A form while it is filled: template and card facts in, steps of a few fields each, values and faults out.
//! Pure; knows no widget and no keyboard key.

mod enclosures;
mod here;
mod input;
mod known;
mod places;
mod steps;
mod table;
pub mod words;

pub use contract::form::shown_for_typing;
pub use enclosures::{Enclosed, EnclosedPage, Enclosures};
pub use input::{Input, input_for};
pub use known::Known;
pub use places::Free;
pub use steps::Step;
pub use table::{cell, cell_of};

use crate::identity::Resident;
use crate::services::Library;
use crate::typing::Typing;
use contract::booking::FreePlaces;
use contract::catalogue::{Audience, Service};
use contract::form::{Field, FieldKind, Fields, Material, PARTY, Party, Setting, Source, Template, entries};
use contract::validate::FieldFault;
use contract::{FieldId, Secret, ServiceCode};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The field that every application's consent stands in.
pub const CONSENT: &str = "consent";
/// The field of the signature.
pub const SIGNATURE: &str = "sign";

/// An application in the making. Its values wipe themselves.
#[derive(Debug)]
pub struct Draft {
    service: ServiceCode,
    template: Template,
    /// The form of the other party, where the service is for both.
    other: Option<Template>,
    setting: Setting,
    card: Fields,
    fields: Fields,
    /// Which of them a registry filled in.
    known: BTreeMap<FieldId, Known>,
    /// The rows that are being written, by the table that they belong to.
    rows: BTreeMap<FieldId, Vec<Secret<String>>>,
    steps: Vec<Step>,
    /// What is free, where a place is booked.
    places: Option<FreePlaces>,
    /// Where the terminal stands, as fields name such a place.
    site: Option<String>,
}

impl Draft {
    /// A form with everything filled in that is known already; none where the library has no form for the service.
    pub fn new(
        library: &Library,
        service: &Service,
        resident: Option<&Resident>,
        today: Date,
    ) -> Option<Self> {
        let setting = Setting { today, identified: resident.is_some() };
        let template = library.form(service, Party::Person)?;
        let other = match service.audience {
            Audience::Both => library.form(service, Party::Entity),
            Audience::Person | Audience::Entity => None,
        };
        let mut draft = Self {
            service: service.code.clone(),
            template,
            other,
            setting,
            card: resident.map(Resident::card_fields).unwrap_or_default(),
            fields: Fields::new(),
            known: BTreeMap::new(),
            rows: BTreeMap::new(),
            steps: Vec::new(),
            places: None,
            site: library.site().map(str::to_owned),
        };
        draft.fill_in();
        Some(draft)
    }

    /// What card and service say, and for whom most people come.
    fn fill_in(&mut self) {
        let Self { template, setting, card, fields, .. } = self;
        for field in template.asked(*setting) {
            let known = match field.source {
                Source::Card => card.get(field.card_fact()).cloned(),
                Source::Item => field.fixed_by(&template.item).map(Secret::from),
                _ if field.id.as_str() == PARTY && !fields.contains_key(&field.id) => {
                    Some(Secret::from(Party::Person.words()))
                }
                _ => None,
            };
            if let Some(value) = known {
                fields.insert(field.id.clone(), value);
            }
        }
        self.steps = steps::split(&self.template, self.setting);
    }

    /// Turns to the form of the party that was chosen. What both forms ask is kept.
    fn turn_to(&mut self, party: Party) {
        let Some(other) = self.other.take() else { return };
        self.forget_known();
        let was = std::mem::replace(&mut self.template, other);
        self.other = Some(was);
        let Self { template, setting, fields, rows, .. } = self;
        fields.retain(|id, _| template.asked(*setting).any(|field| field.id == *id));
        rows.clear();
        fields.extend(PARTY.parse().ok().map(|id| (id, Secret::from(party.words()))));
        self.fill_in();
    }

    /// The service applied for.
    pub const fn service(&self) -> &ServiceCode {
        &self.service
    }

    /// What is applied for, in the words of the catalogue; of a window, that it is one.
    pub fn title(&self) -> &str {
        &self.template.item
    }

    /// Whether a card was read for it.
    pub const fn is_identified(&self) -> bool {
        self.setting.identified
    }

    /// The day that it is judged on.
    pub const fn today(&self) -> Date {
        self.setting.today
    }

    /// What the resident has filled in so far and may want to find again. Not the card's facts, which are read anew each
    /// time; nor consent and signature, which belong to the moment of submitting.
    pub fn typed(&self) -> Fields {
        let typed = self.template.asked(self.setting).filter(|field| steps::is_question(field));
        typed.filter_map(|field| Some((field.id.clone(), self.fields.get(&field.id)?.clone()))).collect()
    }

    /// Whether a phone can be used for it.
    pub fn fits_phones(&self) -> bool {
        contract::handoff::fits(&self.template)
    }

    /// What was typed so far, as far as it goes along to a phone.
    pub fn for_phone(&self) -> Fields {
        let typed = self.template.asked(self.setting).filter(|field| contract::handoff::on_phone(field));
        typed.filter_map(|field| Some((field.id.clone(), self.fields.get(&field.id)?.clone()))).collect()
    }

    /// Puts in what [`Draft::typed`] gave on another day. The form may have changed since: what it does not ask any more,
    /// or not so, is left out.
    pub fn take_up(&mut self, typed: &Fields) {
        if let Some(party) = Party::said(typed).filter(|party| Party::said(&self.fields) != Some(*party)) {
            self.turn_to(party);
        }
        for field in self.template.asked(self.setting).filter(|field| steps::is_question(field)) {
            if let Some(value) = typed.get(&field.id)
                && contract::validate::check(&field.kind, value.expose(), self.setting.today).is_ok()
            {
                self.fields.insert(field.id.clone(), value.clone());
            }
        }
        self.drop_meaningless();
    }

    /// All values.
    pub const fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The pages.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The page that a field stands on.
    pub fn step_of(&self, id: &FieldId) -> Option<usize> {
        self.steps.iter().position(|step| step.fields().contains(id))
    }

    /// The description of a field.
    pub fn field(&self, id: &FieldId) -> Option<&Field> {
        self.template.asked(self.setting).find(|field| field.id == *id)
    }

    /// Whether a field stands in this form at all.
    pub fn asks(&self, id: &str) -> bool {
        self.template.asked(self.setting).any(|field| field.id.as_str() == id)
    }

    /// The value of a field, or of a cell of the row that is being written; or nothing.
    pub fn value(&self, id: &FieldId) -> &str {
        self.fields.get(id).or_else(|| self.cell_value(id)).map_or("", |value| value.expose().as_str())
    }

    /// The value of a field by its name.
    pub fn value_named(&self, id: &str) -> &str {
        id.parse().map_or("", |id| self.value(&id))
    }

    /// Whether the field is shown now.
    pub fn is_shown(&self, field: &Field) -> bool {
        self.template.is_relevant(field, &self.fields, self.setting)
    }

    /// Whether anything of a page is shown now.
    pub fn is_step_shown(&self, step: usize) -> bool {
        let fields = self.steps.get(step).map_or(&[][..], Step::fields);
        fields.iter().filter_map(|id| self.field(id)).any(|field| self.is_shown(field))
    }

    /// Whether the field must be filled now.
    pub fn is_required(&self, field: &Field) -> bool {
        self.template.is_required(field, &self.fields, self.setting)
    }

    /// The papers that belong to the application now.
    pub fn papers(&self) -> impl Iterator<Item = &Material> {
        self.template.papers(&self.fields, self.setting)
    }

    /// Whether a value may be among those that are offered now.
    fn is_offered(&self, field: &Field, value: &str) -> bool {
        match &field.kind {
            _ if self.offered(&field.id).is_some() => self
                .offered(&field.id)
                .is_some_and(|offered| offered.iter().any(|free| free.value() == value)),
            FieldKind::Choice(options) => options.given(&self.fields).iter().any(|option| option == value),
            kind => contract::validate::check(kind, value, self.setting.today).is_ok(),
        }
    }

    /// Sets what the resident may set: never what the card said.
    pub fn set(&mut self, id: &FieldId, value: Secret<String>) {
        if self.set_cell(id, &value) {
            return;
        }
        let own = self.field(id).is_some_and(|field| !matches!(field.source, Source::Card | Source::Item));
        if !own || self.is_settled(id) {
            return;
        }
        self.known.remove(id);
        let party = (id.as_str() == PARTY && self.value(id) != value.expose()).then(|| value.clone());
        if value.expose().is_empty() {
            self.fields.remove(id);
        } else {
            self.fields.insert(id.clone(), value);
        }
        if let Some(party) = party.and_then(|_| Party::said(&self.fields)) {
            self.turn_to(party);
        } else {
            self.drop_meaningless();
            self.choose_the_only_ones();
        }
    }

    /// What lost its meaning by an answer is not sent along: a field that is not asked any more, an option that does not
    /// belong to the new district.
    fn drop_meaningless(&mut self) {
        loop {
            let is_meaningless = |field: &&Field| {
                let value = self.value(&field.id);
                let hangs = field.hanging_options().is_some();
                !value.is_empty()
                    && (!self.is_shown(field)
                        || self.is_gone(field)
                        || hangs && self.fault(&field.id) == Some(FieldFault::NotAnOption))
            };
            let gone: Vec<FieldId> = self
                .template
                .asked(self.setting)
                .filter(is_meaningless)
                .map(|field| field.id.clone())
                .collect();
            if gone.is_empty() {
                return;
            }
            self.fields.retain(|id, _| !gone.contains(id));
        }
    }

    /// Takes an option of a choice; the same one again takes it back where nothing is required. Of a list it takes or
    /// leaves one.
    pub fn pick(&mut self, id: &FieldId, value: &str) {
        if self.pick_in_row(id, value) {
            return;
        }
        let Some(field) = self.field(id) else { return };
        if let FieldKind::Picks { max, options, .. } = &field.kind {
            let mut picked = entries(self.value(id)).unwrap_or_default();
            match picked.iter().position(|one| one.expose() == value) {
                Some(place) => drop(picked.remove(place)),
                None if picked.len() < usize::from(*max)
                    && options.given(&self.fields).iter().any(|option| option == value) =>
                {
                    picked.push(Secret::from(value));
                }
                None => {}
            }
            let text = if picked.is_empty() { String::new() } else { list_text(&picked) };
            return self.set(id, Secret::new(text));
        }
        let again = self.value(id) == value && !field.required;
        if again || self.is_offered(field, value) {
            self.set(id, Secret::from(if again { "" } else { value }));
        }
    }

    /// Turns a yes into a no and back.
    pub fn toggle(&mut self, id: &str) {
        let Ok(id) = id.parse() else { return };
        let turned = if self.value(&id) == "true" { "" } else { "true" };
        self.set(&id, Secret::from(turned));
    }

    /// Adds a stroke to the signature; what is no stroke, or too much, is left out.
    pub fn add_stroke(&mut self, points: &str) {
        let Ok(id) = SIGNATURE.parse() else { return };
        let joined = match self.value(&id) {
            "" => points.to_owned(),
            before => format!("{before};{points}"),
        };
        let is_stroke = contract::validate::signature_points(points).is_some();
        if is_stroke && joined.len() <= contract::validate::MAX_FIELD_BYTES {
            self.set(&id, Secret::new(joined));
        }
    }

    /// Empties a field.
    pub fn clear(&mut self, id: &str) {
        if let Ok(id) = id.parse() {
            self.set(&id, Secret::default());
        }
    }

    /// What a field or a cell holds.
    pub fn kind(&self, id: &FieldId) -> Option<&FieldKind> {
        self.column(id).map(|column| &column.kind).or_else(|| self.field(id).map(|field| &field.kind))
    }

    /// The keyboard for a field or a cell, or none where nothing is typed.
    pub fn typing_for(&self, id: &FieldId) -> Option<Typing> {
        let field = self.field(id);
        if field.is_some_and(|field| field.source == Source::Card)
            || self.offered(id).is_some()
            || self.is_settled(id)
        {
            return None;
        }
        let pattern = field.and_then(|field| field.pattern.as_ref());
        let (layout, max) = input::keys_for(self.kind(id)?, pattern)?;
        let mut typing = Typing::new(layout, max);
        typing.set_text(&shown_for_typing(self.kind(id)?, self.value(id)));
        Some(typing)
    }

    /// Sets what was typed, as the field's kind writes it.
    pub fn set_typed(&mut self, id: &FieldId, text: &str) {
        let pattern = self.field(id).and_then(|field| field.pattern.as_ref());
        let Some(kind) = self.kind(id) else { return };
        let value = contract::form::read_typed(kind, pattern, text);
        self.set(id, Secret::new(value));
    }

    /// What is wrong on one page.
    pub fn faults_of_step(&self, step: usize) -> Vec<(FieldId, FieldFault)> {
        let fields = self.steps.get(step).map_or(&[][..], Step::fields);
        fields.iter().filter_map(|id| Some((id.clone(), self.fault(id)?))).collect()
    }

    /// What is wrong with one field.
    pub fn fault(&self, id: &FieldId) -> Option<FieldFault> {
        self.template.check_field(self.field(id)?, &self.fields, self.setting).err()
    }

    /// What is wrong with the whole form.
    pub fn faults(&self) -> Vec<(FieldId, FieldFault)> {
        self.template.check(&self.fields, self.setting)
    }
}

/// A list in its canonical text.
fn list_text<T: serde::Serialize>(list: &T) -> String {
    // Lists of texts always have one.
    serde_json::to_string(list).unwrap_or_default()
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
