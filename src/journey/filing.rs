//! The form, its review, and the one moment at which an application is confirmed.

use super::booking::asked;
use super::event::{Now, Touch};
use super::prefill::Prefilling;
use super::{Ask, Connection, Counted, Effect, Filing, Journey, Next, Page, Slip, Submitting, Tells};
use crate::forms::{CONSENT, Draft, Enclosures, SIGNATURE};
use contract::FieldId;
use contract::catalogue::{Badge, Service};
use contract::message::{Application, Assurance};

impl Journey {
    pub(super) fn open_filing(&mut self, service: &Service, now: Now) -> Vec<Effect> {
        // Whoever asks for something that needs no card is not named by one.
        let resident = self.resident.as_ref().filter(|_| service.needs_face);
        let Some(draft) = Draft::new(&self.library, service, resident, now.today()) else {
            return Vec::new();
        };
        let filing = Filing {
            draft,
            step: 0,
            typing: None,
            show_faults: false,
            row_fault: None,
            enclosures: Enclosures::default(),
            prefilling: Prefilling::default(),
            from_phone: None,
        };
        if filing.draft.is_booking() {
            return self.look_for_places(filing, now);
        }
        // A log-in is not returned to: 'back' from the form leads to the guide.
        if let Some(of) = self.draft_of(&filing.draft) {
            return self.look_for_draft(filing, of, now);
        }
        let mut effects = self.open(Page::Filing(filing));
        effects.extend(self.begin_form());
        effects
    }

    pub(super) fn touch_filing(&mut self, touch: Touch, now: Now) -> Vec<Effect> {
        match (&mut self.page, touch) {
            (_, Touch::KeepDraft) => self.keep_draft(now),
            (Page::Filing(filing), touch) => {
                let pinyin = self.library.pinyin();
                match touch {
                    Touch::Focus(field) => {
                        filing.typing = filing.draft.typing_for(&field).map(|t| (field, t));
                        return self.prefill();
                    }
                    Touch::CloseKeyboard => {
                        filing.typing = None;
                        return self.prefill();
                    }
                    Touch::Key(key) => {
                        if let Some((field, typing)) = &mut filing.typing {
                            typing.press(key, pinyin);
                            filing.draft.set_typed(field, typing.text());
                        }
                    }
                    Touch::Pick(field, value) => filing.draft.pick(&field, value.expose()),
                    Touch::ChooseHere => filing.draft.choose_here(),
                    Touch::AddRow(table) => {
                        filing.typing = None;
                        filing.row_fault = filing.draft.add_row(&table).err();
                    }
                    Touch::RemoveRow(table, place) => {
                        filing.row_fault = None;
                        filing.draft.remove_row(&table, place);
                    }
                    Touch::Next => {
                        let mut effects = self.prefill();
                        effects.extend(self.next_step());
                        return effects;
                    }
                    _ => {}
                }
                Vec::new()
            }
            (Page::Review(review), Touch::ToggleConsent) => {
                review.filing.draft.toggle(CONSENT);
                Vec::new()
            }
            (Page::Review(review), Touch::Stroke(points)) => {
                review.filing.draft.add_stroke(points.expose());
                Vec::new()
            }
            (Page::Review(review), Touch::ClearSignature) => {
                review.filing.draft.clear(SIGNATURE);
                Vec::new()
            }
            (Page::Review(_), Touch::Change(field)) => {
                self.change(&field);
                Vec::new()
            }
            (Page::Review(_), Touch::OpenPapers) => {
                if let Page::Review(review) = std::mem::replace(&mut self.page, Page::Home) {
                    self.page = self.before_review(review.filing);
                }
                Vec::new()
            }
            (Page::Review(_), Touch::Submit) => self.submit(now),
            _ => Vec::new(),
        }
    }

    fn next_step(&mut self) -> Vec<Effect> {
        let Page::Filing(filing) = &mut self.page else { return Vec::new() };
        filing.typing = None;
        filing.add_begun_rows();
        if filing.row_fault.is_some() || !filing.draft.faults_of_step(filing.step).is_empty() {
            filing.show_faults = true;
            return Vec::new();
        }
        filing.show_faults = false;
        if let Some(step) = filing.shown_step_after() {
            filing.step = step;
            return Vec::new();
        }
        self.leave_form()
    }

    fn change(&mut self, field: &FieldId) {
        let Page::Review(review) = &mut self.page else { return };
        let Some(step) = review.filing.draft.step_of(field) else { return };
        review.filing.step = step;
        if let Page::Review(review) = std::mem::replace(&mut self.page, Page::Home) {
            self.page = Page::Filing(review.filing);
        }
    }

    fn submit(&mut self, now: Now) -> Vec<Effect> {
        let Page::Review(review) = &mut self.page else { return Vec::new() };
        let Filing { draft, enclosures, .. } = &review.filing;
        let Some(service) = self.library.find(draft.service()).map(|service| asked(service, draft)) else {
            return Vec::new();
        };
        let offline = self.health.connection != Connection::Online;
        if !draft.faults().is_empty() || (offline && !service.has(Badge::OfflineOk)) {
            review.show_faults = true;
            return Vec::new();
        }
        let application = Application {
            service: service.code.clone(),
            form: service.form.clone(),
            assurance: if draft.is_identified() { Assurance::CardAndFace } else { Assurance::Anonymous },
            fields: draft.fields().clone(),
            licences: enclosures.licences(draft).collect(),
        };
        let pages = enclosures.to_send(draft.papers());
        let slip = Slip {
            service: service.name.clone(),
            department: service.department.clone(),
            applicant: self
                .resident
                .as_ref()
                .filter(|_| draft.is_identified())
                .map(crate::identity::Resident::masked_name),
            counted: Counted::Case,
            number: String::new(),
            code: String::new(),
            next: Next::Open,
            fee: service.fee,
            at: now.local,
            received: false,
            tells: Tells::Nothing,
            check_code: None,
            copy: false,
        };
        let (job, commit) = self.ask(Ask::Submit(application, pages));
        if let Page::Review(review) = std::mem::replace(&mut self.page, Page::Home) {
            self.page =
                Page::Submitting(Submitting { job, since: now.uptime, slip, committed: None, review });
        }
        vec![commit]
    }
}
