//! A street corner for stories: real drivers against the virtual devices, the real central over TLS, the real store and
//! the real face check; only the screen is missing. Touches go to the journey, everything else happens by itself.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic, missing_docs)]

use crate::{library, repository};
use central::ca;
use kiosk::journey::{Connection, Effect, Event, Health, Journey, Now, Page, Rules, Touch};
use kiosk::performer::{self, Preview, Report};
use kiosk::settings::Settings;
use kiosk::startup;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How long anything may take before a story says what it missed.
const PATIENCE: Duration = Duration::from_secs(30);

/// A virtual device.
pub struct Twin {
    child: Child,
    answers: std::sync::mpsc::Receiver<String>,
}

impl Twin {
    fn start(name: &str, arguments: &[&str]) -> Self {
        let programs = Path::new(env!("CARGO_BIN_EXE_kiosk")).parent().unwrap();
        let program = programs.join(name);
        let mut child = Command::new(&program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|fault| panic!("{}: {fault}; build the workspace's programs", program.display()));
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (send, answers) = std::sync::mpsc::channel();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| send.send(line)));
        let twin = Self { child, answers };
        twin.answer("ready");
        twin
    }

    fn answer(&self, beginning: &str) -> String {
        loop {
            let line = self
                .answers
                .recv_timeout(PATIENCE)
                .unwrap_or_else(|_| panic!("no '{beginning}' from a twin"));
            assert!(!line.starts_with("error"), "{line}");
            if line.starts_with(beginning) {
                return line;
            }
        }
    }

    /// Says a control line.
    pub fn say(&mut self, words: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{words}").unwrap();
        self.answer("ok");
    }
}

impl Drop for Twin {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The corner.
pub struct Street {
    pub reader: Twin,
    pub printer: Twin,
    pub camera: Twin,
    pub settings: Settings,
    folder: tempfile::TempDir,
    address: SocketAddr,
    central: Option<central::Running>,
    journey: Journey,
    effects: UnboundedSender<Effect>,
    events: UnboundedReceiver<Event>,
    started: Instant,
}

impl Street {
    /// Everything is there and works.
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let root = |name: &str| repository().join(name).display().to_string();
        let reader = Twin::start(
            "virtual-id-card-reader",
            &["--link", &at("id-reader"), "--cards", &root("drivers/demo/cards")],
        );
        let font = root("ui/fonts/NotoSansSC-Regular.otf");
        std::fs::create_dir(folder.path().join("paper")).unwrap();
        let printer = Twin::start(
            "virtual-receipt-printer",
            &["--link", &at("receipt-printer"), "--width", "576", "--font", &font, "--out", &at("paper")],
        );
        let camera = Twin::start(
            "virtual-camera",
            &["--portrait", &root("drivers/demo/astronaut.png"), "--out", &at("camera")],
        );
        let authority = folder.path().join("ca");
        ca::init(&authority).unwrap();
        ca::issue_server(&authority, &["127.0.0.1".to_owned()]).unwrap();
        ca::issue_kiosk(&authority, &"ft-0001".parse().unwrap()).unwrap();
        let running = serve(folder.path(), SocketAddr::from(([127, 0, 0, 1], 0))).await;
        let address = running.address();
        let file = folder.path().join("kiosk.toml");
        std::fs::write(&file, settings(folder.path(), address)).unwrap();
        let settings = Settings::load(&file).unwrap();
        let (effects, performed) = unbounded_channel();
        let (report, events) = unbounded_channel();
        let report: Report = Arc::new(move |event| report.send(event).is_ok());
        let preview: Preview = Arc::new(|_| {});
        tokio::spawn(performer::perform(startup::hands(&settings).unwrap(), performed, report, preview));
        let journey = Journey::new(library(), Rules::default());
        let started = Instant::now();
        let mut street = Self {
            reader,
            printer,
            camera,
            settings,
            folder,
            address,
            central: Some(running),
            journey,
            effects,
            events,
            started,
        };
        street
            .until_health("all to work", |health| {
                health.reader && health.printer && health.face && health.connection == Connection::Online
            })
            .await;
        street
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

    async fn let_happen(&mut self, wanted: &str, is_so: impl Fn(&Journey) -> bool) {
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
        self.central.take().unwrap().shut_down().await.unwrap();
        // Its port is closed: whoever asks is refused.
        self.until_health("the line to be noticed as cut", |health| health.connection != Connection::Online)
            .await;
    }

    /// Central comes back where it was.
    pub async fn restore_network(&mut self) {
        self.central = Some(serve(self.folder.path(), self.address).await);
    }

    /// What central holds under a key.
    pub async fn record(&self, entry: contract::EntryId) -> Option<contract::message::EntryRecord> {
        let store = central::store::open(&database(self.folder.path())).unwrap();
        store.record(central::store::RecordName::Entry(entry)).await.unwrap()
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

async fn serve(folder: &Path, listen: SocketAddr) -> central::Running {
    let config = central::Config { db: database(folder), listen, ca: folder.join("ca") };
    let services = central::CatalogueServices::load(&repository().join("catalog")).unwrap();
    central::start(&config, Arc::new(services)).await.unwrap()
}

fn database(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("central.db").display())
}

fn settings(folder: &Path, address: SocketAddr) -> String {
    let (folder, root) = (folder.display(), repository());
    let root = root.display();
    let programs = Path::new(env!("CARGO_BIN_EXE_kiosk")).parent().unwrap().display();
    format!(
        r#"kiosk = "ft-0001"
site = "测试终端"
[devices]
id_reader = "{folder}/id-reader"
receipt_printer = "{folder}/receipt-printer"
camera = "{folder}/camera"
photo_decoder = "{programs}/demo-photo-decoder"
[paths]
catalog = "{root}/catalog"
models = "{root}/models"
state = "{folder}/state"
[central]
address = "https://{address}"
authority = "{folder}/ca/ca.pem"
certificate = "{folder}/ca/kiosk-ft-0001.pem"
key = "{folder}/ca/kiosk-ft-0001-key.pem"
"#
    )
}
