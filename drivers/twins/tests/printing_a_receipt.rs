//! Receipts go through the real driver and a real serial line to the virtual printer; what lies on its paper is read.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that fails panics"
)]

mod support;

use drivers::port::FlowControl;
use drivers::receipt_printer::{
    Cause, Document, DocumentFault, DoorSwitch, JobResult, NotPrinted, PrinterConfig, Profile, ReceiptPrinter,
};
use drivers::{DeviceStatus, DoorStatus, PaperStatus};
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{Twin, until};
use tempfile::TempDir;

struct Desk {
    twin: Twin,
    printer: ReceiptPrinter,
    folder: TempDir,
}

fn sit_down() -> Desk {
    sit_down_with(Profile::MM58)
}

fn sit_down_with(profile: Profile) -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("receipt-printer");
    let font = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/fonts/NotoSansSC-Regular.otf");
    let arguments = ["--link", path(&link), "--font", path(&font), "--out", path(folder.path())];
    let twin = Twin::start(env!("CARGO_BIN_EXE_virtual-receipt-printer"), &arguments);
    let config = PrinterConfig { port: link.clone(), baud: 115_200, flow: FlowControl::None, profile };
    Desk { twin, printer: ReceiptPrinter::start(config), folder }
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

impl Desk {
    async fn online(&self) {
        until(&mut self.printer.status(), |status| status.device == DeviceStatus::Online).await;
    }

    fn receipt(&self, extension: &str) -> PathBuf {
        self.folder.path().join(format!("receipt-001.{extension}"))
    }
}

fn receipt() -> Document {
    Document::new()
        .heading("福田政务")
        .rule()
        .pair("业务", "水费缴纳")
        .pair("编号", "SZ0012345678")
        .bold("金额：86.50")
        .qr("https://example.org/r/1")
        .line("凭此码查询办理进度")
        .feed(1)
        .cut()
}

const PRINTED: JobResult = JobResult::Printed { replaced: 0 };

#[tokio::test]
async fn a_receipt_lies_on_the_paper_word_for_word() {
    let mut desk = sit_down();
    desk.online().await;
    assert_eq!(desk.printer.print(receipt()).await, PRINTED);
    assert_eq!(desk.twin.hear(), format!("printed {}", desk.receipt("png").display()));
    let text = std::fs::read_to_string(desk.receipt("txt")).unwrap();
    let expected = [
        "福田政务",
        "--------------------------------",
        "业务                    水费缴纳",
        "编号                SZ0012345678",
        "金额：86.50",
        "[QR] https://example.org/r/1",
        "凭此码查询办理进度",
        "",
    ];
    assert_eq!(text, expected.join("\n"));
    assert_eq!(desk.printer.status().borrow().printed, 1);
}

#[tokio::test]
async fn the_code_on_the_picture_is_read_by_an_independent_program() {
    let desk = sit_down();
    desk.online().await;
    assert_eq!(desk.printer.print(receipt()).await, PRINTED);
    let picture = desk.receipt("png");
    let size = image_size(&picture);
    assert!(size.0 == 384 + 48 && size.1 > 400, "{size:?}");
    let Ok(read) = Command::new("zbarimg").args(["--quiet", "--raw"]).arg(&picture).output() else {
        eprintln!("zbarimg is not installed: the code was not read");
        return;
    };
    assert_eq!(String::from_utf8_lossy(&read.stdout).trim(), "https://example.org/r/1");
}

