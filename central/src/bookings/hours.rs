//! `places.csv`: when a site (办理网点) is open, and how many places (号源) each slot has. A holiday closes every site; a
//! make-up working day on a weekend has the hours of a Monday; what the calendar does not reach is closed. Pure.

use super::Taken;
use contract::booking::{DAYS_AHEAD, FORM, FreeDay, FreePlaces, FreeSite, FreeSlot, Place, SITE, SLOT, Slot};
use contract::calendar::Calendar;
use contract::form::{FieldKind, Options, Templates};
use contract::table::{Row, Table, TableFault, TableFaults};
use contract::{FormId, ServiceCode};
use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, ToSpan};
use std::collections::HashSet;
use std::ops::RangeInclusive;

/// A city has hundreds of sites with a few spans each.
const TABLE: Table = Table {
    file: "places.csv",
    columns: &["site", "weekdays", "opens", "closes", "minutes", "places", "source"],
    most: 5_000,
};

/// The weekday whose hours a make-up working day has.
const MONDAY: i8 = 1;

/// A slot of some weekdays, and how many places it has.
#[derive(Clone, Debug)]
struct Opening {
    weekdays: RangeInclusive<i8>,
    slot: Slot,
    places: u16,
}

#[derive(Clone, Debug)]
struct Site {
    name: String,
    openings: Vec<Opening>,
}

/// When sites are open, in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct OpeningHours(Vec<Site>);

impl OpeningHours {
    /// Reads `places.csv`. What the form of bookings does not offer can't be booked, so it is refused here.
    pub fn parse(text: &str, templates: &Templates) -> Result<Self, TableFaults> {
        let (sites, slots) = (options(templates, SITE), options(templates, SLOT));
        let mut sites_read: Vec<Site> = Vec::new();
        let mut known = HashSet::new();
        TABLE.read(text, |row| {
            let name = row.words(0)?;
            if !sites.contains(&name) {
                return Err(row.fault(0, "a site that the form of bookings offers (lists.json)"));
            }
            let weekdays = weekdays(row)?;
            let places = row.parse(5, "a number of places, 1 to 500")?;
            if !(1..=500).contains(&places) {
                return Err(row.fault(5, "a number of places, 1 to 500"));
            }
            row.words(6)?;
            for slot in slots_of(row)? {
                if !slots.iter().any(|offered| offered == slot.as_str()) {
                    return Err(
                        row.fault(2, "the begin of slots that the form of bookings offers (lists.json)")
                    );
                }
                if !weekdays.clone().all(|day| known.insert((name.clone(), day, slot.clone()))) {
                    return Err(row.fault(1, "a weekday on which no other row opens the site then"));
                }
                let opening = Opening { weekdays: weekdays.clone(), slot, places };
                match sites_read.iter_mut().find(|site| site.name == name) {
                    Some(site) => site.openings.push(opening),
                    None => sites_read.push(Site { name: name.clone(), openings: vec![opening] }),
                }
            }
            Ok(())
        })?;
        for site in &mut sites_read {
            site.openings.sort_by(|one, other| one.slot.cmp(&other.slot));
        }
        Ok(Self(sites_read))
    }

    /// How many places a slot has in all; none where the site is closed then.
    pub fn capacity(&self, place: &Place, calendar: &Calendar) -> Option<u16> {
        let weekday = weekday_of(place.day, calendar)?;
        let site = self.0.iter().find(|site| site.name == place.site)?;
        let opening = site.on(weekday).find(|opening| opening.slot == place.slot)?;
        Some(opening.places)
    }

