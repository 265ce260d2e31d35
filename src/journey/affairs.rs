//! Cases that are under way (办件): found by number by anybody, by card for oneself; a notice of missing papers (补正) is
//! answered, an application taken back (撤回); the licences (证照) of the card's own person are shown. Construction projects
//! (深圳90) are found by their code. What a case allows is central's to decide; here it is asked and told.

use super::affairs_page::{
    Affairs, AffairsStep, AffairsTrouble, CaseShown, NoticeAnswer, ProjectShown, Said, SaidKind,
};
use super::event::{Answer, JobId, NoReceipt, Now, Touch};
use super::{After, Ask, Connection, Effect, Journey, Own, Page, Papers, PapersOf, Printing, is_over};
use crate::forms::EnclosedPage;
use crate::services::StoreTrouble;
use crate::typing::{Layout, Typing};
use contract::message::{CaseReply, EntryReceipt, Reply};
use contract::{CaseNumber, ProjectCode};
use std::sync::Arc;

/// The digits of a case number and its check character; a project code has fewer.
const NUMBER_LENGTH: usize = 22;

impl Journey {
    pub(super) fn open_affairs(&mut self) -> Vec<Effect> {
        let step = AffairsStep::Number { typing: Typing::new(Layout::IdNumber, NUMBER_LENGTH), fault: None };
        self.open(Affairs::at(step))
    }

    pub(super) fn touch_affairs(&mut self, touch: Touch, now: Now) -> Vec<Effect> {
        let library = Arc::clone(&self.library);
        let Page::Affairs(affairs) = &mut self.page else { return Vec::new() };
        match (&mut affairs.step, touch) {
            (AffairsStep::Number { typing, fault }, Touch::Key(key)) => {
                typing.press(key, library.pinyin());
                *fault = None;
                Vec::new()
            }
            (AffairsStep::Number { .. }, Touch::Next | Touch::CloseKeyboard) => self.find(now),
            (AffairsStep::Number { .. } | AffairsStep::Said { .. }, Touch::Own(own)) => self.own(own, now),
            (AffairsStep::Own(cases), Touch::ChooseCase(number)) => {
                let case = cases.cases.iter().find(|case| case.case == number).cloned();
                if let Some(case) = case {
                    let own = Some(cases.clone());
                    affairs.step = AffairsStep::Case(CaseShown { case, own });
                }
                Vec::new()
            }
            (AffairsStep::Case(shown), Touch::AnswerPapers) if shown.can_answer() => self.answer_notice(),
            (AffairsStep::Case(shown), Touch::Withdraw) if shown.can_withdraw() => {
                self.step_affairs(|step| match step {
                    AffairsStep::Case(shown) => AffairsStep::Withdrawing(shown),
                    step => step,
                })
            }
            (AffairsStep::Project(shown), Touch::PrintBoard)
                if !matches!(shown.printing, Some(Printing::Busy(_))) =>
            {
                let board = Box::new(shown.project.clone());
                let (job, print) = self.ask(Ask::PrintBoard(board));
                self.set_printing(Printing::Busy(job));
                vec![print]
            }
            (AffairsStep::Answering { answer, is_empty }, Touch::Key(key)) => {
                answer.typing.press(key, library.pinyin());
                *is_empty = false;
                Vec::new()
            }
            (AffairsStep::Answering { answer, is_empty }, Touch::Next) => {
                let Some(note) = answer.note() else {
                    *is_empty = true;
                    return Vec::new();
                };
                let (case, pages) = (answer.shown.case.case.clone(), answer.pages());
                self.say(case, Reply::Supplement { note }, pages, now)
            }
            (AffairsStep::Withdrawing(shown), Touch::Next) => {
                let case = shown.case.case.clone();
                self.say(case, Reply::Withdraw, Vec::new(), now)
            }
            (AffairsStep::Said { .. }, Touch::More) => self.go_home(),
            _ => Vec::new(),
        }
    }

    /// To the papers that a notice asks for; where nothing could take them, to the words alone.
    fn answer_notice(&mut self) -> Vec<Effect> {
        let Page::Affairs(affairs) = std::mem::replace(&mut self.page, Page::Home) else { return Vec::new() };
        self.page = match affairs.step {
            AffairsStep::Case(shown) => self.before_note(NoticeAnswer::new(shown), |answer| {
                AffairsStep::Answering { answer, is_empty: false }
            }),
            step => Affairs::at(step),
        };
        Vec::new()
    }

