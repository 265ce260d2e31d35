//! Carries out what the journey asks for: devices, store, central; sends back what happened. Every job runs as a task
//! of its own that can be stopped, but for the commit and the draft that goes with it: what a resident confirmed is never
//! stopped. Nor is a page: one that can't be printed has to be taken back from the printer.

mod affairs;
mod booking;
mod card;
mod codes;
mod commands;
mod draft_key;
mod drafts;
mod emergencies;
mod exam;
mod face_check;
mod filing;
mod handoff;
pub(crate) mod health;
pub mod money;
mod order_note;
mod pages;
mod papers;
mod phone;
mod program;
mod reports;
mod self_check;
mod steward;
mod technician;

pub use commands::Errands;
pub use draft_key::{DeviceSecret, NoDeviceSecret};
pub(crate) use program::last_update;

use crate::diagnostics::LogLines;
use crate::enrolment::Identity;
use crate::face::FaceEngine;
use crate::journey::{Answer, Ask, Effect, Event, Health, JobId, Own, PrintResult, VisitId};
use crate::printing;
use crate::services::{Library, StoreTrouble};
use crate::settings::Settings as LocalSettings;
use crate::sync::{Outside, SyncHandle};
use crate::touch::TouchPanel;
use contract::app_version::AppVersion;
use contract::message::EntryBody;
use contract::report::{Duty, ShownReport};
use contract::settings::{LogLevel, Settings};
use drivers::camera::{Camera, Frame};
use drivers::code_scanner::CodeScanner;
use drivers::id_card_reader::{IdCardReader, PhotoDecoder};
use drivers::page_printer::PagePrinter;
use drivers::receipt_printer::{Cause, JobResult, NotPrinted, ReceiptPrinter};
use drivers::speaker::{Signal, Speaker};
use offline_cache::{KioskSecret, StoreHandle};
use order_note::Note;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::{Notify, watch};
use tokio::task::{AbortHandle, JoinSet};

/// Where events go; `false` when nobody takes them any more.
pub type Report = Arc<dyn Fn(Event) -> bool + Send + Sync>;
/// Where camera pictures go while a face or a paper is looked at.
pub type Preview = Arc<dyn Fn(&Frame) + Send + Sync>;

/// The hands of the terminal.
pub struct Hands {
    /// The version of this program.
    pub app: AppVersion,
    /// The ID-card reader.
    pub reader: IdCardReader,
    /// The receipt printer.
    pub printer: ReceiptPrinter,
    /// The page printer, where there is one.
    pub pages: Option<PagePrinter>,
    /// The camera.
    pub camera: Camera,
    /// The camera for papers, where there is one.
    pub documents: Option<Camera>,
    /// The code scanner, where there is one.
    pub scanner: Option<CodeScanner>,
    /// The speaker, where there is one.
    pub speaker: Option<Speaker>,
    /// The touch panel.
    pub touch: TouchPanel,
    /// Makes a picture of a chip photo.
    pub decoder: Option<PhotoDecoder>,
    /// Detects and compares faces; none while the models are loaded, or where they are missing or altered.
    pub face: watch::Receiver<Option<Arc<FaceEngine>>>,
    /// The local store, or why there is none: the terminal still shows guides.
    pub store: Result<StoreHandle, StoreTrouble>,
    /// The store's secret, for names that say nothing.
    pub secret: KioskSecret,
    /// The terminal's half of the keys of drafts; without it none can be kept.
    pub device_secret: Option<DeviceSecret>,
    /// The way to central; none where the kiosk is not enrolled.
    pub sync: Option<SyncHandle>,
    /// What the local file says.
    pub local: LocalSettings,
    /// What stands on receipts, unless operators say something else.
    pub site: String,
    /// What is on offer.
    pub library: Arc<Library>,
    /// What operators set and the terminal obeys.
    pub obeyed: watch::Sender<Arc<Settings>>,
    /// What works at the moment.
    pub health: watch::Sender<Health>,
    /// Whose certificate the terminal shows; none where it is not enrolled.
    pub identity: Option<Identity>,
    /// The emergency notices that are on the screen.
    pub shown: watch::Sender<Vec<ShownReport>>,
    /// Whether residents are served, as a technician said last.
    pub duty: watch::Sender<Duty>,
    /// How much is logged.
    pub log: LogDial,
    /// Where central's pages for anyone are, `https://host`: guides, and the checking of certificates.
    pub public: Option<String>,
}

