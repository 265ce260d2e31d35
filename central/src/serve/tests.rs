//! What a terminal sees on its line, byte by byte, when its request is held, and what is refused there. Time is invented.

use super::serve;
use crate::api::{Parts, router};
use crate::caller::{Caller, CertificateFingerprint, Terminal};
use crate::door::{CallerListener, CallerStream};
use crate::fleet::Fleet;
use crate::keys::{self, Keys};
use crate::metrics::Metrics;
use crate::services::CatalogueServices;
use crate::store::{SqliteStore, Store};
use contract::series::MAX_REQUEST_BYTES;
use contract::suite::Suite;
use jiff::Timestamp;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

const HELD: &str = "GET /v1/desired?after=1 HTTP/1.1\r\nhost: central\r\n\r\n";
const HEALTH: &str = "GET /health HTTP/1.1\r\nhost: central\r\n\r\n";

/// A central whose lines end in the test.
struct Central {
    arrive: mpsc::Sender<CallerStream>,
    metrics: Arc<Metrics>,
    stop: watch::Sender<()>,
    served: JoinHandle<()>,
    _folder: TempDir,
}

impl Central {
    /// With a terminal that has its first desired state.
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        keys::init(folder.path(), Suite::International).unwrap();
        let (metrics, (stop, stopped)) = (Metrics::new(), watch::channel(()));
        let catalog = Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalog");
        let store: Arc<dyn Store> =
            Arc::new(SqliteStore::open_for_simulation(&folder.path().join("central.db")).unwrap());
        let keys = Arc::new(Keys::load(folder.path()).unwrap());
        let fleet = Arc::new(Fleet::new(Arc::clone(&store), Arc::clone(&keys)));
        fleet.ask(&"ft-0001".parse().unwrap(), 0, Timestamp::now()).await.unwrap();
        let router = router(Parts {
            fleet,
            store,
            services: Arc::new(CatalogueServices::load(&catalog).unwrap()),
            keys,
            metrics: Arc::clone(&metrics),
            payments: None,
            authority: None,
        });
        let (arrive, arrived) = mpsc::channel(1);
        let door =
            CallerListener::new(arrived, SocketAddr::from(([127, 0, 0, 1], 0)), tokio::spawn(async {}));
        let served = tokio::spawn(serve(door, router, stopped));
        Self { arrive, metrics, stop, served, _folder: folder }
    }

    /// A terminal's line; so many bytes are under way at once.
    async fn line(&self, under_way: usize) -> Line {
        let (ours, theirs) = duplex(under_way);
        let certificate = CertificateFingerprint::of(b"ours");
        let caller = Caller::Kiosk(Terminal { id: "ft-0001".parse().unwrap(), certificate });
        let stream = CallerStream::new(theirs, caller);
        self.arrive.send(stream).await.unwrap();
        Line(ours)
    }

    fn assert_told(&self, line: &str) {
        let told = self.metrics.text();
        assert!(told.lines().any(|told| told == line), "{line} is not in\n{told}");
    }
}

struct Line(DuplexStream);

impl Line {
    async fn say(&mut self, words: &str) {
        self.0.write_all(words.as_bytes()).await.unwrap();
    }

    /// The head of the next answer in small letters, after its body has been read.
    async fn answer(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        self.0.read_exact(&mut body).await.unwrap();
        head
    }

    async fn assert_answered(&mut self, status: u16) {
        let head = self.answer().await;
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{head}");
        assert_eq!(head.matches("x-request-id: ").count(), 1, "{head}");
    }

    async fn assert_ended(&mut self) {
        let mut rest = Vec::new();
        self.0.read_to_end(&mut rest).await.unwrap();
        assert!(rest.is_empty(), "{}", String::from_utf8_lossy(&rest));
    }
}

