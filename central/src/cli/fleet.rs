//! `central fleet`: what an operator does with the terminals from the command line. A running central sees it within a
//! moment.

use crate::say;
use anyhow::{Context, anyhow};
use central::audit::{self, Deed};
use central::fleet::{self, Change, FleetError, Overview, Pace, Proposal, Scope, Seen};
use central::store::{self, Sql, StoreError};
use clap::{Args, Subcommand};
use contract::settings::{Key, Text};
use contract::{KioskId, OperatorId, ScopeName};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

#[derive(Args)]
pub(crate) struct FleetCommand {
    /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
    #[arg(long)]
    db: String,
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Publishes a change of what a scope says; one of the whole city waits for a second person
    Publish {
        /// For whom: city, district:NAME, group:NAME, terminal:KIOSK
        scope: Scope,
        /// What is set, KEY=JSON (visit.idle-seconds=90); may be repeated
        #[arg(long = "set", value_name = "KEY=JSON")]
        set: Vec<String>,
        /// What the scope no longer says; may be repeated
        #[arg(long = "unset", value_name = "KEY")]
        unset: Vec<Key>,
        /// All terminals at once instead of wave by wave
        #[arg(long)]
        urgent: bool,
        /// Why, for whoever reads it later
        #[arg(long)]
        reason: String,
        /// Who you are
        #[arg(long)]
        by: OperatorId,
    },
    /// Agrees to a change of the whole city, as the second person
    Approve {
        /// The rollout
        rollout: u64,
        /// Who you are
        #[arg(long)]
        by: OperatorId,
    },
    /// Goes on with a rollout that stopped, or begins one anew that was taken back
    Resume {
        /// The rollout
        rollout: u64,
    },
    /// Ends a rollout; every terminal has again what was before
    Abort {
        /// The rollout
        rollout: u64,
    },
    /// Lists the rollouts, the newest first
    Rollouts,
    /// Lists what the terminals reported last
    Reports,
    /// A terminal is gone for good: it is shown no longer, and no rollout waits for it
    Forget {
        /// The terminal
        kiosk: KioskId,
    },
    /// Says where a terminal belongs
    Place {
        /// The terminal, ft-0001
        kiosk: KioskId,
        /// Its district
        #[arg(long)]
        district: Option<ScopeName>,
        /// Its group
        #[arg(long)]
        group: Option<ScopeName>,
    },
}

