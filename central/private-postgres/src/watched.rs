//! Two clusters that Patroni watches over: one follows the other, and when that dies Patroni makes it the primary, by
//! itself. What Patroni agrees by, an etcd of one member, is private too; all of it answers on loopback and is gone when
//! it is dropped.

use crate::{ClusterError, as_owner, give, kill_at, programs};
use reserved_port::ReservedPort;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long both may take until one follows the other.
const PATIENCE: Duration = Duration::from_mins(1);

/// The two, to Patroni.
const NAMES: [&str; 2] = ["one", "two"];

/// Two clusters, one of which is the primary.
#[derive(Debug)]
pub struct WatchedPair {
    nodes: Vec<Node>,
    etcd: Child,
    /// Where etcd answers clients and, if it had any, peers.
    _etcd_ports: [ReservedPort; 2],
    folder: TempDir,
}

/// A cluster and its Patroni.
#[derive(Debug)]
struct Node {
    /// Where PostgreSQL answers, and where its Patroni does.
    port: ReservedPort,
    patroni_port: ReservedPort,
    patroni: Child,
    data: PathBuf,
}

impl WatchedPair {
    /// Starts both. When this returns, whatever the primary has answered is on the other one too.
    pub fn start() -> Result<Self, ClusterError> {
        let (programs, patroni, etcd) = (programs()?, installed("patroni")?, installed("etcd")?);
        let folder = tempfile::Builder::new().prefix("budayang-patroni-").tempdir()?;
        give(folder.path())?;
        let ports = [ReservedPort::any()?, ReservedPort::any()?];
        let [clients, peers] = ports.each_ref().map(ReservedPort::number);
        let etcd = start_etcd(&etcd, folder.path(), clients, peers)?;
        // From here on, what was started ends with it.
        let mut pair = Self { nodes: Vec::new(), etcd, _etcd_ports: ports, folder };
        for name in NAMES {
            let node = Node::start(name, &patroni, &programs, pair.folder.path(), clients)?;
            pair.nodes.push(node);
        }
        pair.until_followed()?;
        Ok(pair)
    }

    /// The address of both: clients take the one that takes writes.
    pub fn uri(&self) -> String {
        let hosts: Vec<String> = self.nodes.iter().map(|node| node.port.address().to_string()).collect();
        format!("postgres://central@{}/postgres", hosts.join(","))
    }

    /// Ends the primary and its Patroni at once, as a power cut would.
    pub fn kill_primary(&mut self) -> Result<(), ClusterError> {
        // Neither may be on its way to become something else: what only one of them has would be lost.
        self.until_followed()?;
        let primary = self.nodes.iter_mut().find(|node| node.says_yes("/primary"));
        let primary = primary.ok_or_else(|| io::Error::other("there is no primary"))?;
        primary.kill()
    }

