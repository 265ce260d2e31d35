//! After the goodbye nothing of a resident is left at the terminal: not in its memory, not in its store, not in its
//! log, not in its folders. The whole way is real: the terminal's program under a finger, devices on their wires,
//! central as a program of its own, which alone may know the person.
//!
//! The search is shown to be able to fail: during the visit it finds the person.

#![cfg(feature = "tour")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[path = "support/corner.rs"]
mod corner;
#[path = "support/driven.rs"]
mod driven;
#[path = "support/person.rs"]
mod person;
mod support;

use corner::{Twins, program};
use driven::{Central, Kiosk, Place, SMALL, eventually};
use image::RgbImage;
use person::{Traces, files, finds, has, in_file};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
pub(crate) use support::repository;
use traces::Report;

const NAME: &str = "欧阳测隐";
const NUMBER: &str = "990101198402297730";
const ADDRESS: &str = "广东省深圳市福田区隐迹路７７号桂花苑９栋";
const ISSUER: &str = "隐迹市公安局桂花分局";
const PHONE: &str = "13987651234";
const NOTE: &str = "7351902648";
const PARCEL: &str = "5203517486";
const WANTED: &str = "4417730925";

/// 户口登记项目变更更正（姓名变更）: the plain form, may be filed without a network.
const SERVICE: [&str; 2] = ["hkdjxm", "户口登记项目变更更正（姓名变更）"];

/// An answer on the spot, with a code that anybody can check.
const CERTIFICATE: [&str; 2] = ["wfzjl", "无犯罪记录证明（本人申请开具）"];

/// A visit of the invented person.
struct Visit {
    place: Place,
    twins: Twins,
    central: Option<Central>,
    kiosk: Kiosk,
    traces: Traces,
}

impl Visit {
    fn begin(log_level: &str) -> Self {
        let place = Place::prepare(SMALL);
        let cards = place.folder().join("cards");
        std::fs::create_dir(&cards).unwrap();
        let photo = repository().join("drivers/demo/photos/astronaut.photo");
        let card = format!(
            "kind = citizen\nname = {NAME}\nsex = 1\nnation = 01\nbirth = 19840229\naddress = {ADDRESS}\n\
             number = {NUMBER}\nauthority = {ISSUER}\nvalid_from = 20200102\nvalid_to = 20400102\nphoto = {}\n",
            photo.display()
        );
        std::fs::write(cards.join("planted.card"), card).unwrap();
        let twins = Twins::with_cards(place.folder(), &cards);
        let central = place.central();
        assert!(central.until_ready());
        let mut kiosk = place.kiosk(log_level);
        assert!(kiosk.until_ready());
        kiosk.ask("works reader printer scanner face online store");
        let traces = planted(&photo, &place.folder().join("camera"));
        traces.write(&place.folder().join("traces"));
        Self { place, twins, central: Some(central), kiosk, traces }
    }

    fn do_all(&mut self, commands: &[&str]) {
        for command in commands {
            self.kiosk.ask(command);
        }
    }

    fn traces_file(&self) -> PathBuf {
        self.place.folder().join("traces")
    }

    /// Lets the terminal look through its own memory.
    fn search(&mut self) -> Report {
        let answer = self.kiosk.ask(&format!("scan {}", self.traces_file().display()));
        serde_json::from_str(&answer).unwrap()
    }

    fn come_and_log_in(&mut self, [letters, name]: [&str; 2]) {
        let (keys, choose) = (format!("keys {letters}"), format!("touch {name}"));
        self.do_all(&["touch 触摸屏幕开始办理", "touch 搜索事项", &keys, &choose, "touch 开始办理"]);
        self.twins.reader.say("lay planted");
        self.do_all(&["until consent", "touch 同意并开始核对"]);
    }

    fn fill(&mut self) {
        let (phone, note) = (format!("keys {PHONE}"), format!("keys {NOTE}"));
        let parcel = format!("keys {PARCEL}");
        self.do_all(&["until form", "touch 信息无误，下一步"]);
        self.do_all(&["touch 手机号码", &phone, "touch 申请事由", &note, "keys shen", "touch 申"]);
        self.do_all(&["touch 完成输入", "touch 邮寄", "touch 去核对", "touch 邮寄地址", &parcel]);
        self.do_all(&["touch 完成输入", "touch 去核对", "until review"]);
        self.do_all(&["touch 我已阅读并同意", "draw 签名框"]);
        // What the screen shows of the person is the person's as well.
        let file = self.place.folder().join("review.png");
        self.kiosk.ask(&format!("picture {}", file.display()));
        let page = image::open(file).unwrap().into_rgb8();
        let (width, height) = page.dimensions();
        let card = image::imageops::crop_imm(&page, width / 3, height / 6, width / 2, height / 5).to_image();
        self.traces.picture("the page as drawn", &card, 1);
        self.traces.write(&self.traces_file());
    }