/// `central fleet`
pub(crate) async fn run(FleetCommand { db, act }: FleetCommand) -> anyhow::Result<()> {
    let (store, now) = (store::open_existing(&db).await?, Timestamp::now());
    match act {
        Act::Publish { scope, set, unset, urgent, reason, by } => {
            let pace = if urgent { Pace::AtOnce } else { Pace::Staged };
            let (second, reason) =
                (scope.needs_two(), Text::of(&reason).map_err(|wrong| anyhow!("--reason: {wrong}"))?);
            let proposal = Proposal { scope, change: change(&set, unset)?, pace, reason, by };
            let noted = noted(Deed::Publish, &proposal.scope, format!("by {}", proposal.by));
            let publish = move |sql: &mut dyn Sql| {
                let id = fleet::publish(sql, &proposal, now)?;
                audit::append(sql, &noted, now)?;
                Ok(id)
            };
            let id = store.change::<_, FleetError, _>(publish).await?;
            let next = if second { "waits for a second person: central fleet approve" } else { "begins" };
            say(&format!("rollout {id} {next}\n"))
        }
        Act::Approve { rollout, by } => {
            let noted = noted(Deed::RolloutApprove, &rollout, format!("by {by}"));
            let approve = move |sql: &mut dyn Sql| {
                fleet::approve(sql, rollout, &by, now)?;
                Ok(audit::append(sql, &noted, now)?)
            };
            store.change::<_, FleetError, _>(approve).await?;
            say(&format!("rollout {rollout} begins\n"))
        }
        Act::Resume { rollout } => {
            let noted = noted(Deed::RolloutResume, &rollout, String::new());
            let resume = move |sql: &mut dyn Sql| {
                fleet::resume(sql, rollout, now)?;
                Ok(audit::append(sql, &noted, now)?)
            };
            store.change::<_, FleetError, _>(resume).await?;
            say(&format!("rollout {rollout} goes on\n"))
        }
        Act::Abort { rollout } => {
            let noted = noted(Deed::RolloutAbort, &rollout, String::new());
            let abort = move |sql: &mut dyn Sql| {
                fleet::abort(sql, rollout)?;
                Ok(audit::append(sql, &noted, now)?)
            };
            store.change::<_, FleetError, _>(abort).await?;
            say(&format!("rollout {rollout} is taken back from everybody\n"))
        }
        Act::Rollouts => {
            let rollouts = store.read::<_, StoreError, _>(|sql| fleet::rollouts(sql)).await?;
            rollouts.iter().try_for_each(|one| say(&told(one)))
        }
        Act::Reports => {
            let reports = store.read::<_, StoreError, _>(|sql| fleet::last_reports(sql)).await?;
            reports.iter().try_for_each(|seen| say(&reported(seen)))
        }
        Act::Forget { kiosk } => {
            let name = kiosk.clone();
            let noted = noted(Deed::KioskForget, &kiosk, String::new());
            let forget = move |sql: &mut dyn Sql| {
                fleet::forget(sql, &name, now)?;
                Ok(audit::append(sql, &noted, now)?)
            };
            store.change::<_, FleetError, _>(forget).await?;
            say(&format!("{kiosk} is forgotten; if it still runs, revoke it: central kiosk revoke\n"))
        }
        Act::Place { kiosk, district, group } => {
            let name = kiosk.clone();
            let noted = noted(Deed::KioskPlace, &kiosk, String::new());
            let place = move |sql: &mut dyn Sql| {
                fleet::place(sql, &name, district.as_ref(), group.as_ref())?;
                Ok(audit::append(sql, &noted, now)?)
            };
            store.change::<_, FleetError, _>(place).await?;
            say(&format!("{kiosk} belongs there\n"))
        }
    }
}

fn noted(deed: Deed, subject: &impl ToString, detail: String) -> audit::Act {
    audit::Act::by_command_line(deed, subject, detail)
}

fn change(set: &[String], unset: Vec<Key>) -> anyhow::Result<Change> {
    let mut change = Change::default();
    for one in set {
        let (key, value) = one.split_once('=').with_context(|| format!("'{one}' is not KEY=JSON"))?;
        let value: Value = serde_json::from_str(value)
            .with_context(|| format!("the value of {key} is no JSON; a text stands in quotes: '\"…\"'"))?;
        change.0.insert(key.parse()?, Some(value));
    }
    change.0.extend(unset.into_iter().map(|key| (key, None)));
    Ok(change)
}

fn told(one: &Overview) -> String {
    let Overview { rollout, scope, reason, proposed_by, approved_by, at, tally, .. } = one;
    let second = approved_by.as_ref().map_or_else(String::new, |by| format!(" and {by}"));
    let phase = serde_json::to_string(&rollout.phase).unwrap_or_default();
    let said = if tally.all() == 0 {
        String::new()
    } else {
        format!("  kept {} failed {} busy {} silent {}", tally.kept, tally.failed, tally.busy, tally.silent)
    };
    format!("{} {scope} {phase}{said}  {at:.0} by {proposed_by}{second}: {reason}\n", rollout.id)
}

fn reported(Seen { kiosk, at, report }: &Seen) -> String {
    let in_force = report.desired.in_force.map_or_else(|| "none".to_owned(), |version| version.to_string());
    let skew = report.at.duration_since(*at);
    let skew =
        if skew.abs() < SignedDuration::from_secs(2) { String::new() } else { format!("  clock {skew:#}") };
    let returned = report.desired.returned.as_ref();
    let returned =
        returned.map_or_else(String::new, |one| format!("  gave back {}: {}", one.version, one.reason));
    let refused = report.desired.refused.as_ref();
    let refused = refused.map_or_else(String::new, |one| format!("  refused: {}", one.why));
    format!(
        "{kiosk}  {at:.0}  app {}  in force {in_force}  waiting {}  set aside {}{skew}{returned}{refused}\n",
        report.app, report.queue.waiting, report.queue.set_aside
    )
}
