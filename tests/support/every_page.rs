//! Every page of a terminal without hands, one after the other: for pictures of them, and for how long they take.

#![allow(dead_code, reason = "the benchmark looks at fewer")]

use crate::stage::{self, Stage};
use crate::{support, till};
use contract::emergency::{Emergency, EmergencyId, LONGEST_CHINESE, LONGEST_ENGLISH, Urgency};
use contract::form::Fields;
use contract::message::{AnswerLine, EntryReceipt, Outcome, Rating};
use contract::order::OrderState;
use contract::{CaseNumber, EntryId, Fen, LocalNumber, Secret, Seq};
use jiff::civil::date;
use kiosk::face::FaceHint;
use kiosk::journey::{
    Answer, CardTrouble, Committed, Connection, DraftTrouble, Event, FaceNews, FaceVerdict, Health,
    KeptDraft, NoReceipt, Page, PrintResult, Touch,
};
use kiosk::services::{Shelf, StoreTrouble};
use kiosk::typing::Key;

impl Stage {
    /// A terminal that went down under a code: before its end is known, and after.
    pub(crate) fn interrupted(&mut self) {
        let order = |state| till::order(&till::request("szwater", "1030400017"), state);
        self.terminal.happen(Event::Interrupted(order(OrderState::QrShown).order_no));
        self.touch(Touch::KeepGoing);
        self.look("42-attract-interrupted");
        self.answer(Answer::Order(Box::new(Ok(order(OrderState::Posted)))));
        self.touch(Touch::PrintInterrupted);
        self.answer(Answer::Printed(PrintResult::NoPaper));
        self.look("43-attract-payment-known");
    }

    /// What everybody has to read now, in words as long as they may be.
    pub(crate) fn emergencies(&mut self) {
        let notice = |urgency, chinese: &str, english: &str, times: usize| Emergency {
            id: EmergencyId(1),
            urgency,
            chinese: chinese.repeat(times).chars().take(LONGEST_CHINESE).collect(),
            english: english.repeat(times).chars().take(LONGEST_ENGLISH).collect(),
            until: jiff::Timestamp::MAX,
        };
        let typhoon = (
            "深圳市发布台风红色预警，请尽快回家。",
            "Typhoon red alert in Shenzhen. Go home as soon as you can. ",
        );
        let fire = ("大厅发生火情，请从东门离开。", "Fire in the hall. Leave by the east door. ");
        for (name, urgency, (chinese, english), times) in [
            ("44-emergency-warning", Urgency::Warning, typhoon, 1),
            ("44-emergency-warning-long", Urgency::Warning, typhoon, 9),
            ("45-emergency-evacuate", Urgency::Evacuate, fire, 1),
            ("45-emergency-evacuate-long", Urgency::Evacuate, fire, 9),
        ] {
            self.terminal.happen(Event::Emergencies(vec![notice(urgency, chinese, english, times)]));
            self.look(name);
        }
        self.terminal.happen(Event::Emergencies(Vec::new()));
    }

    /// What the terminal says while its store takes nothing.
    pub(crate) fn store_troubles(&mut self) {
        for (trouble, connection, name) in [
            (StoreTrouble::Copied, Connection::Refused, "copied"),
            (StoreTrouble::Newer, Connection::Online, "newer"),
            (StoreTrouble::ReadOnly, Connection::Online, "read-only"),
            (StoreTrouble::NoKey, Connection::Offline, "no-key"),
        ] {
            let health = Health { connection, store: Some(trouble), ..stage::working() };
            self.terminal.happen(Event::Health(health));
            self.look(&format!("40-attract-{name}"));
            self.begin();
            self.touch(Touch::Choose("SZ-HZ-000078".parse().unwrap()));
            self.look(&format!("41-guide-{name}"));
            self.touch(Touch::End);
            self.terminal.happen(Event::Tick);
        }
        self.health(Connection::Online);
    }

