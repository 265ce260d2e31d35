//! The hosts of a simulated city: central with its real store and interface, kiosks with their real stores and sync.
//! Only wires and clocks are simulated.

use crate::network::{PORT, SimulatedLine};
use central::keys::Keys;
use central::store::{SqliteStore, Store as CentralStore};
use central::{
    Caller, CallerListener, CallerStream, CertificateFingerprint, Fleet, Office, Parts, ServiceFacts,
    ServiceKind, Services, Terminal,
};
use contract::desired::PublicKey;
use contract::message::{Application, Assurance, EntryBody};
use contract::{EntryId, Fen, KioskId, Secret, Seq, ServiceCode};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use kiosk::sync::{CentralClient, Connection, Outside, SyncHandle, SyncStatus};
use offline_cache::{Lane, Options, Order, Store, StoreHandle};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;
use turmoil::net::TcpListener;

pub type Done = Result<(), Box<dyn std::error::Error>>;

/// Applications that each kiosk's residents make, and how many residents share them.
pub const ENTRIES: u64 = 3;
const RESIDENTS: u8 = 2;

/// What residents were told and what became of it, over all kiosks and restarts.
#[derive(Debug, Default)]
pub struct Ledger {
    /// What was acknowledged to a resident: its key, place and lane.
    pub acknowledged: BTreeMap<KioskId, Vec<(EntryId, Seq, Lane)>>,
    /// Kiosks whose outbox is empty now and that central believes.
    pub drained: BTreeMap<KioskId, bool>,
    /// When which kiosk had how much waiting: the same for the same seed.
    pub trace: Vec<(Duration, KioskId, u64)>,
}

/// One service that always opens a case.
struct OneService;

impl Services for OneService {
    fn describe(&self, _code: &ServiceCode) -> Option<ServiceFacts> {
        let (name, theme) = ("模拟事项".to_owned(), "模拟".to_owned());
        Some(ServiceFacts { promised_days: 5, fee: Fen::ZERO, kind: ServiceKind::Ordinary, name, theme })
    }

    fn check(&self, _application: &Application, _today: Date) -> Result<(), String> {
        Ok(())
    }

    fn office(&self) -> &Office {
        &OFFICE
    }
}

static OFFICE: LazyLock<Office> = LazyLock::new(|| Office::load(Path::new("catalog")).unwrap());

/// Central, from its start to its crash. Its file stays.
pub async fn central(file: PathBuf, keys: Arc<Keys>) -> Done {
    let store: Arc<dyn CentralStore> = Arc::new(SqliteStore::open_for_simulation(&file)?);
    // It is never asked to go down: it crashes.
    let (_running, stopped) = tokio::sync::watch::channel(());
    let (services, metrics) = (Arc::new(OneService), central::Metrics::new());
    let fleet = Arc::new(Fleet::new(Arc::clone(&store), Arc::clone(&keys)));
    let router =
        central::router(Parts { store, services, keys, fleet, metrics, payments: None, authority: None });
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, PORT)).await?;
    let address = listener.local_addr()?;
    let (arrive, arrived) = tokio::sync::mpsc::channel(64);
    let door = tokio::spawn(async move {
        while let Ok((tcp, address)) = listener.accept().await {
            // The simulator's names stand for certificates.
            let kiosk = turmoil::reverse_lookup(address.ip()).and_then(|name| name.parse().ok());
            let Some(kiosk) = kiosk else { continue };
            let certificate = CertificateFingerprint::of(b"simulated");
            let caller = Caller::Kiosk(Terminal { id: kiosk, certificate });
            if arrive.send(CallerStream::new(tcp, caller)).await.is_err() {
                break;
            }
        }
    });
    let listener = CallerListener::new(arrived, address, door);
    central::serve(listener, router, stopped).await;
    Ok(())
}

/// What a kiosk needs to be started, again and again.
#[derive(Clone)]
pub struct KioskHost {
    pub name: KioskId,
    pub folder: PathBuf,
    pub signer: PublicKey,
    pub seed: u64,
    pub ledger: Arc<Mutex<Ledger>>,
}

impl KioskHost {
    fn file(&self) -> PathBuf {
        Path::join(&self.folder, format!("{}.db", self.name))
    }

    fn open(&self) -> Result<Store, offline_cache::StoreError> {
        let options = Options { signer: Some(self.signer.clone()), ..Options::default() };
        Store::open(&self.file(), &self.name, options)
    }

    /// A kiosk, from its start to its crash. Its file stays.
    pub async fn run(self, restarts: u64) -> Done {
        let mut chance = fastrand::Rng::with_seed(self.seed ^ (restarts << 32));
        let clock = wrong_clock(chance.i64(-48..48));
        let mut store = self.open()?;
        store.start("simulated", clock())?;
        let store = StoreHandle::inline(store);
        let outside = Outside::new(clock, chance.u64(..));
        let client = CentralClient::new(SimulatedLine::new(chance.u64(..)));
        let sync = SyncHandle::start(store.clone(), client, outside);
        tokio::spawn(watch(self.clone(), sync.status()));
        while self.confirmed() < ENTRIES {
            tokio::time::sleep(Duration::from_millis(chance.u64(200..7_000))).await;
            let lane = Lane(chance.u8(..RESIDENTS));
            let append =
                move |store: &mut Store| store.append(application(), Order::In(lane), Timestamp::now());
            // Before central was reached there is no key: the terminal says so, and the resident comes again.
            let Ok(appended) = store.call(append).await else { continue };
            let mut ledger = self.ledger.lock().unwrap();
            ledger.drained.insert(self.name.clone(), false);
            let told = ledger.acknowledged.entry(self.name.clone()).or_default();
            told.push((appended.id, appended.seq, lane));
            drop(ledger);
            sync.notify();
        }
        std::future::pending().await
    }

    fn confirmed(&self) -> u64 {
        let ledger = self.ledger.lock().unwrap();
        ledger.acknowledged.get(&self.name).map_or(0, |told| told.len() as u64)
    }

    /// What is left in the outbox.
    pub fn left(&self) -> u64 {
        let counts = self.open().unwrap().counts().unwrap();
        counts.waiting + counts.set_aside
    }
}

async fn watch(kiosk: KioskHost, mut status: tokio::sync::watch::Receiver<SyncStatus>) {
    loop {
        let now = *status.borrow_and_update();
        let drained =
            now.connection == Connection::Online && now.waiting == 0 && kiosk.confirmed() == ENTRIES;
        {
            let mut ledger = kiosk.ledger.lock().unwrap();
            ledger.drained.insert(kiosk.name.clone(), drained);
            let at = turmoil::sim_elapsed().unwrap_or_default();
            ledger.trace.push((at, kiosk.name.clone(), now.waiting));
        }
        if status.changed().await.is_err() {
            return;
        }
    }
}

/// A clock that is hours off.
fn wrong_clock(hours: i64) -> impl Fn() -> Timestamp + Send + Sync + 'static {
    move || Timestamp::now() + SignedDuration::from_hours(hours)
}

fn application() -> EntryBody {
    EntryBody::Application(Application {
        service: "SZ-HZ-000001".parse().unwrap(),
        form: "person-basic".parse().unwrap(),
        assurance: Assurance::Card,
        fields: [("name".parse().unwrap(), Secret::from("张三"))].into(),
        licences: std::collections::BTreeSet::new(),
    })
}
