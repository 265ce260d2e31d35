//! A street corner on this machine: central with its own authority, the network, the virtual devices, and the settings
//! of a terminal that uses them.

use crate::build::repository;
use crate::network::Network;
use crate::phone;
use crate::program::Program;
use anyhow::{Context, Result, bail};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The terminal's name.
const KIOSK: &str = "ft-0001";

/// Who operates the demo's fleet.
const OPERATOR: &str = "demo";

/// Everything around the terminal.
pub(crate) struct Street {
    folder: PathBuf,
    programs: PathBuf,
    central: Program,
    /// Where central's pages for anyone are.
    public: String,
    /// Where the operators' console is.
    console: String,
    reader: Program,
    printer: Program,
    camera: Program,
    documents: Program,
    scanner: Program,
    network: Network,
}

/// The terminal's panel.
#[derive(Clone, Copy)]
pub(crate) struct Panel {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) px_per_mm: f32,
}

impl Street {
    /// Sets everything up in a fresh folder.
    pub(crate) fn open(programs: &Path, folder: &Path) -> Result<Self> {
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
        std::fs::create_dir_all(folder.join("paper"))?;
        let central = central(programs, folder)?;
        let ready = central.line_with(&["central ready"])?;
        let port = ready.rsplit(':').next().and_then(|port| port.trim().parse().ok());
        let public = central.line_with(&["public pages"])?;
        let public = public.trim_start_matches("public pages").trim().to_owned();
        let console = central.line_with(&["console"])?.trim_start_matches("console").trim().to_owned();
        sample_project(programs, folder)?;
        let network = Network::to(port.with_context(|| format!("no port in '{ready}'"))?)?;
        let twin = |name: &str| Command::new(programs.join(name));
        let mut reader = twin("virtual-id-card-reader");
        reader
            .arg("--link")
            .arg(folder.join("id-reader"))
            .arg("--cards")
            .arg(repository().join("drivers/demo/cards"));
        let mut printer = twin("virtual-receipt-printer");
        printer.arg("--link").arg(folder.join("receipt-printer")).arg("--out").arg(folder.join("paper"));
        printer.args(["--width", "576", "--font"]).arg(repository().join("ui/fonts/NotoSansSC-Regular.otf"));
        let mut camera = twin("virtual-camera");
        camera.arg("--portrait").arg(repository().join("drivers/demo/astronaut.png"));
        camera.arg("--out").arg(folder.join("camera"));
        let mut documents = twin("virtual-document-camera");
        documents.arg("--font").arg(repository().join("ui/fonts/NotoSansSC-Regular.otf"));
        documents.arg("--out").arg(folder.join("documents"));
        let mut scanner = twin("virtual-code-scanner");
        scanner.arg("--link").arg(folder.join("code-scanner"));
        let started = |name: &str, command: Command| -> Result<Program> {
            let program = Program::start(name, command, folder)?;
            program.line_with(&["ready"])?;
            Ok(program)
        };
        Ok(Self {
            reader: started("virtual-id-card-reader", reader)?,
            printer: started("virtual-receipt-printer", printer)?,
            camera: started("virtual-camera", camera)?,
            documents: started("virtual-document-camera", documents)?,
            scanner: started("virtual-code-scanner", scanner)?,
            folder: folder.to_owned(),
            programs: programs.to_owned(),
            central,
            public,
            console,
            network,
        })
    }

