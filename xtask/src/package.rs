//! Debian packages of the terminal and of central, and the proof that they come and go cleanly: each is installed into a fresh
//! Debian folder, looked at, removed and purged.

use crate::{build, setup};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What makes packages out of `[package.metadata.deb]`: the version whose packages were looked at.
const CARGO_DEB: &str = "3.8.0";
/// The Debian that terminals run.
const RELEASE: &str = "bookworm";
/// What a fresh folder holds beside the least.
const BASE: &[&str] = &["systemd", "adduser", "util-linux"];

/// A package, and what must be so after it is installed, after it is removed, and after it is purged.
struct Story {
    package: &'static str,
    crate_name: &'static str,
    installed: &'static str,
    removed: &'static str,
    purged: &'static str,
}

const STORIES: [Story; 2] = [
    Story {
        package: "budayang-central",
        crate_name: "central",
        installed: "[ \"$(stat -c '%U:%G %a' /var/lib/central)\" = 'central:central 700' ]
            [ \"$(stat -c '%U:%G %a' /etc/central)\" = 'root:central 750' ]
            [ \"$(stat -c '%U:%G %a' /usr/bin/central)\" = 'root:root 755' ]
            central --version
            systemd-analyze verify /usr/lib/systemd/system/central.service
            [ \"$(systemctl is-enabled central.service)\" = disabled ]",
        removed: "[ ! -e /usr/bin/central ] && [ ! -e /usr/lib/systemd/system/central.service ]",
        // A city's store is no package's to erase.
        purged: "[ -d /var/lib/central ] && [ ! -e /usr/share/central ]",
    },
    Story {
        package: "budayang-kiosk",
        crate_name: "kiosk",
        installed: "[ \"$(stat -c '%U:%G %a' /var/lib/kiosk)\" = 'kiosk:kiosk 700' ]
            [ \"$(stat -c '%U:%G %a' /etc/kiosk)\" = 'root:kiosk 750' ]
            [ \"$(stat -c '%U:%G %a' /etc/kiosk/kiosk.toml)\" = 'root:kiosk 640' ]
            kiosk --version
            runuser -u kiosk -- kiosk search --catalog /usr/share/kiosk/catalog wfzjl | grep -q 无犯罪记录证明
            systemd-analyze verify /usr/lib/systemd/system/kiosk.service /usr/lib/systemd/system/kiosk-update.path
            [ \"$(systemctl is-enabled kiosk.service kiosk-update.path | sort -u)\" = enabled ]
            [ \"$(stat -c '%U:%G %a' /var/lib/kiosk-update)\" = 'root:root 755' ]
            [ \"$(stat -c '%U:%G %a' /usr/lib/kiosk/kiosk-update)\" = 'root:root 755' ]
            # Where nobody can tell whether residents' applications wait, the package is not removed.
            echo 'a store that can not be read' > /var/lib/kiosk/kiosk.db
            chown kiosk:kiosk /var/lib/kiosk/kiosk.db
            if dpkg -r budayang-kiosk; then exit 1; fi
            touch /etc/kiosk/discard-applications",
        removed: "[ ! -e /usr/bin/kiosk ] && [ -e /etc/kiosk/kiosk.toml ] && [ -e /var/lib/kiosk/kiosk.db ]
            rm /etc/kiosk/discard-applications",
        purged: "[ ! -e /etc/kiosk ] && [ ! -e /var/lib/kiosk ] && [ ! -e /var/lib/kiosk-update ]
            [ ! -e /usr/share/kiosk ]",
    },
];

/// What the terminal's program is linked with when it draws on the panel itself.
const DEVICE: [(&str, &str); 4] = [
    ("libinput-dev", "touches, without a window system"),
    ("libudev-dev", "which panels and touch screens there are"),
    ("libxkbcommon-dev", "keys, which libinput hands on"),
    ("libgbm-dev", "buffers of the panel"),
];

/// Builds both packages into `target/debian`; with `--twice` once more from nothing, and compares the bytes.
pub(crate) fn build(arguments: &[String]) -> Result<()> {
    let twice = match arguments {
        [] => false,
        [only] if only == "--twice" => true,
        _ => bail!("package takes --twice and nothing else"),
    };
    setup::install(&DEVICE)?;
    cargo_deb()?;
    pack(&build::target())?;
    if twice { pack_again() } else { Ok(()) }
}

/// Builds both, with nothing in them of where and when that was.
fn pack(target: &Path) -> Result<()> {
    let home = std::env::var_os("CARGO_HOME").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cargo"),
        PathBuf::from,
    );
    // The last that fits is taken: what lies in another comes after it.
    let places = [(home, "/cargo"), (build::repository(), "/budayang"), (target.to_owned(), "/target")];
    let to = |option: &str| {
        places.iter().map(|(from, to)| format!("{option}={}={to}", from.display())).collect::<Vec<_>>()
    };
    let committed = Command::new("git")
        .args(["log", "-1", "--format=%ct"])
        .current_dir(build::repository())
        .output()
        .context("git tells of when the packages are")?;
    let committed = String::from_utf8_lossy(&committed.stdout).trim().to_owned();
    for story in &STORIES {
        let mut cargo = build::cargo();
        cargo
            .args(["deb", "--locked", "-p", story.crate_name])
            .env("CARGO_TARGET_DIR", target)
            .env("CARGO_ENCODED_RUSTFLAGS", to("--remap-path-prefix").join("\u{1f}"))
            .env("CFLAGS", to("-ffile-prefix-map").join(" "));
        if !committed.is_empty() {
            cargo.env("SOURCE_DATE_EPOCH", &committed);
        }
        run(&mut cargo)?;
    }
    Ok(())
}

fn pack_again() -> Result<()> {
    let (first, again) = (build::target(), build::target().join("again"));
    if again.exists() {
        std::fs::remove_dir_all(&again)?;
    }
    pack(&again)?;
    for story in &STORIES {
        let (one, other) = (newest(&first, story.package)?, newest(&again, story.package)?);
        if std::fs::read(&one)? != std::fs::read(&other)? {
            bail!("{} and {} differ: diffoscope tells in what", one.display(), other.display());
        }
        println!("{}: built twice, the same {} bytes", one.display(), one.metadata()?.len());
    }
    std::fs::remove_dir_all(&again)?;
    Ok(())
}

/// Installs, looks at, removes and purges the packages that lie in `target/debian`.
pub(crate) fn test(arguments: &[String]) -> Result<()> {
    if !arguments.is_empty() {
        bail!("package-test takes no arguments");
    }
    let folder = fresh_debian("package-test", BASE)?;
    for story in &STORIES {
        let package = newest(&build::target(), story.package)?;
        std::fs::copy(&package, folder.join("package.deb"))?;
        let Story { package: name, installed, removed, purged, .. } = story;
        let script = format!(
            "set -eux\nexport DEBIAN_FRONTEND=noninteractive\napt-get update -qq\napt-get install -y -qq /package.deb\n{installed}\n\
             dpkg -r {name}\n{removed}\ndpkg -P {name}\n{purged}\n"
        );
        run(Command::new("chroot").arg(&folder).args(["/bin/sh", "-c", &script]))
            .with_context(|| format!("{name}: the last line above is what is not so"))?;
        println!("{} came and went cleanly", package.display());
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// A Debian with nothing in it but the least and these packages.
pub(crate) fn fresh_debian(name: &str, packages: &[&str]) -> Result<PathBuf> {
    setup::install(&[("mmdebstrap", "makes the fresh folder that packages are installed into")])?;
    let folder = build::target().join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let include = format!("--include={}", packages.join(","));
    run(Command::new("mmdebstrap").args(["--variant=minbase", &include, RELEASE]).arg(&folder))?;
    Ok(folder)
}

fn cargo_deb() -> Result<()> {
    let answer = build::cargo().args(["deb", "--version"]).output();
    if answer.is_ok_and(|answer| answer.status.success()) {
        return Ok(());
    }
    eprintln!("installing cargo-deb {CARGO_DEB}, which makes Debian packages");
    run(build::cargo().args(["install", "--locked", "cargo-deb", "--version", CARGO_DEB]))
}

/// The package that was made last.
fn newest(target: &Path, name: &str) -> Result<PathBuf> {
    let folder = target.join("debian");
    let is_of = |path: &Path| {
        path.file_name()
            .and_then(|file| file.to_str())
            .is_some_and(|file| file.starts_with(&format!("{name}_")))
    };
    let found = std::fs::read_dir(&folder).into_iter().flatten().filter_map(|file| Some(file.ok()?.path()));
    let newest = found
        .filter(|path| is_of(path))
        .max_by_key(|path| path.metadata().and_then(|data| data.modified()).ok());
    newest.with_context(|| format!("no {name} lies in {}: cargo xtask package", folder.display()))
}

pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status =
        command.status().with_context(|| format!("{} can't be started", command.get_program().display()))?;
    if status.success() { Ok(()) } else { bail!("{} failed", command.get_program().display()) }
}
