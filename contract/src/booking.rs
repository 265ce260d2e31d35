//! Booking a window (预约): which form books, what a place is, and what central says is still free.
//!
//! A service with the form [`FORM`] is a booking. A service that terminals do not do themselves is booked a window for:
//! [`window_for`] is what both sides take for it then.

use crate::catalogue::{Badge, Handling, Service};
use crate::form::Fields;
use crate::language::Language;
use crate::{Fen, FormId, ServiceCode};
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The form that books.
pub const FORM: &str = "appointment";
/// Its field of the site (办理网点).
pub const SITE: &str = "site";
/// Its field of the day.
pub const DAY: &str = "day";
/// Its field of the slot (时段).
pub const SLOT: &str = "slot";
/// The fields of a place, in the order in which they are chosen.
pub const PLACE: [&str; 3] = [SITE, DAY, SLOT];
/// The kind of problem by which central says that a place is gone.
pub const SLOT_TAKEN: &str = "urn:budayang:problem:slot-taken";
/// The last day that can be booked, counted from today.
pub const DAYS_AHEAD: i32 = 30;

/// Whether a form books a place.
pub fn books(form: &FormId) -> bool {
    form.as_str() == FORM
}

/// A window for a service that terminals do not do themselves: free, settled at once, and never without a network. `None`
/// for every other service.
pub fn window_for(service: &Service) -> Option<Service> {
    let form = FORM.parse().ok()?;
    let name = window_name(Language::Chinese, &service.name);
    let mut window = Service { name, form, handling: Handling::OnTheSpot, fee: Fen::ZERO, ..service.clone() };
    window.badges.remove(&Badge::OfflineOk);
    window.badges.remove(&Badge::Instant);
    (!service.at_terminal).then_some(window)
}

/// What a window for a service is called, after what the service is called.
pub fn window_name(language: Language, service: &str) -> String {
    format!("{}{service}", language.say("窗口预约：", "At a counter: "))
}

/// A span of a day, `09:00-09:30`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}$"))]
#[serde(try_from = "String", into = "String")]
pub struct Slot(String);

/// Not a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a slot is HH:MM-HH:MM, and ends after it begins")]
pub struct NotASlot;

impl Slot {
    /// From one minute to another.
    pub fn between(begins: Time, ends: Time) -> Result<Self, NotASlot> {
        let minute = |time: Time| format!("{:02}:{:02}", time.hour(), time.minute());
        if begins < ends { Ok(Self(format!("{}-{}", minute(begins), minute(ends)))) } else { Err(NotASlot) }
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// When it begins.
    pub fn begins(&self) -> Time {
        // Only what has such a time becomes a slot.
        self.0.get(..5).and_then(minute).unwrap_or(Time::MIN)
    }
}

fn minute(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let is_two = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let read = |part: &str| part.parse().ok().filter(|_| is_two(part));
    Time::new(read(hour)?, read(minute)?, 0, 0).ok()
}

impl FromStr for Slot {
    type Err = NotASlot;

    fn from_str(text: &str) -> Result<Self, NotASlot> {
        let (begins, ends) = text.split_once('-').ok_or(NotASlot)?;
        Self::between(minute(begins).ok_or(NotASlot)?, minute(ends).ok_or(NotASlot)?)
    }
}

impl TryFrom<String> for Slot {
    type Error = NotASlot;

    fn try_from(text: String) -> Result<Self, NotASlot> {
        text.parse()
    }
}

impl From<Slot> for String {
    fn from(slot: Slot) -> Self {
        slot.0
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where and when somebody comes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The site.
    pub site: String,
    /// The day.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub day: Date,
    /// The slot.
    pub slot: Slot,
}

impl Place {
    /// The place that a filled form names; none while it is not whole.
    pub fn said(fields: &Fields) -> Option<Self> {
        let said = |wanted: &str| {
            let found = fields.iter().find(|(id, _)| id.as_str() == wanted);
            found.map(|(_, value)| value.expose().as_str()).filter(|value| !value.is_empty())
        };
        Some(Self {
            site: said(SITE)?.to_owned(),
            day: crate::validate::parse_date(said(DAY)?)?,
            slot: said(SLOT)?.parse().ok()?,
        })
    }
}

/// The places that are free for a service now. What is not there is taken, closed or begun already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FreePlaces {
    /// The service item.
    pub service: ServiceCode,
    /// Sites with a free day.
    pub sites: Vec<FreeSite>,
}

/// A site with free places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FreeSite {
    /// Its name.
    pub site: String,
    /// Days with a free slot, the next first.
    pub days: Vec<FreeDay>,
}

/// A day with free places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FreeDay {
    /// The day.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub day: Date,
    /// Its free slots, the first first.
    pub slots: Vec<FreeSlot>,
}

/// A slot with free places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FreeSlot {
    /// The slot.
    pub slot: Slot,
    /// How many places are left, at least one.
    pub left: u16,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secret;
    use crate::catalogue::Catalogue;
    use jiff::civil::{date, time};

    #[test]
    fn a_slot_is_two_minutes_of_a_day_in_their_order() {
        let slot: Slot = "09:00-09:30".parse().unwrap();
        assert_eq!((slot.begins(), slot.as_str()), (time(9, 0, 0, 0), "09:00-09:30"));
        for wrong in ["", "9:00-09:30", "09:00", "09:30-09:00", "09:00-09:00", "24:00-25:00", "09:00-09:3x"] {
            assert_eq!(wrong.parse::<Slot>(), Err(NotASlot), "{wrong}");
            assert!(serde_json::from_value::<Slot>(wrong.into()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_place_is_said_when_all_of_it_is() {
        let mut fields = Fields::new();
        for (id, value) in [(SITE, "福田区政务服务中心"), (DAY, "2026-12-01"), (SLOT, "09:00-09:30")]
        {
            assert_eq!(Place::said(&fields), None);
            fields.insert(id.parse().unwrap(), Secret::from(value));
        }
        let place = Place::said(&fields).unwrap();
        assert_eq!((place.day, place.slot.as_str()), (date(2026, 12, 1), "09:00-09:30"));
        fields.insert(DAY.parse().unwrap(), Secret::from("2026-02-31"));
        assert_eq!(Place::said(&fields), None);
    }

    #[test]
    fn a_window_is_booked_for_what_terminals_do_not_do_and_is_neither_paid_nor_promised() {
        let catalogue = Catalogue::parse(include_str!("../../catalog/services.csv")).unwrap();
        let windows: Vec<_> = catalogue.services().iter().filter_map(window_for).collect();
        assert_eq!(windows.len(), 1465);
        for window in &windows {
            assert!(books(&window.form) && window.fee == Fen::ZERO && !window.has(Badge::OfflineOk));
            assert_eq!(window.handling.promised_days(), 0);
            assert!(window.name.starts_with("窗口预约："), "nobody takes it for the service itself");
        }
    }

    #[test]
    fn no_booking_is_promised_without_a_network() {
        let catalogue = Catalogue::parse(include_str!("../../catalog/services.csv")).unwrap();
        let bookings = catalogue.services().iter().filter(|service| books(&service.form));
        let offline: Vec<_> = bookings.filter(|service| service.has(Badge::OfflineOk)).collect();
        assert!(offline.is_empty(), "a place that is kept here may be gone there: {offline:?}");
    }
}