impl Hands {
    /// Where the terminal stands, as paper says it.
    fn site(&self) -> String {
        let obeyed = self.obeyed.borrow();
        obeyed.site_name.as_ref().map_or_else(|| self.site.clone(), |name| name.as_str().to_owned())
    }
}

/// Turns how much is logged, while the program runs.
#[derive(Clone)]
pub struct LogDial {
    turn: Arc<dyn Fn(LogLevel) -> Result<(), String> + Send + Sync>,
    lines: LogLines,
}

impl LogDial {
    /// By this function.
    pub fn new(turn: impl Fn(LogLevel) -> Result<(), String> + Send + Sync + 'static) -> Self {
        Self { turn: Arc::new(turn), lines: LogLines::default() }
    }

    /// The same, with the last lines that it let through.
    #[must_use]
    pub fn with_lines(self, lines: LogLines) -> Self {
        Self { lines, ..self }
    }

    /// The last lines.
    pub const fn lines(&self) -> &LogLines {
        &self.lines
    }

    /// So much is logged from here on.
    pub fn turn(&self, level: LogLevel) -> Result<(), String> {
        (self.turn)(level)
    }
}

/// Performs until the journey's channel closes.
pub async fn perform(
    hands: Arc<Hands>,
    mut effects: UnboundedReceiver<Effect>,
    report: Report,
    preview: Preview,
    errands: Errands,
) {
    let performer = Performer { hands, report, preview };
    let scanning = tokio::spawn(codes::tell(Arc::clone(&performer.hands), Arc::clone(&performer.report)));
    let watching = tokio::spawn(health::watch(Arc::clone(&performer.hands), Arc::clone(&performer.report)));
    let tending = tokio::spawn(drafts::tend(Arc::clone(&performer.hands)));
    let (notes, noted) = unbounded_channel();
    let noting =
        tokio::spawn(order_note::tend(Arc::clone(&performer.hands), Arc::clone(&performer.report), noted));
    let (settings, obeyed) = unbounded_channel();
    let told = Arc::new(Notify::new());
    let mut looking_after = look_after(&performer, obeyed, &told, &errands);
    let mut jobs: HashMap<(VisitId, JobId), AbortHandle> = HashMap::new();
    while let Some(effect) = effects.recv().await {
        jobs.retain(|_, job| !job.is_finished());
        match effect {
            Effect::Ask { visit, job, ask } => {
                let stoppable = match &ask {
                    Ask::Technician(ask) => ask.is_stoppable(),
                    Ask::Commit(_)
                    | Ask::Submit(..)
                    | Ask::Reply(..)
                    | Ask::DropDraft(_)
                    | Ask::Order(_)
                    | Ask::LeaveOrder(_)
                    | Ask::PrintPage(_)
                    | Ask::CloseDrop(_) => false,
                    _ => true,
                };
                let task = tokio::spawn(performer.clone().answer(visit, job, ask));
                if stoppable {
                    jobs.insert((visit, job), task.abort_handle());
                }
            }
            Effect::Cancel { visit, job } => {
                if let Some(task) = jobs.remove(&(visit, job)) {
                    task.abort();
                }
            }
            // The one who takes them ends only where there is no store or no central.
            Effect::Settings(news) => drop(settings.send(news)),
            Effect::Shown(ids) => {
                if emergencies::shown(&performer.hands, &ids) {
                    sound(&performer.hands, Signal::Critical);
                }
                told.notify_one();
            }
            Effect::CountsDown => sound(&performer.hands, Signal::Exclamation),
            // The screen ends, and with it everything here.
            Effect::GoDown => {}
            // The one who takes them ends only where there is no store.
            Effect::KeepOrder(number) => drop(notes.send(Note::Keep(number))),
            Effect::DropOrder(number) => drop(notes.send(Note::Drop(number))),
            Effect::Forget { visit, card_was_read } => {
                if card_was_read {
                    sound(&performer.hands, Signal::Exclamation);
                }
                jobs.retain(|(asked_by, _), task| {
                    let goes_on = *asked_by != visit;
                    if !goes_on {
                        task.abort();
                    }
                    goes_on
                });
                if let Some(sync) = &performer.hands.sync {
                    sync.end_visit();
                }
            }
        }
    }
    looking_after.abort_all();
    watching.abort();
    scanning.abort();
    tending.abort();
    // Whoever is asked for a payment at the end is told of it at the next start.
    drop(notes);
    let _ = noting.await;
}

