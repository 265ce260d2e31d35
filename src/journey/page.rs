//! The pages of a visit, each with exactly what it knows.

pub use super::affairs_page::{
    Affairs, AffairsStep, AffairsTrouble, CaseShown, NoticeAnswer, ProjectShown, Said, SaidKind,
};
use super::booking::Booking;
use super::effect::Certificate;
use super::event::{CardTrouble, Committed, DraftTrouble, JobId, KeptDraft, PrintResult};
use super::handoff::Handoff;
pub use super::papers_page::{Handover, Look, OpenPhone, Papers, PapersOf, PapersStep, Phone};
pub use super::pay_page::{Bills, Code, Confirm, OrderOutcome, PayStep, Paying};
use super::prefill::Prefilling;
use super::slip::Slip;
use super::technician::Technician;
use crate::face::FaceHint;
use crate::forms::{Draft, Enclosures, Step};
use crate::services::{Group, Hit, Library, Shelf, StoreTrouble, Tile};
use crate::typing::{Key, Layout, Typing};
use contract::message::{EntryReceipt, Rating};
use contract::validate::FieldFault;
use contract::{EntryId, FieldId, ServiceCode};
use jiff::civil::DateTime;
use std::collections::BTreeSet;
use std::time::Duration;

/// What the resident sees.
#[derive(Debug)]
pub enum Page {
    /// Nobody is here.
    Attract,
    /// Search field, tiles, popular services.
    Home,
    /// A list of services, by search or by tile.
    Search(Search),
    /// Themes or departments, to go through all services.
    Shelf(Shelf),
    /// The guide (办事指南) of a service.
    Guide(GuideShown),
    /// Card and face.
    LogIn(LogIn),
    /// The form, page by page.
    Filing(Filing),
    /// The papers that belong to it.
    Papers(Papers),
    /// Everything once more, consent and signature.
    Review(Review),
    /// After the log-in: is there a draft?
    FindingDraft(FindingDraft),
    /// There is one: go on with it, or begin anew.
    DraftFound(DraftFound),
    /// A draft is being kept.
    KeepingDraft(KeepingDraft),
    /// It is kept, or could not be.
    DraftKept(DraftKept),
    /// Being committed and sent.
    Submitting(Submitting),
    /// Receipt and rating.
    Done(Box<Done>),
    /// Bills and top-ups.
    Paying(Box<Paying>),
    /// Cases that are under way.
    Affairs(Box<Affairs>),
    /// On the way to a place that is booked.
    Booking(Box<Booking>),
    /// A draft from a phone, or to one.
    Handoff(Box<Handoff>),
    /// The technician's pages: nobody else is here.
    Technician(Box<Technician>),
    /// Take card and receipt with you.
    Goodbye {
        /// Since when it is shown, by uptime.
        since: Duration,
    },
    /// Something does not work; what still does.
    Trouble(Trouble),
}

impl Page {
    /// Whether the page holds anything of a person.
    pub const fn is_personal(&self) -> bool {
        !matches!(
            self,
            Self::Attract
                | Self::Home
                | Self::Search(_)
                | Self::Shelf(_)
                | Self::Guide(_)
                | Self::Technician(_)
                | Self::Goodbye { .. }
        )
    }
}

/// A guide on the screen.
#[derive(Debug)]
pub struct GuideShown {
    /// Of which service.
    pub service: ServiceCode,
    /// How its print goes; none was asked for.
    pub printing: Option<Printing>,
}

/// A list of services.
#[derive(Debug)]
pub struct Search {
    /// The list's title, or none for a typed search.
    pub title: Option<String>,
    /// What was typed.
    pub typing: Typing,
    /// What was found, best first; before anything is typed, what is at hand.
    pub hits: Vec<Hit>,
    at_hand: Vec<Hit>,
}

impl Search {
    /// An empty search field; at hand are the services of this visit, the last first, then those that many use.
    pub fn typed(library: &Library, recent: &[ServiceCode]) -> Self {
        let popular = library.popular().map(|service| &service.code).filter(|code| !recent.contains(code));
        let at_hand: Vec<Hit> = recent.iter().chain(popular).cloned().map(Hit::unmarked).collect();
        Self { title: None, typing: Typing::new(Layout::Search, 40), hits: at_hand.clone(), at_hand }
    }

