//! The face before the camera against the picture in the card. Pictures live in memory that is wiped and go nowhere.

use super::{Hands, Preview, aside};
use crate::face::{Check, FaceEngine, Seen, Step};
use crate::identity::Portrait;
use crate::journey::{FaceNews, FaceVerdict};
use drivers::id_card_reader::Photo;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long the camera looks for a good face.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// Looks until it is decided.
pub(super) async fn check(
    hands: &Hands,
    portrait: Option<Portrait>,
    hint: impl Fn(FaceNews),
    preview: &Preview,
) -> FaceNews {
    let engine = hands.face.borrow().clone();
    let verdict = match (engine, portrait) {
        (Some(engine), Some(portrait)) => look(hands, &engine, &portrait, hint, preview).await,
        _ => None,
    };
    FaceNews::Verdict(verdict.unwrap_or(FaceVerdict::Unavailable))
}

/// `None`: something is missing that a decision needs. Nobody passes then.
async fn look(
    hands: &Hands,
    engine: &Arc<FaceEngine>,
    portrait: &Portrait,
    hint: impl Fn(FaceNews),
    preview: &Preview,
) -> Option<FaceVerdict> {
    let photo = Photo::from_chip(portrait.expose())?;
    let picture = match hands.decoder.as_ref()?.decode(&photo).await {
        Ok(picture) => picture,
        Err(fault) => {
            tracing::warn!(%fault, "the chip photo could not be decoded");
            return None;
        }
    };
    let mut check = {
        let engine = Arc::clone(engine);
        let reference = aside(move || engine.reference(&picture)).await?;
        Check::new(reference?, hands.obeyed.borrow().face_pass.share())
    };
    let mut view = hands.camera.look();
    let end = Instant::now() + TIME_LIMIT;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let Ok(frame) = tokio::time::timeout(left, view.next_frame()).await else {
            return Some(FaceVerdict::NoFace);
        };
        let frame = frame?;
        preview(&frame);
        let engine = Arc::clone(engine);
        let seen: Seen = aside(move || engine.look(frame.width, frame.height, frame.rgb.expose())).await?;
        match check.take(seen) {
            Step::Hint(news) => hint(FaceNews::Hint(news)),
            Step::Decided(verdict) => return Some(verdict),
        }
    }
}
