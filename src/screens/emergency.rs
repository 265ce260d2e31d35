//! The emergency notice over the page.

use super::terminal::sends;
use crate::journey::{Journey, Touch};
use contract::emergency::Urgency;
use kiosk_ui::{App, Emergency, EmergencyMood};
use slint::ComponentHandle;

pub(super) fn listen(app: &App) {
    app.global::<Emergency>().on_read(sends(Touch::EmergencyRead));
}

pub(super) fn show(app: &App, journey: &Journey) {
    let shown = app.global::<Emergency>();
    let Some(emergency) = journey.emergency() else {
        shown.set_mood(EmergencyMood::None);
        return;
    };
    shown.set_mood(match emergency.urgency {
        Urgency::Warning => EmergencyMood::Warning,
        Urgency::Evacuate => EmergencyMood::Evacuate,
    });
    shown.set_chinese(emergency.chinese.as_str().into());
    shown.set_english(emergency.english.as_str().into());
}
