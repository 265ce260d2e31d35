//! A page printer that nobody here wrote: `ippeveprinter` of CUPS, a whole IPP Everywhere printer on the loopback. It
//! announces itself by Avahi, so a bus and a daemon of our own run beside it.

#![allow(dead_code, clippy::unwrap_used, clippy::panic, missing_docs)]

use crate::repository;
use reserved_port::ReservedPort;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// What the story needs of Debian.
const PROGRAMS: [&str; 6] =
    ["ippeveprinter", "avahi-daemon", "dbus-daemon", "pdftotext", "pdftoppm", "zbarimg"];

const BUS: &str = r#"<busconfig><type>system</type><listen>unix:path=BUS</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_type="method_call"/>
<allow send_type="signal"/><allow send_requested_reply="true" send_type="method_return"/>
<allow send_requested_reply="true" send_type="error"/><allow receive_type="method_call"/>
<allow receive_type="signal"/><allow receive_type="method_return"/><allow receive_type="error"/></policy></busconfig>"#;

const AVAHI: &str = "[server]\nuse-ipv6=no\nallow-interfaces=lo\n[wide-area]\nenable-wide-area=no\n[publish]\npublish-addresses=no\n";

/// What lies in its tray, and what it prints.
const PAPER: &str = "ATTR keyword media-supported iso_a4_210x297mm
ATTR keyword media-default iso_a4_210x297mm
ATTR keyword media-ready iso_a4_210x297mm
ATTR rangeOfInteger copies-supported 1-9
ATTR mimeMediaType document-format-supported application/octet-stream,application/pdf
";

/// What stands for its engine: it waits for paper as long as a file says that there is none.
const PRESS: &str = "#!/bin/sh
[ -e EMPTY ] || exit 0
echo 'STATE: +media-empty-error' >&2
while [ -e EMPTY ]; do sleep 0.1; done
echo 'STATE: -media-empty-error' >&2
";

/// The printer. It ends with this value, and its bus and daemon too.
pub(crate) struct PagePrinter {
    port: ReservedPort,
    folder: tempfile::TempDir,
    programs: Vec<Child>,
    /// Avahi runs once on a machine: other stories wait for their turn.
    _turn: File,
}

impl PagePrinter {
    /// Starts one; none where this machine lacks what it takes, which is said.
    pub(crate) fn start() -> Option<Self> {
        let missing: Vec<_> = PROGRAMS.into_iter().filter(|name| find(name).is_none()).collect();
        if !missing.is_empty() {
            eprintln!("skipped: {} not installed; `cargo xtask setup` does it", missing.join(", "));
            return None;
        }
        let turn = File::create(std::env::temp_dir().join("budayang-page-printer.lock")).unwrap();
        turn.lock().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("bus.conf"), BUS.replace("BUS", &at("bus").display().to_string())).unwrap();
        std::fs::write(at("avahi.conf"), AVAHI).unwrap();
        std::fs::write(at("paper.conf"), PAPER).unwrap();
        std::fs::write(at("press"), PRESS.replace("EMPTY", &at("empty").display().to_string())).unwrap();
        std::fs::set_permissions(at("press"), std::fs::Permissions::from_mode(0o755)).unwrap();
        std::fs::create_dir(at("spool")).unwrap();
        let bus = format!("unix:path={}", at("bus").display());
        let command = |name: &str| {
            let mut command = Command::new(find(name).unwrap());
            command.env("DBUS_SYSTEM_BUS_ADDRESS", &bus).stdin(Stdio::null());
            command
        };
        let mut programs = Vec::new();
        let config = format!("--config-file={}", at("bus.conf").display());
        let mut daemon = command("dbus-daemon");
        daemon.args([&config, "--nofork", "--nopidfile", "--print-address=1"]);
        programs.push(until(&mut daemon, Output::Out, "unix:path"));
        let conf = at("avahi.conf").display().to_string();
        let mut avahi = command("avahi-daemon");
        avahi.args(["--no-drop-root", "--no-chroot", "--no-rlimits", "-f", &conf]);
        programs.push(until(&mut avahi, Output::Error, "startup complete"));
        let port = ReservedPort::any().unwrap();
        let spool = at("spool").display().to_string();
        let mut printer = command("ippeveprinter");
        let (paper, press) = (at("paper.conf").display().to_string(), at("press").display().to_string());
        printer.args([
            "-p",
            &port.number().to_string(),
            "-d",
            &spool,
            "-k",
            "-a",
            &paper,
            "-c",
            &press,
            "-vv",
        ]);
        printer.args(["-n", "localhost", "-r", "off", "A4"]);
        programs.push(until(&mut printer, Output::Error, "printer-uri"));
        Some(Self { port, folder, programs, _turn: turn })
    }

    /// Where it is.
    pub(crate) fn address(&self) -> String {
        format!("ipp://localhost:{}/ipp/print", self.port.number())
    }

    /// The pages that it got, the first first.
    pub(crate) fn pages(&self) -> Vec<PathBuf> {
        let spool = std::fs::read_dir(self.folder.path().join("spool")).unwrap();
        let paths = spool.map(|entry| entry.unwrap().path());
        let mut pages: Vec<_> =
            paths.filter(|path| path.extension().is_some_and(|kind| kind == "pdf")).collect();
        pages.sort();
        pages
    }

    /// The paper is out from the next page on, until [`load`](Self::load).
    pub(crate) fn run_out(&self) {
        std::fs::write(self.folder.path().join("empty"), "").unwrap();
    }

    /// Somebody puts paper in.
    pub(crate) fn load(&self) {
        std::fs::remove_file(self.folder.path().join("empty")).unwrap();
    }
}

