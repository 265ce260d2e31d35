//! A visitor by script: pointer events on the real window of the real terminal. Knows widgets by what they say; knows
//! no shorter way through the journey than a finger has.
//!
//! The tour walks through a visit with a picture of every page. What the hands of a person do outside of the screen
//! (laying a card down, cutting the network) is asked of the keeper of the virtual devices: a line `@device words` on
//! standard output, answered by one line on standard input. [`drive`] takes each touch from standard input instead.

pub mod drive;
mod english;
mod errands;
mod fingers;
mod script;
mod seen;

use crate::journey::Page;
use crate::screens::headless::Headless;
use crate::screens::{Panel, Terminal};
use anyhow::{Context, Result, bail};
use fingers::Fingers;
use std::future::Future;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// How often the tour looks.
const GLANCE: Duration = Duration::from_millis(30);

/// Somebody who walks through a visit.
struct Tourist {
    fingers: Fingers,
    out: PathBuf,
    pictures: usize,
    started: Instant,
}

/// Runs the script in the window's event loop, then quits it.
pub fn run(terminal: Rc<Terminal>, screen: Headless, panel: Panel, out: &Path) -> Result<()> {
    std::fs::create_dir_all(out).with_context(|| format!("can't make {}", out.display()))?;
    let fingers = Fingers::new(terminal, screen, panel, GLANCE);
    let mut tourist = Tourist { fingers, out: out.to_owned(), pictures: 0, started: Instant::now() };
    in_the_loop(async move { script::walk(&mut tourist).await })
}

/// Does something in the window's event loop and quits the loop after it.
fn in_the_loop(act: impl Future<Output = Result<()>> + 'static) -> Result<()> {
    let (send, receive) = std::sync::mpsc::channel();
    slint::spawn_local(async move {
        let _ = send.send(act.await);
        let _ = slint::quit_event_loop();
    })
    .map_err(|fault| anyhow::anyhow!("nobody can touch the window: {fault}"))?;
    slint::run_event_loop()?;
    receive.try_recv().context("the visit was cut short")?
}

impl Tourist {
    /// A line for whoever watches.
    fn say(&self, words: &str) {
        println!("[{:5.1} s] {words}", self.started.elapsed().as_secs_f32());
    }

    /// Draws the page and keeps its picture.
    fn picture(&mut self, name: &str) -> Result<()> {
        self.pictures += 1;
        let file = self.out.join(format!("{:02}-{name}.png", self.pictures));
        self.fingers.picture(&file)?;
        self.say(&format!("picture {}", file.file_name().unwrap_or_default().to_string_lossy()));
        Ok(())
    }

    /// Waits until the page is as wanted.
    async fn until(&self, wanted: &str, is_so: impl Fn(&Page) -> bool) -> Result<()> {
        self.fingers.until(wanted, || self.fingers.journey(|journey| is_so(journey.page()))).await
    }

    /// Asks the keeper of the virtual devices; its answer is one line.
    async fn keeper(&self, device: &str, words: &str) -> Result<String> {
        println!("@{device} {words}");
        std::io::stdout().flush()?;
        let (send, receive) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let read = std::io::stdin().lock().read_line(&mut line);
            let _ = send.send(read.map(|_| line.trim().to_owned()));
        });
        let answer = receive.await.context("the keeper of the virtual devices is gone")??;
        if answer.starts_with("error") || answer.is_empty() {
            bail!("the keeper of the virtual devices answered '{answer}' to '@{device} {words}'");
        }
        Ok(answer)
    }
}

/// Lets the event loop go on for a while.
async fn pause(time: Duration) {
    let (send, receive) = tokio::sync::oneshot::channel();
    slint::Timer::single_shot(time, move || {
        let _ = send.send(());
    });
    let _ = receive.await;
}
