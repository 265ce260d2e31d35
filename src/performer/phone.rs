//! Drafts between a phone and this terminal: asks central.

use super::Hands;
use crate::journey::{KeptDraft, PhoneTicket, PhoneTrouble};
use crate::sync::Failure;
use contract::phone::{DRAFT_LOCKED, DraftClaim, DraftForPhone, NO_SUCH_DRAFT, OTHER_SERVICE};
use jiff::Timestamp;
use jiff::civil::DateTime;

/// Takes the draft of a code, once.
pub(super) async fn claim(hands: &Hands, claim: &DraftClaim) -> Result<KeptDraft, PhoneTrouble> {
    let sync = hands.sync.as_ref().ok_or(PhoneTrouble::Offline)?;
    let draft = sync.client().claim_draft(claim).await.map_err(|failure| trouble(&failure))?;
    Ok(KeptDraft { at: in_shenzhen(draft.made_at), typed: draft.fields })
}

/// Has central keep a form for a phone.
pub(super) async fn hand(hands: &Hands, draft: &DraftForPhone) -> Result<PhoneTicket, PhoneTrouble> {
    let sync = hands.sync.as_ref().ok_or(PhoneTrouble::Offline)?;
    let ticket = sync.client().hand_draft(draft).await.map_err(|failure| trouble(&failure))?;
    let address = hands.public.as_ref().map(|public| format!("{public}/draft/open"));
    Ok(PhoneTicket { code: ticket.code, until: in_shenzhen(ticket.until), address })
}

fn in_shenzhen(at: Timestamp) -> DateTime {
    jiff::tz::offset(8).to_datetime(at)
}

fn trouble(failure: &Failure) -> PhoneTrouble {
    match failure {
        Failure::Offline | Failure::ForeignCertificate => PhoneTrouble::Offline,
        Failure::Refused(problem) => match problem.kind.as_str() {
            NO_SUCH_DRAFT => PhoneTrouble::NoSuchDraft,
            OTHER_SERVICE => PhoneTrouble::OtherService,
            DRAFT_LOCKED => PhoneTrouble::Locked,
            _ => PhoneTrouble::NoAnswer,
        },
        Failure::Busy { .. } | Failure::Faulty { .. } | Failure::SeqTaken(_) | Failure::Forked(_) => {
            PhoneTrouble::NoAnswer
        }
    }
}
