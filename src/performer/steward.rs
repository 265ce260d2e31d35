//! Brings what operators want into force: between visits, on probation first, and back again if the terminal does not work
//! with it. Each step is on the disk before it is done, so that whatever ends the program leaves the last good state.

use super::program::{Program, Standing};
use super::{Errands, Hands, Report, self_check};
use crate::journey::{Event, SettingsNews};
use contract::settings::{InForce, Settings};
use jiff::Timestamp;
use offline_cache::{Store, StoreError, StoreHandle};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

/// How long the screen may take to obey.
const ANSWER: Duration = Duration::from_secs(10);

/// How soon to look again after a program that is on its way.
const LOOK: Duration = Duration::from_secs(2);

/// How long to leave a store alone that fails.
const STORE_REST: Duration = Duration::from_secs(10);

/// What the journey says of settings, in order.
pub(super) type News = UnboundedReceiver<SettingsNews>;

/// Why a state is not kept.
#[derive(Debug)]
pub(super) enum NotKept {
    /// The terminal does not work with it.
    Failed(String),
    /// Somebody came to the terminal.
    Busy,
}

/// Who does what operators want.
pub(super) struct Steward {
    pub(super) hands: Arc<Hands>,
    pub(super) store: StoreHandle,
    pub(super) report: Report,
    pub(super) news: News,
    pub(super) told: Arc<Notify>,
    pub(super) errands: Errands,
    pub(super) program: Program,
}

/// Tends the desired states and the commands in them for as long as it is polled; `told` rings when there is something to
/// report.
pub(super) async fn tend(hands: Arc<Hands>, report: Report, news: News, told: Arc<Notify>, errands: Errands) {
    let (Ok(store), Some(sync)) = (hands.store.clone(), hands.sync.clone()) else { return };
    let mut coming = sync.news().listen();
    let program = Program::new(&hands.local.paths.state);
    let mut steward = Steward { hands, store, report, news, told, errands, program };
    loop {
        // What comes while this is done is seen by the next look.
        coming.mark_unchanged();
        match steward.next().await {
            Ok(Next::GoOn) => {}
            Ok(Next::Wait) => {
                // The one who tells ends with sync, and sync with the hands.
                let _ = coming.changed().await;
                steward.told.notify_one();
            }
            Ok(Next::LookAgain) => {
                if let Ok(Ok(())) = timeout(LOOK, coming.changed()).await {
                    steward.told.notify_one();
                }
            }
            Err(error) => {
                tracing::error!(%error, "what operators want can't be brought into force");
                tokio::time::sleep(STORE_REST).await;
            }
        }
    }
}

/// What follows a look at what is wanted.
enum Next {
    /// Something was done; there may be more.
    GoOn,
    /// Nothing is wanted now.
    Wait,
    /// Another program is on its way.
    LookAgain,
}

impl Steward {
    /// Does what is wanted first: the program that settings are for before them, and settings before commands, so that a restart
    /// never ends a probation.
    async fn next(&mut self) -> Result<Next, StoreError> {
        let standing = self.see_to_program().await?;
        match standing {
            Standing::GivenBack => return Ok(Next::GoOn),
            Standing::Held => return Ok(Next::LookAgain),
            Standing::Right | Standing::Awaited => {}
        }
        if standing == Standing::Right
            && let Some((version, wanted)) = self.store.call(|store| store.settings_waiting()).await?
        {
            self.try_out(version, wanted).await?;
            return Ok(Next::GoOn);
        }
        if let Some(command) = self.store.call(|store| store.command_waiting(true, Timestamp::now())).await? {
            self.carry_out(command).await?;
            return Ok(Next::GoOn);
        }
        Ok(if standing == Standing::Right { Next::Wait } else { Next::LookAgain })
    }

