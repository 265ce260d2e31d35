//! Claim: first frame and memory far below a browser kiosk. The limits are what Chromium in kiosk mode took on two cores
//! of the same kind (docs/decisions/0005-no-browser.md): 874 ms to first paint, 448 MB of proportional memory.

#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use support::{Times, memory, smaps};

fn main() {
    let state = tempfile::tempdir().unwrap();
    let root = env!("CARGO_MANIFEST_DIR");
    let folder = state.path().display();
    let config = state.path().join("kiosk.toml");
    let text = format!(
        "kiosk = \"ft-0001\"\nsite = \"bench\"\n[devices]\nid_reader = \"{folder}/none\"\n\
         receipt_printer = \"{folder}/none\"\ncamera = \"{folder}/none\"\n[paths]\ncatalog = \"{root}/catalog\"\n\
         models = \"{root}/models\"\nstate = \"{folder}/state\"\n"
    );
    std::fs::write(&config, text).unwrap();
    let mut times = Vec::new();
    let mut last = None;
    for round in 0..8 {
        let since = Instant::now();
        let mut kiosk = Command::new(env!("CARGO_BIN_EXE_kiosk"))
            .args(["run", "--headless", "--config"])
            .arg(&config)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(kiosk.stdout.take().unwrap()).lines();
        assert!(lines.next().unwrap().unwrap().starts_with("kiosk ready"));
        // The first run unpacks the face models.
        if round > 0 {
            times.push(since.elapsed());
        }
        let deadline = Instant::now() + Duration::from_secs(if round == 7 { 10 } else { 3 });
        // The models are loaded behind the first frame: memory is read when it no longer grows.
        let mut before = 0;
        while Instant::now() < deadline {
            let now = smaps(&kiosk.id().to_string(), "Rss");
            if now == before && now > 60 * 1024 {
                break;
            }
            before = now;
            std::thread::sleep(Duration::from_millis(400));
        }
        let process = kiosk.id().to_string();
        last = Some((smaps(&process, "Rss"), smaps(&process, "Pss")));
        kiosk.kill().unwrap();
        kiosk.wait().unwrap();
    }
    let (rss, pss) = last.unwrap();
    Times::from(times)
        .print("process start to first frame (headless, 1080x1920)", Duration::from_millis(874));
    memory("resident memory on the attract page, face models loaded", rss, 448);
    memory("proportional memory of the same", pss, 448);
}
