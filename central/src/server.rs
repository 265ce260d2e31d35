//! Central put together: store, certificates, routers, listeners.

use crate::accounting::simulated::{SimulatedOutside, SimulatedPayments};
use crate::alarms::Routes;
use crate::ca::{Authority, Papers};
use crate::console::Console;
use crate::door::CallerListener;
use crate::fleet::Fleet;
use crate::keys::Keys;
use crate::metrics::Metrics;
use crate::serve::serve;
use crate::services::Services;
use crate::store::Store;
use crate::{CentralError, admin, alarms, api, console, drops, public, store, tls};
use jiff::Timestamp;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long requests that are under way may take when central goes down.
const GRACE: Duration = Duration::from_secs(10);

/// How often what phones left behind is swept away.
const SWEEP_EVERY: Duration = Duration::from_mins(1);

/// How often it is looked what is wrong with terminals.
const WATCH_EVERY: Duration = Duration::from_secs(15);

/// What central needs to know to start. Port 0 takes any free one.
#[derive(Clone, Debug)]
pub struct Config {
    /// The store, `sqlite:FILE` or `postgres://…`.
    pub db: String,
    /// Where terminals and clerks reach it, by mutual TLS.
    pub listen: SocketAddr,
    /// Where anyone's browser reaches it, behind the city's own web server.
    pub public: SocketAddr,
    /// Where operators reach the console, behind the city's own web server; without it there is none.
    pub console: Option<SocketAddr>,
    /// Where those who run it ask how it is.
    pub admin: SocketAddr,
    /// Where terminals without a certificate ask for one; none: nobody is enrolled.
    pub enrol: Option<SocketAddr>,
    /// The folder of the authority, with central's own certificate.
    pub ca: PathBuf,
    /// The folder of the signer and the sealing keys.
    pub keys: PathBuf,
    /// Payments with a simulated outside; without it central takes none.
    pub payments: Option<SimulatedPayments>,
    /// By which ways alarms are told.
    pub alarms: Routes,
}

impl Config {
    /// A central on loopback, on ports that are free.
    pub fn on_loopback(db: String, ca: PathBuf, keys: PathBuf) -> Self {
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            db,
            listen: free,
            public: free,
            console: None,
            admin: free,
            enrol: None,
            ca,
            keys,
            payments: None,
            alarms: Routes::default(),
        }
    }
}

/// A central that answers. Dropping it stops it at once; [`Running::shut_down`] lets it finish its requests.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    public: SocketAddr,
    console: Option<SocketAddr>,
    admin: SocketAddr,
    enrol: Option<SocketAddr>,
    stop: watch::Sender<()>,
    going_down: Arc<AtomicBool>,
    servers: JoinSet<io::Result<()>>,
}

/// Starts central. When this returns, it answers.
pub async fn start(config: &Config, services: Arc<dyn Services>) -> Result<Running, CentralError> {
    let tls_config = tls::server_config(&Papers::of_server(&config.ca))?;
    let keys = Arc::new(Keys::load(&config.keys)?);
    // Its key may be kept elsewhere: then nothing is renewed here.
    let authority =
        Authority::load(&config.ca).inspect_err(|error| tracing::warn!(%error, "no certificates are made"));
    let authority = authority.ok().map(Arc::new);
    let store = store::open(&config.db).await?;
    let metrics = Metrics::new();
    let going_down = Arc::new(AtomicBool::new(false));
    let (stop, stopped) = watch::channel(());
    let failed = |address| move |source| CentralError::Listen { address, source };

    let door = bind(config.listen).await?;
    let door = tls::listen(door, tls_config, Arc::clone(&metrics)).map_err(failed(config.listen))?;
    let (public, admin) = (bind(config.public).await?, bind(config.admin).await?);
    let entrance = match config.enrol {
        None => None,
        Some(address) => {
            let tls_config = tls::config_for_newcomers(&Papers::of_server(&config.ca))?;
            let entrance = bind(address).await?;
            Some(tls::listen(entrance, tls_config, Arc::clone(&metrics)).map_err(failed(address))?)
        }
    };
    let enrol = entrance.as_ref().map(CallerListener::address);
    let address = door.address();
    let public_address = public.local_addr().map_err(failed(config.public))?;
    let admin_address = admin.local_addr().map_err(failed(config.admin))?;

    let mut servers = JoinSet::new();
    let outside = match &config.payments {
        None => None,
        Some(payments) => Some(payments.open(Arc::clone(&store), format!("http://{public_address}"))?),
    };
    let payments = outside.as_ref().map(SimulatedOutside::payments);
    if let Some(outside) = outside.clone() {
        let mut stopped = stopped.clone();
        servers.spawn(async move {
            tokio::select! {
                () = outside.run() => {}
                _ = stopped.changed() => {}
            }
            Ok(())
        });
    }
    let fleet = Arc::new(Fleet::new(Arc::clone(&store), Arc::clone(&keys)));
    fleet.look().await?;
    servers.spawn(sweep(Arc::clone(&store), stopped.clone()));
    servers.spawn(watch_terminals(Arc::clone(&store), config.alarms.clone(), stopped.clone()));
    servers.spawn(tend(Arc::clone(&fleet), stopped.clone()));
    let pages = public::router(Arc::clone(&store), Arc::clone(&services), Arc::clone(&keys), outside);
    let desk = Console::new(Arc::clone(&store), Arc::clone(&keys), Arc::clone(&fleet), authority.clone());
    let counts = admin::router(Arc::clone(&store), Arc::clone(&metrics), Arc::clone(&going_down));
    if let Some(entrance) = entrance {
        let newcomers = serve(entrance, api::enrolment_router(Arc::clone(&store)), stopped.clone());
        servers.spawn(async move {
            newcomers.await;
            Ok(())
        });
    }
    let parts = api::Parts { store, services, keys, fleet, metrics, payments, authority };
    let api = api::router(parts);
    let until = || {
        let mut stopped = stopped.clone();
        // A dropped sender is a stop as well.
        async move { drop(stopped.changed().await) }
    };
    let api = serve(door, api, stopped.clone());
    servers.spawn(async move {
        api.await;
        Ok(())
    });
    let pages = axum::serve(public, pages.into_make_service_with_connect_info::<SocketAddr>());
    servers.spawn(pages.with_graceful_shutdown(until()).into_future());
    let console = match config.console {
        None => None,
        Some(asked) => {
            let listener = bind(asked).await?;
            let address = listener.local_addr().map_err(failed(asked))?;
            let pages = console::open(desk).await?.into_make_service_with_connect_info::<SocketAddr>();
            servers.spawn(axum::serve(listener, pages).with_graceful_shutdown(until()).into_future());
            Some(address)
        }
    };
    servers.spawn(axum::serve(admin, counts).with_graceful_shutdown(until()).into_future());
    Ok(Running {
        address,
        public: public_address,
        console,
        admin: admin_address,
        enrol,
        stop,
        going_down,
        servers,
    })
}

