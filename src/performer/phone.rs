//! Pictures from a phone: a drop at central, asked for one picture after the other. They live in memory that is wiped.

use super::{Hands, aside};
use crate::journey::{AwaitedPicture, OpenDrop, PhoneTrouble};
use crate::papers::TakenPage;
use crate::sync::{CentralClient, Failure, SyncHandle};
use contract::Secret;
use contract::phone::{DropId, LIFETIME, OpenedDrop};
use contract::picture::LONGEST_SIDE;
use image::{ImageFormat, ImageReader, RgbImage};
use std::io::Cursor;
use std::time::Duration;
use tokio::time::Instant;

/// How often central is asked whether a picture has come.
const EVERY: Duration = Duration::from_millis(700);

fn client(hands: &Hands) -> Option<&CentralClient> {
    hands.sync.as_ref().map(SyncHandle::client)
}

/// Opens a drop.
pub(super) async fn open(hands: &Hands, most: u8) -> Result<OpenDrop, PhoneTrouble> {
    let (client, public) = client(hands).zip(hands.public.as_ref()).ok_or(PhoneTrouble::Offline)?;
    let OpenedDrop { id, token, seconds } =
        client.open_drop(most).await.map_err(|failure| match failure {
            Failure::Offline | Failure::ForeignCertificate => PhoneTrouble::Offline,
            _ => PhoneTrouble::NoAnswer,
        })?;
    let address = Secret::new(format!("{public}/drop/{}", token.expose()));
    Ok(OpenDrop { id, address, lives: Duration::from_secs(seconds.into()) })
}

/// Waits for a picture; `None` when no more will come. A line that breaks meanwhile is waited for: the phone has its own.
pub(super) async fn picture(hands: &Hands, awaited: AwaitedPicture) -> Option<TakenPage> {
    let (client, since) = (client(hands)?, Instant::now());
    let AwaitedPicture { drop, n, purpose } = awaited;
    let jpeg = loop {
        match client.picture(drop, n).await {
            Ok(Some(jpeg)) => break jpeg,
            Err(Failure::Refused(_)) => return None,
            Ok(None) | Err(_) if since.elapsed() > LIFETIME => return None,
            Ok(None) | Err(_) => tokio::time::sleep(EVERY).await,
        }
    };
    aside(move || TakenPage::of(read(&jpeg)?, purpose.as_ref())).await.flatten()
}

/// A picture of central's, which has the size of a page; anything else is none.
fn read(jpeg: &Secret<Vec<u8>>) -> Option<RgbImage> {
    let open = || ImageReader::with_format(Cursor::new(jpeg.expose()), ImageFormat::Jpeg);
    let (width, height) = open().into_dimensions().ok()?;
    (width.max(height) <= LONGEST_SIDE).then(open)?.decode().ok().map(image::DynamicImage::into_rgb8)
}

/// Ends a drop. One that nobody could end is over by itself within its time.
pub(super) async fn close(hands: &Hands, drop: DropId) {
    if let Some(client) = client(hands)
        && let Err(failure) = client.close_drop(drop).await
    {
        tracing::warn!(?failure, "a drop for pictures could not be closed; it ends by itself");
    }
}
