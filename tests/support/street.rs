//! A street corner for stories: real drivers against the virtual devices, the real central over TLS, the real store and
//! the real face check; only the screen is missing. Touches go to the journey, everything else happens by itself.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "held.rs"]
mod held;

use crate::corner::{Twin, Twins, database, make_papers, program, write_settings};
use crate::{library, repository};
use central::accounting::simulated::SimulatedPayments;
use central::bookings::{self, Booking};
use central::drops::{self, DropFault};
use central::registries::{Registries, SampleRegistries};
use central::store::StoreError;
use contract::app_version::AppVersion;
use contract::booking::Place;
use contract::message::Outcome as Became;
use contract::phone::DropToken;
use contract::providers::Providers;
use contract::report::Report as Told;
use contract::settings::Settings as Obeyed;
use contract::suite::Suite;
use contract::{CaseNumber, FieldId};
use kiosk::journey::{
    Connection, Effect, Event, Health, Journey, LogInStep, Now, Outcome, Page, Rules, Touch,
};
use kiosk::performer::{self, LogDial, Preview, Report};
use kiosk::screens::Panel;
use kiosk::settings::{DoorWiring, Settings};
use kiosk::startup;
use kiosk::touch::TouchPanel;
use kiosk::typing::Key;
use reserved_port::ReservedPort;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

/// How long anything may take before a story says what it missed.
const PATIENCE: Duration = Duration::from_secs(90);

/// The corner.
pub struct Street {
    pub reader: Twin,
    pub printer: Twin,
    pub camera: Twin,
    pub scanner: Twin,
    /// What central asks of the city's registries.
    pub registries: Arc<SampleRegistries>,
    pub settings: Settings,
    folder: tempfile::TempDir,
    port: ReservedPort,
    central: Option<central::Running>,
    /// The version of the program that runs.
    app: AppVersion,
    journey: Journey,
    effects: UnboundedSender<Effect>,
    events: UnboundedReceiver<Event>,
    performing: JoinHandle<()>,
    started: Instant,
}

impl Street {
    /// Everything is there and works.
    pub async fn open() -> Self {
        Self::open_with(Suite::International).await
    }

    /// With a page printer, and the place of the pages that paper refers to.
    pub async fn open_with_page_printer(address: &str, public: &str) -> Self {
        Self::open_as(Suite::International, |settings, _| {
            settings.devices.page_printer = Some(address.to_owned());
            if let Some(central) = &mut settings.central {
                central.public = Some(public.to_owned());
            }
        })
        .await
    }

    /// With a camera for papers: a folder of pictures.
    pub async fn open_with_document_camera(camera: &Path) -> Self {
        Self::open_as(Suite::International, |settings, _| {
            settings.devices.document_camera = Some(camera.to_owned());
        })
        .await
    }

    /// With central's pages where a resident's phone can open them.
    pub async fn open_with_phone() -> Self {
        Self::open_as(Suite::International, |settings, central| {
            if let Some(settings) = &mut settings.central {
                settings.public = Some(format!("http://{}", central.public_address()));
            }
        })
        .await
    }

    /// With a switch at the cabinet's door.
    pub async fn open_with_door_switch() -> Self {
        Self::open_as(Suite::International, |settings, _| {
            settings.devices.door_switch = Some(DoorWiring::HighWhenOpen);
        })
        .await
    }

    /// With cryptography of a suite.
    pub async fn open_with(suite: Suite) -> Self {
        Self::open_as(suite, |_, _| {}).await
    }

    async fn open_as(suite: Suite, set: impl FnOnce(&mut Settings, &central::Running)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let Twins { reader, printer, camera, scanner } = Twins::start(folder.path());
        make_papers(folder.path(), suite);
        let registries = sample_registries();
        let port = ReservedPort::any().unwrap();
        let running = serve(folder.path(), port.address(), &registries).await;
        let mut settings =
            Settings::load(&write_settings(folder.path(), port.address(), Panel::PORTRAIT)).unwrap();
        set(&mut settings, &running);
        let app = AppVersion::of_this_build();
        let Hands { effects, events, performing, obeyed } = Hands::start(&settings, app);
        let journey = Journey::new(library(), Rules::default()).obeying(obeyed);
        let started = Instant::now();
        let mut street = Self {
            reader,
            printer,
            camera,
            scanner,
            registries,
            settings,
            folder,
            port,
            central: Some(running),
            app,
            journey,
            effects,
            events,
            performing,
            started,
        };
        street
            .until_health("all to work", |health| {
                health.reader
                    && health.printer
                    && health.face
                    && health.scanner == Some(true)
                    && health.connection == Connection::Online
            })
            .await;
        street
    }

