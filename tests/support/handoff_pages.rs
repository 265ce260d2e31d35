//! The pages between a phone and the terminal: a code is typed, is wrong, brings the form's content; one is shown for a phone.

#![allow(clippy::unwrap_used)]

use crate::stage::Stage;
use contract::Secret;
use contract::handoff::DraftCode;
use jiff::civil::date;
use kiosk::journey::{Answer, Connection, HandoffTicket, HandoffTrouble, KeptDraft, Touch};

impl Stage {
    pub(crate) fn use_phone(&mut self) {
        self.open_service("SZ-HZ-000078");
        self.look("106-form-offers-phone");
        self.touch(Touch::OpenPhoneCode);
        self.look("106-phone-code");
        self.keys("123456");
        self.touch(Touch::Next);
        self.look("106-phone-submitting");
        self.answer(Answer::PhoneDraft(Err(HandoffTrouble::NoSuchDraft)));
        self.look("106-phone-no-such-draft");
        self.keys("654321");
        self.touch(Touch::Next);
        let typed = [("phone", "13800000001"), ("purpose", "求职")]
            .map(|(id, value)| (id.parse().unwrap(), Secret::from(value)))
            .into();
        self.answer(Answer::PhoneDraft(Ok(KeptDraft { at: date(2026, 11, 22).at(21, 15, 0, 0), typed })));
        self.touch(Touch::Next);
        self.look("107-form-from-phone");
        self.hand(Ok(HandoffTicket {
            code: DraftCode::of(123_456),
            until: date(2026, 11, 24).at(9, 30, 0, 0),
            address: Some("https://service.example.gov.cn/draft/open".to_owned()),
        }));
        self.look("108-phone-handed");
        self.touch(Touch::GoOn);
        self.hand(Err(HandoffTrouble::NoAnswer));
        self.look("108-phone-not-handed");
        self.touch(Touch::Home);
        self.open_service("SZ-HZ-000078");
        self.health(Connection::Offline);
        self.look("109-form-without-phone");
        self.health(Connection::Online);
        self.touch(Touch::Home);
    }

    fn hand(&mut self, result: Result<HandoffTicket, HandoffTrouble>) {
        self.touch(Touch::KeepDraft);
        self.answer(Answer::DraftKept(Ok(())));
        self.look("107-draft-kept");
        self.touch(Touch::ToPhone);
        self.answer(Answer::Handed(result));
    }
}
