//! What central holds, read from its store.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, missing_docs)]

use central::intake::{self, Progress, RecordName};
use central::store::{self, Store, StoreError};
use contract::message::EntryRecord;
use contract::{EntryId, KioskId};
use std::sync::Arc;

pub struct Held(Arc<dyn Store>);

impl Held {
    pub async fn by(db: &str) -> Self {
        Self(store::open_existing(db).await.unwrap())
    }

    pub async fn record(&self, id: EntryId) -> Option<EntryRecord> {
        let read = self.0.read(move |sql| intake::record(sql, &RecordName::Entry(id)));
        let record: Result<_, StoreError> = read.await;
        record.unwrap()
    }

    pub async fn progress(&self, kiosk: KioskId) -> Progress {
        let progress: Result<_, StoreError> = self.0.read(move |sql| intake::progress(sql, &kiosk)).await;
        progress.unwrap()
    }

    pub async fn readmit(&self, kiosk: KioskId) {
        let at = jiff::Timestamp::now();
        let done: Result<(), StoreError> = self.0.change(move |sql| intake::readmit(sql, &kiosk, at)).await;
        done.unwrap();
    }
}
