//! A random walk through visits: hundreds of residents who do anything at any time, with devices that answer late,
//! wrongly or never. What must always hold is checked after each event. A failure prints the seed and the last
//! events; the seed reproduces it.

#![allow(
    clippy::semicolon_if_nothing_returned,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

#[path = "support/desk.rs"]
mod desk;
#[path = "support/handset.rs"]
mod handset;
#[path = "support/page_names.rs"]
mod page_names;
#[path = "support/places.rs"]
mod places;
#[path = "support/rules.rs"]
mod rules;
#[path = "support/shelf.rs"]
mod shelf;
#[path = "support/tenth.rs"]
mod tenth;
#[path = "support/till.rs"]
mod till;
#[path = "support/walker.rs"]
mod walker;

use contract::message::{EntryReceipt, Outcome, Rating};
use contract::ruling::RuleVerdict;
use contract::{CaseNumber, EntryId, Fen, LocalNumber, OrderNumber, Seq};
use jiff::civil::date;
use kiosk::journey::{
    AffairsStep, Answer, Ask, Committed, Effect, Event, Filing, JobId, Journey, LogInStep, NoReceipt, Now,
    Page, PayStep, Rated, Review, Rules, Touch, VisitId,
};
use kiosk::services::{Library, Shelf, StoreTrouble};
use kiosk::typing::Key;
use page_names::name;
use std::collections::{HashMap, HashSet, VecDeque};
use std::{sync::Arc, time::Duration};
use walker::{WORKS, any_touch};

const SEEDS: u64 = 50;
const EVENTS_A_SEED: u64 = 4_400;

/// The outside: what was asked and not yet answered, and what was promised.
struct World {
    rng: fastrand::Rng,
    journey: Journey,
    library: Arc<Library>,
    uptime: Duration,
    last_touch: Duration,
    asked: Vec<(VisitId, JobId, Ask)>,
    commits: HashSet<JobId>,
    /// Applications that the store acknowledged and whose resident must read a number.
    acknowledged: HashMap<EntryId, Duration>,
    applications: u64,
    /// Pages of papers that went with them.
    papers: usize,
    /// Answers to notices that had pages.
    supplements: usize,
    shown: u64,
    pages: HashSet<&'static str>,
    history: VecDeque<String>,
    entries: u128,
    /// The number that outlives a restart.
    kept_order: Option<OrderNumber>,
    interrupted: u64,
}

impl World {
    fn new(seed: u64, library: Arc<Library>) -> Self {
        Self {
            rng: fastrand::Rng::with_seed(seed),
            journey: Journey::new(Arc::clone(&library), Rules::default()),
            library,
            uptime: Duration::ZERO,
            last_touch: Duration::ZERO,
            asked: Vec::new(),
            commits: HashSet::new(),
            acknowledged: HashMap::new(),
            applications: 0,
            papers: 0,
            supplements: 0,
            shown: 0,
            pages: HashSet::new(),
            history: VecDeque::new(),
            entries: 0,
            kept_order: None,
            interrupted: 0,
        }
    }

    fn now(&self) -> Now {
        Now { uptime: self.uptime, local: date(2026, 11, 23).at(9, 30, 0, 0) }
    }

    /// The terminal goes down, and is started again.
    fn restart(&mut self) {
        self.journey = Journey::new(Arc::clone(&self.library), Rules::default());
        self.asked.clear();
        self.commits.clear();
        self.acknowledged.clear();
        if let Some(number) = self.kept_order.clone() {
            self.feed(Event::Interrupted(number));
            self.interrupted += 1;
        }
        self.feed(Event::Health(WORKS));
    }

