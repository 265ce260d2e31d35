//! Carries out what operators ask of the terminal, one command after the other and never during a visit. That a command was
//! begun is on the disk before it is. Assistance is for a technician who is in, and waits for nobody.

use super::steward::Steward;
use super::{Hands, Report};
use crate::journey::{Event, SettingsNews};
use contract::command::{Command, CommandId, CommandOutcome, Errand};
use jiff::Timestamp;
use offline_cache::{StoreError, StoreHandle};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::timeout;

/// How often it is looked whether assistance is asked for, beside the bell.
const LOOK: Duration = Duration::from_secs(10);

/// Does an errand that looks at the terminal; restarting is done here.
pub type Errands =
    Arc<dyn Fn(Errand, CommandId) -> Pin<Box<dyn Future<Output = CommandOutcome> + Send>> + Send + Sync>;

/// Begins a command, does it, and keeps what became of it; `told` rings at both ends.
async fn carry_out(
    store: &StoreHandle,
    told: &Notify,
    command: Command,
    work: impl Future<Output = CommandOutcome>,
) -> Result<(), StoreError> {
    let Command { id, errand, .. } = command;
    tracing::info!(command = id.0, %errand, "an operator's command is carried out");
    store.call(move |store| store.begin_command(command, Timestamp::now())).await?;
    told.notify_one();
    let became = work.await;
    store.call(move |store| store.end_command(id, became, Timestamp::now())).await?;
    told.notify_one();
    Ok(())
}

/// Shows the technician's screen to operators who ask for it, for as long as it is polled.
pub(super) async fn assist(hands: Arc<Hands>, report: Report, errands: Errands, told: Arc<Notify>) {
    let (Ok(store), Some(sync)) = (&hands.store, &hands.sync) else { return };
    let mut news = sync.news().listen();
    loop {
        let wanted = store.call(|store| store.command_waiting(false, Timestamp::now())).await;
        let done = match wanted {
            Ok(Some(command)) => {
                report(Event::Watched(true));
                let done = carry_out(store, &told, command, errands(command.errand, command.id)).await;
                report(Event::Watched(false));
                done
            }
            // Both ways of ending the wait lead to a look.
            Ok(None) => {
                drop(timeout(LOOK, news.changed()).await);
                Ok(())
            }
            Err(error) => Err(error),
        };
        if let Err(error) = done {
            tracing::error!(%error, "an operator's wish to assist can't be kept");
            tokio::time::sleep(LOOK).await;
        }
    }
}

impl Steward {
    /// Carries a command out, once nobody stands before the terminal.
    pub(super) async fn carry_out(&mut self, command: Command) -> Result<(), StoreError> {
        if !self.is_free().await {
            self.until_free().await;
            // It may be taken back meanwhile, or too late.
            return Ok(());
        }
        let (store, told, errands) = (self.store.clone(), Arc::clone(&self.told), Arc::clone(&self.errands));
        let work = async {
            match command.errand {
                Errand::Restart => self.go_down().await,
                other => errands(other, command.id).await,
            }
        };
        carry_out(&store, &told, command, work).await
    }

    /// Ends the program as soon as nobody stands there; the next start says that it is done.
    async fn go_down(&mut self) -> CommandOutcome {
        loop {
            while self.news.try_recv().is_ok() {}
            if !(self.report)(Event::GoDown) {
                break;
            }
            match self.news.recv().await {
                Some(SettingsNews::Busy) => self.until_free().await,
                Some(SettingsNews::Obeyed | SettingsNews::Free) => {}
                None => break,
            }
        }
        // The screen is gone already: so is this program, in a moment.
        std::future::pending().await
    }
}
