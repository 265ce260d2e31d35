//! HTTP/1.1 on connections that have shown whose they are.
//!
//! On hyper itself: a server that first looks whether it is HTTP/2 that comes (as `axum::serve` does) grows and copies the
//! read buffer of every connection.

mod connection;
mod wire;

use crate::door::CallerListener;
use axum::Router;
use connection::Connection;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Answers until `stopped` changes; then takes no more connections and ends when the requests under way have ended.
/// Dropping it ends everything at once.
pub async fn serve(mut door: CallerListener, router: Router, mut stopped: watch::Receiver<()>) {
    let mut connections = JoinSet::new();
    // They see the change that this loop uses up.
    let of_connections = stopped.clone();
    loop {
        tokio::select! {
            stream = door.accept() => {
                let connection = Connection::new(stream, router.clone(), of_connections.clone());
                connections.spawn(connection.answer());
            }
            Some(_) = connections.join_next() => {}
            _ = stopped.changed() => break,
        }
    }
    drop(door);
    while connections.join_next().await.is_some() {}
}

#[cfg(test)]
mod tests;