    /// A visit through all pages.
    pub(crate) fn visit(&mut self) {
        self.look("01-attract");
        self.begin();
        self.look("02-home");
        self.touch(Touch::OpenSearch);
        self.look("03-search-empty");
        self.keys("wfzjl");
        self.look("04-search");
        self.keys("qqqq");
        self.look("05-search-nothing");
        self.touch(Touch::OpenShelf(Shelf::Department));
        self.look("05-shelf-department");
        self.touch(Touch::Back);
        self.touch(Touch::Back);
        self.touch(Touch::OpenTile(2));
        self.look("06-tile");
        self.touch(Touch::Back);
        self.touch(Touch::OpenTile(5));
        self.look("06-shelf-person");
        self.touch(Touch::OpenGroup(0));
        self.look("06-theme");
        self.touch(Touch::Home);
        self.touch(Touch::Choose("SZ-HZ-000001".parse().unwrap()));
        self.look("07-guide-obstacle");
        self.touch(Touch::Back);
        self.touch(Touch::Choose("SZ-HZ-000078".parse().unwrap()));
        self.look("08-guide");
        self.log_in();
        self.file();
        self.finish();
    }

    fn log_in(&mut self) {
        self.touch(Touch::Start);
        self.look("09-lay-card");
        self.answer(Answer::Card(Err(CardTrouble::HoldStill)));
        self.look("10-card-trouble");
        self.touch(Touch::TryAgain);
        self.answer(Answer::Card(Ok(support::resident())));
        self.look("11-consent");
        self.touch(Touch::AgreeToFace);
        self.answer(Answer::Face(FaceNews::Hint(FaceHint::Closer)));
        self.look("12-look");
        self.answer(Answer::Face(FaceNews::Verdict(FaceVerdict::Different)));
        self.look("13-face-trouble");
        self.touch(Touch::TryAgain);
        self.answer(Answer::Face(FaceNews::Verdict(FaceVerdict::Same)));
        self.answer(Answer::DraftFound(None));
    }

    fn file(&mut self) {
        self.look("14-from-card");
        self.touch(Touch::Next);
        self.look("15-form-empty");
        self.touch(Touch::Focus("phone".parse().unwrap()));
        self.keys("1380000");
        self.look("16-form-typing");
        self.touch(Touch::CloseKeyboard);
        self.touch(Touch::Next);
        self.look("17-form-faults");
        self.touch(Touch::Focus("phone".parse().unwrap()));
        self.keys("0001");
        self.touch(Touch::CloseKeyboard);
        self.touch(Touch::Pick("purpose".parse().unwrap(), "求职".into()));
        self.touch(Touch::Next);
        self.touch(Touch::Pick("copies".parse().unwrap(), "1".into()));
        self.look("18-form-last");
        self.touch(Touch::Next);
        self.look("19-review");
        self.touch(Touch::Submit);
        self.look("20-submitting");
        let entry = EntryId(uuid::Uuid::from_u128(1));
        let number = LocalNumber::compose(&"ft-0001".parse().unwrap(), date(2026, 11, 23), Seq(7)).unwrap();
        self.answer(Answer::Committed(Err(StoreTrouble::Full)));
        self.look("21-trouble");
        self.touch(Touch::TryAgain);
        self.touch(Touch::Submit);
        self.answer(Answer::Committed(Ok(Committed { entry, number })));
        let line =
            |label: &str, value: &str| AnswerLine { label: label.to_owned(), value: Secret::from(value) };
        self.answer(Answer::Received(Ok(EntryReceipt {
            entry,
            received_at: "2026-11-23T01:30:00Z".parse().unwrap(),
            outcome: Outcome::Answered {
                case: CaseNumber::compose(440_304, date(2026, 11, 23), 1).unwrap(),
                lines: vec![
                    line("说明", "样例数据"),
                    line("查询结果", "未发现犯罪记录"),
                    line("有效期", "3个月"),
                ],
                check_code: Some("7K3M-Q9ZD".to_owned()),
            },
            rules: Vec::new(),
        })));
    }

