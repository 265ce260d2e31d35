//! A PostgreSQL of one's own in a temporary folder, for tests and benchmarks: made from the installed programs, stopped
//! and removed when it is dropped. It can be killed without warning, started again, and followed by a standby; two of them
//! can be watched over by Patroni.
//!
//! It answers on loopback only, trusts everyone there, and keeps its promises: `fsync` stays on.

mod watched;

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, User, geteuid};
use reserved_port::ReservedPort;
use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

pub use watched::WatchedPair;

/// Why there is no cluster.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No programs.
    #[error("PostgreSQL is not installed here: 'cargo xtask setup' installs it")]
    NotInstalled,
    /// No Patroni, or no etcd.
    #[error("{0} is not installed here: 'cargo xtask setup' installs it")]
    NoFailover(&'static str),
    /// One of the programs failed.
    #[error("{program} failed:\n{said}")]
    Failed {
        /// Its name.
        program: String,
        /// What it and the cluster's log said.
        said: String,
    },
    /// The folder.
    #[error("the cluster's folder can't be used: {0}")]
    Folder(#[from] io::Error),
}

/// A running cluster. Dropping it stops and removes it.
#[derive(Debug)]
pub struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    port: ReservedPort,
    options: Vec<String>,
}

impl Cluster {
    /// Makes and starts a cluster.
    pub fn start() -> Result<Self, ClusterError> {
        Self::start_with(&[])
    }

    /// The same with settings, `synchronous_standby_names=*`.
    pub fn start_with(settings: &[&str]) -> Result<Self, ClusterError> {
        let cluster = Self::empty(settings)?;
        cluster.copy_template()?;
        cluster.start_again()?;
        Ok(cluster)
    }

    /// The same, answering by TLS with this certificate and key (PEM).
    pub fn start_with_tls(certificate: &str, key: &str) -> Result<Self, ClusterError> {
        let mut cluster = Self::empty(&["ssl=on"])?;
        for (name, pem, setting) in
            [("server.pem", certificate, "ssl_cert_file"), ("server-key.pem", key, "ssl_key_file")]
        {
            let path = cluster.folder().join(name);
            fs::write(&path, pem)?;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
            give(&path)?;
            cluster.options.push(format!("{setting}={}", path.display()));
        }
        cluster.copy_template()?;
        cluster.start_again()?;
        Ok(cluster)
    }

    fn copy_template(&self) -> Result<(), ClusterError> {
        let template = template(&self.programs)?;
        run(Command::new("cp").arg("-a").arg(template).arg(self.data()))
    }

    /// Starts a standby that follows this cluster and has everything that it has.
    pub fn standby(&self) -> Result<Self, ClusterError> {
        let standby = Self::empty(&[])?;
        let source = format!("host=127.0.0.1 port={} user=central application_name=standby", self.port());
        run(standby
            .program("pg_basebackup")
            .args(["-R", "-X", "stream", "-c", "fast", "-d", &source, "-D"])
            .arg(standby.data()))?;
        standby.start_again()?;
        Ok(standby)
    }

    fn empty(settings: &[&str]) -> Result<Self, ClusterError> {
        let programs = programs()?;
        let folder = tempfile::Builder::new().prefix("budayang-postgres-").tempdir()?;
        give(folder.path())?;
        let options = settings.iter().map(|&setting| setting.to_owned()).collect();
        Ok(Self { folder, programs, port: ReservedPort::any()?, options })
    }

    /// Its address, with this user and database.
    pub fn uri(&self) -> String {
        format!("postgres://central@127.0.0.1:{}/postgres", self.port())
    }

    /// Its port on loopback.
    pub const fn port(&self) -> u16 {
        self.port.number()
    }

    /// Where its data and log are.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Ends every process of it at once, as a power cut would.
    pub fn kill(&self) -> Result<(), ClusterError> {
        kill_at(&self.data())
    }

    /// Starts it, after a kill or a stop.
    pub fn start_again(&self) -> Result<(), ClusterError> {
        let settings: Vec<String> = self.options.iter().map(|setting| format!("-c '{setting}'")).collect();
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c shared_buffers=64MB {}",
            self.port(),
            settings.join(" ")
        );
        let started = run(self
            .program("pg_ctl")
            .args(["start", "-w", "-s", "-t", "60", "-o", &options, "-l"])
            .arg(self.log())
            .arg("-D")
            .arg(self.data()));
        started.map_err(|error| match error {
            ClusterError::Failed { program, said } => ClusterError::Failed {
                program,
                said: said + &fs::read_to_string(self.log()).unwrap_or_default(),
            },
            other => other,
        })
    }

    /// Makes a standby the primary.
    pub fn promote(&self) -> Result<(), ClusterError> {
        run(self.program("pg_ctl").args(["promote", "-w", "-s", "-D"]).arg(self.data()))
    }

    /// Runs a statement by `psql` and returns what it printed, without headings.
    pub fn ask(&self, sql: &str) -> Result<String, ClusterError> {
        let output = self
            .program("psql")
            .args(["-At", "-v", "ON_ERROR_STOP=1", "-d", &self.uri(), "-c", sql])
            .output()?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
        } else {
            Err(ClusterError::Failed {
                program: "psql".to_owned(),
                said: String::from_utf8_lossy(&output.stderr).into_owned(),
            })
        }
    }

    /// One of the installed programs, as whoever owns the data.
    pub fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        as_owner(&mut command);
        command.current_dir(self.folder.path());
        command
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // It may be dead already; its folder goes with it.
        let _ =
            self.program("pg_ctl").args(["stop", "-m", "immediate", "-s", "-D"]).arg(self.data()).output();
    }
}