    /// The services behind a tile.
    pub fn tile(library: &Library, tile: &Tile) -> Self {
        Self::list(tile.title.clone(), library.behind(tile))
    }

    /// The services of a theme or department.
    pub fn group(library: &Library, group: &Group) -> Self {
        Self::list(group.title.clone(), library.grouped(group))
    }

    fn list(title: String, hits: Vec<Hit>) -> Self {
        Self { title: Some(title), typing: Typing::new(Layout::Search, 40), hits, at_hand: Vec::new() }
    }

    /// What is searched for: the text, or the letters of the first character while they are typed.
    pub fn query(&self) -> &str {
        if self.typing.text().is_empty() { self.typing.composing() } else { self.typing.text() }
    }

    pub(super) fn press(&mut self, key: Key, library: &Library) {
        if self.title.is_none() {
            self.typing.press(key, library.pinyin());
            self.hits = match self.query() {
                "" => self.at_hand.clone(),
                query => library.search(query),
            };
        }
    }
}

/// Card and face.
#[derive(Debug)]
pub struct LogIn {
    /// What for.
    pub then: After,
    /// Whose answers count.
    pub job: JobId,
    /// How far it is.
    pub step: LogInStep,
    /// How many more times a face may be tried.
    pub tries_left: u8,
}

/// What a log-in leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    /// A service.
    Service(ServiceCode),
    /// A window for a service that the terminal does not do.
    Window(ServiceCode),
    /// The resident's own cases or licences.
    Own(Own),
}

/// What a card finds of its own person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// 我的办件
    Cases,
    /// 我的证照
    Licences,
}

/// The steps of a log-in.
#[derive(Debug)]
pub enum LogInStep {
    /// Waiting for the card.
    LayCard,
    /// It did not go well; a way on.
    CardTrouble(CardTrouble),
    /// The card is known; may the camera look?
    AskConsent(crate::identity::Resident),
    /// The camera looks.
    Look {
        /// Whose card.
        resident: crate::identity::Resident,
        /// What to do.
        hint: FaceHint,
    },
    /// The face did not pass; a way on.
    FaceTrouble {
        /// Whose card.
        resident: crate::identity::Resident,
        /// Why.
        verdict: super::FaceVerdict,
    },
}

/// The form being filled.
#[derive(Debug)]
pub struct Filing {
    /// The form and its values.
    pub draft: Draft,
    /// Which page of it, from 0.
    pub step: usize,
    /// The keyboard and the field that it types into.
    pub typing: Option<(FieldId, Typing)>,
    /// Faults are shown only after the resident tried to go on.
    pub show_faults: bool,
    /// Why the row that was written could not be added.
    pub row_fault: Option<FieldFault>,
    /// The papers that go with it.
    pub enclosures: Enclosures,
    /// What registries fill in.
    pub prefilling: Prefilling,
    /// When its content was typed on a phone, in Shenzhen; none where it was not.
    pub from_phone: Option<DateTime>,
}

impl Filing {
    pub(super) fn step_back(&mut self) -> bool {
        self.typing = None;
        let before = (0..self.step).rev().find(|step| self.draft.is_step_shown(*step));
        if let Some(step) = before {
            self.step = step;
        }
        before.is_some()
    }

    /// The next page that shows anything.
    pub fn shown_step_after(&self) -> Option<usize> {
        (self.step + 1..self.draft.steps().len()).find(|step| self.draft.is_step_shown(*step))
    }

    /// Somebody who wrote a row and goes on means it.
    pub(super) fn add_begun_rows(&mut self) {
        self.row_fault = None;
        let tables = self.draft.steps().get(self.step).map_or(&[][..], Step::fields).to_vec();
        for table in tables.iter().filter(|table| self.draft.is_row_begun(table)).cloned().collect::<Vec<_>>()
        {
            self.row_fault = self.draft.add_row(&table).err();
        }
    }
}

/// The review.
#[derive(Debug)]
pub struct Review {
    /// The filing that 'change' returns to.
    pub filing: Filing,
    /// Faults are shown only after the resident tried to submit.
    pub show_faults: bool,
}

