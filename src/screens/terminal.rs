//! The terminal on the screen's thread: the journey, the window, and the two channels to everything else. Events are
//! taken in one at a time; each call ends within a frame.

use super::{
    Panel, Place, affairs, bench, booking, browse, decided, drafts, emergency, filing, handoff, interrupted,
    keyboard, log_in, outcome, papers, pay, phone, project, shell, technician,
};
use crate::journey::{Effect, Event, Journey, Now, Page, Papers as PapersPage, PapersStep, Touch};
use kiosk_ui::{App, LogIn, Outcome, Papers, Theme};
use slint::{ComponentHandle, Image, Rgb8Pixel, SharedPixelBuffer, Timer, TimerMode};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedSender;

/// How often the clock is looked at.
const TICK: Duration = Duration::from_millis(500);

/// The most buffers that a display backend keeps for one panel.
const BUFFERS: u8 = 3;

thread_local! {
    /// The terminal of this thread, for calls that come from others through the event loop.
    static TERMINAL: RefCell<Option<Rc<Terminal>>> = const { RefCell::new(None) };
}

/// The terminal.
pub struct Terminal {
    app: App,
    journey: RefCell<Journey>,
    effects: UnboundedSender<Effect>,
    place: Place,
    pen: filing::Pen,
    pictures: papers::Pictures,
    started: Instant,
    shown_page: Cell<u64>,
    /// Frames to be drawn before the last visit is out of every buffer of the panel.
    overdraws: Cell<u8>,
    ticks: Timer,
}

/// Gives a touch of the window to the journey.
pub(super) fn send(touch: Touch) {
    with_terminal(|terminal| terminal.happen(Event::Touch(touch)));
}

/// A callback that always gives the same touch.
pub(super) fn sends(touch: Touch) -> impl FnMut() + 'static {
    move || send(touch.clone())
}

pub(super) fn with_terminal(act: impl FnOnce(&Terminal)) {
    let terminal = TERMINAL.with_borrow(Clone::clone);
    if let Some(terminal) = terminal {
        act(&terminal);
    }
}

impl Terminal {
    /// Opens the window and shows the attract page. There is one terminal a thread.
    pub fn open(
        journey: Journey,
        place: Place,
        panel: Panel,
        effects: UnboundedSender<Effect>,
    ) -> Result<Rc<Self>, slint::PlatformError> {
        let app = App::new()?;
        let theme = app.global::<Theme>();
        theme.set_px_per_mm(panel.px_per_mm);
        theme.set_landscape(panel.is_landscape());
        let terminal = Rc::new(Self {
            app,
            journey: RefCell::new(journey),
            effects,
            place,
            pen: filing::Pen::default(),
            pictures: papers::Pictures::default(),
            started: Instant::now(),
            shown_page: Cell::new(u64::MAX),
            overdraws: Cell::new(0),
            ticks: Timer::default(),
        });
        shell::listen(&terminal.app);
        browse::listen(&terminal.app);
        keyboard::listen(&terminal.app);
        log_in::listen(&terminal.app);
        filing::listen(&terminal.app, &terminal.pen);
        papers::listen(&terminal.app);
        phone::listen(&terminal.app);
        drafts::listen(&terminal.app);
        outcome::listen(&terminal.app);
        pay::listen(&terminal.app);
        affairs::listen(&terminal.app);
        project::listen(&terminal.app);
        handoff::listen(&terminal.app);
        booking::listen(&terminal.app);
        interrupted::listen(&terminal.app);
        emergency::listen(&terminal.app);
        technician::listen(&terminal.app);
        bench::listen(&terminal.app);
        terminal.ticks.start(TimerMode::Repeated, TICK, || {
            with_terminal(|terminal| terminal.happen(Event::Tick));
        });
        TERMINAL.set(Some(Rc::clone(&terminal)));
        terminal.show();
        terminal.app.window().set_size(slint::PhysicalSize::new(panel.width, panel.height));
        terminal.app.show()?;
        Ok(terminal)
    }

    /// The window.
    pub const fn app(&self) -> &App {
        &self.app
    }

    /// Looks at the journey.
    pub fn journey<T>(&self, look: impl FnOnce(&Journey) -> T) -> T {
        look(&self.journey.borrow())
    }

    fn now(&self) -> Now {
        let local = shenzhen().to_datetime(jiff::Timestamp::now());
        Now { uptime: self.started.elapsed(), local }
    }

