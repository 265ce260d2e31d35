//! The technician's pages: the way in and what keeps it shut, every part as a tile, one page a part.

#![allow(clippy::unwrap_used)]

use crate::stage::{self, Stage};
use crate::support;
use contract::Seq;
use contract::app_version::AppVersion;
use contract::fault_ticket::{SparePart, Symptom};
use contract::report::Duty;
use contract::technician::TechnicianCode;
use drivers::code_scanner::ScannerStatus;
use drivers::id_card_reader::ReaderStatus;
use drivers::receipt_printer::{Cause, PrinterStatus};
use drivers::{DeviceStatus, DoorStatus, PaperStatus};
use jiff::{SignedDuration, Timestamp};
use kiosk::diagnostics::{
    Examined, Eye, FaceBox, FaceSight, Gravity, KeyPlace, LogLine, NetworkFacts, NoUpdate, Part,
    ProgramFacts, Snapshot, StoreFacts, Subject, UpdateFacts, Verdict, Words, parts, played,
};
use kiosk::journey::{
    Answer, Aside, CELLS, Challenge, Change, Deed, DoneHere, Event, Health, NoWayIn, Sight, TechnicianAnswer,
    TechnicianTouch, TicketTouch, Tool, Touch,
};
use kiosk::touch::{CROSSES, Calibration, Felt, PanelFacts};
use offline_cache::Filling;
use slint::SharedPixelBuffer;
use std::time::Duration;

const BOX: &str = "ft-0001.3.oE1fVn0cQ2h5Zr3yXkWb7uJmD9sLpTgA4iKxN6eYvRqUjCwHzBfO8dMtS1aGlP5oE1fVn0cQ2h5Zr3yXkWb7uJmD9sLpTgA4iKxN6eYvRqUjCwHzBfO8dMtS1aGlP5oE1fVn0cQ2h5Zr3yXkWb7uJmD9sLpTgA4iKxN6eYvRqUjCwHzBfO8dMtS1aGlP5abc";

/// A terminal of which four parts need somebody.
fn looked_at() -> Vec<Part> {
    let now: Timestamp = "2026-11-23T01:30:00Z".parse().unwrap();
    let step = Duration::from_millis(12);
    let seen = Snapshot {
        now,
        reader: ReaderStatus {
            device: DeviceStatus::Online,
            cards_read: 412,
            cards_failed: 9,
            last_read: Some(Duration::from_millis(812)),
            link_errors: 3,
            ..ReaderStatus::default()
        },
        printer: PrinterStatus {
            device: DeviceStatus::UserError,
            paper: PaperStatus::Out,
            cause: Some(Cause::PaperOut),
            printed: 386,
            lines: 9_264,
            cuts: 386,
            failed: 2,
            door: Some(DoorStatus::Closed),
        },
        pages: None,
        camera: DeviceStatus::Online,
        documents: Some(DeviceStatus::NoDevice),
        scanner: Some(ScannerStatus { device: DeviceStatus::Online, codes_read: 41, garbled: 3 }),
        speaker: Some(Ok(())),
        touch: Some(vec![panel()]),
        decoder: true,
        models: true,
        store: Ok(StoreFacts { desired: 17, filling: Filling::Roomy, waiting: 3, set_aside: 1 }),
        certificate: Some(Ok((now + SignedDuration::from_hours(24 * 61), KeyPlace::PrivateFile))),
        program: ProgramFacts {
            running: AppVersion::new(0, 1, 0),
            update: UpdateFacts::Failed {
                app: AppVersion::new(0, 2, 0),
                number: 17,
                why: NoUpdate::NotFound,
            },
        },
    };
    let network = NetworkFacts::Answered {
        name: step,
        connection: step,
        answer: step * 5,
        ahead: Some(SignedDuration::from_millis(180)),
    };
    parts(&seen, Some(&network))
}

fn panel() -> PanelFacts {
    PanelFacts {
        node: "event3".to_owned(),
        name: "ILITEK Multi-Touch-V5100".to_owned(),
        calibration: Calibration::NONE,
    }
}