    fn step(&mut self) {
        let is_code = matches!(self.journey.page(),
            Page::Paying(paying) if matches!(paying.step, PayStep::Code(_) | PayStep::Outcome(_)));
        if is_code && self.rng.u8(..5) == 0 {
            self.restart();
        }
        let event = match self.rng.u8(..10) {
            5.. if self.journey.emergency().is_some() => walker::heed(&mut self.rng),
            0 => {
                let long = self.rng.u8(..30) == 0;
                self.uptime += Duration::from_millis(self.rng.u64(200..if long { 90_000 } else { 3_000 }));
                Event::Tick
            }
            1 if self.rng.u8(..4) == 0 => Event::Health(walker::health(&mut self.rng)),
            2 if self.rng.u8(..9) == 0 => walker::news(&mut self.rng),
            1..=3 => self.answer().unwrap_or(Event::Tick),
            4 if self.rng.u8(..6) == 0 => Event::Touch(any_touch(&self.library, &mut self.rng)),
            _ => Event::Touch(self.sensible_touch()),
        };
        self.feed(event);
    }

    fn feed(&mut self, event: Event) {
        let said = walker::said(&event, self.uptime);
        self.history.push_back(format!("{} <- {said}", name(self.journey.page())));
        if self.history.len() > 30 {
            self.history.pop_front();
        }
        let is_touch = matches!(event, Event::Touch(_));
        let is_end = matches!(event, Event::Touch(Touch::End)) && self.journey.emergency().is_none();
        let was_submitting = matches!(self.journey.page(), Page::Submitting(_));
        let effects = self.journey.handle(event, self.now());
        if is_touch {
            self.last_touch = self.uptime;
        }
        self.take_in(effects);
        self.check(is_end && !was_submitting);
    }

