//! Booking a place (预约): central is asked what is free before the form opens, and again when the place that was chosen is
//! gone. Nothing is booked without a network: a place that is kept here may be gone there.

use super::event::{Answer, JobId, NoReceipt, Now, Touch};
use super::{After, Ask, Effect, Filing, FindingDraft, Journey, Next, Page, Slip, Tells, is_over};
use crate::forms::Draft;
use crate::services::Obstacle;
use contract::booking::{FreePlaces, Place, window_for};
use contract::catalogue::Service;
use contract::message::EntryReceipt;
use std::time::Duration;

/// How long a resident waits for the free places.
const PATIENCE: Duration = Duration::from_secs(10);

/// On the way to a place.
#[derive(Debug)]
pub struct Booking {
    /// The form, with everything that is filled in already.
    pub filing: Filing,
    /// Whether the form was open before.
    pub is_open: bool,
    /// How far it is.
    pub step: BookingStep,
}

/// The steps on the way to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BookingStep {
    /// Central is asked what is free.
    Asking {
        /// Whose answer counts.
        job: JobId,
        /// Since when, by uptime.
        since: Duration,
    },
    /// There is nothing to choose from.
    Trouble(BookingTrouble),
    /// Somebody else was faster: another place is to be chosen.
    Taken,
}

/// Why there is nothing to choose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BookingTrouble {
    /// No line to central.
    Offline,
    /// Nobody answered in time.
    NoAnswer,
    /// Every place of the next 30 days is taken.
    NothingFree,
}

impl Booking {
    /// What is asked of central now.
    pub(super) const fn asks(&self) -> Option<JobId> {
        match self.step {
            BookingStep::Asking { job, .. } => Some(job),
            BookingStep::Trouble(_) | BookingStep::Taken => None,
        }
    }
}

/// The service that a form is for: its own, or a window for it.
pub(super) fn asked(service: &Service, draft: &Draft) -> Service {
    let window = window_for(service).filter(|window| window.form == *draft.form());
    window.unwrap_or_else(|| service.clone())
}

impl Journey {
    /// Why no window can be booked for a service here and now; none where one can. Whatever a terminal does itself has no
    /// window, and gives none at all.
    pub fn window(&self, service: &Service) -> Option<Option<Obstacle>> {
        let window = window_for(service)?;
        if !self.settings().services_open {
            return Some(Some(Obstacle::Closed));
        }
        Some(self.health.lacking(&self.library, &window))
    }

    /// A window for the service whose guide is shown.
    pub(super) fn book_window(&mut self, now: Now) -> Vec<Effect> {
        let Page::Guide(shown) = &self.page else { return Vec::new() };
        let Some(service) = self.library.find(&shown.service).cloned() else { return Vec::new() };
        if self.window(&service) != Some(None) {
            Vec::new()
        } else if service.needs_face && self.resident.is_none() {
            self.open_log_in(After::Window(service.code))
        } else {
            self.open_window(&service, now)
        }
    }

    pub(super) fn open_window(&mut self, service: &Service, now: Now) -> Vec<Effect> {
        window_for(service).map_or_else(Vec::new, |window| self.open_filing(&window, now))
    }

    /// Asks what is free, for a form that opens.
    pub(super) fn look_for_places(&mut self, filing: Filing, now: Now) -> Vec<Effect> {
        let (job, ask) = self.ask(Ask::FindPlaces(filing.draft.service().clone()));
        let step = BookingStep::Asking { job, since: now.uptime };
        let mut effects = self.open(Page::Booking(Box::new(Booking { filing, is_open: false, step })));
        effects.push(ask);
        effects
    }

    /// The place was taken meanwhile: everything else that was filled in stays.
    pub(super) fn place_is_gone(&mut self, filing: Filing) {
        self.page = Page::Booking(Box::new(Booking { filing, is_open: true, step: BookingStep::Taken }));
    }

    pub(super) fn touch_booking(&mut self, touch: &Touch, now: Now) -> Vec<Effect> {
        let Page::Booking(booking) = &self.page else { return Vec::new() };
        if *touch != Touch::TryAgain || booking.asks().is_some() {
            return Vec::new();
        }
        let (job, ask) = self.ask(Ask::FindPlaces(booking.filing.draft.service().clone()));
        self.set_booking(BookingStep::Asking { job, since: now.uptime });
        vec![ask]
    }

    pub(super) fn answer_booking(&mut self, job: JobId, answer: Answer, now: Now) -> Vec<Effect> {
        let Page::Booking(booking) = &self.page else { return Vec::new() };
        let is_awaited = booking.asks() == Some(job);
        let Answer::Places(found) = answer else { return Vec::new() };
        if !is_awaited {
            return Vec::new();
        }
        match *found {
            Ok(places) if places.sites.is_empty() => self.set_trouble(BookingTrouble::NothingFree),
            Ok(places) => self.choose_from(places, now),
            Err(why) => self.set_trouble(why),
        }
    }

    fn choose_from(&mut self, places: FreePlaces, now: Now) -> Vec<Effect> {
        let page = std::mem::replace(&mut self.page, Page::Home);
        let Page::Booking(booking) = page else {
            self.page = page;
            return Vec::new();
        };
        let Booking { mut filing, is_open, .. } = *booking;
        filing.draft.offer(places);
        if is_open {
            filing.step = filing.draft.step_of_place();
            self.page = Page::Filing(filing);
            return Vec::new();
        }
        let Some(of) = self.draft_of(&filing.draft) else {
            self.page = Page::Filing(filing);
            return Vec::new();
        };
        let (job, find) = self.ask(Ask::FindDraft(of));
        self.page = Page::FindingDraft(FindingDraft { job, since: now.uptime, filing });
        vec![find]
    }

    fn set_booking(&mut self, step: BookingStep) {
        if let Page::Booking(booking) = &mut self.page {
            booking.step = step;
        }
    }

    fn set_trouble(&mut self, why: BookingTrouble) -> Vec<Effect> {
        self.set_booking(BookingStep::Trouble(why));
        Vec::new()
    }

    /// Time goes on: an answer that does not come.
    pub(super) fn tick_booking(&mut self, now: Now) -> Option<Vec<Effect>> {
        let Page::Booking(booking) = &self.page else { return None };
        let BookingStep::Asking { since, .. } = booking.step else { return None };
        is_over(since, PATIENCE, now).then(|| {
            let effects = self.leave_page();
            self.set_booking(BookingStep::Trouble(BookingTrouble::NoAnswer));
            effects
        })
    }

    /// Back to the form, where it was open before; none where the page itself is left.
    pub(super) fn step_back_booking(&mut self) -> Option<Vec<Effect>> {
        if !matches!(&self.page, Page::Booking(booking) if booking.is_open) {
            return None;
        }
        let effects = self.leave_page();
        if let Page::Booking(booking) = std::mem::replace(&mut self.page, Page::Home) {
            let mut filing = booking.filing;
            filing.step = filing.draft.step_of_place();
            self.page = Page::Filing(filing);
        }
        Some(effects)
    }
}

/// What a receipt says of a place: one that nobody has confirmed is not promised.
pub(super) fn note_place(slip: &mut Slip, place: &Place, answer: &Result<EntryReceipt, NoReceipt>) {
    slip.next = match answer {
        Ok(_) => Next::Booked,
        Err(NoReceipt::StillWaiting) => Next::PlaceNotConfirmed,
        Err(NoReceipt::Refused | NoReceipt::SlotTaken) => return,
    };
    slip.tells = Tells::Place(place.clone());
}
