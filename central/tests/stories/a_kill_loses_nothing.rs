//! The program itself, with the real catalogue, killed without warning in the middle of its work: whatever it
//! answered is there afterwards, and sending everything again changes nothing.

use crate::support::{Kiosk, Sent, client, key, make_authority, problem};
use contract::message::{Application, Assurance, EntryBody};
use contract::series::Tail;
use contract::{EntryId, KioskId, Secret, Seq};
use std::path::Path;
use std::process::Stdio;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

const MARKER: &str = "MARKER-OF-A-PERSON";
const ENTRIES: u64 = 60;

struct Program {
    child: Child,
    base: String,
}

impl Program {
    async fn start(folder: &Path) -> Self {
        Self::run(Command::new(env!("CARGO_BIN_EXE_central")), folder).await
    }

    /// The same, where no file grows beyond so many KiB: a write that would gets an error, as on a full disk.
    async fn start_on_a_small_disk(folder: &Path, kib: u32) -> Self {
        let mut shell = Command::new("bash");
        let limited = r#"trap '' XFSZ; ulimit -f "$0"; exec "$@""#;
        shell.args(["-c", limited, &kib.to_string(), env!("CARGO_BIN_EXE_central")]);
        Self::run(shell, folder).await
    }

    async fn run(mut program: Command, folder: &Path) -> Self {
        let catalog = Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalog");
        program.args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--public",
            "127.0.0.1:0",
            "--admin",
            "127.0.0.1:0",
        ]);
        program.arg("--db").arg(format!("sqlite:{}", folder.join("central.db").display()));
        program.arg("--ca").arg(folder).arg("--keys").arg(crate::support::keys_of(folder));
        program.arg("--catalog").arg(catalog);
        let mut child =
            program.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).await.unwrap();
        let base = line.trim().strip_prefix("central ready ").unwrap().to_owned();
        Self { child, base }
    }

    fn kiosk(&self, folder: &Path) -> Kiosk {
        let papers = central::ca::Papers::of_kiosk(folder, &kiosk_id());
        Kiosk::new(kiosk_id(), client(&papers.authority, Some(&papers)), vec![self.base.clone()], folder)
    }

    async fn log(mut self) -> String {
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).await.unwrap();
        log
    }
}

fn kiosk_id() -> KioskId {
    "ft-0001".parse().unwrap()
}

fn city() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    make_authority(folder.path());
    central::ca::issue_kiosk(folder.path(), &kiosk_id()).unwrap();
    folder
}

