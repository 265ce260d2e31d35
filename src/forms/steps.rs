//! The pages of a form: card facts first, then the questions, a few a page. A table has a page of its own.

use contract::FieldId;
use contract::booking::{DAY, SITE, SLOT, books};
use contract::form::{Field, FieldKind, Options, Setting, Source, Template};

/// More questions on a page are too many for somebody in a hurry.
const ROOM: usize = 4;
/// More options than that fill half a page.
const MANY_OPTIONS: usize = 9;

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

/// The pages for an applicant, whatever is filled: which of them show nothing, their fields' conditions say.
pub(super) fn split(template: &Template, setting: Setting) -> Vec<Step> {
    let from_card = template.asked(setting).filter(|field| field.source == Source::Card);
    let from_card: Vec<FieldId> = from_card.map(|field| field.id.clone()).collect();
    let mut steps = Vec::new();
    if !from_card.is_empty() {
        steps.push(Step::FromCard(from_card));
    }
    let (mut page, mut taken) = (Vec::new(), 0);
    for field in template.asked(setting).filter(|field| is_question(field)) {
        let room = if books(&template.id) { room_of_place(field) } else { None };
        let room = room.unwrap_or_else(|| self::room(&field.kind));
        if taken + room > ROOM && !page.is_empty() {
            steps.push(Step::Questions(std::mem::take(&mut page)));
            taken = 0;
        }
        taken += room;
        page.push(field.id.clone());
    }
    if !page.is_empty() {
        steps.push(Step::Questions(page));
    }
    steps
}

/// Of a place each part has a page of its own: what the next one offers hangs on it.
fn room_of_place(field: &Field) -> Option<usize> {
    match field.id.as_str() {
        SITE | DAY => Some(ROOM),
        // How many come stands below when they come.
        SLOT => Some(ROOM - 1),
        _ => None,
    }
}

fn room(kind: &FieldKind) -> usize {
    let options = |options: &Options| match options {
        Options::Fixed(options) => options.len(),
        Options::By { lists, .. } => lists.values().map(Vec::len).max().unwrap_or(0),
    };
    match kind {
        FieldKind::Rows(_) => ROOM,
        FieldKind::Choice(of) | FieldKind::Picks { options: of, .. } if options(of) > MANY_OPTIONS => 2,
        FieldKind::Coded(list) if list.codes().len() > MANY_OPTIONS => 2,
        _ => 1,
    }
}

/// Consent and signature belong to the review.
pub(super) fn is_question(field: &Field) -> bool {
    matches!(field.source, Source::Manual | Source::Lookup)
        && field.kind != FieldKind::Signature
        && field.id.as_str() != super::CONSENT
}