    /// The terminal is switched off, and on again: whoever stood there is gone, and only what is on the disk is left.
    pub async fn restart(&mut self) {
        // The hands let go when nobody can ask them for anything any more.
        self.effects = unbounded_channel().0;
        (&mut self.performing).await.unwrap();
        let Hands { effects, events, performing, obeyed } = Hands::start(&self.settings, self.app);
        (self.effects, self.events, self.performing) = (effects, events, performing);
        self.journey = Journey::new(library(), Rules::default()).obeying(obeyed);
        self.started = Instant::now();
        self.until_health("the devices to work again", |health| {
            health.reader && health.printer && health.face
        })
        .await;
    }

    /// The same, and another version of the program is there from now on.
    pub async fn restart_as(&mut self, app: AppVersion) {
        self.app = app;
        self.restart().await;
    }

    /// Where the terminal keeps what it keeps.
    pub fn state(&self) -> PathBuf {
        self.settings.paths.state.clone()
    }

    fn now(&self) -> Now {
        let local = jiff::tz::TimeZone::fixed(jiff::tz::offset(8)).to_datetime(jiff::Timestamp::now());
        Now { uptime: self.started.elapsed(), local }
    }

    fn feed(&mut self, event: Event) {
        for effect in self.journey.handle(event, self.now()) {
            self.effects.send(effect).unwrap();
        }
    }

    /// A finger.
    pub fn touch(&mut self, touch: Touch) {
        self.feed(Event::Touch(touch));
    }

    /// Lays the sample card down and agrees to the face check.
    pub async fn recognised(&mut self) {
        self.recognised_as("sample-citizen").await;
    }

    /// Lays a card of the demo down, whose photo is the camera's face, and agrees to the face check.
    pub async fn recognised_as(&mut self, card: &str) {
        self.reader.say(&format!("lay {card}"));
        let asks = |page: &Page| matches!(page, Page::LogIn(log_in) if matches!(log_in.step, LogInStep::AskConsent(_)));
        self.until("the consent", asks).await;
        self.touch(Touch::AgreeToFace);
    }

    /// Keys of the keyboard that is open.
    pub fn keys(&mut self, keys: &str) {
        for c in keys.chars() {
            self.touch(Touch::Key(Key::Char(c)));
        }
    }

    /// Types letters and digits into a field of the form.
    pub fn type_into(&mut self, field: &FieldId, keys: &str) {
        self.touch(Touch::Focus(field.clone()));
        if matches!(self.page(), Page::Filing(filing)
            if filing.typing.as_ref().is_some_and(|(_, typing)| typing.is_chinese()))
        {
            self.touch(Touch::Key(Key::Language));
        }
        self.keys(keys);
        self.touch(Touch::CloseKeyboard);
    }

    /// From the first touch to the receipt, by whoever has the sample card, for a service of the plain form that a clerk
    /// decides; the number of its case.
    pub async fn apply(&mut self, service: &str) -> CaseNumber {
        self.fill_in(service).await;
        self.sign_and_submit().await
    }

    /// The same, up to the review.
    pub async fn fill_in(&mut self, service: &str) {
        self.touch(Touch::Begin);
        self.touch(Touch::Choose(service.parse().unwrap()));
        self.touch(Touch::Start);
        self.recognised().await;
        self.until("the form", |page| matches!(page, Page::Filing(_))).await;
        self.touch(Touch::Next);
        self.touch(Touch::Focus("phone".parse().unwrap()));
        self.keys("13800000001");
        self.touch(Touch::Pick("result_delivery".parse().unwrap(), "窗口自取".into()));
        self.touch(Touch::Next);
        if matches!(self.page(), Page::Papers(_)) {
            self.touch(Touch::Next);
        }
    }

    /// Consents, signs and submits; the number of the case that central has opened.
    pub async fn sign_and_submit(&mut self) -> CaseNumber {
        self.sign_and_hand_in().await;
        let Page::Done(done) = self.page() else { panic!("not done") };
        let Outcome::Received(receipt) = &done.outcome else {
            panic!("central has it not: {:?}", done.outcome)
        };
        let Became::CaseOpened { case, .. } = &receipt.outcome else { panic!("no case: {receipt:?}") };
        case.clone()
    }

