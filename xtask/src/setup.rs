//! The system packages of Debian 12 that build and tests need: only those missing are installed, and named before.

use anyhow::{Context, Result, bail};
use std::process::{Command, Stdio};

/// Package, and what it is for.
const PACKAGES: [(&str, &str); 28] = [
    ("build-essential", "C parts: SQLite and ring"),
    ("pkg-config", "finds C libraries"),
    ("libfontconfig-dev", "fonts of the system, asked for by Slint"),
    ("libclang-dev", "bindings to Video4Linux"),
    ("fontconfig-config", "Slint does not start without a font configuration"),
    ("fonts-dejavu-core", "nor without one font of the system"),
    ("libx11-xcb1", "a window on the desktop"),
    ("libxcursor1", "a window on the desktop"),
    ("libxi6", "a window on the desktop"),
    ("libxkbcommon-x11-0", "a window on the desktop"),
    ("libxrandr2", "a window on the desktop"),
    ("postgresql", "the cluster that central's stories run on beside SQLite"),
    ("patroni", "replaces a dead primary of that cluster, in a story"),
    ("etcd-server", "what Patroni agrees by"),
    ("librime-dev", "the keyboard's peer in benchmarks"),
    ("rime-data-pinyin-simp", "what that peer knows"),
    ("zbar-tools", "reads the QR codes of what was printed in tests"),
    ("cups-ipp-utils", "a page printer for tests"),
    ("avahi-daemon", "that printer does not start without it"),
    ("dbus-daemon", "nor that one without this"),
    ("chromium", "opens the operator console in tests"),
    ("chromium-driver", "drives it (WebDriver)"),
    ("poppler-utils", "reads the pages that the printer got"),
    ("alsa-utils", "plays signals; in tests into a file, by a device of ALSA's own"),
    ("swtpm", "a security chip in software, for tests"),
    ("libtss2-esys-3.0.2-0", "by which systemd-creds speaks to a chip"),
    ("libtss2-rc0", "and says what the chip complained of"),
    ("libtss2-tcti-swtpm0", "the way to that chip"),
];

/// Installs what is missing for builds and tests.
pub(crate) fn everything() -> Result<()> {
    if !has("dpkg-query") {
        eprintln!("not a Debian: install what these packages hold: {}", names(&PACKAGES));
        return Ok(());
    }
    install(&PACKAGES)
}

/// Installs what is missing of these.
pub(crate) fn install(packages: &[(&str, &str)]) -> Result<()> {
    if !has("dpkg-query") {
        bail!("not a Debian: its packages {} can't be installed", names(packages));
    }
    let missing: Vec<_> = packages.iter().copied().filter(|(name, _)| !is_installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    eprintln!("installing the missing system packages:");
    for (name, purpose) in &missing {
        eprintln!("  {name:20} {purpose}");
    }
    apt(&["update", "-qq"])?;
    let mut arguments = vec!["install", "-y", "-qq", "--no-install-recommends"];
    arguments.extend(missing.iter().map(|(name, _)| *name));
    apt(&arguments)
}

fn names(packages: &[(&str, &str)]) -> String {
    packages.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" ")
}

fn is_installed(package: &str) -> bool {
    let query =
        Command::new("dpkg-query").args(["-W", "-f=${Status}", package]).stderr(Stdio::null()).output();
    query.is_ok_and(|answer| answer.stdout.ends_with(b"install ok installed"))
}

fn has(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

fn apt(arguments: &[&str]) -> Result<()> {
    let am_root = Command::new("id").arg("-u").output().is_ok_and(|answer| answer.stdout.starts_with(b"0\n"));
    let mut command = if am_root { Command::new("apt-get") } else { Command::new("sudo") };
    if !am_root {
        command.args(["--", "apt-get"]);
    }
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
    let status =
        command.status().context("apt-get can't be started; as another user than root, install sudo")?;
    if status.success() { Ok(()) } else { bail!("apt-get {} failed", arguments.join(" ")) }
}
