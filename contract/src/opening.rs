//! Sites (办理网点): `sites.csv` says where one is, `places.csv` when it is open and how many places (号源) each slot has.
//! A holiday closes every site; a make-up working day on a weekend has the hours of a Monday; what the calendar does not
//! reach is closed.

use crate::FormId;
use crate::booking::{FORM, Place, SITE, SLOT, Slot};
use crate::calendar::Calendar;
use crate::form::{FieldKind, Options, Templates};
use crate::language::Language;
use crate::table::{Row, Table, TableFault, TableFaults};
use jiff::SignedDuration;
use jiff::civil::{Date, Time};
use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;

/// A city has hundreds of sites with a few spans each.
const PLACES: Table = Table {
    file: "places.csv",
    columns: &["site", "weekdays", "opens", "closes", "minutes", "places", "source"],
    most: 5_000,
};

const SITES: Table = Table { file: "sites.csv", columns: &["site", "address", "source"], most: 5_000 };

/// The weekday whose hours a make-up working day has.
const MONDAY: i8 = 1;

/// A slot of some weekdays, and how many places it has.
#[derive(Clone, Debug)]
pub struct Opening {
    weekdays: RangeInclusive<i8>,
    /// When.
    pub slot: Slot,
    /// How many come in it.
    pub places: u16,
}

/// A site that is open to the public.
#[derive(Clone, Debug)]
pub struct Site {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub address: String,
    openings: Vec<Opening>,
}

/// When sites are open, in the order of `places.csv`.
#[derive(Clone, Debug, Default)]
pub struct OpeningHours(Vec<Site>);

impl OpeningHours {
    /// Reads `places.csv` and `sites.csv`. What the form of bookings does not offer can't be booked, and what has no
    /// address is found by nobody, so both are refused here.
    pub fn parse(places: &str, sites: &str, templates: &Templates) -> Result<Self, TableFaults> {
        let mut addresses = HashMap::new();
        let mut lines = HashMap::new();
        SITES.read(sites, |row| {
            row.unique(0, &mut lines)?;
            row.words(2)?;
            addresses.insert(row.words(0)?, row.words(1)?);
            Ok(())
        })?;
        let (sites, slots) = (options(templates, SITE), options(templates, SLOT));
        let mut sites_read: Vec<Site> = Vec::new();
        let mut known = HashSet::new();
        PLACES.read(places, |row| {
            let name = row.words(0)?;
            if !sites.contains(&name) {
                return Err(row.fault(0, "a site that the form of bookings offers (lists.json)"));
            }
            let address = addresses.get(&name).ok_or_else(|| row.fault(0, "a site of sites.csv"))?;
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
                    None => sites_read.push(Site {
                        name: name.clone(),
                        address: address.clone(),
                        openings: vec![opening],
                    }),
                }
            }
            Ok(())
        })?;
        for site in &mut sites_read {
            site.openings.sort_by(|one, other| one.slot.cmp(&other.slot));
        }
        Ok(Self(sites_read))
    }

    /// The sites.
    pub fn sites(&self) -> &[Site] {
        &self.0
    }

    /// How many places a slot has in all; none where the site is closed then.
    pub fn capacity(&self, place: &Place, calendar: &Calendar) -> Option<u16> {
        let weekday = weekday_of(place.day, calendar)?;
        let site = self.0.iter().find(|site| site.name == place.site)?;
        let opening = site.on(weekday).find(|opening| opening.slot == place.slot)?;
        Some(opening.places)
    }
}

impl Site {
    /// What is open on a weekday, the first slot first; Monday is 1.
    pub fn on(&self, weekday: i8) -> impl Iterator<Item = &Opening> {
        self.openings.iter().filter(move |opening| opening.weekdays.contains(&weekday))
    }

    /// `周一至周五 09:00–12:00、14:00–17:30；周六 09:00–12:00`, `Mon–Fri 09:00–12:00, 14:00–17:30; Sat 09:00–12:00`: what is
    /// open on end is one span, days alike stand together.
    pub fn hours(&self, language: Language) -> String {
        let mut alike: Vec<(RangeInclusive<usize>, String)> = Vec::new();
        for (day, weekday) in (1..=7_i8).enumerate() {
            let spans = spans(self.on(weekday).map(|opening| &opening.slot), language);
            match alike.last_mut() {
                _ if spans.is_empty() => {}
                Some((days, same)) if *same == spans && days.end() + 1 == day => *days = *days.start()..=day,
                _ => alike.push((day..=day, spans)),
            }
        }
        let line = |(days, spans): &(RangeInclusive<usize>, String)| {
            let name = |day: &usize| language.say(WEEKDAYS, WEEKDAYS_IN_ENGLISH).get(*day).copied();
            match (name(days.start()), name(days.end())) {
                (Some(first), Some(last)) if first != last => {
                    format!("{first}{}{last} {spans}", language.say("至", "–"))
                }
                (first, _) => format!("{} {spans}", first.unwrap_or_default()),
            }
        };
        alike.iter().map(line).collect::<Vec<_>>().join(language.semicolon())
    }
}

const WEEKDAYS: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
const WEEKDAYS_IN_ENGLISH: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Slots in their order, those that touch as one.
fn spans<'a>(slots: impl Iterator<Item = &'a Slot>, language: Language) -> String {
    let mut spans: Vec<(&str, &str)> = Vec::new();
    for (begins, ends) in slots.filter_map(|slot| slot.as_str().split_once('-')) {
        match spans.last_mut() {
            Some((_, until)) if *until == begins => *until = ends,
            _ => spans.push((begins, ends)),
        }
    }
    spans.iter().map(|(begins, ends)| format!("{begins}–{ends}")).collect::<Vec<_>>().join(language.comma())
}

/// The weekday whose hours a day has; none on a day on which everything is closed.
pub fn weekday_of(day: Date, calendar: &Calendar) -> Option<i8> {
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
#[path = "opening_tests.rs"]
mod tests;
