//! The figures, each beside its limit in the same run.

use crate::{build, setup};
use anyhow::{Result, bail};

/// Runs every benchmark of the terminal, optimised.
pub(crate) fn run() -> Result<()> {
    setup::everything()?;
    // The virtual devices and the decoder lie where the benchmarks look for them.
    let mut cargo = build::cargo();
    cargo.args(["build", "--profile", "bench", "--workspace", "--bins", "--no-default-features"]);
    if !cargo.args(build::TEST_FEATURES).status()?.success() {
        bail!("the build failed: see cargo's words above");
    }
    let mut cargo = build::cargo();
    cargo.args(["bench", "-p", "kiosk", "--no-default-features"]).args(build::TEST_FEATURES);
    for name in ["search", "redraw", "startup", "card", "store", "drain"] {
        cargo.args(["--bench", name]);
    }
    if cargo.status()?.success() { Ok(()) } else { bail!("a benchmark failed: see its words above") }
}