fn sight() -> Sight {
    let at = |minute| jiff::civil::date(2026, 11, 23).at(9, minute, 0, 0);
    let line = |gravity, text: &str| LogLine { at: Timestamp::UNIX_EPOCH, gravity, text: text.to_owned() };
    Sight {
        parts: looked_at(),
        aside: vec![Aside {
            seq: Seq(41),
            kind: "application".to_owned(),
            problem: Some("urn:budayang:problem:unknown-service".to_owned()),
        }],
        records: vec![
            DoneHere { at: at(31), deed: Deed::PaperLoaded(2) },
            DoneHere { at: at(30), deed: Deed::Entered },
            DoneHere { at: at(29), deed: Deed::WrongCode },
            DoneHere { at: at(2), deed: Deed::PartReplaced("cutter".to_owned()) },
            DoneHere { at: at(1), deed: Deed::Duty(Duty::OutOfService) },
        ],
        log: vec![
            line(Gravity::Error, "kiosk::startup: 故障 E03: models/face.onnx: the digest is another"),
            line(Gravity::Warning, "drivers::receipt_printer::driver: the printer does not answer"),
            line(
                Gravity::Note,
                "kiosk::performer::health: what works has changed health=Health { connection: Offline, reader: true, printer: false, pages: None, documents: None, scanner: Some(true), phone: false, face: true, store: None, waiting: 3 }",
            ),
        ],
    }
}

impl Stage {
    fn technician(&mut self, answer: TechnicianAnswer) {
        self.answer(Answer::Technician(Box::new(answer)));
    }

    fn knock(&mut self, wrong: u8, address: &str) {
        for _ in 0..5 {
            self.touch(Touch::Knock);
        }
        let code = TechnicianCode::of(12_345_678);
        let text = format!("{address}{BOX}");
        let is_address = !address.is_empty();
        self.technician(TechnicianAnswer::Code(Ok(Challenge { code, text, is_address, wrong })));
    }

    pub(crate) fn technician_comes(&mut self) {
        self.knock(5, "");
        self.look("120-technician-locked");
        self.touch(Touch::End);
        for _ in 0..5 {
            self.touch(Touch::Knock);
        }
        self.technician(TechnicianAnswer::Code(Err(NoWayIn::NoKey)));
        self.look("121-technician-no-key");
        self.touch(Touch::End);
        self.knock(0, "");
        self.look("122-technician-code-pasted");
        self.touch(Touch::End);
        self.knock(3, "https://console.example.gov.cn/technician-code?box=");
        self.keys("99999999");
        self.look("123-technician-code-typed");
        self.touch(Touch::Next);
        self.technician(TechnicianAnswer::Noted(Ok(4)));
        self.look("124-technician-code-wrong");
        self.keys("12345678");
        self.touch(Touch::Next);
        self.technician(TechnicianAnswer::Noted(Ok(0)));
        self.look("125-technician-looking");
        self.technician(TechnicianAnswer::Seen(sight()));
        self.look("126-bench-parts");
        self.open_part(Subject::Network);
        self.look("127-bench-network");
        self.touch(Touch::Back);
        self.open_part(Subject::Queue);
        self.look("127-bench-queue");
        self.touch(Touch::Technician(TechnicianTouch::Change(Change::SendAgain(Seq(41)))));
        self.technician(TechnicianAnswer::Changed(Ok(())));
        self.look("127-bench-queue-sent-again");
        self.touch(Touch::Back);
        self.technician_examines();
        self.technician_writes_down();
        self.touch(Touch::End);
        let health = Health { duty: Duty::OutOfService, ..stage::working() };
        self.terminal.happen(Event::Health(health));
        self.look("134-attract-out-of-service");
        self.terminal.happen(Event::Health(stage::working()));
    }

    fn open_part(&mut self, subject: Subject) {
        self.touch(Touch::Technician(TechnicianTouch::Open(subject)));
    }

