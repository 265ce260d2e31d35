//! The line of a simulated kiosk: HTTP over the simulator's TCP, by a network that also loses answers and sends requests
//! twice. Chance comes from the seed.

use contract::message::IDEMPOTENCY_KEY;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use kiosk::sync::line::{Exchange, Line, NoReply, Reply, Request};
use std::fmt;
use std::sync::Mutex;
use std::time::Duration;
use turmoil::net::TcpStream;

/// As the real line has it.
const REQUEST_TIME: Duration = Duration::from_secs(10);

/// The port that central listens on.
pub const PORT: u16 = 8443;

/// A line to the host `central`.
pub struct SimulatedLine {
    chance: Mutex<fastrand::Rng>,
}

impl SimulatedLine {
    pub fn new(seed: u64) -> Self {
        Self { chance: Mutex::new(fastrand::Rng::with_seed(seed)) }
    }

    fn happens(&self, in_a_hundred: u32) -> bool {
        self.chance.lock().unwrap().u32(..100) < in_a_hundred
    }
}

impl fmt::Debug for SimulatedLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SimulatedLine")
    }
}

impl Line for SimulatedLine {
    fn exchange(&self, request: Request) -> Exchange<'_> {
        let (twice, lost) = (self.happens(5), self.happens(5));
        Box::pin(async move {
            if twice {
                // Somebody in between tries again by itself; nobody waits for this one.
                let request = request.clone();
                tokio::spawn(async move { drop(once(request).await) });
            }
            let answer = once(request).await;
            if lost { Err(NoReply::Offline) } else { answer }
        })
    }

    /// Each request has a connection of its own.
    fn forget(&self) {}
}

async fn once(request: Request) -> Result<Reply, NoReply> {
    match tokio::time::timeout(REQUEST_TIME, speak(request)).await {
        Ok(Ok(reply)) => Ok(reply),
        Ok(Err(_)) | Err(_) => Err(NoReply::Offline),
    }
}

async fn speak(request: Request) -> Result<Reply, Box<dyn std::error::Error + Send + Sync>> {
    let tcp = TcpStream::connect(("central", PORT)).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(tcp)).await?;
    tokio::spawn(async move { drop(connection.await) });
    let method = if request.json.is_some() { "POST" } else { "GET" };
    let mut http = hyper::Request::builder().method(method).uri(&request.path).header("host", "central");
    if let Some(key) = request.key {
        http = http.header(IDEMPOTENCY_KEY, key.to_string());
    }
    let http = http.header("content-type", "application/json");
    let body = Full::new(Bytes::from(request.json.unwrap_or_default()));
    let response = sender.send_request(http.body(body)?).await?;
    let status = response.status().as_u16();
    let retry_after =
        response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    let body = response.into_body().collect().await?.to_bytes().to_vec();
    Ok(Reply { status, date: None, retry_after: retry_after.map(Duration::from_secs), body })
}
