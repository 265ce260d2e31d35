//! The on-screen keyboard.

use super::terminal::{send, sends};
use super::texts;
use crate::journey::{AffairsStep, HandoffStep, Journey, Page, PayStep, Technician, Touch, WayIn};
use crate::typing::{Key, Layout, Typing};
use kiosk_ui::{App, KeyLayout, Keyboard};
use slint::ComponentHandle;

pub(super) fn listen(app: &App) {
    let keyboard = app.global::<Keyboard>();
    keyboard.on_key(move |text| {
        if let Some(c) = text.chars().next() {
            send(Touch::Key(Key::Char(c)));
        }
    });
    keyboard.on_candidate(move |place| {
        if let Ok(place) = usize::try_from(place) {
            send(Touch::Key(Key::Candidate(place)));
        }
    });
    keyboard.on_more(sends(Touch::Key(Key::More)));
    keyboard.on_backspace(sends(Touch::Key(Key::Backspace)));
    keyboard.on_clear(sends(Touch::Key(Key::Clear)));
    keyboard.on_language(sends(Touch::Key(Key::Language)));
    keyboard.on_close(sends(Touch::CloseKeyboard));
}

pub(super) fn show(app: &App, journey: &Journey) {
    let keyboard = app.global::<Keyboard>();
    let typing: Option<&Typing> = match journey.page() {
        Page::Search(search) if search.title.is_none() => Some(&search.typing),
        Page::Paying(paying) => match &paying.step {
            PayStep::Account { typing, .. } => Some(typing),
            _ => None,
        },
        Page::Affairs(affairs) => match &affairs.step {
            AffairsStep::Number { typing, .. } => Some(typing),
            AffairsStep::Answering { answer, .. } => Some(&answer.typing),
            _ => None,
        },
        Page::Handoff(phone) => match &phone.step {
            HandoffStep::Code { typing, .. } => Some(typing),
            _ => None,
        },
        Page::Technician(technician) => match technician.as_ref() {
            Technician::WayIn(WayIn::Code(typed)) => Some(&typed.typing),
            _ => None,
        },
        Page::Filing(filing) => filing.typing.as_ref().map(|(_, typing)| typing),
        _ => None,
    };
    let layout = match typing.map(Typing::layout) {
        None => KeyLayout::Hidden,
        Some(Layout::Digits | Layout::Date | Layout::DateTime) => KeyLayout::Digits,
        Some(Layout::Money) => KeyLayout::Money,
        Some(Layout::IdNumber) => KeyLayout::IdNumber,
        Some(Layout::Latin) => KeyLayout::Latin,
        Some(Layout::Pinyin | Layout::Search) => KeyLayout::Pinyin,
    };
    keyboard.set_layout(layout);
    keyboard.set_has_close(matches!(journey.page(), Page::Filing(_)));
    keyboard.set_has_language(matches!(typing.map(Typing::layout), Some(Layout::Pinyin | Layout::Search)));
    keyboard.set_chinese(typing.is_some_and(Typing::is_chinese));
    keyboard.set_composing(typing.map(Typing::composing).unwrap_or_default().into());
    let candidates = typing.map(Typing::candidates).unwrap_or_default();
    keyboard.set_candidates(texts(candidates.iter().map(|candidate| candidate.text.as_str())));
    keyboard.set_has_more(typing.is_some_and(Typing::has_more));
}
