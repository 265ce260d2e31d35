//! Where `central serve` tells alarms.

use central::alarms::{Mail, Routes, Webhook};
use clap::Args;
use lettre::message::Mailbox;

/// The routes of alarms.
#[derive(Args)]
pub(crate) struct AlarmRoutes {
    /// Post each alarm as JSON to this address
    #[arg(long, value_name = "URL")]
    alarm_webhook: Option<reqwest::Url>,
    /// Mail each alarm by this relay, smtp://HOST:PORT or smtps://USER:PASSWORD@HOST
    #[arg(long, value_name = "RELAY", requires_all = ["alarm_from", "alarm_to"])]
    alarm_relay: Option<String>,
    /// Whose mails they are
    #[arg(long, value_name = "MAILBOX")]
    alarm_from: Option<Mailbox>,
    /// Who gets them; may be repeated
    #[arg(long, value_name = "MAILBOX")]
    alarm_to: Vec<Mailbox>,
}

impl AlarmRoutes {
    /// Opens them.
    pub(crate) fn open(self) -> anyhow::Result<Routes> {
        let webhook = self.alarm_webhook.map(Webhook::to).transpose()?;
        let mail = match (self.alarm_relay, self.alarm_from) {
            (Some(relay), Some(from)) => Some(Mail::by(&relay, from, self.alarm_to)?),
            _ => None,
        };
        Ok(Routes { webhook, mail })
    }
}
