//! Papers (申请材料): what the licence library has is not asked for (免提交); of the rest pages are taken under the document
//! camera, or by the resident's phone. Nobody is kept from applying by a paper that is missing: the department asks for it (补正).

use super::event::{Answer, JobId, Now, PaperNews, Touch};
use super::papers_page::{Handover, Look, Papers, PapersOf, PapersStep};
use super::{Affairs, AffairsStep, Ask, Connection, Effect, Filing, Journey, Page, Review};
use crate::forms::Draft;
use crate::papers::{Purpose, Refusal};
use contract::FieldId;
use contract::licence::RegistryKeys;

impl Journey {
    /// Begins with a form that was put on the page: one that asks nothing is passed.
    pub(super) fn begin_form(&mut self) -> Vec<Effect> {
        match &self.page {
            Page::Filing(filing) if filing.draft.steps().is_empty() => self.leave_form(),
            Page::Filing(_) => self.prefill(),
            _ => Vec::new(),
        }
    }

    /// Whether papers come up after the form.
    pub fn comes_to_papers(&self, filing: &Filing) -> bool {
        self.has_papers(filing) || self.licences_wanted(&filing.draft).is_some()
    }

    /// From the form to its papers, or on to the review where it has none.
    pub(super) fn leave_form(&mut self) -> Vec<Effect> {
        let Page::Filing(mut filing) = std::mem::replace(&mut self.page, Page::Home) else {
            return Vec::new();
        };
        filing.enclosures.forget_library();
        let wanted = self.licences_wanted(&filing.draft);
        if wanted.is_none() && !self.has_papers(&filing) {
            self.page = Page::Review(Review { filing, show_faults: false });
            return Vec::new();
        }
        let asked = wanted.map(|wanted| self.ask(Ask::FindLicences(wanted)));
        let (asking, find) = asked.unzip();
        self.page = Page::Papers(Papers { asking, ..Papers::list(PapersOf::Application(filing)) });
        find.into_iter().collect()
    }

    /// Whether anything was asked before the review.
    pub(super) fn comes_before_review(&self, filing: &Filing) -> bool {
        !filing.draft.steps().is_empty() || self.has_papers(filing)
    }

    /// From the review back to the papers, or to the form where it has none.
    pub(super) fn before_review(&self, filing: Filing) -> Page {
        if self.has_papers(&filing) {
            Page::Papers(Papers::list(PapersOf::Application(filing)))
        } else {
            Page::Filing(filing)
        }
    }

    /// Whether an application has a page of papers. Where neither camera nor phone could take any of them there is one only
    /// if licences may spare somebody a paper.
    pub fn has_papers(&self, filing: &Filing) -> bool {
        let has_asked = filing.enclosures.has_asked();
        let means = self.health.means();
        filing.draft.papers().any(|material| has_asked || means.has_any_for(material))
    }

    /// With what the library is asked for licences that could stand for papers.
    fn licences_wanted(&self, draft: &Draft) -> Option<RegistryKeys> {
        let is_wanted = draft.papers().any(|paper| paper.licence.is_some());
        let is_online = self.health.connection == Connection::Online;
        self.registry_keys(draft).filter(|_| is_wanted && is_online)
    }

    pub(super) fn touch_papers(&mut self, touch: &Touch, now: Now) -> Vec<Effect> {
        let Page::Papers(papers) = &mut self.page else { return Vec::new() };
        match (&papers.step, touch) {
            (PapersStep::List, Touch::KeepDraft) => return self.keep_draft(now),
            // Who would go on now is asked for what the library may have.
            (PapersStep::List, Touch::Next) if papers.asking.is_none() => self.leave_papers(),
            (PapersStep::List, Touch::ShowPage(material, place)) => {
                let is_there = papers.enclosures().pages_of(material).nth(*place).is_some();
                if is_there {
                    papers.step = PapersStep::Kept { material: material.clone(), place: *place };
                }
            }
            (PapersStep::Look(look), Touch::ScanWhole) => {
                let (material, before) = (look.material.clone(), look.job);
                return self.scan_whole(material, before, now);
            }
            (PapersStep::Judge { .. }, Touch::KeepPage) => return self.keep_page(now),
            (PapersStep::Judge { material, phone: Some(open), .. }, Touch::TryAgain) => {
                let (material, open) = (material.clone(), open.clone());
                return self.go_on_with_phone(material, open, now);
            }
            (PapersStep::List, Touch::UsePhone(material)) => return self.use_phone(material.clone()),
            (PapersStep::Phone(phone), Touch::TryAgain) if matches!(phone.handover, Handover::Trouble(_)) => {
                let material = phone.material.clone();
                return self.use_phone(material);
            }
            (PapersStep::List, Touch::Scan(material))
            | (PapersStep::Judge { material, .. } | PapersStep::NoPicture { material }, Touch::TryAgain) => {
                let material = material.clone();
                return self.scan(&material, now);
            }
            (PapersStep::Kept { .. }, Touch::Next) => papers.step = PapersStep::List,
            (PapersStep::Phone(_), Touch::Next) => return self.step_back_papers().unwrap_or_default(),
            (PapersStep::Kept { material, place }, Touch::DropPage) => {
                let (material, place) = (material.clone(), *place);
                papers.enclosures_mut().remove(&material, place);
                papers.step = PapersStep::List;
            }
            _ => {}
        }
        Vec::new()
    }

