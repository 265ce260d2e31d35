//! A form while it is filled: template and card facts in, steps of a few fields each, values and faults out.
//! Pure; knows no widget and no keyboard key.

mod input;
pub mod words;

pub use input::{Input, input_for};

use crate::identity::Resident;
use crate::typing::Typing;
use contract::catalogue::{Badge, Service};
use contract::form::{Field, FieldKind, Fields, Setting, Source, Template};
use contract::validate::FieldFault;
use contract::{FieldId, Secret, ServiceCode};
use jiff::civil::Date;

/// The field that every application's consent stands in.
pub const CONSENT: &str = "consent";
/// The field of the signature.
pub const SIGNATURE: &str = "sign";
/// More than four questions on a page are too many for somebody in a hurry.
const FIELDS_A_STEP: usize = 4;

/// One page of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// What the card says, to be looked over.
    FromCard(Vec<FieldId>),
    /// Questions.
    Questions(Vec<FieldId>),
}

impl Step {
    /// The fields of the page.
    pub fn fields(&self) -> &[FieldId] {
        match self {
            Self::FromCard(fields) | Self::Questions(fields) => fields,
        }
    }
}

/// An application in the making. Its values wipe themselves.
#[derive(Debug)]
pub struct Draft {
    service: ServiceCode,
    template: Template,
    setting: Setting,
    fields: Fields,
    steps: Vec<Step>,
}

impl Draft {
    /// A form with everything filled in that is known already.
    pub fn new(service: &Service, template: Template, resident: Option<&Resident>, today: Date) -> Self {
        let setting = Setting { today, identified: resident.is_some() };
        let template = if service.has(Badge::ZeroVisit) { template.without_visits() } else { template };
        let mut fields = Fields::new();
        for field in template.asked(setting).filter(|field| field.source == Source::Item) {
            fields.insert(field.id.clone(), Secret::from(service.name.as_str()));
        }
        if let Some(resident) = resident {
            let known = resident.card_fields();
            let wanted = template.asked(setting).filter(|field| field.source == Source::Card);
            for field in wanted {
                if let Some(value) = known.get(&field.id) {
                    fields.insert(field.id.clone(), value.clone());
                }
            }
        }
        let steps = split(&template, setting);
        Self { service: service.code.clone(), template, setting, fields, steps }
    }

    /// The service applied for.
    pub const fn service(&self) -> &ServiceCode {
        &self.service
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
        let typed = self.template.asked(self.setting).filter(|field| is_question(field));
        typed.filter_map(|field| Some((field.id.clone(), self.fields.get(&field.id)?.clone()))).collect()
    }

    /// Puts in what [`Draft::typed`] gave on another day. The form may have changed since: what it does not ask any more,
    /// or not so, is left out.
    pub fn take_up(&mut self, typed: &Fields) {
        for field in self.template.asked(self.setting).filter(|field| is_question(field)) {
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

    /// The value of a field, or nothing.
    pub fn value(&self, id: &FieldId) -> &str {
        self.fields.get(id).map_or("", |value| value.expose().as_str())
    }

    /// The value of a field by its name.
    pub fn value_named(&self, id: &str) -> &str {
        id.parse().map_or("", |id| self.value(&id))
    }

    /// Whether the field is shown now.
    pub fn is_shown(&self, field: &Field) -> bool {
        field.is_relevant(&self.fields)
    }

    /// Whether the field must be filled now.
    pub fn is_required(&self, field: &Field) -> bool {
        field.is_required(&self.fields)
    }

    /// Sets what the resident may set: never what the card said.
    pub fn set(&mut self, id: &FieldId, value: Secret<String>) {
        let own = self.field(id).is_some_and(|field| !matches!(field.source, Source::Card | Source::Item));
        if !own {
            return;
        }
        if value.expose().is_empty() {
            self.fields.remove(id);
        } else {
            self.fields.insert(id.clone(), value);
        }
        self.drop_meaningless();
    }

    /// What lost its meaning by an answer is not sent along.
    fn drop_meaningless(&mut self) {
        let meaningless = |field: &&Field| !field.is_relevant(&self.fields);
        let gone: Vec<FieldId> =
            self.template.asked(self.setting).filter(meaningless).map(|field| field.id.clone()).collect();
        self.fields.retain(|id, _| !gone.contains(id));
    }

    /// Takes an option of a choice; the same one again takes it back where nothing is required.
    pub fn pick(&mut self, id: &FieldId, value: &str) {
        let Some(field) = self.field(id) else { return };
        let again = self.value(id) == value && !field.required;
        if again || contract::validate::check(&field.kind, value, self.setting.today).is_ok() {
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

    /// The keyboard for a field, or none where nothing is typed.
    pub fn typing_for(&self, id: &FieldId) -> Option<Typing> {
        let field = self.field(id).filter(|field| field.source != Source::Card)?;
        let Input::Keys { layout, max } = input_for(&field.kind) else { return None };
        let mut typing = Typing::new(layout, max);
        typing.set_text(self.value(id));
        Some(typing)
    }

    /// What is wrong on one page.
    pub fn faults_of_step(&self, step: usize) -> Vec<(FieldId, FieldFault)> {
        let fields = self.steps.get(step).map_or(&[][..], Step::fields);
        fields.iter().filter_map(|id| Some((id.clone(), self.fault(id)?))).collect()
    }

    /// What is wrong with one field.
    pub fn fault(&self, id: &FieldId) -> Option<FieldFault> {
        self.field(id)?.check(&self.fields, self.setting).err()
    }

    /// What is wrong with the whole form.
    pub fn faults(&self) -> Vec<(FieldId, FieldFault)> {
        self.template.check(&self.fields, self.setting)
    }
}

/// Card facts first, then the questions, a few a page.
fn split(template: &Template, setting: Setting) -> Vec<Step> {
    let ids = |wanted: fn(&Field) -> bool| -> Vec<FieldId> {
        template.asked(setting).filter(|field| wanted(field)).map(|field| field.id.clone()).collect()
    };
    let from_card = ids(|field| field.source == Source::Card);
    let questions = ids(is_question);
    let card_step = (!from_card.is_empty()).then_some(Step::FromCard(from_card));
    let question_steps = questions.chunks(FIELDS_A_STEP).map(|fields| Step::Questions(fields.to_vec()));
    card_step.into_iter().chain(question_steps).collect()
}

/// Consent and signature belong to the review.
fn is_question(field: &Field) -> bool {
    matches!(field.source, Source::Manual | Source::Lookup)
        && field.kind != FieldKind::Signature
        && field.id.as_str() != CONSENT
}
