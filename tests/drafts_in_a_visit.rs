//! What a visit does with drafts, without any hands: the answers come from this test, late, never or wrong.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod support;
#[path = "support/visit.rs"]
mod visit;

use contract::Secret;
use jiff::civil::date;
use kiosk::identity::Resident;
use kiosk::journey::{Answer, Ask, Connection, DraftTrouble, Event, Health, KeptDraft, Page, Touch};
use kiosk::services::StoreTrouble;
use kiosk::typing::Key;
use std::time::Duration;
use support::resident;
use visit::Visit;

const NAME_CHANGE: &str = "SZ-HZ-000035";

impl Visit {
    fn log_in(&mut self, who: Resident) {
        self.touch(Touch::Begin);
        self.touch(Touch::Choose(NAME_CHANGE.parse().unwrap()));
        self.touch(Touch::Start);
        self.recognised(who);
    }

    fn type_phone(&mut self) {
        self.touch(Touch::Next);
        self.touch(Touch::Focus("phone".parse().unwrap()));
        self.keys("13800000001");
    }

    fn phone(&self) -> String {
        match self.journey.page() {
            Page::Filing(filing) => filing.draft.value_named("phone").to_owned(),
            page => panic!("no form: {page:?}"),
        }
    }
}

fn kept(fields: &[(&str, &str)]) -> Answer {
    let typed = fields.iter().map(|(id, value)| (id.parse().unwrap(), Secret::from(*value))).collect();
    Answer::DraftFound(Some(KeptDraft { at: date(2026, 11, 22).at(21, 15, 0, 0), typed }))
}

#[test]
fn what_the_form_of_today_does_not_take_is_left_out() {
    let mut visit = Visit::begin(Connection::Offline);
    visit.log_in(resident());
    visit.answer(kept(&[
        ("phone", "13800000001"),
        ("name", "别人"),
        ("result_delivery", "信鸽"),
        // Asked only where something is posted.
        ("post_address", "深圳市福田区"),
        ("gone_from_the_form", "x"),
        ("consent", "true"),
    ]));
    visit.touch(Touch::TakeDraft);
    assert_eq!(visit.phone(), "13800000001");
    let Page::Filing(filing) = visit.journey.page() else { panic!("no form") };
    assert_eq!(filing.draft.value_named("name"), "测试甲");
    for left_out in ["result_delivery", "post_address", "gone_from_the_form", "consent"] {
        assert_eq!(filing.draft.value_named(left_out), "", "{left_out}");
    }
}

#[test]
fn a_dependent_answer_comes_back_with_the_one_it_depends_on() {
    let mut visit = Visit::begin(Connection::Offline);
    visit.log_in(resident());
    visit.answer(kept(&[("post_address", "深圳市福田区福中路１号"), ("result_delivery", "邮寄")]));
    visit.touch(Touch::TakeDraft);
    let Page::Filing(filing) = visit.journey.page() else { panic!("no form") };
    assert_eq!(filing.draft.value_named("post_address"), "深圳市福田区福中路１号");
}

#[test]
fn a_draft_that_comes_late_reaches_nobody() {
    let mut visit = Visit::begin(Connection::Offline);
    visit.log_in(resident());
    let (asked_by, job, _) = visit.asked.pop().unwrap();
    let late = || Event::Answer { visit: asked_by, job, answer: kept(&[("phone", "13900000009")]) };
    visit.wait(Duration::from_secs(5));
    assert_eq!(visit.phone(), "", "the form opens without an answer");
    visit.happen(late());
    assert_eq!(visit.phone(), "", "and is not taken away from under the fingers");
    visit.touch(Touch::End);
    visit.log_in(resident());
    visit.happen(late());
    assert!(matches!(visit.journey.page(), Page::FindingDraft(_)), "nor does the next resident get it");
}

#[test]
fn a_disk_that_takes_no_draft_takes_nothing_from_the_form() {
    let mut visit = Visit::begin(Connection::Offline);
    visit.log_in(resident());
    visit.answer(Answer::DraftFound(None));
    assert!(!visit.journey.can_keep_draft(), "there is nothing to keep");
    visit.type_phone();
    for trouble in [StoreTrouble::Full, StoreTrouble::ReadOnly] {
        visit.touch(Touch::KeepDraft);
        assert!(matches!(visit.last_ask(), Ask::KeepDraft(_, typed) if typed.len() == 1));
        visit.answer(Answer::DraftKept(Err(DraftTrouble::Store(trouble))));
        visit.touch(Touch::GoOn);
        assert_eq!(visit.phone(), "13800000001");
    }
    visit.touch(Touch::KeepDraft);
    visit.wait(Duration::from_secs(30));
    let unsure = Err(DraftTrouble::Store(StoreTrouble::Unknown));
    assert!(matches!(visit.journey.page(), Page::DraftKept(kept) if kept.result == unsure));
    visit.touch(Touch::Back);
    assert_eq!(visit.phone(), "13800000001");
}

#[test]
fn a_card_without_a_photo_keeps_no_draft_and_says_so() {
    let mut visit = Visit::begin(Connection::Offline);
    visit.log_in(Resident { portrait: None, ..resident() });
    assert_eq!(visit.phone(), "", "nothing is looked for");
    visit.type_phone();
    let asked = visit.asked.len();
    visit.touch(Touch::KeepDraft);
    let no_photo = Err(DraftTrouble::NoPhoto);
    assert!(matches!(visit.journey.page(), Page::DraftKept(kept) if kept.result == no_photo));
    assert_eq!(visit.asked.len(), asked);
}

#[test]
fn whoever_is_not_logged_in_is_offered_no_draft() {
    let mut visit = Visit::begin(Connection::Offline);
    // 公厕位置查询: a public look-up that needs no card.
    visit.touch(Touch::Begin);
    visit.happen(Event::Health(Health {
        connection: Connection::Online,
        reader: true,
        face: true,
        ..Health::default()
    }));
    visit.touch(Touch::Choose("SZ-CS-000046".parse().unwrap()));
    visit.touch(Touch::Start);
    visit.touch(Touch::Focus("query_key".parse().unwrap()));
    visit.touch(Touch::Key(Key::Language));
    visit.touch(Touch::Key(Key::Char('a')));
    assert!(matches!(visit.journey.page(), Page::Filing(_)) && !visit.journey.can_keep_draft());
    visit.touch(Touch::KeepDraft);
    assert!(matches!(visit.journey.page(), Page::Filing(_)) && visit.asked.is_empty());
}
