//! What a resident's visit is: a pure state machine. No IO, no clock, no async; it knows no device, no socket and
//! no widget. Everything that happens comes in as an [`Event`], everything that the outside must do goes out as
//! an [`Effect`].
//!
//! The rules that always hold (walked at random in `tests/journey_walk.rs`): nothing personal outlives the visit;
//! every screen leads home; what was confirmed is committed once and never forgotten; a late answer never reaches
//! the next resident; an idle visit ends in time.

mod affairs;
mod affairs_page;
mod booking;
mod browse;
mod drafts;
mod effect;
mod emergency;
mod event;
mod fee;
mod filing;
mod handoff;
mod interrupted;
mod language;
mod log_in;
mod obeying;
mod page;
mod papers;
mod papers_page;
mod patience;
mod pay_page;
mod paying;
mod phone;
mod prefill;
mod result;
mod scanned;
mod slip;
mod technician;

pub use booking::{Booking, BookingStep, BookingTrouble};
pub use effect::{Ask, AwaitedPicture, Certificate, DraftOf, Effect};
pub use event::{
    Answer, CardTrouble, Committed, Connection, DraftTrouble, Event, FaceNews, FaceVerdict, Health, JobId,
    KeptDraft, MoneyTrouble, NoReceipt, Now, OpenDrop, PaperNews, PhoneTrouble, PrintResult, Touch, VisitId,
};
pub use fee::FeeDue;
pub use handoff::{Handoff, HandoffStep, HandoffTicket, HandoffTrouble};
pub use interrupted::Interrupted;
pub use obeying::{Rules, SettingsNews};
pub use page::{
    Affairs, AffairsStep, AffairsTrouble, After, Bills, CaseShown, Code, Confirm, Done, DraftFound,
    DraftKept, Filing, FindingDraft, GuideShown, Handover, KeepingDraft, LogIn, LogInStep, Look,
    NoticeAnswer, OpenPhone, OrderOutcome, Outcome, Own, Page, Papers, PapersOf, PapersStep, PayStep, Paying,
    Phone, Printing, ProjectShown, Rated, Review, Said, SaidKind, Search, Submitting, Trouble, Unfinished,
};
pub use paying::is_settled;
pub use slip::{Counted, Next, Slip, Tells};
pub use technician::{
    Aside, Bench, BenchPage, CELLS, Challenge, Change, CodeFault, CodeTyped, Crosses, Deed, DoneHere,
    DoorNews, ExamStep, Grid, NoWayIn, NotDone, Sight, Technician, TechnicianAnswer, TechnicianAsk,
    TechnicianTouch, TicketForm, TicketTouch, Tool, Watchable, WayIn,
};

use crate::identity::{Lockouts, Resident};
use crate::services::{Library, Obstacle, StoreTrouble};
use contract::ServiceCode;
use contract::catalogue::Service;
use contract::language::Language;
use contract::report::{Door, Duty};
use contract::settings::Settings;
use patience::is_over;
use std::{sync::Arc, time::Duration};

/// The state of the terminal as far as a resident can notice it.
#[derive(Debug)]
pub struct Journey {
    library: Arc<Library>,
    rules: Rules,
    visit: VisitId,
    last_job: JobId,
    page: Page,
    /// Where 'back' leads; never holds anything personal.
    trail: Vec<Page>,
    /// The services that were looked at in this visit, the last first.
    recent: Vec<ServiceCode>,
    language: Language,
    resident: Option<Resident>,
    lockouts: Lockouts,
    last_touch: Duration,
    warned: patience::Warned,
    health: Health,
    interrupted: Option<Interrupted>,
    settings: Arc<Settings>,
    /// Somebody waits for the end of the visit, to have other settings obeyed.
    is_awaited: bool,
    /// Another version of the program is being installed: no visit begins.
    is_held: bool,
    emergencies: emergency::Emergencies,
    /// An operator sees the technician's screen.
    is_watched: bool,
    doorkeeper: technician::Doorkeeper,
}

impl Journey {
    /// A terminal that waits for its first visitor.
    pub fn new(library: Arc<Library>, rules: Rules) -> Self {
        Self {
            library,
            rules,
            visit: VisitId(0),
            last_job: JobId(0),
            page: Page::Attract,
            trail: Vec::new(),
            recent: Vec::new(),
            language: Language::default(),
            resident: None,
            lockouts: Lockouts::default(),
            last_touch: Duration::ZERO,
            warned: patience::Warned::default(),
            health: Health::default(),
            interrupted: None,
            settings: Arc::default(),
            is_awaited: false,
            is_held: false,
            emergencies: emergency::Emergencies::default(),
            is_watched: false,
            doorkeeper: technician::Doorkeeper::default(),
        }
    }

