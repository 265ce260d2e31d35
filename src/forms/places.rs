//! The places (号源) that a booking chooses from: a site, then a day, then a slot. Nothing is offered that is not free, so
//! that nobody fills in a time that is gone already.

use super::{Draft, words};
use contract::booking::{self, DAY, FreeDay, FreePlaces, FreeSite, Place, SITE, SLOT};
use contract::form::Field;
use contract::{FieldId, FormId};

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

    /// What is free for a field of a place, each with its words; none for any other field.
    pub fn offered(&self, id: &FieldId) -> Option<Vec<(String, String)>> {
        let field = id.as_str();
        if !self.is_booking() || !booking::PLACE.contains(&field) {
            return None;
        }
        let sites = self.places.as_ref().map_or(&[][..], |places| &places.sites);
        Some(match field {
            SITE => sites.iter().map(|site| (site.site.clone(), site_words(site))).collect(),
            DAY => self.days().iter().map(|day| (day.day.to_string(), words::short_day(day.day))).collect(),
            _ => {
                let day = self.days().iter().find(|day| day.day.to_string() == self.value_named(DAY));
                let slots = day.map_or(&[][..], |day| &day.slots);
                slots
                    .iter()
                    .map(|free| (free.slot.to_string(), format!("{} 余 {}", free.slot, free.left)))
                    .collect()
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
        self.offered(&field.id).is_some_and(|offered| offered.iter().all(|(free, _)| free != value))
    }
}

/// The site, and how soon somebody can come.
fn site_words(site: &FreeSite) -> String {
    match site.days.first() {
        Some(next) => format!("{} 最早{}月{}日", site.site, next.day.month(), next.day.day()),
        None => site.site.clone(),
    }
}
