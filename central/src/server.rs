//! Central put together: store, certificates, router, listener.

use crate::ca::Papers;
use crate::keys::Keys;
use crate::services::Services;
use crate::{CentralError, api, store, tls};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How long requests that are under way may take when central goes down.
const GRACE: Duration = Duration::from_secs(10);

/// What central needs to know to start.
#[derive(Clone, Debug)]
pub struct Config {
    /// The store, `sqlite:FILE` or `postgres://…`.
    pub db: String,
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The folder of the authority, with central's own certificate.
    pub ca: PathBuf,
    /// The folder of the signer and the sealing keys.
    pub keys: PathBuf,
}

/// A central that answers. Dropping it stops it at once; [`Running::shut_down`] lets it finish its requests.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<std::io::Result<()>>,
}

/// Starts central. When this returns, it answers.
pub async fn start(config: &Config, services: Arc<dyn Services>) -> Result<Running, CentralError> {
    let tls_config = tls::server_config(&Papers::of_server(&config.ca))?;
    let keys = Arc::new(Keys::load(&config.keys)?);
    let store = store::open(&config.db).await?;
    let listen_failed = |source| CentralError::Listen { address: config.listen, source };
    let listener = TcpListener::bind(config.listen).await.map_err(listen_failed)?;
    let listener = tls::listen(listener, tls_config).map_err(listen_failed)?;
    let address = axum::serve::Listener::local_addr(&listener).map_err(listen_failed)?;
    let (stop, stopped) = oneshot::channel::<()>();
    let service = api::router(store, services, keys).into_make_service_with_connect_info::<crate::Caller>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        // A dropped sender is a stop as well.
        let _ = stopped.await;
    });
    let server = tokio::spawn(async move { server.await });
    Ok(Running { address, stop: Some(stop), server })
}

impl Running {
    /// Where it answers.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections, finishes the requests that are under way and stops.
    pub async fn shut_down(mut self) -> Result<(), CentralError> {
        if let Some(stop) = self.stop.take() {
            // It may have stopped by itself.
            let _ = stop.send(());
        }
        match tokio::time::timeout(GRACE, &mut self.server).await {
            Ok(Ok(served)) => served.map_err(CentralError::Served),
            Ok(Err(error)) => Err(CentralError::Served(std::io::Error::other(error))),
            // A terminal that never ends its request is cut off; it will send it again.
            Err(_) => Ok(()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.server.abort();
    }
}
