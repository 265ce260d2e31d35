//! `central emergency`, `central command`, `central verify-bundle`: what does not wait for a rollout, from the command line. A
//! running central sees it within a moment.

use crate::say;
use anyhow::{Context, anyhow, bail};
use central::audit::{self, Deed};
use central::fleet::{self, Announcement, EmergencyOverview, FleetError, Ordered, Scope};
use central::store::{self, Sql, StoreError};
use clap::{Args, Subcommand};
use contract::command::{CommandOutcome, Errand};
use contract::emergency::Urgency;
use contract::settings::Text;
use contract::support_bundle::SignedBundle;
use contract::{KioskId, OperatorId};
use jiff::{SignedDuration, Timestamp};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(crate) struct EmergencyCommand {
    /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
    #[arg(long)]
    db: String,
    #[command(subcommand)]
    act: EmergencyAct,
}

#[derive(Subcommand)]
enum EmergencyAct {
    /// Puts a notice over every page of a scope; one for the whole city waits for a second person
    Announce {
        /// For whom: city, district:NAME, group:NAME, terminal:KIOSK
        scope: Scope,
        /// What it says, at most 90 characters
        #[arg(long)]
        chinese: String,
        /// The same in English, at most 180 characters
        #[arg(long)]
        english: String,
        /// Everybody is to leave: visits end, nothing else is done
        #[arg(long)]
        evacuate: bool,
        /// How long it holds, in minutes, unless it is ended before
        #[arg(long, default_value_t = 60)]
        minutes: u32,
        /// Who you are
        #[arg(long)]
        by: OperatorId,
    },
    /// Agrees to a notice for the whole city, as the second person
    Agree {
        /// The notice
        emergency: u64,
        /// Who you are
        #[arg(long)]
        by: OperatorId,
    },
    /// Takes a notice from the screens
    End {
        /// The notice
        emergency: u64,
    },
    /// Lists the notices, the newest first, and how many terminals show them
    List,
}

#[derive(Args)]
pub(crate) struct ErrandCommand {
    /// The store: sqlite:FILE or postgres://USER@HOST/DATABASE
    #[arg(long)]
    db: String,
    #[command(subcommand)]
    act: ErrandAct,
}

#[derive(Subcommand)]
enum ErrandAct {
    /// Asks a terminal to do something as soon as nobody stands there: restart, self-test, support-bundle
    Order {
        /// The terminal
        kiosk: KioskId,
        /// What
        errand: Errand,
        /// Who you are
        #[arg(long)]
        by: OperatorId,
    },
    /// Lists what a terminal was asked, the newest first, and what came of it
    List {
        /// The terminal
        kiosk: KioskId,
    },
    /// Writes the support bundle that a command brought into a file
    Bundle {
        /// The terminal
        kiosk: KioskId,
        /// The command
        command: u64,
        /// The file
        #[arg(long, default_value = "support-bundle.json")]
        out: PathBuf,
    },
}

/// `central emergency`
pub(crate) async fn emergency(EmergencyCommand { db, act }: EmergencyCommand) -> anyhow::Result<()> {
    let (store, now) = (store::open_existing(&db).await?, Timestamp::now());
    match act {
        EmergencyAct::Announce { scope, chinese, english, evacuate, minutes, by } => {
            let noted =
                audit::Act::by_command_line(Deed::EmergencyAnnounce, &scope, format!("by {by}: {chinese}"));
            let second = scope.needs_two();
            let new = Announcement {
                scope,
                urgency: if evacuate { Urgency::Evacuate } else { Urgency::Warning },
                chinese: Text::of(&chinese).map_err(|wrong| anyhow!("--chinese: {wrong}"))?,
                english: Text::of(&english).map_err(|wrong| anyhow!("--english: {wrong}"))?,
                holds_for: SignedDuration::from_mins(i64::from(minutes)),
                by,
            };
            let announce = move |sql: &mut dyn Sql| {
                let id = fleet::announce(sql, &new, now)?;
                audit::append(sql, &noted, now)?;
                Ok(id)
            };
            let id = store.change::<_, FleetError, _>(announce).await?;
            let next = if second { "waits for a second person: central emergency agree" } else { "holds" };
            say(&format!("emergency {id} {next}\n"))
        }
        EmergencyAct::Agree { emergency, by } => {
            let noted = audit::Act::by_command_line(Deed::EmergencyAgree, &emergency, format!("by {by}"));
            let agree = move |sql: &mut dyn Sql| {
                fleet::agree(sql, emergency, &by, now)?;
                Ok(audit::append(sql, &noted, now)?)
            };
            store.change::<_, FleetError, _>(agree).await?;
            say(&format!("emergency {emergency} holds\n"))
        }
        EmergencyAct::End { emergency } => {
            let noted = audit::Act::by_command_line(Deed::EmergencyEnd, &emergency, String::new());
            let end = move |sql: &mut dyn Sql| {
                fleet::end(sql, emergency, now)?;
                Ok(audit::append(sql, &noted, now)?)
            };
            store.change::<_, FleetError, _>(end).await?;
            say(&format!("emergency {emergency} has ended\n"))
        }
        EmergencyAct::List => {
            let all = store.read::<_, StoreError, _>(|sql| fleet::emergencies(sql)).await?;
            all.iter().try_for_each(|one| say(&told(one)))
        }
    }
}