/// Lets a signal be heard, beside everything else. In quiet hours only what is urgent is: neighbours sleep.
fn sound(hands: &Hands, signal: Signal) {
    let Some(speaker) = hands.speaker.clone() else { return };
    let now = jiff::tz::offset(8).to_datetime(jiff::Timestamp::now());
    if signal != Signal::Critical && hands.obeyed.borrow().quiet_hours.cover(now) {
        return;
    }
    tokio::spawn(async move {
        if let Err(why) = speaker.play(signal).await {
            tracing::warn!(%why, "nothing is heard");
        }
    });
}

/// What goes on between terminal and operators.
fn look_after(
    performer: &Performer,
    news: steward::News,
    told: &Arc<Notify>,
    errands: &Errands,
) -> JoinSet<()> {
    let hands = &performer.hands;
    let report = || Arc::clone(&performer.report);
    let mut tasks = JoinSet::new();
    tasks.spawn(steward::tend(Arc::clone(hands), report(), news, Arc::clone(told), Arc::clone(errands)));
    tasks.spawn(emergencies::tend(Arc::clone(hands), report()));
    tasks.spawn(commands::assist(Arc::clone(hands), report(), Arc::clone(errands), Arc::clone(told)));
    tasks.spawn(reports::tell(Arc::clone(hands), Arc::clone(told)));
    if let Some(sync) = hands.sync.clone() {
        tasks.spawn(async move { sync.follow(Outside::real()).await });
    }
    tasks
}

#[derive(Clone)]
struct Performer {
    hands: Arc<Hands>,
    report: Report,
    preview: Preview,
}