    /// What the resident sees.
    pub const fn page(&self) -> &Page {
        &self.page
    }

    /// What works at the moment.
    pub const fn health(&self) -> Health {
        self.health
    }

    /// Who is logged in.
    pub const fn resident(&self) -> Option<&Resident> {
        self.resident.as_ref()
    }

    /// The services on offer.
    pub const fn library(&self) -> &Arc<Library> {
        &self.library
    }

    /// The visit that is going on.
    pub const fn visit(&self) -> VisitId {
        self.visit
    }

    /// Whether anything personal is held. True only while somebody is at the terminal.
    pub fn holds_personal_data(&self) -> bool {
        self.resident.is_some() || self.page.is_personal() || self.trail.iter().any(Page::is_personal)
    }

    /// Why a service can't be started here and now; `None` when it can.
    pub fn obstacle(&self, service: &Service) -> Option<Obstacle> {
        obstacle(&self.library, self.health, &self.settings, service)
    }

    /// Takes in what happened; says what must be done. Answers of another visit or of an older job change nothing.
    pub fn handle(&mut self, event: Event, now: Now) -> Vec<Effect> {
        match event {
            Event::Touch(touch) => {
                self.last_touch = now.uptime;
                self.touch(touch, now)
            }
            Event::Tick => {
                let mut effects = self.tick(now);
                effects.extend(self.tick_interrupted(now));
                effects.extend(self.leave_in_emergency(now));
                effects.extend(self.note_countdown(now));
                effects
            }
            Event::Interrupted(number) => self.take_up(number, now),
            Event::Answer { visit: interrupted::NO_VISIT, job, answer } => {
                self.answer_interrupted(job, answer, now)
            }
            Event::Settings(settings) => self.obey(settings),
            Event::Emergencies(hold) => self.take_emergencies(hold, now),
            Event::Scanned(code) => self.scanned(&code, now),
            Event::GoDown => self.go_down(),
            Event::Hold => self.hold(),
            Event::Release => {
                self.is_held = false;
                Vec::new()
            }
            Event::Watched(is_watched) => {
                self.is_watched = is_watched;
                Vec::new()
            }
            Event::Health(health) => {
                let before = std::mem::replace(&mut self.health, health);
                // A printer that is plugged in again tells of a door that was open before: nobody opened it now.
                let is_opened = (before.door, health.door) == (Some(Door::Closed), Some(Door::Open));
                if is_opened { self.door_opened(now) } else { Vec::new() }
            }
            Event::Answer { visit, job, answer } if visit == self.visit => self.answer(job, answer, now),
            Event::Answer { .. } => Vec::new(),
        }
    }

    fn tick(&mut self, now: Now) -> Vec<Effect> {
        match &self.page {
            Page::Attract => {
                if is_over(self.last_touch, self.rules.idle, now) {
                    self.forget_read();
                }
                Vec::new()
            }
            Page::Goodbye { since } => {
                let is_over = is_over(*since, self.rules.goodbye, now);
                if is_over { self.be_free() } else { Vec::new() }
            }
            Page::Technician(_) => self.tick_technician(now),
            Page::Submitting(submitting) => {
                if is_over(submitting.since, self.rules.patience, now) {
                    self.lose_patience(now)
                } else {
                    Vec::new()
                }
            }
            Page::FindingDraft(finding) if is_over(finding.since, drafts::FINDING, now) => {
                self.begin_without_draft()
            }
            Page::KeepingDraft(keeping) if is_over(keeping.since, self.rules.patience, now) => {
                self.draft_kept(Err(DraftTrouble::Store(StoreTrouble::Unknown)))
            }
            _ => {
                let inside = self.tick_paying(now).or_else(|| self.tick_affairs(now));
                let inside = inside.or_else(|| self.tick_handoff(now)).or_else(|| self.tick_phone(now));
                if let Some(effects) = inside.or_else(|| self.tick_booking(now)) {
                    return effects;
                }
                let idle = now.uptime.saturating_sub(self.last_touch);
                let is_over = idle >= self.rules.idle + self.rules.grace && !self.is_code_live(now);
                if is_over { self.end(now) } else { Vec::new() }
            }
        }
    }

