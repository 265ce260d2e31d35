//! HTTP/1.1 on connections that have shown whose they are.
//!
//! On hyper itself: a server that first looks whether it is HTTP/2 that comes (as `axum::serve` does) grows and copies the
//! read buffer of every connection, and with 10,000 terminals that each hold a request that is most of the memory.

use crate::caller::Caller;
use crate::door::CallerListener;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower_service::Service;

/// Answers until `stopped` changes; then takes no more connections and ends when the requests under way have ended.
/// Dropping it ends everything at once.
pub async fn serve(mut door: CallerListener, router: Router, mut stopped: watch::Receiver<()>) {
    let mut services = router.into_make_service_with_connect_info::<Caller>();
    let (graceful, mut connections) = (GracefulShutdown::new(), JoinSet::new());
    loop {
        let stream = tokio::select! {
            stream = door.accept() => stream,
            Some(_) = connections.join_next() => continue,
            _ = stopped.changed() => break,
        };
        let Ok(service) = services.call(stream.caller().clone()).await;
        let connection =
            http1::Builder::new().serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        let connection = graceful.watch(connection);
        connections.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection broke off");
            }
        });
    }
    drop(door);
    graceful.shutdown().await;
}