    fn technician_examines(&mut self) {
        self.open_part(Subject::IdReader);
        self.look("128-bench-id-reader");
        self.touch(Touch::Technician(TechnicianTouch::Examine));
        self.look("128-bench-card-awaited");
        self.technician(TechnicianAnswer::Examined(Examined {
            verdict: Verdict::Good,
            found: Words {
                zh: "读到一张居民身份证，读芯片用 812 毫秒；内容没有保留".to_owned(),
                en: String::new(),
            },
            next: None,
        }));
        self.look("128-bench-card-read");
        self.touch(Touch::Back);
        self.open_part(Subject::ReceiptPrinter);
        self.touch(Touch::Technician(TechnicianTouch::Examine));
        self.technician(TechnicianAnswer::Examined(Examined {
            verdict: Verdict::Good,
            found: Words { zh: "样张已打印并切纸".to_owned(), en: String::new() },
            next: None,
        }));
        self.look("129-bench-sample-printed");
        self.touch(Touch::Technician(TechnicianTouch::Judge(Eye::Badly)));
        self.look("129-bench-sample-is-bad");
        self.touch(Touch::Back);
        self.open_part(Subject::PagePrinter);
        self.look("129-bench-no-page-printer");
        self.touch(Touch::Back);
        self.open_part(Subject::Speaker);
        self.look("129-bench-speaker");
        self.touch(Touch::Technician(TechnicianTouch::Examine));
        self.technician(TechnicianAnswer::Examined(played(&Ok(()))));
        self.look("129-bench-speaker-played");
        self.touch(Touch::Technician(TechnicianTouch::Judge(Eye::Badly)));
        self.look("129-bench-speaker-not-heard");
        self.touch(Touch::Back);
        self.open_part(Subject::Camera);
        self.touch(Touch::Technician(TechnicianTouch::Examine));
        let astronaut =
            image::open(support::repository().join("drivers/demo/astronaut.png")).unwrap().into_rgb8();
        let picture = SharedPixelBuffer::clone_from_slice(&astronaut, astronaut.width(), astronaut.height());
        self.terminal.preview(picture);
        let face = FaceBox { left: 340, top: 125, width: 210, height: 290 };
        self.technician(TechnicianAnswer::Saw(FaceSight { boxes: vec![face], hint: None }));
        self.look("130-bench-camera");
        self.touch(Touch::Technician(TechnicianTouch::Judge(Eye::Well)));
        self.touch(Touch::Back);
        self.touch(Touch::Technician(TechnicianTouch::Use(Tool::Grid)));
        for cell in 0..25 {
            self.touch(Touch::Technician(TechnicianTouch::Cell(cell)));
        }
        self.look("131-bench-grid");
        for cell in 25..CELLS {
            self.touch(Touch::Technician(TechnicianTouch::Cell(cell)));
        }
        self.look("131-bench-grid-over");
        self.technician_touches_crosses();
        self.touch(Touch::Back);
    }

    /// A frame that feels everything some millimetres beside the finger, then one that is right.
    fn technician_touches_crosses(&mut self) {
        self.touch(Touch::Technician(TechnicianTouch::Use(Tool::Crosses)));
        let (width, height) = (26_800, 47_640);
        for beside in [1_200, 0] {
            for (place, (x, y)) in CROSSES.into_iter().enumerate() {
                if beside > 0 && (place == 0 || place == 4) {
                    self.look(&format!("131-bench-crosses-{}", place + 1));
                }
                let (x, y) = (i32::from(x) * width / 10 + beside, i32::from(y) * height / 10);
                let felt = Felt { x, y, width, height };
                self.touch(Touch::Technician(TechnicianTouch::Felt(felt)));
            }
            self.look(if beside > 0 { "131-bench-crosses-off" } else { "131-bench-crosses-good" });
            if beside > 0 {
                self.touch(Touch::Technician(TechnicianTouch::Calibrate));
                self.technician(TechnicianAnswer::Changed(Ok(())));
                self.look("131-bench-crosses-calibrated");
                self.technician(TechnicianAnswer::Seen(sight()));
                self.touch(Touch::Technician(TechnicianTouch::Examine));
            }
        }
    }

    fn technician_writes_down(&mut self) {
        self.touch(Touch::Technician(TechnicianTouch::Use(Tool::Records)));
        self.touch(Touch::Technician(TechnicianTouch::Change(Change::PaperLoaded(2))));
        self.technician(TechnicianAnswer::Changed(Ok(())));
        self.technician(TechnicianAnswer::Seen(sight()));
        self.look("132-bench-records");
        self.touch(Touch::Back);
        self.touch(Touch::Technician(TechnicianTouch::Use(Tool::Log)));
        self.look("133-bench-log");
        self.touch(Touch::Technician(TechnicianTouch::Filter(Gravity::Error)));
        self.look("133-bench-log-errors");
        self.touch(Touch::Back);
        self.touch(Touch::Technician(TechnicianTouch::Use(Tool::Ticket)));
        for chosen in [TicketTouch::Part(SparePart::Cutter), TicketTouch::Symptom(Symptom::Fitful)] {
            self.touch(Touch::Technician(TechnicianTouch::Ticket(chosen)));
        }
        self.look("133-bench-ticket");
        for chosen in [TicketTouch::Mended(false), TicketTouch::Write] {
            self.touch(Touch::Technician(TechnicianTouch::Ticket(chosen)));
        }
        self.technician(TechnicianAnswer::Changed(Ok(())));
        self.technician(TechnicianAnswer::Seen(sight()));
        self.look("133-bench-ticket-written");
        self.touch(Touch::Back);
        self.touch(Touch::Technician(TechnicianTouch::Change(Change::Duty(Duty::OutOfService))));
        self.technician(TechnicianAnswer::Changed(Ok(())));
        self.look("133-bench-out-of-service");
    }
}
