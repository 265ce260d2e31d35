//! The pages of a booking: nothing to choose from, a place chosen, gone and chosen anew, its receipt, and its end.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::stage::Stage;
use crate::{desk, places};
use contract::booking::{FreePlaces, Place};
use contract::message::{CaseProgress, CaseState, CaseStep, EntryReceipt, Outcome, PersonCases};
use contract::{CaseNumber, EntryId, Fen, LocalNumber, Seq};
use jiff::civil::{Date, date};
use kiosk::journey::{Answer, BookingTrouble, Committed, Connection, NoReceipt, Own, PrintResult, Touch};

impl Stage {
    /// A place is chosen, gone, and chosen anew.
    pub(crate) fn book(&mut self) {
        let service = "SZ-HZ-000093".parse().unwrap();
        let pick = |stage: &mut Self, field: &str, value: &str| {
            stage.touch(Touch::Pick(field.parse().unwrap(), value.into()));
        };
        self.touch(Touch::Choose("SZ-HZ-000093".parse().unwrap()));
        self.touch(Touch::Start);
        self.look("80-booking-submitting");
        self.answer(Answer::Places(Box::new(Err(BookingTrouble::Offline))));
        self.look("81-booking-offline");
        self.touch(Touch::TryAgain);
        self.answer(Answer::Places(Box::new(Err(BookingTrouble::NoAnswer))));
        self.look("82-booking-no-answer");
        self.touch(Touch::TryAgain);
        let none = FreePlaces { service: "SZ-HZ-000093".parse().unwrap(), sites: Vec::new() };
        self.answer(Answer::Places(Box::new(Ok(none))));
        self.look("83-booking-nothing-free");
        self.touch(Touch::TryAgain);
        let from = tomorrow();
        self.answer(Answer::Places(Box::new(Ok(places::free(&service, from)))));
        self.answer(Answer::DraftFound(None));
        self.touch(Touch::Next);
        self.fill_until("site");
        self.look("84-booking-sites");
        pick(self, "site", "福田区政务服务中心");
        self.touch(Touch::Next);
        self.look("85-booking-days");
        pick(self, "day", &from.tomorrow().unwrap().to_string());
        self.touch(Touch::Next);
        pick(self, "slot", "09:30-10:00");
        self.look("86-booking-slots");
        self.touch(Touch::Next);
        self.look("87-booking-review");
        self.touch(Touch::Submit);
        self.committed(10);
        self.answer(Answer::Received(Err(NoReceipt::SlotTaken)));
        self.look("88-booking-taken");
        self.touch(Touch::TryAgain);
        let mut others = places::free(&service, from);
        others.sites[0].days[1].slots.remove(1);
        self.answer(Answer::Places(Box::new(Ok(others))));
        self.look("89-booking-another-slot");
        pick(self, "slot", "10:00-10:30");
        self.touch(Touch::Next);
        self.touch(Touch::Submit);
        let entry = self.committed(11);
        self.answer(Answer::Received(Ok(EntryReceipt {
            entry,
            received_at: "2026-11-23T01:30:00Z".parse().unwrap(),
            outcome: Outcome::CaseOpened {
                case: CaseNumber::compose(440_304, date(2026, 11, 23), 2).unwrap(),
                promised_days: 0,
                fee: Fen::ZERO,
            },
            rules: Vec::new(),
        })));
        self.answer(Answer::Printed(PrintResult::Printed));
        self.look("90-booking-done");
        self.touch(Touch::More);
        self.cancel_booking();
    }

    pub(crate) fn committed(&mut self, n: u32) -> EntryId {
        let number =
            LocalNumber::compose(&"ft-0001".parse().unwrap(), date(2026, 11, 23), Seq(n.into())).unwrap();
        let entry = EntryId(uuid::Uuid::from_u128(n.into()));
        // The draft that goes with it is dropped beside the receipt that is awaited.
        self.answer(Answer::Committed(Ok(Committed { entry, number })));
        entry
    }

    fn cancel_booking(&mut self) {
        self.touch(Touch::Own(Own::Cases));
        let place = Place {
            site: "香蜜湖街道党群服务中心".to_owned(),
            day: date(2026, 12, 1),
            slot: "10:00-10:30".parse().unwrap(),
        };
        let case = CaseProgress {
            service: "SZ-HZ-000093".parse().unwrap(),
            next_step: "请带身份证按预约时间到场，在现场办理".to_owned(),
            booked: Some(place),
            steps: vec![CaseStep { on: date(2026, 11, 23), words: "收件".to_owned() }],
            ..desk::case(CaseState::Received, 3)
        };
        let number = case.case.clone();
        self.answer(Answer::OwnCases(Box::new(Ok(PersonCases { cases: vec![case], has_older: false }))));
        self.look("91-own-booking");
        self.touch(Touch::ChooseCase(number));
        self.look("92-booking-under-way");
        self.touch(Touch::Withdraw);
        self.look("93-booking-cancel");
        self.touch(Touch::Home);
    }

    /// The guide of what terminals do not do, with a network and without.
    pub(crate) fn book_a_window(&mut self) {
        self.touch(Touch::Choose("SZ-CJ-000058".parse().unwrap()));
        self.look("94-window-guide");
        self.health(Connection::Offline);
        self.look("95-window-guide-offline");
        self.health(Connection::Online);
        self.touch(Touch::BookWindow);
        self.answer(Answer::Places(Box::new(Ok(places::free(&"SZ-CJ-000058".parse().unwrap(), tomorrow())))));
        self.answer(Answer::DraftFound(None));
        self.touch(Touch::Next);
        self.look("96-window-form");
        self.touch(Touch::Home);
    }
}

/// The terminal takes no day that is over.
fn tomorrow() -> Date {
    let now = jiff::tz::offset(8).to_datetime(jiff::Timestamp::now());
    now.date().tomorrow().unwrap()
}