    /// What central holds under the number on the screen; it alone may know the person.
    fn record(&mut self) -> serde_json::Value {
        let seen = self.kiosk.read();
        assert_eq!(seen.received, Some(true), "{seen:?}");
        self.place.record(&seen.number.unwrap())
    }

    /// Ends the visit and looks everywhere.
    #[track_caller]
    fn end_and_look_everywhere(&mut self) {
        self.do_all(&["touch 结束", "until goodbye"]);
        self.traces.write(&self.traces_file());
        let report = self.search();
        println!("{} regions, {} MiB looked through", report.regions, report.bytes >> 20);
        // Pages of the kernel's own clock and call gate, which it lets nobody read; no program can write to them.
        let closed = |region: &String| region.starts_with("[vvar") || region == "[vsyscall]";
        assert!(report.skipped.iter().all(closed), "not all was read: {:?}", report.skipped);
        let mut left: Vec<String> = finds(&report).lines().map(str::to_owned).collect();
        let state = files(&self.place.folder().join("state"));
        let written = files(&self.place.folder().join("tmp"));
        left.extend(written.iter().map(|file| format!("the file {}", file.display())));
        for file in state.iter().chain(&written).chain([&self.place.log()]) {
            let found = in_file(&self.traces_file(), file);
            left.extend(found.into_iter().map(|name| format!("{name} in {}", file.display())));
        }
        assert!(left.is_empty(), "left at the terminal:\n{}", left.join("\n"));
    }
}

/// What the person brings, in every form.
fn planted(photo: &Path, camera: &Path) -> Traces {
    let mut traces = Traces::default();
    traces.text("name", NAME);
    traces.text("number", NUMBER);
    traces.text("first half of the number", &NUMBER[..9]);
    traces.text("second half of the number", &NUMBER[9..]);
    traces.text("number in groups", "990101 19840229 7730");
    traces.text("masked number", "9901************30");
    traces.text("masked name", "欧***");
    traces.text("address", "隐迹路７７号桂花苑");
    traces.text("issuer", ISSUER);
    traces.text("birthday", "1984-02-29");
    traces.text("birthday in Chinese", "1984年2月29日");
    traces.text("phone", PHONE);
    traces.text("phone as shown", "139 8765 1234");
    traces.text("phone half typed", &PHONE[..8]);
    traces.text("note", NOTE);
    traces.text("note half typed", &NOTE[..8]);
    traces.text("parcel", PARCEL);
    traces.text("what was searched for", WANTED);
    let bytes = std::fs::read(photo).unwrap();
    bytes.chunks_exact(64).filter(|piece| piece.iter().any(|byte| *byte != 0)).for_each(|piece| {
        traces.bytes("chip photo", piece.to_vec());
    });
    traces.picture("portrait", &decoded(&bytes), 1);
    for frame in files(camera) {
        traces.picture("camera", &image::open(frame).unwrap().into_rgb8(), 24);
    }
    traces
}

