//! Central, from one death to the next: its real interface, accounting and store, on a clock of the simulation. It can
//! die at each arrow; what it had in memory is gone then, and its file stays.

use crate::books::{self, Ledger};
use crate::fate::{Fate, Mishap};
use crate::outside::{AllProviders, Arrows, Away, Channel};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http;
use central::accounting::outside::Notice;
use central::accounting::payments::{Clock, Outside, Payments};
use central::accounting::simulated_channel::{SentNotice, SimulatedChannel};
use central::accounting::simulated_providers::SimulatedProviders;
use central::accounting::simulated_world::SimulatedWorld;
use central::accounting::works;
use central::keys::Keys;
use central::store::{Done, SqliteStore, Store, Verdict, Work};
use central::{Caller, CatalogueServices, CertificateFingerprint, Fleet, Metrics, Parts, Terminal};
use contract::KioskId;
use contract::message::IDEMPOTENCY_KEY;
use contract::order::ChannelName;
use contract::providers::Providers;
use kiosk::sync::line::{MAX_ANSWER, NoReply, Reply, Request};
use std::future::pending;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{mpsc::UnboundedSender, oneshot};
use tokio::task::{AbortHandle, JoinSet};
use tower_service::Service;

use crate::News;

/// How long the works rest when nothing is due: nobody else leaves them anything.
const REST: Duration = Duration::from_mins(10);

/// What every central of every city has.
pub struct Given {
    pub providers: Arc<Providers>,
    pub services: Arc<CatalogueServices>,
    pub keys: Arc<Keys>,
    /// A store with its tables and nothing in them.
    pub empty_store: PathBuf,
}

/// One life of central.
#[derive(Clone)]
pub struct Life {
    pub fate: Fate,
    is_dead: Arc<AtomicBool>,
    news: UnboundedSender<News>,
}

impl Life {
    /// An arrow: central may die here, and nothing dead goes past it.
    pub async fn arrow(&self, mishap: Mishap) {
        if !self.is_dead() && self.fate.strikes(mishap) {
            self.die();
        }
        if self.is_dead() {
            pending::<()>().await;
        }
    }

    fn die(&self) {
        self.is_dead.store(true, Ordering::Relaxed);
        let _ = self.news.send(News::CentralDied);
    }

    fn is_dead(&self) -> bool {
        self.is_dead.load(Ordering::Relaxed)
    }
}

/// The store of one life: after each commit the books are examined.
struct MortalStore {
    store: SqliteStore,
    life: Life,
    ledger: Arc<Mutex<Ledger>>,
    clock: Clock,
}

impl Store for MortalStore {
    fn transact(&self, mut work: Work) -> Done<'_> {
        Box::pin(async move {
            if self.life.is_dead() {
                return pending().await;
            }
            if self.life.fate.strikes(Mishap::CentralDiesBeforeCommit) {
                let undone: Work = Box::new(move |sql| {
                    work(sql);
                    Verdict::Undo
                });
                self.store.transact(undone).await?;
                self.life.die();
                return pending().await;
            }
            self.store.transact(work).await?;
            books::examine(&self.store, &self.ledger, (self.clock)()).await;
            self.life.arrow(Mishap::CentralDiesAfterCommit).await;
            Ok(())
        })
    }

    fn look(&self, work: Work) -> Done<'_> {
        Box::pin(async move {
            if self.life.is_dead() {
                pending::<()>().await;
            }
            self.store.look(work).await
        })
    }
}

/// What there is while central lives.
struct Running {
    router: Router,
    payments: Arc<Payments>,
    store: Arc<dyn Store>,
    tasks: JoinSet<()>,
}

/// Central, dead or alive, and the world around it.
pub struct Central {
    given: Arc<Given>,
    file: PathBuf,
    clock: Clock,
    pub fate: Fate,
    pub world: SimulatedWorld,
    pub channels: [SimulatedChannel; 2],
    pub providers: SimulatedProviders,
    pub ledger: Arc<Mutex<Ledger>>,
    pub away: Arc<Mutex<Away>>,
    news: UnboundedSender<News>,
    running: Mutex<Option<Running>>,
}

impl Central {
    pub fn new(
        given: &Arc<Given>,
        file: PathBuf,
        clock: Clock,
        fate: Fate,
        news: UnboundedSender<News>,
    ) -> Self {
        std::fs::copy(&given.empty_store, &file).unwrap();
        let world = SimulatedWorld::in_memory().unwrap();
        let channel = |name| SimulatedChannel::new(name, world.clone(), "https://pay.test".into());
        Self {
            file,
            clock,
            fate,
            channels: ChannelName::ALL.map(channel),
            providers: SimulatedProviders::new(Arc::clone(&given.providers), world.clone()),
            world,
            ledger: Arc::default(),
            away: Arc::default(),
            news,
            running: Mutex::new(None),
            given: Arc::clone(given),
        }
    }