    /// Takes in one event, sends out what must be done, shows the new state.
    pub fn happen(&self, event: Event) {
        let is_tick = matches!(event, Event::Tick);
        let now = self.now();
        let effects = self.journey.borrow_mut().handle(event, now);
        for effect in effects {
            if let Effect::Forget { card_was_read, .. } = &effect {
                self.forget();
                self.app.global::<Outcome>().set_card_reminder(*card_was_read);
            }
            if matches!(effect, Effect::GoDown) {
                // Fails only where no loop runs.
                let _ = slint::quit_event_loop();
            }
            // The performer ends only with the program.
            let _ = self.effects.send(effect);
        }
        let page = page_number(self.journey.borrow().page());
        if is_tick {
            self.overdraw();
        }
        if is_tick && page == self.shown_page.get() {
            shell::show(&self.app, &self.journey.borrow(), &self.place, now);
            pay::tick(&self.app, &self.journey.borrow(), now);
            phone::tick(&self.app, &self.journey.borrow(), now);
            interrupted::show(&self.app, &self.journey.borrow());
            technician::show(&self.app, &self.journey.borrow(), now);
            bench::show(&self.app, &self.journey.borrow());
        } else {
            self.show();
        }
    }

    /// The visit is over: its properties are emptied, and the panel is drawn over until no buffer holds its pages.
    fn forget(&self) {
        browse::forget(&self.app);
        drafts::forget(&self.app);
        filing::forget(&self.app, &self.pen);
        log_in::forget(&self.app);
        papers::forget(&self.app, &self.pictures);
        phone::forget(&self.app);
        outcome::forget(&self.app);
        decided::forget(&self.app);
        pay::forget(&self.app);
        affairs::forget(&self.app);
        project::forget(&self.app);
        handoff::forget(&self.app);
        booking::forget(&self.app);
        technician::forget(&self.app);
        bench::forget(&self.app);
        self.overdraws.set(BUFFERS);
    }

    /// A panel shows one buffer while the next is drawn: one frame alone leaves a page of the visit in the other.
    fn overdraw(&self) {
        if let Some(left) = self.overdraws.get().checked_sub(1) {
            self.overdraws.set(left);
            contract::wash();
            self.app.window().request_redraw();
        }
    }

    /// A picture of a camera, for the page that shows one; no other keeps it.
    pub fn preview(&self, picture: SharedPixelBuffer<Rgb8Pixel>) {
        match self.journey.borrow().page() {
            Page::LogIn(_) => self.app.global::<LogIn>().set_preview(Image::from_rgb8(picture)),
            Page::Technician(mode) => bench::preview(&self.app, mode, Image::from_rgb8(picture)),
            Page::Papers(PapersPage { step: PapersStep::Look(_), .. }) => {
                self.app.global::<Papers>().set_preview(Image::from_rgb8(picture));
            }
            _ => {}
        }
    }

    fn show(&self) {
        let journey = self.journey.borrow();
        // The page's content first, so that no page is ever drawn with another's.
        browse::show(&self.app, &journey);
        keyboard::show(&self.app, &journey);
        log_in::show(&self.app, &journey);
        filing::show(&self.app, &journey, &self.pen);
        papers::show(&self.app, &journey, &self.pictures);
        phone::show(&self.app, &journey, self.now());
        drafts::show(&self.app, &journey);
        outcome::show(&self.app, &journey);
        decided::show(&self.app, &journey);
        pay::show(&self.app, &journey, self.now());
        affairs::show(&self.app, &journey);
        project::show(&self.app, &journey);
        handoff::show(&self.app, &journey);
        booking::show(&self.app, &journey);
        interrupted::show(&self.app, &journey);
        emergency::show(&self.app, &journey);
        technician::show(&self.app, &journey, self.now());
        bench::show(&self.app, &journey);
        shell::show(&self.app, &journey, &self.place, self.now());
        self.shown_page.set(page_number(journey.page()));
    }
}

/// The time of the terminal's street.
fn shenzhen() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::fixed(jiff::tz::offset(8))
}

fn page_number(page: &Page) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    std::mem::discriminant(page).hash(&mut hasher);
    hasher.finish()
}

/// The way to the terminal from any thread.
#[derive(Clone, Copy, Debug, Default)]
pub struct TerminalHandle;

impl TerminalHandle {
    /// Lets something happen; `false` when the screen's loop is over.
    pub fn happen(self, event: Event) -> bool {
        slint::invoke_from_event_loop(move || with_terminal(|terminal| terminal.happen(event))).is_ok()
    }

    /// Shows a camera picture while a face or a paper is looked at. It is dropped with the page.
    pub fn preview(self, picture: SharedPixelBuffer<Rgb8Pixel>) -> bool {
        let show = move || with_terminal(|terminal| terminal.preview(picture));
        slint::invoke_from_event_loop(show).is_ok()
    }
}
