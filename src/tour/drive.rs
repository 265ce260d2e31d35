//! The terminal under a test's fingers: one command a line on standard input, one answer a line on standard output,
//! `ok …` or `error …`.
//!
//! | command | does |
//! |---|---|
//! | `begin` | a touch on the attract page; nothing on any other |
//! | `knock` | the hidden gesture of technicians, on the attract page |
//! | `code FILE` | what the technician's QR code holds, into a file |
//! | `touch LABEL` | presses the widget that says this, as soon as it is there |
//! | `keys TEXT` | presses keys one after the other |
//! | `draw LABEL` | signs in the widget that says this |
//! | `stroke` | moves what can be scrolled up, by a finger on the middle of the page |
//! | `until PAGE…` | waits for one of these pages, by the names of `read` |
//! | `works WORD…` | waits until all of these hold: `reader`, `printer`, `scanner`, `face`, `online`, `offline`, `store` |
//! | `read` | what the screen shows, as JSON |
//! | `scan FILE` | looks for the file's markers in the terminal's own memory, as JSON |
//! | `picture FILE` | draws the page into a file |

use super::fingers::{Fingers, SIGNATURE};
use super::{in_the_loop, seen};
use crate::journey::{Connection, Health};
use crate::screens::headless::Headless;
use crate::screens::{Panel, Terminal};
use anyhow::{Result, bail};
use std::fs::File;
use std::io::{BufRead, Write};
use std::os::fd::AsFd;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use traces::Scanner;

/// A hand that is in a hurry, and still gives the window a turn between two touches.
const GLANCE: Duration = Duration::from_millis(2);

/// Whoever drives the terminal.
#[derive(Debug)]
pub struct Driver {
    scanner: Scanner,
    /// Standard output without the library's buffer, in which an answer would lie about.
    out: File,
}

impl Driver {
    /// Make one before the process closes its memory to others.
    pub fn new() -> Result<Self> {
        let out = File::from(std::io::stdout().as_fd().try_clone_to_owned()?);
        Ok(Self { scanner: Scanner::open()?, out })
    }

    /// Says that the terminal is ready, then does what it is told until standard input ends.
    pub fn run(self, terminal: Rc<Terminal>, screen: Headless, panel: Panel, ready: &str) -> Result<()> {
        let fingers = Fingers::new(terminal, screen, panel, GLANCE);
        let commands = listen();
        self.say(ready)?;
        in_the_loop(async move { self.obey(&fingers, commands).await })
    }

    fn say(&self, line: &str) -> Result<()> {
        Ok((&self.out).write_all(format!("{line}\n").as_bytes())?)
    }

    async fn obey(&self, fingers: &Fingers, mut commands: UnboundedReceiver<String>) -> Result<()> {
        while let Some(line) = commands.recv().await {
            let answer = match self.command(fingers, &line).await {
                Ok(words) if words.is_empty() => "ok".to_owned(),
                Ok(words) => format!("ok {words}"),
                Err(fault) => format!("error {}", format!("{fault:#}").replace('\n', " ")),
            };
            self.say(&answer)?;
        }
        Ok(())
    }

    async fn command(&self, fingers: &Fingers, line: &str) -> Result<String> {
        let (verb, words) = line.split_once(' ').unwrap_or((line, ""));
        let app = fingers.terminal.app();
        match verb {
            "touch" => fingers.touch(words).await?,
            "begin" if seen::page(app) == "attract" => fingers.touch("触摸屏幕开始办理").await?,
            "begin" => {}
            "knock" => fingers.knock().await,
            "code" => std::fs::write(words, fingers.technician_code()?)?,
            "keys" => fingers.keys(words).await?,
            "draw" => fingers.draw(words, &SIGNATURE).await?,
            "stroke" => fingers.stroke().await,
            "until" => {
                let wanted = || words.split(' ').any(|page| page == seen::page(app));
                fingers.until(words, wanted).await?;
                return Ok(seen::page(app).to_owned());
            }
            "works" => {
                if let Some(unknown) = words.split(' ').find(|word| holds(word, Health::default()).is_none())
                {
                    bail!("'works' does not know '{unknown}'");
                }
                let all = |health| words.split(' ').all(|word| holds(word, health) == Some(true));
                fingers.until_health(words, all).await?;
            }
            "read" => return Ok(serde_json::to_string(&seen::read(app))?),
            "scan" => return Ok(serde_json::to_string(&self.scanner.look(Path::new(words))?)?),
            "picture" => fingers.picture(Path::new(words))?,
            _ => bail!("'{verb}' is no command"),
        }
        Ok(String::new())
    }
}

/// Lines of standard input, read beside the window.
fn listen() -> UnboundedReceiver<String> {
    let (send, receive) = unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                break;
            }
        }
    });
    receive
}

/// Whether a word of `works` holds; `None` for a word that it does not know.
fn holds(word: &str, health: Health) -> Option<bool> {
    Some(match word {
        "reader" => health.reader,
        "printer" => health.printer,
        "scanner" => health.scanner == Some(true),
        "face" => health.face,
        "online" => health.connection == Connection::Online,
        "offline" => health.connection != Connection::Online,
        "store" => health.store.is_none(),
        _ => return None,
    })
}