    /// Writes the terminal's settings and says where.
    pub(crate) fn settings(&self, panel: Panel) -> Result<PathBuf> {
        let (repository, folder) = (repository(), &self.folder);
        let mut text = String::new();
        let path = |path: &Path| format!("{:?}", path.display().to_string());
        writeln!(
            text,
            "kiosk = \"{KIOSK}\"\nsite = \"福田区政务服务中心 · 1 号终端\"\ncell = \"440304-08-01-001\"\n"
        )?;
        let Panel { width, height, px_per_mm } = panel;
        writeln!(text, "[panel]\nwidth = {width}\nheight = {height}\npx_per_mm = {px_per_mm:?}\n")?;
        writeln!(text, "[devices]\nid_reader = {}", path(&folder.join("id-reader")))?;
        writeln!(text, "receipt_printer = {}", path(&folder.join("receipt-printer")))?;
        writeln!(text, "camera = {}", path(&folder.join("camera")))?;
        writeln!(text, "document_camera = {}", path(&folder.join("documents")))?;
        writeln!(text, "code_scanner = {}", path(&folder.join("code-scanner")))?;
        // A device of ALSA's own writes into a file what would be heard.
        let heard = self.folder.join("virtual-speaker.raw");
        writeln!(text, "speaker = {:?}", format!("file:{}", heard.display()))?;
        writeln!(text, "photo_decoder = {}\n", path(&self.programs.join("demo-photo-decoder")))?;
        writeln!(text, "[paths]\ncatalog = {}", path(&repository.join("catalog")))?;
        writeln!(
            text,
            "models = {}\nstate = {}\n",
            path(&repository.join("models")),
            path(&folder.join("state"))
        )?;
        writeln!(text, "[central]\naddress = \"https://{}\"", self.network.address())?;
        writeln!(text, "authority = {}", path(&folder.join("ca/ca.pem")))?;
        writeln!(text, "certificate = {}", path(&folder.join(format!("ca/kiosk-{KIOSK}.pem"))))?;
        writeln!(text, "key = {}", path(&folder.join(format!("ca/kiosk-{KIOSK}-key.pem"))))?;
        writeln!(text, "public = {:?}\nconsole = {:?}", self.public, self.console)?;
        writeln!(text, "signer = {}", path(&folder.join("keys/signer.pub")))?;
        let file = folder.join("kiosk.toml");
        std::fs::write(&file, text)?;
        Ok(file)
    }

    /// Adds an operator of the city; where the console is, as whom, and the first password.
    pub(crate) fn operator(&self) -> Result<String> {
        let mut add = Command::new(self.programs.join("central"));
        add.args(["operator", "add", "--db"]).arg(database(&self.folder)).args(["--role", "city", OPERATOR]);
        let answer = add.output()?;
        if !answer.status.success() {
            bail!("central operator add: {}", String::from_utf8_lossy(&answer.stderr).trim());
        }
        let said = String::from_utf8_lossy(&answer.stdout);
        Ok(format!("the operators' console: {} as '{OPERATOR}'; {}", self.console, said.trim()))
    }

    /// Does what a person does outside of the screen.
    pub(crate) fn act(&mut self, device: &str, words: &str) -> Result<String> {
        match (device, words) {
            ("reader", words) => self.reader.ask(words),
            ("printer", words) => self.printer.ask(words),
            ("camera", words) => self.camera.ask(words),
            ("documents", words) => self.documents.ask(words),
            ("scanner", "receipt") => {
                let code = self.code_of_last_paper()?;
                self.scanner.ask(&format!("hold {code}"))
            }
            ("network", "cut") => {
                self.network.cut();
                Ok("ok cut".to_owned())
            }
            ("network", "restore") => {
                self.network.restore();
                Ok("ok restored".to_owned())
            }
            ("phone", words) => self.phone(words),
            _ => bail!("nothing here is called '{device}'"),
        }
    }

    /// Pays behind a code, sends a picture behind one (`send CODE FILE`), or begins the form of a service for a person
    /// (`fill SERVICE ID-NUMBER FIELD=VALUE …`); tabs between the words.
    fn phone(&self, words: &str) -> Result<String> {
        if let Some(code) = words.strip_prefix("pay ") {
            phone::press(code, "pay")?;
            return Ok("ok paid".to_owned());
        }
        if let Some(words) = words.strip_prefix("send ") {
            let (code, file) = words.split_once('\t').context("send CODE, FILE, with a tab between them")?;
            phone::send(code, &[std::fs::read(file)?])?;
            return Ok("ok sent".to_owned());
        }
        let mut words = words.strip_prefix("fill ").context("a phone pays, sends or fills in")?.split('\t');
        let (Some(service), Some(id_no)) = (words.next(), words.next()) else {
            bail!("fill SERVICE, ID-NUMBER, FIELD=VALUE …, with tabs between them")
        };
        let answers: Vec<_> = words.filter_map(|answer| answer.split_once('=')).collect();
        Ok(format!("ok {}", phone::begin_draft(&self.public, service, id_no, &answers)?))
    }