    fn take_in(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask { visit, job, ask } => {
                    if matches!(&ask, Ask::Commit(_) | Ask::Submit(..) | Ask::Reply(..)) {
                        assert!(self.commits.insert(job), "a job id was used twice: {job:?}");
                    }
                    if let Ask::Submit(_, pages) = &ask {
                        self.applications += 1;
                        self.papers += pages.len();
                    }
                    if let Ask::Reply(_, pages) = &ask {
                        self.supplements += usize::from(!pages.is_empty());
                    }
                    self.asked.push((visit, job, ask));
                }
                Effect::Cancel { job, .. } => {
                    assert!(!self.commits.contains(&job), "a commit must never be cancelled: {job:?}");
                }
                Effect::Settings(_) | Effect::Shown(_) | Effect::CountsDown => {}
                Effect::GoDown => {
                    assert!(matches!(self.journey.page(), Page::Attract), "it goes down in a visit")
                }
                Effect::KeepOrder(number) => self.kept_order = Some(number),
                Effect::DropOrder(number) => drop(self.kept_order.take_if(|kept| *kept == number)),
                Effect::Forget { visit, .. } => {
                    assert!(visit < self.journey.visit(), "the visit goes on after Forget")
                }
            }
        }
    }

    fn check(&mut self, just_ended: bool) {
        self.pages.insert(name(self.journey.page()));
        if matches!(self.journey.page(), Page::Attract | Page::Goodbye { .. }) {
            assert!(!self.journey.holds_personal_data(), "personal data after the visit");
            let followed = self.journey.interrupted().map(|order| &order.number);
            assert!(
                self.kept_order.as_ref().is_none_or(|kept| Some(kept) == followed),
                "an order is kept after its resident has left"
            );
        }
        assert!(
            !just_ended || matches!(self.journey.page(), Page::Attract | Page::Goodbye { .. }),
            "'end' did not end the visit on {}",
            name(self.journey.page())
        );
        if let Page::Filing(Filing { draft, .. }) | Page::Review(Review { filing: Filing { draft, .. }, .. }) =
            self.journey.page()
            && draft.is_identified()
        {
            assert!(["测试甲", ""].contains(&draft.value_named("name")), "the card's facts are the card's");
            assert!(draft.value_named("purpose") != "飞上月球" && draft.value_named("nothing").is_empty());
            assert!(places::is_honest(draft), "a place stands in the form that nobody offers");
        }
        if let Page::Paying(paying) = self.journey.page() {
            assert!(!matches!(paying.step, PayStep::Away), "a step of paying was lost");
        }
        if let Page::Affairs(affairs) = self.journey.page() {
            assert!(!matches!(affairs.step, AffairsStep::Away), "a step of looking after cases was lost");
        }
        if let Page::Done(done) = self.journey.page() {
            assert!(!done.slip.number.is_empty(), "a confirmed application has a number");
            if self.acknowledged.remove(&done.entry).is_some() {
                self.shown += 1;
            }
        }
        for (entry, since) in &self.acknowledged {
            assert!(
                self.uptime.saturating_sub(*since) < Duration::from_secs(95),
                "{entry:?} was committed at {since:?} and its number never shown"
            );
        }
    }

    /// One of the jobs is answered, or an old one once more, or one of another visit.
    fn answer(&mut self) -> Option<Event> {
        if self.asked.is_empty() {
            return None;
        }
        let place = if self.rng.bool() { self.asked.len() - 1 } else { self.rng.usize(..self.asked.len()) };
        let (visit, job, answer, page_must_stay) = {
            let (visit, job, ask) = &self.asked[place];
            let answer = match ask {
                Ask::Commit(_) | Ask::Submit(..) | Ask::Reply(..) => {
                    self.entries += 1;
                    let entry = EntryId(uuid::Uuid::from_u128(self.entries));
                    let number =
                        LocalNumber::compose(&"ft-0001".parse().unwrap(), date(2026, 11, 23), Seq(7))
                            .unwrap();
                    Answer::Committed(match self.rng.u8(..6) {
                        0 => Err(StoreTrouble::Full),
                        _ => Ok(Committed { entry, number }),
                    })
                }
                Ask::AwaitReceipt(entry) => Answer::Received(match self.rng.u8(..4) {
                    0 => Err(NoReceipt::StillWaiting),
                    1 => Err(NoReceipt::Refused),
                    2 if places::is_sent(self.journey.page()) => Err(NoReceipt::SlotTaken),
                    _ => Ok(EntryReceipt {
                        entry: *entry,
                        received_at: "2026-11-23T01:30:00Z".parse().unwrap(),
                        outcome: Outcome::CaseOpened {
                            case: CaseNumber::compose(440_304, date(2026, 11, 23), 1).unwrap(),
                            promised_days: 5,
                            fee: Fen::ZERO,
                        },
                        rules: if self.rng.bool() { rules::said(RuleVerdict::NoAnswer) } else { Vec::new() },
                    }),
                }),
                other => walker::answer(other, &mut self.rng)
                    .or_else(|| till::answer(other, &mut self.rng))
                    .or_else(|| desk::answer(other, &mut self.rng))
                    .or_else(|| shelf::answer(other, &mut self.rng))
                    .or_else(|| handset::answer(other, &mut self.rng))
                    .or_else(|| places::answer(other, date(2026, 11, 23), &mut self.rng))
                    .unwrap(),
            };
            (*visit, *job, answer, ![self.journey.visit(), VisitId(0)].contains(visit))
        };
        if let (Answer::Committed(Ok(committed)), Page::Submitting(submitting)) =
            (&answer, self.journey.page())
            && submitting.job == job
            && visit == self.journey.visit()
        {
            self.acknowledged.insert(committed.entry, self.uptime);
        }
        // Nothing was booked: there is no number to read, and the form is there again.
        if matches!(answer, Answer::Received(Err(NoReceipt::SlotTaken)))
            && let Page::Submitting(submitting) = self.journey.page()
            && let Some(committed) = submitting.committed.as_ref().filter(|_| submitting.job == job)
        {
            self.acknowledged.remove(&committed.entry);
        }
        if page_must_stay {
            let before = name(self.journey.page());
            let effects = self.journey.handle(Event::Answer { visit, job, answer }, self.now());
            assert!(
                effects.is_empty() && before == name(self.journey.page()),
                "a late answer reached the next resident"
            );
            self.asked.remove(place);
            return None;
        }
        if !matches!(self.asked[place].2, Ask::CheckFace(_) | Ask::Scan(_)) {
            self.asked.remove(place);
        }
        Some(Event::Answer { visit, job, answer })
    }

    /// What somebody does who wants to get through.
    fn sensible_touch(&mut self) -> Touch {
        let rng = &mut self.rng;
        match self.journey.page() {
            Page::Attract if self.journey.interrupted().is_some() && rng.bool() => Touch::PrintInterrupted,
            Page::Attract | Page::Goodbye { .. } => Touch::Begin,
            Page::Home => match rng.u8(..5) {
                0 => Touch::OpenSearch,
                1 => Touch::OpenTile(rng.usize(..7)),
                2 => Touch::OpenShelf(Shelf::Department),
                _ => {
                    let popular: Vec<_> = self.library.popular().map(|s| s.code.clone()).collect();
                    Touch::Choose(popular[rng.usize(..popular.len())].clone())
                }
            },
            Page::Search(search) if search.hits.is_empty() || rng.u8(..5) == 0 => {
                Touch::Key(Key::Char(rng.lowercase()))
            }
            Page::Search(search) => Touch::Choose(search.hits[rng.usize(..search.hits.len())].code.clone()),
            Page::Shelf(_) => match rng.u8(..4) {
                0 => Touch::OpenShelf(Shelf::Entity),
                _ => Touch::OpenGroup(rng.usize(..95)),
            },
            Page::Guide(shown) => {
                let at_window = self.library.find(&shown.service).is_some_and(|service| !service.at_terminal);
                if rng.u8(..4) == 0 {
                    Touch::Back
                } else if rng.u8(..8) == 0 {
                    Touch::PrintGuide
                } else if at_window {
                    Touch::BookWindow
                } else {
                    Touch::Start
                }
            }
            Page::LogIn(log_in) => match log_in.step {
                LogInStep::AskConsent(_) => Touch::AgreeToFace,
                _ => Touch::TryAgain,
            },
            Page::Filing(_) if rng.u8(..20) == 0 => Touch::KeepDraft,
            Page::Review(_) if rng.u8(..6) == 0 => Touch::KeepDraft,
            Page::DraftFound(_) if rng.bool() => Touch::TakeDraft,
            Page::DraftFound(_) => Touch::StartAnew,
            Page::DraftKept(_) if rng.bool() => Touch::ToPhone,
            Page::DraftKept(_) => Touch::GoOn,
            Page::Filing(_) if rng.u8(..20) == 0 => Touch::OpenPhoneCode,
            Page::Handoff(phone) => handset::touch(phone, rng),
            Page::Filing(filing) => walker::fill(filing, rng),
            Page::Papers(papers) => shelf::touch(papers, rng),
            Page::Review(_) if rng.u8(..8) == 0 => Touch::OpenPapers,
            Page::Review(review) => match review.filing.draft.faults().first().map(|(id, _)| id.as_str()) {
                Some("consent") => Touch::ToggleConsent,
                Some("sign") => Touch::Stroke(
                    (0..30).map(|i| format!("{i},{i}")).collect::<Vec<_>>().join(" ").as_str().into(),
                ),
                _ => Touch::Submit,
            },
            Page::FindingDraft(_) | Page::KeepingDraft(_) | Page::Submitting(_) => Touch::KeepGoing,
            Page::Done(done) if matches!(done.rating, Rated::Why { .. }) => match rng.u8(..3) {
                0 => Touch::Tag(rng.usize(..7)),
                _ => Touch::SendRating,
            },
            Page::Done(_) => match rng.u8(..5) {
                0 => Touch::Rate(Rating::Satisfied),
                4 => Touch::Rate(Rating::Dissatisfied),
                1 => Touch::PrintAgain,
                2 => Touch::More,
                _ => Touch::End,
            },
            Page::Trouble(_) => Touch::TryAgain,
            Page::Paying(paying) => till::touch(paying, &self.library, rng),
            Page::Affairs(affairs) => desk::touch(affairs, rng),
            Page::Booking(booking) => places::touch(booking, rng),
            // Nobody in a visit comes here; tests/technician_in_a_visit.rs walks there.
            Page::Technician(_) => Touch::End,
        }
    }
}

