//! Fingers on the window and eyes before it: they find a widget by what it says and press where it is. Whoever walks
//! through the terminal, the tour or a test, does it with these.

use super::pause;
use crate::journey::{Health, Journey, Page, Technician, WayIn};
use crate::screens::headless::Headless;
use crate::screens::{Panel, Terminal};
use anyhow::{Context, Result, bail};
use i_slint_backend_testing::{AccessibleRole, ElementHandle};
use slint::platform::{PointerEventButton, WindowEvent};
use slint::{ComponentHandle, LogicalPosition};
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// How long fingers wait for anything before they say what they missed.
pub(super) const PATIENCE: Duration = Duration::from_secs(25);

/// One stroke, as points in shares of the widget's width and height.
pub(super) type Stroke = &'static [(f32, f32)];

/// Three strokes that look like writing.
pub(super) const SIGNATURE: [Stroke; 3] = [
    &[(0.22, 0.25), (0.36, 0.22), (0.28, 0.55), (0.22, 0.78), (0.31, 0.6), (0.38, 0.76)],
    &[(0.44, 0.3), (0.56, 0.28), (0.5, 0.3), (0.5, 0.75), (0.44, 0.55), (0.57, 0.52)],
    &[(0.64, 0.24), (0.78, 0.26), (0.7, 0.5), (0.63, 0.72), (0.7, 0.58), (0.82, 0.74)],
];

/// Somebody before the terminal.
pub(super) struct Fingers {
    pub(super) terminal: Rc<Terminal>,
    screen: Headless,
    panel: Panel,
    /// How often they look.
    glance: Duration,
}

impl Fingers {
    pub(super) const fn new(
        terminal: Rc<Terminal>,
        screen: Headless,
        panel: Panel,
        glance: Duration,
    ) -> Self {
        Self { terminal, screen, panel, glance }
    }

    /// Touches the widget of this label, as soon as it is there.
    pub(super) async fn touch(&self, label: &str) -> Result<()> {
        let position = self.find(label).await?;
        self.press(position);
        pause(self.glance).await;
        Ok(())
    }

    /// Five touches of the corner that begins no visit.
    pub(super) async fn knock(&self) {
        let side = 10.0 * self.panel.px_per_mm;
        for _ in 0..5 {
            self.press(LogicalPosition::new(side, side));
            pause(self.glance).await;
        }
    }

    /// What a phone reads that scans the technician's code.
    pub(super) fn technician_code(&self) -> Result<String> {
        self.journey(|journey| match journey.page() {
            Page::Technician(mode) => match mode.as_ref() {
                Technician::WayIn(WayIn::Code(typed)) => Some(typed.challenge.text.clone()),
                _ => None,
            },
            _ => None,
        })
        .context("no code for technicians is shown")
    }

    /// Presses the button of this label, wherever it stands on the page; `false` where there is none.
    pub(super) async fn reach(&self, label: &str) -> bool {
        let button = ElementHandle::find_by_accessible_label(self.terminal.app(), label)
            .find(|element| element.accessible_role() == Some(AccessibleRole::Button));
        let Some(button) = button else { return false };
        button.invoke_accessible_default_action();
        pause(self.glance).await;
        true
    }

    /// Touches keys one after the other.
    pub(super) async fn keys(&self, keys: &str) -> Result<()> {
        for key in keys.chars() {
            self.touch(&key.to_string()).await?;
        }
        Ok(())
    }

