//! Before anything is sent: does central still believe this kiosk, how far is its series there, and what is desired of
//! it.

use super::client::Failure;
use super::drain::Drain;
use super::status::Connection;
use contract::series::Tail;
use offline_cache::StoreError;
use std::time::Duration;

/// How often the journal's head is reported.
const REPORT_EVERY: Duration = Duration::from_hours(1);

/// When the head was last acknowledged, by uptime.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Standing {
    reported: Option<Duration>,
    forked: bool,
}

impl Drain {
    /// Asks central how this kiosk stands. A foreign server learns nothing from it.
    pub(super) async fn stand(&mut self) -> Result<Result<(), Failure>, StoreError> {
        let is_due = |since: Duration| self.outside.uptime().saturating_sub(since) >= REPORT_EVERY;
        if self.standing.reported.is_none_or(is_due)
            && let Err(failure) = self.report_head().await?
        {
            return Ok(Err(failure));
        }
        let known = self.store.call(|store| Ok(store.desired_version())).await?;
        match self.client.tail().await {
            Ok(tail) => self.take_in(tail, known).await,
            Err(failure) => Ok(Err(failure)),
        }
    }

    /// Whether central still believes this kiosk is asked again at once.
    pub(super) async fn report_head(&mut self) -> Result<Result<(), Failure>, StoreError> {
        let report = self.store.call(offline_cache::Store::head_report).await?;
        match self.client.report_head(&report).await {
            Ok(()) => {
                self.store.call(move |store| store.head_acknowledged(&report.head)).await?;
                self.standing = Standing { reported: Some(self.outside.uptime()), forked: false };
                Ok(Ok(()))
            }
            Err(failure) => {
                self.standing.reported = None;
                if matches!(failure, Failure::Forked(_)) && !self.standing.forked {
                    self.standing.forked = true;
                    tracing::error!("故障 E09: this kiosk is a copy or was set back: see 'central readmit'");
                    let now = self.outside.wall();
                    self.store.call(move |store| store.note_fork(now)).await?;
                }
                Ok(Err(failure))
            }
        }
    }

    /// `known` is the desired version from before central was asked. Another way may have brought a newer one since: asked for
    /// what comes after that, central would wait for it, and the line would stand still meanwhile.
    async fn take_in(&mut self, tail: Tail, known: u64) -> Result<Result<(), Failure>, StoreError> {
        let now = self.outside.wall();
        self.store.call(move |store| store.go_on_after(tail, now)).await?;
        // A central that was brought back from a copy may name an older one: what it makes next is newer.
        if tail.desired != known || known == 0 {
            match self.client.desired(known).await {
                Ok(Some(signed)) => {
                    self.news.take_in(&self.store, signed, now).await;
                }
                Ok(None) => {}
                Err(failure) => return Ok(Err(failure)),
            }
        }
        self.reached();
        Ok(Ok(()))
    }

    /// The connection that a failure means.
    pub(super) fn connection_after(&self, failure: &Failure) -> Connection {
        match failure {
            Failure::ForeignCertificate => Connection::Untrusted,
            Failure::Forked(_) => Connection::Forked,
            Failure::Busy { retry_after: Some(_) } => Connection::Online,
            _ => match self.connection() {
                offline @ Connection::Offline { .. } => offline,
                _ => Connection::Offline { since: self.outside.wall() },
            },
        }
    }
}