#[test]
fn two_hundred_thousand_random_events_break_no_promise() {
    let library = tenth::library();
    let (mut pages, mut applications, mut shown) = (HashSet::new(), 0, 0);
    let (mut papers, mut supplements, mut interrupted) = (0, 0, 0);
    for seed in 0..SEEDS {
        let mut world = World::new(seed, Arc::clone(&library));
        world.feed(Event::Health(WORKS));
        let walk = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for _ in 0..EVENTS_A_SEED {
                world.step();
            }
            settle(&mut world);
        }));
        let last = Vec::from(world.history).join("\n");
        assert!(walk.is_ok(), "seed {seed} broke a promise; the last events were:\n{last}");
        pages.extend(world.pages);
        applications += world.applications;
        papers += world.papers;
        supplements += world.supplements;
        shown += world.shown;
        interrupted += world.interrupted;
    }
    assert!(interrupted > 8, "the walk must interrupt payments: {interrupted}");
    assert!(supplements > 0, "the walk must answer notices with pages: {supplements}");
    assert!(papers > 20, "the walk must hand in papers: {papers} pages");
    assert_eq!(pages.len(), 43, "the walk must see every page; it saw {pages:?}");
    assert!(applications > 300, "the walk must confirm many: {applications}");
    assert!(shown > 250, "the walk must see many receipts: {shown}");
}

