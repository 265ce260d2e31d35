//! The pages of what is under way: a case by its number, a project by its code, one's own cases and licences.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::desk;
use crate::stage::{self, Stage};
use contract::licence::PersonLicences;
use contract::message::{CaseState, PersonCases};
use contract::{EntryId, LocalNumber, Seq};
use jiff::civil::date;
use kiosk::journey::{Answer, Committed, Event, Health, NoReceipt, Own, PrintResult, Touch};
use kiosk::typing::Key;

impl Stage {
    /// A case by its number, then one's own: papers are asked for, and one is taken back.
    pub(crate) fn look_after_cases(&mut self) {
        let health = Health { scanner: Some(true), ..stage::working() };
        self.terminal.happen(Event::Health(health));
        self.touch(Touch::OpenAffairs);
        self.look("70-number-by-scanner");
        self.terminal.happen(Event::Scanned("https://example.org/health-code".into()));
        self.look("70-other-code");
        self.touch(Touch::Home);
        self.terminal.happen(Event::Health(stage::working()));
        self.touch(Touch::OpenAffairs);
        self.keys("4403042026112");
        self.touch(Touch::Next);
        self.look("70-case-number-fault");
        self.touch(Touch::Key(Key::Clear));
        self.keys(&desk::PROJECT.replace('-', ""));
        self.look("70-project-code");
        self.touch(Touch::Next);
        self.answer(Answer::Project(Box::new(Ok(Some(desk::project())))));
        self.look("70-project");
        self.touch(Touch::PrintBoard);
        self.answer(Answer::Printed(PrintResult::NoPaper));
        self.look("70-project-not-printed");
        self.touch(Touch::Home);
        self.touch(Touch::OpenAffairs);
        self.touch(Touch::Own(Own::Cases));
        self.look("71-case-submitting");
        let states = [CaseState::PapersAsked, CaseState::Accepted, CaseState::Approved, CaseState::Withdrawn];
        let cases: Vec<_> = states.into_iter().zip(1..).map(|(state, n)| desk::case(state, n)).collect();
        let (asks, accepted) = (cases[0].case.clone(), cases[1].case.clone());
        self.answer(Answer::OwnCases(Box::new(Ok(PersonCases { cases, has_older: true }))));
        self.look("72-own-cases");
        self.touch(Touch::ChooseCase(asks));
        self.look("73-case-asks");
        self.take_asked_papers();
        self.touch(Touch::AnswerPapers);
        self.keys("hetong");
        self.look("74-case-answer");
        self.touch(Touch::Back);
        self.touch(Touch::Back);
        self.touch(Touch::ChooseCase(accepted));
        self.look("75-case-under-way");
        self.touch(Touch::Withdraw);
        self.look("76-case-withdraw");
        self.touch(Touch::Next);
        let number = LocalNumber::compose(&"ft-0001".parse().unwrap(), date(2026, 11, 23), Seq(9)).unwrap();
        let entry = EntryId(uuid::Uuid::from_u128(9));
        self.answer(Answer::Committed(Ok(Committed { entry, number })));
        self.answer(Answer::Received(Err(NoReceipt::Refused)));
        self.look("77-case-said");
        self.touch(Touch::Home);
        self.touch(Touch::Own(Own::Licences));
        let unanswered = vec!["居住证".to_owned()];
        let licences = PersonLicences { licences: vec![desk::licence()], unanswered };
        self.answer(Answer::OwnLicences(Box::new(Ok(licences))));
        self.look("78-own-licences");
        self.touch(Touch::Home);
    }
}
