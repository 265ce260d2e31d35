//! The technician's screen as an operator who assists sees it: a picture now and then, asked for from any thread. A resident's
//! page is never pictured, nor is one with a face on it.

use super::terminal::with_terminal;
use crate::journey::{Journey, Watchable};
use slint::{ComponentHandle, Rgba8Pixel, SharedPixelBuffer};
use tokio::sync::oneshot;

/// What there was to see.
#[derive(Clone)]
pub enum Glimpse {
    /// No technician is in.
    Nothing,
    /// A page that is not to be seen.
    Hidden,
    /// The screen.
    Shown(SharedPixelBuffer<Rgba8Pixel>),
}

/// Looks at the screen.
pub async fn glimpse() -> Glimpse {
    let (tell, told) = oneshot::channel();
    let look = move || {
        let mut seen = Glimpse::Nothing;
        with_terminal(|terminal| {
            seen = match terminal.journey(Journey::watchable) {
                Watchable::Nothing => Glimpse::Nothing,
                Watchable::Hidden => Glimpse::Hidden,
                // A backend that can't picture its window shows nothing.
                Watchable::Shown => {
                    terminal.app().window().take_snapshot().map_or(Glimpse::Hidden, Glimpse::Shown)
                }
            };
        });
        // Whoever asked may have gone.
        let _ = tell.send(seen);
    };
    if slint::invoke_from_event_loop(look).is_err() {
        return Glimpse::Nothing;
    }
    told.await.unwrap_or(Glimpse::Nothing)
}
