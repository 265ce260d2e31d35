//! After the confirmation: saved here, received by the city, printed, rated. The three are never confused.

use super::event::{Answer, Committed, JobId, Now, PrintResult, Touch};
use super::{Ask, Done, Effect, Journey, Outcome, Page, Printing, Rated, Slip, Submitting, Trouble};
use crate::services::StoreTrouble;
use contract::Secret;
use contract::catalogue::Handling;
use contract::message::{self, AnswerLine, EntryBody, EntryReceipt, Evaluation, RulesDecision};

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
            (Answer::Received(receipt), Some(_)) => self.show_done(receipt, now),
            _ => Vec::new(),
        }
    }

    /// The outside did not answer in time. A commit that may still happen is never made twice.
    pub(super) fn lose_patience(&mut self, now: Now) -> Vec<Effect> {
        if let Page::Submitting(Submitting { committed: Some(_), .. }) = &self.page {
            return self.show_done(None, now);
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

    fn show_done(&mut self, receipt: Option<EntryReceipt>, now: Now) -> Vec<Effect> {
        self.last_touch = now.uptime;
        let Page::Submitting(submitting) = std::mem::replace(&mut self.page, Page::Home) else {
            return Vec::new();
        };
        let Submitting { mut slip, committed: Some(committed), review, .. } = submitting else {
            return Vec::new();
        };
        let service = review.filing.draft.service().clone();
        let days = self.library.find(&service).map_or(Handling::OnTheSpot, |service| service.handling);
        fill_in(&mut slip, &committed, receipt.as_ref(), days);
        let outcome = receipt.map_or(Outcome::SavedHere, Outcome::Received);
        let printed = slip.clone();
        let (job, print) = self.ask(Ask::Print(printed));
        let done = Done {
            service,
            entry: committed.entry,
            outcome,
            slip,
            printing: Printing::Busy(job),
            rating: Rated::NotYet,
        };
        self.trail.clear();
        self.page = Page::Done(Box::new(done));
        vec![print]
    }

    pub(super) fn answer_done(&mut self, job: JobId, answer: Answer) -> Vec<Effect> {
        let Page::Done(done) = &mut self.page else { return Vec::new() };
        match (answer, done.rating) {
            (Answer::Printed(result), _) if done.printing == Printing::Busy(job) => {
                done.printing = Printing::Over(result);
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
        let Page::Done(done) = &mut self.page else { return Vec::new() };
        match touch {
            Touch::Rate(rating) if done.rating == Rated::NotYet => {
                let evaluation = Evaluation { application: done.entry, rating: *rating };
                let (job, commit) = self.ask(Ask::Commit(EntryBody::Evaluation(evaluation)));
                if let Page::Done(done) = &mut self.page {
                    done.rating = Rated::Saving { job, rating: *rating };
                }
                vec![commit]
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

fn fill_in(slip: &mut Slip, committed: &Committed, receipt: Option<&EntryReceipt>, handling: Handling) {
    slip.received = receipt.is_some();
    match receipt.map(|receipt| &receipt.outcome) {
        Some(message::Outcome::CaseOpened { case, promised_days, fee }) => {
            slip.number = case.in_groups();
            slip.code = case.to_string();
            slip.fee = *fee;
            slip.next = promise(*promised_days);
        }
        Some(message::Outcome::Answered { case, lines, check_code }) => {
            slip.number = case.in_groups();
            slip.code = case.to_string();
            slip.lines.clone_from(lines);
            slip.check_code = check_code.as_deref().map(Secret::from);
            "已办结".clone_into(&mut slip.next);
        }
        Some(message::Outcome::Decided { case, decision, reasons, fee }) => {
            slip.number = case.in_groups();
            slip.code = case.to_string();
            slip.fee = *fee;
            let words = match decision {
                RulesDecision::Approved => "已批准",
                RulesDecision::Refused => "不予批准",
            };
            let reasons = reasons.iter().map(|reason| line("理由", reason));
            slip.lines = std::iter::once(line("审批结果", words)).chain(reasons).collect();
            words.clone_into(&mut slip.next);
        }
        Some(message::Outcome::Noted) => {
            slip.number = committed.number.to_string();
            slip.code.clone_from(&slip.number);
            "已收到".clone_into(&mut slip.next);
        }
        None => {
            slip.number = committed.number.to_string();
            slip.code.clone_from(&slip.number);
            slip.next = format!("待联网受理；受理后{}", promise(handling.promised_days()));
        }
    }
}

fn line(label: &str, value: &str) -> AnswerLine {
    AnswerLine { label: label.to_owned(), value: Secret::from(value) }
}

fn promise(days: u16) -> String {
    if days == 0 { "即时办理".to_owned() } else { format!("{days}个工作日内办结") }
}
