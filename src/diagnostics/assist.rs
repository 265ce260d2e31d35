//! Remote assistance (远程协助): the technician's screen, a picture a second, for the operator who asked; until the technician
//! leaves, the operator has seen enough, or the time is over.

use crate::screens::watched::{Glimpse, glimpse};
use crate::sync::{CentralClient, Failure};
use contract::command::{CommandId, CommandOutcome, MAX_PICTURE};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{FilterType, resize};
use image::{DynamicImage, RgbaImage};
use slint::{Rgba8Pixel, SharedPixelBuffer};
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// How often the screen is looked at.
const EVERY: Duration = Duration::from_secs(1);
/// How long somebody is assisted by one command.
const LONGEST: Duration = Duration::from_mins(15);
/// The longer side of a picture: text of the smallest size can be read.
const SIDE: u32 = 1280;
/// Tried from the best: a page with photographs or fine patterns needs the next one to travel.
const QUALITIES: [u8; 3] = [70, 45, 20];

/// Shows the screen until it is over.
pub(super) async fn assist(central: &CentralClient, id: CommandId) -> CommandOutcome {
    let (begun, mut shown, mut ticks) = (Instant::now(), 0_u32, interval(EVERY));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let why = loop {
        ticks.tick().await;
        if begun.elapsed() >= LONGEST {
            break "the time was over";
        }
        let picture = match glimpse().await {
            Glimpse::Nothing if shown == 0 => {
                return CommandOutcome::failed(
                    "no technician is in: ask them to enter the diagnostics first",
                );
            }
            Glimpse::Nothing => break "the technician left",
            Glimpse::Hidden => continue,
            Glimpse::Shown(picture) => picture,
        };
        let Ok(Some(jpeg)) = tokio::task::spawn_blocking(move || to_jpeg(&picture)).await else { continue };
        match central.send_picture(id, jpeg).await {
            Ok(()) => shown += 1,
            Err(Failure::Refused(_)) => break "the operator ended it",
            // The line may come back.
            Err(failure) => tracing::debug!(?failure, "a picture of the screen did not reach central"),
        }
    };
    CommandOutcome::done(&format!("{shown} pictures in {} s; {why}", begun.elapsed().as_secs()))
}

/// A picture small enough to travel; none where it can't be made so.
fn to_jpeg(picture: &SharedPixelBuffer<Rgba8Pixel>) -> Option<Vec<u8>> {
    let whole = RgbaImage::from_raw(picture.width(), picture.height(), picture.as_bytes().to_vec())?;
    let (width, height) = whole.dimensions();
    let longer = Some(width.max(height)).filter(|longer| *longer > 0)?;
    let scale = |side: u32| side * SIDE.min(longer) / longer;
    let small = resize(&whole, scale(width).max(1), scale(height).max(1), FilterType::Triangle);
    let small = DynamicImage::ImageRgba8(small).into_rgb8();
    QUALITIES.into_iter().find_map(|quality| {
        let mut jpeg = Vec::new();
        small.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, quality)).ok()?;
        (jpeg.len() <= MAX_PICTURE).then_some(jpeg)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_becomes_a_picture_that_travels() {
        let mut screen = SharedPixelBuffer::<Rgba8Pixel>::new(1080, 1920);
        // Harder than any page: an edge in every line and a colour in every point.
        for (pixel, shade) in screen.make_mut_slice().iter_mut().zip((0..=255).cycle()) {
            *pixel = Rgba8Pixel::new(shade, 255 - shade, 90, 255);
        }
        let jpeg = to_jpeg(&screen).unwrap();
        let seen = image::load_from_memory(&jpeg).unwrap();
        assert_eq!((seen.width(), seen.height()), (720, 1280));
        assert!(to_jpeg(&SharedPixelBuffer::new(0, 0)).is_none());
    }
}