/// The portrait as the operator's decoder gives it.
fn decoded(photo: &[u8]) -> RgbImage {
    let mut decoder = Command::new(program("demo-photo-decoder"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    decoder.stdin.take().unwrap().write_all(photo).unwrap();
    let picture = decoder.wait_with_output().unwrap().stdout;
    image::load_from_memory(&picture).unwrap().into_rgb8()
}

#[test]
fn after_the_goodbye_nobody_was_here() {
    // The most talkative log: what must not be said is not said at any level.
    let mut visit = Visit::begin("trace");
    visit.come_and_log_in(SERVICE);
    visit.kiosk.ask("until look");
    let while_looking = visit.search();
    for wanted in ["name, UTF-8", "number", "chip photo", "camera"] {
        assert!(has(&while_looking, wanted), "the search must find the {wanted} while the face is looked at");
    }
    visit.fill();
    let on_review = visit.search();
    for wanted in ["name, UTF-8", "number", "address", "phone", "note", "parcel", "the page as drawn"] {
        assert!(has(&on_review, wanted), "the search must find the {wanted} on the review page");
    }
    visit.do_all(&["touch 确认提交", "until printed"]);
    let record = visit.record();
    let signature = record["entry"]["body"]["fields"]["sign"].as_str().expect("a signature").to_owned();
    visit.traces.text("signature", &signature[..32]);
    visit.traces.text("signature as drawn", &signature[..32].replace(' ', " L").replace(',', " "));
    visit.end_and_look_everywhere();

    // The answer to a look-up is as personal as the question.
    visit.twins.reader.say("lift");
    visit.kiosk.ask("until attract");
    visit.come_and_log_in(CERTIFICATE);
    let phone = format!("keys {PHONE}");
    visit.do_all(&["until form", "touch 信息无误，下一步", "touch 手机号码", &phone, "touch 完成输入"]);
    visit.do_all(&["touch 求职", "touch 下一步", "touch 1", "touch 去核对", "until review"]);
    visit.do_all(&["touch 确认提交", "until printed"]);
    let record = visit.record();
    let answer = &record["receipt"]["outcome"];
    visit.traces.text("answer", answer["lines"][0]["value"].as_str().expect("a line"));
    visit.traces.text("check code", answer["check_code"].as_str().expect("a check code"));
    visit.traces.write(&visit.traces_file());
    let on_paper = visit.search();
    for wanted in ["answer", "check code"] {
        assert!(has(&on_paper, wanted), "the search must find the {wanted} while it is shown");
    }
    visit.end_and_look_everywhere();
}

#[test]
fn who_pays_a_bill_leaves_no_account_behind() {
    // An account of nobody's, which stands in no file of the catalogue.
    const ACCOUNT: &str = "1030483642";
    let mut visit = Visit::begin("info");
    visit.traces.text("account", ACCOUNT);
    visit.traces.write(&visit.traces_file());
    let typed = format!("keys {ACCOUNT}");
    visit.do_all(&["touch 触摸屏幕开始办理", "touch 搜索事项", "keys jmsf", "touch 居民水费（缴纳）"]);
    visit.do_all(&["touch 开始办理", "until pay-account", &typed, "touch 查询", "until pay-bills"]);
    assert!(has(&visit.search(), "account"), "the search must find the account while its bills are shown");
    visit.do_all(&["touch 下一步", "until pay-confirm", "touch 出示付款码", "until pay-code"]);
    visit.end_and_look_everywhere();
}

#[test]
fn without_a_network_the_sealed_application_says_nothing_either() {
    let mut visit = Visit::begin("info");
    visit.central = None;
    visit.kiosk.ask("works offline");
    visit.come_and_log_in(SERVICE);
    visit.fill();
    visit.do_all(&["touch 确认提交", "until printed"]);
    assert_eq!(visit.kiosk.read().received, Some(false), "it is kept here");
    visit.end_and_look_everywhere();
}

#[test]
fn wherever_a_visit_is_left_nothing_of_it_stays() {
    let mut visit = Visit::begin("info");
    let wanted = format!("keys {WANTED}");
    visit.do_all(&["touch 触摸屏幕开始办理", "touch 搜索事项", &wanted]);
    visit.end_and_look_everywhere();

    // A code of the person's own, held before the scanner, is no receipt's.
    visit.kiosk.ask("until attract");
    visit.kiosk.ask("touch 触摸屏幕开始办理");
    visit.twins.scanner.say(&format!("hold {NUMBER}"));
    eventually("the screen to say that it is no receipt's", || {
        visit.kiosk.read().words.iter().any(|words| words.contains("这不是办件回执上的码")).then_some(())
    });
    visit.end_and_look_everywhere();

    // Nobody stands before the camera, so that the face is still looked for.
    visit.twins.camera.say("nobody");
    visit.kiosk.ask("until attract");
    visit.come_and_log_in(SERVICE);
    visit.kiosk.ask("until look");
    visit.end_and_look_everywhere();

    visit.twins.camera.say(&format!("show {}", repository().join("drivers/demo/astronaut.png").display()));
    visit.twins.reader.say("lift");
    visit.kiosk.ask("until attract");
    visit.come_and_log_in(SERVICE);
    let note = format!("keys {NOTE}");
    visit.do_all(&["until form", "touch 信息无误，下一步", "touch 申请事由", &note, "keys shen"]);
    visit.end_and_look_everywhere();

    visit.twins.reader.say("lift");
    visit.kiosk.ask("until attract");
    visit.come_and_log_in(SERVICE);
    visit.fill();
    visit.end_and_look_everywhere();
}

#[test]
fn the_process_is_never_dumped() {
    let place = Place::prepare(SMALL);
    let kiosk = place.kiosk("info");
    assert!(kiosk.until_ready());
    let process = PathBuf::from(format!("/proc/{}", kiosk.victim().id()));
    let limits = std::fs::read_to_string(process.join("limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
    // The kernel gives the files of a process that may not be dumped or traced to root.
    let owner = |path: PathBuf| std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(path).unwrap());
    assert_eq!(owner(process.join("mem")), 0, "other processes of its user can look into it");
}