    /// What is free for a service from now until the last day that can be booked.
    pub fn free(
        &self,
        service: ServiceCode,
        taken: &Taken,
        calendar: &Calendar,
        now: DateTime,
    ) -> FreePlaces {
        let days: Vec<(Date, i8)> = (0..=DAYS_AHEAD)
            .filter_map(|ahead| now.date().checked_add(ahead.days()).ok())
            .filter_map(|day| Some((day, weekday_of(day, calendar)?)))
            .collect();
        let free_on = |site: &Site, (day, weekday): (Date, i8)| {
            let free = |opening: &Opening| {
                let place = Place { site: site.name.clone(), day, slot: opening.slot.clone() };
                let left = opening.places.saturating_sub(taken.get(&place).copied().unwrap_or(0));
                (left > 0 && !has_begun(&place, now)).then_some(FreeSlot { slot: place.slot, left })
            };
            let slots: Vec<FreeSlot> = site.on(weekday).filter_map(free).collect();
            (!slots.is_empty()).then_some(FreeDay { day, slots })
        };
        let sites = self.0.iter().filter_map(|site| {
            let days: Vec<FreeDay> = days.iter().filter_map(|day| free_on(site, *day)).collect();
            (!days.is_empty()).then(|| FreeSite { site: site.name.clone(), days })
        });
        FreePlaces { service, sites: sites.collect() }
    }
}

impl Site {
    fn on(&self, weekday: i8) -> impl Iterator<Item = &Opening> {
        self.openings.iter().filter(move |opening| opening.weekdays.contains(&weekday))
    }
}

/// Whether nobody can come there in time any more.
pub fn has_begun(place: &Place, now: DateTime) -> bool {
    place.day.to_datetime(place.slot.begins()) <= now
}

/// The weekday whose hours a day has; none on a day on which everything is closed.
fn weekday_of(day: Date, calendar: &Calendar) -> Option<i8> {
    let own = day.weekday().to_monday_one_offset();
    match calendar.is_working_day(day).ok()? {
        true if own > 5 => Some(MONDAY),
        false if calendar.holiday(day).is_some() => None,
        _ => Some(own),
    }
}

/// What the form of bookings offers in a field.
fn options(templates: &Templates, wanted: &str) -> Vec<String> {
    let form = FORM.parse::<FormId>().ok();
    let field = form
        .as_ref()
        .and_then(|form| templates.find(form))
        .and_then(|form| form.fields.iter().find(|field| field.id.as_str() == wanted));
    match field.map(|field| &field.kind) {
        Some(FieldKind::Choice(Options::Fixed(options))) => options.to_vec(),
        _ => Vec::new(),
    }
}

/// `1-5`, or `6` alone; Monday is 1.
fn weekdays(row: &Row<'_>) -> Result<RangeInclusive<i8>, TableFault> {
    let wrong = || row.fault(1, "weekdays from 1 (Monday) to 7, as 1-5 or 6");
    let (from, to) = row.text(1).split_once('-').unwrap_or((row.text(1), row.text(1)));
    let day = |text: &str| text.parse().ok().filter(|day| (1..=7).contains(day));
    let (from, to): (i8, i8) = (day(from).ok_or_else(wrong)?, day(to).ok_or_else(wrong)?);
    if from <= to { Ok(from..=to) } else { Err(wrong()) }
}

/// The slots that a span is cut into.
fn slots_of(row: &Row<'_>) -> Result<Vec<Slot>, TableFault> {
    let time = |column| row.parse::<Time>(column, "a time of day, 09:00");
    let (mut begins, closes) = (time(2)?, time(3)?);
    let minutes: i64 = row.parse(4, "minutes of a slot, 5 to 240")?;
    if !(5..=240).contains(&minutes) {
        return Err(row.fault(4, "minutes of a slot, 5 to 240"));
    }
    let mut slots = Vec::new();
    while begins < closes {
        let ends = begins.checked_add(SignedDuration::from_mins(minutes)).ok().filter(|ends| *ends <= closes);
        let ends = ends.ok_or_else(|| row.fault(3, "a whole number of slots after it opens"))?;
        slots.push(Slot::between(begins, ends).map_err(|_| row.fault(2, "before it closes"))?);
        begins = ends;
    }
    if slots.is_empty() { Err(row.fault(3, "after it opens")) } else { Ok(slots) }
}

#[cfg(test)]
#[path = "hours_tests.rs"]
mod tests;