/// Everybody leaves: without a touch every visit ends in time, wherever it stands.
fn settle(world: &mut World) {
    let limit = world.uptime + Duration::from_secs(60 + 20 + 30 + 8 + 5);
    while world.uptime < limit {
        world.uptime += Duration::from_secs(1);
        world.feed(Event::Tick);
    }
    assert!(
        matches!(world.journey.page(), Page::Attract),
        "an idle visit must end; it stands on {}",
        name(world.journey.page())
    );
}

#[test]
fn a_store_that_does_not_answer_is_not_asked_twice() {
    let mut world = World::new(3, tenth::library());
    while !matches!(world.journey.page(), Page::Submitting(_)) {
        world.step();
    }
    let asked = world.applications;
    world.uptime += Duration::from_secs(31);
    world.feed(Event::Tick);
    let unsure =
        |page: &Page| matches!(page, Page::Trouble(trouble) if trouble.kind == StoreTrouble::Unknown);
    assert!(unsure(world.journey.page()), "the page is {}", name(world.journey.page()));
    for touch in [Touch::Submit, Touch::TryAgain, Touch::Submit] {
        world.feed(Event::Touch(touch));
    }
    assert_eq!(world.applications, asked, "an entry that may be kept must not be made again");
}

#[test]
fn from_every_page_one_touch_ends_the_visit_and_the_countdown_warns_first() {
    let mut world = World::new(7, tenth::library());
    let mut warned = HashSet::new();
    for _ in 0..30_000 {
        world.step();
        let page = name(world.journey.page());
        let mut later = world.now();
        later.uptime = world.last_touch.max(world.uptime) + Duration::from_secs(62);
        match world.journey.page() {
            Page::Attract | Page::Goodbye { .. } | Page::Submitting(_) => {
                assert_eq!(world.journey.countdown(later), None)
            }
            // Whoever scans a code looks at a phone: the visit waits as long as the code lives.
            Page::Paying(paying) if matches!(&paying.step, PayStep::Code(code) if later.uptime < code.deadline) =>
            {
                assert_eq!(world.journey.countdown(later), None);
            }
            Page::Papers(papers)
                if papers.step.shown_code().is_some_and(|open| later.uptime < open.until) =>
            {
                assert_eq!(world.journey.countdown(later), None);
            }
            _ => {
                let left =
                    world.journey.countdown(later).unwrap_or_else(|| panic!("{page} gives no warning"));
                assert!((1..=20).contains(&left), "{page} warns {left} s before the end");
                warned.insert(page);
            }
        }
    }
    assert!(warned.len() >= 7, "{warned:?}");
}
