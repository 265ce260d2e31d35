//! Keeping a draft for a resident, finding it again, and letting old ones go.

use super::Hands;
use super::draft_key::{DeviceSecret, DraftKey};
use super::health::of_disk;
use crate::journey::{DraftOf, DraftTrouble, KeptDraft};
use crate::services::StoreTrouble;
use contract::form::Fields;
use jiff::Timestamp;
use offline_cache::{DiskFault, Store, StoreError, StoreHandle};
use std::sync::Arc;
use std::time::Duration;

/// How often old drafts are looked for. None is found after its 72 hours in any case; this is when it leaves the disk.
const TENDED_EVERY: Duration = Duration::from_hours(1);

/// When this returns well, a power cut can't undo it.
pub(super) async fn keep(hands: &Hands, of: &DraftOf, typed: &Fields) -> Result<(), DraftTrouble> {
    let store = hands.store.as_ref().map_err(|trouble| DraftTrouble::Store(*trouble))?;
    let device = hands.device_secret.as_ref().ok_or(DraftTrouble::NoSecret)?;
    lock(store, device, of, typed).await.map_err(|fault| {
        tracing::error!(%fault, "a draft was not kept");
        DraftTrouble::Store(DiskFault::of(&fault).map_or(StoreTrouble::Broken, of_disk))
    })
}

async fn lock(
    store: &StoreHandle,
    device: &DeviceSecret,
    of: &DraftOf,
    typed: &Fields,
) -> Result<(), StoreError> {
    let key = key(store, device, of).await?;
    let (name, locked, now) = (key.name, key.lock(typed)?, Timestamp::now());
    store.call(move |store| store.keep_draft(&name, &locked, now)).await
}

/// The draft, if there is one. A terminal that can't look for it goes on as if there were none.
pub(super) async fn find(hands: &Hands, of: &DraftOf) -> Option<KeptDraft> {
    let (store, device) = hands.store.as_ref().ok().zip(hands.device_secret.as_ref())?;
    unlock(store, device, of).await.unwrap_or_else(|fault| {
        tracing::warn!(%fault, "a draft could not be looked for");
        None
    })
}

async fn unlock(
    store: &StoreHandle,
    device: &DeviceSecret,
    of: &DraftOf,
) -> Result<Option<KeptDraft>, StoreError> {
    let key = key(store, device, of).await?;
    let (name, now) = (key.name, Timestamp::now());
    let Some(kept) = store.call(move |store| store.find_draft(&name, now)).await? else { return Ok(None) };
    if let Some(typed) = key.unlock(&kept.locked) {
        return Ok(Some(KeptDraft { at: jiff::tz::offset(8).to_datetime(kept.kept_at), typed }));
    }
    // The name was right and the key is not: somebody wrote into the file. It opens for nobody any more.
    tracing::warn!("a kept draft was altered on the disk; it is dropped");
    store.call(move |store| store.drop_draft(&name, now)).await?;
    Ok(None)
}

/// Nobody needs the draft any more, if there is one.
pub(super) async fn drop(hands: &Hands, of: &DraftOf) {
    let Some((store, device)) = hands.store.as_ref().ok().zip(hands.device_secret.as_ref()) else { return };
    let dropped = async {
        let (name, now) = (key(store, device, of).await?.name, Timestamp::now());
        store.call(move |store| store.drop_draft(&name, now)).await
    };
    if let Err(fault) = dropped.await {
        tracing::warn!(%fault, "a draft was not dropped; it goes after its 72 hours");
    }
}

async fn key(store: &StoreHandle, device: &DeviceSecret, of: &DraftOf) -> Result<DraftKey, StoreError> {
    let suite = store.call(|store| Ok(store.suite())).await?;
    DraftKey::form(suite, device, of).map_err(StoreError::Suite)
}

/// Lets old drafts go, at the start and then every hour.
pub(super) async fn tend(hands: Arc<Hands>) {
    let Ok(store) = &hands.store else { return };
    loop {
        let now = Timestamp::now();
        let tend = move |store: &mut Store| {
            let dropped = store.drop_old_drafts(now)?;
            // What was overwritten must not linger in the log.
            store.tidy()?;
            Ok(dropped)
        };
        match store.call(tend).await {
            Ok(0) => {}
            Ok(dropped) => tracing::info!(dropped, "old drafts are gone"),
            Err(fault) => tracing::warn!(%fault, "old drafts could not be dropped"),
        }
        tokio::time::sleep(TENDED_EVERY).await;
    }
}
