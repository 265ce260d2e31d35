//! Simulator. Accounting put together with a simulated outside: two channels, all providers, one world in a file.

use super::case_fees::CaseFees;
use super::outside::{NoAnswer, Notice};
use super::payments::{Outside, Payments};
use super::simulated_channel::{PayPage, SimulatedChannel};
use super::simulated_providers::SimulatedProviders;
use super::simulated_world::{NoWorld, SimulatedWorld};
use super::works;
use crate::store::Store;
use contract::order::ChannelName;
use contract::providers::Providers;
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How often the simulated channels look for notices to send.
const POST_ROUND: Duration = Duration::from_millis(200);

/// What is needed for payments with a simulated outside.
#[derive(Clone, Debug)]
pub struct SimulatedPayments {
    /// Who is paid.
    pub providers: Arc<Providers>,
    /// The world's file.
    pub world: PathBuf,
    /// Where phones reach the public pages; the public address itself when there is nothing in front of it.
    pub pages: Option<String>,
}

impl SimulatedPayments {
    /// Opens the world. Codes lead to `pages`, unless something else stands in front of them.
    pub fn open(&self, store: Arc<dyn Store>, pages: String) -> Result<SimulatedOutside, NoWorld> {
        let world = SimulatedWorld::open(&self.world)?;
        let pages = self.pages.clone().unwrap_or(pages);
        let channels = ChannelName::ALL.map(|name| SimulatedChannel::new(name, world.clone(), pages.clone()));
        let [wechat, alipay] = channels.clone();
        let outside = Outside {
            wechat: Arc::new(wechat),
            alipay: Arc::new(alipay),
            providers: Arc::new(CaseFees::beside(
                Arc::new(SimulatedProviders::new(Arc::clone(&self.providers), world)),
                Arc::clone(&store),
            )),
        };
        let payments = Arc::new(Payments::new(store, Arc::clone(&self.providers), outside));
        Ok(SimulatedOutside { payments, channels })
    }
}

/// Accounting and the channels that pretend for it.
#[derive(Clone)]
pub struct SimulatedOutside {
    payments: Arc<Payments>,
    channels: [SimulatedChannel; 2],
}

/// What a payer does on the page behind a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayerAct {
    /// Opens it.
    Scan,
    /// Pays.
    Pay,
}

impl SimulatedOutside {
    /// Accounting.
    pub fn payments(&self) -> Arc<Payments> {
        Arc::clone(&self.payments)
    }

    /// The page behind a code, after the payer did something; nothing when there is no such code.
    pub(crate) fn visit(&self, token: &str, act: PayerAct) -> Result<Option<PayPage>, NoAnswer> {
        let now = Timestamp::now();
        for channel in &self.channels {
            let page = match act {
                PayerAct::Scan => channel.scan(token, now)?,
                PayerAct::Pay => channel.pay(token, now)?,
            };
            if page.is_some() {
                return Ok(page);
            }
        }
        Ok(None)
    }

    /// Carries out what orders ask, and brings the channels' notices, for ever.
    pub(crate) async fn run(self) {
        tokio::join!(works::run(self.payments()), self.bring_notices());
    }

    async fn bring_notices(&self) {
        loop {
            for channel in &self.channels {
                // A notice that gets lost here is one of the things that happen: the works query.
                for notice in channel.notices(Timestamp::now()).unwrap_or_default() {
                    let notice = Notice { headers: &notice.headers, body: &notice.body };
                    if let Err(error) = self.payments.take_notice(channel.name(), &notice).await {
                        tracing::warn!(%error, "a simulated notice was not taken");
                    }
                }
            }
            tokio::time::sleep(POST_ROUND).await;
        }
    }
}
