//! What stands on a street corner for stories, apart from the terminal: virtual devices as programs of their own,
//! papers for the line to central, and the terminal's settings.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic, missing_docs)]

use crate::repository;
use central::{ca, keys};
use contract::suite::Suite;
use kiosk::screens::Panel;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long a virtual device may take for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The terminal of all stories.
pub const KIOSK: &str = "ft-0001";

/// A program of the workspace, which lies beside the terminal's.
pub fn program(name: &str) -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_kiosk")).with_file_name(name);
    assert!(program.exists(), "{}: build the workspace's programs", program.display());
    program
}

/// A virtual device.
pub struct Twin {
    child: Child,
    answers: std::sync::mpsc::Receiver<String>,
}

impl Twin {
    /// Starts one, and waits until it is there.
    pub fn start(name: &str, arguments: &[&str]) -> Self {
        let mut child = Command::new(program(name))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (send, answers) = std::sync::mpsc::channel();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| send.send(line)));
        let twin = Self { child, answers };
        twin.answer("ready");
        twin
    }

    fn answer(&self, beginning: &str) -> String {
        loop {
            let line = self
                .answers
                .recv_timeout(PATIENCE)
                .unwrap_or_else(|_| panic!("no '{beginning}' from a twin"));
            assert!(!line.starts_with("error"), "{line}");
            if line.starts_with(beginning) {
                return line;
            }
        }
    }

    /// Says a control line.
    pub fn say(&mut self, words: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{words}").unwrap();
        self.answer("ok");
    }
}

impl Drop for Twin {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The devices of a terminal.
pub struct Twins {
    pub reader: Twin,
    pub printer: Twin,
    pub camera: Twin,
    pub scanner: Twin,
}

impl Twins {
    /// Plugs them in, where [`write_settings`] says they are, with the cards of the demo.
    pub fn start(folder: &Path) -> Self {
        Self::with_cards(folder, &repository().join("drivers/demo/cards"))
    }

    /// With cards of the story's own.
    pub fn with_cards(folder: &Path, cards: &Path) -> Self {
        let at = |name: &str| folder.join(name).display().to_string();
        let root = |name: &str| repository().join(name).display().to_string();
        let (paper, font) = (at("paper"), root("ui/fonts/NotoSansSC-Regular.otf"));
        std::fs::create_dir(&paper).unwrap();
        Self {
            reader: Twin::start(
                "virtual-id-card-reader",
                &["--link", &at("id-reader"), "--cards", &cards.display().to_string()],
            ),
            printer: Twin::start(
                "virtual-receipt-printer",
                &["--link", &at("receipt-printer"), "--width", "576", "--font", &font, "--out", &paper],
            ),
            camera: Twin::start(
                "virtual-camera",
                &["--portrait", &root("drivers/demo/astronaut.png"), "--out", &at("camera")],
            ),
            scanner: Twin::start("virtual-code-scanner", &["--link", &at("code-scanner")]),
        }
    }
}

/// An authority, central's papers and keys of a suite, and the terminal's papers.
pub fn make_papers(folder: &Path, suite: Suite) {
    let authority = folder.join("ca");
    ca::init(&authority).unwrap();
    ca::issue_server(&authority, &["127.0.0.1".to_owned()]).unwrap();
    ca::issue_kiosk(&authority, &KIOSK.parse().unwrap()).unwrap();
    keys::init(&folder.join("keys"), suite).unwrap();
}

/// Where central keeps what it knows.
pub fn database(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("central.db").display())
}

/// Writes the terminal's settings and says where.
pub fn write_settings(folder: &Path, central: SocketAddr, panel: Panel) -> PathBuf {
    let (root, decoder) = (repository(), program("demo-photo-decoder"));
    let (here, root, decoder) = (folder.display(), root.display(), decoder.display());
    let Panel { width, height, px_per_mm } = panel;
    let text = format!(
        r#"kiosk = "{KIOSK}"
site = "测试终端"
[panel]
width = {width}
height = {height}
px_per_mm = {px_per_mm:?}
[devices]
id_reader = "{here}/id-reader"
receipt_printer = "{here}/receipt-printer"
camera = "{here}/camera"
code_scanner = "{here}/code-scanner"
speaker = "file:{here}/heard.raw"
photo_decoder = "{decoder}"
[paths]
catalog = "{root}/catalog"
models = "{root}/models"
state = "{here}/state"
[central]
address = "https://{central}"
authority = "{here}/ca/ca.pem"
certificate = "{here}/ca/kiosk-{KIOSK}.pem"
key = "{here}/ca/kiosk-{KIOSK}-key.pem"
signer = "{here}/keys/signer.pub"
"#
    );
    let file = folder.join("kiosk.toml");
    std::fs::write(&file, text).unwrap();
    file
}