/// Width and height from the header of a PNG.
fn image_size(picture: &Path) -> (u32, u32) {
    let bytes = std::fs::read(picture).unwrap();
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[tokio::test]
async fn without_paper_nothing_is_printed_and_the_status_says_so() {
    let mut desk = sit_down();
    desk.online().await;
    let mut status = desk.printer.status();
    desk.twin.tell("paper low");
    until(&mut status, |status| status.paper == PaperStatus::Low).await;
    desk.twin.tell("paper out");
    let out = until(&mut status, |status| status.paper == PaperStatus::Out).await;
    assert_eq!((out.device, out.cause), (DeviceStatus::UserError, Some(Cause::PaperOut)));
    let refused = JobResult::NotPrinted(NotPrinted::Refused(Cause::PaperOut));
    assert_eq!(desk.printer.print(receipt()).await, refused);
    assert!(!desk.receipt("txt").exists());
    desk.twin.tell("paper full");
    assert_eq!(desk.printer.print(receipt()).await, PRINTED);
}

#[tokio::test]
async fn an_open_cover_and_a_stuck_cutter_are_told_apart() {
    let mut desk = sit_down();
    desk.online().await;
    for (wrong, right, cause) in
        [("cover open", "cover closed", Cause::CoverOpen), ("jam", "clear", Cause::CutterJam)]
    {
        desk.twin.tell(wrong);
        let refused = JobResult::NotPrinted(NotPrinted::Refused(cause));
        assert_eq!(desk.printer.print(receipt()).await, refused);
        desk.twin.tell(right);
    }
    assert_eq!(desk.printer.print(receipt()).await, PRINTED);
}

#[tokio::test]
async fn a_hot_head_is_waited_for() {
    let mut desk = sit_down();
    desk.online().await;
    desk.twin.tell("hot");
    let mut status = desk.printer.status();
    let (result, ()) = tokio::join!(desk.printer.print(receipt()), async {
        until(&mut status, |status| status.cause == Some(Cause::HeadHot)).await;
        desk.twin.tell("cool");
    });
    assert_eq!(result, PRINTED);
}

#[tokio::test]
async fn a_printer_that_is_unplugged_and_plugged_in_again_prints_again() {
    let mut desk = sit_down();
    desk.online().await;
    let mut status = desk.printer.status();
    desk.twin.tell("unplug");
    until(&mut status, |status| status.device == DeviceStatus::NoDevice).await;
    assert_eq!(desk.printer.print(receipt()).await, JobResult::NotPrinted(NotPrinted::NoPrinter));
    desk.twin.tell("plug");
    until(&mut status, |status| status.device == DeviceStatus::Online).await;
    assert_eq!(desk.printer.print(receipt()).await, PRINTED);
}

#[tokio::test]
async fn a_printer_without_power_is_offline_and_comes_back() {
    let mut desk = sit_down();
    desk.online().await;
    let mut status = desk.printer.status();
    desk.twin.tell("off");
    until(&mut status, |status| status.device == DeviceStatus::Offline).await;
    desk.twin.tell("on");
    until(&mut status, |status| status.device == DeviceStatus::Online).await;
}

#[tokio::test]
async fn a_plug_pulled_in_the_middle_of_a_receipt_leaves_it_unknown() {
    let mut desk = sit_down();
    desk.online().await;
    let long = (0..400).fold(Document::new(), |document, n| document.line(&format!("第 {n} 行"))).cut();
    desk.twin.tell("hang-up 1500");
    assert_eq!(desk.printer.print(long).await, JobResult::Unknown);
    until(&mut desk.printer.status(), |status| status.device == DeviceStatus::NoDevice).await;
}

#[tokio::test]
async fn a_code_that_cannot_be_scanned_is_refused_before_the_first_byte() {
    let desk = sit_down();
    desk.online().await;
    let refused = NotPrinted::Document(DocumentFault::QrTooLong(700));
    let document = Document::new().qr(&"x".repeat(700)).cut();
    assert_eq!(desk.printer.print(document).await, JobResult::NotPrinted(refused));
}

#[tokio::test]
async fn a_rare_character_is_replaced_and_counted_and_spoils_nothing_after_it() {
    let desk = sit_down();
    desk.online().await;
    let document = Document::new().line("申请人：𠮷田龘").line("下一行").cut();
    assert_eq!(desk.printer.print(document).await, JobResult::Printed { replaced: 1 });
    assert_eq!(std::fs::read_to_string(desk.receipt("txt")).unwrap(), "申请人：〓田龘\n下一行\n");
}

#[tokio::test]
async fn the_cabinet_s_door_is_seen_where_its_switch_is_wired_to_the_drawer() {
    let mut desk = sit_down_with(Profile { door: DoorSwitch::HighWhenOpen, ..Profile::MM58 });
    let mut status = desk.printer.status();
    until(&mut status, |status| status.door == Some(DoorStatus::Closed)).await;
    desk.twin.tell("drawer high");
    until(&mut status, |status| status.door == Some(DoorStatus::Open)).await;
    assert_eq!(status.borrow().device, DeviceStatus::Online, "an open door is no fault of the printer");
    desk.twin.tell("off");
    until(&mut status, |status| status.door.is_none()).await;
}
