//! A phone for the random walk: codes that are right, wrong, late, and forms that are taken along.

#![allow(dead_code, clippy::indexing_slicing)]

use crate::walker::kept_draft;
use contract::handoff::DraftCode;
use jiff::civil::date;
use kiosk::journey::{Answer, Ask, Handoff, HandoffStep, HandoffTicket, HandoffTrouble, Touch};
use kiosk::typing::Key;

/// What the outside answers to a question about a phone; none for another question.
pub(crate) fn answer(ask: &Ask, rng: &mut fastrand::Rng) -> Option<Answer> {
    let troubles = [
        HandoffTrouble::NoSuchDraft,
        HandoffTrouble::OtherService,
        HandoffTrouble::Locked,
        HandoffTrouble::Offline,
        HandoffTrouble::NoAnswer,
    ];
    let trouble = rng.bool().then(|| troubles[rng.usize(..troubles.len())]);
    match ask {
        Ask::ClaimDraft(_) => Some(Answer::PhoneDraft(trouble.map_or_else(|| Ok(kept_draft()), Err))),
        Ask::HandToPhone(draft) => {
            let not_typed =
                |id: &contract::FieldId| ["name", "id_no", "consent", "sign"].contains(&id.as_str());
            assert!(!draft.fields.keys().any(not_typed), "more goes along than was typed");
            Some(Answer::Handed(trouble.map_or_else(|| Ok(ticket()), Err)))
        }
        _ => None,
    }
}

/// What central gives for a phone.
pub(crate) fn ticket() -> HandoffTicket {
    HandoffTicket {
        code: DraftCode::of(123_456),
        until: date(2026, 11, 24).at(9, 30, 0, 0),
        address: Some("https://futian.example/draft/open".to_owned()),
    }
}

/// A touch of somebody who means it.
pub(crate) fn touch(phone: &Handoff, rng: &mut fastrand::Rng) -> Touch {
    match &phone.step {
        HandoffStep::Code { .. } if rng.u8(..8) == 0 => Touch::Back,
        HandoffStep::Code { typing, .. } if typing.text().len() < 6 => Touch::Key(Key::Char('7')),
        HandoffStep::Code { .. } => Touch::Next,
        HandoffStep::Claiming { .. } | HandoffStep::Handing { .. } => Touch::KeepGoing,
        HandoffStep::Handed(_) | HandoffStep::NotHanded(_) => Touch::GoOn,
    }
}
