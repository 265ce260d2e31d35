//! The window of the first start: the claim as it is typed, the terminal's name and its key's fingerprint.

use super::Panel;
use crate::enrolment::{Asking, Claim, KEYS};
use contract::KioskId;
use contract::enrolment::{ClaimCode, KeyFingerprint};
use contract::language::Language;
use kiosk_ui::{FirstStart as Window, FirstStartMood, Theme};
use slint::{ComponentHandle, ModelRc, SharedString, VecModel};
use std::cell::RefCell;
use std::rc::Rc;

/// The window, and what is typed into it.
pub struct FirstStart {
    window: Window,
    claim: RefCell<Claim>,
    ask: Box<dyn Fn(ClaimCode)>,
}

thread_local! {
    /// The window of this thread, for what is heard from others through the event loop.
    static HERE: RefCell<Option<Rc<FirstStart>>> = const { RefCell::new(None) };
}

impl FirstStart {
    /// Opens the window. `ask` is called with each code; [`FirstStart::heard`] says what became of it.
    pub fn open(
        panel: Panel,
        kiosk: &KioskId,
        fingerprint: KeyFingerprint,
        ask: impl Fn(ClaimCode) + 'static,
    ) -> Result<Rc<Self>, slint::PlatformError> {
        let window = Window::new()?;
        // Whatever the system's locale says.
        super::shell::speak(Language::default());
        let theme = window.global::<Theme>();
        theme.set_px_per_mm(panel.px_per_mm);
        theme.set_landscape(panel.is_landscape());
        window.set_terminal(kiosk.as_str().into());
        window.set_fingerprint(fingerprint.to_string().into());
        window.set_keys(model(KEYS.iter().map(|row| model(row.chars().map(SharedString::from)))));
        let first = Rc::new(Self { window, claim: RefCell::default(), ask: Box::new(ask) });
        first.window.on_press(|key| with(|first| first.press(&key)));
        first.window.on_erase(|| with(|first| first.change(Claim::erase)));
        first.window.on_ask(|| with(Self::ask));
        HERE.set(Some(Rc::clone(&first)));
        first.show();
        first.window.window().set_size(slint::PhysicalSize::new(panel.width, panel.height));
        first.window.show()?;
        Ok(first)
    }

    /// The window.
    pub const fn window(&self) -> &Window {
        &self.window
    }

    /// What became of asking, from any thread. With the certificate the loop ends; false where none runs.
    pub fn heard(became: Asking) -> bool {
        let is_done = became == Asking::Done;
        let hear = move || {
            with(|first| first.change(|claim| claim.hear(became)));
            if is_done {
                // The loop runs: this is called by it.
                let _ = slint::quit_event_loop();
            }
        };
        slint::invoke_from_event_loop(hear).is_ok()
    }

    fn press(&self, key: &str) {
        if let Some(key) = key.chars().next() {
            self.change(|claim| claim.press(key));
        }
    }

    fn ask(&self) {
        let code = self.claim.borrow_mut().ask();
        self.show();
        if let Some(code) = code {
            (self.ask)(code);
        }
    }

    fn change(&self, change: impl FnOnce(&mut Claim)) {
        change(&mut self.claim.borrow_mut());
        self.show();
    }

    fn show(&self) {
        let claim = self.claim.borrow();
        let (mood, said) = match claim.asking() {
            Asking::Typing => (FirstStartMood::Typing, ""),
            Asking::Under => (FirstStartMood::Asking, ""),
            Asking::Refused(said) => (FirstStartMood::Refused, said.as_str()),
            Asking::Done => (FirstStartMood::Done, ""),
        };
        self.window.set_mood(mood);
        self.window.set_said(said.into());
        self.window.set_code(claim.shown().into());
        self.window.set_complete(claim.is_whole());
    }
}

fn with(act: impl FnOnce(&FirstStart)) {
    let first = HERE.with_borrow(Clone::clone);
    if let Some(first) = first {
        act(&first);
    }
}

fn model<T: Clone + 'static>(rows: impl Iterator<Item = T>) -> ModelRc<T> {
    ModelRc::new(rows.collect::<VecModel<_>>())
}
