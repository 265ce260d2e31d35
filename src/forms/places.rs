//! The places (号源) that a booking chooses from: a site, then a day, then a slot. Nothing is offered that is not free, so
//! that nobody fills in a time that is gone already.

use super::{Draft, words};
use contract::booking::{self, DAY, FreeDay, FreePlaces, FreeSite, FreeSlot, Place, SITE, SLOT};
use contract::form::Field;
use contract::language::{Language, Voice};
use contract::{FieldId, FormId};

/// Something free that can be chosen for a part of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Free<'a> {
    /// A site.
    Site(&'a FreeSite),
    /// A day of it.
    Day(&'a FreeDay),
    /// A slot of the day.
    Slot(&'a FreeSlot),
}

impl Free<'_> {
    /// As the field holds it.
    pub fn value(&self) -> String {
        match self {
            Self::Site(site) => site.site.clone(),
            Self::Day(day) => day.day.to_string(),
            Self::Slot(free) => free.slot.to_string(),
        }
    }

    /// As the resident reads it: of a site how soon somebody can come, of a slot how many still can.
    pub fn words(&self, voice: Voice<'_>) -> String {
        let language = voice.language;
        match (self, language) {
            (Self::Site(site), _) => site_words(voice, site),
            (Self::Day(day), _) => words::short_day(language, day.day),
            (Self::Slot(free), Language::Chinese) => format!("{} 余 {}", free.slot, free.left),
            (Self::Slot(free), Language::English) => format!("{}, {} left", free.slot, free.left),
        }
    }
}

impl Draft {
    /// The form that is filled.
    pub const fn form(&self) -> &FormId {
        &self.template.id
    }

    /// Whether it books a place.
    pub fn is_booking(&self) -> bool {
        booking::books(self.form())
    }

    /// The place that was chosen.
    pub fn place(&self) -> Option<Place> {
        self.is_booking().then(|| Place::said(&self.fields)).flatten()
    }

    /// Takes what is free now. What was chosen and is gone is chosen again.
    pub fn offer(&mut self, places: FreePlaces) {
        self.places = Some(places);
        self.drop_meaningless();
    }

    /// What is free for a field of a place; none for any other field.
    pub fn offered(&self, id: &FieldId) -> Option<Vec<Free<'_>>> {
        let field = id.as_str();
        if !self.is_booking() || !booking::PLACE.contains(&field) {
            return None;
        }
        let sites = self.places.as_ref().map_or(&[][..], |places| &places.sites);
        Some(match field {
            SITE => sites.iter().map(Free::Site).collect(),
            DAY => self.days().iter().map(Free::Day).collect(),
            _ => {
                let day = self.days().iter().find(|day| day.day.to_string() == self.value_named(DAY));
                day.map_or(&[][..], |day| &day.slots).iter().map(Free::Slot).collect()
            }
        })
    }

    /// The page of the first part of a place that is not chosen, else that of the slot.
    pub fn step_of_place(&self) -> usize {
        let open = booking::PLACE.into_iter().find(|part| self.value_named(part).is_empty());
        let field = open.unwrap_or(SLOT).parse().ok();
        field.and_then(|field| self.step_of(&field)).unwrap_or(0)
    }

    fn days(&self) -> &[FreeDay] {
        let sites = self.places.as_ref().map_or(&[][..], |places| &places.sites);
        sites.iter().find(|site| site.site == self.value_named(SITE)).map_or(&[], |site| &site.days)
    }

    /// Whether a field of a place holds what is not free.
    pub(super) fn is_gone(&self, field: &Field) -> bool {
        let value = self.value(&field.id);
        self.offered(&field.id).is_some_and(|offered| offered.iter().all(|free| free.value() != value))
    }
}

fn site_words(Voice { language, names }: Voice<'_>, site: &FreeSite) -> String {
    let name = names(&site.site);
    match (site.days.first().map(|next| next.day), language) {
        (Some(next), Language::Chinese) => format!("{name} 最早{}月{}日", next.month(), next.day()),
        (Some(next), Language::English) => format!("{name}, from {}", next.strftime("%-d %b")),
        (None, _) => name,
    }
}
