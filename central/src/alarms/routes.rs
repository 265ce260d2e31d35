//! The ways by which alarms are told: a webhook, and mail. Each message carries a key that stays the same when it is sent
//! again.

use super::outbox::Message;
use super::rules::Change;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use serde_json::json;
use std::time::Duration;

/// As routes are stored.
const WEBHOOK: &str = "webhook";
const MAIL: &str = "mail";

/// How long the other end may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// Why a message did not arrive, or a route can't be.
#[derive(Debug, thiserror::Error)]
pub enum RouteFault {
    /// The webhook.
    #[error("the webhook did not take it ({0})")]
    Webhook(#[from] reqwest::Error),
    /// The mail relay.
    #[error("the mail relay did not take it ({0})")]
    Relay(#[from] lettre::transport::smtp::Error),
    /// A mail that can't be written.
    #[error("the mail can't be written ({0}): look at --mail-from and --mail-to")]
    Mail(#[from] lettre::error::Error),
    /// The relay's address.
    #[error("'{0}' is no mail relay: use smtp://HOST:PORT or smtps://USER:PASSWORD@HOST")]
    NoRelay(String),
    /// A message for a route that is not configured any more.
    #[error("central was started without this route: name it again, or it waits")]
    NotConfigured,
}

/// Posts each message as JSON, with its key in `Idempotency-Key`.
#[derive(Clone, Debug)]
pub struct Webhook {
    http: reqwest::Client,
    url: reqwest::Url,
}

impl Webhook {
    /// To this address.
    pub fn to(url: reqwest::Url) -> Result<Self, RouteFault> {
        // The client asks for the process's provider; whoever installed one before has the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // A redirection would lead alarms to where nobody said.
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self { http, url })
    }

    async fn send(&self, message: &Message) -> Result<(), RouteFault> {
        let body = json!({
            "key": message.key(),
            "kiosk": message.kiosk,
            "alarm": message.kind.as_str(),
            "change": change(message),
            "at": message.at,
        });
        let request =
            self.http.post(self.url.clone()).header(contract::message::IDEMPOTENCY_KEY, message.key());
        request.json(&body).send().await?.error_for_status()?;
        Ok(())
    }
}

const fn change(message: &Message) -> &'static str {
    match message.change {
        Change::Begin => "began",
        Change::End => "ended",
    }
}

/// Mails each message, with its key in `Message-ID`.
#[derive(Clone, Debug)]
pub struct Mail {
    relay: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    to: Vec<Mailbox>,
}

impl Mail {
    /// By this relay, `smtp://HOST:PORT` or `smtps://USER:PASSWORD@HOST`.
    pub fn by(relay: &str, from: Mailbox, to: Vec<Mailbox>) -> Result<Self, RouteFault> {
        // The address may hold a password: only its scheme is told.
        let no_relay =
            |_| RouteFault::NoRelay(relay.chars().take_while(|c| *c != ':').chain("…".chars()).collect());
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(relay).map_err(no_relay)?;
        Ok(Self { relay: builder.timeout(Some(PATIENCE)).build(), from, to })
    }

    async fn send(&self, message: &Message) -> Result<(), RouteFault> {
        let Message { kiosk, kind, at, .. } = message;
        let change = change(message);
        let mut mail = lettre::Message::builder()
            .from(self.from.clone())
            .subject(format!("[不打烊] {kiosk} {kind} {change}"))
            .message_id(Some(format!("<{}@budayang>", message.key())))
            .header(ContentType::TEXT_PLAIN);
        for to in &self.to {
            mail = mail.to(to.clone());
        }
        self.relay.send(mail.body(format!("{kiosk}\n{kind} {change}\n{at}\n"))?).await?;
        Ok(())
    }
}

/// The routes that are configured.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    /// The webhook.
    pub webhook: Option<Webhook>,
    /// Mail.
    pub mail: Option<Mail>,
}

impl Routes {
    /// Their names, as a message is stored for each.
    pub fn names(&self) -> Vec<&'static str> {
        let names = [(WEBHOOK, self.webhook.is_some()), (MAIL, self.mail.is_some())];
        names.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name).collect()
    }

    /// Brings a message by one of them.
    pub(super) async fn send(&self, route: &str, message: &Message) -> Result<(), RouteFault> {
        match (route, &self.webhook, &self.mail) {
            (WEBHOOK, Some(webhook), _) => webhook.send(message).await,
            (MAIL, _, Some(mail)) => mail.send(message).await,
            _ => Err(RouteFault::NotConfigured),
        }
    }
}
