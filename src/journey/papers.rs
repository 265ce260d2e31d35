//! Papers (申请材料): what the licence library has is not asked for (免提交); of the rest pages are taken under the document
//! camera. Nobody is kept from applying by a paper that is missing: the department asks for it (补正).

use super::event::{Answer, JobId, Now, PaperNews, Touch};
use super::papers_page::{Look, Papers, PapersStep};
use super::{Ask, Connection, Effect, Filing, Journey, Page, Review};
use crate::forms::Draft;
use crate::papers::{Purpose, Refusal};
use contract::FieldId;
use contract::form::Material;
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
        self.page = Page::Papers(Papers { filing, step: PapersStep::List, asking });
        find.into_iter().collect()
    }

    /// Whether anything was asked before the review.
    pub(super) fn comes_before_review(&self, filing: &Filing) -> bool {
        !filing.draft.steps().is_empty() || self.has_papers(filing)
    }

    /// From the review back to the papers, or to the form where it has none.
    pub(super) fn before_review(&self, filing: Filing) -> Page {
        if self.has_papers(&filing) {
            Page::Papers(Papers { filing, step: PapersStep::List, asking: None })
        } else {
            Page::Filing(filing)
        }
    }

    /// Whether an application has a page of papers. A terminal without a document camera has one only where licences may
    /// spare somebody a paper.
    pub fn has_papers(&self, filing: &Filing) -> bool {
        let can_do_something = self.health.documents.is_some() || filing.enclosures.has_asked();
        can_do_something && filing.draft.papers().next().is_some()
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
                let is_there = papers.filing.enclosures.pages_of(material).nth(*place).is_some();
                if is_there {
                    papers.step = PapersStep::Kept { material: material.clone(), place: *place };
                }
            }
            (PapersStep::Look(look), Touch::ScanWhole) => {
                let (material, before) = (look.material.clone(), look.job);
                return self.scan_whole(material, before, now);
            }
            (PapersStep::Judge { material, page }, Touch::KeepPage) => {
                let (material, page) = (material.clone(), page.clone());
                if let Some(paper) = paper(&papers.filing, &material).cloned() {
                    papers.filing.enclosures.add(&paper, page);
                }
                papers.step = PapersStep::List;
            }
            (PapersStep::List, Touch::Scan(material))
            | (PapersStep::Judge { material, .. } | PapersStep::NoPicture { material }, Touch::TryAgain) => {
                let material = material.clone();
                return self.scan(&material, now);
            }
            (PapersStep::Kept { .. }, Touch::Next) => papers.step = PapersStep::List,
            (PapersStep::Kept { material, place }, Touch::DropPage) => {
                let (material, place) = (material.clone(), *place);
                papers.filing.enclosures.remove(&material, place);
                papers.step = PapersStep::List;
            }
            _ => {}
        }
        Vec::new()
    }

    fn leave_papers(&mut self) {
        if let Page::Papers(papers) = std::mem::replace(&mut self.page, Page::Home) {
            self.page = Page::Review(Review { filing: papers.filing, show_faults: false });
        }
    }

    fn purpose(&self, filing: &Filing, now: Now) -> Option<Purpose> {
        let service = self.library.find(filing.draft.service())?.name.clone();
        Some(Purpose { service, on: now.today() })
    }

    fn scan(&mut self, material: &FieldId, now: Now) -> Vec<Effect> {
        let Page::Papers(papers) = &self.page else { return Vec::new() };
        let has_room = paper(&papers.filing, material).is_some_and(|paper| {
            papers.filing.enclosures.licence_for(paper).is_none() && papers.filing.enclosures.has_room(paper)
        });
        let purpose = self.purpose(&papers.filing, now).filter(|_| has_room);
        match purpose.filter(|_| self.health.documents == Some(true)) {
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
        let Page::Papers(papers) = &self.page else { return Vec::new() };
        let Some(purpose) = self.purpose(&papers.filing, now) else { return Vec::new() };
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
                    papers.filing.enclosures.set_library(found);
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
                        papers.step = PapersStep::Judge { material, page };
                    }
                    PaperNews::NoPicture => papers.step = PapersStep::NoPicture { material },
                }
            }
            _ => {}
        }
        Vec::new()
    }

    /// One step back inside the page, or to the form; none where the page itself is left.
    pub(super) fn step_back_papers(&mut self) -> Option<Vec<Effect>> {
        let Page::Papers(papers) = &mut self.page else { return None };
        if matches!(papers.step, PapersStep::List) {
            if papers.filing.draft.steps().is_empty() {
                return None;
            }
            let effects = self.leave_page();
            if let Page::Papers(papers) = std::mem::replace(&mut self.page, Page::Home) {
                self.page = Page::Filing(papers.filing);
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

fn paper<'a>(filing: &'a Filing, material: &FieldId) -> Option<&'a Material> {
    filing.draft.papers().find(|paper| paper.id == *material)
}