    fn touch(&mut self, touch: Touch, now: Now) -> Vec<Effect> {
        if let Some(effects) = self.touch_emergency(&touch) {
            return effects;
        }
        match touch {
            _ if self.is_held => Vec::new(),
            touch if matches!(self.page, Page::Technician(_)) => self.touch_technician(touch, now),
            Touch::Knock if matches!(self.page, Page::Attract) => self.knock(now),
            Touch::Begin if self.health.duty == Duty::OutOfService => Vec::new(),
            Touch::Begin if matches!(self.page, Page::Attract | Page::Goodbye { .. }) => self.begin(),
            Touch::OtherLanguage if self.health.duty == Duty::InService => self.switch_language(),
            Touch::PrintInterrupted if matches!(self.page, Page::Attract) => self.print_interrupted(now),
            Touch::KeepGoing => Vec::new(),
            // What was confirmed is being committed: nobody walks away from it half-way.
            _ if matches!(self.page, Page::Submitting(_) | Page::Attract | Page::Goodbye { .. }) => {
                Vec::new()
            }
            Touch::End => self.end(now),
            Touch::Home => self.go_home(),
            Touch::Back => {
                let inside = self.step_back_paying(now).or_else(|| self.step_back_affairs());
                let inside = inside.or_else(|| self.step_back_papers()).or_else(|| self.step_back_booking());
                inside.or_else(|| self.step_back_handoff()).unwrap_or_else(|| self.back())
            }
            Touch::OpenSearch => self.open(Page::Search(Search::typed(&self.library, &self.recent))),
            Touch::OpenTile(place) => self.open_tile(place),
            Touch::OpenShelf(shelf) => self.open_shelf(shelf),
            Touch::OpenGroup(place) => self.open_group(place),
            Touch::Choose(code) => self.choose(&code),
            Touch::Start => self.start(now),
            Touch::BookWindow => self.book_window(now),
            Touch::PrintGuide => self.print_guide(),
            Touch::PayFee => self.pay_fee(now),
            Touch::OpenAffairs => self.open_affairs(),
            Touch::OpenPhoneCode => self.open_phone_code(),
            Touch::ToPhone => self.hand_to_phone(now),
            Touch::Own(own) if matches!(self.page, Page::Home) => {
                let mut effects = self.open_affairs();
                effects.extend(self.own(own, now));
                effects
            }
            touch => match &mut self.page {
                Page::Search(search) => {
                    if let Touch::Key(key) = touch {
                        search.press(key, &self.library);
                    }
                    Vec::new()
                }
                Page::LogIn(_) => self.touch_log_in(&touch, now),
                Page::Filing(_) | Page::Review(_) => self.touch_filing(touch, now),
                Page::Papers(_) => self.touch_papers(&touch, now),
                Page::DraftFound(_) | Page::DraftKept(_) => self.touch_draft(&touch),
                Page::Done(_) => self.touch_done(&touch),
                Page::Paying(_) => self.touch_paying(touch, now),
                Page::Affairs(_) => self.touch_affairs(touch, now),
                Page::Booking(_) => self.touch_booking(&touch, now),
                Page::Handoff(_) => self.touch_handoff(&touch, now),
                Page::Trouble(_) if touch == Touch::TryAgain => self.back(),
                _ => Vec::new(),
            },
        }
    }

    fn answer(&mut self, job: JobId, answer: Answer, now: Now) -> Vec<Effect> {
        match &mut self.page {
            Page::Guide(shown) if shown.printing == Some(Printing::Busy(job)) => {
                if let Answer::Printed(result) = answer {
                    shown.printing = Some(Printing::Over(result));
                }
                Vec::new()
            }
            Page::LogIn(log_in) if log_in.job == job => self.answer_log_in(answer, now),
            Page::Submitting(submitting) if submitting.job == job => self.answer_submitting(answer, now),
            Page::FindingDraft(finding) if finding.job == job => self.answer_finding(answer),
            Page::KeepingDraft(keeping) if keeping.job == job => self.answer_keeping(&answer),
            Page::Done(_) => self.answer_done(job, answer),
            Page::Paying(_) => self.answer_paying(job, answer, now),
            Page::Filing(_) => self.answer_prefill(job, answer),
            Page::Papers(_) => self.answer_papers(job, answer, now),
            Page::Affairs(_) => self.answer_affairs(job, answer, now),
            Page::Booking(_) => self.answer_booking(job, answer, now),
            Page::Handoff(_) => self.answer_handoff(job, answer, now),
            Page::Technician(_) => self.answer_technician(job, answer, now),
            _ => Vec::new(),
        }
    }

    fn begin(&mut self) -> Vec<Effect> {
        self.visit = VisitId(self.visit.0 + 1);
        self.language = Language::default();
        self.page = Page::Home;
        self.trail.clear();
        self.recent.clear();
        Vec::new()
    }