/// 公厕位置查询, asked without a card.
fn look_up(seq: u64) -> Sent {
    let body = EntryBody::Application(Application {
        service: "SZ-CS-000046".parse().unwrap(),
        form: "query-only".parse().unwrap(),
        assurance: Assurance::Anonymous,
        fields: [("query_key".parse().unwrap(), Secret::from(MARKER))].into(),
        licences: std::collections::BTreeSet::new(),
    });
    crate::support::sent(seq, body)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_before_a_kill_is_answered_the_same_after_it() {
    let folder = city();
    let mut program = Program::start(folder.path()).await;
    let kiosk = program.kiosk(folder.path());
    let entries: Vec<(EntryId, Sent)> = (1..=ENTRIES).map(|seq| (key(), look_up(seq))).collect();
    let (answered, mut answers) = tokio::sync::mpsc::unbounded_channel();
    for (key, entry) in entries.clone() {
        let (kiosk, answered) = (kiosk.clone(), answered.clone());
        tokio::spawn(async move {
            if let Some(answer) = kiosk.try_post(key, &entry).await {
                answered.send((key, answer)).unwrap();
            }
        });
    }
    drop(answered);
    let mut before = vec![answers.recv().await.unwrap(), answers.recv().await.unwrap()];
    program.child.start_kill().unwrap();
    program.child.wait().await.unwrap();
    while let Some(answer) = answers.recv().await {
        before.push(answer);
    }

    let program = Program::start(folder.path()).await;
    let kiosk = program.kiosk(folder.path()).with_bodies_of(&kiosk);
    for (key, entry) in &entries {
        let response = kiosk.post(*key, entry).await;
        let replayed = response.status() == 200;
        let answer = response.bytes().await.unwrap();
        if let Some((_, first)) = before.iter().find(|(answered, _)| answered == key) {
            assert!(replayed && answer == *first, "what was answered is kept");
        }
    }
    let tail: Tail = kiosk.get("/v1/tail").await.json().await.unwrap();
    assert_eq!(tail, Tail { contiguous: Seq(ENTRIES), highest: Seq(ENTRIES), desired: 0 });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_said_and_nothing_that_was_answered_is_lost() {
    let folder = city();
    let mut program = Program::start_on_a_small_disk(folder.path(), 1024).await;
    let kiosk = program.kiosk(folder.path());
    let mut answered = Vec::new();
    let (first_refused, entry) = loop {
        let (key, entry) = (key(), look_up(u64::try_from(answered.len()).unwrap() + 1));
        let response = kiosk.post(key, &entry).await;
        if response.status() != 201 {
            assert_eq!(response.headers()["retry-after"], "2");
            assert_eq!(problem(response).await, (503, "busy".to_owned()), "a terminal may come back");
            break (key, entry);
        }
        answered.push((key, entry, response.bytes().await.unwrap()));
        assert!(answered.len() < 5_000, "a megabyte is full some time");
    };
    assert!(answered.len() > 10, "{} were taken before", answered.len());
    let still = kiosk.post(answered[0].0, &answered[0].1).await;
    assert_eq!(still.status(), 200, "what it has can be asked for on a full disk");
    program.child.start_kill().unwrap();
    program.child.wait().await.unwrap();

    let program = Program::start(folder.path()).await;
    let kiosk = program.kiosk(folder.path()).with_bodies_of(&kiosk);
    for (key, entry, answer) in &answered {
        let again = kiosk.post(*key, entry).await;
        assert_eq!(again.status(), 200);
        assert_eq!(again.bytes().await.unwrap(), *answer);
    }
    assert_eq!(kiosk.post(first_refused, &entry).await.status(), 201, "there is room again");
}

#[tokio::test]
async fn the_log_names_nobody_and_the_clerk_sees_the_fields() {
    let folder = city();
    let mut program = Program::start(folder.path()).await;
    let kiosk = program.kiosk(folder.path());
    let key = key();
    assert_eq!(kiosk.post(key, &look_up(1)).await.status(), 201);
    assert_eq!(kiosk.post(crate::support::key(), &look_up(1)).await.status(), 409);
    program.child.start_kill().unwrap();
    program.child.wait().await.unwrap();
    let log = program.log().await;
    assert!(log.contains("ft-0001") && log.contains("201") && !log.contains(MARKER), "{log}");

    let shown = Command::new(env!("CARGO_BIN_EXE_central"))
        .args(["show", "--db"])
        .arg(format!("sqlite:{}", folder.path().join("central.db").display()))
        .arg(key.to_string())
        .output()
        .await
        .unwrap();
    assert!(String::from_utf8(shown.stdout).unwrap().contains(MARKER));
}

#[tokio::test]
async fn bad_command_lines_say_what_to_do() {
    let folder = city();
    let here = folder.path().display();
    let cases = [
        (format!("show --db mysql:x {}", key()), "sqlite:FILE"),
        (format!("show --db sqlite:{here}/none.db {}", key()), "there is no store"),
        (format!("show --db sqlite:{here}/ca.pem {}", key()), "damaged"),
        (format!("show --db sqlite:{here}/none.db x"), "neither a case number"),
        (
            format!("serve --db sqlite:{here}/c.db --ca {here}/no --keys {here} --catalog {here}"),
            "services.csv",
        ),
        (format!("keys init {here}/keys"), "never over others"),
        (format!("keys init {here}/new --suite rot13"), "international or sm"),
        (format!("keys next {here}"), "central keys init"),
        (format!("readmit --db sqlite:{here}/none.db ft-0001"), "there is no store"),
        (format!("ca init {here}"), "nothing is overwritten"),
        (format!("ca issue-server {here}/no"), "central ca init"),
        (format!("ca issue-kiosk {here} FT_1"), "1 to 40 of a-z"),
    ];
    for (line, words) in cases {
        let output =
            Command::new(env!("CARGO_BIN_EXE_central")).args(line.split(' ')).output().await.unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(words), "{line}\n{said}");
        assert!(!said.contains("backtrace"), "{said}");
    }
}
