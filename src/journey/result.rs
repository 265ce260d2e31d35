//! After the confirmation: saved here, received by the city, printed, rated. The three are never confused.

use super::booking::note_place;
use super::event::{Answer, Committed, JobId, NoReceipt, Now, PrintResult, Touch};
use super::{
    Ask, Certificate, Done, Effect, Journey, Next, Outcome, Page, Printing, Rated, Review, Slip, Submitting,
    Tells, Trouble,
};
use crate::services::StoreTrouble;
use contract::Secret;
use contract::catalogue::Service;
use contract::language::Voice;
use contract::message::{self, EntryBody, EntryReceipt, Evaluation, Rating};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Journey {
    pub(super) fn answer_submitting(&mut self, answer: Answer, now: Now) -> Vec<Effect> {
        let Page::Submitting(submitting) = &mut self.page else { return Vec::new() };
        match (answer, &submitting.committed) {
            (Answer::Committed(Ok(committed)), None) => {
                let entry = committed.entry;
                submitting.committed = Some(committed);
                let mut effects = self.drop_submitted_draft();
                let (job, wait) = self.ask(Ask::AwaitReceipt(entry));
                if let Page::Submitting(submitting) = &mut self.page {
                    submitting.job = job;
                }
                effects.push(wait);
                effects
            }
            (Answer::Committed(Err(kind)), None) => {
                self.fall_back(kind, now);
                Vec::new()
            }
            (Answer::Received(answer), Some(_)) => self.show_done(answer, now),
            _ => Vec::new(),
        }
    }

    /// The outside did not answer in time. A commit that may still happen is never made twice.
    pub(super) fn lose_patience(&mut self, now: Now) -> Vec<Effect> {
        if let Page::Submitting(Submitting { committed: Some(_), .. }) = &self.page {
            return self.show_done(Err(NoReceipt::StillWaiting), now);
        }
        self.fall_back(StoreTrouble::Unknown, now);
        Vec::new()
    }

    fn fall_back(&mut self, kind: StoreTrouble, now: Now) {
        self.last_touch = now.uptime;
        if let Page::Submitting(submitting) = std::mem::replace(&mut self.page, Page::Home) {
            self.page = Page::Trouble(Trouble { kind, review: submitting.review });
        }
    }

    fn show_done(&mut self, answer: Result<EntryReceipt, NoReceipt>, now: Now) -> Vec<Effect> {
        self.last_touch = now.uptime;
        let Page::Submitting(submitting) = std::mem::replace(&mut self.page, Page::Home) else {
            return Vec::new();
        };
        let Submitting { mut slip, committed: Some(committed), review, .. } = submitting else {
            return Vec::new();
        };
        if matches!(answer, Err(NoReceipt::SlotTaken)) && review.filing.draft.is_booking() {
            self.place_is_gone(review.filing);
            return Vec::new();
        }
        let service = review.filing.draft.service().clone();
        fill_in(&mut slip, &committed, answer.as_ref(), self.library.find(&service));
        if let Some(place) = review.filing.draft.place() {
            note_place(&mut slip, &place, &answer);
        }
        let outcome = match answer {
            Ok(receipt) => Outcome::Received(receipt),
            Err(NoReceipt::StillWaiting) => Outcome::SavedHere,
            Err(NoReceipt::Refused | NoReceipt::SlotTaken) => Outcome::Refused,
        };
        let printed = slip.clone();
        let (job, print) = self.ask(Ask::Print(printed));
        let mut effects = vec![print];
        let page = self.certificate(&slip, &review, now).map(|certificate| {
            let (job, print) = self.ask(Ask::PrintPage(Box::new(certificate.clone())));
            effects.push(print);
            (certificate, Printing::Busy(job))
        });
        let done = Done {
            service,
            entry: committed.entry,
            outcome,
            slip,
            is_booked: review.filing.draft.is_booking(),
            printing: Printing::Busy(job),
            page,
            rating: Rated::NotYet,
        };
        self.trail.clear();
        self.page = Page::Done(Box::new(done));
        effects
    }

    /// The certificate that was issued, where the terminal prints pages.
    fn certificate(&self, slip: &Slip, review: &Review, now: Now) -> Option<Certificate> {
        let check_code = slip.check_code.clone().filter(|_| self.health.pages.is_some())?;
        let draft = &review.filing.draft;
        let resident = self.resident.as_ref().filter(|_| draft.is_identified())?;
        Some(Certificate {
            title: slip.service.clone(),
            holder: resident.name.clone(),
            number: Secret::from(resident.number.expose()),
            lines: slip.lines(Voice::CHINESE),
            issuer: slip.department.clone(),
            case: slip.number.clone(),
            check_code,
            issued_on: now.today(),
            copies: draft.value_named("copies").parse().unwrap_or(1),
        })
    }

    pub(super) fn answer_done(&mut self, job: JobId, answer: Answer) -> Vec<Effect> {
        let Page::Done(done) = &mut self.page else { return Vec::new() };
        match (answer, done.rating.clone()) {
            (Answer::Printed(result), _) if done.printing == Printing::Busy(job) => {
                done.printing = Printing::Over(result);
            }
            (Answer::Printed(result), _) => {
                if let Some((_, printing)) = &mut done.page
                    && *printing == Printing::Busy(job)
                {
                    *printing = Printing::Over(result);
                }
            }
            // Nobody is thanked for a rating that is not kept, and nobody is asked again for one that perhaps is.
            (Answer::Committed(result), Rated::Saving { job: saving, rating }) if saving == job => {
                done.rating = match result {
                    Ok(_) => Rated::Kept(rating),
                    Err(StoreTrouble::Unknown) => return Vec::new(),
                    Err(_) => Rated::NotYet,
                };
            }
            _ => {}
        }
        Vec::new()
    }

    pub(super) fn touch_done(&mut self, touch: &Touch) -> Vec<Effect> {
        let library = Arc::clone(&self.library);
        let Page::Done(done) = &mut self.page else { return Vec::new() };
        match touch {
            Touch::Rate(rating) => match &done.rating {
                Rated::NotYet | Rated::Why { .. } if rating.asks_for_reason() => {
                    done.rating = Rated::Why { rating: *rating, tags: BTreeSet::new() };
                    Vec::new()
                }
                Rated::NotYet | Rated::Why { .. } => self.rate(*rating, BTreeSet::new()),
                Rated::Saving { .. } | Rated::Kept(_) => Vec::new(),
            },
            Touch::Tag(place) => {
                if let Rated::Why { rating, tags } = &mut done.rating
                    && let Some(tag) = library.rating_tags(*rating).get(*place)
                    && !tags.remove(tag)
                {
                    tags.insert(tag.clone());
                }
                Vec::new()
            }
            Touch::SendRating => match &done.rating {
                Rated::Why { rating, tags } if !tags.is_empty() => {
                    let (rating, tags) = (*rating, tags.clone());
                    self.rate(rating, tags)
                }
                _ => Vec::new(),
            },
            Touch::PrintAgain if done.page.as_ref().is_some_and(|(_, printing)| is_missing(*printing)) => {
                let certificate = done.page.as_ref().map(|(certificate, _)| Box::new(certificate.clone()));
                let Some(certificate) = certificate else { return Vec::new() };
                let (job, print) = self.ask(Ask::PrintPage(certificate));
                if let Page::Done(done) = &mut self.page
                    && let Some((_, printing)) = &mut done.page
                {
                    *printing = Printing::Busy(job);
                }
                vec![print]
            }
            Touch::PrintAgain => {
                let Printing::Over(result) = done.printing else { return Vec::new() };
                let copy = matches!(result, PrintResult::Printed | PrintResult::Unknown);
                let slip = Slip { copy, ..done.slip.clone() };
                let (job, print) = self.ask(Ask::Print(slip));
                if let Page::Done(done) = &mut self.page {
                    done.printing = Printing::Busy(job);
                }
                vec![print]
            }
            Touch::More => self.go_home(),
            _ => Vec::new(),
        }
    }
}

