//! A new terminal gets its certificate: the technician types the code before it, the operator compares fingerprints, the
//! terminal talks to central; later it renews over the old certificate, and when it is revoked nothing of it is taken any more
//! and nothing that waits is lost. Where the machine has a security chip, the key is sealed to it. The terminal is its own program, central answers on real TLS.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/driven.rs"]
mod driven;
mod support;

use central::ca::{Authority, Papers as Issued};
use central::enrolment as desk;
use central::store::{self, Sql, Store, StoreError};
use contract::enrolment::{ClaimCode, KeyFingerprint};
use contract::suite::Suite;
use contract::{KioskId, OperatorId};
use corner::{KIOSK, database, make_papers, write_settings};
use driven::eventually;
use jiff::Timestamp;
use kiosk::enrolment::{Identity, NewKey};
use kiosk::screens::Panel;
use kiosk::sync::{CentralClient, Failure, HttpsLine, Papers};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
pub(crate) use support::repository;

/// `kiosk enrol`, and somebody who types the code.
struct Technician {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Technician {
    fn at(folder: &Path, at: &str, code: &str) -> Self {
        Self::with(folder, at, code, &no_chip(folder))
    }

    fn with(folder: &Path, at: &str, code: &str, chip: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_kiosk"))
            .args(["enrol", "--config"])
            .arg(folder.join("kiosk.toml"))
            .args(["--at", at])
            .env(CHIP, chip)
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

/// Where systemd-creds looks for a security chip.
const CHIP: &str = "SYSTEMD_TPM2_DEVICE";

/// Whatever chip this machine has, a story without one has none.
fn no_chip(folder: &Path) -> String {
    format!("swtpm:path={}", folder.join("no-chip").display())
}

/// A security chip in software (swtpm). It is switched off when it is dropped; what it knows stays.
struct SoftwareChip {
    child: Child,
    socket: PathBuf,
}

impl SoftwareChip {
    /// Switches it on; none, and a word about it, where it is not installed.
    fn on(folder: &Path) -> Option<Self> {
        let (state, socket) = (folder.join("chip"), folder.join("chip.socket"));
        std::fs::create_dir_all(&state).unwrap();
        let _ = std::fs::remove_file(&socket);
        let at = |what: &str| format!("type=unixio,path={}{what}", socket.display());
        let child = Command::new("swtpm")
            .args(["socket", "--tpm2", "--flags", "not-need-init,startup-clear"])
            .args(["--tpmstate", &format!("dir={}", state.display())])
            .args(["--server", &at(""), "--ctrl", &at(".ctrl")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(child) = child else {
            eprintln!("skipped: there is no swtpm; the package of that name brings it");
            return None;
        };
        eventually("the chip to be switched on", || socket.exists().then_some(()));
        Some(Self { child, socket })
    }

    fn device(&self) -> String {
        format!("swtpm:path={}", self.socket.display())
    }
}

impl Drop for SoftwareChip {
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

/// Central with a door for newcomers, and a terminal that has no certificate yet.
struct Office {
    folder: tempfile::TempDir,
    ca: PathBuf,
    running: central::Running,
    /// Where newcomers ask.
    at: String,
    store: Arc<dyn Store>,
}

impl Office {
    async fn open() -> Self {
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
        Self { folder, ca, running, at, store }
    }
}

/// The operator compares the fingerprint and agrees.
async fn approve(store: &Arc<dyn Store>, ca: &Path, fingerprint: KeyFingerprint) {
    let (authority, now) = (Arc::new(Authority::load(ca).unwrap()), Timestamp::now());
    let approve = move |sql: &mut dyn Sql| {
        desk::approve(sql, &authority, &kiosk(), fingerprint, &by(), now).map(|_| ())
    };
    store.change(approve).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_comes_by_its_certificate_renews_it_and_is_revoked() {
    let Office { folder, ca, running, at, store } = Office::open().await;

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
    approve(&store, &ca, fingerprint).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_a_chip_the_disk_alone_opens_nothing() {
    let Office { folder, ca, running, at, store } = Office::open().await;
    let Some(chip) = SoftwareChip::on(folder.path()) else { return };
    let code = ClaimCode::of(&[7; 12]);
    invite(&store, &code).await;
    let mut technician = Technician::with(folder.path(), &at, &code.in_groups(), &chip.device());
    let fingerprint = technician.fingerprint();
    technician.line("waiting for an operator");
    let waiting = std::fs::read_to_string(papers(folder.path()).key).unwrap();
    assert!(!waiting.contains("PRIVATE KEY"), "not even while it waits");
    approve(&store, &ca, fingerprint).await;
    technician.line("enrolled until");
    let kept = std::fs::read_to_string(papers(folder.path()).certificate).unwrap();
    assert!(kept.contains("BEGIN CERTIFICATE") && !kept.contains("PRIVATE KEY"), "{kept}");
    let refused = HttpsLine::new(&format!("https://{}", running.address()), &papers(folder.path()));
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("enrol the terminal again"), "{refused}");

    // Switched off and on again, it opens.
    drop(chip);
    let chip = SoftwareChip::on(folder.path()).unwrap();
    let diagnose = |part: &str, chip: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kiosk"));
        command.args(["diagnose", part, "--config"]).arg(folder.path().join("kiosk.toml")).env(CHIP, chip);
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    };
    let (code, words) = diagnose("certificate", &chip.device());
    assert!(code == Some(0) && words.contains("sealed to the security chip (TPM)"), "{code:?} {words}");
    drop(chip);
    let chip = SoftwareChip::on(folder.path()).unwrap();
    let (code, words) = diagnose("network", &chip.device());
    assert_eq!(code, Some(0), "central believes it: {words}");
    drop(chip);
    let (code, words) = diagnose("certificate", &no_chip(folder.path()));
    assert!(code == Some(3) && words.contains("sealed to a security chip that does not open it"), "{words}");
    running.shut_down().await.unwrap();
}