    /// Consents, signs and submits, whatever becomes of it.
    pub async fn sign_and_hand_in(&mut self) {
        self.touch(Touch::ToggleConsent);
        for x in [100, 300, 500] {
            let stroke: Vec<String> =
                (0..12).map(|i| format!("{},{}", x + i * 5, 40 + (i % 4) * 30)).collect();
            self.touch(Touch::Stroke(stroke.join(" ").as_str().into()));
        }
        self.touch(Touch::Submit);
        self.until("the receipt", |page| matches!(page, Page::Done(_))).await;
    }

    /// What the resident sees.
    pub fn page(&self) -> &Page {
        self.journey.page()
    }

    /// The journey.
    pub fn journey(&self) -> &Journey {
        &self.journey
    }

    /// Lets things happen until the page is as wanted.
    pub async fn until(&mut self, wanted: &str, is_so: impl Fn(&Page) -> bool) {
        self.let_happen(wanted, |journey| is_so(journey.page())).await;
    }

    /// Lets things happen until something works or does not.
    pub async fn until_health(&mut self, wanted: &str, is_so: impl Fn(Health) -> bool) {
        self.let_happen(wanted, |journey| is_so(journey.health())).await;
    }

    /// Lets things happen until the journey is as wanted.
    pub async fn let_happen(&mut self, wanted: &str, is_so: impl Fn(&Journey) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !is_so(&self.journey) {
            let left = end.saturating_duration_since(Instant::now());
            let event = tokio::time::timeout(left, self.events.recv()).await;
            let Ok(Some(event)) = event else {
                panic!(
                    "waited for {wanted}; the page is {:?}, {:?}",
                    self.journey.page(),
                    self.journey.health()
                );
            };
            self.feed(event);
        }
    }

    /// Central goes away.
    pub async fn cut_network(&mut self) {
        self.lose_central().await;
        // Its port is closed: whoever asks is refused.
        self.until_health("the line to be noticed as cut", |health| health.connection != Connection::Online)
            .await;
    }

    /// Central goes away, and nobody has noticed yet.
    pub async fn lose_central(&mut self) {
        self.central.take().unwrap().shut_down().await.unwrap();
    }

    /// Central comes back where it was.
    pub async fn restore_network(&mut self) {
        self.central = Some(serve(self.folder.path(), self.port.address(), &self.registries).await);
    }

    /// Where central's pages for anyone are.
    pub fn public(&self) -> String {
        format!("http://{}", self.central.as_ref().unwrap().public_address())
    }

    /// What central holds under a key.
    pub async fn record(&self, entry: contract::EntryId) -> Option<contract::message::EntryRecord> {
        held::Held::by(&database(self.folder.path())).await.record(entry).await
    }

    /// Lets things happen until the terminal has told central this of itself. The longest wait is shorter than the time from one
    /// report to the next.
    pub async fn until_reported(&self, wanted: &str, is_so: impl Fn(&Told) -> bool) {
        let store = central::store::open_existing(&database(self.folder.path())).await.unwrap();
        let end = Instant::now() + PATIENCE;
        loop {
            let seen = store.read(central::fleet::last_reports).await.unwrap();
            if seen.iter().any(|seen| is_so(&seen.report)) {
                return;
            }
            assert!(Instant::now() < end, "the terminal never told of {wanted}: {seen:?}");
        }
    }

    /// Lets central go on until nothing can be put into a drop any more.
    pub async fn until_drop_ends(&self, token: &DropToken) {
        let store = central::store::open_existing(&database(self.folder.path())).await.unwrap();
        let is_over = async {
            loop {
                let (token, now) = (token.clone(), jiff::Timestamp::now());
                match store.read(move |sql| drops::look(sql, &token, now)).await {
                    Ok(_) => tokio::task::yield_now().await,
                    Err(fault) => break fault,
                }
            }
        };
        let fault = tokio::time::timeout(PATIENCE, is_over).await.expect("the drop to end");
        assert!(matches!(fault, DropFault::Over), "{fault}");
    }

    /// People elsewhere book a slot until it is full.
    pub async fn others_book(&self, place: &Place) {
        let store = central::store::open_existing(&database(self.folder.path())).await.unwrap();
        let office = central::Office::load(&repository().join("catalog")).unwrap();
        let capacity = office.hours().capacity(place, office.calendar()).unwrap();
        let booking = Booking { place: place.clone(), capacity };
        let full = store.change(move |sql| {
            let numbers = (9_000_001..).filter_map(|n| CaseNumber::compose(440_304, booking.place.day, n));
            for number in numbers {
                if !bookings::take(sql, &number, &booking)? {
                    break;
                }
            }
            Ok::<_, StoreError>(())
        });
        full.await.unwrap();
    }