    /// A table of persons, options that hang on each other, and what is asked of a body.
    fn other_forms(&mut self) {
        // 出生登记: the members of the family, one after the other.
        self.open_service("SZ-HZ-000001");
        self.touch(Touch::Next);
        for (field, value) in [("relation", "父母"), ("result_delivery", "自助打印")] {
            self.touch(Touch::Pick(field.parse().unwrap(), value.into()));
        }
        self.fill_until("members");
        self.look("50-table-empty");
        for (cell, keys) in [("members-0", "Zhang Xiaofu"), ("members-1", "A123456789")] {
            self.touch(Touch::Focus(cell.parse().unwrap()));
            if cell == "members-0" {
                self.touch(Touch::Key(Key::Language));
            }
            self.keys(keys);
        }
        self.look("51-table-typing");
        self.touch(Touch::CloseKeyboard);
        self.touch(Touch::Pick("members-2".parse().unwrap(), "子女".into()));
        self.touch(Touch::AddRow("members".parse().unwrap()));
        self.look("52-table-fault");
        self.touch(Touch::Focus("members-3".parse().unwrap()));
        self.keys("20261101");
        self.touch(Touch::AddRow("members".parse().unwrap()));
        self.look("53-table-row");
        self.touch(Touch::Home);
    }

    pub(crate) fn open_service(&mut self, service: &str) {
        self.touch(Touch::Choose(service.parse().unwrap()));
        self.touch(Touch::Start);
        self.answer(Answer::DraftFound(None));
    }

    /// Answers what stands before a field.
    pub(crate) fn fill_until(&mut self, wanted: &str) {
        for _ in 0..6 {
            let shown = self.terminal.journey(|journey| match journey.page() {
                Page::Filing(filing) => {
                    filing.draft.steps()[filing.step].fields().iter().any(|id| id.as_str() == wanted)
                }
                _ => false,
            });
            if shown {
                return;
            }
            self.touch(Touch::Focus("phone".parse().unwrap()));
            self.keys("13800000001");
            self.touch(Touch::CloseKeyboard);
            self.touch(Touch::Next);
        }
        panic!("no page asks for {wanted}");
    }

    /// Water is paid by a code.
    fn pay(&mut self) {
        self.touch(Touch::Choose("SZ-SU-000002".parse().unwrap()));
        self.touch(Touch::Start);
        self.look("60-pay-account");
        self.keys("103040001");
        self.touch(Touch::Next);
        self.look("61-pay-account-fault");
        self.keys("7");
        self.touch(Touch::Next);
        self.look("62-pay-submitting");
        let order = |state| till::order(&till::request("szwater", "1030400017"), state);
        let bills = till::water_bills();
        self.answer(Answer::Bills(Box::new(Ok((bills, vec![order(OrderState::Posted)])))));
        self.look("63-pay-bills");
        self.touch(Touch::Next);
        self.look("64-pay-confirm");
        self.touch(Touch::Next);
        self.answer(Answer::Order(Box::new(Ok(order(OrderState::QrShown)))));
        self.look("65-pay-code");
        self.touch(Touch::HaveIPaid);
        self.answer(Answer::Order(Box::new(Ok(order(OrderState::Unknown)))));
        self.look("66-pay-open");
        self.answer(Answer::Order(Box::new(Ok(order(OrderState::Posted)))));
        self.answer(Answer::Printed(PrintResult::Printed));
        self.look("67-pay-posted");
        self.touch(Touch::More);
        self.touch(Touch::Choose("SZ-YD-000002".parse().unwrap()));
        self.touch(Touch::Start);
        self.keys("13800000001");
        self.touch(Touch::Next);
        self.answer(Answer::Bills(Box::new(Ok((till::bills("cmcc", "13800000001", true), Vec::new())))));
        self.touch(Touch::ChooseAmount(Fen(5_000)));
        self.look("68-pay-top-up");
        self.touch(Touch::Home);
    }

