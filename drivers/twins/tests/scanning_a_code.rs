//! Codes are held before the virtual scanner; the real driver reads them over a real serial line.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a story that fails panics")]

mod support;

use drivers::DeviceStatus;
use drivers::code_scanner::{CodeScanner, Listener, ScannerConfig, ScannerStatus};
use std::time::Duration;
use support::{Twin, until};
use tempfile::TempDir;

struct Desk {
    twin: Twin,
    scanner: CodeScanner,
    _folder: TempDir,
}

async fn sit_down() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("code-scanner");
    let twin = Twin::start(env!("CARGO_BIN_EXE_virtual-code-scanner"), &["--link", link.to_str().unwrap()]);
    let scanner = CodeScanner::start(ScannerConfig { port: link, baud: 9600 });
    let desk = Desk { twin, scanner, _folder: folder };
    desk.until(|status| status.device == DeviceStatus::Online).await;
    desk
}

impl Desk {
    async fn until(&self, is_so: impl Fn(&ScannerStatus) -> bool) -> ScannerStatus {
        until(&mut self.scanner.status(), is_so).await
    }
}

async fn next(listener: &mut Listener) -> String {
    let code = tokio::time::timeout(Duration::from_secs(20), listener.next()).await.expect("a code in time");
    code.unwrap().text().expose().clone()
}

#[tokio::test]
async fn a_code_reaches_whoever_waits_for_one() {
    let mut desk = sit_down().await;
    let (mut page, mut technician) = (desk.scanner.listen(), desk.scanner.listen());
    desk.twin.tell("hold 4403042026112300000017");
    assert_eq!(next(&mut page).await, "4403042026112300000017");
    assert_eq!(next(&mut technician).await, "4403042026112300000017");
    desk.twin.tell("drip https://central.example/guide/SZ-HZ-000001");
    assert_eq!(next(&mut page).await, "https://central.example/guide/SZ-HZ-000001");
    assert_eq!(desk.until(|status| status.codes_read == 2).await.garbled, 0);
}

#[tokio::test]
async fn what_nobody_waited_for_is_not_there_later() {
    let mut desk = sit_down().await;
    desk.twin.tell("hold 990101195601190027");
    desk.until(|status| status.codes_read == 1).await;
    let mut page = desk.scanner.listen();
    desk.twin.tell("hold 2026-440304-4");
    assert_eq!(next(&mut page).await, "2026-440304-4");
}

#[tokio::test]
async fn noise_and_what_broke_off_spoil_nothing_that_comes_after() {
    let mut desk = sit_down().await;
    let mut page = desk.scanner.listen();
    desk.twin.tell("noise");
    desk.until(|status| status.garbled == 1).await;
    desk.twin.tell("glimpse 44030420261123");
    desk.until(|status| status.garbled == 2).await;
    desk.twin.tell("hold 4403042026112300000017");
    assert_eq!(next(&mut page).await, "4403042026112300000017");
}

#[tokio::test]
async fn an_unplugged_scanner_comes_back() {
    let mut desk = sit_down().await;
    let mut page = desk.scanner.listen();
    desk.twin.tell("unplug");
    desk.until(|status| status.device == DeviceStatus::NoDevice).await;
    desk.twin.tell("plug");
    desk.until(|status| status.device == DeviceStatus::Online).await;
    desk.twin.tell("hold again");
    assert_eq!(next(&mut page).await, "again");
}
