//! The proof that the terminal's updater installs what it is asked for, takes back what does not work and believes nobody: its
//! stories (`packaging/update`) are told in a fresh Debian folder, and under a real systemd in a container.

use crate::package::{fresh_debian, run};
use crate::{build, setup};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::{Command, Stdio};

/// What is there beside the least: `gnupg` signs the repository of a story.
const PACKAGES: &[&str] = &["systemd", "adduser", "util-linux", "gnupg"];

/// `setpriv` asks /proc which rights there are; it goes with the namespace.
const ENTER: &str = "mount -t proc proc \"$0/proc\" && exec chroot \"$0\" /bin/sh /story/story.sh";

/// Tells a story when the container has come up, and lets it go down.
const TELLER: &str = "[Unit]
SuccessAction=poweroff-force
FailureAction=poweroff-force
[Service]
Type=oneshot
ExecStart=/bin/sh /story/booted.sh
StandardOutput=append:/story/log
StandardError=append:/story/log
[Install]
WantedBy=multi-user.target
";

/// How the story that ended well ends.
const WELL: &str = "the story has ended well\n";

/// Tells the story; with `--booted` also the one under systemd.
pub(crate) fn test(arguments: &[String]) -> Result<()> {
    let booted = match arguments {
        [] => false,
        [only] if only == "--booted" => true,
        _ => bail!("update-test takes --booted and nothing else"),
    };
    let folder = stage("update-test")?;
    run(Command::new("unshare").args(["--mount", "/bin/sh", "-c", ENTER]).arg(&folder))
        .context("the last line above is what is not so")?;
    std::fs::remove_dir_all(&folder)?;
    if booted { boot() } else { Ok(()) }
}

fn boot() -> Result<()> {
    setup::install(&[("systemd-container", "boots the folder that the story is told in")])?;
    let folder = stage("update-boot")?;
    let units = folder.join("usr/lib/systemd/system");
    for unit in ["kiosk.service", "kiosk-update.service", "kiosk-update.path"] {
        std::fs::copy(build::repository().join("packaging/systemd").join(unit), units.join(unit))?;
    }
    std::fs::write(units.join("story.service"), TELLER)?;
    std::os::unix::fs::symlink("../story.service", units.join("multi-user.target.wants/story.service"))?;
    let container = ["900", "systemd-nspawn", "--boot", "--register=no", "--keep-unit", "--directory"];
    // How it ends is not what counts.
    run(Command::new("timeout").args(container).arg(&folder).stdout(Stdio::null())).ok();
    let told = std::fs::read_to_string(folder.join("story/log")).context("the container has not come up")?;
    print!("{told}");
    if !told.ends_with(WELL) {
        bail!("the last line above is what is not so");
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// A fresh folder with the updater and its stories.
fn stage(name: &str) -> Result<std::path::PathBuf> {
    let folder = fresh_debian(name, PACKAGES)?;
    let from = build::repository().join("packaging/update");
    let lay = |file: &str, at: &Path| {
        std::fs::create_dir_all(at)?;
        std::fs::copy(from.join(file), at.join(file)).map(drop)
    };
    lay("kiosk-update", &folder.join("usr/lib/kiosk"))?;
    for file in ["stage.sh", "story.sh", "booted.sh"] {
        lay(file, &folder.join("story"))?;
    }
    Ok(folder)
}
