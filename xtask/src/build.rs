//! Cargo, called by cargo.

use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Tests and tour need no window system.
pub(crate) const TEST_FEATURES: [&str; 2] = ["--features", "kiosk/tour,kiosk/v4l"];

/// The folder of the workspace.
pub(crate) fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository().join("target"), PathBuf::from)
}

/// Cargo in the workspace's folder.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(repository());
    cargo
}

pub(crate) fn has_nextest() -> bool {
    let mut cargo = cargo();
    cargo.args(["nextest", "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
    cargo.status().is_ok_and(|status| status.success())
}

/// Builds programs and says where they are.
pub(crate) fn programs(release: bool, window: bool) -> Result<PathBuf> {
    let mut cargo = cargo();
    cargo.args(["build", "--workspace", "--bins"]);
    if window {
        cargo.args(["--features", "kiosk/tour"]);
    } else {
        cargo.arg("--no-default-features").args(TEST_FEATURES);
    }
    if release {
        cargo.arg("--release");
    }
    if !cargo.status()?.success() {
        bail!("the build failed: see cargo's words above");
    }
    Ok(target().join(if release { "release" } else { "debug" }))
}
