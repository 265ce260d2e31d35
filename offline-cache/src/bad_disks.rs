//! What a full disk and a read-only remount do to the store: a named error, and nothing confirmed is lost.
//! SQLite itself plays the bad disk: a page limit gives SQLITE_FULL, `query_only` gives SQLITE_READONLY.

use crate::{DiskFault, Options, Order, Store, StoreError, StoreHandle};
use contract::desired::{Desired, PublicKey, SealingKey, SignedDesired};
use contract::message::{EntryBody, Evaluation, Rating};
use contract::series::SealingKeyId;
use contract::suite::Suite;
use contract::{EntryId, Seq};
use jiff::Timestamp;

fn store(dir: &tempfile::TempDir) -> Store {
    let suite = Suite::International;
    let (signing, sealing) = (suite.make_signing_pair().unwrap(), suite.make_sealing_pair().unwrap());
    let key = SealingKey { id: SealingKeyId(1), public: PublicKey { suite, bytes: sealing.public } };
    let signer = suite.signer(&signing.private).unwrap();
    let desired = Desired::new("ft-0001".parse().unwrap(), 1, vec![key], Timestamp::UNIX_EPOCH);
    let signed = SignedDesired::sign(&desired, signer.as_ref()).unwrap();
    let signer = Some(PublicKey { suite, bytes: signing.public });
    let options = Options { signer, ..Options::default() };
    let mut store = Store::open(&dir.path().join("kiosk.db"), &"ft-0001".parse().unwrap(), options).unwrap();
    store.adopt(&signed, Timestamp::UNIX_EPOCH).unwrap();
    store
}

fn rate(store: &mut Store) -> Result<Seq, StoreError> {
    let body = EntryBody::Evaluation(Evaluation {
        application: EntryId(uuid::Uuid::nil()),
        rating: Rating::Satisfied,
        tags: [].into(),
    });
    store.append(body, Order::Free, Timestamp::UNIX_EPOCH).map(|appended| appended.seq)
}

fn waiting(store: &Store) -> Vec<Seq> {
    let mut query = store.db.prepare("SELECT seq FROM outbox ORDER BY seq").unwrap();
    query.query_map([], |row| row.get(0).map(Seq)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_full_disk_is_named_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = store(&dir);
    let pages: i64 = store.db.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    store.db.pragma_update_and_check(None, "max_page_count", pages + 4, |_| Ok(())).unwrap();
    let mut kept = Vec::new();
    let error = loop {
        match rate(&mut store) {
            Ok(id) => kept.push(id),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::DiskFull), "{error}");
    assert_eq!(waiting(&store), kept);

    store.db.pragma_update_and_check(None, "max_page_count", pages + 100, |_| Ok(())).unwrap();
    kept.push(rate(&mut store).expect("space is back"));
    assert_eq!(waiting(&store), kept);
    assert_eq!(store.counts().unwrap().waiting, kept.len() as u64);
}

#[test]
fn a_read_only_remount_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = store(&dir);
    store.db.pragma_update(None, "query_only", true).unwrap();
    assert!(matches!(rate(&mut store), Err(StoreError::ReadOnly)));
    store.db.pragma_update(None, "query_only", false).unwrap();
    rate(&mut store).expect("writable again");
}

#[tokio::test]
async fn a_disk_that_takes_writes_again_is_noticed_and_damage_is_not_forgotten() {
    let dir = tempfile::tempdir().unwrap();
    let handle = StoreHandle::start(store(&dir)).unwrap();
    let read_only = |on: bool| {
        handle.call(move |store| store.db.pragma_update(None, "query_only", on).map_err(StoreError::from))
    };
    read_only(true).await.unwrap();
    handle.call(rate).await.unwrap_err();
    assert_eq!(handle.disk_fault(), Some(DiskFault::ReadOnly));
    handle.try_again().await.unwrap_err();
    assert_eq!(handle.disk_fault(), Some(DiskFault::ReadOnly), "it still is");
    read_only(false).await.unwrap();
    handle.try_again().await.unwrap();
    assert_eq!(handle.disk_fault(), None);

    handle.report(DiskFault::Damaged);
    handle.try_again().await.unwrap();
    assert_eq!(handle.disk_fault(), Some(DiskFault::Damaged));
}