/// The folder of the newest installed programs.
fn programs() -> Result<PathBuf, ClusterError> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest =
        versions.map(|entry| entry.path().join("bin")).filter(|bin| bin.join("initdb").exists()).max();
    newest.ok_or(ClusterError::NotInstalled)
}

/// A new data directory takes a second to make: one is made and copied from then on.
fn template(programs: &Path) -> Result<PathBuf, ClusterError> {
    let version = programs.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    let template = std::env::temp_dir().join(format!("budayang-postgres-{version}-template"));
    if template.join("PG_VERSION").exists() {
        return Ok(template);
    }
    let folder = tempfile::Builder::new().prefix("budayang-initdb-").tempdir()?;
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700))?;
    give(folder.path())?;
    let made = folder.path().join("data");
    let mut initdb = Command::new(programs.join("initdb"));
    as_owner(&mut initdb);
    run(initdb
        .current_dir(folder.path())
        .args(["-U", "central", "-A", "trust", "-E", "UTF8", "--locale=C", "-N", "-D"])
        .arg(&made))?;
    // Somebody else may have been faster.
    match fs::rename(&made, &template) {
        Err(error) if !template.join("PG_VERSION").exists() => Err(error.into()),
        _ => Ok(template),
    }
}

/// PostgreSQL does not run as root: its own user runs it then.
fn owner() -> Option<User> {
    if geteuid().is_root() { User::from_name("postgres").ok().flatten() } else { None }
}

/// Gives a file to whoever runs the cluster.
fn give(path: &Path) -> io::Result<()> {
    owner().map_or(Ok(()), |owner| chown(path, Some(owner.uid.as_raw()), Some(owner.gid.as_raw())))
}

fn as_owner(command: &mut Command) {
    if let Some(owner) = owner() {
        command.uid(owner.uid.as_raw()).gid(owner.gid.as_raw());
    }
}

/// Ends every process of the cluster with this data directory at once.
fn kill_at(data: &Path) -> Result<(), ClusterError> {
    let postmaster = postmaster(data)?;
    let processes: Vec<Pid> = [postmaster].into_iter().chain(children(postmaster)).collect();
    for process in &processes {
        // A child may have ended by itself.
        let _ = kill(*process, Signal::SIGKILL);
    }
    while processes.iter().any(|process| is_alive(*process)) {
        std::thread::sleep(Duration::from_millis(2));
    }
    // A dead process that nobody has asked about yet looks alive to the next postmaster.
    fs::remove_file(data.join("postmaster.pid"))?;
    Ok(())
}

fn postmaster(data: &Path) -> Result<Pid, ClusterError> {
    let file = fs::read_to_string(data.join("postmaster.pid"))?;
    let pid = file.lines().next().and_then(|line| line.trim().parse().ok());
    pid.map(Pid::from_raw).ok_or_else(|| io::Error::other("postmaster.pid has no number").into())
}

fn is_alive(process: Pid) -> bool {
    // "PID (name) STATE …"; Z is dead but not yet asked about.
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z') && !rest.starts_with('X'))
}

fn children(of: Pid) -> Vec<Pid> {
    let listed = fs::read_to_string(format!("/proc/{of}/task/{of}/children")).unwrap_or_default();
    listed.split_whitespace().filter_map(|pid| pid.parse().ok()).map(Pid::from_raw).collect()
}

fn run(command: &mut Command) -> Result<(), ClusterError> {
    // A server that goes on would keep a pipe open for ever: what is said goes to a file.
    let said = tempfile::NamedTempFile::new()?;
    let status = command.stdout(said.reopen()?).stderr(said.reopen()?).status()?;
    if status.success() {
        return Ok(());
    }
    let program =
        Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    Err(ClusterError::Failed { program, said: fs::read_to_string(said.path()).unwrap_or_default() })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a story that breaks should panic")]
mod tests {
    use super::*;

    #[test]
    fn what_was_committed_before_a_kill_is_there_after_it() {
        let cluster = match Cluster::start() {
            Err(ClusterError::NotInstalled) => return eprintln!("skipped: PostgreSQL is not installed here"),
            cluster => cluster.unwrap(),
        };
        cluster.ask("CREATE TABLE kept AS SELECT 7 AS seven").unwrap();
        cluster.kill().unwrap();
        cluster.start_again().unwrap();
        assert_eq!(cluster.ask("SELECT seven FROM kept").unwrap(), "7");
    }
}
