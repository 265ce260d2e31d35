//! The sheet under the document camera. Pictures live in memory that is wiped; what is kept of them is the page that the
//! resident says is right.

use super::{Hands, Preview, aside};
use crate::journey::PaperNews;
use crate::papers::{Purpose, Scan, Seen, Sheet, TakenPage};
use contract::picture::fitted;
use drivers::camera::{Camera, Frame};
use image::RgbImage;
use image::imageops;
use std::sync::Arc;
use std::time::Duration;

/// A camera that gives no picture for so long gives none.
const FRAME_TIME: Duration = Duration::from_secs(6);
/// How wide the picture is that the screen shows while somebody lays a sheet down.
const PREVIEW: u32 = 800;

/// Looks until a page lies still and can be read.
pub(super) async fn scan(
    hands: &Hands,
    purpose: Purpose,
    tell: impl Fn(PaperNews),
    preview: &Preview,
) -> PaperNews {
    let Some(camera) = &hands.documents else { return PaperNews::NoPicture };
    look(camera, purpose, tell, preview).await.unwrap_or(PaperNews::NoPicture)
}

async fn look(
    camera: &Camera,
    purpose: Purpose,
    tell: impl Fn(PaperNews),
    preview: &Preview,
) -> Option<PaperNews> {
    let mut view = camera.look();
    let mut scan = Scan::default();
    loop {
        let frame = tokio::time::timeout(FRAME_TIME, view.next_frame()).await.ok()??;
        let purpose = purpose.clone();
        let (looked, small, news) = aside(move || {
            let picture = picture(&frame)?;
            let small = smaller(&picture);
            let news = match scan.take(&picture) {
                Seen::NotYet(why) => PaperNews::NotYet { why: Some(why), sheet: None },
                Seen::Settling(sheet) => not_yet(None, &sheet, &picture),
                Seen::Poor(sheet, why) => not_yet(Some(why), &sheet, &picture),
                Seen::Page(page) => taken(page, &purpose),
            };
            Some((scan, small, news))
        })
        .await??;
        scan = looked;
        preview(&small);
        if !matches!(news, PaperNews::NotYet { .. }) {
            return Some(news);
        }
        tell(news);
    }
}

/// The next picture as it is, for what is no sheet.
pub(super) async fn scan_whole(hands: &Hands, purpose: Purpose) -> PaperNews {
    let Some(camera) = &hands.documents else { return PaperNews::NoPicture };
    let mut view = camera.look();
    let Ok(Some(frame)) = tokio::time::timeout(FRAME_TIME, view.next_frame()).await else {
        return PaperNews::NoPicture;
    };
    let page = aside(move || Some(taken(fitted(picture(&frame)?), &purpose))).await;
    page.flatten().unwrap_or(PaperNews::NoPicture)
}

fn taken(page: RgbImage, purpose: &Purpose) -> PaperNews {
    TakenPage::of(page, Some(purpose)).map_or(PaperNews::NoPicture, PaperNews::Taken)
}

fn not_yet(why: Option<crate::papers::Refusal>, sheet: &Sheet, picture: &RgbImage) -> PaperNews {
    #[expect(clippy::cast_precision_loss, reason = "pixels of a picture")]
    let scale = 1000.0 / picture.width() as f32;
    PaperNews::NotYet { why, sheet: Some(sheet.corners.map(|(x, y)| (x * scale, y * scale))) }
}

fn picture(frame: &Arc<Frame>) -> Option<RgbImage> {
    RgbImage::from_raw(frame.width, frame.height, frame.rgb.expose().clone())
}

fn smaller(picture: &RgbImage) -> Frame {
    let height = u64::from(picture.height()) * u64::from(PREVIEW) / u64::from(picture.width().max(1));
    let height = u32::try_from(height).unwrap_or(PREVIEW).max(1);
    if picture.width() <= PREVIEW { picture.clone() } else { imageops::thumbnail(picture, PREVIEW, height) }
        .into()
}