impl Performer {
    fn way(&self) -> money::Way<'_> {
        self.hands.sync.as_ref().map(SyncHandle::client)
    }

    async fn answer(self, visit: VisitId, job: JobId, ask: Ask) {
        let answer = match ask {
            Ask::ReadCard => Answer::Card(card::read(&self.hands).await),
            Ask::CheckFace(portrait) => {
                let hint = |news| {
                    let _ = (self.report)(Event::Answer { visit, job, answer: Answer::Face(news) });
                };
                Answer::Face(face_check::check(&self.hands, portrait, hint, &self.preview).await)
            }
            Ask::Commit(body) => Answer::Committed(filing::commit(&self.hands, body, Vec::new()).await),
            Ask::Submit(application, pages) => {
                let body = EntryBody::Application(application);
                Answer::Committed(filing::commit(&self.hands, body, pages).await)
            }
            Ask::Reply(reply, pages) => {
                let body = EntryBody::CaseReply(reply);
                Answer::Committed(filing::commit(&self.hands, body, pages).await)
            }
            Ask::FindLicences(wanted) => {
                Answer::LicencesFound(affairs::licences_for(&self.hands, &wanted).await)
            }
            Ask::Prefill(keys) => Answer::Prefilled(affairs::prefilled(&self.hands, &keys).await),
            Ask::Scan(purpose) => {
                let tell = |news| {
                    let _ = (self.report)(Event::Answer { visit, job, answer: Answer::Paper(news) });
                };
                Answer::Paper(papers::scan(&self.hands, purpose, tell, &self.preview).await)
            }
            Ask::ScanWhole(purpose) => Answer::Paper(papers::scan_whole(&self.hands, purpose).await),
            Ask::OpenDrop(most) => Answer::DropOpened(phone::open(&self.hands, most).await),
            Ask::AwaitPicture(awaited) => Answer::Picture(phone::picture(&self.hands, awaited).await),
            Ask::CloseDrop(drop) => {
                phone::close(&self.hands, drop).await;
                Answer::DropClosed
            }
            Ask::AwaitReceipt(entry) => Answer::Received(filing::await_receipt(&self.hands, entry).await),
            Ask::LookUpBills(asked) => Answer::Bills(Box::new(money::look_up(self.way(), &asked).await)),
            Ask::Order(request) => Answer::Order(Box::new(money::order(self.way(), &request).await)),
            Ask::FollowOrder(number, pause) => {
                tokio::time::sleep(pause).await;
                Answer::Order(Box::new(money::follow(self.way(), &number).await))
            }
            Ask::AskPaid(number) => Answer::Order(Box::new(money::ask_paid(self.way(), &number).await)),
            Ask::LeaveOrder(number) => Answer::Order(Box::new(money::leave(self.way(), &number).await)),
            Ask::FindPlaces(service) => {
                Answer::Places(Box::new(booking::places(&self.hands, &service).await))
            }
            Ask::FindCase(case) => Answer::Case(Box::new(affairs::find(&self.hands, &case).await)),
            Ask::FindProject(code) => {
                Answer::Project(Box::new(affairs::find_project(&self.hands, &code).await))
            }
            Ask::PrintBoard(project) => {
                let document = printing::board(&project, &self.hands.site());
                Answer::Printed(print_result(self.hands.printer.print(document).await))
            }
            Ask::Own(Own::Cases, person) => {
                Answer::OwnCases(Box::new(affairs::cases(&self.hands, person).await))
            }
            Ask::Own(Own::Licences, person) => {
                Answer::OwnLicences(Box::new(affairs::licences(&self.hands, person).await))
            }
            Ask::ClaimDraft(claim) => Answer::PhoneDraft(handoff::claim(&self.hands, &claim).await),
            Ask::HandToPhone(draft) => Answer::Handed(handoff::hand(&self.hands, &draft).await),
            Ask::Print(slip) => {
                let document = printing::receipt(&slip, &self.hands.site());
                Answer::Printed(print_result(self.hands.printer.print(document).await))
            }
            Ask::PrintGuide(guide) => {
                let document = printing::guide(&guide, self.hands.public.as_deref(), &self.hands.site());
                Answer::Printed(print_result(self.hands.printer.print(document).await))
            }
            Ask::PrintPage(certificate) => Answer::Printed(pages::print(&self.hands, &certificate).await),
            Ask::KeepDraft(of, typed) => Answer::DraftKept(drafts::keep(&self.hands, &of, &typed).await),
            Ask::FindDraft(of) => Answer::DraftFound(drafts::find(&self.hands, &of).await),
            Ask::Technician(ask) => {
                let tell = |answer| {
                    let answer = Answer::Technician(Box::new(answer));
                    let _ = (self.report)(Event::Answer { visit, job, answer });
                };
                let answer = technician::answer(&self.hands, ask, tell, &self.preview).await;
                Answer::Technician(Box::new(answer))
            }
            Ask::DropDraft(of) => {
                drafts::drop(&self.hands, &of).await;
                Answer::DraftDropped
            }
        };
        let _ = (self.report)(Event::Answer { visit, job, answer });
    }
}

/// Does what takes long on a thread of its own, which remembers nothing of it; nothing, where it panicked.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(move || contract::washed(work)).await.ok()
}

fn print_result(result: JobResult) -> PrintResult {
    match result {
        JobResult::Printed { .. } => PrintResult::Printed,
        JobResult::NotPrinted(why) => {
            tracing::warn!(%why, "a receipt was not printed");
            if matches!(why, NotPrinted::Refused(Cause::PaperOut)) {
                PrintResult::NoPaper
            } else {
                PrintResult::NoPrinter
            }
        }
        JobResult::Unknown => PrintResult::Unknown,
    }
}
