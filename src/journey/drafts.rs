//! Drafts (草稿) that a resident asks to keep, and finds again after the next log-in with the same card. One a card and
//! service; for services that ask for a card only, since nobody else could be told from somebody else.

use super::event::{Answer, DraftTrouble, KeptDraft, Now, Touch};
use super::{
    Ask, DraftFound, DraftKept, DraftOf, Effect, Filing, FindingDraft, Journey, KeepingDraft, Page, Papers,
    PapersOf, Unfinished,
};
use crate::forms::Draft;
use crate::identity::Resident;
use std::time::Duration;

/// How long a resident waits for an answer before the form opens without a draft.
pub(super) const FINDING: Duration = Duration::from_secs(5);

impl Journey {
    /// Whether the page shows a form of which a draft can be kept: a card was read for it, and something is filled in.
    pub fn can_keep_draft(&self) -> bool {
        self.unfinished()
            .is_some_and(|filing| filing.draft.is_identified() && !filing.draft.typed().is_empty())
    }

    fn unfinished(&self) -> Option<&Filing> {
        match &self.page {
            Page::Filing(filing) => Some(filing),
            Page::Papers(papers) => papers.filing(),
            Page::Review(review) => Some(&review.filing),
            _ => None,
        }
    }

    /// Which kept draft belongs to this form; none where it can't have one.
    pub(super) fn draft_of(&self, draft: &Draft) -> Option<DraftOf> {
        let resident = self.resident.as_ref().filter(|_| draft.is_identified());
        let card = resident.and_then(Resident::card_bytes)?;
        Some(DraftOf { service: draft.service().clone(), card })
    }

    pub(super) fn look_for_draft(&mut self, filing: Filing, of: DraftOf, now: Now) -> Vec<Effect> {
        let (job, find) = self.ask(Ask::FindDraft(of));
        let mut effects = self.open(Page::FindingDraft(FindingDraft { job, since: now.uptime, filing }));
        effects.push(find);
        effects
    }

    pub(super) fn answer_finding(&mut self, answer: Answer) -> Vec<Effect> {
        if let Answer::DraftFound(found) = answer
            && let Page::FindingDraft(finding) = std::mem::replace(&mut self.page, Page::Home)
        {
            let filing = finding.filing;
            self.page = match found {
                Some(kept) => Page::DraftFound(DraftFound { filing, kept }),
                None => Page::Filing(filing),
            };
            return self.begin_form();
        }
        Vec::new()
    }

    /// The answer takes too long: nobody is kept from applying by it.
    pub(super) fn begin_without_draft(&mut self) -> Vec<Effect> {
        let mut effects = self.leave_page();
        if let Page::FindingDraft(finding) = std::mem::replace(&mut self.page, Page::Home) {
            self.page = Page::Filing(finding.filing);
            effects.extend(self.begin_form());
        }
        effects
    }

    pub(super) fn keep_draft(&mut self, now: Now) -> Vec<Effect> {
        let Some(filing) = self.unfinished().filter(|_| self.can_keep_draft()) else { return Vec::new() };
        let (of, typed) = (self.draft_of(&filing.draft), filing.draft.typed());
        let service = filing.draft.service().clone();
        let unfinished = match std::mem::replace(&mut self.page, Page::Home) {
            Page::Filing(filing) => Unfinished::Form(filing),
            // An answer that comes meanwhile is lost; nobody waits for it on the way back.
            Page::Papers(Papers { of: PapersOf::Application(filing), .. }) => Unfinished::Papers(filing),
            Page::Review(review) => Unfinished::Review(review),
            page => {
                self.page = page;
                return Vec::new();
            }
        };
        let Some(of) = of else {
            self.page =
                Page::DraftKept(DraftKept { service, result: Err(DraftTrouble::NoPhoto), unfinished });
            return Vec::new();
        };
        let (job, keep) = self.ask(Ask::KeepDraft(of, typed));
        self.page = Page::KeepingDraft(KeepingDraft { job, since: now.uptime, service, unfinished });
        vec![keep]
    }

    pub(super) fn answer_keeping(&mut self, answer: &Answer) -> Vec<Effect> {
        match answer {
            Answer::DraftKept(result) => self.draft_kept(*result),
            _ => Vec::new(),
        }
    }

    pub(super) fn draft_kept(&mut self, result: Result<(), DraftTrouble>) -> Vec<Effect> {
        if let Page::KeepingDraft(keeping) = std::mem::replace(&mut self.page, Page::Home) {
            let KeepingDraft { service, unfinished, .. } = keeping;
            self.page = Page::DraftKept(DraftKept { service, result, unfinished });
        }
        Vec::new()
    }

    pub(super) fn touch_draft(&mut self, touch: &Touch) -> Vec<Effect> {
        match (touch, std::mem::replace(&mut self.page, Page::Home)) {
            (
                Touch::TakeDraft,
                Page::DraftFound(DraftFound { mut filing, kept: KeptDraft { typed, .. } }),
            ) => {
                filing.draft.take_up(&typed);
                self.page = Page::Filing(filing);
                self.begin_form()
            }
            (Touch::StartAnew, Page::DraftFound(DraftFound { filing, .. })) => {
                let of = self.draft_of(&filing.draft);
                self.page = Page::Filing(filing);
                let mut effects = self.begin_form();
                effects.extend(self.drop_draft(of));
                effects
            }
            (Touch::GoOn, Page::DraftKept(kept)) => {
                self.page = kept.unfinished.into_page();
                Vec::new()
            }
            (_, page) => {
                self.page = page;
                Vec::new()
            }
        }
    }

    /// What was submitted is not to be filled in a second time.
    pub(super) fn drop_submitted_draft(&mut self) -> Vec<Effect> {
        let Page::Submitting(submitting) = &self.page else { return Vec::new() };
        let of = self.draft_of(&submitting.review.filing.draft);
        self.drop_draft(of)
    }

    fn drop_draft(&mut self, of: Option<DraftOf>) -> Vec<Effect> {
        of.map(|of| self.ask(Ask::DropDraft(of)).1).into_iter().collect()
    }
}
