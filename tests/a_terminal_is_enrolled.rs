//! A new terminal gets its certificate: the technician types the code before it, the operator compares fingerprints, the
//! terminal talks to central; later it renews over the old certificate, and when it is revoked nothing of it is taken any more
//! and nothing that waits is lost. The terminal is its own program, central answers on real TLS.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

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
use jiff::Timestamp;
use kiosk::enrolment::{Identity, NewKey};
use kiosk::screens::Panel;
use kiosk::sync::{CentralClient, Failure, HttpsLine, Papers};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use support::repository;

/// `kiosk enrol`, and somebody who types the code.
struct Technician {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Technician {
    fn at(folder: &Path, at: &str, code: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_kiosk"))
            .args(["enrol", "--config"])
            .arg(folder.join("kiosk.toml"))
            .args(["--at", at])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        writeln!(child.stdin.take().unwrap(), "{code}").unwrap();
        Self { child, lines }
    }

    /// The rest of the first line that begins so.
    fn line(&mut self, begins: &str) -> String {
        let found =
            self.lines.by_ref().map_while(Result::ok).find_map(|line| {
                line.trim_start_matches("claim code: ").strip_prefix(begins).map(str::to_owned)
            });
        found.unwrap_or_else(|| panic!("the terminal did not say '{begins}'"))
    }

    fn fingerprint(&mut self) -> KeyFingerprint {
        let line = self.line("key ");
        line.split('(').next().unwrap().trim().parse().unwrap()
    }

    /// What it says on standard error when it gives up.
    fn gives_up(mut self) -> String {
        let mut words = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut words).unwrap();
        assert!(!self.child.wait().unwrap().success(), "it should give up");
        words
    }
}

impl Drop for Technician {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn by() -> OperatorId {
    "li".parse().unwrap()
}

fn kiosk() -> KioskId {
    KIOSK.parse().unwrap()
}

async fn invite(store: &Arc<dyn Store>, code: &ClaimCode) {
    let (code, now) = (code.clone(), Timestamp::now());
    let invite = move |sql: &mut dyn Sql| desk::invite(sql, &kiosk(), &code, &by(), now);
    store.change::<_, StoreError, _>(invite).await.unwrap();
}

/// What the line shows to central.
fn papers(folder: &Path) -> Papers {
    let own = folder.join("own");
    Papers {
        authority: folder.join("ca/ca.pem"),
        certificate: own.join("kiosk.pem"),
        key: own.join("kiosk-key.pem"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_comes_by_its_certificate_renews_it_and_is_revoked() {
    let folder = tempfile::tempdir().unwrap();
    make_papers(folder.path(), Suite::International);
    let issued = Issued::of_kiosk(&folder.path().join("ca"), &kiosk());
    for file in [issued.certificate, issued.key] {
        std::fs::remove_file(file).unwrap();
    }
    let (ca, keys) = (folder.path().join("ca"), folder.path().join("keys"));
    let config = central::Config {
        enrol: Some(([127, 0, 0, 1], 0).into()),
        ..central::Config::on_loopback(database(folder.path()), ca.clone(), keys)
    };
    let services = central::CatalogueServices::load(&repository().join("catalog")).unwrap();
    let running = central::start(&config, Arc::new(services)).await.unwrap();
    let at = format!("https://{}", running.enrolment_address().unwrap());
    let store = store::open_existing(&config.db).await.unwrap();

    let settings = write_settings(folder.path(), running.address(), Panel::PORTRAIT);
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, text.replace(&format!("ca/kiosk-{KIOSK}"), "own/kiosk")).unwrap();
    std::fs::create_dir(folder.path().join("own")).unwrap();

    // A wrong code is refused in words, and the key stays for the next try.
    let code = ClaimCode::of(&[5; 12]);
    invite(&store, &code).await;
    let wrong = Technician::at(folder.path(), &at, "0000-0000-0000").gives_up();
    assert!(wrong.contains("ask the operator for another"), "{wrong}");
    let unreadable = Technician::at(folder.path(), &at, "hello").gives_up();
    assert!(unreadable.contains("12 letters and digits"), "{unreadable}");

    let mut technician = Technician::at(folder.path(), &at, &code.in_groups());
    let fingerprint = technician.fingerprint();
    technician.line("waiting for an operator");
    let (authority, now) = (Arc::new(Authority::load(&ca).unwrap()), Timestamp::now());
    let approve = move |sql: &mut dyn Sql| {
        desk::approve(sql, &authority, &kiosk(), fingerprint, &by(), now).map(|_| ())
    };
    store.change(approve).await.unwrap();
    technician.line("enrolled until");
    assert!(technician.child.wait().unwrap().success());
    let again = Technician::at(folder.path(), &at, &code.in_groups()).gives_up();
    assert!(again.contains("is there already"), "{again}");

    // It is let in with the certificate, and with the next one over it.
    let papers = papers(folder.path());
    let client =
        CentralClient::new(HttpsLine::new(&format!("https://{}", running.address()), &papers).unwrap());
    client.tail().await.unwrap();
    let identity = Identity::new(kiosk(), papers);
    let key = NewKey::make(&kiosk()).unwrap();
    let renewed = client.renew(key.request.clone()).await.unwrap();
    client.tail().await.unwrap();
    identity.take(&key, &renewed.certificate).unwrap();
    client.show_new_papers();
    client.tail().await.unwrap();

    let now = Timestamp::now();
    store.change(move |sql| desk::revoke(sql, &kiosk(), &by(), now)).await.unwrap();
    assert_eq!(client.tail().await, Err(Failure::ForeignCertificate), "the very next request is turned away");
    running.shut_down().await.unwrap();
}