    /// Draws strokes in the widget of this label; points in shares of its width and height.
    pub(super) async fn draw(&self, label: &str, strokes: &[Stroke]) -> Result<()> {
        let element = self.element(label).await?;
        let (origin, size) = (element.absolute_position(), element.size());
        let at =
            |(x, y): (f32, f32)| LogicalPosition::new(origin.x + x * size.width, origin.y + y * size.height);
        let window = self.terminal.app().window();
        for stroke in strokes {
            let Some((first, rest)) = stroke.split_first() else { continue };
            let button = PointerEventButton::Left;
            window.dispatch_event(WindowEvent::PointerPressed { position: at(*first), button });
            let (mut from, mut last) = (*first, *first);
            for to in rest {
                for part in 1..=8_u8 {
                    let share = f32::from(part) / 8.0;
                    last = (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
                    window.dispatch_event(WindowEvent::PointerMoved { position: at(last) });
                }
                from = *to;
            }
            window.dispatch_event(WindowEvent::PointerReleased { position: at(last), button });
            window.dispatch_event(WindowEvent::PointerExited);
            pause(self.glance).await;
        }
        Ok(())
    }

    /// Moves what can be scrolled up by a third of the page, and holds still before it lets go, so that nothing glides on.
    pub(super) async fn stroke(&self) {
        #[expect(clippy::cast_precision_loss, reason = "sides of a panel")]
        let (width, height) = (self.panel.width as f32, self.panel.height as f32);
        let at = |share: f32| LogicalPosition::new(width / 2.0, height * share);
        let (window, button) = (self.terminal.app().window(), PointerEventButton::Left);
        window.dispatch_event(WindowEvent::PointerPressed { position: at(0.7), button });
        for step in 1..=10_u8 {
            let position = at(f32::from(step).mul_add(-0.035, 0.7));
            window.dispatch_event(WindowEvent::PointerMoved { position });
            pause(self.glance).await;
        }
        pause(Duration::from_millis(300)).await;
        window.dispatch_event(WindowEvent::PointerReleased { position: at(0.35), button });
        window.dispatch_event(WindowEvent::PointerExited);
        pause(self.glance).await;
    }

    /// Waits until it is so.
    pub(super) async fn until(&self, wanted: &str, is_so: impl Fn() -> bool) -> Result<()> {
        let since = Instant::now();
        while !is_so() {
            if since.elapsed() > PATIENCE {
                let page = self.journey(|journey| std::mem::discriminant(journey.page()));
                bail!("waited {} s for {wanted}; the terminal shows page {page:?}", PATIENCE.as_secs());
            }
            pause(self.glance).await;
        }
        Ok(())
    }

    /// Waits until something works.
    pub(super) async fn until_health(&self, wanted: &str, is_so: impl Fn(Health) -> bool) -> Result<()> {
        self.until(wanted, || is_so(self.journey(Journey::health))).await
    }

    /// Looks at the journey.
    pub(super) fn journey<T>(&self, look: impl FnOnce(&Journey) -> T) -> T {
        self.terminal.journey(look)
    }

    /// Draws the page into a file.
    pub(super) fn picture(&self, file: &Path) -> Result<()> {
        image::RgbImage::from_raw(self.panel.width, self.panel.height, self.screen.picture())
            .context("the picture has another size than the panel")?
            .save(file)
            .with_context(|| format!("can't write {}", file.display()))
    }

    fn press(&self, position: LogicalPosition) {
        let window = self.terminal.app().window();
        let button = PointerEventButton::Left;
        window.dispatch_event(WindowEvent::PointerMoved { position });
        window.dispatch_event(WindowEvent::PointerPressed { position, button });
        window.dispatch_event(WindowEvent::PointerReleased { position, button });
        window.dispatch_event(WindowEvent::PointerExited);
    }

    async fn find(&self, label: &str) -> Result<LogicalPosition> {
        let element = self.element(label).await?;
        let (origin, size) = (element.absolute_position(), element.size());
        Ok(LogicalPosition::new(origin.x + size.width / 2.0, origin.y + size.height / 2.0))
    }

    /// The topmost widget of this label that lies within the window.
    async fn element(&self, label: &str) -> Result<ElementHandle> {
        let since = Instant::now();
        loop {
            let found = ElementHandle::find_by_accessible_label(self.terminal.app(), label)
                .filter(|element| self.is_in_sight(element))
                .last();
            if let Some(element) = found {
                return Ok(element);
            }
            if since.elapsed() > PATIENCE {
                bail!("no widget says '{label}'");
            }
            pause(self.glance).await;
        }
    }

    fn is_in_sight(&self, element: &ElementHandle) -> bool {
        let (origin, size) = (element.absolute_position(), element.size());
        let (x, y) = (origin.x + size.width / 2.0, origin.y + size.height / 2.0);
        #[expect(clippy::cast_precision_loss, reason = "sides of a panel")]
        let (width, height) = (self.panel.width as f32, self.panel.height as f32);
        size.width > 0.0 && (0.0..width).contains(&x) && (0.0..height).contains(&y)
    }
}