impl Journey {
    fn rate(&mut self, rating: Rating, tags: BTreeSet<String>) -> Vec<Effect> {
        let Page::Done(done) = &self.page else { return Vec::new() };
        let evaluation = Evaluation { application: done.entry, rating, tags };
        let (job, commit) = self.ask(Ask::Commit(EntryBody::Evaluation(evaluation)));
        if let Page::Done(done) = &mut self.page {
            done.rating = Rated::Saving { job, rating };
        }
        vec![commit]
    }
}

/// Whether a print is over and nothing lies in the tray, as far as anybody knows.
const fn is_missing(printing: Printing) -> bool {
    matches!(printing, Printing::Over(PrintResult::NoPaper | PrintResult::NoPrinter | PrintResult::Unknown))
}

fn fill_in(
    slip: &mut Slip,
    committed: &Committed,
    answer: Result<&EntryReceipt, &NoReceipt>,
    service: Option<&Service>,
) {
    slip.received = !matches!(answer, Err(NoReceipt::StillWaiting));
    let rules = answer.map_or(&[][..], |receipt| receipt.rules.as_slice());
    match answer.map(|receipt| &receipt.outcome) {
        Ok(message::Outcome::CaseOpened { case, promised_days, fee }) => {
            slip.number = case.in_groups();
            slip.code = case.to_string();
            slip.fee = *fee;
            slip.next = Next::Promised(*promised_days);
            if !rules.is_empty() {
                slip.tells = Tells::Ruling { decision: None, rules: rules.to_vec(), reasons: Vec::new() };
            }
        }
        Ok(message::Outcome::Answered { case, lines, check_code }) => {
            slip.number = case.in_groups();
            slip.code = case.to_string();
            slip.tells = Tells::Lines(lines.clone());
            slip.check_code = check_code.as_deref().map(Secret::from);
            slip.next = Next::Answered;
        }
        Ok(message::Outcome::Decided { case, decision, reasons, next_step, fee }) => {
            slip.number = case.in_groups();
            slip.code = case.to_string();
            slip.fee = *fee;
            let reasons = if rules.is_empty() { reasons.clone() } else { Vec::new() };
            slip.tells = Tells::Ruling { decision: Some(*decision), rules: rules.to_vec(), reasons };
            slip.next = match next_step.as_str() {
                "" => Next::Decided(*decision),
                told => Next::Told(told.to_owned()),
            };
        }
        Ok(message::Outcome::Noted) => {
            slip.number = committed.number.to_string();
            slip.code.clone_from(&slip.number);
            slip.next = Next::Noted;
        }
        Err(NoReceipt::Refused | NoReceipt::SlotTaken) => {
            slip.number = committed.number.to_string();
            slip.code.clone_from(&slip.number);
            slip.next = Next::Refused;
        }
        Err(NoReceipt::StillWaiting) => {
            slip.number = committed.number.to_string();
            slip.code.clone_from(&slip.number);
            slip.next = match service {
                Some(service) if service.is_decided_by_rules() => Next::RuledLater,
                _ => Next::PromisedLater(service.map_or(0, |service| service.handling.promised_days())),
            };
        }
    }
}
