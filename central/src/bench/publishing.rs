//! How long a published setting and an emergency notice take to the terminals that wait for them, and until central has their word
//! that it is in force, or on their screens. A simulated terminal obeys at once: what a real one needs for it is its own.

use super::fleet::{Fleet, Line};
use super::peak::connect_all;
use super::percentile;
use super::program::Program;
use anyhow::{Context, bail};
use central::fleet::{self, Announcement, Change, FleetError, Pace, Proposal, Scope};
use central::store::{self, Sql, Store};
use contract::OperatorId;
use contract::emergency::{EmergencyId, Urgency};
use contract::settings::{Key, Text};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// What was published, and how long it took.
pub(super) struct Published {
    what: &'static str,
    delivered: Vec<Duration>,
    acknowledged: Vec<Duration>,
}

/// Publishes a setting of the whole city while so many terminals wait, then an emergency notice.
pub(super) async fn publish(
    bench: &Arc<Fleet>,
    db: &str,
    terminals: usize,
    central: &Program,
) -> anyhow::Result<[Published; 2]> {
    let store = store::open_existing(db).await?;
    let mut lines = connect_all(bench, terminals).await?;
    for line in &mut lines {
        line.fetch_first().await?;
    }
    let round = Round { waits_after: 1, terminals, central };
    let (setting, lines) = round.measure("a setting", lines, set_idle(&*store), None).await?;
    let (proposed, second) = warn(&*store).await?;
    let agreed = async {
        let published = Instant::now();
        let agree = move |sql: &mut dyn Sql| fleet::agree(sql, proposed.0, &second, Timestamp::now());
        store.change::<_, FleetError, _>(agree).await?;
        Ok(published)
    };
    let round = Round { waits_after: 2, terminals, central };
    let (notice, _) = round.measure("an emergency notice", lines, agreed, Some(proposed)).await?;
    Ok([setting, notice])
}

/// Terminals that wait for what comes after a version.
struct Round<'a> {
    waits_after: u64,
    terminals: usize,
    central: &'a Program,
}

impl Round<'_> {
    /// Lets them wait, publishes, and takes the time until each has it and has said so.
    async fn measure(
        &self,
        what: &'static str,
        lines: Vec<Line>,
        publish: impl Future<Output = anyhow::Result<Instant>>,
        shows: Option<EmergencyId>,
    ) -> anyhow::Result<(Published, Vec<Line>)> {
        let mut waiting = JoinSet::new();
        for line in lines {
            waiting.spawn(wait_and_obey(line, self.waits_after, shows));
        }
        self.central.until_held(self.terminals).await?;
        let published = publish.await?;
        let (mut delivered, mut acknowledged, mut lines) = (Vec::new(), Vec::new(), Vec::new());
        let all = async {
            while let Some(terminal) = waiting.join_next().await {
                let (got, told, line) = terminal??;
                delivered.push(got.saturating_duration_since(published));
                acknowledged.push(told.saturating_duration_since(published));
                lines.push(line);
            }
            anyhow::Ok(())
        };
        timeout(PATIENCE, all).await.context("not every terminal was reached")??;
        if delivered.len() != self.terminals {
            bail!("{} of {} terminals were reached", delivered.len(), self.terminals);
        }
        delivered.sort_unstable();
        acknowledged.sort_unstable();
        Ok((Published { what, delivered, acknowledged }, lines))
    }
}

/// When it had the new document, and when central had its report.
async fn wait_and_obey(
    mut line: Line,
    after: u64,
    shows: Option<EmergencyId>,
) -> anyhow::Result<(Instant, Instant, Line)> {
    while !line.be_told(after).await? {}
    let got = Instant::now();
    line.report_in_force(after + 1, shows).await?;
    Ok((got, Instant::now(), line))
}

/// The moment before two persons' change is on the disk.
async fn set_idle(store: &dyn Store) -> anyhow::Result<Instant> {
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

/// A notice for the whole city that waits for the second person, and who that is.
async fn warn(store: &dyn Store) -> anyhow::Result<(EmergencyId, OperatorId)> {
    let new = Announcement {
        scope: Scope::City,
        urgency: Urgency::Warning,
        chinese: Text::of("性能测试")?,
        english: Text::of("a benchmark")?,
        holds_for: SignedDuration::from_hours(1),
        by: "li".parse()?,
    };
    let announce = move |sql: &mut dyn Sql| fleet::announce(sql, &new, Timestamp::now());
    Ok((EmergencyId(store.change::<_, FleetError, _>(announce).await?), "wang".parse()?))
}

impl Published {
    /// The figures.
    pub(super) fn told(&self) -> String {
        let line = |what: &str, times: &[Duration]| {
            let of = |share| percentile(times, share).as_secs_f64() * 1e3;
            format!("  {what:44} p50 {:.0} ms  p99 {:.0} ms  the last {:.0} ms\n", of(50), of(99), of(100))
        };
        format!(
            "{} published to {} waiting terminals\n{}{}",
            self.what,
            self.delivered.len(),
            line("until the terminal has it", &self.delivered),
            line("until central has its report", &self.acknowledged),
        )
    }
}
