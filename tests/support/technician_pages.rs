//! The technician's pages: the way in and what keeps it shut, every part as a tile, one page a part.

#![allow(clippy::unwrap_used)]

use crate::stage::Stage;
use contract::technician::TechnicianCode;
use drivers::id_card_reader::ReaderStatus;
use drivers::receipt_printer::{Cause, PrinterStatus};
use drivers::{DeviceStatus, PaperStatus};
use jiff::{SignedDuration, Timestamp};
use kiosk::diagnostics::{KeyPlace, NetworkFacts, Part, Snapshot, StoreFacts, Subject, parts};
use kiosk::journey::{Answer, Challenge, NoWayIn, TechnicianAnswer, TechnicianTouch, Touch};
use offline_cache::Filling;
use std::time::Duration;

const BOX: &str = "ft-0001.3.oE1fVn0cQ2h5Zr3yXkWb7uJmD9sLpTgA4iKxN6eYvRqUjCwHzBfO8dMtS1aGlP5oE1fVn0cQ2h5Zr3yXkWb7uJmD9sLpTgA4iKxN6eYvRqUjCwHzBfO8dMtS1aGlP5oE1fVn0cQ2h5Zr3yXkWb7uJmD9sLpTgA4iKxN6eYvRqUjCwHzBfO8dMtS1aGlP5abc";

/// A terminal of which three parts need somebody.
fn looked_at() -> Vec<Part> {
    let now: Timestamp = "2026-11-23T01:30:00Z".parse().unwrap();
    let step = Duration::from_millis(12);
    let seen = Snapshot {
        now,
        reader: ReaderStatus {
            device: DeviceStatus::Online,
            cards_read: 412,
            link_errors: 3,
            ..ReaderStatus::default()
        },
        printer: PrinterStatus {
            device: DeviceStatus::UserError,
            paper: PaperStatus::Out,
            cause: Some(Cause::PaperOut),
            printed: 386,
        },
        pages: None,
        camera: DeviceStatus::Online,
        documents: Some(DeviceStatus::NoDevice),
        decoder: true,
        models: true,
        store: Ok(StoreFacts { desired: 17, filling: Filling::Roomy, waiting: 3, set_aside: 1 }),
        certificate: Some(Ok((now + SignedDuration::from_hours(24 * 61), KeyPlace::PrivateFile))),
    };
    let network = NetworkFacts::Answered {
        name: step,
        connection: step,
        answer: step * 5,
        ahead: Some(SignedDuration::from_millis(180)),
    };
    parts(&seen, Some(&network))
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
        self.technician(TechnicianAnswer::Seen(looked_at()));
        self.look("126-technician-parts");
        for subject in [Subject::IdReader, Subject::ReceiptPrinter, Subject::Network, Subject::Queue] {
            self.touch(Touch::Technician(TechnicianTouch::Open(subject)));
            self.look(&format!("127-technician-{subject}"));
            self.touch(Touch::Back);
        }
        self.touch(Touch::End);
    }
}