    /// The papers of an answer, or another step where nothing here could take one.
    fn before_note(&self, answer: NoticeAnswer, or: impl FnOnce(NoticeAnswer) -> AffairsStep) -> Page {
        let means = self.health.means();
        if answer.materials.iter().any(|material| means.has_any_for(material)) {
            Page::Papers(Papers::list(PapersOf::Notice(answer)))
        } else {
            Affairs::at(or(answer))
        }
    }

    fn step_affairs(&mut self, go: impl FnOnce(AffairsStep) -> AffairsStep) -> Vec<Effect> {
        if let Page::Affairs(affairs) = &mut self.page {
            affairs.step = go(std::mem::replace(&mut affairs.step, AffairsStep::Away));
        }
        Vec::new()
    }

    /// One step back inside the page; none where the page itself is left.
    pub(super) fn step_back_affairs(&mut self) -> Option<Vec<Effect>> {
        let Page::Affairs(affairs) = &mut self.page else { return None };
        let (step, is_inside) = match std::mem::replace(&mut affairs.step, AffairsStep::Away) {
            AffairsStep::Case(CaseShown { own: Some(cases), .. }) => (AffairsStep::Own(cases), true),
            AffairsStep::Answering { answer, .. } => {
                self.page = self.before_note(answer, |answer| AffairsStep::Case(answer.shown));
                return Some(Vec::new());
            }
            AffairsStep::Withdrawing(shown) => (AffairsStep::Case(shown), true),
            // Nobody walks away from what is being committed.
            step @ AffairsStep::Saying { .. } => (step, true),
            step => (step, false),
        };
        affairs.step = step;
        is_inside.then(Vec::new)
    }

    /// Looks for what the number names: they differ in length, so nobody is asked which of the two it is.
    pub(super) fn find(&mut self, now: Now) -> Vec<Effect> {
        let online = self.health.connection == Connection::Online;
        let Page::Affairs(affairs) = &self.page else { return Vec::new() };
        let AffairsStep::Number { typing, .. } = &affairs.step else { return Vec::new() };
        let case = typing.text().parse::<CaseNumber>().map(Ask::FindCase);
        match (case.or_else(|_| ProjectCode::typed(typing.text()).map(Ask::FindProject)), online) {
            (Ok(ask), true) => self.ask_affairs(ask, now),
            (Err(_), _) => self.affairs_fault(AffairsTrouble::NotANumber),
            (Ok(_), false) => self.affairs_fault(AffairsTrouble::Offline),
        }
    }

    fn set_printing(&mut self, printing: Printing) {
        if let Page::Affairs(affairs) = &mut self.page
            && let AffairsStep::Project(shown) = &mut affairs.step
        {
            shown.printing = Some(printing);
        }
    }

    /// What belongs to who is logged in, or the log-in before.
    pub(super) fn own(&mut self, own: Own, now: Now) -> Vec<Effect> {
        if self.health.connection != Connection::Online {
            return self.affairs_fault(AffairsTrouble::Offline);
        }
        let Some(resident) = &self.resident else {
            if !self.health.reader || !self.health.face {
                return self.affairs_fault(AffairsTrouble::NoCard);
            }
            return self.open_log_in(After::Own(own));
        };
        let person = resident.number.clone();
        // A log-in is not returned to.
        let mut effects =
            if matches!(self.page, Page::Affairs(_)) { Vec::new() } else { self.open_affairs() };
        effects.extend(self.ask_affairs(Ask::Own(own, person), now));
        effects
    }

    fn ask_affairs(&mut self, ask: Ask, now: Now) -> Vec<Effect> {
        let (job, effect) = self.ask(ask);
        self.step_affairs(|step| {
            let typing = match step {
                AffairsStep::Number { typing, .. } => typing,
                _ => Typing::new(Layout::IdNumber, NUMBER_LENGTH),
            };
            AffairsStep::Asking { job, since: now.uptime, typing }
        });
        vec![effect]
    }

    pub(super) fn affairs_fault(&mut self, why: AffairsTrouble) -> Vec<Effect> {
        self.step_affairs(|step| match step {
            AffairsStep::Number { typing, .. } | AffairsStep::Asking { typing, .. } => {
                AffairsStep::Number { typing, fault: Some(why) }
            }
            AffairsStep::Said { .. } => {
                AffairsStep::Number { typing: Typing::new(Layout::IdNumber, NUMBER_LENGTH), fault: Some(why) }
            }
            step => step,
        })
    }

