//! How many records central takes a second when terminals hand over what they have, one request after the other on each
//! connection.

use super::fleet::{Fleet, Line, Sealed};
use super::percentile;
use std::fmt;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Connections beside each other.
pub(super) const LINES: usize = 128;

/// What was measured.
pub(super) struct Taken {
    records: usize,
    took: Duration,
    waits: Vec<Duration>,
}

impl Taken {
    /// Records a second.
    #[expect(clippy::cast_precision_loss, reason = "a count of thousands")]
    pub(super) fn rate(&self) -> f64 {
        self.records as f64 / self.took.as_secs_f64()
    }
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "records taken over {LINES} lines                      {:>8.0} records/s    p50 {:.1} ms  p99 {:.1} ms  ({} records)",
            self.rate(),
            percentile(&self.waits, 50).as_secs_f64() * 1e3,
            percentile(&self.waits, 99).as_secs_f64() * 1e3,
            self.records,
        )
    }
}

/// Seals everything before, then hands it over as fast as central takes it.
pub(super) async fn measure(fleet: &Fleet, records: usize) -> anyhow::Result<Taken> {
    let each = records.div_ceil(LINES);
    let mut lines = Vec::with_capacity(LINES);
    for place in 0..LINES {
        let kiosk = fleet.kiosk(place)?;
        let entries = (1..).take(each).map(|seq| fleet.seal(kiosk, seq)).collect::<Result<Vec<_>, _>>()?;
        lines.push((fleet.connect(kiosk).await?, entries));
    }
    let (started, mut tasks) = (Instant::now(), JoinSet::new());
    for (line, entries) in lines {
        tasks.spawn(hand_over(line, entries));
    }
    let mut waits = Vec::with_capacity(records);
    while let Some(line) = tasks.join_next().await {
        waits.extend(line??);
    }
    let took = started.elapsed();
    waits.sort_unstable();
    Ok(Taken { records: waits.len(), took, waits })
}

async fn hand_over(mut line: Line, entries: Vec<Sealed>) -> anyhow::Result<Vec<Duration>> {
    let mut waits = Vec::with_capacity(entries.len());
    for entry in entries {
        let asked = Instant::now();
        line.hand_over(entry).await?;
        waits.push(asked.elapsed());
    }
    Ok(waits)
}
