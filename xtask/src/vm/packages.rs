//! What the machine is made of: programs that are installed, and Debian's kernel, which is only unpacked.

use crate::setup;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PROGRAMS: [(&str, &str); 5] = [
    ("qemu-system-x86", "the virtual machine"),
    ("busybox-static", "the machine's shell"),
    ("cpio", "packs the machine's first file system"),
    ("kmod", "says which modules a module needs"),
    ("e2fsprogs", "makes the machine's disk"),
];

/// The package that depends on the newest stock kernel.
const NEWEST_KERNEL: &str = "linux-image-amd64";

/// A kernel and its modules, unpacked.
pub(super) struct Kernel {
    /// The folder that stands for the machine's `/`.
    pub(super) root: PathBuf,
    /// `6.1.0-56-amd64`.
    pub(super) release: String,
}

impl Kernel {
    pub(super) fn image(&self) -> PathBuf {
        self.root.join("boot").join(format!("vmlinuz-{}", self.release))
    }
}

/// Installs the programs that are missing and unpacks the kernel into `folder`, once.
pub(super) fn prepare(folder: &Path) -> Result<Kernel> {
    if !cfg!(target_arch = "x86_64") {
        bail!("the machine is an x86-64 one and its program is built for this computer, which is another");
    }
    setup::install(&PROGRAMS)?;
    let dependencies = output(Command::new("apt-cache").args(["depends", NEWEST_KERNEL]))?;
    let package = newest_kernel(&dependencies)
        .with_context(|| format!("apt knows no {NEWEST_KERNEL}: run apt-get update"))?;
    let release = package.trim_start_matches("linux-image-").to_owned();
    let kernel = Kernel { root: folder.join(&package), release };
    if !kernel.image().exists() {
        unpack(folder, &package, &kernel)?;
    }
    Ok(kernel)
}

fn unpack(folder: &Path, package: &str, kernel: &Kernel) -> Result<()> {
    println!("vm-test: downloading {package}, 70 MB; it is unpacked, not installed");
    let scratch = folder.join("download");
    // A half of an earlier attempt must not be taken for the whole.
    let _ = fs::remove_dir_all(&scratch);
    fs::create_dir_all(&scratch)?;
    output(Command::new("apt-get").args(["download", "-qq", package]).current_dir(&scratch))?;
    let archive = fs::read_dir(&scratch)?.next().context("apt-get downloaded nothing")??.path();
    let unpacked = scratch.join("unpacked");
    output(Command::new("dpkg").arg("-x").args([&archive, &unpacked]))?;
    output(Command::new("depmod").arg("-b").arg(&unpacked).arg(&kernel.release))?;
    let _ = fs::remove_dir_all(&kernel.root);
    fs::rename(&unpacked, &kernel.root)?;
    Ok(fs::remove_dir_all(&scratch)?)
}

/// `Depends: linux-image-6.1.0-56-amd64` in the answer of `apt-cache depends`.
fn newest_kernel(dependencies: &str) -> Option<String> {
    let mut packages = dependencies.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
    packages.find(|name| name.starts_with("linux-image-")).map(str::to_owned)
}

/// Runs a program and gives what it says.
pub(super) fn output(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let answer = command.output().with_context(|| format!("{name} can't be started"))?;
    if !answer.status.success() {
        bail!("{name} failed: {}", String::from_utf8_lossy(&answer.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&answer.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_is_the_one_that_debian_depends_on() {
        let answer = "linux-image-amd64\n  Depends: linux-image-6.1.0-56-amd64\n  Suggests: grub-pc\n";
        assert_eq!(newest_kernel(answer).as_deref(), Some("linux-image-6.1.0-56-amd64"));
        assert_eq!(newest_kernel("W: Unable to locate package\n"), None);
    }
}
