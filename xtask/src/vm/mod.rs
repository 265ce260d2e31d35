//! Power cuts: a virtual machine is ended without warning while a terminal's real store takes applications, and
//! started again on the same disk. What the store had acknowledged must be there.
//!
//! QEMU (in software, so that it runs anywhere) with Debian's own kernel, ext4 on a virtio disk, and a program that
//! says every entry on the serial line after its commit has returned. The machine is killed (SIGKILL to the process
//! that we started) after a random number of lines. Both ways of SQLite's `synchronous` run side by side: FULL must
//! lose nothing; what NORMAL loses is shown, because it is the reason for FULL.
//!
//! The kill alone would be too mild: the host's page cache outlives the machine, so the disk would keep what the guest
//! never asked it to flush. So QEMU writes down all writes and flushes, and the disk that the machine is started on
//! again is made from that log: everything before the last flush, and of the later writes each by the toss of a coin.
//!
//! What this shows: the guest's memory is gone (page cache, journal in flight, queues) and so is the disk's cache. What
//! it does not show: a disk that says 'flushed' and has not, a sector torn in itself, wear, or an eMMC or SD card as
//! such. It shows that we ask the disk at the right moments, not that a disk obeys.

mod dice;
mod image;
mod machine;
mod packages;
mod verdict;
mod write_log;

use crate::build;
use anyhow::{Context, Result, bail};
use dice::Dice;
use image::Image;
use machine::Machine;
use std::fs;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use verdict::{Durability, Found, Round, Table};

/// What a run was asked for.
#[derive(Debug)]
pub(crate) struct Options {
    rounds: usize,
    seed: u64,
    skip_without_packages: bool,
}

impl Options {
    pub(crate) fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self { rounds: 3, seed: seed_of_now(), skip_without_packages: false };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let mut number = || words.next().and_then(|text| text.parse::<u64>().ok());
            match word.as_str() {
                "--rounds" => {
                    let rounds = number().filter(|n| (1..=1_000).contains(n));
                    let rounds = rounds.context("--rounds needs a number from 1 to 1000")?;
                    options.rounds = usize::try_from(rounds)?;
                }
                "--seed" => {
                    let seed = number();
                    options.seed = seed.context("--seed needs the number that a run has printed")?;
                }
                "--if-possible" => options.skip_without_packages = true,
                other => bail!("vm-test takes --rounds N, --seed N and --if-possible, not '{other}'"),
            }
        }
        Ok(options)
    }
}

/// Cuts the power `rounds` times in each way and fails if FULL has lost an entry or any store is damaged.
pub(crate) fn run(options: &Options) -> Result<()> {
    let folder = build::target().join("vm-test");
    fs::create_dir_all(&folder)?;
    let kernel = match packages::prepare(&folder) {
        Ok(kernel) => kernel,
        Err(fault) if options.skip_without_packages => {
            println!("vm-test: SKIPPED, no power was cut: {fault:#}");
            return Ok(());
        }
        Err(fault) => return Err(fault),
    };
    let image = Image::build(&folder, &kernel)?;
    println!("vm-test: {} rounds each way, --seed {}", options.rounds, options.seed);
    let started = Instant::now();
    let mut dice = Dice::new(options.seed);
    let mut table = Table::default();
    for number in 1..=options.rounds {
        for durability in [Durability::Full, Durability::Normal] {
            let round = one_round(&image, durability, &mut dice)
                .with_context(|| format!("round {number}, {durability}; --seed {}", options.seed))?;
            println!("  {number:3} {durability:6} {round}");
            table.add(durability, round);
        }
    }
    println!("\n{table}\nin {} s", started.elapsed().as_secs());
    if table.normal_lost_nothing() {
        println!(
            "NORMAL has lost nothing this time: the cuts fell well, and the run says little; take more rounds"
        );
    }
    table.judge()
}

/// A new disk, applications until the power is cut, and a look at what is left.
fn one_round(image: &Image, durability: Durability, dice: &mut Dice) -> Result<Round> {
    image.new_disk()?;
    // Long enough for NORMAL to pass several checkpoints, short enough for the serial line of a software machine.
    let lines = 40 + dice.below(700);
    // The cut falls anywhere within a commit, not always right after a line.
    let after = Duration::from_micros(dice.below(20_000));
    let mut writer = Machine::start(image, &["write", durability.word()])?;
    writer.wait_for("ready")?;
    let mut said = Vec::new();
    while (said.len() as u64) < lines {
        said.push(writer.line()?);
    }
    std::thread::sleep(after);
    said.extend(writer.cut_power()?);
    image.forget_what_was_not_flushed(dice)?;

    let mut checker = Machine::start(image, &["check"])?;
    let report = checker.lines_until("checked")?;
    checker.cut_power()?;
    Ok(Round { acknowledged: verdict::acknowledged(&said)?, found: Found::parse(&report)? })
}

fn seed_of_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Options> {
        Options::parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn options_are_read_and_bad_ones_named() {
        let options = parse(&["--rounds", "20", "--seed", "7", "--if-possible"]).unwrap();
        assert_eq!((options.rounds, options.seed, options.skip_without_packages), (20, 7, true));
        for bad in [&["--rounds"][..], &["--rounds", "0"], &["--rounds", "x"], &["--seed"], &["--kvm"]] {
            assert!(parse(bad).is_err(), "{bad:?}");
        }
    }
}
