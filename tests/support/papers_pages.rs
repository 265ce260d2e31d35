//! The pages of papers: which, the document camera, a page that was taken, and the resident's phone.

#![allow(clippy::unwrap_used, clippy::panic)]

use crate::stage::Stage;
use crate::{shelf, stage};
use contract::FieldId;
use kiosk::journey::{Answer, Connection, Event, Health, Page, PaperNews, PapersStep, Touch};
use kiosk::papers::Refusal;
use kiosk::typing::Key;
use slint::ComponentHandle;
use std::time::Duration;

impl Stage {
    /// Papers: one is in the licence library, pages of the others are taken.
    pub(crate) fn papers(&mut self) {
        self.terminal.happen(Event::Health(Health { documents: Some(true), ..stage::working() }));
        // 出生登记: household book and marriage certificate belong to it.
        self.open_service("SZ-HZ-000001");
        self.touch(Touch::Next);
        for (field, value) in [("relation", "父母"), ("result_delivery", "自助打印")] {
            self.touch(Touch::Pick(field.parse().unwrap(), value.into()));
        }
        self.fill_until("members");
        for (cell, keys) in
            [("members-0", "Zhang Xiaofu"), ("members-1", "11010519491231002X"), ("members-3", "19491231")]
        {
            self.touch(Touch::Focus(cell.parse().unwrap()));
            if cell == "members-0" {
                self.touch(Touch::Key(Key::Language));
            }
            self.keys(keys);
        }
        self.touch(Touch::Pick("members-2".parse().unwrap(), "子女".into()));
        self.touch(Touch::Next);
        self.touch(Touch::Focus("subject_name".parse().unwrap()));
        self.touch(Touch::Key(Key::Language));
        self.keys("Zhang Xiaofu");
        self.touch(Touch::Next);
        self.terminal
            .journey(|journey| assert!(matches!(journey.page(), Page::Papers(_)), "no papers come up"));
        self.look("54-papers-asking");
        self.answer(Answer::LicencesFound(Some(shelf::held(&["居民户口簿"]))));
        self.look("55-papers");
        let proof: FieldId = "family_proof".parse().unwrap();
        self.touch(Touch::Scan(proof.clone()));
        let news = |why, sheet| Answer::Paper(PaperNews::NotYet { why, sheet });
        self.answer(news(Some(Refusal::Glare), Some(shelf::CORNERS)));
        let shade = slint::SharedPixelBuffer::clone_from_slice(&vec![96; 800 * 600 * 3], 800, 600);
        self.terminal.app().global::<kiosk_ui::Papers>().set_preview(slint::Image::from_rgb8(shade));
        self.look("56-papers-look");
        self.answer(Answer::Paper(PaperNews::Taken(shelf::page(200))));
        self.terminal.journey(|journey| {
            let Page::Papers(papers) = journey.page() else { panic!("no papers") };
            assert!(matches!(papers.step, PapersStep::Judge { .. }), "no page was taken");
        });
        self.look("57-papers-judge");
        self.touch(Touch::KeepPage);
        self.touch(Touch::Scan(proof.clone()));
        self.answer(Answer::Paper(PaperNews::NoPicture));
        self.look("57-papers-no-picture");
        self.touch(Touch::Back);
        self.look("58-papers-taken");
        self.touch(Touch::ShowPage(proof.clone(), 0));
        self.look("58-papers-kept");
        self.touch(Touch::DropPage);
        self.touch(Touch::Next);
        self.look("59-review-papers");
        self.touch(Touch::OpenPapers);
        for shade in [60, 200] {
            self.touch(Touch::Scan(proof.clone()));
            self.answer(Answer::Paper(PaperNews::Taken(shelf::page(shade))));
            self.touch(Touch::KeepPage);
        }
        self.look("59-papers-full");
        self.terminal.happen(Event::Health(Health {
            documents: Some(false),
            phone: true,
            ..stage::working()
        }));
        self.touch(Touch::ShowPage(proof.clone(), 0));
        self.touch(Touch::DropPage);
        self.look("59-papers-by-phone");
        self.touch(Touch::UsePhone(proof));
        self.look("59-phone-opening");
        self.answer(Answer::DropOpened(Ok(shelf::drop(7, Duration::from_mins(8)))));
        self.look("59-phone");
        self.answer(Answer::Picture(Some(shelf::page(120))));
        self.look("59-phone-judge");
        self.touch(Touch::TryAgain);
        self.answer(Answer::DropOpened(Ok(shelf::drop(8, Duration::from_mins(8)))));
        self.answer(Answer::Picture(None));
        self.look("59-phone-over");
        self.touch(Touch::Home);
        self.health(Connection::Online);
    }

    /// From a case that asks for papers, and back to it.
    pub(crate) fn take_asked_papers(&mut self) {
        let health = Health { documents: Some(true), phone: true, ..stage::working() };
        self.terminal.happen(Event::Health(health));
        self.touch(Touch::AnswerPapers);
        self.look("74-case-papers");
        self.touch(Touch::Scan("asked-1".parse().unwrap()));
        self.answer(Answer::Paper(PaperNews::Taken(shelf::page(180))));
        self.touch(Touch::KeepPage);
        self.look("74-case-papers-taken");
        self.touch(Touch::Next);
        self.look("74-case-answer-with-pages");
        self.touch(Touch::Back);
        self.touch(Touch::Back);
        self.health(Connection::Online);
    }

    /// A hazard: here, or elsewhere.
    pub(crate) fn place(&mut self) {
        let pick = |stage: &mut Self, field: &str, value: &str| {
            stage.touch(Touch::Pick(field.parse().unwrap(), value.into()));
        };
        self.touch(Touch::Choose("SZ-FQ-000008".parse().unwrap()));
        self.touch(Touch::Start);
        for (field, value) in [("category", "设施"), ("subcategory", "井盖缺失"), ("level", "紧急")] {
            pick(self, field, value);
        }
        self.touch(Touch::Next);
        self.look("88-place");
        self.touch(Touch::ChooseHere);
        self.look("88-place-here");
        pick(self, "grid_street", "440304-02 园岭街道");
        self.look("88-place-elsewhere");
        pick(self, "grid_community", "440304-02-02 园西社区");
        self.touch(Touch::Next);
        self.look("88-place-cell");
        self.touch(Touch::Home);
    }
}
