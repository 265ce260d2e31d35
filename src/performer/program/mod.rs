//! Brings the program into the version that operators want, by way of the updater: a service of the system's own manager, because
//! a terminal has no right to install anything (`packaging/update`). Nothing here waits: each look begins with what is on the disk,
//! does one thing, and says when to look again, so that whatever ends the program in between changes nothing.

mod plan;
mod word;

use super::aside;
use super::steward::Steward;
use crate::diagnostics::{NoUpdate, UpdateFacts};
use crate::journey::Event;
use jiff::Timestamp;
use offline_cache::{Store, StoreError, WantedProgram};
use plan::{Phase, Request, Step, Updater, Wish, decide};
use std::path::Path;
use std::time::{Duration, Instant};
use word::Word;

/// How often the updater is woken that does not answer: whoever watches a file misses what comes while it is at work.
const WAKE_EVERY: Duration = Duration::from_mins(1);

/// What goes on with the program.
pub(super) struct Program {
    word: Word,
    asked: Option<Asked>,
    /// Nobody may begin a visit: the program can be started anew at any moment.
    is_held: bool,
    /// What will not be, and need not be told again.
    given_up: Option<Wish>,
}

/// What the updater was asked for in this run of the program.
#[derive(Clone, Copy)]
struct Asked {
    request: Request,
    since: Instant,
    last: Instant,
}

/// How the program stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is the one that shall run, or there is none to be had.
    Right,
    /// Another one is on its way.
    Awaited,
    /// Another one is being installed.
    Held,
    /// The state that named another one was given back.
    GivenBack,
}

/// What the updater said last, for whoever looks after the terminal.
pub(crate) fn last_update(state: &Path) -> UpdateFacts {
    let outcome = match Word::beside(state).look() {
        Updater::Absent => return UpdateFacts::NoUpdater,
        Updater::Silent => return UpdateFacts::Nothing,
        Updater::Said(outcome) => outcome,
    };
    let Wish { app, number } = outcome.wish;
    let failed = |why| UpdateFacts::Failed { app, number, why };
    match outcome.word {
        plan::Word::Downloaded => UpdateFacts::Fetched(app),
        plan::Word::Installed => UpdateFacts::Installed(app),
        plan::Word::NotFound => failed(NoUpdate::NotFound),
        plan::Word::NoWayBack => failed(NoUpdate::NoWayBack),
        plan::Word::NotInstalled => failed(NoUpdate::NotInstalled),
        plan::Word::NotStarted => failed(NoUpdate::NotStarted),
        plan::Word::NotBack => failed(NoUpdate::NotBack),
    }
}

impl Program {
    pub(super) fn new(state: &Path) -> Self {
        Self { word: Word::beside(state), asked: None, is_held: false, given_up: None }
    }
}

impl Steward {
    /// Sees to it that the right program runs.
    pub(super) async fn see_to_program(&mut self) -> Result<Standing, StoreError> {
        let word = self.program.word.clone();
        // Its only way to fail is a panic.
        let seen = aside(move || word.look()).await.unwrap_or(Updater::Silent);
        let asked = self.program.asked.map(|asked| (asked.request, asked.since.elapsed()));
        // What is being installed is, whatever operators want meanwhile: nobody may stand there when it starts.
        if let Some((request, since)) = asked
            && self.program.is_held
            && seen.is_at_work(request, since)
        {
            return Ok(Standing::Held);
        }
        let running = self.hands.app;
        let look = move |store: &mut Store| {
            store.program_runs(running, Timestamp::now())?;
            store.program_wanted()
        };
        let Some(wanted) = self.store.call(look).await? else {
            self.let_go();
            return Ok(Standing::Right);
        };
        let wish = Wish { app: wanted.app, number: wanted.number };
        if self.program.given_up == Some(wish) {
            return Ok(Standing::Right);
        }
        match decide(wish, running, wanted.before, &seen, asked) {
            Step::Right => {
                self.let_go();
                Ok(Standing::Right)
            }
            Step::Ask(phase) => self.ask_updater(wanted, Request { wish, phase }).await,
            Step::Failed(reason) => {
                self.let_go();
                if wanted.is_awaited {
                    self.give_back(wanted.number, reason).await?;
                    return Ok(Standing::GivenBack);
                }
                tracing::error!(reason, "the program that shall run does not");
                self.program.given_up = Some(wish);
                Ok(Standing::Right)
            }
        }
    }

    async fn ask_updater(&mut self, wanted: WantedProgram, request: Request) -> Result<Standing, StoreError> {
        match request.phase {
            Phase::Download => self.let_visits_begin(),
            Phase::Install if !self.program.is_held => {
                if self.answered(Event::Hold).await.is_err() {
                    return Ok(Standing::Awaited);
                }
                self.program.is_held = true;
            }
            Phase::Install => {}
        }
        if wanted.is_awaited && wanted.before.is_none() {
            let running = self.hands.app;
            let ask = move |store: &mut Store| store.ask_program(wanted, running, Timestamp::now());
            if !self.store.call(ask).await? {
                // A newer state has taken its place.
                return Ok(Standing::Awaited);
            }
        }
        let (now, before) = (Instant::now(), self.program.asked.filter(|asked| asked.request == request));
        if before.is_none_or(|asked| asked.last.elapsed() >= WAKE_EVERY) {
            if before.is_none() {
                tracing::info!(%request, "the updater is asked");
            }
            let word = self.program.word.clone();
            if let Some(Err(error)) = aside(move || word.ask(request)).await {
                tracing::error!(%error, "the updater can't be asked");
            }
            let since = before.map_or(now, |asked| asked.since);
            self.program.asked = Some(Asked { request, since, last: now });
        }
        Ok(if self.program.is_held { Standing::Held } else { Standing::Awaited })
    }

    /// Nothing is asked for any more.
    fn let_go(&mut self) {
        self.program.asked = None;
        self.let_visits_begin();
    }

    fn let_visits_begin(&mut self) {
        if std::mem::take(&mut self.program.is_held) {
            (self.report)(Event::Release);
        }
    }
}