impl Drop for PagePrinter {
    fn drop(&mut self) {
        for program in self.programs.iter_mut().rev() {
            let _ = program.kill();
            let _ = program.wait();
        }
    }
}

/// What a tool says of a page.
pub(crate) fn told(tool: &str, arguments: &[&str], page: &Path) -> String {
    let output = Command::new(tool).args(arguments).arg(page).arg("-").output().unwrap();
    assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What the codes of a page say. Its picture stays in `target/screens`, for a person to look at.
pub(crate) fn codes(page: &Path) -> String {
    let folder = repository().join("target/screens");
    std::fs::create_dir_all(&folder).unwrap();
    let picture = folder.join("certificate");
    let mut pictures = Command::new("pdftoppm");
    pictures.args(["-r", "200", "-png", "-singlefile"]).arg(page).arg(&picture);
    assert!(pictures.status().unwrap().success());
    let output = Command::new("zbarimg")
        .args(["--quiet", "--raw"])
        .arg(picture.with_extension("png"))
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[derive(Clone, Copy)]
enum Output {
    Out,
    Error,
}

/// Starts a program and waits for its word that it is ready. What it says later is read and dropped.
fn until(command: &mut Command, output: Output, word: &str) -> Child {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (out, error) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let (said, rest): (Box<dyn Read + Send>, Box<dyn Read + Send>) = match output {
        Output::Out => (Box::new(out), Box::new(error)),
        Output::Error => (Box::new(error), Box::new(out)),
    };
    std::thread::spawn(move || std::io::copy(&mut BufReader::new(rest), &mut std::io::sink()));
    let mut lines = BufReader::new(said).lines();
    let mut before = Vec::new();
    let is_ready = lines.by_ref().map_while(Result::ok).any(|line| {
        let is_it = line.contains(word);
        before.push(line);
        is_it
    });
    assert!(is_ready, "no '{word}': {}", before.join("\n"));
    std::thread::spawn(move || lines.for_each(drop));
    child
}

fn find(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let mut places: Vec<_> = std::env::split_paths(&folders).collect();
    places.extend(["/usr/sbin".into(), "/sbin".into()]);
    places.into_iter().map(|folder| folder.join(name)).find(|path| path.exists())
}
