//! The page of a fault ticket.

use super::terminal::send;
use super::texts;
use crate::journey::{Bench, TechnicianTouch, TicketForm, TicketTouch, Touch};
use contract::fault_ticket::{FaultTicket, SparePart, Symptom};
use kiosk_ui::{App, Ticket};
use slint::ComponentHandle;

fn touch(touch: TicketTouch) {
    send(Touch::Technician(TechnicianTouch::Ticket(touch)));
}

/// The one at a place of a list, as the screen names it.
fn at<T: Copy>(all: &[T], place: i32) -> Option<T> {
    usize::try_from(place).ok().and_then(|place| all.get(place)).copied()
}

/// Where something stands in its list; -1 where nothing is chosen.
fn place<T: PartialEq>(all: &[T], chosen: Option<&T>) -> i32 {
    let place = chosen.and_then(|chosen| all.iter().position(|one| one == chosen));
    place.and_then(|place| i32::try_from(place).ok()).unwrap_or(-1)
}

pub(super) fn listen(app: &App) {
    let view = app.global::<Ticket>();
    view.set_symptoms(texts(Symptom::ALL.map(Symptom::chinese)));
    view.on_part(|place| {
        if let Some(part) = at(&SparePart::ALL, place) {
            touch(TicketTouch::Part(part));
        }
    });
    view.on_symptom(|place| {
        if let Some(symptom) = at(&Symptom::ALL, place) {
            touch(TicketTouch::Symptom(symptom));
        }
    });
    view.on_mended(|mended| touch(TicketTouch::Mended(mended)));
    view.on_write(|| touch(TicketTouch::Write));
}

pub(super) fn show(app: &App, form: TicketForm, bench: &Bench) {
    let view = app.global::<Ticket>();
    view.set_chosen_part(place(&SparePart::ALL, form.part.as_ref()));
    view.set_chosen_symptom(place(&Symptom::ALL, form.symptom.as_ref()));
    view.set_chosen_mended(form.mended.map_or(-1, i32::from));
    view.set_whole(form.ticket().is_some() && !bench.is_doing());
}

/// What is said once it is written.
pub(super) fn ticket_written(ticket: FaultTicket) -> String {
    format!(
        "故障单已写下：{}{}。联网后自动送达；照片请在手机的运维控制台“故障单”里补上",
        ticket.part.chinese(),
        ticket.symptom.chinese()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_what_stands_there_and_nothing_beyond() {
        for (at_place, part) in SparePart::ALL.iter().enumerate() {
            let at_place = i32::try_from(at_place).unwrap();
            assert_eq!(at(&SparePart::ALL, at_place), Some(*part));
            assert_eq!(place(&SparePart::ALL, Some(part)), at_place);
        }
        assert_eq!((at(&Symptom::ALL, 9), at(&Symptom::ALL, -1)), (None, None));
        assert_eq!(place(&Symptom::ALL, None), -1);
    }
}
