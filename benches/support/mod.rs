//! How figures are taken and printed: the figure, its limit, and the share of the limit that it takes.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    missing_docs
)]

use std::time::{Duration, Instant};

/// A frame at 60 Hz.
pub const FRAME: Duration = Duration::from_micros(16_667);

/// Times of an act that was done many times.
pub struct Times(Vec<Duration>);

impl Times {
    /// Does it `count` times, after a tenth of that to get warm.
    pub fn of(count: usize, mut act: impl FnMut(usize)) -> Self {
        (0..count / 10).for_each(&mut act);
        let mut times: Vec<Duration> = (0..count)
            .map(|round| {
                let since = Instant::now();
                act(round);
                since.elapsed()
            })
            .collect();
        times.sort();
        Self(times)
    }

    pub fn from(mut times: Vec<Duration>) -> Self {
        times.sort();
        Self(times)
    }

    /// The time that so many in a hundred stay below.
    pub fn percentile(&self, hundredth: usize) -> Duration {
        let place = (self.0.len() * hundredth / 100).min(self.0.len() - 1);
        self.0[place]
    }

    pub fn mean(&self) -> Duration {
        self.0.iter().sum::<Duration>() / u32::try_from(self.0.len()).unwrap()
    }

    pub fn print(&self, what: &str, limit: Duration) {
        line(&format!("{what}, p50"), self.percentile(50), limit);
        line(&format!("{what}, p99"), self.percentile(99), limit);
    }
}

pub fn line(what: &str, time: Duration, limit: Duration) {
    let share = time.as_secs_f64() / limit.as_secs_f64();
    let (time, limit) = (time.as_secs_f64() * 1e3, limit.as_secs_f64() * 1e3);
    println!("{what:58} {time:9.3} ms   limit {limit:9.3} ms   {share:6.3} of it");
}

/// How the rate of an act compares with the rate of its limit or peer, both measured in this run.
pub fn ratio(what: &str, limit: Duration, time: Duration, wanted: f64) {
    let share = limit.as_secs_f64() / time.as_secs_f64();
    let (time, limit) = (time.as_secs_f64() * 1e6, limit.as_secs_f64() * 1e6);
    println!(
        "{what:72} {time:11.1} µs   limit {limit:11.1} µs   {share:5.2} of its rate (wanted {wanted:.2})"
    );
}

pub fn memory(what: &str, kib: u64, limit_mib: u64) {
    let mib = kib as f64 / 1024.0;
    println!("{what:58} {mib:9.1} MiB  limit {limit_mib:7} MiB    {:6.3} of it", mib / limit_mib as f64);
}

/// A line of /proc/self/smaps_rollup, in KiB.
pub fn smaps(process: &str, line: &str) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap();
    let found = text.lines().find_map(|l| l.strip_prefix(line)).unwrap();
    found.trim_start_matches(':').trim().trim_end_matches(" kB").trim().parse().unwrap()
}