    /// Ends the visit: everything personal is gone when this returns.
    fn end(&mut self, now: Now) -> Vec<Effect> {
        let visit = self.visit;
        let mut effects = self.leave_order();
        effects.extend(self.leave_drop());
        let card_was_read = self.resident.is_some();
        self.resident = None;
        self.trail.clear();
        self.recent.clear();
        self.forget_read();
        self.page = Page::Goodbye { since: now.uptime };
        // From here on no answer of that visit is taken any more.
        self.visit = VisitId(visit.0 + 1);
        effects.push(Effect::Forget { visit, card_was_read });
        effects
    }

    /// Somebody is at the cabinet's inside: nothing personal stays on the screen before them.
    fn door_opened(&mut self, now: Now) -> Vec<Effect> {
        match &self.page {
            // What is being committed is committed first; a technician has opened it.
            Page::Attract | Page::Goodbye { .. } | Page::Submitting(_) | Page::Technician(_) => Vec::new(),
            _ => self.end(now),
        }
    }

    fn go_home(&mut self) -> Vec<Effect> {
        let effects = self.leave_page();
        self.trail.clear();
        self.page = Page::Home;
        effects
    }

    fn back(&mut self) -> Vec<Effect> {
        if let Page::Filing(filing) = &mut self.page
            && filing.step_back()
        {
            return Vec::new();
        }
        match std::mem::replace(&mut self.page, Page::Home) {
            Page::Review(Review { filing, .. }) if self.comes_before_review(&filing) => {
                self.page = self.before_review(filing);
                Vec::new()
            }
            Page::KeepingDraft(KeepingDraft { unfinished, .. })
            | Page::DraftKept(DraftKept { unfinished, .. }) => {
                self.page = unfinished.into_page();
                Vec::new()
            }
            Page::Trouble(Trouble { kind, review }) if kind != StoreTrouble::Unknown => {
                self.page = Page::Review(review);
                Vec::new()
            }
            left => {
                self.page = left;
                let effects = self.leave_page();
                self.page = self.trail.pop().unwrap_or(Page::Home);
                effects
            }
        }
    }

    /// What has to stop when the page is left.
    fn leave_page(&mut self) -> Vec<Effect> {
        match &self.page {
            Page::LogIn(LogIn { job, .. }) | Page::FindingDraft(FindingDraft { job, .. }) => {
                vec![Effect::Cancel { visit: self.visit, job: *job }]
            }
            Page::Booking(booking) => {
                booking.asks().map_or_else(Vec::new, |job| vec![Effect::Cancel { visit: self.visit, job }])
            }
            Page::Papers(papers) => {
                let stopped = papers.step.asks().map(|job| Effect::Cancel { visit: self.visit, job });
                stopped.into_iter().chain(self.leave_drop()).collect()
            }
            _ => self.leave_order(),
        }
    }

    /// Goes on to a page from which 'back' returns here.
    fn open(&mut self, page: Page) -> Vec<Effect> {
        let effects = self.leave_page();
        let left = std::mem::replace(&mut self.page, page);
        if matches!(left, Page::Home | Page::Search(_) | Page::Shelf(_) | Page::Guide(_)) {
            self.trail.push(left);
        }
        effects
    }

    fn start(&mut self, now: Now) -> Vec<Effect> {
        let Page::Guide(shown) = &self.page else { return Vec::new() };
        let Some(service) = self.library.find(&shown.service).cloned() else { return Vec::new() };
        if self.obstacle(&service).is_some() {
            Vec::new()
        } else if service.needs_face && self.resident.is_none() {
            self.open_log_in(After::Service(service.code))
        } else {
            self.open_form(&service, now)
        }
    }

    /// What a service asks for: an account and money, or a form.
    fn open_form(&mut self, service: &Service, now: Now) -> Vec<Effect> {
        match self.library.provider_of(&service.code) {
            Some(_) => self.open_paying(service),
            None => self.open_filing(service, now),
        }
    }

    fn ask(&mut self, ask: Ask) -> (JobId, Effect) {
        self.ask_for(self.visit, ask)
    }

    fn ask_for(&mut self, visit: VisitId, ask: Ask) -> (JobId, Effect) {
        self.last_job = JobId(self.last_job.0 + 1);
        (self.last_job, Effect::Ask { visit, job: self.last_job, ask })
    }
}

/// Why a service can't be started while this works, that does not, and operators have set this; `None` when it can.
pub fn obstacle(
    library: &Library,
    health: Health,
    settings: &Settings,
    service: &Service,
) -> Option<Obstacle> {
    let is_closed = !settings.services_open || settings.services_closed.contains(&service.code);
    let at_any = library.obstacle(service);
    at_any.or(is_closed.then_some(Obstacle::Closed)).or_else(|| health.lacking(library, service))
}