/// `central command`
pub(crate) async fn errand(ErrandCommand { db, act }: ErrandCommand) -> anyhow::Result<()> {
    let (store, now) = (store::open_existing(&db).await?, Timestamp::now());
    match act {
        ErrandAct::Order { kiosk, errand, by } => {
            let noted = audit::Act::by_command_line(Deed::CommandOrder, &kiosk, format!("{errand} by {by}"));
            let order = move |sql: &mut dyn Sql| {
                let id = fleet::order(sql, &kiosk, errand, &by, now)?;
                audit::append(sql, &noted, now)?;
                Ok(id)
            };
            let id = store.change::<_, FleetError, _>(order).await?;
            say(&format!("command {id} is on its way: central command list\n"))
        }
        ErrandAct::List { kiosk } => {
            let all = store.read::<_, StoreError, _>(move |sql| fleet::commands_of(sql, &kiosk)).await?;
            all.iter().try_for_each(|one| say(&ordered(one)))
        }
        ErrandAct::Bundle { kiosk, command, out } => {
            let noted = audit::Act::by_command_line(Deed::BundleFetch, &kiosk, command.to_string());
            let fetch = move |sql: &mut dyn Sql| {
                let found = fleet::bundle(sql, &kiosk, command)?;
                audit::append(sql, &noted, now)?;
                Ok(found)
            };
            let Some(bundle) = store.change::<_, StoreError, _>(fetch).await? else {
                bail!("no bundle came by command {command} of this terminal: see 'central command list'");
            };
            std::fs::write(&out, bundle).with_context(|| out.display().to_string())?;
            say(&format!("{}\n", out.display()))
        }
    }
}

/// `central verify-bundle`
pub(crate) fn verify_bundle(file: &Path, authority: &Path) -> anyhow::Result<()> {
    let text = std::fs::read(file).with_context(|| file.display().to_string())?;
    let bundle: SignedBundle =
        serde_json::from_slice(&text).with_context(|| format!("{} is no support bundle", file.display()))?;
    let kiosk = central::support_bundle::verify(&bundle, authority)?;
    say(&format!("{kiosk} made this bundle, and nobody altered it since\n"))
}

fn told(one: &EmergencyOverview) -> String {
    let EmergencyOverview { emergency, scope, phase, proposed_by, approved_by, shown, of, slowest, .. } = one;
    let second = approved_by.as_ref().map_or_else(String::new, |by| format!(" and {by}"));
    let slowest =
        slowest.map_or_else(String::new, |slowest| format!(" within {:.1} s", slowest.as_secs_f64()));
    format!(
        "{} {scope} {phase} {}  shown by {shown} of {of}{slowest}  until {:.0} by {proposed_by}{second}: {}\n",
        emergency.id.0,
        emergency.urgency.word(),
        emergency.until,
        emergency.chinese
    )
}

fn ordered(one: &Ordered) -> String {
    let Ordered { command, by, at, became, has_bundle, .. } = one;
    let became = match became {
        None => "on its way".to_owned(),
        Some(CommandOutcome::Begun) => "begun".to_owned(),
        Some(CommandOutcome::Done { said }) => format!("done: {said}"),
        Some(CommandOutcome::Failed { why }) => format!("failed: {why}"),
    };
    let bundle = if *has_bundle { "  (its bundle is here)" } else { "" };
    format!("{} {} {at:.0} by {by}  {became}{bundle}\n", command.id.0, command.errand)
}