    fn say(&mut self, case: CaseNumber, reply: Reply, pages: Vec<EnclosedPage>, now: Now) -> Vec<Effect> {
        let Some(resident) = &self.resident else { return Vec::new() };
        let kind = SaidKind::from(&reply);
        let reply = CaseReply { case: case.clone(), id_no: resident.number.clone(), reply };
        let (job, commit) = self.ask(Ask::Reply(reply, pages));
        self.step_affairs(|_| AffairsStep::Saying {
            job,
            since: now.uptime,
            is_committed: false,
            kind,
            case,
        });
        vec![commit]
    }

    pub(super) fn answer_affairs(&mut self, job: JobId, answer: Answer, now: Now) -> Vec<Effect> {
        let Page::Affairs(affairs) = &mut self.page else { return Vec::new() };
        match (&mut affairs.step, answer) {
            (AffairsStep::Asking { job: asked, .. }, Answer::Case(found)) if *asked == job => match *found {
                Ok(Some(case)) => self.step_affairs(|_| AffairsStep::Case(CaseShown { case, own: None })),
                Ok(None) => self.affairs_fault(AffairsTrouble::NoSuchCase),
                Err(why) => self.affairs_fault(why),
            },
            (AffairsStep::Asking { job: asked, .. }, Answer::Project(found)) if *asked == job => match *found
            {
                Ok(Some(project)) => {
                    self.step_affairs(|_| AffairsStep::Project(ProjectShown { project, printing: None }))
                }
                Ok(None) => self.affairs_fault(AffairsTrouble::NoSuchProject),
                Err(why) => self.affairs_fault(why),
            },
            (AffairsStep::Project(shown), Answer::Printed(result))
                if shown.printing == Some(Printing::Busy(job)) =>
            {
                self.set_printing(Printing::Over(result));
                Vec::new()
            }
            (AffairsStep::Asking { job: asked, .. }, Answer::OwnCases(found)) if *asked == job => {
                match *found {
                    Ok(cases) => self.step_affairs(|_| AffairsStep::Own(cases)),
                    Err(why) => self.affairs_fault(why),
                }
            }
            (AffairsStep::Asking { job: asked, .. }, Answer::OwnLicences(found)) if *asked == job => {
                match *found {
                    Ok(licences) => self.step_affairs(|_| AffairsStep::Licences(licences)),
                    Err(why) => self.affairs_fault(why),
                }
            }
            (AffairsStep::Saying { job: asked, is_committed, .. }, Answer::Committed(result))
                if *asked == job && !*is_committed =>
            {
                match result {
                    Ok(committed) => {
                        let (waits, effect) = self.ask(Ask::AwaitReceipt(committed.entry));
                        self.step_affairs(|step| match step {
                            AffairsStep::Saying { kind, case, .. } => AffairsStep::Saying {
                                job: waits,
                                since: now.uptime,
                                is_committed: true,
                                kind,
                                case,
                            },
                            step => step,
                        });
                        vec![effect]
                    }
                    Err(trouble) => self.said(Said::NotKept(trouble), now),
                }
            }
            (AffairsStep::Saying { job: asked, is_committed: true, .. }, Answer::Received(answer))
                if *asked == job =>
            {
                self.said(became(&answer), now)
            }
            _ => Vec::new(),
        }
    }

    fn said(&mut self, result: Said, now: Now) -> Vec<Effect> {
        self.last_touch = now.uptime;
        self.step_affairs(|step| match step {
            AffairsStep::Saying { kind, case, .. } => AffairsStep::Said { kind, case, result },
            step => step,
        })
    }

    /// Time goes on: an answer that does not come.
    pub(super) fn tick_affairs(&mut self, now: Now) -> Option<Vec<Effect>> {
        let patience = self.rules.patience;
        let Page::Affairs(affairs) = &self.page else { return None };
        match &affairs.step {
            AffairsStep::Asking { since, .. } if is_over(*since, patience, now) => {
                Some(self.affairs_fault(AffairsTrouble::NoAnswer))
            }
            AffairsStep::Saying { since, is_committed, .. } if is_over(*since, patience, now) => {
                let result =
                    if *is_committed { Said::SavedHere } else { Said::NotKept(StoreTrouble::Unknown) };
                Some(self.said(result, now))
            }
            _ => None,
        }
    }
}

const fn became(answer: &Result<EntryReceipt, NoReceipt>) -> Said {
    match answer {
        Ok(_) => Said::Noted,
        Err(NoReceipt::StillWaiting) => Said::SavedHere,
        Err(NoReceipt::Refused | NoReceipt::SlotTaken) => Said::Refused,
    }
}
