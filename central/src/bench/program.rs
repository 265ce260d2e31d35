//! The central that is measured: this program, started again as a process of its own.

use anyhow::Context;
use central::{ca, keys};
use contract::suite::Suite;
use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

/// How long a start, or everybody's being held, may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often it is asked whether everybody is held.
const LOOK: Duration = Duration::from_millis(100);

/// A running central.
pub(super) struct Program {
    child: Child,
    address: String,
    admin: String,
}

impl Program {
    /// Makes papers and keys and starts it.
    pub(super) async fn start(folder: &Path, db: &str, catalog: &Path) -> anyhow::Result<Self> {
        ca::init(folder)?;
        ca::issue_server(folder, &["127.0.0.1".to_owned()])?;
        keys::init(&folder.join("keys"), Suite::International)?;
        let mut child = Command::new(std::env::current_exe()?)
            .args(["serve", "--listen", "127.0.0.1:0", "--public", "127.0.0.1:0", "--admin", "127.0.0.1:0"])
            .args(["--db", db, "--catalog"])
            .arg(catalog)
            .arg("--ca")
            .arg(folder)
            .arg("--keys")
            .arg(folder.join("keys"))
            .env("RUST_LOG", "warn")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let said = child.stdout.take().context("central has no output")?;
        let mut lines = BufReader::new(said).lines();
        let (mut address, mut admin) = (None, None);
        while address.is_none() || admin.is_none() {
            let line = timeout(PATIENCE, lines.next_line()).await??;
            let line = line.context("central did not start: see its words above")?;
            let after = |beginning: &str| line.strip_prefix(beginning).map(str::to_owned);
            address = address.or(after("central ready https://"));
            admin = admin.or(after("admin http://"));
        }
        // Its output stays open: a line that nobody reads is no reason to end.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self { child, address: address.unwrap_or_default(), admin: admin.unwrap_or_default() })
    }

    /// Waits until so many requests are held.
    pub(super) async fn until_held(&self, wanted: usize) -> anyhow::Result<()> {
        let line = format!("central_held {wanted}");
        let held = async {
            while !self.metrics().await?.lines().any(|told| told == line) {
                sleep(LOOK).await;
            }
            anyhow::Ok(())
        };
        timeout(PATIENCE, held)
            .await
            .with_context(|| format!("{wanted} requests were not held within a minute"))?
    }

    async fn metrics(&self) -> anyhow::Result<String> {
        let tcp = TcpStream::connect(&self.admin).await?;
        let (mut requests, connection) = handshake(TokioIo::new(tcp)).await?;
        tokio::spawn(async move { drop(connection.await) });
        let request = Request::get("/metrics").header("host", "127.0.0.1").body(Empty::<Bytes>::new())?;
        let body = requests.send_request(request).await?.into_body().collect().await?;
        Ok(String::from_utf8(body.to_bytes().to_vec())?)
    }

    /// Where it answers.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Its resident memory in bytes.
    pub(super) fn memory(&self) -> anyhow::Result<u64> {
        let pid = self.child.id().context("central has ended: see its words above")?;
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        let kib = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"));
        Ok(kib.and_then(|kib| kib.trim().parse::<u64>().ok()).context("/proc tells no VmRSS")? * 1024)
    }

    /// Ends it.
    pub(super) async fn stop(&mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }
}
