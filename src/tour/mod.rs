//! The scripted visit: a resident's fingers as pointer events on the real window, with a picture of every page. What
//! the hands of a person do outside of the screen (laying a card down, cutting the network) is asked of the keeper of
//! the virtual devices: a line `@device words` on standard output, answered by one line on standard input.

mod fingers;
mod script;

use crate::journey::Page;
use crate::screens::headless::Headless;
use crate::screens::{Panel, Terminal};
use anyhow::{Context, Result, bail};
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// How long the tour waits for anything before it says what it missed.
const PATIENCE: Duration = Duration::from_secs(25);
/// How often it looks.
const GLANCE: Duration = Duration::from_millis(30);

/// Somebody who walks through a visit.
pub(crate) struct Tourist {
    terminal: Rc<Terminal>,
    screen: Headless,
    panel: Panel,
    out: PathBuf,
    pictures: usize,
    started: Instant,
}

/// Runs the script in the window's event loop, then quits it.
pub fn run(terminal: Rc<Terminal>, screen: Headless, panel: Panel, out: &Path) -> Result<()> {
    std::fs::create_dir_all(out).with_context(|| format!("can't make {}", out.display()))?;
    let mut tourist =
        Tourist { terminal, screen, panel, out: out.to_owned(), pictures: 0, started: Instant::now() };
    let (send, receive) = std::sync::mpsc::channel();
    slint::spawn_local(async move {
        let done = script::walk(&mut tourist).await;
        let _ = send.send(done);
        let _ = slint::quit_event_loop();
    })
    .map_err(|fault| anyhow::anyhow!("the tour can't start: {fault}"))?;
    slint::run_event_loop()?;
    receive.try_recv().context("the tour was cut short")?
}

impl Tourist {
    /// A line for whoever watches.
    pub(crate) fn say(&self, words: &str) {
        println!("[{:5.1} s] {words}", self.started.elapsed().as_secs_f32());
    }

    /// Draws the page and keeps its picture.
    pub(crate) fn picture(&mut self, name: &str) -> Result<()> {
        self.pictures += 1;
        let file = self.out.join(format!("{:02}-{name}.png", self.pictures));
        let bytes = self.screen.picture().iter().flat_map(|p| [p.r, p.g, p.b]).collect();
        image::RgbImage::from_raw(self.panel.width, self.panel.height, bytes)
            .context("the picture has another size than the panel")?
            .save(&file)
            .with_context(|| format!("can't write {}", file.display()))?;
        self.say(&format!("picture {}", file.file_name().unwrap_or_default().to_string_lossy()));
        Ok(())
    }

    /// Waits until the page is as wanted.
    pub(crate) async fn until(&self, wanted: &str, is_so: impl Fn(&Page) -> bool) -> Result<()> {
        let since = Instant::now();
        while !self.terminal.journey(|journey| is_so(journey.page())) {
            if since.elapsed() > PATIENCE {
                let page =
                    self.terminal.journey(|journey| format!("{:?}", std::mem::discriminant(journey.page())));
                bail!("waited {} s for {wanted}; the terminal shows page {page}", PATIENCE.as_secs());
            }
            pause(GLANCE).await;
        }
        Ok(())
    }

    /// Waits until something works.
    pub(crate) async fn until_health(
        &self,
        wanted: &str,
        is_so: impl Fn(crate::journey::Health) -> bool,
    ) -> Result<()> {
        let since = Instant::now();
        while !is_so(self.terminal.journey(crate::journey::Journey::health)) {
            if since.elapsed() > PATIENCE {
                bail!("waited {} s for {wanted}", PATIENCE.as_secs());
            }
            pause(GLANCE).await;
        }
        Ok(())
    }

    /// Asks the keeper of the virtual devices; its answer is one line.
    pub(crate) async fn keeper(&self, device: &str, words: &str) -> Result<String> {
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
pub(crate) async fn pause(time: Duration) {
    let (send, receive) = tokio::sync::oneshot::channel();
    slint::Timer::single_shot(time, move || {
        let _ = send.send(());
    });
    let _ = receive.await;
}
