//! Fingers on the window: they find a widget by what it says and press where it is.

use super::{GLANCE, PATIENCE, Tourist, pause};
use anyhow::{Result, bail};
use i_slint_backend_testing::ElementHandle;
use slint::platform::{PointerEventButton, WindowEvent};
use slint::{ComponentHandle, LogicalPosition};
use std::time::Instant;

impl Tourist {
    /// Touches the widget of this label, as soon as it is there.
    pub(crate) async fn touch(&self, label: &str) -> Result<()> {
        let position = self.find(label).await?;
        self.press(position);
        pause(GLANCE).await;
        Ok(())
    }

    /// Touches keys one after the other.
    pub(crate) async fn keys(&self, keys: &str) -> Result<()> {
        for key in keys.chars() {
            self.touch(&key.to_string()).await?;
        }
        Ok(())
    }

    /// Draws strokes in the widget of this label; points in shares of its width and height.
    pub(crate) async fn draw(&self, label: &str, strokes: &[&[(f32, f32)]]) -> Result<()> {
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
            pause(GLANCE).await;
        }
        Ok(())
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
            pause(GLANCE).await;
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
