//! Tells the journey of every code that is held before the scanner. Whether it is for anything is the journey's to say.

use super::{Hands, Report};
use crate::journey::Event;
use std::sync::Arc;

/// Tells until the scanner or the journey is gone.
pub(super) async fn tell(hands: Arc<Hands>, report: Report) {
    let Some(scanner) = &hands.scanner else { return };
    let mut codes = scanner.listen();
    while let Some(code) = codes.next().await {
        if !report(Event::Scanned(code.text().clone())) {
            return;
        }
    }
}
