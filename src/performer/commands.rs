//! Carries out what operators ask of the terminal, one command after the other and never during a visit. That a command was
//! begun is on the disk before it is.

use super::steward::Steward;
use crate::journey::{Event, SettingsNews};
use contract::command::{Command, CommandId, CommandOutcome, Errand};
use jiff::Timestamp;
use offline_cache::StoreError;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// Does an errand that looks at the terminal; restarting is done here.
pub type Errands =
    Arc<dyn Fn(Errand, CommandId) -> Pin<Box<dyn Future<Output = CommandOutcome> + Send>> + Send + Sync>;

impl Steward {
    /// Carries a command out, once nobody stands before the terminal.
    pub(super) async fn carry_out(&mut self, command: Command) -> Result<(), StoreError> {
        let Command { id, errand, .. } = command;
        if !self.is_free().await {
            self.until_free().await;
            // It may be taken back meanwhile, or too late.
            return Ok(());
        }
        tracing::info!(command = id.0, %errand, "an operator's command is carried out");
        self.store.call(move |store| store.begin_command(command, Timestamp::now())).await?;
        self.told.notify_one();
        let became = match errand {
            Errand::Restart => self.go_down().await,
            Errand::SelfTest | Errand::SupportBundle => (self.errands)(errand, id).await,
        };
        self.store.call(move |store| store.end_command(id, became, Timestamp::now())).await?;
        self.told.notify_one();
        Ok(())
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