    /// Starts it upon its file. Call it inside of the runtime.
    pub fn start(&self) {
        let life = Life { fate: self.fate.clone(), is_dead: Arc::default(), news: self.news.clone() };
        let arrows = Arrows { life: life.clone(), world: self.world.clone(), away: Arc::clone(&self.away) };
        let [wechat, alipay] =
            self.channels.clone().map(|channel| Arc::new(Channel(channel, arrows.clone())));
        let providers = Arc::new(AllProviders(self.providers.clone(), arrows));
        let outside = Outside { wechat, alipay, providers };
        let store = SqliteStore::open_for_simulation(&self.file).unwrap();
        let (ledger, clock) = (Arc::clone(&self.ledger), Arc::clone(&self.clock));
        let store: Arc<dyn Store> = Arc::new(MortalStore { store, life, ledger, clock });
        let payments = Payments::new(Arc::clone(&store), Arc::clone(&self.given.providers), outside)
            .for_simulation(Arc::clone(&self.clock), REST);
        let payments = Arc::new(payments);
        let router = central::router(Parts {
            store: Arc::clone(&store),
            services: Arc::clone(&self.given.services) as _,
            keys: Arc::clone(&self.given.keys),
            fleet: Arc::new(Fleet::new(Arc::clone(&store), Arc::clone(&self.given.keys))),
            metrics: Metrics::new(),
            payments: Some(Arc::clone(&payments)),
            authority: None,
        });
        let mut tasks = JoinSet::new();
        tasks.spawn(works::run(Arc::clone(&payments)));
        *self.running.lock().unwrap() = Some(Running { router, payments, store, tasks });
    }

    /// What was in its memory is gone.
    pub fn bury(&self) {
        drop(self.running.lock().unwrap().take());
    }

    /// Accounting and the store, for whoever works at the accounting desk.
    pub fn desk(&self) -> (Arc<Payments>, Arc<dyn Store>) {
        let running = self.running.lock().unwrap();
        let running = running.as_ref().unwrap();
        (Arc::clone(&running.payments), Arc::clone(&running.store))
    }

    /// A terminal's request arrives; the answer comes, or central dies.
    pub fn ask(
        &self,
        kiosk: &KioskId,
        request: Request,
    ) -> Result<(oneshot::Receiver<Reply>, AbortHandle), NoReply> {
        let mut running = self.running.lock().unwrap();
        let Some(running) = running.as_mut() else { return Err(NoReply::Offline) };
        let certificate = CertificateFingerprint::of(b"simulated");
        let (router, caller) =
            (running.router.clone(), Caller::Kiosk(Terminal { id: kiosk.clone(), certificate }));
        let (reply, answer) = oneshot::channel();
        let asking = running.tasks.spawn(async move {
            let _ = reply.send(speak(router, caller, request).await);
        });
        Ok((answer, asking))
    }

    /// A channel's notice arrives; what is said when it was taken.
    pub fn notify(&self, channel: ChannelName, notice: SentNotice, taken: News) {
        let mut running = self.running.lock().unwrap();
        let Some(running) = running.as_mut() else { return };
        let (payments, news) = (Arc::clone(&running.payments), self.news.clone());
        running.tasks.spawn(async move {
            let notice = Notice { headers: &notice.headers, body: &notice.body };
            if payments.take_notice(channel, &notice).await.is_ok() {
                let _ = news.send(taken);
            }
        });
    }
}

async fn speak(mut router: Router, caller: Caller, request: Request) -> Reply {
    let method = if request.json.is_some() { http::Method::POST } else { http::Method::GET };
    let mut http = http::Request::builder().method(method).uri(request.path).extension(ConnectInfo(caller));
    if let Some(key) = request.key {
        http = http.header(IDEMPOTENCY_KEY, key.to_string());
    }
    let http = http.header(http::header::CONTENT_TYPE, "application/json");
    let response =
        router.call(http.body(Body::from(request.json.unwrap_or_default())).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let retry_after = response.headers().get(http::header::RETRY_AFTER);
    let retry_after = retry_after.and_then(|value| value.to_str().ok()?.parse().ok());
    let body = axum::body::to_bytes(response.into_body(), MAX_ANSWER).await.unwrap().to_vec();
    Reply { status, date: None, retry_after: retry_after.map(Duration::from_secs), body }
}