/// Erases the pictures of phones that no terminal fetched, until central goes down.
async fn sweep(store: Arc<dyn Store>, mut stopped: watch::Receiver<()>) -> io::Result<()> {
    loop {
        tokio::select! {
            _ = stopped.changed() => return Ok(()),
            () = tokio::time::sleep(SWEEP_EVERY) => {}
        }
        let now = Timestamp::now();
        if let Err(error) = store.change(move |sql| drops::sweep(sql, now)).await {
            tracing::error!(%error, "pictures whose time is over can't be erased now");
        }
    }
}

/// Finds what is wrong with terminals, and tells it, until central goes down.
async fn watch_terminals(
    store: Arc<dyn Store>,
    routes: Routes,
    mut stopped: watch::Receiver<()>,
) -> io::Result<()> {
    loop {
        tokio::select! {
            _ = stopped.changed() => return Ok(()),
            () = tokio::time::sleep(WATCH_EVERY) => {}
        }
        let (names, now) = (routes.names(), Timestamp::now());
        if let Err(error) = store.change(move |sql| alarms::watch(sql, &names, now)).await {
            tracing::error!(%error, "nobody can be told now what is wrong with terminals");
        }
        if let Err(error) = alarms::deliver(&*store, &routes, now).await {
            tracing::error!(%error, "alarms wait for the store");
        }
    }
}

/// Looks after the fleet until central goes down.
async fn tend(fleet: Arc<Fleet>, mut stopped: watch::Receiver<()>) -> io::Result<()> {
    tokio::select! {
        _ = stopped.changed() => {}
        () = fleet.tend() => {}
    }
    Ok(())
}

async fn bind(address: SocketAddr) -> Result<TcpListener, CentralError> {
    TcpListener::bind(address).await.map_err(|source| CentralError::Listen { address, source })
}

impl Running {
    /// Where terminals and clerks reach it.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where anyone's browser reaches it.
    pub const fn public_address(&self) -> SocketAddr {
        self.public
    }

    /// Where operators reach the console, if there is one.
    pub const fn console_address(&self) -> Option<SocketAddr> {
        self.console
    }

    /// Where those who run it ask how it is.
    pub const fn admin_address(&self) -> SocketAddr {
        self.admin
    }

    /// Where terminals ask for a certificate, if they may.
    pub const fn enrolment_address(&self) -> Option<SocketAddr> {
        self.enrol
    }

    /// Takes no more connections, finishes the requests that are under way and stops.
    pub async fn shut_down(mut self) -> Result<(), CentralError> {
        self.going_down.store(true, Ordering::Relaxed);
        // They may have stopped by themselves.
        let _ = self.stop.send(());
        let finish = async {
            while let Some(ended) = self.servers.join_next().await {
                ended.unwrap_or_else(|error| Err(io::Error::other(error))).map_err(CentralError::Served)?;
            }
            Ok(())
        };
        // A caller that never ends its request is cut off; it will send it again.
        tokio::time::timeout(GRACE, finish).await.unwrap_or(Ok(()))
    }
}
