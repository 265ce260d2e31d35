//! Plays through `aplay` of Debian's alsa-utils, a process for each signal: a sound driver that hangs holds up a process that can be
//! killed, and no sound library lies in the memory of a program that holds personal data (decision 0042).

use super::tones::{RATE, Signal, samples};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;
use tokio::sync::Mutex;
use tokio::time::timeout;

const PLAYER: &str = "aplay";
/// How long a device may take to be opened and closed.
const GLANCE: Duration = Duration::from_secs(2);
/// The longest signal, and as much again.
const PATIENCE: Duration = Duration::from_secs(5);
/// More than the player says of a fault.
const MOST_WORDS: u64 = 4 * 1024;

/// Why nothing was played.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSound {
    /// The player is missing.
    #[error("aplay can't be started ({0}): install alsa-utils")]
    NoPlayer(String),
    /// There is no such device.
    #[error("no such sound device: check its cable; 'aplay -L' lists the names that can stand in kiosk.toml")]
    NoDevice,
    /// Somebody else plays on it.
    #[error("the sound device is busy: another program plays on it")]
    Busy,
    /// It can't be played on.
    #[error("the sound device refused: {0}")]
    Refused(String),
    /// It took nothing in time.
    #[error("the sound device does not take what is played: take its plug out and in again")]
    Stuck,
}

/// A speaker by the name of its PCM. One signal at a time; others wait for it.
#[derive(Clone, Debug)]
pub struct Speaker {
    pcm: String,
    turn: Arc<Mutex<()>>,
}

impl Speaker {
    /// The speaker behind a name that ALSA knows, as `aplay -L` lists them. Nothing is opened yet.
    pub fn at(pcm: impl Into<String>) -> Self {
        Self { pcm: pcm.into(), turn: Arc::default() }
    }

    /// Whether it can be opened: nothing is heard.
    pub async fn state(&self) -> Result<(), NoSound> {
        let turn = self.turn.lock().await;
        let played = timeout(GLANCE, self.run(&[])).await;
        drop(turn);
        played.unwrap_or(Err(NoSound::Stuck))
    }

    /// Plays a signal to its end.
    pub async fn play(&self, signal: Signal) -> Result<(), NoSound> {
        let turn = self.turn.lock().await;
        let played = timeout(PATIENCE, self.run(&samples(signal))).await;
        drop(turn);
        played.unwrap_or(Err(NoSound::Stuck))
    }

    /// Dropping the future kills the player.
    async fn run(&self, samples: &[u8]) -> Result<(), NoSound> {
        let mut player = Command::new(PLAYER)
            .args(["--quiet", "--file-type=raw", "--format=S16_LE", "--channels=2"])
            .arg(format!("--rate={RATE}"))
            .arg(format!("--device={}", self.pcm))
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| NoSound::NoPlayer(error.kind().to_string()))?;
        let (input, words) = (player.stdin.take(), player.stderr.take());
        let feed = async {
            // One that takes nothing tells why by its end.
            if let Some(mut input) = input {
                let _ = input.write_all(samples).await;
            }
        };
        let listen = async {
            let mut said = Vec::new();
            if let Some(words) = words {
                let _ = words.take(MOST_WORDS).read_to_end(&mut said).await;
            }
            said
        };
        let ((), said, ended) = tokio::join!(feed, listen, player.wait());
        let ended = ended.map_err(|error| NoSound::Refused(error.kind().to_string()))?;
        if ended.success() { Ok(()) } else { Err(fault(&String::from_utf8_lossy(&said))) }
    }
}

/// What the player's last words mean.
fn fault(said: &str) -> NoSound {
    let last = said.lines().next_back().unwrap_or_default();
    let reason = last.rsplit("error: ").next().unwrap_or_default();
    match reason {
        "No such file or directory" | "No such device" => NoSound::NoDevice,
        "Device or resource busy" => NoSound::Busy,
        _ => NoSound::Refused(reason.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_player_s_words_are_told_apart() {
        let open = |reason: &str| {
            fault(&format!("ALSA lib pcm.c:2666:(open) x\naplay: main:831: audio open error: {reason}\n"))
        };
        assert_eq!(open("No such file or directory"), NoSound::NoDevice);
        assert_eq!(open("Device or resource busy"), NoSound::Busy);
        assert_eq!(open("Permission denied"), NoSound::Refused("Permission denied".to_owned()));
        assert_eq!(fault(""), NoSound::Refused(String::new()));
    }

    /// The file that a PCM of ALSA's own configuration writes what was played into.
    fn heard(file: &std::path::Path) -> Speaker {
        Speaker::at(format!("file:{}", file.display()))
    }

    #[tokio::test]
    async fn alsa_gets_what_is_to_be_heard_and_nothing_at_a_glance() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("heard.raw");
        let speaker = heard(&file);
        speaker.state().await.unwrap();
        assert!(std::fs::read(&file).unwrap().iter().all(|byte| *byte == 0), "a glance is silent");
        speaker.play(Signal::Check).await.unwrap();
        let (played, heard) = (samples(Signal::Check), std::fs::read(&file).unwrap());
        assert!(heard.starts_with(&played), "{} bytes were played, {} heard", played.len(), heard.len());
        assert!(heard.iter().skip(played.len()).all(|byte| *byte == 0), "silence after it");
    }

    #[tokio::test]
    async fn a_device_that_is_not_there_is_said_to_be_missing() {
        for pcm in ["hw:CARD=Missing", "no-such-name", "-L"] {
            assert_eq!(Speaker::at(pcm).state().await, Err(NoSound::NoDevice), "{pcm}");
        }
        let nowhere = heard(std::path::Path::new("/nonexistent/heard.raw")).play(Signal::Check).await;
        assert!(matches!(nowhere, Err(NoSound::Refused(_))), "{nowhere:?}");
    }
}
