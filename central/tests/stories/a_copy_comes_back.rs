//! What central remembers can be copied while it works and brought back elsewhere: every answer is given again, and no
//! case number a second time.

use crate::support::{City, application, cluster, key, on_every_store, receipt};
use central::backup::{self, BackupError};
use contract::message::{EntryReceipt, Outcome};
use jiff::Timestamp;
use std::os::unix::fs::PermissionsExt;

on_every_store!(a_copy_answers_as_the_original_did);

async fn a_copy_answers_as_the_original_did(mut city: City) {
    let kiosk = city.kiosk("ft-0001");
    let (id, entry) = (key(), application(1, "SZ-HZ-000001"));
    let answer = kiosk.post(id, &entry).await.bytes().await.unwrap();
    let file = city.authority().join("copy");
    backup::back_up(&city.db(), &file).await.unwrap();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "it is personal");
    assert!(matches!(backup::back_up(&city.db(), &file).await, Err(BackupError::Exists(_))));
    let lost = receipt(kiosk.post(key(), &application(2, "SZ-HZ-000001")).await).await;
    let Outcome::CaseOpened { case: lost, .. } = lost.outcome else { panic!("no case") };

    assert!(matches!(backup::restore(&file, &city.db(), Timestamp::now()).await, Err(BackupError::NotEmpty)));
    city.lose_everything();
    backup::restore(&file, &city.db(), Timestamp::now()).await.unwrap();
    city.restart().await;
    let kiosk = city.kiosk("ft-0001");
    let again = kiosk.post(id, &entry).await;
    assert_eq!(again.status(), 200);
    assert_eq!(again.bytes().await.unwrap(), answer, "what was copied is answered as before");
    let next: EntryReceipt = receipt(kiosk.post(key(), &application(3, "SZ-HZ-000001")).await).await;
    let Outcome::CaseOpened { case, .. } = next.outcome else { panic!("no case") };
    assert!(case > lost, "{case} was not given before, though central forgot {lost}");
}

#[tokio::test]
async fn a_broken_copy_is_not_brought_back() {
    let folder = tempfile::tempdir().unwrap();
    let (city, file) = (City::open().await, folder.path().join("copy"));
    backup::back_up(&city.db(), &file).await.unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..].fill(7);
    std::fs::write(&file, bytes).unwrap();
    let uri = format!("sqlite:{}", folder.path().join("new.db").display());
    assert!(matches!(backup::restore(&file, &uri, Timestamp::now()).await, Err(BackupError::Broken { .. })));
    if let Some(cluster) = cluster() {
        let error = backup::restore(&file, &cluster.uri(), Timestamp::now()).await.unwrap_err();
        assert!(matches!(error, BackupError::Program { program: "pg_restore", .. }), "{error}");
    }
}