    fn until_followed(&self) -> Result<(), ClusterError> {
        let started = Instant::now();
        let is_any = |what| self.nodes.iter().any(|node| node.says_yes(what));
        while !(is_any("/primary") && is_any("/synchronous")) {
            if started.elapsed() > PATIENCE {
                return Err(self.failed());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    /// What the programs have said.
    fn failed(&self) -> ClusterError {
        let said = |name| fs::read_to_string(log_of(self.folder.path(), name)).unwrap_or_default();
        let said = NAMES.map(|name| format!("{name}:\n{}", said(name))).concat();
        ClusterError::Failed { program: "patroni".to_owned(), said }
    }
}

impl Drop for WatchedPair {
    fn drop(&mut self) {
        for node in &mut self.nodes {
            // It may be dead already; the folder goes with all of them.
            let _ = node.kill();
        }
        end(&mut self.etcd);
    }
}

impl Node {
    fn start(
        name: &str,
        patroni: &Path,
        programs: &Path,
        folder: &Path,
        etcd: u16,
    ) -> Result<Self, ClusterError> {
        let (port, patroni_port, data) = (ReservedPort::any()?, ReservedPort::any()?, folder.join(name));
        let settings = folder.join(format!("{name}.yml"));
        let pgpass = folder.join(format!("{name}.pgpass"));
        fs::write(
            &settings,
            settings_of(name, [port.number(), patroni_port.number(), etcd], &data, &pgpass, programs),
        )?;
        let patroni = spawn(Command::new(patroni).arg(settings), folder, name)?;
        Ok(Self { port, patroni_port, patroni, data })
    }

    /// Whether its Patroni answers a question with yes: `/primary`, `/synchronous`.
    fn says_yes(&self, question: &str) -> bool {
        let ask = || -> io::Result<String> {
            let mut line = TcpStream::connect(self.patroni_port.address())?;
            line.set_read_timeout(Some(Duration::from_secs(2)))?;
            write!(line, "GET {question} HTTP/1.0\r\n\r\n")?;
            let mut answer = String::new();
            line.read_to_string(&mut answer)?;
            Ok(answer)
        };
        ask().is_ok_and(|answer| answer.split(' ').nth(1) == Some("200"))
    }

    fn kill(&mut self) -> Result<(), ClusterError> {
        // First who would start it again.
        end(&mut self.patroni);
        kill_at(&self.data)
    }
}

/// Patroni's settings. A leader that is silent for six seconds is replaced, and only by whoever has everything.
fn settings_of(
    name: &str,
    [port, patroni_port, etcd]: [u16; 3],
    data: &Path,
    pgpass: &Path,
    programs: &Path,
) -> String {
    format!(
        "scope: budayang
name: {name}
restapi: {{listen: '127.0.0.1:{patroni_port}', connect_address: '127.0.0.1:{patroni_port}'}}
etcd3: {{host: '127.0.0.1:{etcd}'}}
bootstrap:
  dcs:
    ttl: 6
    loop_wait: 1
    retry_timeout: 2
    synchronous_mode: true
    postgresql: {{parameters: {{shared_buffers: 64MB, unix_socket_directories: ''}}}}
  initdb: [{{encoding: UTF8}}, {{locale: C}}, {{auth: trust}}]
  pg_hba: [host all all 127.0.0.1/32 trust, host replication all 127.0.0.1/32 trust]
postgresql:
  listen: 127.0.0.1:{port}
  connect_address: 127.0.0.1:{port}
  data_dir: '{}'
  pgpass: '{}'
  bin_dir: '{}'
  authentication: {{superuser: {{username: central}}, replication: {{username: replicator}}}}
",
        data.display(),
        pgpass.display(),
        programs.display(),
    )
}

fn start_etcd(etcd: &Path, folder: &Path, clients: u16, peers: u16) -> Result<Child, ClusterError> {
    let (clients, peers) = (format!("http://127.0.0.1:{clients}"), format!("http://127.0.0.1:{peers}"));
    let mut command = Command::new(etcd);
    command.arg("--data-dir").arg(folder.join("etcd"));
    command.args(["--listen-client-urls", &clients, "--advertise-client-urls", &clients]);
    command.args(["--listen-peer-urls", &peers, "--initial-advertise-peer-urls", &peers]);
    command.arg("--initial-cluster").arg(format!("default={peers}"));
    spawn(&mut command, folder, "etcd")
}

/// Starts a program whose words go to a file.
fn spawn(command: &mut Command, folder: &Path, name: &str) -> Result<Child, ClusterError> {
    let said = File::create(log_of(folder, name))?;
    as_owner(command);
    Ok(command.current_dir(folder).stdout(said.try_clone()?).stderr(said).spawn()?)
}

fn log_of(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.log"))
}

fn end(program: &mut Child) {
    // It may have ended by itself.
    let _ = program.kill();
    let _ = program.wait();
}

fn installed(name: &'static str) -> Result<PathBuf, ClusterError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found =
        std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file());
    found.ok_or(ClusterError::NoFailover(name))
}