    async fn try_out(&mut self, version: u64, wanted: InForce) -> Result<(), StoreError> {
        let begin = move |store: &mut Store| store.begin_trial(version, Timestamp::now());
        if !self.store.call(begin).await? {
            // A newer one has taken its place.
            return Ok(());
        }
        let wanted = Arc::new(wanted.settings);
        match self.probe(&wanted).await {
            Ok(()) => {
                self.store.call(move |store| store.keep_trial(version, Timestamp::now())).await?;
                tracing::info!(version, "a desired state is in force");
            }
            Err(NotKept::Busy) => {
                self.store.call(move |store| store.postpone_trial(version, Timestamp::now())).await?;
                self.told.notify_one();
                self.until_free().await;
                return Ok(());
            }
            Err(NotKept::Failed(reason)) => {
                self.give_back(version, reason).await?;
                self.return_to_good().await?;
            }
        }
        self.told.notify_one();
        Ok(())
    }

    /// The terminal does not work with a state, or not without a program that is not to be had.
    pub(super) async fn give_back(&mut self, version: u64, reason: String) -> Result<(), StoreError> {
        tracing::error!(version, reason, "a desired state is given back");
        let give_back = move |store: &mut Store| store.give_trial_back(version, &reason, Timestamp::now());
        self.store.call(give_back).await?;
        self.told.notify_one();
        Ok(())
    }

    /// Obeys settings, and looks whether the terminal works with them.
    async fn probe(&mut self, settings: &Arc<Settings>) -> Result<(), NotKept> {
        self.obey(settings).await?;
        self_check::run(&self.hands, &self.store, settings).await.map_err(NotKept::Failed)?;
        // The screen still answers, with the new settings on it.
        self.obey(settings).await.or_else(|not| match not {
            // Somebody has begun a visit under them: it works.
            NotKept::Busy => Ok(()),
            failed @ NotKept::Failed(_) => Err(failed),
        })
    }

    async fn obey(&mut self, settings: &Arc<Settings>) -> Result<(), NotKept> {
        self.answered(Event::Settings(Arc::clone(settings))).await?;
        self.hands.obeyed.send_replace(Arc::clone(settings));
        self.hands.log.turn(settings.log_level).map_err(NotKept::Failed)
    }

    /// Asks the screen for something that it does only while nobody stands there.
    pub(super) async fn answered(&mut self, question: Event) -> Result<(), NotKept> {
        // News of an older question is none of this one.
        while self.news.try_recv().is_ok() {}
        if !(self.report)(question) {
            return Err(NotKept::Busy);
        }
        let answer = async {
            loop {
                match self.news.recv().await {
                    Some(SettingsNews::Obeyed) => return Ok(()),
                    Some(SettingsNews::Busy) | None => return Err(NotKept::Busy),
                    Some(SettingsNews::Free) => {}
                }
            }
        };
        let silent = || NotKept::Failed(format!("the screen did not answer in {} s", ANSWER.as_secs()));
        timeout(ANSWER, answer).await.unwrap_or_else(|_| Err(silent()))
    }

    /// Obeys what is in force again, however long a visit under the other settings lasts.
    async fn return_to_good(&mut self) -> Result<(), StoreError> {
        let good = Arc::new(self.store.call(|store| store.settings_in_force()).await?.settings);
        while let Err(not) = self.obey(&good).await {
            match not {
                NotKept::Busy => self.until_free().await,
                NotKept::Failed(reason) => {
                    tracing::error!(reason, "the last good settings can't be obeyed");
                    tokio::time::sleep(ANSWER).await;
                }
            }
        }
        Ok(())
    }

    /// Whether nobody stands before the terminal.
    pub(super) async fn is_free(&mut self) -> bool {
        let obeyed = Arc::clone(&self.hands.obeyed.borrow());
        self.obey(&obeyed).await.is_ok()
    }

    pub(super) async fn until_free(&mut self) {
        while let Some(news) = self.news.recv().await {
            if news == SettingsNews::Free {
                return;
            }
        }
        // The terminal goes down.
        std::future::pending::<()>().await;
    }
}
