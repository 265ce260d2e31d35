//! The pages of an instant approval: approved, refused, given to a clerk; and the same in one's own cases.

#![allow(clippy::unwrap_used)]

use crate::desk;
use crate::rules::said;
use crate::stage::Stage;
use contract::message::{CaseState, EntryReceipt, Outcome, PersonCases, Rating, RulesDecision};
use contract::ruling::RuleVerdict;
use contract::{CaseNumber, Fen};
use jiff::civil::date;
use kiosk::journey::{Answer, NoReceipt, Own, PrintResult, Touch};

impl Stage {
    pub(crate) fn decide(&mut self) {
        let case = CaseNumber::compose(440_304, date(2026, 11, 23), 3).unwrap();
        let decided = |decision, next: &str| Outcome::Decided {
            case: case.clone(),
            decision,
            reasons: Vec::new(),
            next_step: next.to_owned(),
            fee: Fen::ZERO,
        };
        let to_clerk = Outcome::CaseOpened { case: case.clone(), promised_days: 20, fee: Fen::ZERO };
        let appeal = "如有异议，可在60日内申请行政复议，或在6个月内提起行政诉讼";
        for (name, outcome, odd) in [
            (
                "101-decided-approved",
                decided(RulesDecision::Approved, "结果已存入电子证照库"),
                RuleVerdict::Pass,
            ),
            ("102-decided-refused", decided(RulesDecision::Refused, appeal), RuleVerdict::Fail),
            ("103-decided-to-clerk", to_clerk, RuleVerdict::NoAnswer),
        ] {
            let entry = self.submit_certificate();
            self.answer(Answer::Received(Ok(EntryReceipt {
                entry,
                received_at: "2026-11-23T01:30:00Z".parse().unwrap(),
                outcome,
                rules: said(odd),
            })));
            self.answer(Answer::Printed(PrintResult::Printed));
            self.look(name);
        }
        self.touch(Touch::Rate(Rating::Dissatisfied));
        self.look("104-decided-asks-why");
        self.touch(Touch::More);
        self.touch(Touch::Own(Own::Cases));
        let refused = contract::message::CaseProgress {
            rules: said(RuleVerdict::Fail),
            ..desk::case(CaseState::Refused, 1)
        };
        let number = refused.case.clone();
        self.answer(Answer::OwnCases(Box::new(Ok(PersonCases { cases: vec![refused], has_older: false }))));
        self.touch(Touch::ChooseCase(number));
        self.look("105-case-with-rules");
        self.touch(Touch::Home);
        // The line breaks before central's word.
        self.submit_certificate();
        self.answer(Answer::Received(Err(NoReceipt::StillWaiting)));
        self.touch(Touch::More);
    }

    /// Fills in 无犯罪记录证明 and hands it in.
    fn submit_certificate(&mut self) -> contract::EntryId {
        self.touch(Touch::Home);
        self.open_service("SZ-HZ-000078");
        self.fill_until("purpose");
        self.touch(Touch::Focus("phone".parse().unwrap()));
        self.keys("13800000001");
        self.touch(Touch::Pick("purpose".parse().unwrap(), "求职".into()));
        self.touch(Touch::Next);
        self.touch(Touch::Pick("copies".parse().unwrap(), "1".into()));
        self.touch(Touch::Next);
        self.touch(Touch::Submit);
        self.committed(20)
    }
}
