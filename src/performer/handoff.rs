//! Drafts between a phone and this terminal: asks central.

use super::Hands;
use crate::journey::{HandoffTicket, HandoffTrouble, KeptDraft};
use crate::sync::Failure;
use contract::handoff::{DRAFT_LOCKED, DraftClaim, DraftForPhone, NO_SUCH_DRAFT, OTHER_SERVICE};
use jiff::Timestamp;
use jiff::civil::DateTime;

/// Takes the draft of a code, once.
pub(super) async fn claim(hands: &Hands, claim: &DraftClaim) -> Result<KeptDraft, HandoffTrouble> {
    let sync = hands.sync.as_ref().ok_or(HandoffTrouble::Offline)?;
    let draft = sync.client().claim_draft(claim).await.map_err(|failure| trouble(&failure))?;
    Ok(KeptDraft { at: in_shenzhen(draft.made_at), typed: draft.fields })
}

/// Has central keep a form for a phone.
pub(super) async fn hand(hands: &Hands, draft: &DraftForPhone) -> Result<HandoffTicket, HandoffTrouble> {
    let sync = hands.sync.as_ref().ok_or(HandoffTrouble::Offline)?;
    let ticket = sync.client().hand_draft(draft).await.map_err(|failure| trouble(&failure))?;
    let address = hands.public.as_ref().map(|public| format!("{public}/draft/open"));
    Ok(HandoffTicket { code: ticket.code, until: in_shenzhen(ticket.until), address })
}

fn in_shenzhen(at: Timestamp) -> DateTime {
    jiff::tz::offset(8).to_datetime(at)
}

fn trouble(failure: &Failure) -> HandoffTrouble {
    match failure {
        Failure::Offline | Failure::ForeignCertificate => HandoffTrouble::Offline,
        Failure::Refused(problem) => match problem.kind.as_str() {
            NO_SUCH_DRAFT => HandoffTrouble::NoSuchDraft,
            OTHER_SERVICE => HandoffTrouble::OtherService,
            DRAFT_LOCKED => HandoffTrouble::Locked,
            _ => HandoffTrouble::NoAnswer,
        },
        Failure::Busy { .. } | Failure::Faulty { .. } | Failure::SeqTaken(_) | Failure::Forked(_) => {
            HandoffTrouble::NoAnswer
        }
    }
}