    /// A clerk of the household office works at central's own command line; what it says.
    pub fn clerk(&self, act: &[&str]) -> String {
        self.clerk_of("HZ", act)
    }

    /// A clerk of another department.
    pub fn clerk_of(&self, department: &str, act: &[&str]) -> String {
        let (verb, rest) = act.split_first().unwrap();
        let wang = ["--as", "wang", "--department", department];
        self.office(&["case", verb], &[&wang[..], rest].concat())
    }

    /// Somebody works at central's own command line, on its store and catalogue; what it says.
    pub fn office(&self, command: &[&str], rest: &[&str]) -> String {
        let output = Command::new(program("central"))
            .args(command)
            .args(["--db", &database(self.folder.path()), "--catalog"])
            .arg(repository().join("catalog"))
            .args(rest)
            .output()
            .unwrap();
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// An operator works at central's own command line; what it says.
    pub fn operator(&self, act: &[&str]) -> String {
        self.operator_at("fleet", act).unwrap_or_else(|refusal| panic!("{act:?}: {refusal}"))
    }

    /// The same with another command than 'fleet'; where it is refused, why.
    pub fn operator_at(&self, command: &str, act: &[&str]) -> Result<String, String> {
        let mut central = Command::new(program("central"));
        let output =
            central.args([command, "--db", &database(self.folder.path())]).args(act).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        if output.status.success() { Ok(said) } else { Err(String::from_utf8(output.stderr).unwrap()) }
    }

    /// The folder of the corner, with central's papers in `ca`.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Lets things happen, the clock with them, until the street is as wanted.
    pub async fn live_until(&mut self, wanted: &str, is_so: impl Fn(&Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !is_so(self) {
            assert!(Instant::now() < end, "waited for {wanted}; the page is {:?}", self.journey.page());
            if let Ok(event) = tokio::time::timeout(Duration::from_millis(100), self.events.recv()).await {
                self.feed(event.unwrap());
            }
            self.feed(Event::Tick);
        }
    }

    /// The words on the newest receipt.
    pub fn paper(&self) -> String {
        let files = std::fs::read_dir(self.folder.path().join("paper")).unwrap();
        let mut texts: Vec<PathBuf> = files
            .map(|file| file.unwrap().path())
            .filter(|file| file.extension().is_some_and(|extension| extension == "txt"))
            .collect();
        texts.sort();
        texts.last().map(|file| std::fs::read_to_string(file).unwrap()).unwrap_or_default()
    }
}

/// The hands of a running terminal.
struct Hands {
    effects: UnboundedSender<Effect>,
    events: UnboundedReceiver<Event>,
    performing: JoinHandle<()>,
    obeyed: Arc<Obeyed>,
}

impl Hands {
    fn start(settings: &Settings, app: AppVersion) -> Self {
        let (effects, performed) = unbounded_channel();
        let (report, events) = unbounded_channel();
        let report: Report = Arc::new(move |event| report.send(event).is_ok());
        let preview: Preview = Arc::new(|_| {});
        let mut hands = startup::hands(
            settings,
            library(),
            LogDial::new(|_| Ok(())),
            TouchPanel::of(&settings.paths.state),
        )
        .unwrap();
        hands.app = app;
        let obeyed = Arc::clone(&hands.obeyed.borrow());
        let hands = Arc::new(hands);
        let errands = kiosk::diagnostics::errands(Arc::clone(&hands));
        let performing = tokio::spawn(performer::perform(hands, performed, report, preview, errands));
        Self { effects, events, performing, obeyed }
    }
}

fn sample_registries() -> Arc<SampleRegistries> {
    let office = central::Office::load(&repository().join("catalog")).unwrap();
    let registries = SampleRegistries::load(&repository().join("catalog/registries"), office.resources());
    Arc::new(registries.unwrap())
}

async fn serve(folder: &Path, listen: SocketAddr, registries: &Arc<SampleRegistries>) -> central::Running {
    let (ca, keys) = (folder.join("ca"), folder.join("keys"));
    let providers = std::fs::read_to_string(repository().join("catalog/providers.csv")).unwrap();
    let payments = SimulatedPayments {
        providers: Arc::new(Providers::parse(&providers).unwrap()),
        world: folder.join("world.db"),
        pages: None,
    };
    let config = central::Config {
        listen,
        payments: Some(payments),
        ..central::Config::on_loopback(database(folder), ca, keys)
    };
    let office = central::Office::load(&repository().join("catalog")).unwrap();
    let office = office.with_registries(Arc::clone(registries) as Arc<dyn Registries>);
    central::start(&config, Arc::new(central::CatalogueServices::from(office))).await.unwrap()
}
