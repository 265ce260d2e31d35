//! Checks for the technician: each part does once what it is there for. Whatever a card or a picture shows is dropped here; what goes on is
//! a verdict, and boxes where faces are.

use super::{Hands, Preview, aside, pages};
use crate::diagnostics::{
    Exam, Examined, FaceSight, LAID_WAIT, Words, card_fault, card_read, certificate_shown, code_read,
    line_speed, no_card, no_code, no_face_check, no_face_in_photo, no_line, no_photo, no_picture,
    no_sample_page, not_judged, page_printed, photo_fault, photo_seen, played, printed, probe, store_failed,
    store_tried,
};
use crate::face::FaceEngine;
use crate::{printing, startup};
use drivers::camera::{Camera, Frame};
use drivers::id_card_reader::{Card, CardHolder};
use drivers::speaker::{NoSound, Signal};
use jiff::civil::DateTime;
use offline_cache::Store;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A camera that gives no picture for so long gives none.
const FRAME_TIME: Duration = Duration::from_secs(6);
/// How long a picture is shown that nobody judges.
const PICTURE_TIME: Duration = Duration::from_mins(1);
/// Durable writes of which the average is told.
const WRITES: u32 = 10;

/// Makes it; what the face check sees meanwhile goes to `tell`.
pub(super) async fn take(hands: &Hands, exam: Exam, tell: impl Fn(FaceSight), preview: &Preview) -> Examined {
    match exam {
        Exam::Card => card(hands).await,
        Exam::Code => code(hands).await,
        Exam::SamplePrint => printed(hands.printer.print(printing::sample(now(), &hands.site())).await),
        Exam::SamplePage => match pages::print_sample(hands, now()).await {
            Ok(result) => page_printed(&result),
            Err(fault) => no_sample_page(&fault),
        },
        Exam::Sound => played(&match &hands.speaker {
            Some(speaker) => speaker.play(Signal::Check).await,
            None => Err(NoSound::NoDevice),
        }),
        Exam::Photo => photo(hands).await,
        Exam::Store => store(hands).await,
        Exam::Face => {
            let engine = hands.face.borrow().clone();
            watch(Some(&hands.camera), engine.as_ref(), tell, preview).await
        }
        Exam::Line => speed(hands).await,
        Exam::Certificate => match &hands.local.central {
            Some(central) => certificate_shown(&probe(central).await),
            None => no_line(),
        },
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

fn now() -> DateTime {
    jiff::tz::offset(8).to_datetime(jiff::Timestamp::now())
}

/// The card that is laid down; how the check ended, where none is read.
async fn laid(hands: &Hands) -> Result<Card, Examined> {
    match tokio::time::timeout(LAID_WAIT, hands.reader.read_card()).await {
        Ok(card) => card.map_err(card_fault),
        Err(_) => Err(no_card()),
    }
}

async fn card(hands: &Hands) -> Examined {
    match laid(hands).await {
        // Nothing more of it goes on.
        Ok(card) => card_read(&kind(&card.holder), hands.reader.status().borrow().last_read),
        Err(examined) => examined,
    }
}

/// What a log-in does with a card's photo, up to the comparing.
async fn photo(hands: &Hands) -> Examined {
    let engine = hands.face.borrow().clone();
    let (Some(decoder), Some(engine)) = (&hands.decoder, engine) else { return no_face_check() };
    let photo = match laid(hands).await {
        Ok(card) => card.photo,
        Err(examined) => return examined,
    };
    let Some(photo) = photo else { return no_photo() };
    let since = Instant::now();
    let picture = match decoder.decode(&photo).await {
        Ok(picture) => picture,
        Err(fault) => return photo_fault(&fault),
    };
    let (decoded, since) = (since.elapsed(), Instant::now());
    let reference = aside(move || engine.reference(&picture).is_some()).await;
    if reference == Some(true) { photo_seen(decoded, since.elapsed()) } else { no_face_in_photo() }
}

/// As an application is kept: on the disk when it is said to be.
async fn store(hands: &Hands) -> Examined {
    let store = match &hands.store {
        Ok(store) => store,
        Err(trouble) => return store_failed(&format!("{trouble:?}")),
    };
    let since = Instant::now();
    for _ in 0..WRITES {
        if let Err(fault) = store.call(Store::prove_writable).await {
            return store_failed(&fault.to_string());
        }
    }
    let (write, since) = (since.elapsed() / WRITES, Instant::now());
    let file = startup::store_file(&hands.local);
    match aside(move || offline_cache::examine(&file)).await {
        Some(Ok(())) => store_tried(write, since.elapsed()),
        Some(Err(fault)) => store_failed(&fault.to_string()),
        None => store_failed("it was not read to its end"),
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