    fn leave_papers(&mut self) {
        if let Page::Papers(papers) = std::mem::replace(&mut self.page, Page::Home) {
            self.page = match papers.of {
                PapersOf::Application(filing) => Page::Review(Review { filing, show_faults: false }),
                PapersOf::Notice(answer) => Affairs::at(AffairsStep::Answering { answer, is_empty: false }),
            };
        }
    }

    /// A page is right: it is kept. A phone goes on with the next one.
    fn keep_page(&mut self, now: Now) -> Vec<Effect> {
        let Page::Papers(papers) = &mut self.page else { return Vec::new() };
        let PapersStep::Judge { material, page, phone } = &papers.step else { return Vec::new() };
        let (material, page, phone) = (material.clone(), page.clone(), phone.clone());
        if let Some(of) = papers.material(&material).cloned() {
            papers.enclosures_mut().add(&of, page);
        }
        if let Some(open) = phone {
            return self.go_on_with_phone(material, open, now);
        }
        papers.step = PapersStep::List;
        Vec::new()
    }

    /// What is written over a page that is taken here.
    pub(super) fn purpose(&self, now: Now) -> Option<Purpose> {
        let Page::Papers(papers) = &self.page else { return None };
        let service = self.library.find(papers.service())?.name.clone();
        Some(Purpose { service, on: now.today() })
    }

    fn scan(&mut self, material: &FieldId, now: Now) -> Vec<Effect> {
        let Page::Papers(papers) = &self.page else { return Vec::new() };
        let wanted = papers.material(material).filter(|_| papers.room(material) > 0);
        let purpose = wanted.filter(|wanted| self.can_scan(wanted)).and_then(|_| self.purpose(now));
        match purpose {
            Some(purpose) => {
                let (job, scan) = self.ask(Ask::Scan(purpose));
                self.look_for_page(material.clone(), job);
                vec![scan]
            }
            None => Vec::new(),
        }
    }

    /// Takes the picture as it is: not everything that is a paper has four corners.
    fn scan_whole(&mut self, material: FieldId, before: JobId, now: Now) -> Vec<Effect> {
        let Some(purpose) = self.purpose(now) else { return Vec::new() };
        let (job, scan) = self.ask(Ask::ScanWhole(purpose));
        self.look_for_page(material, job);
        vec![Effect::Cancel { visit: self.visit, job: before }, scan]
    }

    fn look_for_page(&mut self, material: FieldId, job: JobId) {
        if let Page::Papers(papers) = &mut self.page {
            let why = Some(Refusal::NoSheet);
            papers.step = PapersStep::Look(Look { material, job, why, sheet: None });
        }
    }

    pub(super) fn answer_papers(&mut self, job: JobId, answer: Answer, now: Now) -> Vec<Effect> {
        let Page::Papers(papers) = &mut self.page else { return Vec::new() };
        match answer {
            Answer::LicencesFound(found) if papers.asking == Some(job) => {
                papers.asking = None;
                if let Some(found) = found {
                    papers.enclosures_mut().set_library(found);
                }
            }
            Answer::Paper(news) => {
                let PapersStep::Look(look) = &mut papers.step else { return Vec::new() };
                if look.job != job {
                    return Vec::new();
                }
                let material = look.material.clone();
                match news {
                    PaperNews::NotYet { why, sheet } => {
                        // Who lays a sheet down is here, without touching anything.
                        if sheet.is_some() {
                            self.last_touch = now.uptime;
                        }
                        (look.why, look.sheet) = (why, sheet);
                    }
                    PaperNews::Taken(page) => {
                        self.last_touch = now.uptime;
                        papers.step = PapersStep::Judge { material, page, phone: None };
                    }
                    PaperNews::NoPicture => papers.step = PapersStep::NoPicture { material },
                }
            }
            answer => return self.answer_phone(job, answer, now),
        }
        Vec::new()
    }

    /// One step back inside the page, or to the form; none where the page itself is left.
    pub(super) fn step_back_papers(&mut self) -> Option<Vec<Effect>> {
        let Page::Papers(papers) = &mut self.page else { return None };
        if matches!(papers.step, PapersStep::List) {
            if papers.filing().is_some_and(|filing| filing.draft.steps().is_empty()) {
                return None;
            }
            let effects = self.leave_page();
            if let Page::Papers(papers) = std::mem::replace(&mut self.page, Page::Home) {
                self.page = match papers.of {
                    PapersOf::Application(filing) => Page::Filing(filing),
                    PapersOf::Notice(answer) => Affairs::at(AffairsStep::Case(answer.shown)),
                };
            }
            return Some(effects);
        }
        let effects = self.leave_page();
        if let Page::Papers(papers) = &mut self.page {
            papers.step = PapersStep::List;
        }
        Some(effects)
    }
}