#[tokio::test(start_paused = true)]
async fn a_held_request_is_answered_in_its_time_and_the_line_goes_on() {
    let central = Central::open().await;
    let mut line = central.line(4096).await;
    for _ in 0..3 {
        let asked = Instant::now();
        line.say(HELD).await;
        line.assert_answered(204).await;
        let seconds = asked.elapsed().as_secs();
        assert!((20..30).contains(&seconds), "{seconds} s");
        line.say(HEALTH).await;
        line.assert_answered(200).await;
    }
    central.assert_told(r#"central_requests_total{route="/v1/desired",method="GET",status="204"} 3"#);
    central.assert_told("central_held 0");
}

#[tokio::test(start_paused = true)]
async fn who_has_nothing_or_less_is_answered_at_once() {
    let central = Central::open().await;
    let (mut line, asked) = (central.line(4096).await, Instant::now());
    for request in [
        "GET /v1/desired HTTP/1.1\r\nhost: central\r\n\r\n",
        "GET /v1/desired?after=0 HTTP/1.1\r\nhost: central\r\n\r\n",
    ] {
        line.say(request).await;
        line.assert_answered(200).await;
    }
    assert_eq!(asked.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn when_central_goes_down_whoever_is_held_is_answered_and_let_go() {
    let central = Central::open().await;
    let (mut held, mut idle, asked) = (central.line(4096).await, central.line(4096).await, Instant::now());
    held.say(HELD).await;
    sleep(Duration::from_secs(1)).await;
    central.assert_told("central_held 1");
    central.stop.send(()).unwrap();
    let head = held.answer().await;
    assert!(head.starts_with("http/1.1 204 ") && head.contains("connection: close"), "{head}");
    held.assert_ended().await;
    idle.assert_ended().await;
    central.served.await.unwrap();
    assert_eq!(asked.elapsed().as_secs(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_comes_behind_a_held_request_is_answered_behind_it() {
    let central = Central::open().await;
    let mut line = central.line(4096).await;
    // In one piece with it, and while it is held.
    line.say(&[HEALTH, HELD, HEALTH, HELD].concat()).await;
    line.assert_answered(200).await;
    sleep(Duration::from_secs(1)).await;
    line.say(HEALTH).await;
    for status in [204, 200, 204, 200] {
        line.assert_answered(status).await;
    }
    line.say("GET /v1/nothing HTTP/1.1\r\nhost: central\r\nconnection: close\r\n\r\n").await;
    line.assert_answered(404).await;
    line.assert_ended().await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_still_going_out_is_not_cut_off_by_a_request_that_is_held() {
    let central = Central::open().await;
    // Only after a body that came in pieces, and that nobody wanted, does hyper read on before its answer has gone out.
    let unwanted =
        "POST /v1/nothing HTTP/1.1\r\nhost: c\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n";
    let mut line = central.line(200).await;
    line.say(&[unwanted, HELD].concat()).await;
    sleep(Duration::from_secs(1)).await;
    line.assert_answered(404).await;
    line.assert_answered(204).await;
}

#[tokio::test(start_paused = true)]
async fn a_held_request_may_ask_for_the_end_of_its_connection() {
    let central = Central::open().await;
    let mut line = central.line(4096).await;
    line.say("GET /v1/desired?after=1 HTTP/1.1\r\nhost: central\r\nConnection: close\r\n\r\n").await;
    line.assert_answered(204).await;
    line.assert_ended().await;
}

#[tokio::test(start_paused = true)]
async fn a_request_with_a_body_is_not_held() {
    let central = Central::open().await;
    let (mut line, asked) = (central.line(4096).await, Instant::now());
    line.say("GET /v1/desired?after=1 HTTP/1.1\r\nhost: central\r\ncontent-length: 2\r\n\r\n{}").await;
    line.assert_answered(204).await;
    assert_eq!(asked.elapsed(), Duration::ZERO);
    central.assert_told("central_held 0");
}

#[tokio::test(start_paused = true)]
async fn whoever_sends_too_much_may_send_it_and_is_told() {
    let central = Central::open().await;
    let mut line = central.line(4096).await;
    let body = vec![b'x'; 3 * MAX_REQUEST_BYTES];
    let head = "POST /v1/commands/1/picture HTTP/1.1\r\nhost: central\r\ncontent-type: application/json";
    line.say(&format!("{head}\r\ncontent-length: {}\r\n\r\n", body.len())).await;
    line.0.write_all(&body).await.unwrap();
    line.assert_answered(413).await;
    line.say(HEALTH).await;
    line.assert_answered(200).await;
}

#[tokio::test(start_paused = true)]
async fn whoever_sends_without_an_end_is_cut_off() {
    let central = Central::open().await;
    let mut line = central.line(65_536).await;
    line.say("POST /v1/reports HTTP/1.1\r\nhost: central\r\ntransfer-encoding: chunked\r\n\r\n").await;
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let mut sent = 0;
    while line.0.write_all(chunk.as_bytes()).await.is_ok() {
        sent += 1;
        assert!(sent < 2_000, "125 MB were taken");
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_is_waited_for_who_has_gone() {
    let central = Central::open().await;
    let mut line = central.line(4096).await;
    line.say(HELD).await;
    sleep(Duration::from_secs(1)).await;
    central.assert_told("central_held 1");
    drop(line);
    sleep(Duration::from_secs(1)).await;
    central.assert_told("central_held 0");
}

#[tokio::test(start_paused = true)]
async fn a_head_that_is_garbage_too_long_or_never_ends_is_refused() {
    let central = Central::open().await;
    let endless = format!("GET /v1/desired?after=1 HTTP/1.1\r\nx: {}", "x".repeat(20_000));
    let long = format!("{endless}\r\n\r\n");
    for (words, status) in [
        ("MARKER\r\n\r\n", 400),
        ("GET /v1/desired?after=1 HTTP/7.0\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (long.as_str(), 431),
        (endless.as_str(), 431),
    ] {
        let mut line = central.line(65_536).await;
        line.say(words).await;
        let head = line.answer().await;
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{head}");
        line.assert_ended().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_head_that_comes_too_slowly_or_never_ends_its_connection() {
    let central = Central::open().await;
    let (mut silent, asked) = (central.line(4096).await, Instant::now());
    silent.assert_ended().await;
    assert_eq!(asked.elapsed().as_secs(), 100);
    let mut line = central.line(4096).await;
    let trickle = async {
        for letter in HELD.bytes().cycle() {
            if line.0.write_all(&[letter]).await.is_err() {
                break;
            }
            sleep(Duration::from_secs(10)).await;
        }
    };
    timeout(Duration::from_secs(150), trickle).await.unwrap();
}
