//! A terminal without a certificate asks for the claim code on its own panel, and has its certificate when an operator has
//! compared and approved: the real window, the real central. The pictures are in target/screens.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]
#![cfg(feature = "tour")]

#[path = "support/corner.rs"]
mod corner;
mod support;

use central::ca::{Authority, Papers as Issued};
use central::enrolment as desk;
use central::store::{self, Sql, Store, StoreError};
use contract::enrolment::{ClaimCode, KeyFingerprint};
use contract::suite::Suite;
use contract::{KioskId, OperatorId};
use corner::{KIOSK, database, make_papers, write_settings};
use i_slint_backend_testing::{AccessibleRole, ElementHandle};
use jiff::Timestamp;
use kiosk::first_start;
use kiosk::screens::Panel;
use kiosk::screens::first_start::FirstStart;
use kiosk::screens::headless::Headless;
use kiosk::settings::Settings;
use std::path::Path;
use std::sync::Arc;
use support::repository;

fn kiosk() -> KioskId {
    KIOSK.parse().unwrap()
}

fn by() -> OperatorId {
    "li".parse().unwrap()
}

fn press(first: &FirstStart, label: &str) {
    // The code that is typed is a text of the same label after its first character.
    let is_button = |element: &ElementHandle| element.accessible_role() == Some(AccessibleRole::Button);
    let found = ElementHandle::find_by_accessible_label(first.window(), label).find(is_button);
    found.unwrap_or_else(|| panic!("there is no '{label}'")).invoke_accessible_default_action();
}

fn look(screen: &Headless, panel: Panel, name: &str) {
    let folder = repository().join("target/screens/portrait");
    std::fs::create_dir_all(&folder).unwrap();
    let picture = image::RgbImage::from_raw(panel.width, panel.height, screen.picture()).unwrap();
    picture.save(folder.join(format!("{name}.png"))).unwrap();
}

/// An operator who waits for the key, reads its fingerprint aloud, and approves.
async fn approve(store: Arc<dyn Store>, ca: &Path, expected: KeyFingerprint) {
    let waits = async {
        loop {
            let now = Timestamp::now();
            let waiting =
                store.read::<_, StoreError, _>(move |sql| desk::invitations(sql, now)).await.unwrap();
            match waiting.iter().find_map(|invitation| invitation.waits) {
                Some(fingerprint) => break fingerprint,
                None => tokio::task::yield_now().await,
            }
        }
    };
    let fingerprint = tokio::time::timeout(std::time::Duration::from_mins(1), waits).await.unwrap();
    assert_eq!(fingerprint, expected, "the panel shows what central has");
    let (authority, now) = (Arc::new(Authority::load(ca).unwrap()), Timestamp::now());
    let approve = move |sql: &mut dyn Sql| {
        desk::approve(sql, &authority, &kiosk(), fingerprint, &by(), now).map(|_| ())
    };
    store.change(approve).await.unwrap();
}

#[test]
fn the_code_is_typed_on_the_panel_and_the_certificate_comes() {
    let folder = tempfile::tempdir().unwrap();
    make_papers(folder.path(), Suite::International);
    let issued = Issued::of_kiosk(&folder.path().join("ca"), &kiosk());
    for file in [&issued.certificate, &issued.key] {
        std::fs::remove_file(file).unwrap();
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (ca, keys) = (folder.path().join("ca"), folder.path().join("keys"));
    let config = central::Config {
        enrol: Some(([127, 0, 0, 1], 0).into()),
        ..central::Config::on_loopback(database(folder.path()), ca.clone(), keys)
    };
    let services = central::CatalogueServices::load(&repository().join("catalog")).unwrap();
    let running = runtime.block_on(central::start(&config, Arc::new(services))).unwrap();
    let store = runtime.block_on(store::open_existing(&config.db)).unwrap();
    let (code, now) = (ClaimCode::of(&[9; 12]), Timestamp::now());
    let kept = code.clone();
    let invite = move |sql: &mut dyn Sql| desk::invite(sql, &kiosk(), &kept, &by(), now);
    runtime.block_on(store.change::<_, StoreError, _>(invite)).unwrap();

    let file = write_settings(folder.path(), running.address(), Panel::PORTRAIT);
    let text = std::fs::read_to_string(&file).unwrap();
    let at = format!("enrol = \"https://{}\"\n", running.enrolment_address().unwrap());
    std::fs::write(&file, text.replace("[central]\n", &format!("[central]\n{at}"))).unwrap();
    let settings = Settings::load(&file).unwrap();
    let (central, door) = first_start::door(&settings).unwrap();

    let panel = settings.panel();
    let screen = Headless::install(panel.width, panel.height).unwrap();
    let first = first_start::open(&settings, central, door, runtime.handle().clone()).unwrap();
    look(&screen, panel, "00-first-start");
    press(&first, "0");
    press(&first, "A");
    assert_eq!(first.window().get_code(), "0A");
    press(&first, "退一格");
    press(&first, "退一格");
    code.as_str().chars().for_each(|key| press(&first, &key.to_string()));
    assert_eq!(first.window().get_code(), code.in_groups().as_str());
    look(&screen, panel, "00-first-start-typed");
    press(&first, "申请证书");
    look(&screen, panel, "00-first-start-asking");
    let expected: KeyFingerprint = first.window().get_fingerprint().parse().unwrap();
    let operator = runtime.spawn(async move { approve(store, &ca, expected).await });
    // It ends when the certificate is here.
    slint::run_event_loop().unwrap();
    look(&screen, panel, "00-first-start-done");
    runtime.block_on(operator).unwrap();
    assert!(issued.certificate.exists(), "the certificate is where the settings want it");
    assert!(first_start::door(&settings).is_none(), "the next start is none of a newcomer");
    runtime.block_on(running.shut_down()).unwrap();
}
