//! `central accounts`: what the accounting desk does. Every answer is lines for people; a decision is written down before
//! the command says so.

use crate::say;
use anyhow::{Context, bail};
use central::accounting::matters::{self, Matter, MatterKind, MatterName, MatterState, Settlement};
use central::accounting::order::{Decision, Order};
use central::accounting::simulated::SimulatedPayments;
use central::accounting::simulated_world::{Act, Fault, SimulatedWorld};
use central::accounting::{AccountingError, books};
use central::store;
use clap::{Args, Subcommand};
use contract::OrderNumber;
use contract::message::day_in_china;
use contract::order::ChannelName;
use contract::providers::Providers;
use jiff::Timestamp;
use jiff::civil::Date;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Subcommand)]
pub(crate) enum AccountsCommand {
    /// Compares a day that is over with the files of channels and providers
    Reconcile {
        #[command(flatten)]
        place: Place,
        /// The day, 2026-11-25
        #[arg(long)]
        day: Date,
        /// The folder with providers.csv
        #[arg(long)]
        catalog: PathBuf,
        /// The file of the simulated payments
        #[arg(long, value_name = "FILE")]
        simulated_payments: PathBuf,
    },
    /// Lists what people must see to: differences and alarms that are not settled
    Differences {
        #[command(flatten)]
        place: Place,
        /// Of one day, the settled ones too
        #[arg(long)]
        day: Option<Date>,
    },
    /// Takes a matter in hand
    Take {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        matter: MatterArgs,
        /// Who
        #[arg(long)]
        owner: String,
    },
    /// Settles a matter
    Settle {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        matter: MatterArgs,
        /// refund, repost, refunded-by-hand or explained
        #[arg(long)]
        how: Settlement,
        /// Why, for whoever reads it later
        #[arg(long)]
        note: String,
    },
    /// Gives the money of an order back by its channel
    Refund {
        #[command(flatten)]
        place: Place,
        /// The order
        order: OrderNumber,
    },
    /// Shows an order and its lines in the money book
    Show {
        #[command(flatten)]
        place: Place,
        /// The order
        order: OrderNumber,
    },
    /// Shows where the money is, and whether paid = posted + refunded + open
    Balance {
        #[command(flatten)]
        place: Place,
    },
    /// Lets the simulated payments misbehave once
    Misbehave {
        /// The file of the simulated payments
        #[arg(long, value_name = "FILE")]
        simulated_payments: PathBuf,
        /// wechat, alipay or providers
        #[arg(long)]
        whom: String,
        /// make-code, query, close, refund, query-refund, pay, notice, look-up, post or query-post
        #[arg(long)]
        act: Act,
        /// lost-request, lost-answer, silent, slow, refuse, busy, wrong, late-effect, paid-first, late-payment,
        /// wrong-amount or twice
        #[arg(long)]
        fault: Fault,
    },
}

#[derive(Args)]
pub(crate) struct Place {
    /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
    #[arg(long)]
    db: String,
}

#[derive(Args)]
pub(crate) struct MatterArgs {
    /// The day of the matter
    #[arg(long)]
    day: Date,
    /// The order, as 'differences' shows it
    #[arg(long)]
    order: String,
    /// payment, posting, refund, late-money, wrong-amount, refund-failed or still-unknown
    #[arg(long)]
    kind: MatterKind,
}

impl MatterArgs {
    fn name(self) -> MatterName {
        MatterName { day: self.day, subject: self.order, kind: self.kind }
    }
}

/// What `central serve` needs for payments; the list of who is paid stands in the catalogue's folder.
pub(crate) fn simulated(
    catalog: &Path,
    world: PathBuf,
    pages: Option<String>,
) -> anyhow::Result<SimulatedPayments> {
    let path = catalog.join("providers.csv");
    let text = std::fs::read_to_string(&path).with_context(|| format!("can't read {}", path.display()))?;
    Ok(SimulatedPayments { providers: Arc::new(Providers::parse(&text)?), world, pages })
}

