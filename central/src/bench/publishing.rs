//! How long a published setting takes to the terminals that wait for it, and until central has their word that it is in
//! force. A simulated terminal obeys at once: what a real one needs for it is its own.

use super::fleet::{Fleet, Line};
use super::peak::connect_all;
use super::percentile;
use super::program::Program;
use anyhow::{Context, bail};
use central::fleet::{self, Change, FleetError, Pace, Proposal, Scope};
use central::store::{self, Sql};
use contract::OperatorId;
use contract::settings::{Key, Text};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// How it went.
pub(super) struct Published {
    delivered: Vec<Duration>,
    acknowledged: Vec<Duration>,
}

/// Publishes a setting of the whole city while so many terminals wait.
pub(super) async fn publish(
    bench: &Arc<Fleet>,
    db: &str,
    terminals: usize,
    central: &Program,
) -> anyhow::Result<Published> {
    let mut waiting = JoinSet::new();
    for line in connect_all(bench, terminals).await? {
        waiting.spawn(wait_and_obey(line));
    }
    central.until_held(terminals).await?;
    let published = set_idle(db).await?;
    let (mut delivered, mut acknowledged) = (Vec::new(), Vec::new());
    let all = async {
        while let Some(terminal) = waiting.join_next().await {
            let (got, told) = terminal??;
            delivered.push(got.saturating_duration_since(published));
            acknowledged.push(told.saturating_duration_since(published));
        }
        anyhow::Ok(())
    };
    timeout(PATIENCE, all).await.context("not every terminal was reached")??;
    if delivered.len() != terminals {
        bail!("{} of {terminals} terminals were reached", delivered.len());
    }
    delivered.sort_unstable();
    acknowledged.sort_unstable();
    Ok(Published { delivered, acknowledged })
}

/// When it had the new document, and when central had its report.
async fn wait_and_obey(mut line: Line) -> anyhow::Result<(Instant, Instant)> {
    line.fetch_first().await?;
    while !line.be_told(1).await? {}
    let got = Instant::now();
    line.report_in_force(2).await?;
    Ok((got, Instant::now()))
}

/// The moment before two persons' change is on the disk.
async fn set_idle(db: &str) -> anyhow::Result<Instant> {
    let store = store::open_existing(db).await?;
    let (first, second): (OperatorId, OperatorId) = ("li".parse()?, "wang".parse()?);
    let change = Change([(Key::VisitIdle, Some(90.into()))].into());
    let reason = Text::of("a benchmark")?;
    let proposal = Proposal { scope: Scope::City, change, pace: Pace::AtOnce, reason, by: first };
    let publish = move |sql: &mut dyn Sql| fleet::publish(sql, &proposal, Timestamp::now());
    let rollout = store.change::<_, FleetError, _>(publish).await?;
    let published = Instant::now();
    let approve = move |sql: &mut dyn Sql| fleet::approve(sql, rollout, &second, Timestamp::now());
    store.change::<_, FleetError, _>(approve).await?;
    Ok(published)
}

impl Published {
    /// The figures.
    pub(super) fn told(&self) -> String {
        let line = |what: &str, times: &[Duration]| {
            let of = |share| percentile(times, share).as_secs_f64() * 1e3;
            format!("  {what:44} p50 {:.0} ms  p99 {:.0} ms\n", of(50), of(99))
        };
        format!(
            "a setting published to {} waiting terminals\n{}{}",
            self.delivered.len(),
            line("until the terminal has it", &self.delivered),
            line("until central has its report", &self.acknowledged),
        )
    }
}
