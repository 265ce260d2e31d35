//! Checks for the technician: a card, a sample print, a picture. Whatever a card or a picture shows is dropped here; what goes on is
//! a verdict, and boxes where faces are.

use super::{Hands, Preview, aside};
use crate::diagnostics::{
    Exam, Examined, FaceSight, LAID_WAIT, Words, card_fault, card_read, code_read, line_speed, no_card,
    no_code, no_line, no_picture, not_judged, printed,
};
use crate::face::FaceEngine;
use crate::printing;
use drivers::camera::{Camera, Frame};
use drivers::id_card_reader::CardHolder;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A camera that gives no picture for so long gives none.
const FRAME_TIME: Duration = Duration::from_secs(6);
/// How long a picture is shown that nobody judges.
const PICTURE_TIME: Duration = Duration::from_mins(1);

/// Makes it; what the face check sees meanwhile goes to `tell`.
pub(super) async fn take(hands: &Hands, exam: Exam, tell: impl Fn(FaceSight), preview: &Preview) -> Examined {
    match exam {
        Exam::Card => card(hands).await,
        Exam::Code => code(hands).await,
        Exam::SamplePrint => {
            let at = jiff::tz::offset(8).to_datetime(jiff::Timestamp::now());
            printed(hands.printer.print(printing::sample(at, &hands.site())).await)
        }
        Exam::Face => {
            let engine = hands.face.borrow().clone();
            watch(Some(&hands.camera), engine.as_ref(), tell, preview).await
        }
        Exam::Line => speed(hands).await,
        Exam::Papers => watch(hands.documents.as_ref(), None, tell, preview).await,
    }
}

/// On a connection that is open already, so that its making does not count.
async fn speed(hands: &Hands) -> Examined {
    let Some(sync) = &hands.sync else { return no_line() };
    let client = sync.client();
    if client.clock().await.is_err() {
        return no_line();
    }
    let since = Instant::now();
    match client.download().await {
        Ok(bytes) => line_speed(bytes, since.elapsed()),
        Err(_) => no_line(),
    }
}

async fn card(hands: &Hands) -> Examined {
    match tokio::time::timeout(LAID_WAIT, hands.reader.read_card()).await {
        Ok(Ok(card)) => {
            let kind = kind(&card.holder);
            // Nothing of it goes on.
            drop(card);
            card_read(&kind, hands.reader.status().borrow().last_read)
        }
        Ok(Err(fault)) => card_fault(fault),
        Err(_) => no_card(),
    }
}

async fn code(hands: &Hands) -> Examined {
    let Some(scanner) = &hands.scanner else { return no_code(0) };
    let garbled = || scanner.status().borrow().garbled;
    let (mut codes, before) = (scanner.listen(), garbled());
    match tokio::time::timeout(LAID_WAIT, codes.next()).await {
        Ok(Some(code)) => code_read(code.text().expose().len()),
        Ok(None) | Err(_) => no_code(garbled().saturating_sub(before)),
    }
}

fn kind(holder: &CardHolder) -> Words {
    let (zh, en) = match holder {
        CardHolder::Citizen(_) => ("居民身份证", "a citizen's card"),
        CardHolder::Permit(_) => ("港澳台居民居住证", "a residence permit of Hong Kong, Macao or Taiwan"),
        CardHolder::Foreigner2017(_) => ("外国人永久居留身份证（2017 版）", "a foreigner's card of 2017"),
        CardHolder::Foreigner2023(_) => ("外国人永久居留身份证（2023 版）", "a foreigner's card of 2023"),
    };
    Words { zh: zh.to_owned(), en: en.to_owned() }
}

/// Shows the picture until the technician has judged it, which stops this, or nobody does.
async fn watch(
    camera: Option<&Camera>,
    engine: Option<&Arc<FaceEngine>>,
    tell: impl Fn(FaceSight),
    preview: &Preview,
) -> Examined {
    let Some(camera) = camera else { return no_picture() };
    let mut view = camera.look();
    let end = Instant::now() + PICTURE_TIME;
    while Instant::now() < end {
        let Ok(Some(frame)) = tokio::time::timeout(FRAME_TIME, view.next_frame()).await else {
            return no_picture();
        };
        preview(&frame);
        if let Some(engine) = engine
            && let Some(sight) = faces(engine, frame).await
        {
            tell(sight);
        }
    }
    not_judged()
}

async fn faces(engine: &Arc<FaceEngine>, frame: Arc<Frame>) -> Option<FaceSight> {
    let engine = Arc::clone(engine);
    aside(move || engine.watch(frame.width, frame.height, frame.rgb.expose())).await
}
