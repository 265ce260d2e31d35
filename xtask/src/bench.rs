//! The figures, each beside its limit in the same run.

use crate::program::Program;
use crate::{build, setup};
use anyhow::{Result, bail};
use std::path::Path;
use std::process::Command;

/// The terminal's benchmarks.
const NAMES: [&str; 7] = ["search", "typing", "redraw", "startup", "card", "store", "drain"];

/// Runs every benchmark of the terminal and of central, optimised, or one of the terminal's.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    setup::everything()?;
    match arguments {
        [] => everything(),
        [name] if NAMES.contains(&name.as_str()) => terminal(&[name]),
        _ => bail!("bench takes one name of {NAMES:?}, or none"),
    }
}

fn everything() -> Result<()> {
    // The virtual devices and the decoder lie where the benchmarks look for them.
    let mut cargo = build::cargo();
    cargo.args(["build", "--profile", "bench", "--workspace", "--bins", "--no-default-features"]);
    if !cargo.args(build::TEST_FEATURES).status()?.success() {
        bail!("the build failed: see cargo's words above");
    }
    terminal(&NAMES)?;
    central(&build::target().join("release"))
}

fn terminal(names: &[&str]) -> Result<()> {
    let mut cargo = build::cargo();
    cargo.args(["bench", "-p", "kiosk", "--no-default-features"]).args(build::TEST_FEATURES);
    for name in names {
        cargo.args(["--bench", name]);
    }
    if !cargo.status()?.success() {
        bail!("a benchmark failed: see its words above");
    }
    Ok(())
}

/// A simulated fleet against central, on both engines.
fn central(programs: &Path) -> Result<()> {
    let logs = build::target();
    let mut cluster =
        Program::start("private-postgres", Command::new(programs.join("private-postgres")), &logs)?;
    let postgres = cluster.line_with(&["postgres://"])?;
    for db in [None, Some(postgres)] {
        let mut bench = Command::new(programs.join("central"));
        bench.args(["bench", "--catalog"]).arg(build::repository().join("catalog"));
        if let Some(db) = db {
            bench.args(["--db", &db]);
        }
        if !bench.status()?.success() {
            bail!("central's benchmark failed: see its words above");
        }
    }
    // Its input ends, and it removes what it made.
    if cluster.wait()? { Ok(()) } else { bail!("the cluster did not end well: see private-postgres.log") }
}
