//! The central that is measured: this program, started again as a process of its own.

use anyhow::{Context, bail};
use central::{ca, keys};
use contract::suite::Suite;
use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// A running central.
pub(super) struct Program {
    child: Child,
    address: String,
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
        let mut line = String::new();
        let said = child.stdout.as_mut().context("central has no output")?;
        BufReader::new(said).read_line(&mut line).await?;
        match line.trim().strip_prefix("central ready https://") {
            Some(address) => Ok(Self { address: address.to_owned(), child }),
            None => bail!("central did not start: see its words above"),
        }
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
