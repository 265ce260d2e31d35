//! Where `central serve` tells alarms.

use central::alarms::{Mail, Routes, Webhook};
use clap::Args;
use lettre::message::Mailbox;

/// The routes of alarms.
#[derive(Args)]
pub(crate) struct AlarmRoutes {
    /// Post each alarm as JSON to this address
    #[arg(long = "alarm-webhook", value_name = "URL")]
    webhook: Option<reqwest::Url>,
    /// Mail each alarm by this relay, smtp://HOST:PORT or smtps://USER:PASSWORD@HOST
    #[arg(long = "alarm-relay", value_name = "RELAY", requires_all = ["from", "to"])]
    relay: Option<String>,
    /// Whose mails they are
    #[arg(long = "alarm-from", value_name = "MAILBOX")]
    from: Option<Mailbox>,
    /// Who gets them; may be repeated
    #[arg(long = "alarm-to", value_name = "MAILBOX")]
    to: Vec<Mailbox>,
}

impl AlarmRoutes {
    /// Opens them.
    pub(crate) fn open(self) -> anyhow::Result<Routes> {
        let webhook = self.webhook.map(Webhook::to).transpose()?;
        let mail = match (self.relay, self.from) {
            (Some(relay), Some(from)) => Some(Mail::by(&relay, from, self.to)?),
            _ => None,
        };
        Ok(Routes { webhook, mail })
    }
}
