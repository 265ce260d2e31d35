//! What the technician's pages ask for: a sealed code, lines of the journal, a look at every part.

use super::Hands;
use super::health::of_disk;
use crate::diagnostics;
use crate::journey::{Challenge, DoorNews, NoWayIn, TechnicianAnswer, TechnicianAsk};
use crate::services::StoreTrouble;
use contract::technician::TechnicianCode;
use jiff::Timestamp;
use offline_cache::{DiskFault, Store, StoreError, VendorNews};

/// Does it and answers it.
pub(super) async fn answer(hands: &Hands, ask: TechnicianAsk) -> TechnicianAnswer {
    match ask {
        TechnicianAsk::MakeCode => TechnicianAnswer::Code(make_code(hands).await),
        TechnicianAsk::Note(news) => TechnicianAnswer::Noted(note(hands, news).await),
        TechnicianAsk::Look => TechnicianAnswer::Seen(diagnostics::look_closely(hands).await),
    }
}

async fn make_code(hands: &Hands) -> Result<Challenge, NoWayIn> {
    let store = hands.store.as_ref().map_err(|trouble| NoWayIn::Store(*trouble))?;
    let now = Timestamp::now();
    let made = store.call(move |store| {
        let code = random_code()?;
        Ok((store.seal_code(&code, now)?, code, store.wrong_codes()?))
    });
    let (sealed, code, wrong) = made.await.map_err(|fault| match fault {
        StoreError::NoKey => NoWayIn::NoKey,
        fault => NoWayIn::Store(trouble(&fault)),
    })?;
    let console = hands.local.central.as_ref().and_then(|central| central.console.as_deref());
    let text = match console {
        Some(console) => format!("{console}/technician-code?box={sealed}"),
        None => sealed.to_string(),
    };
    Ok(Challenge { code, text, is_address: console.is_some(), wrong })
}

fn random_code() -> Result<TechnicianCode, StoreError> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|error| StoreError::NoRandomness(error.to_string()))?;
    Ok(TechnicianCode::of(u64::from_be_bytes(random)))
}

async fn note(hands: &Hands, news: DoorNews) -> Result<u8, StoreTrouble> {
    let news = match news {
        DoorNews::Entered => VendorNews::Entered,
        DoorNews::WrongCode => VendorNews::WrongCode,
        DoorNews::LockOver => VendorNews::LockOver,
        DoorNews::Left => VendorNews::Left,
    };
    change(hands, move |store| store.note_vendor_mode(news, Timestamp::now())).await
}

/// A change of the store that is on the disk when this returns.
async fn change<T: Send + 'static>(
    hands: &Hands,
    work: impl FnOnce(&mut Store) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreTrouble> {
    let store = hands.store.as_ref().map_err(|trouble| *trouble)?;
    store.call(work).await.map_err(|fault| trouble(&fault))
}

fn trouble(fault: &StoreError) -> StoreTrouble {
    tracing::error!(%fault, "the technician's pages can't use the store");
    DiskFault::of(fault).map_or(StoreTrouble::Broken, of_disk)
}