    /// The terminal's program with the street's settings.
    pub(crate) fn kiosk(&self, arguments: &[&std::ffi::OsStr]) -> Result<Program> {
        let mut command = Command::new(self.programs.join("kiosk"));
        command.args(arguments);
        Program::start("kiosk", command, &self.folder)
    }

    /// Receipts that were printed, in order.
    pub(crate) fn receipts(&self) -> Result<Vec<PathBuf>> {
        let files = std::fs::read_dir(self.folder.join("paper"))?.filter_map(|file| Some(file.ok()?.path()));
        let mut receipts: Vec<PathBuf> =
            files.filter(|file| file.extension().is_some_and(|e| e == "png")).collect();
        receipts.sort();
        Ok(receipts)
    }

    /// What the code on the last paper says, as the virtual printer has written it down.
    fn code_of_last_paper(&self) -> Result<String> {
        let papers = self.receipts()?;
        let words =
            std::fs::read_to_string(papers.last().context("nothing was printed yet")?.with_extension("txt"))?;
        let code = words.lines().find_map(|line| line.strip_prefix("[QR] "));
        Ok(code.context("the last paper has no code")?.to_owned())
    }

    /// Where everything is kept.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Ends central and prints its record of an entry.
    pub(crate) fn show_record(&mut self, entry: &str) -> Result<()> {
        let show = Command::new(self.programs.join("central"))
            .args(["show", "--db"])
            .arg(database(&self.folder))
            .arg(entry)
            .status()?;
        if show.success() { Ok(()) } else { bail!("central has no record of {entry}") }
    }

    /// Whether central still runs.
    pub(crate) fn is_whole(&mut self) -> bool {
        self.central.is_running()
    }
}

fn database(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("central.db").display())
}

/// A construction project that says that it is a sample.
fn sample_project(programs: &Path, folder: &Path) -> Result<()> {
    let mut sample = Command::new(programs.join("central"));
    sample.args(["project", "sample", "--db", &database(folder), "--catalog"]);
    let answer = sample.arg(repository().join("catalog")).output()?;
    if answer.status.success() {
        Ok(())
    } else {
        bail!("central project sample: {}", String::from_utf8_lossy(&answer.stderr).trim())
    }
}

/// Central, with an authority of its own.
fn central(programs: &Path, folder: &Path) -> Result<Program> {
    let (program, ca, keys) = (programs.join("central"), folder.join("ca"), folder.join("keys"));
    let setting_up: [(&[&str], &Path, &[&str]); 4] = [
        (&["ca", "init"], &ca, &[]),
        (&["ca", "issue-server"], &ca, &[]),
        (&["ca", "issue-kiosk"], &ca, &[KIOSK]),
        (&["keys", "init"], &keys, &[]),
    ];
    for (words, folder, more) in setting_up {
        let answer = Command::new(&program).args(words).arg(folder).args(more).output()?;
        if !answer.status.success() {
            bail!("central {}: {}", words.join(" "), String::from_utf8_lossy(&answer.stderr).trim());
        }
    }
    let mut serve = Command::new(&program);
    serve
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--public",
            "127.0.0.1:0",
            "--console",
            "127.0.0.1:0",
            "--admin",
            "127.0.0.1:0",
            "--db",
        ])
        .arg(database(folder));
    serve.arg("--ca").arg(&ca).arg("--keys").arg(&keys).arg("--catalog").arg(repository().join("catalog"));
    serve.arg("--simulated-payments").arg(folder.join("simulated-payments.db"));
    Program::start("central", serve, folder)
}