pub(crate) async fn run(command: AccountsCommand) -> anyhow::Result<()> {
    let now = Timestamp::now();
    match command {
        AccountsCommand::Reconcile { place, day, catalog, simulated_payments } => {
            let store = store::open_existing(&place.db).await?;
            let outside = simulated(&catalog, simulated_payments, None)?.open(store, String::new())?;
            let done = outside.payments().reconcile(day, day_in_china(now)).await?;
            say(&format!("{day}: {} equal, {} taken in, {} open\n", done.equal, done.taken_in, done.open))
        }
        AccountsCommand::Differences { place, day } => {
            let store = store::open_existing(&place.db).await?;
            let found = store.read(move |sql| matters::list(sql, day)).await?;
            found.iter().try_for_each(|matter| say(&line(matter)))
        }
        AccountsCommand::Take { place, matter, owner } => {
            if owner.trim().is_empty() || owner.chars().count() > 40 {
                bail!("an owner is a name of 1 to 40 characters");
            }
            let (store, name) = (store::open_existing(&place.db).await?, matter.name());
            let said = format!("{} {} is in the hands of {owner}\n", name.subject, name.kind);
            store.change(move |sql| matters::take_in_hand(sql, &name, &owner)).await?;
            say(&said)
        }
        AccountsCommand::Settle { place, matter, how, note } => {
            let (store, name) = (store::open_existing(&place.db).await?, matter.name());
            let said = format!("{} {} is settled: {}\n", name.subject, name.kind, how.as_str());
            store.change(move |sql| matters::settle(sql, &name, how, &note, now)).await?;
            say(&said)
        }
        AccountsCommand::Refund { place, order } => {
            let store = store::open_existing(&place.db).await?;
            let order = store.change(move |sql| books::decide(sql, &order, Decision::Refund, now)).await?;
            say(&format!(
                "{} is {} now; central asks the channel\n",
                order.terms().number,
                order.state_name()
            ))
        }
        AccountsCommand::Show { place, order } => show(&place.db, order).await,
        AccountsCommand::Balance { place } => balance(&place.db).await,
        AccountsCommand::Misbehave { simulated_payments, whom, act, fault } => {
            if whom != "providers" && whom.parse::<ChannelName>().is_err() {
                bail!("'{whom}' is not one of: wechat, alipay, providers");
            }
            SimulatedWorld::open(&simulated_payments)?.misbehave(&whom, act, fault)?;
            say(&format!("{whom} will misbehave at the next {}: {}\n", act.as_str(), fault.as_str()))
        }
    }
}

fn line(matter: &Matter) -> String {
    let fen = |amount: &Option<contract::Fen>| amount.map_or("-".to_owned(), |fen| fen.to_string());
    let state = match &matter.state {
        MatterState::Open => "open".to_owned(),
        MatterState::InHand => "in hand".to_owned(),
        MatterState::Settled { how, .. } => format!("settled ({how})"),
    };
    let MatterName { day, subject, kind } = &matter.name;
    let (ours, theirs) = (fen(&matter.ours), fen(&matter.theirs));
    format!(
        "{day} {subject} {kind}: {}, ours {ours}, theirs {theirs}, {}, {state}\n",
        matter.words(),
        matter.owner
    )
}

async fn show(db: &str, number: OrderNumber) -> anyhow::Result<()> {
    let store = store::open_existing(db).await?;
    let (order, lines): (Order, _) = store
        .read(move |sql| {
            Ok::<_, AccountingError>((books::find(sql, &number)?, books::book_of_order(sql, &number)?))
        })
        .await?;
    say(&format!("{}\n", serde_json::to_string_pretty(&order.view())?))?;
    lines.iter().try_for_each(|books::BookLine { line, .. }| {
        say(&format!("{} {} {}\n", line.at, line.kind.as_str(), line.amount))
    })
}

async fn balance(db: &str) -> anyhow::Result<()> {
    let balance = store::open_existing(db).await?.read(books::balance).await?;
    let books::Balance { paid, posted, refunded, open } = balance;
    say(&format!("paid {paid} = posted {posted} + refunded {refunded} + open {open}\n"))?;
    if !balance.holds() {
        bail!("the sum does not hold: the store was altered by hand; keep a copy and call for help");
    }
    Ok(())
}