/// An application that is not submitted yet, on the page where the resident left it.
#[derive(Debug)]
pub enum Unfinished {
    /// In the form.
    Form(Filing),
    /// At its papers.
    Papers(Filing),
    /// In the review.
    Review(Review),
}

impl Unfinished {
    /// The form.
    pub const fn filing(&self) -> &Filing {
        match self {
            Self::Form(filing) | Self::Papers(filing) => filing,
            Self::Review(review) => &review.filing,
        }
    }

    pub(super) fn into_page(self) -> Page {
        match self {
            Self::Form(filing) => Page::Filing(filing),
            Self::Papers(filing) => Page::Papers(Papers::list(PapersOf::Application(filing))),
            Self::Review(review) => Page::Review(review),
        }
    }
}

/// Looking for a draft.
#[derive(Debug)]
pub struct FindingDraft {
    /// Whose answer counts.
    pub job: JobId,
    /// Since when, by uptime.
    pub since: Duration,
    /// The empty form, if there is none.
    pub filing: Filing,
}

/// A draft is there.
#[derive(Debug)]
pub struct DraftFound {
    /// The empty form.
    pub filing: Filing,
    /// The draft.
    pub kept: KeptDraft,
}

/// A draft is being kept.
#[derive(Debug)]
pub struct KeepingDraft {
    /// Whose answer counts.
    pub job: JobId,
    /// Since when, by uptime.
    pub since: Duration,
    /// For which service.
    pub service: ServiceCode,
    /// What to return to.
    pub unfinished: Unfinished,
}

/// A draft was kept, or not. Nothing that was typed is lost either way.
#[derive(Debug)]
pub struct DraftKept {
    /// For which service.
    pub service: ServiceCode,
    /// How it went.
    pub result: Result<(), DraftTrouble>,
    /// What to return to.
    pub unfinished: Unfinished,
}

/// Being committed and sent.
#[derive(Debug)]
pub struct Submitting {
    /// Whose answer counts.
    pub job: JobId,
    /// Since when, by uptime.
    pub since: Duration,
    /// What will stand on the receipt.
    pub slip: Slip,
    /// The commit, once the store has it.
    pub committed: Option<Committed>,
    /// The review to return to when the store can't take it.
    pub review: Review,
}

/// What became of the application, as far as it is known at the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Central has it.
    Received(EntryReceipt),
    /// It is kept here and goes on by itself.
    SavedHere,
    /// Central will never take it: somebody at a window has to look.
    Refused,
}

/// Receipt and rating.
#[derive(Debug)]
pub struct Done {
    /// The service.
    pub service: ServiceCode,
    /// The entry.
    pub entry: EntryId,
    /// What became of it.
    pub outcome: Outcome,
    /// What is printed.
    pub slip: Slip,
    /// Whether it books a place.
    pub is_booked: bool,
    /// How the print goes.
    pub printing: Printing,
    /// The certificate that is printed as a page, and how that goes.
    pub page: Option<(Certificate, Printing)>,
    /// The rating, given once.
    pub rating: Rated,
}

/// How far a rating is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rated {
    /// None is given, or it could not be kept.
    NotYet,
    /// It is a bad one: why?
    Why {
        /// What was touched.
        rating: Rating,
        /// The reasons so far.
        tags: BTreeSet<String>,
    },
    /// It is being committed.
    Saving {
        /// Whose answer counts.
        job: JobId,
        /// What was touched.
        rating: Rating,
    },
    /// It is committed and goes on by itself.
    Kept(Rating),
}

impl Rated {
    /// What was touched.
    pub const fn chosen(&self) -> Option<Rating> {
        match self {
            Self::NotYet => None,
            Self::Why { rating, .. } | Self::Saving { rating, .. } | Self::Kept(rating) => Some(*rating),
        }
    }
}

/// How a print goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Printing {
    /// Going on.
    Busy(JobId),
    /// Over.
    Over(PrintResult),
}

/// Something does not work. The filing is kept: nothing that was typed is lost by it.
#[derive(Debug)]
pub struct Trouble {
    /// What.
    pub kind: StoreTrouble,
    /// What to return to.
    pub review: Review,
}