    fn finish(&mut self) {
        self.look("22-done-answered");
        self.answer(Answer::Printed(PrintResult::NoPaper));
        self.touch(Touch::Rate(Rating::Dissatisfied));
        self.touch(Touch::Tag(1));
        self.look("23-done-asks-why");
        self.touch(Touch::Rate(Rating::VerySatisfied));
        self.look("23-done-rated-no-paper");
        self.touch(Touch::More);
        self.touch(Touch::OpenSearch);
        self.touch(Touch::Key(Key::Language));
        self.keys("dan");
        self.look("24-search-pinyin");
        self.touch(Touch::Home);
        self.other_forms();
        self.papers();
        self.place();
        self.pay();
        self.look_after_cases();
        self.decide();
        self.use_phone();
        self.book();
        self.book_a_window();
        self.apply_offline();
        self.touch(Touch::End);
        self.look("29-goodbye");
    }

    /// An ordinary application with a signature, while the network is cut.
    fn apply_offline(&mut self) {
        self.health(Connection::Offline);
        self.touch(Touch::OpenSearch);
        self.keys("jiazhao");
        self.look("24-search-offline");
        self.touch(Touch::Home);
        let library = support::library();
        let service = library
            .services()
            .iter()
            .find(|s| s.form.as_str() == "person-basic" && self.terminal.journey(|j| j.obstacle(s)).is_none())
            .unwrap();
        self.touch(Touch::Choose(service.code.clone()));
        self.touch(Touch::Start);
        self.find_draft();
        self.touch(Touch::Next);
        self.touch(Touch::Focus("phone".parse().unwrap()));
        self.keys("13800000001");
        self.touch(Touch::Focus("matter_note".parse().unwrap()));
        self.keys("banlijuzhuzheng");
        self.look("25-form-pinyin");
        self.touch(Touch::CloseKeyboard);
        self.touch(Touch::Pick("result_delivery".parse().unwrap(), "窗口自取".into()));
        self.look("26-form-options");
        self.keep_draft();
        self.touch(Touch::Next);
        self.touch(Touch::ToggleConsent);
        let stroke = |x: u16| {
            (0..40).map(|i| format!("{},{}", x + i * 3, 60 + (i % 9) * 18)).collect::<Vec<_>>().join(" ")
        };
        for x in [250, 420, 600] {
            self.touch(Touch::Stroke(stroke(x).as_str().into()));
        }
        self.look("27-review-signed");
        self.touch(Touch::Submit);
        let entry = EntryId(uuid::Uuid::from_u128(2));
        let number = LocalNumber::compose(&"ft-0001".parse().unwrap(), date(2026, 11, 23), Seq(8)).unwrap();
        self.answer(Answer::Committed(Ok(Committed { entry, number })));
        self.answer(Answer::Received(Err(NoReceipt::StillWaiting)));
        self.answer(Answer::Printed(PrintResult::Printed));
        self.look("28-done-saved-here");
    }
}

impl Stage {
    /// A draft from another day is found; this time the resident begins anew.
    fn find_draft(&mut self) {
        let at = date(2026, 11, 22).at(21, 15, 0, 0);
        self.answer(Answer::DraftFound(Some(KeptDraft { at, typed: Fields::new() })));
        self.look("31-draft-found");
        self.touch(Touch::StartAnew);
    }

    /// It is kept at the first try, then the disk is full, then the card gives no photo.
    fn keep_draft(&mut self) {
        let full = DraftTrouble::Store(StoreTrouble::Full);
        let results = [
            ("32-draft-kept", Ok(())),
            ("33-draft-disk-full", Err(full)),
            ("34-draft-no-photo", Err(DraftTrouble::NoPhoto)),
        ];
        for (name, result) in results {
            self.touch(Touch::KeepDraft);
            self.answer(Answer::DraftKept(result));
            self.look(name);
            self.touch(Touch::GoOn);
        }
    }
}
