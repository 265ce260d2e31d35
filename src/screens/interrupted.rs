//! The payment that a restart interrupted, on the start page.

use super::outcome::print_words;
use super::terminal::sends;
use crate::journey::{Interrupted as Order, Journey, Printing, Touch};
use contract::language::Language;
use contract::order::OrderState;
use kiosk_ui::{App, Interrupted};
use slint::ComponentHandle;

pub(super) fn listen(app: &App) {
    app.global::<Interrupted>().on_print(sends(Touch::PrintInterrupted));
}

pub(super) fn show(app: &App, journey: &Journey) {
    let view = app.global::<Interrupted>();
    let (language, order) = (journey.language(), journey.interrupted());
    view.set_number(order.map(|order| order.number.as_str().into()).unwrap_or_default());
    view.set_words(order.map(|order| words(language, order)).unwrap_or_default().into());
    view.set_open(!order.is_some_and(Order::is_known));
    view.set_printable(order.is_some_and(is_printable));
    let printing = order.and_then(|order| order.printing);
    let words = printing.map(|printing| print_words(language, printing).1).unwrap_or_default();
    view.set_print_words(words.into());
}

/// How it stands, never more than is known.
fn words(language: Language, order: &Order) -> &'static str {
    order.order.as_ref().map_or(OrderState::Unknown, |order| order.state).words(language)
}

fn is_printable(order: &Order) -> bool {
    order.order.is_some() && !matches!(order.printing, Some(Printing::Busy(_)))
}
